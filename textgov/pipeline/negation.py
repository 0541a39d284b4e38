"""What a negation denies, and what it takes for granted: of "did not enforce the code" the code exists."""

from __future__ import annotations

from textgov.pipeline.causes import CIRCUMSTANCES, IN_PHRASE, Cause, VerbClasses, Way, in_modified, is_of
from textgov.pipeline.tree import ACTIVE_SUBJECTS, BE, OBJECTS, PASSIVE_SUBJECTS, Tree

CLOSED = frozenset({"adverbial", "conjunct", "relative", "purpose", "gerund"})
DENIED_PLACES = OBJECTS | {"prep", "xcomp", "ccomp", "acl"}


class Denial:
    """Decides what of a clause or phrase a negation leaves standing."""

    def __init__(self, tree: Tree, verbs: VerbClasses) -> None:
        self._tree = tree
        self._verbs = verbs

    def blocker(self, cause: Cause, way: Way, child: int, edge: str, last: str) -> str | None:
        """What keeps a negation at an anchor from a mention below the anchor's `child`; None where nothing does."""
        tree, kind = self._tree, cause.anchor.kind
        if kind not in ("subject", "object") and cause.weak:
            carried = way.is_verb and edge in ("xcomp", "conj") and not last
            return None if carried else "weak"
        if kind == "ascribed":
            return None
        if kind == "determined":
            return self._in_phrase(way, child, edge)
        if kind == "reduced" and not self.brings_about(cause.anchor.own):
            return "presupposed"
        if kind in ("modified", "reduced"):
            return in_modified(tree, way, child)
        if last == "conjunct":
            return None if tree.joined_by_or(child) else last
        if last in CLOSED and edge != "conj":
            return last
        if last == "clause" and (kind in ("subject", "object", "clause") or tree.embeds_question(child)):
            return last
        if kind == "object":
            return "other argument"
        if kind in ("phrase", "opened") or way.verb < 0 or edge in ("pobj", "pcomp", "acomp"):
            return "presupposed" if edge in ("pcomp", "pobj") and way.known else None
        return self._argument(way, kind)

    def _argument(self, way: Way, kind: str) -> str | None:
        """Whether a mention in a place of the denied verb still exists."""
        tree, verbs, edge = self._tree, self._verbs, way.argument
        brought = self.brings_about(way.verb)
        if edge == "self":
            return None
        if edge in ACTIVE_SUBJECTS:
            return None if self._happens(way.verb) else "presupposed"
        if edge in PASSIVE_SUBJECTS:
            return None if brought or (kind == "complement" and not way.known) else "presupposed"
        word = tree.words[way.verb]
        made = brought and edge in OBJECTS and word not in BE
        if word in verbs.persists or (way.known and not made):
            return "presupposed"
        if edge == "prep" and (way.step < way.verb or tree.words[way.step] in CIRCUMSTANCES):
            return "circumstance"
        return None if edge in DENIED_PLACES else "presupposed"

    def _happens(self, verb: int) -> bool:
        """Whether a verb says that its subject comes about: "occur", "take place"."""
        tree = self._tree
        if tree.words[verb] in BE:
            return False
        objects = [c for c in tree.children[verb] if tree.deps[c] in OBJECTS]
        if not objects:
            return self.brings_about(verb)
        return f"{tree.words[verb]} {tree.words[objects[0]]}" in self._verbs.exists

    def brings_about(self, verb: int) -> bool:
        """Whether a verb, with its particle if it has one, brings its object about: "draw up"."""
        tree = self._tree
        particles = (c for c in tree.children[verb] if tree.deps[c] == "prt")
        forms = {tree.words[verb], *(f"{tree.words[verb]} {tree.words[c]}" for c in particles)}
        return not forms.isdisjoint(self._verbs.exists)

    def _in_phrase(self, way: Way, child: int, edge: str) -> str | None:
        """What "no" before a noun does to the rest of its phrase: "no form of audit", "no evidence that ..."."""
        if edge in IN_PHRASE:
            return None
        if edge == "conj":
            return "own determiner" if way.known else None
        if edge == "prep":
            return None if is_of(self._tree, child) and not way.known else "presupposed"
        if edge in ("acl", "ccomp"):
            return self._argument(way, "determined")
        return "presupposed" if edge == "relcl" else "other phrase"
