"""The entries of a document's reference list, and which of them a citation in its text means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from textgov.preprocessing.identifiers import find_doi, normal_title

_YEAR: Final = r"(?:1[89]|20)\d\d[a-z]?"
_NUMBER: Final = re.compile(r"^\s*(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})[.)])\s+")
_DATED: Final = (
    re.compile(rf"\(\s*({_YEAR})[^()]{{0,30}}\)"),
    re.compile(rf"(?<=[.,])\s*({_YEAR})\s*[.,:]"),
    re.compile(rf"\b({_YEAR})\b"),
)
"""Where the year of an entry stands: in brackets, as a part of its own, or anywhere; tried in this order."""

_LATE: Final = 300
"""A year in brackets further behind is not that of the authors' part."""

_TITLE_END: Final = re.compile(r"(?<=\w\w)[.?!](?=\s|$)|(?<=[”\"’])(?=[.,\s])|(?<=[\])])\.(?=\s|$)")
_QUOTED: Final = re.compile(r"[“\"‘']([^”\"]{8,})[”\"’'](?=[.,\s]|$)")
_SENTENCE: Final = re.compile(r"[.?!] +[A-Z][\w’'\-]* +[a-z]+\b(?! [A-Z])")
"""The begin of a title; what stands before a year and holds one is more than authors."""

_JOURNAL: Final = re.compile(
    r",\s+(?:in\s+)?[A-Z]\S*(?:\s+(?:[A-Z&]\S*|of|and|the|in|for|on|de))*,?\s+(?:[Vv]ol\b|[Nn]o\b|\d)"
)
"""What follows a title in styles that set it off by a comma alone."""

_CITED_YEAR: Final = re.compile(rf"\b({_YEAR})\b")
_CITED_NUMBER: Final = re.compile(r"\s*(\d{1,3})\s*")
_NAME: Final = re.compile(r"\b[^\W\d_][\w’'\-]*")
_NO_NAME: Final = frozenset({"et", "al", "and", "see", "also", "cf", "ed", "eds"})
_GROUP: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_RANGE: Final = re.compile(r"(\d{1,3})\s*[–\-]\s*(\d{1,3})")
_WIDEST_RANGE: Final = 30


@dataclass(frozen=True)
class Reference:
    """An entry of a reference list. `year` may have a letter (2014a); `page` is where the entry stands."""

    text: str
    authors: str
    year: str | None
    title: str | None
    doi: str | None
    number: int | None = None
    page: int | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Words of the authors' part that may be names, folded, in order."""
        return tuple(word for part in _NAME.findall(self.authors) for word in _folded(part))

    @property
    def key(self) -> str:
        """The same for entries of different lists that mean one work: its DOI, or authors, year and title."""
        if self.doi:
            return f"doi:{self.doi}"
        surname = self.names[0] if self.names else ""
        return f"{surname} {self.year or 'n.d.'} {normal_title(self.title or self.text)[:80]}"


def read_reference(text: str, page: int | None = None) -> Reference:
    """The parts of an entry, as far as they can be told; the styles of APA, Harvard, Chicago and Vancouver."""
    plain = " ".join(text.split())
    number = _NUMBER.match(plain)
    body = plain[number.end() :] if number else plain
    found = _dated(body)
    year = found[1] if found else None
    authors, rest = body, ""
    if found and found.start() > 1 and _SENTENCE.search(body[: found.start()]) is None:
        authors, rest = body[: found.start()], body[found.end() :]
    else:
        # The year stands behind the title: the authors' part ends at the first full stop after a whole word.
        end = re.search(r"(?<=[A-Z])\. (?=[A-Z][a-z])|(?<=\w\w\w)\. ", body)
        if end:
            authors, rest = body[: end.start()], body[end.end() :]
    return Reference(
        plain,
        re.sub(r"(?<!\b[A-Z])\.$", "", authors.strip(" ,:;(")),
        year,
        _title(rest),
        find_doi(plain),
        int(next(group for group in number.groups() if group)) if number else None,
        page,
    )


def _dated(body: str) -> re.Match[str] | None:
    first = _DATED[0].search(body)
    if first and first.start() < _LATE:
        return first
    return next((found for pattern in _DATED[1:] if (found := pattern.search(body))), first)


def _title(rest: str) -> str | None:
    text = rest.strip(" .,:;)")
    quoted = _QUOTED.match(rest.lstrip(" .,:;)"))
    if quoted:
        return quoted[1].strip(" .,")
    journal = _JOURNAL.search(text)
    text = text[: journal.start()] if journal else text
    end = _TITLE_END.search(text)
    title = text[: end.start() + (text[end.start() : end.start() + 1] in "?!")] if end else text
    return title.strip(' ,;“”"') or None


def _folded(word: str) -> list[str]:
    return [part for part in normal_title(word).split() if len(part) > 1 and part not in _NO_NAME]


class ReferenceList:
    """The reference list of one document."""

    def __init__(self, entries: Sequence[Reference]) -> None:
        self.entries = tuple(entries)

    def match(self, source: str) -> Reference | None:
        """The entry that "Okafor and Lee 2014a", "van Oosten 2018" or "12" means; None if none or several may be."""
        number = _CITED_NUMBER.fullmatch(source)
        if number:
            return _only([e for e in self.entries if e.number == int(number[1])])
        year = _CITED_YEAR.search(source)
        if year is None:
            return None
        names = [
            word
            for name in _NAME.findall(source[: year.start()])
            if name[0].isupper()
            for word in _folded(name)
        ]
        if not names:
            return None
        return self._named(names, year[1])

    def match_in(self, source: str, text: str) -> Reference | None:
        """The same for a source that a text names and cites apart: "Okafor" in "Okafor [12]" or "Okafor (2014)"."""
        found = self.match(source)
        if found is not None or not source.strip():
            return found
        for beside in re.finditer(rf"{re.escape(source)}\W{{0,3}}[(\[]([^()\[\]]*)[)\]]", text):
            number = _CITED_NUMBER.match(beside[1])
            year = _CITED_YEAR.search(beside[1])
            found = self.match(f"{source} {year[1]}") if year else self.match(number[1]) if number else None
            if found is not None:
                return found
        return None

    def _named(self, names: Sequence[str], year: str) -> Reference | None:
        dated = [e for e in self.entries if e.year == year] or [
            # One letter alone tells nothing where the list, or the text, does not use it.
            e
            for e in self.entries
            if e.year and year[:4] == e.year[:4] and not (e.year[4:] and year[4:])
        ]
        found = [e for e in dated if set(names) <= set(e.names)]
        first = [e for e in found if names[0] in e.names[:2]] or found
        # Of "Lee 2014" and "Lee and Okafor 2014", a citation of Lee alone means the former.
        fewest = min((len(e.names) for e in first), default=0)
        return _only(first) or _only([e for e in first if len(e.names) == fewest])

    def beside(self, text: str, cited: Reference) -> Iterator[Reference]:
        """Further entries that are cited in the same brackets as an entry, in a text."""
        for group in _GROUP.finditer(text):
            found = [entry for entry in map(self.match, _pieces(group[1] or group[2] or "")) if entry]
            if cited in found:
                yield from (entry for entry in found if entry != cited)


def _only(entries: Sequence[Reference]) -> Reference | None:
    return entries[0] if len(entries) == 1 else None


def _pieces(group: str) -> Iterator[str]:
    """Each citation of a group in brackets: "See Lee 2014, 2016; Okafor 2011" has three."""
    if re.fullmatch(r"[\d\s,;–\-]+", group) and not _CITED_YEAR.search(group):
        for first, last in _RANGE.findall(group):
            if 0 < int(last) - int(first) <= _WIDEST_RANGE:
                yield from map(str, range(int(first), int(last) + 1))
        yield from re.findall(r"\d+", _RANGE.sub("", group))
        return
    for item in group.split(";"):
        years = list(_CITED_YEAR.finditer(item))
        for year in years:
            yield f"{item[: years[0].start()]} {year[1]}"
