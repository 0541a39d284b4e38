"""The spaCy pipeline: the only place that imports spaCy."""
