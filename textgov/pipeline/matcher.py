"""Finds lexicon and gazetteer entries: the first component, and the only one that sees every token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from textgov.codebook.expand import spellings
from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Context
from textgov.pipeline.rules import Rule, patterns
from textgov.pipeline.words import lower_words

CANDIDATES = "textgov_candidates"
"""Key of `Doc.user_data` under which the matches of all layers lie, by start and end."""
Tokens = tuple[str, ...]
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
        self._contexts: dict[int, tuple[_Surroundings | None, _Surroundings | None]] = {}
        contexts = _Contexts(nlp, codebook.spelling)
        lower: dict[str, list[str]] = {}
        exact: dict[str, list[str]] = {}
        for pattern in patterns(codebook):
            key = nlp.vocab.strings.add(pattern.rule.id)
            if key not in self._rules:
                self._rules[key] = pattern.rule
                self._contexts[key] = (
                    contexts.compiled(pattern.rule.needs),
                    contexts.compiled(pattern.rule.unless),
                )
            forms = exact if pattern.cased else lower
            forms.setdefault(pattern.rule.id, []).append(pattern.text)
            if pattern.cased and len(pattern.text) >= SHOUTED and not pattern.text.isupper():
                forms[pattern.rule.id].append(pattern.text.upper())
        for matcher, table in ((self._lower, lower), (self._exact, exact)):
            for rule, texts in table.items():
                matcher.add(rule, [nlp.make_doc(text) for text in sorted(set(texts))])

    def __call__(self, doc: Doc) -> Doc:
        """Leave the candidates in `doc.user_data`, sorted by start, longest first."""
        text = _Text(doc)
        candidates = [
            Candidate(start, end, self._rules[key], self._fits(key, text, start, end))
            for key, start, end in {*self._lower(doc), *self._exact(doc)}
        ]
        candidates.sort(key=lambda c: (c.start, -c.end, c.rule.id))
        doc.user_data[CANDIDATES] = candidates
        return doc

    def _fits(self, key: int, text: _Text, start: int, end: int) -> bool:
        needs, unless = self._contexts[key]
        if unless is not None and unless.hold(text, start, end):
            return False
        return needs is None or needs.hold(text, start, end)


class _Contexts:
    """Contexts as tokens, in all their spellings, each made once."""

    def __init__(self, nlp: Language, american: Mapping[str, str]) -> None:
        self._nlp = nlp
        self._american = american
        self._tokens: dict[str, frozenset[Tokens]] = {}
        self._sides: dict[tuple[str, ...], frozenset[Tokens]] = {}

    def compiled(self, context: Context | None) -> _Surroundings | None:
        if context is None:
            return None
        near, before, after = (self._side(s) for s in (context.near, context.before, context.after))
        return _Surroundings(
            frozenset(tokens[0] for tokens in near if len(tokens) == 1),
            tuple(sorted(f" {' '.join(tokens)} " for tokens in near if len(tokens) > 1)),
            before,
            after,
            max(map(len, before | after), default=0),
        )

    def _side(self, texts: tuple[str, ...]) -> frozenset[Tokens]:
        if texts not in self._sides:
            self._sides[texts] = frozenset().union(*map(self._tokens_of, texts))
        return self._sides[texts]

    def _tokens_of(self, text: str) -> frozenset[Tokens]:
        """Token sequences of a text: as it would be cut in the middle of a sentence, and in one piece ("u.s.")."""
        if text not in self._tokens:
            forms = spellings(text, self._american)
            cut = {tuple(token.text for token in self._nlp.make_doc(form)) for form in forms}
            self._tokens[text] = frozenset(cut | {(form,) for form in forms if " " not in form})
        return self._tokens[text]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """Words and phrases (between spaces) of a text, and what stands directly before or after a match."""

    words: frozenset[str]
    phrases: tuple[str, ...]
    before: frozenset[Tokens]
    after: frozenset[Tokens]
    longest: int

    def hold(self, text: _Text, start: int, end: int) -> bool:
        """Whether one of them is there."""
        if not self.words.isdisjoint(text.words) or any(phrase in text.joined for phrase in self.phrases):
            return True
        lowers = text.lowers
        return any(
            (self.before and tuple(lowers[max(0, start - n) : start]) in self.before)
            or (self.after and tuple(lowers[end : end + n]) in self.after)
            for n in range(1, self.longest + 1)
        )


class _Text:
    """Tokens of a document in lower case."""

    def __init__(self, doc: Doc) -> None:
        self.lowers = lower_words(doc)
        self.words = frozenset(self.lowers)
        self.joined = f" {' '.join(self.lowers)} "
