"""Who is reported: citations, verbs of saying and their like, and what they scope over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import AttributionCue
from textgov.pipeline.citations import Citation, find_citations
from textgov.pipeline.cuefinder import CueFinder, Hit, forms_of
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.tree import NAMES, NOUNS, OBJECTS, SUBJECTS, Tree, tree_of
from textgov.pipeline.words import is_parsed

ATTRIBUTED_LAYERS = frozenset({"mechanism", "outcome", "economic_upgrading", "gvc_structure"})
PLACES = frozenset({"place", "cluster"})
RELATIVE_PRONOUNS = frozenset({"who", "which", "that", "whom"})
OWN_DETERMINERS = frozenset({"this", "these", "present", "our", "my"})
IMPERSONAL = frozenset(
    {"it", "there", "this", "that", "these", "nobody", "nothing", "none", "anyone", "noone", "one"}
)
DEONTIC = frozenset(
    {"should", "must", "shall", "will", "can", "could", "ought", "to", "not", "n't", "never", "let"}
)
POSSESSIVES = frozenset({"'s", "’s", "'", "’"})
ADVERSATIVE = frozenset({"but", "yet", "whereas", "while"})
COORDINATING = frozenset({"and", "but", "yet", "whereas", "while", "or", ";"})
NAMING = frozenset(
    {"by", "to", "as", "of", "following", "than", "per", "see", "and", "with", "like", "from", "both"}
)


@dataclass(frozen=True, slots=True)
class Report:
    """Tokens that a source is reported for; `source` None where it is not named."""

    tokens: frozenset[int]
    source: str | None
    cue: str
    rank: int


class Attribution:
    """Marks the mentions that a text reports from somebody else."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        cues = [cue for cue in codebook.cues.get("attribution", ()) if isinstance(cue, AttributionCue)]
        words = {
            kind: frozenset(form for c in cues if c.kind == kind for form in forms_of(c, codebook.spelling))
            for kind in ("label", "self", "own", "noun")
        }
        self._labels, self._self, self._own, self._writing = (
            words[k] for k in ("label", "self", "own", "noun")
        )
        acting = [c for c in cues if c.kind not in words]
        self._finder: CueFinder[AttributionCue] = CueFinder(nlp, acting, codebook.spelling)

    def __call__(self, doc: Doc) -> Doc:
        """Set `attributed` and `source` of the mentions that stand in what is reported; an author is no place."""
        citations = find_citations(doc.text, self._labels)
        if citations:
            every = drafts_of(doc)
            every[:] = [d for d in every if d.layer not in PLACES or not _is_author(doc, d, citations)]
        drafts = [d for d in drafts_of(doc) if d.layer in ATTRIBUTED_LAYERS]
        if drafts and is_parsed(doc):
            reports = self._reports(doc, citations)
            for draft in drafts if reports else ():
                head = tree_of(doc).root(draft.start, draft.end)
                report = best(reports, head)
                if report is not None:
                    draft.attributed, draft.source = True, report.source
        return doc

    def reports(self, doc: Doc) -> list[Report]:
        """All that is reported in a parsed document, and from whom."""
        return self._reports(doc, find_citations(doc.text, self._labels))

    def _reports(self, doc: Doc, citations: Sequence[Citation]) -> list[Report]:
        hits = self._finder(doc)
        if not citations and not hits:
            return []
        finder = _Finder(doc, tree_of(doc), self, citations, hits)
        return [*finder.cited(), *finder.said()]

    def is_self(self, tree: Tree, noun: int) -> bool:
        """Whether a noun phrase is the writer: we, our results, this article."""
        word = tree.words[noun]
        determiners = {
            tree.words[c] for c in tree.children[noun] if tree.deps[c] in ("det", "poss", "amod", "predet")
        }
        if word in self._self or any(f"{d} {word}" in self._self for d in determiners):
            return not (word in self._writing and self.names_source(tree, noun))
        if word not in self._writing and word not in self._own:
            return False
        if determiners & self._self:
            return True
        return (
            word in self._writing
            and bool(determiners & OWN_DETERMINERS)
            and not self.names_source(tree, noun)
        )

    def names_source(self, tree: Tree, noun: int) -> bool:
        """Whether a noun has an author: "a report by X", "X's study"."""
        return any(
            (tree.deps[c] == "poss" and tree.words[c] not in self._self)
            or (tree.deps[c] in ("prep", "agent") and tree.words[c] in ("by", "from"))
            or (tree.deps[c] == "acl" and any(tree.deps[g] == "agent" for g in tree.children[c]))
            or (tree.deps[c] == "compound" and tree.tags[c] in NAMES)
            for c in tree.children[noun]
        )

    def is_material(self, tree: Tree, noun: int) -> bool:
        """Whether a noun is evidence of the writer's own."""
        return tree.words[noun] in self._own and not self.names_source(tree, noun)

    def is_writing(self, tree: Tree, noun: int) -> bool:
        """Whether a noun is somebody's writing or speech."""
        return tree.words[noun] in self._writing


def best(reports: Sequence[Report], token: int) -> Report | None:
    """The report that a token stands in: citations before names before nobody, then the narrowest."""
    holding = [report for report in reports if token in report.tokens]
    return min(holding, key=lambda r: (r.source is None, r.rank, len(r.tokens), r.cue), default=None)


class _Finder:
    """The reports of one document."""

    def __init__(
        self,
        doc: Doc,
        tree: Tree,
        owner: Attribution,
        citations: Sequence[Citation],
        hits: Sequence[Hit[AttributionCue]],
    ) -> None:
        self._doc, self._tree, self._owner = doc, tree, owner
        self._hits = hits
        self._contrasts = [start for start, _, cues in hits if cues[0].kind == "contrast"]
        self._verbs = {tree.root(s, e) for s, e, cues in hits if cues[0].kind in ("verb", "finding")}
        self._places = [(citation, *_tokens_of(doc, citation)) for citation in citations]
        self._mechanisms: list[Draft] = [d for d in drafts_of(doc) if d.layer in ATTRIBUTED_LAYERS]

    def cited(self) -> Iterator[Report]:
        """What stands before a citation in brackets, and in the sentence of one that is part of it."""
        for place, (citation, start, end) in enumerate(self._places):
            if citation.kind == "narrative" and not self._is_author(citation, start, end):
                continue
            first, last = self._tree.sentences[
                self._tree.sentence(max(start - 1, 0) if citation.kind != "narrative" else start)
            ]
            if citation.kind == "narrative":
                low, high = self._around(start, end, first, last)
            else:
                low, high = self._before(start, first, place), start
            quoted = any(low <= contrast < high for contrast in self._contrasts)
            tokens = frozenset(t for t in range(low, high) if quoted or not self._is_own(t))
            yield Report(tokens, citation.source, f"citation.{citation.kind}", 0)

    def _before(self, start: int, first: int, place: int) -> int:
        """From where a citation in brackets scopes: the last citation or contrast before it in its sentence."""
        low = first
        for _, _, end in self._places[:place]:
            if first < end <= start:
                low = max(low, end)
        for token in range(low, start):
            if token in self._contrasts:
                low = token
        return low

    def _around(self, start: int, end: int, first: int, last: int) -> tuple[int, int]:
        low, high = first, last
        for token in range(first, last):
            if self._tree.words[token] == ";":
                low, high = (token, high) if token < start else (low, min(high, token))
            elif token in self._contrasts and token < start:
                low, high = token, end
        for other, other_start, other_end in self._places:
            if first <= other_start < start and other.kind != "narrative":
                low = max(low, other_end)
            elif end <= other_start < last and other.kind == "narrative":
                high = min(high, other_start)
        return low, high

    def _is_author(self, citation: Citation, start: int, end: int) -> bool:
        """Whether a name before a year in brackets is cited: not an event or a programme with its date."""
        tree = self._tree
        if any(d.start < end and start < d.end for d in self._mechanisms):
            return False
        author = citation.author
        if " and " in author or "et al" in author or "colleagues" in author:
            return True
        root = tree.root(start, end)
        if tree.heads[root] in self._verbs or any(tree.words[t] in POSSESSIVES for t in range(start, end)):
            return True
        single = " " not in author.replace(". ", ".")
        if start and tree.words[start - 1] == "for" and start - 1 == tree.sentences[tree.sentence(start)][0]:
            return True
        return single and (start == 0 or tree.words[start - 1] in NAMING or tree.deps[root] in SUBJECTS)

    def _is_own(self, token: int) -> bool:
        """Whether the clause of a token, or one that it is the complement of, has the writer as its subject."""
        tree = self._tree
        for place in tree.way(token):
            if tree.is_verb(place):
                asides = [p for p in tree.children[place] if tree.deps[p] == "parataxis"]
                subjects = (
                    c for verb in (place, *asides) for c in tree.children[verb] if tree.deps[c] in SUBJECTS
                )
                if any(self._owner.is_self(tree, subject) for subject in subjects):
                    return True
                if tree.deps[place] in ("advcl", "relcl", "parataxis"):
                    return False
        return False

    def said(self) -> Iterator[Report]:
        """What verbs of saying and their like report."""
        for start, end, cues in self._hits:
            for cue in cues:
                if cue.kind in ("verb", "finding"):
                    yield from self._by_verb(self._tree.root(start, end), cue)
                elif cue.kind == "passive":
                    yield from self._by_passive(self._tree.root(start, end), start, end, cue)
                elif cue.kind == "prefix":
                    yield from self._by_prefix(start, end, cue)
                elif cue.kind == "view":
                    yield from self._by_view(self._tree.root(start, end), cue)

    def _by_verb(self, verb: int, cue: AttributionCue) -> Iterator[Report]:
        tree = self._tree
        if not tree.tags[verb].startswith("VB") or tree.deps[verb] == "amod":
            yield from self._as_reported(verb, cue)
            return
        if any(
            tree.words[c] in DEONTIC
            for c in tree.children[verb]
            if c < verb and tree.deps[c] in ("aux", "neg")
        ):
            return
        subject = _speaker(tree, verb)
        if subject < 0 or not self._speaks(subject, cue) or self._instructs(verb):
            return
        tokens = frozenset(_content(tree, verb, cue.takes == "any")) - {subject}
        if tokens:
            yield Report(tokens, self._name(subject), cue.id, 1)

    def _as_reported(self, token: int, cue: AttributionCue) -> Iterator[Report]:
        """ "As the Trust reports, ...", where the tagger took the verb for a noun."""
        tree = self._tree
        first, last = tree.sentences[tree.sentence(token)]
        if tree.words[first] != "as" or token + 1 >= last or tree.words[token + 1] != ",":
            return
        names = self._doc[first + 1 : token]
        speaker = tree.root(first + 1, token) if len(names) else -1
        if speaker >= 0 and not self._owner.is_self(tree, speaker):
            source = names[1:].text if names[0].lower_ in ("the", "a", "an") else names.text
            yield Report(frozenset(range(token + 2, last)), source, cue.id, 1)

    def _instructs(self, verb: int) -> bool:
        """Whether somebody else than the writer or a reader is told: "told its suppliers that audits will follow"."""
        tree, owner = self._tree, self._owner
        if not any(tree.deps[c] == "ccomp" and c > verb for c in tree.children[verb]):
            return False
        return any(
            tree.deps[c] in ("dobj", "dative") and not (owner.is_self(tree, c) or owner.is_writing(tree, c))
            for c in tree.children[verb]
        )

    def _speaks(self, noun: int, cue: AttributionCue) -> bool:
        tree, owner = self._tree, self._owner
        if tree.words[noun] in IMPERSONAL or owner.is_self(tree, noun) or owner.is_material(tree, noun):
            return False
        writing = owner.is_writing(tree, noun)
        if not writing and any(d.start <= noun < d.end for d in self._mechanisms):
            return False
        cited = any(start <= noun < end for _, start, end in self._places)
        return cue.kind == "verb" or writing or cited or tree.tags[noun] in NAMES

    def _by_passive(self, root: int, start: int, end: int, cue: AttributionCue) -> Iterator[Report]:
        tree = self._tree
        verb = end - 1 if tree.is_verb(end - 1) else root
        if tree.is_verb(verb):
            agents = [g for c in tree.children[verb] if tree.deps[c] == "agent" for g in tree.children[c]]
            if not any(self._owner.is_self(tree, agent) for agent in agents):
                source = self._name(agents[0]) if agents else None
                yield Report(frozenset(tree.subtree(verb)), source, cue.id, 2)

    def _by_prefix(self, start: int, end: int, cue: AttributionCue) -> Iterator[Report]:
        tree = self._tree
        nouns = [
            c
            for t in range(start, end)
            for c in tree.children[t]
            if c >= end and tree.deps[c] in ("pobj", "pcomp", "dobj")
        ]
        if not nouns or self._owner.is_self(tree, nouns[0]):
            return
        if self._owner.is_material(tree, nouns[0]) or any(
            d.start <= nouns[0] < d.end for d in self._mechanisms
        ):
            return
        yield Report(frozenset(self._clause_of(tree.root(start, end))), self._name(nouns[0]), cue.id, 1)

    def _by_view(self, noun: int, cue: AttributionCue) -> Iterator[Report]:
        tree = self._tree
        owners = [c for c in tree.children[noun] if tree.deps[c] == "poss"]
        preposition = tree.heads[noun]
        if (
            owners
            and tree.words[preposition] in ("in", "by", "on")
            and tree.tags[owners[0]] in NOUNS
            and not self._owner.is_self(tree, owners[0])
        ):
            yield Report(frozenset(self._clause_of(preposition)), self._name(owners[0]), cue.id, 1)

    def _clause_of(self, token: int) -> Iterator[int]:
        """The clause that an adverbial belongs to, with the antecedent if it is a relative one."""
        tree = self._tree
        verb = tree.heads[token]
        while not tree.is_verb(verb) and tree.heads[verb] != verb:
            verb = tree.heads[verb]
        below = set(tree.subtree(token))
        if tree.deps[verb] == "relcl":
            yield tree.heads[verb]
        for child in tree.children[verb]:
            if (
                tree.deps[child] == "conj"
                and tree.has_subject(child)
                and _joined_by(tree, verb, child) in ADVERSATIVE
            ):
                below.update(tree.subtree(child))
        first = min(below)
        opens = first > 0 and tree.words[first - 1] in COORDINATING
        yield from (
            t for t in _between_semicolons(tree, token, verb) if t not in below and not (opens and t < first)
        )

    def _name(self, noun: int) -> str | None:
        """The source as the text names it: a citation, or the noun phrase up to its relative clause."""
        for citation, start, end in self._places:
            if start <= noun < end:
                return citation.source
        tree = self._tree
        authors = [
            g
            for c in tree.children[noun]
            if tree.words[noun] in self._owner_words()
            and tree.deps[c] in ("prep", "agent")
            and tree.words[c] in ("by", "from")
            for g in tree.children[c]
        ] or [c for c in tree.children[noun] if tree.deps[c] == "poss" and self._owner.is_writing(tree, noun)]
        if authors:
            return self._name(authors[0])
        if tree.words[noun] in RELATIVE_PRONOUNS or tree.tags[noun] == "PRP":
            return None
        return _phrase(self._doc, tree, noun)

    def _owner_words(self) -> frozenset[str]:
        return self._owner._writing


def _is_author(doc: Doc, draft: Draft, citations: Sequence[Citation]) -> bool:
    """Whether a mention is (part of) the authors of a citation in brackets: "(Trujillo 2018)"."""
    span = draft.span(doc)
    for citation in citations:
        if citation.kind == "parenthetical" and citation.start < span.start_char < citation.end:
            at = doc.text.find(citation.author, citation.start, citation.end)
            return at <= span.start_char and span.end_char <= at + len(citation.author)
    return False


def _tokens_of(doc: Doc, citation: Citation) -> tuple[int, int]:
    span = doc.char_span(citation.start, citation.end, alignment_mode="expand")
    assert span is not None
    return span.start, span.end


def _speaker(tree: Tree, verb: int) -> int:
    """The subject or agent of a verb, its own or that of the verb it depends on; -1 where there is none."""
    if tree.is_passive(verb):
        agents = [g for c in tree.children[verb] if tree.deps[c] == "agent" for g in tree.children[c]]
        return agents[0] if agents else -1
    place = verb
    for _ in range(4):
        subjects = [c for c in tree.children[place] if tree.deps[c] in ("nsubj", "csubj")]
        if subjects:
            if tree.words[subjects[0]] in RELATIVE_PRONOUNS and tree.deps[place] == "relcl":
                return tree.heads[place]
            return subjects[0]
        if tree.deps[place] == "acl":
            return tree.heads[place]
        if tree.deps[place] not in ("conj", "xcomp", "advcl") or tree.heads[place] == place:
            return -1
        place = tree.heads[place]
    return -1


def _content(tree: Tree, verb: int, objects: bool) -> Iterator[int]:
    """What is said: the complement clause, or the clause that "as X says" or ", says X" is put into."""
    label, head = tree.deps[verb], tree.heads[verb]
    clauses = [c for c in tree.children[verb] if tree.deps[c] == "ccomp"]
    following = [c for c in clauses if c > verb and (tree.has_subject(c) or tree.is_finite(c))]
    as_clause = label == "advcl" and any(tree.words[c] == "as" for c in tree.children[verb])
    if as_clause or (label == "parataxis" and not following):
        own = set(tree.subtree(verb))
        yield from (t for t in _between_semicolons(tree, verb, head) if t not in own)
        return
    for clause in following or clauses:
        yield from _between_semicolons(tree, verb, clause) if clause < verb else tree.subtree(clause)
    for child in tree.children[verb] if objects else ():
        if tree.deps[child] in OBJECTS | {"prep", "xcomp"}:
            yield from tree.subtree(child)


def _between_semicolons(tree: Tree, near: int, verb: int) -> Iterator[int]:
    """The clause of a verb as far as it lies in the same part of the sentence as another token."""
    first, last = tree.sentences[tree.sentence(near)]
    stops = [t for t in range(first, last) if tree.words[t] == ";"]
    low = max((t for t in stops if t < near), default=first)
    high = min((t for t in stops if t > near), default=last)
    return (t for t in tree.subtree(verb) if low <= t < high)


def _joined_by(tree: Tree, head: int, conjunct: int) -> str:
    words = [tree.words[c] for c in tree.children[head] if tree.deps[c] == "cc" and c < conjunct]
    return words[-1] if words else ""


def _phrase(doc: Doc, tree: Tree, noun: int) -> str:
    """A noun phrase without determiner and clauses, as written."""
    skip = {
        "relcl",
        "acl",
        "advcl",
        "appos",
        "punct",
        "cc",
        "conj",
        "det",
        "prep",
        "parataxis",
        "case",
        "ccomp",
    }
    low = high = noun
    for child in tree.children[noun]:
        inside = tree.deps[child] == "prep" and (
            tree.words[child] == "of"
            or (tree.tags[noun] in NAMES and any(tree.tags[g] in NAMES for g in tree.children[child]))
        )
        if tree.deps[child] not in skip or inside:
            for token in tree.subtree(child):
                low, high = min(low, token), max(high, token)
    return doc[low : high + 1].text
