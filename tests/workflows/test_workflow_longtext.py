"""Texts of any length: pieces are joined so that every offset is that of the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.documents import Annotation, Interaction, Mention, Relation
from textgov.workflows import longtext
from textgov.workflows.longtext import annotate_texts

WORD = re.compile("[a-z]+")
SEEN: list[int] = []


def annotate(texts: Iterable[str]) -> Iterator[Annotation]:
    """Codes every word; relates each to the one before it; scores by the number of words."""
    for text in texts:
        SEEN.append(len(text))
        spans = [found.span() for found in WORD.finditer(text)]
        mentions = tuple(
            Mention(a, b, "actor", "x", text[a:b], "r", condition=(a, b), group=None) for a, b in spans
        )
        relations = tuple(
            Relation("next", n - 1, None, n, spans[n - 1][0], spans[n][1], "r") for n in range(1, len(spans))
        )
        interactions = tuple(Interaction("conflict", ("a", "b"), a, b, "r") for a, b in spans[:1])
        score = len(spans) / 1000
        yield Annotation(
            mentions, relations, interactions, {"p": score}, {"p": f"s{len(spans)}"}, (f"c{len(spans)}",)
        )


texts = st.lists(st.text("ab .\n", max_size=120), max_size=6)


@given(texts)
@settings(deadline=None)
def test_pieces_give_every_word_at_its_place(given_texts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(longtext, "LONG", 20)
        found = list(annotate_texts(given_texts, annotate, batch=2))
    assert len(found) == len(given_texts)
    for text, annotation in zip(given_texts, found, strict=True):
        assert [(m.start, m.end, m.name) for m in annotation.mentions] == [
            (*word.span(), word.group()) for word in WORD.finditer(text)
        ]
        for mention in annotation.mentions:
            assert mention.condition == (mention.start, mention.end)
        for relation in annotation.relations:
            source, target = (annotation.mentions[place] for place in (relation.source, relation.target))
            assert (relation.start, relation.end) == (source.start, target.end)
        assert all(WORD.match(text, one.start, one.end) for one in annotation.interactions)


def test_a_long_text_is_never_annotated_as_a_whole():
    SEEN.clear()
    [annotation] = annotate_texts(["the mill paid the union. " * 4000], annotate)
    assert len(annotation.mentions) == 20_000
    assert max(SEEN) <= 1_800


def test_the_highest_score_and_its_stance_are_kept():
    text = "one two three four.\n\nOne two.\n\n" + "x " * 6
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(longtext, "LONG", 20)
        patch.setattr(
            longtext,
            "segment",
            lambda document: [
                type("P", (), {"start": a, "end": b}) for a, b in ((0, 19), (21, 29), (31, len(text)))
            ],
        )
        [annotation] = annotate_texts([text], annotate)
    assert annotation.paths == {"p": 0.006}
    assert annotation.stance == {"p": "s6"}
    assert annotation.cells == ("c2", "c4", "c6")
