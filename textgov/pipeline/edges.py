"""Where a mention begins and ends: what the span finder or the lexicon left ragged is put right by tags and parse."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import replace
from functools import lru_cache

from lemminflect import getAllLemmas
from spacy.tokens import Doc, Token

from textgov.codebook.loader import Codebook
from textgov.pipeline.bodynames import with_long_names
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.mentions import MODEL_RULE
from textgov.pipeline.names import FIRM_RULE, SHORT_RULE

MODIFIER_DEPS = frozenset({"amod", "compound", "nmod", "nummod", "poss", "conj"})
OBJECT_DEPS = frozenset({"dobj", "pobj", "nsubj", "nsubjpass", "conj", "attr", "dative"})
NOT_SHARED = frozenset({"NNS", "NNPS", "VBN", "VBD"})
NOUN_TAGS = frozenset({"NN", "NNS", "NNP", "NNPS"})
PREMODIFIERS = NOUN_TAGS | {"JJ", "JJR", "JJS", "VBN", "VBG", "HYPH"}
FINITE_TAGS = frozenset({"VBD", "VBZ", "MD"})
PARTICIPLES = frozenset({"VBG", "VBN"})
COUNTS = frozenset({"CD", "DT", "PRP$"})
DASHES = frozenset("–‒—")
BULLETS = frozenset({"So", "Co", "Sm"})
"""Unicode categories of marks that stand before items: symbols, characters of private use."""
LIST_MARKS = frozenset("•‣;*")
HYPHENS = frozenset("-‐‑")
JOINERS = frozenset({"and", "&", "/", "of", "in", "the", "for"})
NAMING_RULES = frozenset({FIRM_RULE, SHORT_RULE})


class Edges:
    """Corrects the edges of the mentions of some layers, before and after the parse.

    Gazetteer names keep theirs. A span that holds a list is split into its items, a half of a hyphenated word is
    completed, a verb at the edge of an actor dropped, the name of its owner and an empty head ("process") taken
    from a mechanism, and the other half of a coordinated modifier ("internal or external monitors") added.
    """

    def __init__(self, codebook: Codebook, nouns: str = "actor", means: str = "mechanism") -> None:
        self._nouns = nouns
        self._means = means
        self._names = frozenset(name.id for names in codebook.names.values() for name in names)
        self._empty = frozenset(codebook.header.empty_heads)
        self._titles = frozenset(codebook.header.title_heads)
        self._owned = frozenset(codebook.header.owned_heads)
        self._never = frozenset(codebook.header.verbs_before)
        self._bodies = frozenset(codebook.header.body_heads)
        self._light = frozenset(codebook.header.light_verbs)
        self._named = frozenset(codebook.header.named_heads)
        self._staff = frozenset(codebook.header.staff_heads)
        self._phrases = {
            layer: re.compile(r"\b(?:" + "|".join(map(re.escape, phrases)) + r")\b")
            for layer, phrases in codebook.header.not_mentions.items()
        }

    def __call__(self, doc: Doc) -> Doc:
        """Correct the drafts in place; they stay sorted and free of overlaps within a layer."""
        drafts = drafts_of(doc)
        layers = (self._nouns, self._means)
        kept = [d for d in drafts if d.layer not in layers]
        ends = self._term_ends(doc)
        fixed = self._fixed_ranges(doc)
        coded = [d for d in drafts if d.layer in layers and not self._is_fixed(doc, d, fixed)]
        for draft in coded:
            _close(doc, draft)
        parts = [p for d in coded for p in self._parts(doc, d, ends)]
        parts = with_long_names(doc, parts, layer=self._nouns, heads=self._named, names=self._names)
        whole = _without_abbreviations(doc, [p for p in parts if any(map(_has_letters, p.span(doc)))])
        for layer in layers:
            self._correct(doc, layer, whole, ends.get(layer, {}))
        whole = self._with_genitives(doc, whole)
        drafts[:] = sorted([*kept, *whole], key=lambda d: (d.start, d.end, d.layer))
        return doc

    def _correct(self, doc: Doc, layer: str, whole: Sequence[Draft], ends: dict[int, int]) -> None:
        own = [d for d in whole if d.layer == layer]
        taken = {i for d in own for i in range(d.start, d.end)}
        owners: set[int] = set()
        if layer == self._means:
            owners = self._owners(doc, whole)
        for draft in own:
            others = taken.difference(range(draft.start, draft.end))
            if draft.rule in self._names:
                if layer == self._means:
                    self._leave_owner(doc, draft, owners)
                continue
            self._complete(doc, draft, others)
            if layer == self._means:
                self._begin_title(doc, draft, others)
                self._leave_verb(doc, draft, ends)
                _leave_count(doc, draft)
                self._shorten(doc, draft, ends, owners)
                _strip_marks(doc, draft)
            else:
                if draft.end - draft.start > 1 and doc[draft.start].dep:
                    _to_noun(doc, draft)
                _drop_verbs(doc, draft, self._never)
            _cut_at_verb(doc, draft)
            _add_coordinate(doc, draft, others)
            taken.update(range(draft.start, draft.end))

    def _with_genitives(self, doc: Doc, drafts: Sequence[Draft]) -> list[Draft]:
        """Join an actor in the genitive to its body ("producers' guild") or part ("brand's compliance team")."""
        lost: set[int] = set()
        by_start = {d.start: d for d in drafts if d.layer == self._nouns}
        for draft in drafts:
            if draft.layer != self._nouns or draft.end >= len(doc) or doc[draft.end].tag_ != "POS":
                continue
            place = draft.end + 1
            while place < len(doc) and place not in by_start and doc[place].tag_ in PREMODIFIERS:
                if doc[place].lower_ in self._staff or doc[place].lower_ in self._bodies:
                    break
                place += 1
            other = by_start.get(place)
            end = other.end if other is not None else place + 1
            if end > len(doc) or place - draft.end > 4:
                continue
            head = doc[end - 1].lower_
            if other is not None and other.rule not in self._names and head in self._bodies:
                other.start = draft.start
                lost.add(id(draft))
            elif head in self._staff and (other is None or other.code == draft.code):
                draft.end = end
                if other is not None:
                    lost.add(id(other))
        return [d for d in drafts if id(d) not in lost]

    def _owners(self, doc: Doc, drafts: Sequence[Draft]) -> set[int]:
        """Tokens of names, and of actors in the genitive: whose means it is, rather than what kind of means."""
        owners = _named_tokens(doc, self._nouns)
        for draft in drafts:
            if draft.layer == self._nouns and self._is_name(doc, draft):
                owners.update(range(draft.start, draft.end))
        return owners

    def _is_name(self, doc: Doc, draft: Draft) -> bool:
        named = draft.rule in self._names or draft.rule in NAMING_RULES
        return named or (draft.end < len(doc) and doc[draft.end].tag_ == "POS")

    def _splits(self, doc: Doc, place: int, draft: Draft, ends: dict[str, dict[int, int]]) -> bool:
        """Whether a conjunction within the span stands between two of its kind: both sides end with a term."""
        own = ends.get(draft.layer, {})
        last = own.get(draft.end, 0)
        return (
            draft.start < place < draft.end - last
            and doc[place].tag_ == "CC"
            and place in own
            and last > 0
            and doc[place - 1].tag_ in NOUN_TAGS
        )

    def _fixed_ranges(self, doc: Doc) -> dict[str, list[tuple[int, int]]]:
        """Ranges of characters, by layer, in which nothing is coded."""
        text = doc.text.lower()
        return {layer: [m.span() for m in p.finditer(text)] for layer, p in self._phrases.items()}

    def _is_fixed(self, doc: Doc, draft: Draft, fixed: dict[str, list[tuple[int, int]]]) -> bool:
        ranges = fixed.get(draft.layer)
        if not ranges or draft.rule in self._names:
            return False
        span = draft.span(doc)
        return any(start <= span.start_char and span.end_char <= end for start, end in ranges)

    def _parts(self, doc: Doc, draft: Draft, ends: dict[str, dict[int, int]]) -> list[Draft]:
        """The items of a list that the span runs over: between bullets, lines, commas of actors, repeated titles."""
        if draft.rule in self._names:
            return [draft]
        parts: list[Draft] = []
        start = draft.start
        if draft.rule == MODEL_RULE and any(
            self._breaks(t, draft) and t.text != "," for t in draft.span(doc)
        ):
            return []
        for place in range(draft.start, draft.end):
            if self._breaks(doc[place], draft) or self._splits(doc, place, draft, ends):
                parts += _part(doc, draft, start, place)
                start = place + 1
            elif self._ends_title(doc, place, draft.end):
                parts += _part(doc, draft, start, place + 1)
                start = place + 1
        return [*parts, *_part(doc, draft, start, draft.end)] if start > draft.start else [draft]

    def _breaks(self, token: Token, draft: Draft) -> bool:
        if token.text in DASHES:
            return not _glued(token.doc, token.i)
        if token.text.count("\n") > 1 or unicodedata.category(token.text[0]) in BULLETS:
            return True
        return token.text in LIST_MARKS or (token.text == "," and draft.layer == self._nouns)

    def _ends_title(self, doc: Doc, place: int, end: int) -> bool:
        """Whether one title of several without a comma ends here: "Child Labour Policy Whistleblowing Policy"."""
        return (
            place + 2 < end
            and doc[place].lower_ in self._titles
            and doc[end - 1].lower_ in self._titles
            and doc[place].text[0].isupper()
            and doc[place + 1].text[0].isupper()
        )

    def _term_ends(self, doc: Doc) -> dict[str, dict[int, int]]:
        """By layer, where matched terms end, with the number of words of the longest one that ends there."""
        ends: dict[str, dict[int, int]] = {}
        candidates: Sequence[Candidate] = doc.user_data.get(CANDIDATES, [])
        for candidate in candidates:
            if candidate.fits:
                layer = ends.setdefault(candidate.rule.layer, {})
                layer[candidate.end] = max(candidate.end - candidate.start, layer.get(candidate.end, 0))
        return ends

    def _complete(self, doc: Doc, draft: Draft, others: set[int]) -> None:
        """Take in the rest of a hyphenated word, and drop bare marks at the edges."""
        _strip_marks(doc, draft)
        while draft.start > 1 and _hyphenated(doc, draft.start - 1) and draft.start - 2 not in others:
            draft.start -= 2

    def _leave_owner(self, doc: Doc, draft: Draft, named: set[int]) -> None:
        """Of a named standard keep what comes after the name of whoever set it, if that says what it is."""
        start = draft.start
        while start < draft.end and (start in named or doc[start].tag_ == "POS"):
            start += 1
        if start < draft.end and doc[draft.end - 1].lower_ in self._owned:
            draft.start = start

    def _leave_verb(self, doc: Doc, draft: Draft, ends: dict[int, int]) -> None:
        """Of "conducting supplier audits" keep the means that a verb which says nothing of it takes as object."""
        start, last = draft.start, draft.end - 1
        if draft.end not in ends or doc[last].tag_ not in NOUN_TAGS or not doc[start].tag_.startswith("VB"):
            return
        if self._light.isdisjoint(_verbs(doc[start].lower_)):
            return
        start += 1
        while start < last and doc[start].tag_ in {"DT", "PRP$", "CD"}:
            start += 1
        if start <= last:
            draft.start = start

    def _begin_title(self, doc: Doc, draft: Draft, others: set[int]) -> None:
        """A title with a capital at its head begins where the capitals begin: "Ethical Trading and Social Policy"."""
        head = doc[draft.end - 1]
        if head.lower_ not in self._titles or not _capital(head):
            return
        place = draft.start
        while place > 0 and place - 1 not in others and self._in_title(doc, place - 1):
            place -= 1
        while place < draft.start and not _capital(doc[place]):
            place += 1
        draft.start = place

    def _in_title(self, doc: Doc, place: int) -> bool:
        token = doc[place]
        if token.tag_ in {"DT", "PRP$", "PRP", "_SP"} or token.lower_ in self._titles:
            return False
        if token.lower_ in JOINERS or _hyphenated(doc, place):
            return _capital(doc[place - 1]) if place > 0 else False
        return _capital(token) and token.tag_ != "RB"

    def _shorten(self, doc: Doc, draft: Draft, ends: dict[int, int], owners: set[int]) -> None:
        """Leave out whose means it is, and a head that adds nothing to it."""
        start = draft.start
        while start < draft.end and (start in owners or doc[start].tag_ == "POS") and start - draft.start < 5:
            start += 1
        rest = [doc[i] for i in range(start, draft.end)]
        if start > draft.start and rest and rest[0].tag_ not in {"CC", "IN"} and rest[0].text not in HYPHENS:
            draft.start = start
        last = draft.end - 1
        if (
            draft.end - draft.start > 1
            and doc[last].lower_ in self._empty
            and ends.get(draft.end, 0) < 2
            and (last in ends or doc[last - 1].tag_ in NOUN_TAGS or doc[last - 1].tag_ == "VBG")
        ):
            draft.end = last


def _named_tokens(doc: Doc, layer: str) -> set[int]:
    """Tokens of the gazetteer's names of a layer."""
    candidates: Sequence[Candidate] = doc.user_data.get(CANDIDATES, [])
    return {
        i
        for c in candidates
        if c.rule.layer == layer and c.rule.is_name and c.fits
        for i in range(c.start, c.end)
    }


def _capital(token: Token) -> bool:
    return token.text[0].isupper()


def _without_abbreviations(doc: Doc, drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out an abbreviation in brackets after the mention that it stands for."""
    ends = {(d.layer, d.end) for d in drafts}
    return [
        d
        for d in drafts
        if not (
            d.start > 0
            and doc[d.start - 1].text == "("
            and d.end < len(doc)
            and doc[d.end].text == ")"
            and (d.layer, d.start - 1) in ends
        )
    ]


def _part(doc: Doc, draft: Draft, start: int, end: int) -> list[Draft]:
    while start < end and doc[start].tag_ in {"CC", ",", "IN", "DT", "_SP"}:
        start += 1
    while start < end and doc[end - 1].tag_ in {"CC", ",", "IN", "DT", "_SP"}:
        end -= 1
    if not any(_has_letters(doc[i]) for i in range(start, end)):
        return []
    return [replace(draft, start=start, end=end)]


def _leave_count(doc: Doc, draft: Draft) -> None:
    """Of "fined two" of "fined two mills" keep the verb."""
    while (
        draft.end - draft.start > 1
        and doc[draft.end - 1].tag_ in COUNTS
        and doc[draft.start].tag_.startswith("VB")
    ):
        draft.end -= 1


def _close(doc: Doc, draft: Draft) -> None:
    """End a mention before a bracket that it opens and does not close: "Ministry of Labour (MoL"."""
    opened = [i for i in range(draft.start + 1, draft.end) if doc[i].text == "("]
    if opened and all(doc[i].text != ")" for i in range(opened[-1], draft.end)):
        draft.end = opened[-1]


def _strip_marks(doc: Doc, draft: Draft) -> None:
    while draft.end - draft.start > 1 and not _has_letters(doc[draft.start]):
        draft.start += 1
    while (
        draft.end - draft.start > 1
        and not _has_letters(doc[draft.end - 1])
        and doc[draft.end - 1].text != ")"
    ):
        draft.end -= 1


def _has_letters(token: Token) -> bool:
    return any(c.isalnum() for c in token.text)


def _hyphenated(doc: Doc, place: int) -> bool:
    return doc[place].text in HYPHENS and _glued(doc, place)


def _glued(doc: Doc, place: int) -> bool:
    """No space on either side of the token, which has neighbours."""
    return 0 < place < len(doc) - 1 and not doc[place - 1].whitespace_ and not doc[place].whitespace_


def _to_noun(doc: Doc, draft: Draft) -> None:
    """Of a span with a verb at an edge ("hire workers") keep the noun phrase that the verb governs."""
    span = draft.span(doc)
    root = span.root
    if len(span) < 2 or not root.tag_.startswith("VB") or root.tag_ == "VBG":
        return
    nouns = [
        t for t in span if t is not root and t.tag_ in NOUN_TAGS and t.head == root and t.dep_ in OBJECT_DEPS
    ]
    if nouns:
        noun = nouns[-1] if nouns[-1].i > root.i else nouns[0]
        draft.start = max(draft.start, noun.left_edge.i, root.i + 1 if root.i < noun.i else draft.start)
        draft.end = noun.i + 1
    while draft.end - draft.start > 1 and doc[draft.start].tag_ in {"DT", "PRP$", "CD", "IN"}:
        draft.start += 1


def _drop_verbs(doc: Doc, draft: Draft, never: Container[str]) -> None:
    """Drop verbs before the noun phrase that the tagger took for its first words: "obliges vendors"."""
    while draft.end - draft.start > 1:
        first = doc[draft.start]
        verb = first.lower_ in never or (first.tag_ not in PARTICIPLES and _only_verb(first.lower_))
        if not verb or doc[draft.start + 1].text in HYPHENS:
            return
        draft.start += 1


def _cut_at_verb(doc: Doc, draft: Draft) -> None:
    """End a noun phrase before the verb whose subject it is: "standard forbids retaliation"."""
    if doc[draft.start].tag_ not in PREMODIFIERS:
        return
    for place in range(draft.start + 1, draft.end):
        token = doc[place]
        finite = (
            token.tag_ in FINITE_TAGS and doc[place - 1].tag_ in NOUN_TAGS and doc[place - 1].dep_ == "nsubj"
        )
        if _hyphenated(doc, place - 1):
            continue
        if finite or (token.lower_.endswith("s") and _only_verb(token.lower_)):
            draft.end = place
            return


@lru_cache(maxsize=20_000)
def _only_verb(word: str) -> bool:
    """Whether a word can be nothing but a form of a verb: "forbids", "mistreat", "including"."""
    return word.isalpha() and not word.endswith(("ed", "ing")) and set(getAllLemmas(word)) == {"VERB"}


@lru_cache(maxsize=20_000)
def _verbs(word: str) -> frozenset[str]:
    """The verbs that a word can be a form of."""
    return frozenset(getAllLemmas(word, upos="VERB").get("VERB", ()))


def _can_be_verb(word: str) -> bool:
    return not {"VERB", "AUX"}.isdisjoint(getAllLemmas(word))


def _add_coordinate(doc: Doc, draft: Draft, others: set[int]) -> None:
    """Add the modifier that is coordinated with the first word of the span: "internal or external monitors"."""
    place = draft.start - 1
    if place < 1 or not doc[place].dep or (doc[place].tag_ != "CC" and doc[place].text != "&"):
        return
    span = draft.span(doc)
    if span.root.tag_ not in NOUN_TAGS or len(span) < 2:
        return
    first = doc[place - 1]
    if first.i in others or first.dep_ not in {"amod", "compound", "nmod"} or first.tag_ in NOT_SHARED:
        return
    if not any(first.is_ancestor(t) or first.head == t for t in span):
        return
    start = min(first.i, first.left_edge.i)
    if all(i not in others for i in range(start, place)) and draft.start - start <= 4:
        while doc[start].tag_ in {"DT", "PRP$"} and start < first.i:
            start += 1
        draft.start = start
