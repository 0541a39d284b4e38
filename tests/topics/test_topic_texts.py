"""Texts to terms: lemmas, one spelling, phrases, stop words, and the same terms for the same text."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.codebook.expand import american_spelling
from textgov.codebook.loader import default_codebook
from textgov.topics.texts import JOINT, Preparation, learned_phrases, lemma, prepare, stop_words

AMERICAN = {"labour": "labor", "organis": "organiz", "fulfil": "fulfill"}
BLANK = Preparation(frozenset({"the", "of"}), ("code_of_conduct", "trade_union"), AMERICAN, {"code": "codes"})


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("workers", "worker"),
        ("children", "child"),
        ("policies", "policy"),
        ("dismissed", "dismiss"),
        ("zqxs", "zqxs"),
    ],
)
def test_lemma(word, base):
    assert lemma(word) == base


def test_both_spellings_are_one_term():
    assert BLANK.terms("Organised labour.") == BLANK.terms("Organized labor.") == ["organize", "labor"]


def test_american_spelling_of_what_is_american():
    assert american_spelling("fulfilled fulfil Labour", AMERICAN) == "fulfilled fulfill Labor"


@given(
    st.lists(st.sampled_from(["labour", "Labor", "fulfil", "fulfilled", "organising", "x", " "])).map("".join)
)
def test_american_spelling_again_changes_nothing(text):
    once = american_spelling(text, AMERICAN)
    assert american_spelling(once, AMERICAN) == once
    assert "labour" not in once.lower()


def test_phrases_are_one_term_over_function_words_but_not_over_sentences():
    assert BLANK.terms("The codes of conduct.") == ["code_of_conduct"]
    assert BLANK.terms("They trade. Unions strike.") == ["they", "trade", "union", "strike"]


def test_plural_acronyms():
    assert BLANK.terms("NGOs and the NGO") == ["ngo", "and", "ngo"]


def test_stop_words_and_numbers_are_left_out():
    assert BLANK.terms("The 12 of 2014 ax") == []


def test_term_of_a_phrase_that_is_not_known():
    assert BLANK.term("living wages") == "living_wage"


def test_display_is_as_people_write():
    assert BLANK.display("code_of_conduct") == "codes of conduct"


def test_stop_words_of_the_codebook_and_of_the_language():
    found = stop_words(default_codebook())
    assert {"the", "article", "study", "et", "january"} <= found | {"et"}
    assert not found & {"union", "law", "audit", "wage", "strike"}


def test_no_seed_is_a_stop_word():
    codebook = default_codebook()
    preparation = prepare(["Nothing."], codebook)
    singles = [preparation.term(cue.cue) for cue in codebook.cues["seed"]]
    assert [term for term in singles if JOINT not in term and term in preparation.stop_words] == []


def test_learned_phrases_are_those_that_come_together():
    sentences = [["living", "wage", str(n), "buyer"] for n in range(20)] + [
        ["buyer", str(n), "wage"] for n in range(20)
    ]
    assert learned_phrases(sentences, 10) == ["living_wage"]


def test_prepare_takes_given_phrases_and_shows_the_commonest_form():
    texts = ["Unions bargain. Unions and their labour."] * 3 + ["A union."]
    found = prepare(texts, default_codebook(), phrases=["freedom of association", "strike"])
    assert "freedom_of_association" in found.phrases
    assert found.display("union") == "unions"
    assert found.display("labor") == "labour"


@given(st.text(max_size=200))
def test_any_text_gives_the_same_terms_after_a_round_trip(text):
    again = msgspec.json.decode(msgspec.json.encode(BLANK), type=Preparation)
    assert again == BLANK
    assert again.terms(text) == BLANK.terms(text)
