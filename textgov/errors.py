"""The exceptions that textgov raises on purpose; everything else is a defect."""


class TextgovError(Exception):
    """Base of all expected errors. `str(error)` is one line: what is wrong, where, and what to do."""

    exit_status = 3


class UsageError(TextgovError):
    """The caller asked for something that does not exist or cannot be combined."""

    exit_status = 2


class ReadError(TextgovError):
    """A file cannot be turned into documents."""


class CodebookError(TextgovError):
    """A codebook is not usable; the message lists all its faults, one a line."""


class QueryError(UsageError):
    """A query cannot be parsed or names an unknown field or value."""


class IndexFileError(TextgovError):
    """The index file is missing, of another program, of a newer version, or locked."""


class RecordError(TextgovError):
    """A line of JSON is not the record that was expected."""
