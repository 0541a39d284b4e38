"""Vocabulary and counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from topic_texts import corpus, plain, texts

from textgov.errors import UsageError
from textgov.topics.corpus import Vocabulary, build_corpus


def test_counts_are_those_of_the_texts():
    made = corpus()
    rows = made.counts.toarray()
    for row, text in zip(rows, texts(), strict=True):
        words = plain().terms(text)
        assert {t: int(n) for t, n in zip(made.vocabulary.terms, row, strict=True) if n} == {
            t: words.count(t) for t in words if t in made.vocabulary.numbers
        }
    assert np.array_equal(made.totals, rows.sum(axis=0))


def test_terms_that_are_everywhere_or_rare_are_left_out_but_not_kept_ones():
    words = [["all", f"w{n % 30}", f"w{n % 29}"] for n in range(120)]
    words[0].append("seldom")
    words[1].append("seldom")
    made = build_corpus(words, keep=["seldom", "never"])
    assert "seldom" in made.vocabulary.numbers
    assert "all" not in made.vocabulary.numbers
    assert "seldom" not in build_corpus(words).vocabulary.numbers


@pytest.mark.parametrize("words", [[], [["x"]] * 5, [[]] * 50, [["same"]] * 50])
def test_too_little_is_said(words):
    with pytest.raises(UsageError, match="too few"):
        build_corpus(words)


@given(st.lists(st.sampled_from(["a", "b", "c", "z"])))
def test_bag_counts_known_terms(words):
    bag = Vocabulary(("a", "b", "c")).bag(words)
    assert bag == sorted(bag)
    assert sum(count for _, count in bag) == len([word for word in words if word != "z"])
