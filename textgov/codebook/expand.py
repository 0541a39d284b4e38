"""Surface forms of lexicon entries: inflections, British and American spelling, hyphens."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache

from textgov.codebook.schema import Name, Term

_PREPOSITION = re.compile(r"^(of|for|on|in|with|to|against|by|at|from|between|and)$")
_ALIKE = (
    (("-", " "),),
    (("'", "’"), ("’", "'")),
    (("&", "and"),),
)
"""Signs that are written in several ways, each group applied to all spellings so far."""


@lru_cache(maxsize=20_000)
def _inflect(word: str, tag: str) -> tuple[str, ...]:
    with warnings.catch_warnings():
        # lemminflect calls numpy functions that newer releases deprecate; the result is unaffected.
        warnings.simplefilter("ignore")
        from lemminflect import getInflection  # noqa: PLC0415

        return tuple(getInflection(word, tag=tag))


def surface_forms(term: Term, american: Mapping[str, str]) -> tuple[str, ...]:
    """All forms of a term and its aliases, sorted, without duplicates.

    Nouns get their plural (of the word before the first preposition), verbs their four forms.
    """
    forms: set[str] = set()
    for base in (term.term, *term.aliases):
        for form in _inflections(base, term.pos):
            forms.update(_variants(form, american))
    return tuple(sorted(forms))


def name_forms(name: Name, american: Mapping[str, str]) -> tuple[str, ...]:
    """All spellings of a proper name, its aliases and demonyms."""
    forms: set[str] = set()
    for base in (name.name, *name.aliases, *name.demonyms):
        forms.update(_variants(base, american))
        if base in name.demonyms:
            forms.update(_inflections(base, "noun"))
    return tuple(sorted(forms))


def spellings(text: str, american: Mapping[str, str]) -> tuple[str, ...]:
    """A text as it is, in American spelling, and with other hyphens and apostrophes; sorted."""
    return tuple(sorted(set(_variants(text, american))))


def american_spelling(text: str, american: Mapping[str, str]) -> str:
    """A text in American spelling, whichever of the two it was in."""
    if american and _any_of(tuple(american)).search(text.lower()):
        for british, other in american.items():
            text = _keep_case(text, british, other)
    return text


def _inflections(base: str, pos: str) -> Iterator[str]:
    yield base
    words = base.split(" ")
    if pos == "noun":
        head = next((n for n, w in enumerate(words) if n and _PREPOSITION.match(w)), len(words)) - 1
        for plural in _plurals(words[head]):
            yield " ".join([*words[:head], plural, *words[head + 1 :]])
    elif pos == "verb":
        for tag in ("VBZ", "VBG", "VBD", "VBN"):
            for form in _inflect(words[0], tag):
                yield " ".join([form, *words[1:]])
    elif pos == "acronym":
        yield base + "s"


def _plurals(word: str) -> tuple[str, ...]:
    if "-" in word:
        first, _, last = word.rpartition("-")
        return tuple(f"{first}-{plural}" for plural in _plurals(last))
    if word.islower():
        return _inflect(word, "NNS")
    return (word + "s",) if not word.endswith("s") else ()


def _variants(form: str, american: Mapping[str, str]) -> Iterator[str]:
    spellings = {form}
    lower = form.lower()
    if american and _any_of(tuple(american)).search(lower):
        for british, other in american.items():
            if british in lower:
                spellings |= {_keep_case(s, british, other) for s in spellings}
    for alike in _ALIKE:
        spellings |= {sp.replace(one, other) for sp in spellings for one, other in alike if one in sp}
    for spelling in spellings:
        folded = " ".join(spelling.split())
        if folded:
            yield folded


@lru_cache(maxsize=8)
def _any_of(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, parts)))


def _keep_case(text: str, british: str, other: str) -> str:
    """Replace one spelling by another; what is already spelt the other way ("fulfilled") stays."""

    def replace(found: re.Match[str]) -> str:
        old = found.group()
        if len(old) > 1 and old.isupper():
            return other.upper()
        return other[0].upper() + other[1:] if old[0].isupper() else other

    rest = other[len(british) :] if other.startswith(british) else ""
    pattern = re.escape(british) + (f"(?!{re.escape(rest)})" if rest else "")
    return re.sub(pattern, replace, text, flags=re.IGNORECASE)
