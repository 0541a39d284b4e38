"""Words and codes of a text, each with its place."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from path_small import LAYERS, coded

from textgov.classify.evidence import Coded
from textgov.classify.texts import joined, masked, plain, words
from textgov.documents import Annotation, Mention


def test_mentions_stand_as_their_codes():
    text = coded("In 2014 the [union]\u2019s well-known [strike] won.")
    assert joined(masked(text)) == "in # the @union s well-known @strike won"
    assert joined(list(words("The Union's 3 rules"))) == "the union's # rules"


def test_results_stay_words():
    assert joined(masked(coded("The [wages] rose"))) == "the wages rose"


def test_of_overlapping_mentions_the_first_counts():
    mentions = (
        Mention(0, 12, "actor", "union", "union", "a.1"),
        Mention(6, 12, "mechanism", "strike", "strike", "m.1"),
    )
    assert joined(masked(Coded("union strike now", Annotation(mentions)))) == "@union now"


PARTS = st.lists(
    st.one_of(st.sampled_from([f"[{code}]" for code in LAYERS]), st.text("aB3 .'-\u00e9", max_size=6))
)


@given(PARTS)
def test_tokens_know_their_places(parts):
    text = coded(" ".join(parts))
    tokens = masked(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(tokens))
    for token in tokens:
        span = text.text[token.start : token.end]
        assert span and " " not in token.text
        if token.mention is None:
            assert token.text == ("#" if span[0].isdigit() else span.lower())
        else:
            mention = text.annotation.mentions[token.mention]
            assert (token.text, token.start, token.end) == (f"@{mention.code}", mention.start, mention.end)


def test_places_and_numbers_are_one_word_each():
    def read(place: str, number: str) -> str:
        text = f"In {place} some {number} mills closed"
        mention = Mention(3, 3 + len(place), "place", "XXX", place, "place.1")
        both = Coded(text, Annotation((mention,)))
        assert joined(plain(both)) == joined(masked(both))
        return joined(plain(both))

    assert read("Dhaka", "40") == read("Phnom Penh", "ninety") == read("Accra", "twenty-two")
    assert read("Dhaka", "40") == "in @place some # mills closed"
