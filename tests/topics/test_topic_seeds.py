"""Seeds: from the codebook, as a prior, and whether a topic follows them."""

from __future__ import annotations

import numpy as np
import pytest
from topic_texts import THEMES, corpus

from textgov.codebook.loader import default_codebook
from textgov.errors import UsageError
from textgov.topics.seeds import adherence, codebook_seeds, seed_prior


def test_all_paths_have_seeds_of_their_own():
    seeds = codebook_seeds(default_codebook())
    assert seeds.codes == ("market", "csr", "multistakeholder", "labor", "cluster", "public")
    phrases = seeds.all_phrases()
    assert len(phrases) == len(set(phrases)) > 200
    assert min(len(found) for found in seeds.phrases.values()) >= 30


def test_a_layer_without_seeds_is_said():
    with pytest.raises(UsageError, match="no seeds for the layer 'actor'; add a file"):
        codebook_seeds(default_codebook(), "actor")


def test_prior_grows_with_what_the_corpus_has():
    made = corpus()
    prior = seed_prior(made, {"sea": ["boat", "unheard"], "loom": ["loom"]}, 4, 0.1, strength=2.0)
    boat = made.vocabulary.numbers["boat"]
    assert prior.shape == (4, len(made.vocabulary.terms))
    assert prior[0, boat] == pytest.approx(0.1 + 2 * made.totals[boat])
    assert prior[1:, boat].tolist() == [0.1, 0.1, 0.1]
    assert (prior != 0.1).sum() == 2


def test_fewer_topics_than_codes_are_refused():
    with pytest.raises(UsageError, match="1 topics are fewer than the 2"):
        seed_prior(corpus(), {"a": [], "b": []}, 1, 0.1)


def learned_of(made, takers):
    """Occurrences that go to the topics given for each theme."""
    rows = np.zeros((4, len(made.vocabulary.terms)))
    for theme, topic in takers.items():
        for word in THEMES[theme].split():
            rows[topic, made.vocabulary.numbers[word]] = 50
    return rows


SEEDS = {
    "sea": THEMES["sea"].split()[:5],
    "loom": THEMES["loom"].split()[:5],
    "farm": ["unheard", "hay", "silo"],
}


def test_a_topic_that_takes_its_seeds_follows():
    made = corpus()
    found = {
        line.code: line for line in adherence(learned_of(made, {"sea": 0, "loom": 1, "farm": 2}), made, SEEDS)
    }
    assert found["sea"].follows
    assert found["sea"].taken == 1
    assert found["sea"].lost == ()
    assert found["sea"].top == 0.5
    assert (found["farm"].given, found["farm"].present, found["farm"].follows) == (3, 2, False)


def test_a_topic_whose_seeds_went_elsewhere_does_not():
    made = corpus()
    line = adherence(learned_of(made, {"sea": 3, "loom": 1}), made, SEEDS)[0]
    assert not line.follows
    assert line.taken == 0
    assert line.lost == tuple(SEEDS["sea"])
