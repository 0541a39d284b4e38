"""Scores against gold codings."""
