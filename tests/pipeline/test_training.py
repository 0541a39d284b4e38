"""Training: targets, gradients, and that a small finder learns ten passages by heart, the same under the same seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_small import LABELS, STATUSES, small_finder, token_vectors
from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.marked import MarkedPassage, parse_marks, parse_passages
from textgov.evaluation.spans import Spans, score_spans
from textgov.pipeline.features import lexicon_columns
from textgov.pipeline.labels import LabelSet
from textgov.pipeline.network import COLUMNS
from textgov.pipeline.spanfinder import FOUND, WEIGHTS_FILE, Shape, SpanFinder
from textgov.pipeline.training import (
    IGNORED,
    TrainingOptions,
    _gradient,
    _hide,
    examples,
    train,
)

MARKED = """\
id: a

The [[buyer|firm]] sent an [[unannounced audit|audit]] to the mill.
---
id: b

[[Weavers|worker]] [[walked out|strike]] in June, and [[two dyers|worker]] joined.
---
id: c

No [[audit|audit negated]] came, so the [[weavers|worker]] may [[strike|strike hedged]].
---
id: d

The river is wide here.
---
id: e

[[Brands|firm]] must [[inspect|audit prescribed]] each mill.
---
id: f

The [[brand|firm]] and its [[buyer|firm]] met the [[dyers|worker]].
---
id: g

A [[go-slow|strike]] of the [[night shift|worker]] hit the [[brand|firm]].
---
id: h

The brook is dry; the mill is old.
---
id: i

The [[buyer|firm]] will [[inspect|audit planned]] the dye house.
---
id: j

If the [[weavers|worker]] [[walk out|strike conditional]], an [[audit|audit conditional]] follows.
"""
PASSAGES = list(parse_passages(MARKED))
OPTIONS = TrainingOptions(
    epochs=60, batch=4, learn_rate=0.02, dropout=0.0, hide_lexicon=0, hide_word=0, seed=3
)
SHORT = replace(OPTIONS, epochs=3, dropout=0.2, hide_lexicon=0.2, hide_word=0.2)


def documents(nlp: Language, passages: list[MarkedPassage]) -> list[Doc]:
    return [token_vectors(nlp.make_doc(passage.text)) for passage in passages]


def trained(nlp: Language, options: TrainingOptions, shape: Shape | None = None) -> SpanFinder:
    finder = small_finder(shape)
    train(finder, examples(finder, documents(nlp, PASSAGES), PASSAGES), options)
    return finder


def saved(finder: SpanFinder, folder: Path) -> dict[str, bytes]:
    finder.save(folder, {})
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def weights(finder: SpanFinder, number: int = 0) -> list[np.ndarray]:
    nodes = finder.networks[number].walk()
    return [node.get_param(name) for node in nodes for name in node.param_names if node.has_param(name)]


# Targets


def test_marks_become_labels_of_their_layer_and_statuses_of_the_last_layer(nlp: Language) -> None:
    text, marks = parse_marks("[[Weavers|worker hedged]] did not [[go slow|strike negated]] in a [[x|place]]")
    finder = small_finder()
    doc = token_vectors(nlp.make_doc(text))
    [example] = examples(finder, [doc], [MarkedPassage("a", text, marks)])
    actors, mechanisms, statuses = example.targets
    assert actors.tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert mechanisms.tolist() == [0, 0, 0, 3, 4, 0, 0, 0]
    negated = STATUSES.index("negated")
    assert statuses.tolist() == [IGNORED] * 3 + [negated, negated] + [IGNORED] * 3
    assert example.doc is doc
    assert COLUMNS in doc.user_data


def test_a_mark_on_part_of_a_word_covers_the_word(nlp: Language) -> None:
    text, marks = parse_marks("home[[worker|worker]]s struck")
    passage = MarkedPassage("a", text, marks)
    [example] = examples(small_finder(), documents(nlp, [passage]), [passage])
    assert example.targets[0].tolist() == [1, 0]


def test_passages_and_documents_go_together(nlp: Language) -> None:
    with pytest.raises(ValueError, match="longer"):
        examples(small_finder(), documents(nlp, PASSAGES[:1]), PASSAGES[:2])


# Gradients


def loss(finder: SpanFinder, scores: np.ndarray, targets: tuple[np.ndarray, ...], weight: float) -> float:
    """Summed cross-entropy as the textbook has it, in double precision."""
    total = 0.0
    edges = np.cumsum([layer.size for layer in finder.labels])
    for place, block in enumerate(np.split(scores.astype(np.float64), edges, axis=1)):
        for row, target in zip(block, targets[place], strict=True):
            if target != IGNORED:
                cost = np.log(np.exp(row).sum()) - row[target]
                total += cost * (weight if place == len(finder.labels) else 1.0)
    return total


@given(seed=st.integers(0, 2**32 - 1), length=st.integers(1, 3), weight=st.sampled_from([0.0, 0.5, 1.0]))
def test_the_gradient_is_that_of_the_cross_entropy(seed: int, length: int, weight: float) -> None:
    finder = GRADIENT_FINDER
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(length, finder.outputs)).astype(np.float32) * 3
    sizes = [layer.size for layer in finder.labels]
    targets = (*(rng.integers(0, size, length) for size in sizes), rng.integers(-1, len(STATUSES), length))
    gradient = _gradient(finder, scores, targets, replace(OPTIONS, status_weight=weight))
    step = 1e-4
    for place in np.ndindex(*scores.shape):
        up, down = (scores.astype(np.float64) for _ in range(2))
        up[place] += step
        down[place] -= step
        slope = (loss(finder, up, targets, weight) - loss(finder, down, targets, weight)) / (2 * step)
        assert gradient[place] == pytest.approx(slope, abs=1e-4)


GRADIENT_FINDER = SpanFinder(
    [LabelSet("a", ("x",)), LABELS[0]], STATUSES, small_finder().vectors, Shape(16, 1)
)


def test_hidden_features_are_those_of_lexicon_and_word(nlp: Language) -> None:
    columns = np.arange(1, 41, dtype=np.uint64).reshape(5, 8)
    noise = np.random.default_rng(0)
    lexicon = lexicon_columns(LABELS)
    nothing = _hide(columns, lexicon, replace(OPTIONS, hide_lexicon=0, hide_word=0), noise)
    no_lexicon = _hide(columns, lexicon, replace(OPTIONS, hide_lexicon=1, hide_word=0), noise)
    no_word = _hide(columns, lexicon, replace(OPTIONS, hide_lexicon=0, hide_word=1), noise)
    assert (nothing == columns).all()
    assert [n for n in range(8) if (no_lexicon[:, n] == 0).all()] == [4, 5, 6]
    assert (no_lexicon[:, [0, 1, 2, 3, 7]] == columns[:, [0, 1, 2, 3, 7]]).all()
    assert [n for n in range(8) if (no_word[:, n] == 0).all()] == [0, 7]
    assert (no_word[:, 1:7] == columns[:, 1:7]).all()
    assert columns.tolist() == np.arange(1, 41).reshape(5, 8).tolist()


# Learning


@pytest.fixture(scope="module")
def learned(nlp: Language) -> SpanFinder:
    return trained(nlp, OPTIONS)


def test_ten_passages_are_learned_by_heart(nlp: Language, learned: SpanFinder) -> None:
    docs = documents(nlp, PASSAGES)
    learned(docs)
    total = Spans()
    statuses: list[tuple[str, str]] = []
    for doc, passage in zip(docs, PASSAGES, strict=True):
        spans = {
            (doc[f.start].idx, doc[f.end - 1].idx + len(doc[f.end - 1]), f.code): f
            for f in doc.user_data[FOUND]
        }
        total += score_spans([(m.start, m.end, m.code) for m in passage.marks], list(spans))
        for mark in passage.marks:
            found = spans.get((mark.start, mark.end, mark.code))
            if found is not None and found.layer == "mechanism":
                statuses.append((mark.status, found.status))
    assert total.exact_f1 > 0.9
    assert {status for status, _ in statuses} >= {"asserted", "negated", "hedged", "prescribed", "planned"}
    assert sum(one == two for one, two in statuses) >= 0.9 * len(statuses)


def test_an_untrained_finder_has_not_learned_them(nlp: Language) -> None:
    docs = documents(nlp, PASSAGES)
    small_finder()(docs)
    right = found = 0
    for doc, passage in zip(docs, PASSAGES, strict=True):
        spans = {(doc[f.start : f.end].text, f.code) for f in doc.user_data[FOUND]}
        marks = {(passage.text[m.start : m.end], m.code) for m in passage.marks}
        right, found = right + len(marks), found + len(marks & spans)
    assert found < 0.3 * right


def test_nothing_is_dropped_when_training_is_over(nlp: Language) -> None:
    finder = trained(nlp, SHORT)
    rates = [n.attrs["dropout_rate"] for n in finder.networks[0].walk() if "dropout_rate" in n.attrs]
    assert rates
    assert set(rates) == {0.0}


def test_features_are_whole_again_when_training_is_over(nlp: Language) -> None:
    finder = small_finder()
    docs = documents(nlp, PASSAGES)
    data = examples(finder, docs, PASSAGES)
    before = [doc.user_data[COLUMNS].copy() for doc in docs]
    train(finder, data, replace(SHORT, hide_lexicon=1, hide_word=1, epochs=1))
    assert all((doc.user_data[COLUMNS] == columns).all() for doc, columns in zip(docs, before, strict=True))


def test_a_seed_gives_the_same_files_and_another_seed_others(nlp: Language, tmp_path: Path) -> None:
    once = saved(trained(nlp, SHORT), tmp_path / "once")
    np.random.seed(99)
    again = saved(trained(nlp, SHORT), tmp_path / "again")
    other = saved(trained(nlp, replace(SHORT, seed=4)), tmp_path / "other")
    assert once == again
    assert once[WEIGHTS_FILE] != other[WEIGHTS_FILE]


def test_each_voter_has_a_seed_of_its_own(nlp: Language) -> None:
    two = trained(nlp, SHORT, Shape(width=16, depth=1, voters=2))
    first = weights(trained(nlp, SHORT))
    second = weights(trained(nlp, replace(SHORT, seed=SHORT.seed + 1)))
    assert all((a == b).all() for a, b in zip(weights(two, 0), first, strict=True))
    assert all((a == b).all() for a, b in zip(weights(two, 1), second, strict=True))
    assert any((a != b).any() for a, b in zip(first, second, strict=True))


def test_the_averages_of_the_weights_are_kept(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    averaged = weights(trained(nlp, SHORT))
    monkeypatch.setattr("textgov.pipeline.training._keep_averages", lambda network, optimizer: None)
    last = weights(trained(nlp, SHORT))
    assert any((a != b).any() for a, b in zip(averaged, last, strict=True))
