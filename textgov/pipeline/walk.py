"""The way from the words that name a thing to the signs that say which way it goes.

A thing has a value: 1 where more of it is good (wages), -1 where it is bad (accidents). A sign turns it into the value
of what happens: "wages fell" is -1, "a fall in accidents" 1. That may be turned again: "the cuts were reversed".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from textgov.codebook.schema import DirectionCue
from textgov.pipeline.tree import BE, NOUNS, OBJECTS, PASSIVE_SUBJECTS, SUBJECTS, Tree

DESCRIBING = frozenset(
    ["amod", "advmod", "det", "compound", "nummod", "npadvmod", "nmod", "quantmod", "neg", "predet"]
)
COMPLEMENTS = frozenset(
    ["acomp", "attr", "oprd", "advmod", "prep", "xcomp", "ccomp", "dobj", "npadvmod", "prt", "advcl"]
)
BECOME = frozenset({"acomp"})
MADE = frozenset({"oprd", "acomp", "xcomp", "ccomp", "prep"})
WITHIN_NOUN = frozenset({"compound", "amod", "nmod", "poss", "nummod", "det"})
CLAUSES = frozenset({"relcl", "acl"})
RELATIVE = frozenset({"that", "which", "who"})
SHARED = frozenset({"they", "it", "those", "these", "that"})
CONTRASTED = frozenset({"conj", "advcl", "parataxis", "ccomp"})
LOOSE_PREPOSITIONS = frozenset({"in", "on", "to", "for", "of", "from"})
STEPS = 8
"""How many words up from the thing a sign may stand."""
NEAR = 7
"""How many words to either side, where the parse gives none."""
CLOSE = 2
BREAKS = frozenset(
    [
        ",",
        ";",
        ":",
        ".",
        "but",
        "while",
        "whereas",
        "although",
        "though",
        "yet",
        "which",
        "(",
        ")",
        "where",
        "and",
    ]
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A cue in the text: its tokens, the head of them, and what it says."""

    start: int
    end: int
    root: int
    cue: DirectionCue


@dataclass(frozen=True, slots=True)
class Reading:
    """What happens to a thing.

    `value` is 1 for better, -1 for worse, 0 for no change; `happens` that it is something that happens and no mere
    thing; `open` that it moves without a word on where to; `verb` the verb that it is an argument of, or -1.
    """

    value: int
    happens: bool = False
    mixed: bool = False
    open: bool = False
    signs: tuple[Sign, ...] = ()
    verb: int = -1


def turned(reading: Reading, sign: Sign) -> Reading:
    """What a sign makes of a reading."""
    value, effect = reading.value, sign.cue.effect
    if effect == "moves" and reading.signs:
        return reading
    signs = (*reading.signs, sign)
    if effect in ("less", "denies") and reading.open:
        return replace(reading, value=0, open=False, signs=signs)
    values = {"less": -value, "better": 1, "worse": -1, "same": 0, "denies": 0}
    if effect == "keeps":
        value = value if reading.happens else 0
    return Reading(
        values.get(effect, value),
        happens=True,
        mixed=reading.mixed or effect == "mixed",
        open=effect == "moves",
        signs=signs,
        verb=reading.verb,
    )


def opposite(reading: Reading) -> Reading:
    """The reading with its value turned round."""
    return replace(reading, value=-reading.value)


class Walk:
    """Looks for signs around one mention."""

    def __init__(self, tree: Tree, signs: Mapping[int, Sequence[Sign]], start: int, end: int) -> None:
        self._tree = tree
        self._signs = signs
        self._start, self._end = start, end

    def read(self, value: int, *, happens: bool) -> Reading:
        """What the parse says of the mention; a reading without signs where it says nothing."""
        head = self._tree.root(self._start, self._end)
        reading = self._up(head, self._described(head, Reading(value, happens=happens)))
        if reading.signs:
            return reading
        return self._in_clause(head, reading) or reading

    def _of(self, token: int, place: str) -> Iterator[Sign]:
        """Signs with this head that act on what stands at a place of them, but for those inside the mention."""
        for sign in self._signs.get(token, ()):
            inside = sign.start >= self._start and sign.end <= self._end
            if place in sign.cue.on and not inside:
                yield sign

    def _first(self, token: int, place: str) -> Sign | None:
        return next(self._of(token, place), None)

    def _adjective(self, token: int, reading: Reading) -> Reading | None:
        """What a describing word says: "common", and the opposite where it is "less common"."""
        sign = self._first(token, "adjective")
        if sign is None:
            return None
        degrees = self._degrees(token)
        made = turned(reading, sign)
        if "denies" in degrees:
            return replace(made, value=0)
        return opposite(made) if "less" in degrees else made

    def _degrees(self, token: int) -> set[str]:
        """What the words beside a describing word say of it: "no higher", "less common"."""
        return {
            degree.cue.effect
            for child in self._tree.children[token]
            if self._tree.deps[child] in ("advmod", "neg", "det") and not self._tree.children[child]
            for degree in self._of(child, "adjective")
        }

    def _up(self, node: int, reading: Reading) -> Reading:
        for _ in range(STEPS):
            reading, node = self._step(node, reading)
            if node < 0:
                break
        return reading

    def _step(self, node: int, reading: Reading) -> tuple[Reading, int]:
        """The reading one word further up, and that word, or -1 at the end of the way."""
        tree = self._tree
        label, head = tree.deps[node], tree.heads[node]
        if head == node:
            return reading, -1
        if label in WITHIN_NOUN and not (tree.is_verb(head) and label != "amod"):
            return self._noun(head, reading), head
        if label in ("pobj", "pcomp"):
            return self._after_preposition(node, head, reading)
        if label in ("conj", "appos") and not tree.is_verb(node):
            shared = not reading.signs and not tree.is_verb(head)
            return (self._described(head, reading) if shared else reading), head
        if label in SUBJECTS:
            return self._subject(node, head, reading), -1
        if label in OBJECTS:
            return self._object(node, head, reading), -1
        if label in ("acomp", "xcomp", "advmod") and tree.is_verb(head):
            sign = next((s for s in self._of(head, "subject") if s.cue.effect in ("same", "keeps")), None)
            if sign is None and label == "xcomp" and tree.is_verb(node):
                sign = self._first(head, "object")
            return (turned(reading, sign) if sign else reading), -1
        return reading, -1

    def _noun(self, noun: int, reading: Reading) -> Reading:
        """A noun that the thing is part of: what it says, and what is said of it."""
        sign = self._first(noun, "noun")
        if sign is not None and sign.cue.effect != "carries":
            reading = turned(reading, sign)
        return self._described(noun, reading)

    def _described(self, node: int, reading: Reading) -> Reading:
        """What the words that describe a thing, or how something is done, say of it."""
        tree = self._tree
        labels = DESCRIBING | COMPLEMENTS if tree.is_verb(node) else DESCRIBING
        inner = [g for c in tree.children[node] if tree.deps[c] == "amod" for g in tree.children[c]]
        degrees = [g for g in inner if tree.deps[g] == "advmod"]
        for child in (*tree.children[node], *degrees):
            if tree.deps[child] not in labels:
                continue
            for sign in self._of(child, "adjective"):
                effect = sign.cue.effect
                if reading.signs and not (reading.open or effect == "denies"):
                    continue
                if effect == "denies" and not (reading.happens and tree.deps[child] in DESCRIBING):
                    continue
                if reading.open and effect in ("more", "less"):
                    continue
                reading = turned(reading, sign)
                if "denies" in self._degrees(child):
                    reading = replace(reading, value=0)
        return reading

    def _after_preposition(self, node: int, preposition: int, reading: Reading) -> tuple[Reading, int]:
        tree = self._tree
        opened = self._opened(preposition)
        word, head = tree.words[preposition], tree.heads[preposition]
        if opened is not None:
            return replace(turned(reading, opened), verb=self._verb_above(opened.root)), -1
        if tree.deps[head] == "prep" and head != preposition:
            word, head = f"{tree.words[head]} {word}", tree.heads[head]
        elif tree.deps[head] == "advmod" and tree.is_verb(tree.heads[head]):
            head = tree.heads[head]
        for sign in self._of(head, "oblique"):
            if word in sign.cue.prepositions:
                return replace(turned(reading, sign), verb=head), -1
        noun = self._first(head, "noun")
        if noun is not None and (not tree.is_verb(head) or tree.deps[head] in ("dobj", "pobj")):
            return self._noun(head, reading), head
        if tree.tags[head] in NOUNS:
            return (self._described(head, reading), head) if word == "of" else (reading, -1)
        beside = self._noun_beside(head, preposition, word)
        if beside >= 0:
            return self._noun(beside, reading), beside
        return self._counted(head, reading), -1

    def _opened(self, preposition: int) -> Sign | None:
        """The sign whose last word is a preposition: "at the expense of"."""
        for place in range(max(0, preposition - 4), preposition + 1):
            for sign in self._of(place, "phrase"):
                if sign.end - 1 == preposition:
                    return sign
        return None

    def _noun_beside(self, verb: int, preposition: int, word: str) -> int:
        """The noun that a phrase belongs to where the parser joins both to the verb: "progress was made on wages"."""
        tree = self._tree
        if word not in LOOSE_PREPOSITIONS:
            return -1
        places = (
            child
            for child in tree.children[verb]
            if child < preposition
            and tree.deps[child] in SUBJECTS | OBJECTS
            and self._first(child, "noun") is not None
        )
        return next(places, -1)

    def _subject(self, node: int, verb: int, reading: Reading) -> Reading:
        """What a verb says of its subject; of two that differ, that it is mixed."""
        tree = self._tree
        passive = tree.deps[node] in PASSIVE_SUBJECTS
        own = self._done_by(verb, passive, reading)
        for child in tree.children[verb]:
            if child < node or tree.deps[child] not in CONTRASTED or not tree.is_verb(child):
                continue
            subjects = [c for c in tree.children[child] if tree.deps[c] in SUBJECTS]
            if subjects and tree.words[subjects[0]] not in SHARED:
                continue
            if not subjects and tree.deps[child] != "conj":
                continue
            passive = tree.is_passive(child)
            other = self._done_by(child, passive, reading)
            if own is None:
                own = other
            elif other is not None and other.value == -own.value:
                own = replace(own, mixed=True, signs=(*own.signs, *other.signs))
        return own or replace(reading, verb=verb)

    def _done_by(self, verb: int, passive: bool, reading: Reading) -> Reading | None:
        """What a verb, its infinitive, its complement or object say of the subject, active or passive."""
        tree = self._tree
        place = "object" if passive else "subject"
        signs = [sign for sign in self._of(verb, place) if passive or not self._acts(verb, sign)]
        signs += self._of(verb, "adjective") if passive else ()
        sign = signs[0] if signs else None
        if sign is None or sign.cue.effect != "same":
            for child in tree.children[verb]:
                if tree.deps[child] == "xcomp" and tree.is_verb(child):
                    inner = self._done_by(child, tree.has(child, frozenset({"auxpass"})), reading)
                    if inner is not None:
                        return inner
        if sign is not None:
            made = None if sign.cue.effect == "same" else self._made(verb, verb, reading, passive=passive)
            if made is not None:
                return made
            return self._described(verb, replace(turned(reading, sign), verb=verb))
        for child in tree.children[verb]:
            if tree.deps[child] not in COMPLEMENTS or child < verb:
                continue
            adjective = self._adjective(child, reading)
            if adjective is not None:
                return replace(adjective, verb=verb)
            noun = self._first(child, "noun")
            if noun is not None and tree.deps[child] in OBJECTS and noun.cue.effect != "carries":
                return replace(self._noun(child, reading), verb=verb)
        return None

    def _acts(self, verb: int, sign: Sign) -> bool:
        """Whether a verb that can do both acts on an object: "wages increase costs", but "increased ten per cent"."""
        tree = self._tree
        objects = [c for c in tree.children[verb] if tree.deps[c] == "dobj"]
        if "object" not in sign.cue.on or not objects:
            return False
        return not any(tree.tags[t] in ("CD", "$") or tree.words[t] == "%" for t in tree.subtree(objects[0]))

    def _object(self, node: int, verb: int, reading: Reading) -> Reading:
        """What a verb, or what it makes of its object, says of that: "cut wages", "left wages unchanged"."""
        tree = self._tree
        sign = self._first(verb, "object")
        if tree.words[verb] not in BE and (sign is None or sign.cue.effect != "same"):
            made = self._made(node, verb, reading)
            if made is not None:
                return made
        if sign is not None:
            return replace(turned(reading, sign), verb=verb)
        return self._counted(verb, reading)

    def _counted(self, verb: int, reading: Reading) -> Reading:
        """What it says that more or fewer have something: "more workers are on fixed contracts"."""
        tree = self._tree
        if not tree.is_verb(verb):
            return reading
        for child in tree.children[verb]:
            described = self._described(child, reading) if tree.deps[child] in SUBJECTS else reading
            if not reading.signs and described.signs and described.signs[-1].cue.effect in ("more", "less"):
                return replace(described, verb=verb)
        return replace(reading, verb=verb)

    def _made(self, node: int, verb: int, reading: Reading, *, passive: bool = True) -> Reading | None:
        """What a verb makes of its object: "left wages unchanged", "hours were brought within the legal limit"."""
        tree = self._tree
        for child in tree.children[verb]:
            if child > node and tree.deps[child] in (MADE if passive else BECOME):
                made = self._adjective(child, reading)
                if made is not None:
                    return replace(made, verb=verb)
        return None

    def _in_clause(self, head: int, reading: Reading) -> Reading | None:
        """What a relative or participial clause says of its noun."""
        tree = self._tree
        for child in tree.children[head]:
            if tree.deps[child] not in CLAUSES or not tree.is_verb(child):
                continue
            subjects = [c for c in tree.children[child] if tree.deps[c] in SUBJECTS]
            passive = tree.is_passive(child)
            if not subjects or tree.words[subjects[0]] in RELATIVE:
                found = self._done_by(child, passive, reading)
            else:
                made = self._object(head, child, reading)
                found = made if made.signs else None
            if found is not None:
                return found
        return None

    def _verb_above(self, token: int) -> int:
        tree = self._tree
        return next((t for t in tree.way(token) if tree.is_verb(t)), -1)

    def _acts_beside(self, sign: Sign) -> bool:
        """Whether a sign to the left may act on the mention: an object or complement, or one after a preposition."""
        if sign.cue.effect in ("moves", "carries"):
            return False
        if "noun" in sign.cue.on or ("object" in sign.cue.on and self._may_take(sign)):
            return True
        between = self._tree.words[sign.end : self._start]
        return "oblique" in sign.cue.on and not set(between).isdisjoint(sign.cue.prepositions)

    def _may_take(self, sign: Sign) -> bool:
        """Whether what stands behind a verb may be its object: it has no other, is active, and describes no noun."""
        tree, verb = self._tree, sign.root
        if not tree.is_verb(verb) or tree.deps[verb] == "amod" or tree.is_passive(verb):
            return False
        head = tree.root(self._start, self._end)
        joined = tree.way(head) if tree.deps[head] == "conj" else [head]
        objects = [
            c for c in tree.children[verb] if tree.deps[c] == "dobj" and not sign.start <= c < sign.end
        ]
        return all(c in joined for c in objects)

    def beside(self, reading: Reading, *, sure: bool) -> Reading:
        """What the nearest sign in the same stretch of words says, where the parse gave none.

        Of what is not sure only a sign right before it counts: "the exporter added design".
        """
        if sure:
            after = self._after(reading)
            return after if after.signs else self._before(reading, NEAR)
        return self._before(reading, CLOSE)

    def _after(self, reading: Reading) -> Reading:
        tree = self._tree
        first, last = tree.sentences[tree.sentence(self._start)]
        named = self._end + (self._end < last and tree.words[self._end] == ":")
        for place in range(named, min(last, named + NEAR)):
            if tree.words[place] in BREAKS:
                break
            passive = any(tree.words[t] in BE for t in range(max(first, place - 3), place))
            places = {"subject", *(("object", "adjective") if passive else ())}
            if place == named:
                places |= {"adjective", "object"} if tree.tags[place] == "VBN" else {"adjective"}
            for sign in self._signs.get(place, ()):
                if not places.isdisjoint(sign.cue.on):
                    return replace(turned(reading, sign), verb=place)
        return reading

    def _before(self, reading: Reading, reach: int) -> Reading:
        tree = self._tree
        first, _ = tree.sentences[tree.sentence(self._start)]
        for place in range(self._start - 1, max(first, self._start - reach) - 1, -1):
            if tree.words[place] in BREAKS:
                break
            for sign in self._signs.get(place, ()):
                if self._acts_beside(sign):
                    return replace(turned(reading, sign), verb=place)
        return reading
