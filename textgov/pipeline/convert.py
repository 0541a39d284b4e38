"""From a spaCy document to the record that leaves the pipeline."""

from __future__ import annotations

from spacy.tokens import Doc

from textgov.documents import Annotation, Mention
from textgov.pipeline.drafts import Draft, drafts_of, interactions_of, relations_of

CELL_LAYERS = frozenset({"actor", "mechanism"})


def to_annotation(doc: Doc) -> Annotation:
    """Mentions, relations, interactions and Table 1 cells; offsets are characters of `doc.text`."""
    mentions = tuple(_mention(doc, draft) for draft in drafts_of(doc))
    cells = sorted({f"{m.form}-{m.scope}" for m in mentions if m.layer in CELL_LAYERS and m.form and m.scope})
    return Annotation(
        mentions=mentions,
        relations=tuple(relations_of(doc)),
        interactions=tuple(interactions_of(doc)),
        cells=tuple(cells),
    )


def _mention(doc: Doc, draft: Draft) -> Mention:
    span = draft.span(doc)
    return Mention(
        start=span.start_char,
        end=span.end_char,
        layer=draft.layer,
        code=draft.code,
        name=draft.name,
        rule=draft.rule,
        form=draft.form,
        scope=draft.scope,
        status=draft.status,
        attributed=draft.attributed,
        source=draft.source,
        condition=draft.condition,
        confidence=draft.confidence,
        dimension=draft.dimension,
        direction=draft.direction,
        group=draft.group,
    )
