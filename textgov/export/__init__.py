"""What leaves the index: tables and pages."""
