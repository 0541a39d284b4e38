"""What happens to a text between reading and annotation: normal form, passages, duplicates."""
