"""Trains the span finder on marked passages."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from spacy.tokens import Doc
from thinc.api import Adam, Model, Optimizer, fix_random_seed, set_dropout_rate

from textgov.codebook.marked import MarkedPassage
from textgov.documents import Status
from textgov.pipeline.features import lexicon_columns
from textgov.pipeline.labels import FloatArray, IntArray
from textgov.pipeline.network import COLUMNS
from textgov.pipeline.spanfinder import SpanFinder

IGNORED = -1


@dataclass(frozen=True)
class TrainingOptions:
    """How to train: epochs, learning rate, and the shares of features that are hidden to force the use of context."""

    epochs: int = 18
    batch: int = 8
    learn_rate: float = 0.001
    dropout: float = 0.25
    hide_lexicon: float = 0.15
    hide_word: float = 0.1
    status_weight: float = 0.5
    seed: int = 0


@dataclass(frozen=True)
class Example:
    """A document with its target labels: one array a layer, then the status of each token (-1 where none)."""

    doc: Doc
    targets: tuple[IntArray, ...]


def examples(finder: SpanFinder, docs: Sequence[Doc], passages: Sequence[MarkedPassage]) -> list[Example]:
    """Documents with features and targets; the matcher and the base encoder must have seen the documents."""
    finder.prepare(docs)
    return [_example(finder, doc, passage) for doc, passage in zip(docs, passages, strict=True)]


def _example(finder: SpanFinder, doc: Doc, passage: MarkedPassage) -> Example:
    status = np.full(len(doc), IGNORED, dtype=np.int64)
    spans: list[tuple[int, int, str]] = []
    status_layer = set(finder.labels[-1].codes)
    for mark in passage.marks:
        span = doc.char_span(mark.start, mark.end, alignment_mode="expand")
        assert span is not None  # expanded to whole tokens, a mark always has some
        spans.append((span.start, span.end, mark.code))
        if mark.code in status_layer:
            status[span.start : span.end] = finder.statuses.index(cast(Status, mark.status))
    targets = [layer.encode(len(doc), spans) for layer in finder.labels]
    return Example(doc, (*targets, status))


def train(finder: SpanFinder, data: Sequence[Example], options: TrainingOptions) -> None:
    """Train every network of `finder` in place; network n uses seed + n."""
    for number, network in enumerate(finder.networks):
        _train_network(finder, network, data, options, options.seed + number)


def _train_network(
    finder: SpanFinder, network: Model[Any, Any], data: Sequence[Example], options: TrainingOptions, seed: int
) -> None:
    fix_random_seed(seed)
    shuffler = random.Random(seed)  # noqa: S311 - shuffles examples, guards nothing
    noise = np.random.default_rng(seed)
    network.initialize(X=[example.doc for example in data[:2]])
    set_dropout_rate(network, options.dropout)
    optimizer = Adam(options.learn_rate, L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True)
    steps = options.epochs * -(-len(data) // options.batch)
    order = list(range(len(data)))
    step = 0
    for _ in range(options.epochs):
        shuffler.shuffle(order)
        for first in range(0, len(order), options.batch):
            batch = [data[place] for place in order[first : first + options.batch]]
            step += 1
            optimizer.learn_rate = options.learn_rate * min(1.0, step / 50) * max(0.05, 1 - step / steps)
            _update(finder, network, batch, options, noise)
            network.finish_update(optimizer)
    set_dropout_rate(network, 0.0)
    _keep_averages(network, optimizer)


def _update(
    finder: SpanFinder,
    network: Model[Any, Any],
    batch: Sequence[Example],
    options: TrainingOptions,
    noise: np.random.Generator,
) -> None:
    full = [example.doc.user_data[COLUMNS] for example in batch]
    for example, columns in zip(batch, full, strict=True):
        example.doc.user_data[COLUMNS] = _hide(columns, lexicon_columns(finder.labels), options, noise)
    scores, backprop = network.begin_update([example.doc for example in batch])
    for example, columns in zip(batch, full, strict=True):
        example.doc.user_data[COLUMNS] = columns
    gradients = [
        _gradient(finder, block, example.targets, options) / (10 * len(batch))
        for block, example in zip(scores, batch, strict=True)
    ]
    backprop(gradients)


def _hide(columns: Any, lexicon: int, options: TrainingOptions, noise: np.random.Generator) -> Any:
    """Blank the lexicon columns of some tokens, and the form and vector of some others."""
    columns = columns.copy()
    without_lexicon = noise.random(len(columns)) < options.hide_lexicon
    columns[without_lexicon, -1 - lexicon : -1] = 0
    without_word = noise.random(len(columns)) < options.hide_word
    columns[without_word, 0] = 0
    columns[without_word, -1] = 0
    return columns


def _gradient(
    finder: SpanFinder, scores: FloatArray, targets: Sequence[IntArray], options: TrainingOptions
) -> FloatArray:
    """Gradient of the summed cross-entropies of all layers and, weighted, of the status."""
    edges = np.cumsum([layer.size for layer in finder.labels])
    blocks = []
    for place, (block, target) in enumerate(zip(np.split(scores, edges, axis=1), targets, strict=True)):
        exponents = np.exp(block - block.max(axis=1, keepdims=True))
        gradient = exponents / exponents.sum(axis=1, keepdims=True)
        known = target != IGNORED
        gradient[np.arange(len(target))[known], target[known]] -= 1
        gradient[~known] = 0
        blocks.append(gradient * (options.status_weight if place == len(finder.labels) else 1.0))
    stacked: FloatArray = np.ascontiguousarray(np.hstack(blocks), dtype=np.float32)
    return stacked


def _keep_averages(network: Model[Any, Any], optimizer: Optimizer) -> None:
    with network.use_params(optimizer.averages or {}):
        averaged = [
            (node, name, node.get_param(name).copy())
            for node in network.walk()
            for name in node.param_names
            if node.has_param(name)
        ]
    for node, name, value in averaged:
        node.set_param(name, value)
