"""Citations in running text: (Author Year) in its styles, Author (Year), and numbers in brackets or above the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_YEAR = r"(?:1[89]|20)\d\d[a-z]?"
_WHEN = rf"(?:{_YEAR}|forthcoming|in press|n\.d\.)"
_PARTICLES = (
    r"[Vv]an|[Vv]on|[Dd]e[rn]?|[Dd]el|[Dd]e la|[Dd]i|[Dd]a|[Dd]os|[Dd]u|[Ll]e|[Ll]a|[Ee]l|[Aa]l|[Bb]in|[Tt]e[rn]|"
    r"of|[Oo]p|[Zz]u|[Yy]|['’]t"
)
_PARTICLE = rf"(?:(?<![\w’'])(?:{_PARTICLES})[ \-])*"
_INITIALS = r"(?:[A-Z]\.[ \-]?){0,3}"
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŠŽĆČ][\w’'\-‐–]*\w|[A-Z]{2,}"
_NAME = rf"{_INITIALS}{_PARTICLE}(?:{_WORD})(?:,? (?:[A-Z]\.[ \-]?){{1,3}}(?= ?[,&(]| and| \d))?"
_LONG = rf"{_NAME}(?: (?:of |for |on |the |and )*{_NAME}){{0,5}}"
_AND = r"(?:,? (?:and|&|und|et|y) |, | / |–)"
_OTHERS = (
    r"(?:,? (?:et al\.?|and colleagues|and others|and co-authors|and her colleagues|and his colleagues))"
)
_AUTHORS = rf"{_LONG}(?:{_AND}{_NAME}){{0,7}}{_OTHERS}?"
_LEAD = (
    r"(?:(?:see|see also|but see|cf\.|e\.g\.,?|i\.e\.,?|also|for example,?|for instance,?|inter alia,?|compare|"
    r"following|after|quoted in|cited in|as cited in|in|by|from|source:|adapted from|"
    r"(?!(?:van|von|de|der|den|del|di|da|dos|du|le|la|el|al|bin|ter?|op|zu)\b)[a-z]+)[ ,]+){0,8}"
)
_PAGES = (
    r"(?:, ?(?:p|pp|ch|chap|s|sec|para|art)\.? ?[\divxlc–\-]+(?:[,–\-] ?\d+)*f{0,2}|"
    r": ?\d+(?:[–\-]\d+)?|, ?\d{1,4}(?:[–\-]\d{1,4})?(?!\d))"
)
_YEARS = rf"{_WHEN}(?:{_PAGES})?(?:(?:, | and |/){_YEAR}(?:{_PAGES})?)*"
_ITEM = re.compile(rf"^{_LEAD}(?P<who>{_AUTHORS}),? \(?(?P<year>{_YEARS})\)?(?:[,.;] .*)?$")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]*?(?:\([^()]*\)[^()\[\]]*?)?)[)\]]")
_DATED = re.compile(rf"(?P<poss>['’]s?)? \((?P<year>{_YEARS})(?:[;,][^()]*)?\)")
_BEFORE_YEAR = re.compile(rf"(?P<who>{_AUTHORS})$")
_WINDOW = 110
"""Characters before a year in brackets in which its authors are looked for."""
_RAISED_DIGITS = r"[⁰¹²³⁴-⁹]+(?:[,–][⁰¹²³⁴-⁹]+)*"
_NUMERIC = re.compile(
    r"\[\d{1,3}(?:[:,] ?p?p?\.? ?\d+)?(?: ?[,;–\-] ?\d{1,3})*\]|"
    rf"(?:(?<=[^\W\d])|(?<=[^\W\d][.,;:])){_RAISED_DIGITS}"
)
_RAISED = re.compile(r"(?<=[a-z]{3}[.,;:])\d{1,3}(?:[,–\-]\d{1,3})*(?=\s|$)")
_OPENING = re.compile(
    r"^(?:As|In|For|While|Although|Though|Like|Unlike|Following|After|Since|See|But|And|Yet|Thus|Hence|Here|Later|"
    r"Both|By|Building on|Drawing on|From|With|According to|Also|Even|Only|Whereas|Because|If|When|Contra|Pace|On|To|"
    r"Against|That|Elsewhere|Similarly|Likewise|Indeed|However|Moreover|Furthermore|Recently|Earlier|Again|"
    r"More recently),? "
)
_ARTICLE = re.compile(
    r"\b(?:the|a|an|this|that|its|their|our|new|of the|his|her)\s+(?:[a-z\-]+\s+){0,2}$", re.IGNORECASE
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_FIRST_YEAR = re.compile(_WHEN)


@dataclass(frozen=True, slots=True)
class Citation:
    """Characters `start` to `end`; `source` is "Author Year" or a number. A narrative one is part of its sentence."""

    start: int
    end: int
    source: str
    kind: Literal["parenthetical", "narrative", "numeric"]
    author: str = ""


def find_citations(text: str, labels: frozenset[str]) -> list[Citation]:
    """All citations in order; `labels` are words (lower case) that a year or number may follow without being one."""
    if not any(character.isdigit() for character in text) and "forthcoming" not in text:
        return []
    found = [*_parenthetical(text, labels), *_narrative(text, labels), *_numeric(text)]
    found.sort(key=lambda c: (c.start, -c.end))
    kept: list[Citation] = []
    for citation in found:
        if not kept or citation.start >= kept[-1].end:
            kept.append(citation)
    return kept


def _parenthetical(text: str, labels: frozenset[str]) -> Iterator[Citation]:
    for group in _BRACKETED.finditer(text):
        if not _FIRST_YEAR.search(group[1]):
            continue
        for item in re.split(r"; ?", group[1]):
            found = _ITEM.match(item.strip())
            if found and not _labelled(found["who"], labels):
                author = _tidy(found["who"])
                yield Citation(
                    group.start(),
                    group.end(),
                    f"{author} {_first_year(found['year'])}",
                    "parenthetical",
                    author,
                )
                break


def _narrative(text: str, labels: frozenset[str]) -> Iterator[Citation]:
    for dated in _DATED.finditer(text):
        offset = max(0, dated.start() - _WINDOW)
        found = _BEFORE_YEAR.search(text[offset : dated.start()])
        if found is None:
            continue
        who = _without_opening(found["who"])
        start = dated.start() - len(who)
        several = " and " in who or "et al" in who or "&" in who
        if (
            not who
            or _labelled(who, labels)
            or (not several and _ARTICLE.search(text[max(0, start - 40) : start]))
        ):
            continue
        author = _tidy(who)
        yield Citation(start, dated.end(), f"{author} {_first_year(dated['year'])}", "narrative", author)


def _numeric(text: str) -> Iterator[Citation]:
    for pattern in (_NUMERIC, _RAISED):
        for found in pattern.finditer(text):
            number = re.search(r"\d+", found[0].translate(_SUPERSCRIPTS))
            if number:
                yield Citation(found.start(), found.end(), number[0], "numeric")


def _labelled(who: str, labels: frozenset[str]) -> bool:
    words = re.findall(r"[\w’'\-]+", who.lower())
    return bool(words) and (words[-1] in labels or words[0] in labels)


def _first_year(years: str) -> str:
    found = _FIRST_YEAR.search(years)
    return found[0] if found else years


def _tidy(who: str) -> str:
    who = re.sub(r"['’]s?$", "", who.strip(" ,"))
    who = re.sub(r",? & ", " and ", who)
    return re.sub(r"et al$", "et al.", who)


def _without_opening(who: str) -> str:
    """The authors without the word that opens the sentence ("As Solheim")."""
    previous = None
    while previous != who:
        previous, who = who, _OPENING.sub("", who)
    return who
