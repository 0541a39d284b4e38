"""Topic models behind one contract: terms, fitting, assignment, quality, stability, seeds, agreement with codes."""
