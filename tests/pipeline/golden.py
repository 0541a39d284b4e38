"""Golden cases on given spans: a text with its marks becomes a parsed document with those mentions and no others."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from textgov.codebook.loader import Codebook, default_codebook
from textgov.codebook.marked import MarkedPassage, read_passages
from textgov.pipeline.base import load_base
from textgov.pipeline.drafts import DRAFTS, Draft, drafts_of

CASES = Path(__file__).parents[1] / "cases"


def paths(folder: str) -> list[Path]:
    return sorted((CASES / folder).glob("*.txt"))


def read(path: Path) -> MarkedPassage:
    return next(read_passages(path))


@lru_cache(maxsize=1)
def base() -> Language:
    return load_base()


def codebook() -> Codebook:
    return default_codebook()


def marked(passage: MarkedPassage, draft: Callable[[str, Span], Draft]) -> Doc:
    """The parsed text with a mention for each mark, made from the mark's code and its words."""
    doc = base()(passage.text)
    drafts = []
    for mark in passage.marks:
        span = doc.char_span(mark.start, mark.end, alignment_mode="expand")
        assert span is not None
        drafts.append(draft(mark.code, span))
    doc.user_data[DRAFTS] = drafts
    return doc


def drafted(passage: MarkedPassage) -> tuple[Doc, list[Draft]]:
    def draft(code: str, span: Span) -> Draft:
        return Draft(span.start, span.end, "mechanism", code, span.text.lower(), "case")

    doc = marked(passage, draft)
    return doc, drafts_of(doc)


def judge(passage: MarkedPassage, found: list[str]) -> None:
    """Fail on faults; a case marked `fails` must have one, so that nobody forgets to take the mark away."""
    if "fails" in passage.header:
        assert found, f"{passage.id} passes now: remove its line 'fails'"
    else:
        assert not found, f"{passage.text}\n" + "\n".join(found)
