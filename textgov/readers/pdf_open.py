"""Opening PDFs: the empty password, repair, and the file's own record of the work."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium

from textgov.documents import Bibliography
from textgov.preprocessing.identifiers import find_doi, find_year
from textgov.readers.problems import UnreadableError

_POOR_TITLE = re.compile(
    r"^(?:untitled\b.*|microsoft word\b.*|document\d*|title|\(?anonymous\)?|unspecified|[\d\W_]*|"
    r".*\.(?:docx?|pdf|indd|tex|dvi|rtf|odt|qxd|pptx?))$",
    re.IGNORECASE,
)
_POOR_AUTHOR = re.compile(
    r"^(?:\(?anonymous\)?|unspecified|user|admin|administrator|owner|\W*|author)$", re.IGNORECASE
)
MAX_AUTHORS = 50


@dataclass
class Opened:
    """An open file; `notes` say what had to be done to open it."""

    pdf: pdfium.PdfDocument
    notes: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Free the file."""
        self.pdf.close()

    def labels(self) -> list[str | None]:
        """Page labels of the file, None where it has none; labels that just count from 1 are dropped."""
        return [self.pdf.get_page_label(index) or None for index in range(len(self.pdf))]

    def bibliography(self) -> Bibliography:
        """What the file's information dictionary says."""
        record = self.pdf.get_metadata_dict()
        title = " ".join(record.get("Title", "").replace("\0", "").split())
        title = re.sub(r"(?<=\w):(?=\w)", ": ", title)
        names = re.split(
            r";|\band\b|,(?=\s*[A-Z][\w.-]*\s+[A-Z])", record.get("Author", "").replace("\0", "")
        )
        authors = tuple(name.strip() for name in names if not _POOR_AUTHOR.match(name.strip()))
        keywords = re.split(r"[;,]", record.get("Keywords", "").replace("\0", ""))
        described = f"{record.get('Subject', '')} {title}"
        return Bibliography(
            title=title if len(title) > 3 and not _POOR_TITLE.match(title) else None,
            authors=authors[:MAX_AUTHORS],
            year=find_year(title),
            doi=find_doi(described),
            keywords=tuple(word.strip() for word in keywords if word.strip()),
        )


def open_pdf(path: Path) -> Opened:
    """Open a file, repairing it if that is needed.

    Raises:
        UnreadableError: it needs a password, or cannot be repaired.
    """
    try:
        pdf = pdfium.PdfDocument(str(path) if path.name.isprintable() else path.read_bytes())
        if len(pdf):
            return Opened(pdf)
        pdf.close()
        reason = "it has no pages"
    except pdfium.PdfiumError as error:
        reason = str(error)
        if "password" in reason.lower():
            raise UnreadableError(
                "is encrypted: it needs a password", "remove the password and try again"
            ) from error
    return _repaired(path, reason)


def _repaired(path: Path, reason: str) -> Opened:
    # Its complaints about the damage are answered by one note; without a handler they would also be printed.
    logging.getLogger("pikepdf").addHandler(logging.NullHandler())
    saved = io.BytesIO()
    try:
        with pikepdf.open(path, suppress_warnings=True) as broken:
            pages = len(broken.pages)
            broken.save(saved, fix_metadata_version=False)
        if pages:
            return Opened(
                pdfium.PdfDocument(saved.getvalue()),
                [f"the file was damaged and repaired ({pages} pages found)"],
            )
    except pikepdf.PasswordError as error:
        raise UnreadableError(
            "is encrypted: it needs a password", "remove the password and try again"
        ) from error
    except (pikepdf.PdfError, pdfium.PdfiumError, ValueError, RuntimeError, OSError) as error:
        raise UnreadableError("is a damaged PDF and could not be repaired", "get the file again") from error
    raise UnreadableError(f"is a damaged PDF without pages ({reason})", "get the file again")
