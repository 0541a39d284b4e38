"""Why a passage was coded as it was."""

from __future__ import annotations

from textgov.errors import UsageError
from textgov.index.store import Index
from textgov.pipeline.build import PipelineOptions
from textgov.pipeline.explain import Reason, explain
from textgov.workflows.annotate import start_worker


def explain_text(text: str, options: PipelineOptions | None = None) -> list[Reason]:
    """All rules that matched a text, with what became of each."""
    return explain(next(start_worker(options or PipelineOptions()).docs([text])))


def passage_text(index: Index, place: str) -> str:
    """Text of the passage at `DOC:OFFSET`, the id of a document and a character offset into it.

    Raises:
        UsageError: no such document or passage.
    """
    identifier, _, offset = place.rpartition(":")
    if not identifier or not offset.isdecimal():
        raise UsageError(f"{place!r}: give a document's id and an offset, such as 1f0c6d2a9b3e4f58:1204")
    document = index.document(identifier)
    for passage in index.passages(identifier):
        if passage.start <= int(offset) < passage.end:
            return document.text[passage.start : passage.end]
    raise UsageError(f"{place!r}: no passage there; the document has {len(document.text):,} characters")
