"""What can be counted in an index, and the evidence behind each number."""
