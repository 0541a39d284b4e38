"""Identifiers of works in the one form in which they can be compared."""

from __future__ import annotations

import re
import unicodedata

_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"'<>{}|\\^`\[\]]+", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_NOT_WORD = re.compile(r"[^\w]+|_+")


def find_doi(text: str) -> str | None:
    """The first DOI in a text, in lower case and without the punctuation that follows it; None
    if there is none.

    `https://doi.org/10.1000/ABC.` gives `10.1000/abc`. Syntax: DOI Handbook, section 2.2.
    """
    match = _DOI.search(text)
    if match is None:
        return None
    doi = match.group().rstrip(".,;:!?*†")
    while doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1].rstrip(".,;:")
    return doi.lower()


def find_year(text: str) -> int | None:
    """The first year from 1800 to 2099 in a text; None if there is none."""
    match = _YEAR.search(text)
    return int(match.group()) if match else None


def normal_title(title: str) -> str:
    """A title without case, accents, punctuation and double spaces, for comparison."""
    decomposed = unicodedata.normalize("NFKD", title)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", bare.casefold()).split())
