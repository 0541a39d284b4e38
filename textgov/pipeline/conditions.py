"""The clause under which an effect is said to hold, tied to the mentions of the clause that it governs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import ConditionCue
from textgov.pipeline.cuefinder import CueFinder
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.scope import anchors_of_mark, is_inverted, opened_clause
from textgov.pipeline.tree import AUXILIARIES, FINITE, SUBJECTS, Tree, crossing, tree_of
from textgov.pipeline.words import is_parsed

EDGES = frozenset(
    {",", ";", ":", ".", "?", "!", "-", "–", "—", "(", ")", '"', "”", "’", "'", "and", "or", "but", "then"}
)
LEFT_OUT = frozenset({"adverbial", "parataxis", "conjunct"})
CONTINUED = frozenset({"xcomp", "conj", "ccomp", "acomp", "pcomp", "prep", "advcl"})
DENYING = frozenset(
    {"no", "not", "n't", "never", "nothing", "nobody", "none", "little", "few", "hardly", "rarely", "cannot"}
)
ASKED = frozenset({"ccomp", "pcomp"})
"""What "if" or "when" opens here is asked or said, no condition: "it is not known if"."""
LEFTWARD = frozenset({"only", "even", "especially", "particularly", "but", "and"})


OPENING_TAGS = frozenset({"DT", "PRP", "PRP$", "NN", "NNS", "NNP", "NNPS", "JJ", "CD"})
SLIP = 3
"""So many last words of a condition may be joined to the main clause by mistake."""
KINDS = ("mark", "inverted", "preposition", "without", "predicate", "premise", "comparative", "pseudo")
"""Of cues with the same words, in which order they are tried."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Tokens `start` to `end` are the condition; `governed` the tokens of what it conditions."""

    start: int
    end: int
    governed: frozenset[int]
    cue: str


class Conditions:
    """Finds conditions and ties them to mentions."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        cues = [cue for cue in codebook.cues.get("condition", ()) if isinstance(cue, ConditionCue)]
        self._finder: CueFinder[ConditionCue] = CueFinder(nlp, cues, codebook.spelling)

    def __call__(self, doc: Doc) -> Doc:
        """Set the condition of the mentions of all layers that one governs: the nearest."""
        drafts = drafts_of(doc)
        if not drafts or not is_parsed(doc):
            return doc
        for condition in self.conditions(doc):
            place = (doc[condition.start].idx, doc[condition.end - 1].idx + len(doc[condition.end - 1]))
            for draft in _tied(tree_of(doc), drafts, condition):
                if draft.condition is None or _distance(doc, draft, place) < _distance(
                    doc, draft, draft.condition
                ):
                    draft.condition = place
        return doc

    def conditions(self, doc: Doc) -> list[Condition]:
        """All conditions of a parsed document, in order."""
        hits = self._finder(doc)
        if not hits:
            return []
        tree = tree_of(doc)
        found: list[Condition] = []
        for start, end, cues in hits:
            for cue in sorted(cues, key=lambda cue: KINDS.index(cue.kind)):
                condition = _condition(tree, start, end, cue)
                if condition is not None:
                    found.append(condition)
                    break
        return found


def _condition(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    if cue.kind in ("mark", "inverted"):
        return _of_clause(tree, start, end, cue)
    if cue.kind in ("preposition", "without"):
        return _of_phrase(tree, start, end, cue) or _fronted(tree, start, end, cue)
    if cue.kind == "predicate":
        return _of_predicate(tree, start, end, cue) or _linear(tree, start, end, cue)
    if cue.kind == "premise":
        return _of_premise(tree, start, end, cue)
    return _of_comparative(tree, start, end, cue) if cue.kind == "comparative" else None


def _of_clause(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    if cue.kind == "inverted" and not is_inverted(tree, start):
        return None
    verb = opened_clause(tree, start, end)
    turn = _inversion(tree, start, end)
    if end < turn < verb:
        return Condition(start, turn, frozenset(range(turn, tree.sentences[tree.sentence(start)][1])), cue.id)
    comma = _first_comma(tree, start, end)
    if verb < 0 or (start < comma < verb and not tree.has(verb, frozenset({"mark"}))):
        return _by_commas(tree, start, end, cue)
    if cue.present and not _is_general(tree, start, end, verb):
        return None
    if tree.deps[verb] in ASKED and end - start == 1 and start > tree.heads[verb]:
        return None
    main = next((a.token for a in anchors_of_mark(tree, start, end) if a.kind == "governed"), -1)
    inside = {token for token in tree.subtree(verb) if token >= start}
    if main in inside:
        inside -= set(tree.subtree(main))
    elif main < 0:
        main = _swallowed(tree, start, verb, inside)
        if main >= 0:
            first = min(tree.subtree(main))
            inside = {token for token in inside if token < first}
    return _build(tree, start, inside, main, cue)


def _inversion(tree: Tree, start: int, end: int) -> int:
    """The auxiliary that opens the main clause of "only if the importer signs will the pact bind", or -1."""
    first, last = tree.sentences[tree.sentence(start)]
    if start != first or tree.words[start] != "only":
        return -1
    places = range(end + 2, last - 2)
    return next((t for t in places if tree.tags[t] == "MD" and tree.tags[t + 1] in OPENING_TAGS), -1)


def _swallowed(tree: Tree, start: int, verb: int, inside: set[int]) -> int:
    """The main clause that the parser put under the conditional one before it; a comma stands between."""
    if start != tree.sentences[tree.sentence(start)][0]:
        return -1
    for token in sorted(inside):
        if token <= verb or not tree.is_verb(token):
            continue
        if tree.has_subject(token) or (tree.tags[token] == "VB" and tree.words[token - 1] == ","):
            first = min(tree.subtree(token))
            if first > verb and (tree.words[first - 1] == "," or tree.words[first] == ","):
                return token
    return -1


def _is_general(tree: Tree, start: int, end: int, verb: int) -> bool:
    """Whether a temporal or local clause says when something holds, not when it happened or what a named place is."""
    if tree.is_past(verb) or not tree.is_finite(verb):
        return False
    if tree.words[end - 1] != "where" or end - start > 1:
        return True
    opens = start == tree.sentences[tree.sentence(start)][0] or tree.words[start - 1] in ("but", "and")
    if not opens and tree.words[start - 1] == ",":
        return False
    return tree.deps[verb] != "relcl" or tree.determiner(tree.heads[verb]) == "bare"


def _of_phrase(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    root = tree.root(start, end)
    verb = _verb_above(tree, root)
    if verb < 0 or verb in range(start, end) or end == len(tree.words):
        return None
    if cue.kind == "without" and not _without_counts(tree, start, root, verb):
        return None
    if tree.words[end] in ("which", "whom"):
        return None
    if tree.deps[root] in ("acomp", "oprd"):
        return _of_predicate(tree, start, end, cue) if end - start > 1 else None
    if tree.is_verb(root) and tree.deps[root] not in ("prep", "advcl", "pcomp"):
        return None
    inside = {token for token in tree.subtree(root) if token >= start}
    if verb in inside:
        return None
    return _build(tree, start, inside, verb, cue)


def _without_counts(tree: Tree, start: int, root: int, verb: int) -> bool:
    """Whether "without X" states a condition: at the head of its sentence, under a negation, or with "would"."""
    word = tree.words[start]
    first = tree.sentences[tree.sentence(start)][0]
    if word in ("with", "lacking"):
        return False
    if start == first and (tree.is_finite(verb) or tree.has_modal(verb)):
        return True
    if any(tree.words[c] in DENYING or tree.words[c] == "would" for c in tree.children[verb] if c < root):
        return True
    head = tree.heads[root]
    return any(tree.words[c] in DENYING for c in tree.children[head]) or any(
        tree.words[g] in DENYING
        for c in tree.children[verb]
        if tree.deps[c] in SUBJECTS
        for g in tree.children[c]
    )


def _of_predicate(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    """What something depends on: the complement, governing the subject."""
    root = tree.root(start, end)
    verb = root
    while not tree.has(verb, SUBJECTS):
        if tree.heads[verb] == verb or tree.deps[verb] not in CONTINUED | {"relcl", "oprd", "attr"}:
            break
        verb = tree.heads[verb]
    subjects = [c for c in tree.children[verb] if tree.deps[c] in SUBJECTS and c < start]
    if not subjects:
        return None
    subject = frozenset(tree.subtree(subjects[0]))
    inside = {token for t in range(start, end) for token in tree.subtree(t) if token > root} - subject
    if not inside:
        return None
    return _trimmed(tree, min(inside), inside, subject, cue)


def _first_comma(tree: Tree, start: int, end: int) -> int:
    """The comma that may close a condition at the head of its sentence, or -1."""
    first, last = tree.sentences[tree.sentence(start)]
    if start != first:
        return -1
    return next((t for t in range(end + 1, last - 1) if tree.words[t] == ","), -1)


def _fronted(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    """A condition at the head of its sentence up to the first comma, where the parser saw none."""
    comma = _first_comma(tree, start, end)
    if comma < 0 or cue.kind == "without":
        return None
    last = tree.sentences[tree.sentence(start)][1]
    return Condition(start, comma, frozenset(range(comma + 1, last)), cue.id)


def _by_commas(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    """A clause between its conjunction and the next comma or the end, where the parser saw no clause."""
    first, last = tree.sentences[tree.sentence(start)]
    root = tree.root(start, end)
    if tree.deps[root] in ("ROOT", "relcl", "conj", "xcomp", "acl", "amod"):
        return None
    fronted = _fronted(tree, start, end, cue)
    stop = fronted.end if fronted else last
    # A verb may be taken for a plural; behind the main clause only a certain one tells a clause from a phrase.
    verbs = [t for t in range(end, stop) if tree.tags[t] in FINITE or (fronted and tree.tags[t] == "NNS")]
    clauses = [t for t in verbs if tree.has_subject(t) and tree.deps[t] != "relcl"]
    if tree.tags[root] in ("VBG", "VBN") and not clauses:
        return None
    if not verbs or (cue.present and any(tree.tags[t] == "VBD" for t in verbs)):
        return None
    if fronted or cue.present or start == first:
        return fronted
    return _trimmed(tree, start, set(range(start, last)), frozenset(range(first, start)), cue)


def _linear(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    """What follows a predicate that the tagger took for a noun ("success hinges on"), governing what precedes it."""
    first, last = tree.sentences[tree.sentence(start)]
    if (
        tree.is_verb(tree.root(start, end))
        or start == first
        or not tree.words[end - 1].isalpha()
        or end - start < 2
    ):
        return None
    if tree.tags[tree.root(start, end)] != "NNS":
        return None
    return _trimmed(tree, end - 1, set(range(end - 1, last)), frozenset(range(first, start)), cue)


def _of_premise(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    """What is a precondition for something: the subject, governing what follows the cue."""
    root = tree.root(start, end)
    verb = tree.heads[root]
    subjects = [c for c in tree.children[verb] if tree.deps[c] in SUBJECTS and c < start]
    if not subjects or tree.words[subjects[0]] in ("it", "there", "this", "that"):
        return None
    governed = frozenset(token for token in tree.subtree(root) if token >= end)
    inside = set(tree.subtree(subjects[0]))
    return _trimmed(tree, min(inside), inside, governed, cue) if governed else None


def _of_comparative(tree: Tree, start: int, end: int, cue: ConditionCue) -> Condition | None:
    """The first half of "the more ..., the more ..."."""
    first, last = tree.sentences[tree.sentence(start)]
    if start != first:
        return None
    commas = [t for t in range(end, last - 2) if tree.words[t] == "," and tree.words[t + 1] == "the"]
    second = next((t for t in commas if tree.tags[t + 2] in ("RBR", "JJR")), -1)
    if second < 0:
        return None
    return Condition(start, second, frozenset(range(second + 1, last)), cue.id)


def _verb_above(tree: Tree, token: int) -> int:
    place = tree.heads[token]
    while not tree.is_verb(place):
        if tree.heads[place] == place:
            return place if tree.tags[place] not in ("IN",) else -1
        place = tree.heads[place]
    return place


def _build(tree: Tree, start: int, inside: set[int], main: int, cue: ConditionCue) -> Condition | None:
    first, last = tree.sentences[tree.sentence(start)]
    governed: frozenset[int] = frozenset()
    if main >= 0:
        top = main
        while tree.deps[top] in CONTINUED and tree.heads[top] != top and not tree.has_subject(top):
            top = tree.heads[top]
        governed = frozenset(_clause(tree, top)) - inside
    condition = _trimmed(tree, start, inside, governed, cue)
    return condition if condition is None or first <= condition.start < condition.end <= last else None


def _trimmed(
    tree: Tree, start: int, inside: set[int], governed: frozenset[int], cue: ConditionCue
) -> Condition | None:
    """The run of tokens from the start of the condition to its end, without edge punctuation."""
    stop = max(inside) + 1
    for token in range(start + 1, stop):
        if tree.words[token] == ";" or (
            token in governed and tree.words[token - 1] == "," and token > start + 2
        ):
            stop = token
            break
    comma = _first_comma(tree, start, start)
    if stop < comma <= stop + SLIP:
        stop = comma
    words = tree.words[start:stop]
    if words.count("(") > words.count(")"):
        stop = start + len(words) - 1 - words[::-1].index("(")
    while stop > start and tree.words[stop - 1] in EDGES:
        stop -= 1
    while start > 0 and tree.words[start - 1] in LEFTWARD and tree.words[start - 1] not in ("but", "and"):
        start -= 1
    return Condition(start, stop, governed - frozenset(range(start, stop)), cue.id) if stop > start else None


def _clause(tree: Tree, verb: int) -> Iterator[int]:
    """A verb with all below it but other clauses that have a subject of their own."""
    yield verb
    for child in tree.children[verb]:
        if crossing(tree, child) in LEFT_OUT and tree.has_subject(child):
            continue
        yield from _clause(tree, child) if tree.deps[child] not in AUXILIARIES else (child,)


def _tied(tree: Tree, drafts: list[Draft], condition: Condition) -> list[Draft]:
    """The mentions in what a condition governs; where the parse gives none, those of the rest of the sentence."""
    first, last = tree.sentences[tree.sentence(condition.start)]
    near = [d for d in drafts if first <= d.start < last and not condition.start <= d.start < condition.end]
    governed = [d for d in near if tree.root(d.start, d.end) in condition.governed]
    if governed:
        return governed
    stops = [t for t in range(first, last) if tree.words[t] == ";"]
    low = max((t for t in stops if t < condition.start), default=first)
    high = min((t for t in stops if t >= condition.end), default=last)
    return [d for d in near if low <= d.start < high]


def _distance(doc: Doc, draft: Draft, place: tuple[int, int]) -> int:
    at = doc[draft.start].idx
    return max(place[0] - at, at - place[1], 0)
