"""The annotated index: one SQLite file per review, its query language, and search."""
