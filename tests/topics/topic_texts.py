"""Texts of three plain themes, and a model of them that needs no fitting."""

from __future__ import annotations

import random

import numpy as np

from textgov.topics.corpus import Corpus, Vocabulary, build_corpus
from textgov.topics.model import ModelMeta, TopicModel
from textgov.topics.texts import Preparation
from textgov.topics.weights import Weights

THEMES = {
    "sea": "boat crew harbour net vessel tide captain anchor sail wharf",
    "loom": "weaver loom thread shuttle cotton dye fabric yarn spindle warp",
    "farm": "harvest orchard tractor barn plough wheat cattle pasture silo hay",
}
EVERYWHERE = "road winter letter window"


def texts(count: int = 90, seed: int = 0) -> list[str]:
    """Texts of one theme each, in turn, with words that all share."""
    draw = random.Random(seed)  # noqa: S311
    found = []
    for number in range(count):
        words = list(THEMES.values())[number % 3].split()
        chosen = [draw.choice(words) for _ in range(14)] + draw.sample(EVERYWHERE.split(), 2)
        draw.shuffle(chosen)
        found.append(" ".join(chosen) + ".")
    return found


def plain() -> Preparation:
    """Words as they are."""
    return Preparation(frozenset(), (), {}, {})


def corpus(count: int = 90, seed: int = 0) -> Corpus:
    """The texts as counts."""
    return build_corpus([plain().terms(text) for text in texts(count, seed)], max_share=0.9)


def themes_of(rows: np.ndarray) -> float:
    """Share of texts whose foremost topic is that of their theme, topics named by the majority."""
    foremost = rows.argmax(axis=1)
    right = 0
    for theme in range(3):
        own = foremost[theme::3]
        right += int((own == np.bincount(own).argmax()).sum())
    return right / len(rows)


def model(kind: str = "dirichlet") -> TopicModel:
    """A model of three topics with round weights; the first is seeded with `csr`."""
    terms = tuple(sorted(word for words in THEMES.values() for word in words.split()))
    rows = np.full((3, len(terms)), 0.1)
    for topic, words in enumerate(THEMES.values()):
        for word in words.split():
            rows[topic, terms.index(word)] = 20.0
    weights = Weights(kind, rows, np.full(3, 0.5), np.ones(len(terms)) if kind == "factors" else np.zeros(0))
    meta = ModelMeta(
        "seeded", {"topics": 3}, "path", ("csr",), (0.4, 0.3, 0.3), "x 1.0.0", 90, "passage", None, "0" * 16
    )
    return TopicModel(meta, plain(), Vocabulary(terms), weights)
