"""What a cue does to a mention: whether it reaches it, and if not, what stands between.

After ConText (Harkema, Dowling, Thornblade & Chapman 2009) with syntactic scope, and the treatment of presupposition
and embedding by Nairn, Condoravdi & Karttunen (2006).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from textgov.pipeline.causes import (
    CIRCUMSTANCES,
    IMPERATIVE,
    KNOWN,
    SHARED_PREPOSITIONS,
    Cause,
    Effect,
    VerbClasses,
    Way,
    in_modified,
    way_of,
)
from textgov.pipeline.lists import Listed, states_fact
from textgov.pipeline.negation import Denial
from textgov.pipeline.scope import Anchor
from textgov.pipeline.tree import (
    ACTIVE_SUBJECTS,
    BE,
    CLAUSAL,
    OBJECTS,
    PASSIVE_SUBJECTS,
    SUBJECTS,
    Tree,
    to_infinitive,
)

COMPLEMENTS = frozenset(
    [
        "xcomp",
        "ccomp",
        "dobj",
        "pobj",
        "prep",
        "oprd",
        "attr",
        "acomp",
        "acl",
        "dative",
        "pcomp",
        "agent",
        "advcl",
    ]
)
PREDICATIVE = frozenset({"complement", "clausal", "participle", "ascribed", "predicated"})
CLEFT_KINDS = frozenset({"clause", "complement", "clausal", "ascribed"})
ADJUNCTS = frozenset({"prep", "agent", "npadvmod"})


class Reach:
    """Decides which causes on the way of a mention reach it."""

    def __init__(
        self,
        tree: Tree,
        causes: Mapping[int, Sequence[Cause]],
        verbs: VerbClasses,
        lists: Sequence[Listed] = (),
    ) -> None:
        self._tree = tree
        self._causes = causes
        self._verbs = verbs
        self._lists = lists
        self._denial = Denial(tree, verbs)

    def effects(self, start: int, end: int) -> list[Effect]:
        """All causes that the way from the head of a mention to the root leads through."""
        tree = self._tree
        head = tree.root(start, end)
        effects = list(self._listed(head))
        if not self._causes:
            return effects
        tokens = tree.way(head)
        way = way_of(tree, tokens)
        for depth, token in enumerate(tokens):
            for cause in (*self._causes.get(token, ()), *self._clefted(token, tokens, depth)):
                inner = cause.at == start and tree.words[start] == "not"
                if inner and effects and cause.status == "negated":
                    continue
                effect = self._effect(cause, way, depth)
                if effect is not None:
                    effects.append(effect)
        return effects

    def _listed(self, head: int) -> Iterator[Effect]:
        for item in self._lists:
            if item.start <= head < item.end:
                blocker = "fact" if states_fact(self._tree, head, item.first) else None
                yield Effect(
                    item.status, item.cue, "listed", "self", 0, item.start, item.start, "bare", blocker
                )

    def _clefted(self, token: int, tokens: list[int], depth: int) -> list[Cause]:
        """What bears on the clause before "is" in "what buyers must adopt is a standard"."""
        tree = self._tree
        if not depth or tree.words[token] not in BE or tree.deps[tokens[depth - 1]] != "attr":
            return []
        clauses = [
            c for c in tree.children[token] if c < token and tree.is_verb(c) and tree.embeds_question(c)
        ]
        return [
            Cause(Anchor(token, "clause"), cause.status, cause.cue, cause.at, cause.weak)
            for clause in clauses
            for cause in self._causes.get(clause, ())
            if cause.anchor.kind in CLEFT_KINDS and cause.status != "negated"
        ]

    def _effect(self, cause: Cause, way: Way, depth: int) -> Effect | None:
        anchor, child = cause.anchor, way.tokens[depth - 1] if depth else -1
        edge = self._tree.deps[child] if depth else "self"
        if not _touches(self._tree, anchor, child, edge):
            return None
        blocker = self._blocker(cause, way, depth, edge)
        return Effect(
            cause.status,
            cause.cue,
            anchor.kind,
            edge,
            depth,
            cause.at,
            anchor.token,
            way.introduced,
            blocker,
        )

    def _blocker(self, cause: Cause, way: Way, depth: int, edge: str) -> str | None:
        if self._tree.separated(cause.at, way.tokens[0]):
            return "list item"
        if cause.status == "conditional" and cause.anchor.kind in ("inside", "phrase", "opened"):
            return None
        if depth == 0:
            return self._at_head(cause, way)
        for place, kind in enumerate(way.crossings[: depth - 1]):
            if kind and self._stops(cause, kind, way.tokens[place], way, edge):
                return kind
        last, child = way.crossings[depth - 1], way.tokens[depth - 1]
        if last == "parataxis":
            return last
        if cause.status == "negated":
            return self._denial.blocker(cause, way, child, edge, last)
        return self._last(cause, way, child, edge, last)

    def _at_head(self, cause: Cause, way: Way) -> str | None:
        """What a cue on the head of the mention itself does."""
        kind = cause.anchor.kind
        if cause.weak and not way.is_verb:
            return "weak"
        if kind == "phrase" and cause.status == "negated" and not way.is_verb:
            return "contrast"
        if kind == "reduced":
            return None if self._denial.brings_about(cause.anchor.own) else "presupposed"
        if kind == "modified" and cause.status == "prescribed" and cause.at < way.tokens[0]:
            return "attribute"
        return None

    def _stops(self, cause: Cause, kind: str, token: int, way: Way, edge: str) -> bool:
        """Whether the effect ends at a crossing below its last step."""
        tree, status = self._tree, cause.status
        head = tree.heads[token]
        if kind == "phrase":
            return self._stops_at_phrase(cause, token, way, edge)
        if kind in ("purpose", "infinitive", "result"):
            return False
        if kind == "gerund":
            return way.known
        if kind == "participle":
            return way.known and not (status == "prescribed" and tree.words[token] in self._verbs.light)
        if kind == "relative":
            new = tree.determiner(head) not in KNOWN and not way.known
            passes = (new and status in ("prescribed", "planned")) or cause.anchor.kind == "determined"
            return edge in SUBJECTS or not passes
        if kind == "clause":
            carried = status == "conditional" or cause.anchor.kind == "determined"
            return not carried and tree.words[head] not in self._verbs.ensures
        if kind == "conjunct" and status == "negated":
            return not tree.joined_by_or(token)
        return kind in ("adverbial", "conjunct", "parataxis", "poss")

    def _stops_at_phrase(self, cause: Cause, token: int, way: Way, edge: str) -> bool:
        """Whether it ends at a preposition after a noun: trained "on the law", but complied with the terms "of" it."""
        tree, status = self._tree, cause.status
        word, subject = tree.words[token], edge in SUBJECTS
        if status == "conditional":
            return False
        if status == "negated":
            shared = cause.anchor.kind in ("determined", "modified") and word in SHARED_PREPOSITIONS
            return not shared or way.known
        if status == "prescribed" and (word == "of" or tree.words[tree.heads[token]] in self._verbs.light):
            return subject and (way.known or word != "of")
        if tree.deps[way.tokens[0]] == "pcomp" or way.known or subject:
            return True
        return status == "hedged" and word not in SHARED_PREPOSITIONS

    def _last(self, cause: Cause, way: Way, child: int, edge: str, last: str) -> str | None:
        """What the last step does to an effect that does not deny: the step into the anchor itself."""
        tree, kind = self._tree, cause.anchor.kind
        if kind == "governed":
            return last if last in ("adverbial", "relative", "conjunct", "gerund") else None
        if last in ("adverbial", "conjunct", "relative"):
            return last
        if kind == "inside":
            known = way.known and edge not in ("conj", "xcomp", "ccomp")
            return "presupposed" if edge in SUBJECTS or known else None
        if cause.status == "hedged" and last == "clause" and kind != "clause":
            asked = tree.embeds_question(child) and way.argument in SUBJECTS
            return "presupposed" if asked else None
        if kind == "question":
            return _asked(tree, cause.anchor.token, edge, way)
        if kind in ("modified", "reduced"):
            return in_modified(tree, way, child)
        if kind in ("complement", "clausal"):
            return self._into_complement(cause, child, edge, last)
        if kind == "clause":
            return self._into_clause(cause, way, child, edge, last)
        if kind == "ascribed" and edge in SUBJECTS and _complemented(tree, cause.anchor):
            return "presupposed" if way.known or cause.status == "prescribed" else None
        if last == "clause" and tree.embeds_question(child):
            return last
        if kind == "phrase" and cause.status != "conditional" and way.known and last == "phrase":
            return "presupposed"
        return None

    def _into_complement(self, cause: Cause, child: int, edge: str, last: str) -> str | None:
        tree = self._tree
        clausal = cause.anchor.kind == "clausal" and cause.status == "prescribed" and edge == "xcomp"
        if clausal and self._is_own_act(cause.anchor.token, child):
            return "own act"
        if edge in ("agent", "advcl") and last != "purpose":
            return "circumstance"
        if (edge == "ccomp" or last == "clause") and tree.embeds_question(child):
            return "question"
        return None

    def _is_own_act(self, verb: int, child: int) -> bool:
        """Whether the infinitive has the subject of its verb: "expects to win", not "expects them to win"."""
        tree = self._tree
        if tree.is_passive(verb) or not tree.is_verb(verb) or tree.has_subject(child):
            return False
        return not any(tree.deps[c] in OBJECTS for c in tree.children[verb] if c < child)

    def _into_clause(self, cause: Cause, way: Way, child: int, edge: str, last: str) -> str | None:
        tree, verb = self._tree, cause.anchor.token
        word = tree.words[verb]
        if last == "clause" and word not in self._verbs.ensures:
            return last
        outer = edge in ACTIVE_SUBJECTS or edge == "prep" or way.known
        if cause.weak and outer and not way.is_verb and word not in BE:
            return "weak"
        if cause.cue == IMPERATIVE and child < verb:
            return "circumstance"
        if edge in ADJUNCTS and cause.status != "prescribed" and way.known:
            return "presupposed"
        if edge in ADJUNCTS and (child < verb or tree.words[child] in CIRCUMSTANCES):
            return "circumstance"
        return "presupposed" if last == "gerund" and way.known else None


def _touches(tree: Tree, anchor: Anchor, child: int, edge: str) -> bool:
    """Whether the step into the anchor is one that its cue looks at."""
    kind, token = anchor.kind, anchor.token
    if child < 0:
        return kind not in PREDICATIVE and not (kind == "phrase" and anchor.own == token)
    if kind == "participle":
        return child > token and (edge in ("xcomp", "ccomp") or child == anchor.own)
    if child == anchor.own:
        return False
    if kind in ("clausal", "complement") and edge == "conj":
        return child > token and to_infinitive(tree, child)
    if kind == "clausal":
        return child > token and edge in CLAUSAL
    if kind == "complement":
        if edge in PASSIVE_SUBJECTS:
            return not tree.has(token, CLAUSAL)
        return child > token and edge in COMPLEMENTS
    if kind == "phrase":
        return child > anchor.own
    if kind == "predicated":
        return edge in CLAUSAL or (edge in ("attr", "acomp") and child > anchor.own)
    if kind == "ascribed":
        subjects = PASSIVE_SUBJECTS if tree.is_verb(anchor.own) else SUBJECTS
        return edge in subjects or (edge in CLAUSAL | {"csubj"} and child > anchor.own)
    return True


def _asked(tree: Tree, verb: int, edge: str, way: Way) -> str | None:
    """What a question leaves open: its verb, and whether there is something indefinite."""
    open_places = ("attr", "dobj", "nsubjpass", "conj", "xcomp")
    if edge in open_places and not way.known and not tree.embeds_question(verb):
        return None
    return "presupposed"


def _complemented(tree: Tree, anchor: Anchor) -> bool:
    """Whether a predicate has a complement of its own: "due to open", "necessary for trust"."""
    if any(tree.deps[c] in CLAUSAL and c > anchor.own for c in tree.children[anchor.token]):
        return True
    return any(
        tree.deps[c] in CLAUSAL or (tree.deps[c] == "prep" and tree.words[c] in ("for", "to"))
        for c in tree.children[anchor.own]
        if c > anchor.own
    )


def reaching(effects: Sequence[Effect]) -> list[Effect]:
    """Those that nothing blocks."""
    return [effect for effect in effects if effect.blocker is None]
