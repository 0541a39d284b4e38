"""Finds lexicon and gazetteer entries: the first component, and the only one that sees every token."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Context
from textgov.pipeline.rules import Rule, patterns

CANDIDATES = "textgov_candidates"
"""Key of `Doc.user_data` under which the matches of all layers lie, by start and end."""
SHOUTED = 5
"""Names of this length or more are found in capitals too, as headings and logos write them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Tokens `start` to `end` match a surface form of `rule`; `fits` says whether its context agrees."""

    start: int
    end: int
    rule: Rule
    fits: bool


class Matcher:
    """Matches all surface forms of a codebook over tokens; overlapping matches are all kept."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        self._lower = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._exact = PhraseMatcher(nlp.vocab, attr="ORTH")
        self._rules: dict[int, Rule] = {}
        lower: dict[str, list[str]] = {}
        exact: dict[str, list[str]] = {}
        for pattern in patterns(codebook):
            self._rules[nlp.vocab.strings.add(pattern.rule.id)] = pattern.rule
            forms = exact if pattern.cased else lower
            forms.setdefault(pattern.rule.id, []).append(pattern.text)
            if pattern.cased and len(pattern.text) >= SHOUTED and not pattern.text.isupper():
                forms[pattern.rule.id].append(pattern.text.upper())
        for matcher, table in ((self._lower, lower), (self._exact, exact)):
            for rule, texts in table.items():
                matcher.add(rule, [nlp.make_doc(text) for text in sorted(set(texts))])

    def __call__(self, doc: Doc) -> Doc:
        """Leave the candidates in `doc.user_data`, sorted by start, longest first."""
        found = {*self._lower(doc), *self._exact(doc)}
        lowers: list[str] = [token.lower_ for token in doc] if found else []
        words = set(lowers)
        candidates = [
            Candidate(start, end, rule, _fits(rule, start, end, lowers, words))
            for key, start, end in found
            if (rule := self._rules[key])
        ]
        candidates.sort(key=lambda c: (c.start, -c.end, c.rule.id))
        doc.user_data[CANDIDATES] = candidates
        return doc


def _fits(rule: Rule, start: int, end: int, lowers: list[str], words: set[str]) -> bool:
    if rule.unless is not None and _holds(rule.unless, start, end, lowers, words):
        return False
    return rule.needs is None or _holds(rule.needs, start, end, lowers, words)


def _holds(context: Context, start: int, end: int, lowers: list[str], words: set[str]) -> bool:
    if start > 0 and lowers[start - 1] in context.before:
        return True
    if end < len(lowers) and lowers[end] in context.after:
        return True
    return any(word in words if " " not in word else word in " ".join(lowers) for word in context.near)
