"""What holds for every text that is annotated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.documents import Annotation
from textgov.pipeline.build import Pipeline

NEUTRAL = "The sky over the hills was clear on that day."
SENTENCES = (
    "A code of conduct of the retailer bans night work at its suppliers.",
    "Labour inspectors fined two brick kilns in the delta.",
    "Women workers went on strike until the union was recognised.",
    "No audit was announced, and the buyer may cut its orders.",
    "Small workshops in Sialkot got joint training from the chamber of commerce.",
    "According to the ILO, the labour law reaches few homeworkers (Rahman 2014).",
)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def annotate(pipeline: Pipeline, text: str) -> Annotation:
    return next(pipeline.annotate([text]))


def check_places(text: str, annotation: Annotation) -> None:
    taken: dict[str, list[tuple[int, int]]] = {}
    for mention in annotation.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        others = taken.setdefault(mention.layer, [])
        assert all(mention.end <= start or mention.start >= end for start, end in others), mention
        others.append((mention.start, mention.end))
        for place in (mention.condition, mention.group):
            assert place is None or 0 <= place[0] < place[1] <= len(text)


@settings(max_examples=60, deadline=None)
@given(text=st.lists(st.sampled_from(SENTENCES) | st.text(max_size=40), max_size=6).map(" ".join))
def test_spans_lie_inside_the_text_and_apart_within_a_layer(pipeline: Pipeline, text: str) -> None:
    check_places(text, annotate(pipeline, text))


@pytest.mark.parametrize("text", SENTENCES)
def test_a_neutral_sentence_changes_nothing(pipeline: Pipeline, text: str) -> None:
    alone = annotate(pipeline, text)
    beside = annotate(pipeline, f"{text} {NEUTRAL}")
    assert [(m.start, m.end, m.code, m.status) for m in alone.mentions] == [
        (m.start, m.end, m.code, m.status) for m in beside.mentions
    ]


@pytest.mark.parametrize("text", SENTENCES)
def test_american_spelling_gives_the_same_codes(pipeline: Pipeline, text: str) -> None:
    american = text.replace("abour", "abor").replace("ganise", "ganize").replace("cognise", "cognize")
    codes = [(m.layer, m.code, m.status) for m in annotate(pipeline, text).mentions]
    assert codes == [(m.layer, m.code, m.status) for m in annotate(pipeline, american).mentions]
    assert codes


def test_the_same_text_gives_the_same_annotation(pipeline: Pipeline) -> None:
    text = " ".join(SENTENCES)
    assert annotate(pipeline, text) == annotate(pipeline, text)


def test_order_and_number_are_kept(pipeline: Pipeline) -> None:
    texts = [*SENTENCES, "", "   ", *SENTENCES] * 12
    results = list(pipeline.annotate(texts))
    assert len(results) == len(texts)
    assert results[6] == Annotation()
    for text, annotation in zip(texts, results, strict=True):
        check_places(text, annotation)
