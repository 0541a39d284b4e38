"""Relations between mentions: who governs whom by what mechanism, and what a mechanism leads to.

Two kinds are written. `governs` holds from an actor (source) by a mechanism (means) to an actor (target), either of the
actors may be unsaid; what manner of governing it is, setting, monitoring, bargaining or enforcing, is the code of the
mechanism, and is not told a second time. `leads_to` holds from a mechanism to an outcome.
"""

from __future__ import annotations

from itertools import product

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.documents import Relation
from textgov.pipeline.actors import Actors
from textgov.pipeline.consequences import Consequences
from textgov.pipeline.drafts import Draft, drafts_of, relations_of
from textgov.pipeline.governance import Governance
from textgov.pipeline.relationwords import RelationWords
from textgov.pipeline.tree import Tree, tree_of

GOVERNS = "governs"
LEADS_TO = "leads_to"
MEANS_LAYER = "mechanism"


class Relations:
    """Finds the relations of a document whose mentions are coded."""

    def __init__(self, nlp: Language, codebook: Codebook) -> None:
        self._words = RelationWords(codebook)
        self._consequences = Consequences(nlp, codebook)

    def __call__(self, doc: Doc) -> Doc:
        """Set the relations of a parsed document; without a parse there are none."""
        drafts = drafts_of(doc)
        relations = relations_of(doc)
        relations.clear()
        means = [place for place, draft in enumerate(drafts) if draft.layer == MEANS_LAYER]
        if means and doc.has_annotation("DEP"):
            tree = tree_of(doc)
            relations += self._governing(doc, tree, drafts, means)
            for link in self._consequences.links(doc, tree, drafts, means):
                places = (link.mechanism, None, link.outcome)
                relations.append(_relation(doc, drafts, LEADS_TO, places, link.rule))
            relations.sort(key=lambda r: (r.start, r.end, r.kind, r.source or 0, r.target or 0))
        return doc

    def _governing(self, doc: Doc, tree: Tree, drafts: list[Draft], means: list[int]) -> list[Relation]:
        actors = Actors(tree, drafts)
        if not len(actors):
            return []
        governance = Governance(tree, actors, self._words)
        found: list[Relation] = []
        taken = {token for place in means for token in range(drafts[place].start, drafts[place].end)}
        for place in means:
            draft = drafts[place]
            roles = governance.roles(draft.start, draft.end, taken)
            own = {actors.at(tree.root(draft.start, draft.end))}
            sources: list[int | None] = [m for m in roles.sources if m not in own] or [None]
            targets: list[int | None] = [m for m in roles.targets if m not in own] or [None]
            for source, target in product(sources, targets):
                if source is not None or target is not None:
                    rule = f"relation.{GOVERNS}.{roles.how}"
                    found.append(_relation(doc, drafts, GOVERNS, (source, place, target), rule))
        return found


def _relation(
    doc: Doc, drafts: list[Draft], kind: str, places: tuple[int | None, int | None, int | None], rule: str
) -> Relation:
    spans = [drafts[place].span(doc) for place in places if place is not None]
    start, end = min(span.start_char for span in spans), max(span.end_char for span in spans)
    source, means, target = places
    return Relation(kind, source, means, target, start, end, rule)
