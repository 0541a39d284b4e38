"""Which way outcomes and upgrading go: signs by cues of the codebook, read from the parse, and what denies them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import DirectionCue
from textgov.documents import Status
from textgov.pipeline.cuefinder import CueFinder
from textgov.pipeline.effects import Reach, reaching
from textgov.pipeline.status import decide
from textgov.pipeline.tree import CLAUSAL, OBJECTS, Tree
from textgov.pipeline.walk import Reading, Sign, Walk

ELLIPTIC = frozenset({"do", "does", "did", "have", "has", "had"})


class Directions:
    """Finds the signs of direction in parsed documents."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        cues = [cue for cue in codebook.cues.get("direction", ()) if isinstance(cue, DirectionCue)]
        self._finder: CueFinder[DirectionCue] = CueFinder(nlp, cues, codebook.spelling)

    def reader(self, doc: Doc, tree: Tree, reach: Reach) -> DirectionReader:
        """All signs of a document, ready to be asked what they say of its words."""
        signs: dict[int, list[Sign]] = {}
        for start, end, cues in self._finder(doc):
            root = tree.root(start, end)
            signs.setdefault(root, []).extend(Sign(start, end, root, cue) for cue in cues)
        return DirectionReader(tree, signs, reach)


class DirectionReader:
    """Reads the direction of spans of one document."""

    def __init__(self, tree: Tree, signs: Mapping[int, Sequence[Sign]], reach: Reach) -> None:
        self._tree = tree
        self._signs = signs
        self._reach = reach

    @property
    def signs(self) -> list[Sign]:
        """All signs, in the order of their places."""
        return sorted((s for signs in self._signs.values() for s in signs), key=lambda s: (s.start, s.cue.id))

    def read(self, start: int, end: int, value: int, *, happens: bool, sure: bool) -> Reading:
        """What is said of tokens `start` to `end`; `open` where nothing is.

        `value` is 1 where more of it is good, -1 where it is bad; `happens` that the words name a change themselves
        ("layoffs"); of `sure` ones the nearest sign counts where the parse gives none.
        """
        walk = Walk(self._tree, self._signs, start, end)
        found = walk.read(value, happens=happens)
        if not found.signs and not happens:
            found = walk.beside(found, sure=sure)
        return self._settled(found)

    def by_itself(self, start: int, end: int, value: int) -> int:
        """The value of words that name a change themselves: 0 where they are denied, the opposite of it "no longer"."""
        head = self._tree.root(start, end)
        if self._reversed({head, *self._tree.way(head)[1:2]}):
            return -value
        return 0 if self._is_denied(range(start, end), set()) else value

    def status(self, reading: Reading) -> Status:
        """The assertion status of what happens, by the outermost sign; what is denied is asserted not to happen."""
        sign = reading.signs[-1]
        status = decide(self._reach.effects(sign.start, sign.end))
        if status == "asserted" and self._is_aim(sign.root):
            return "planned"
        return "asserted" if status == "negated" else status

    def _is_aim(self, verb: int) -> bool:
        """Whether a verb tells what a noun is for: "efforts to end child labour"."""
        tree = self._tree
        return (
            tree.tags[verb] == "VB"
            and tree.deps[verb] == "acl"
            and any(tree.words[c] == "to" for c in tree.children[verb][:1])
        )

    def is_left_out(self, verb: int) -> bool:
        """Whether a verb only repeats, denied, another that is left out: "profits rose, but wages did not"."""
        tree = self._tree
        if verb < 0 or tree.words[verb] not in ELLIPTIC or tree.has(verb, OBJECTS | CLAUSAL):
            return False
        return any(tree.deps[child] == "neg" for child in tree.children[verb])

    def _settled(self, reading: Reading) -> Reading:
        """No change where a sign of one is denied; the opposite where it is so no longer."""
        if not reading.signs:
            denied = self.is_left_out(reading.verb)
            return replace(reading, value=0 if denied else reading.value, open=not denied)
        if self._reversed({reading.verb, *(sign.root for sign in reading.signs)}):
            return replace(reading, value=-reading.value, open=False)
        own = {place for sign in reading.signs for place in range(sign.start, sign.end)}
        if any(self._is_denied(range(sign.start, sign.end), own) for sign in reading.signs):
            return replace(reading, value=0, open=False, mixed=False)
        return replace(reading, mixed=True) if self._for_some(reading) else reading

    def _is_denied(self, tokens: range, own: set[int]) -> bool:
        tree = self._tree
        if any(tree.deps[child] == "neg" for child in tree.children[tree.root(tokens.start, tokens.stop)]):
            return True
        effects = reaching(self._reach.effects(tokens.start, tokens.stop))
        return any(effect.status == "negated" and effect.at not in own for effect in effects)

    def _reversed(self, verbs: set[int]) -> bool:
        """Whether one of the verbs happens "no longer", or is what somebody "stopped" doing."""
        heads = self._tree.heads
        stopped = {
            heads[verb]
            for verb in verbs
            if verb >= 0 and self._tree.deps[verb] in ("xcomp", "ccomp", "pcomp")
        }
        return any(
            (sign.root in stopped if "object" in sign.cue.on else heads[sign.root] in verbs)
            for sign in self._with_effect("reverses")
        )

    def _with_effect(self, effect: str) -> Iterator[Sign]:
        return (sign for signs in self._signs.values() for sign in signs if sign.cue.effect == effect)

    def _for_some(self, reading: Reading) -> bool:
        """Whether the sentence sets what happens "for others" off from it."""
        tree = self._tree
        sentence = tree.sentence(reading.signs[0].root)
        return any(
            "clause" in sign.cue.on and tree.sentence(sign.root) == sentence
            for sign in self._with_effect("mixed")
        )
