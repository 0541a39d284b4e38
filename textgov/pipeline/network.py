"""The network of the span finder: embeddings of the word and its lexicon matches, a convolution, one output a label.

The encoder is the hash-embedding CNN of spaCy (Honnibal & Montani; Bloom embeddings: Serra & Karatzoglou 2017). It reads
beside the form of a word its static vector, what the lexicon says of it, and the token vector of the base pipeline.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.ml.models.tok2vec import MaxoutWindowEncoder
from spacy.tokens import Doc
from thinc.api import HashEmbed, Linear, Maxout, Model, chain, concatenate, with_array

from textgov.pipeline.labels import FloatArray

Floats = list[FloatArray]
WORD_ATTRIBUTES = (NORM, PREFIX, SUFFIX, SHAPE)
WORD_ROWS = (6000, 1000, 3000, 2000)
LEXICON_ROWS = 700
COLUMNS = "textgov_columns"
VECTOR_ROWS = "textgov_vector_rows"


def build_network(
    *, outputs: int, width: int, depth: int, vectors: FloatArray, lexicon_columns: int
) -> Model[Any, Any]:
    """Network from documents to one row of scores a token, `outputs` wide.

    `vectors` is the table of static vectors (row 0 for unknown words); `lexicon_columns` how many columns of lexicon
    features stand behind the word attributes.
    """
    rows = [*WORD_ROWS, *[LEXICON_ROWS] * lexicon_columns]
    embeds = [HashEmbed(width, n, column=i, seed=i + 1, dropout=0.0) for i, n in enumerate(rows)]
    hashed = chain(_columns(), with_array(concatenate(*embeds)))
    static = _projected(width, vectors.shape[1], lambda doc: vectors[doc.user_data[VECTOR_ROWS]])
    context = _projected(width, 96, lambda doc: doc.tensor)
    mixed = Maxout(width, width * (len(rows) + 2), nP=3, normalize=True, dropout=0.0)
    encoder = MaxoutWindowEncoder(width=width, window_size=1, maxout_pieces=3, depth=depth)
    local = chain(_side_by_side(hashed, static, context), with_array(mixed), encoder)
    output = chain(Maxout(width, 2 * width, nP=3, normalize=True, dropout=0.0), Linear(outputs, width))
    return chain(local, _with_passage(width), with_array(output))


def _with_passage(width: int) -> Model[Floats, Floats]:
    """Beside each token's vector the mean over its passage: what the passage is about."""

    def forward(model: Model[Any, Any], rows: Floats, is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        keep = np.ones(width, dtype=np.float32)
        rate = model.attrs["dropout_rate"]
        if is_train and rate:
            keep = (np.random.random(width) >= rate).astype(np.float32) / (1 - rate)
        outputs = [np.hstack([part, np.broadcast_to(part.mean(axis=0) * keep, part.shape)]) for part in rows]

        def back(gradients: Floats) -> Floats:
            return [
                np.ascontiguousarray(
                    g[:, :width] + keep * g[:, width:].sum(axis=0) / len(g), dtype=np.float32
                )
                for g in gradients
            ]

        return outputs, back

    return Model("textgov_with_passage", forward, attrs={"dropout_rate": 0.6})


def _columns() -> Model[list[Doc], list[Any]]:
    def forward(
        model: Model[Any, Any], docs: list[Doc], is_train: bool
    ) -> tuple[list[Any], Callable[..., Any]]:
        return [doc.user_data[COLUMNS] for doc in docs], lambda gradient: []

    return Model("textgov_columns", forward)


def _projected(width: int, size: int, rows_of: Callable[[Doc], FloatArray]) -> Model[list[Doc], Floats]:
    linear = Linear(width, size)

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        rows = [rows_of(doc) for doc in docs]
        output, backprop = model.layers[0](np.vstack(rows), is_train)

        def back(gradient: Floats) -> list[Any]:
            backprop(np.vstack(gradient))
            return []

        return _unstack(output, rows), back

    return Model("textgov_projected", forward, layers=[linear], init=_initialize, dims={"nO": width})


def _side_by_side(*layers: Model[Any, Any]) -> Model[list[Doc], Floats]:
    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        results = [layer(docs, is_train) for layer in model.layers]
        outputs = [output for output, _ in results]
        widths = np.cumsum([output[0].shape[1] for output in outputs])[:-1]

        def back(gradient: Floats) -> list[Any]:
            parts = [np.split(rows, widths, axis=1) for rows in gradient]
            for place, (_, backprop) in enumerate(results):
                backprop([np.ascontiguousarray(part[place]) for part in parts])
            return []

        return [np.hstack(rows) for rows in zip(*outputs, strict=True)], back

    return Model("textgov_side_by_side", forward, layers=layers, init=_initialize)


def _initialize(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803 - thinc's signature
    for layer in model.layers:
        layer.initialize(X=X if layer.name != "linear" else None)


def _unstack(stacked: FloatArray, rows: Floats) -> Floats:
    return np.split(stacked, np.cumsum([len(part) for part in rows])[:-1])


def word_columns(doc: Doc) -> Any:
    """The word attributes of a document as a (tokens, 4) array of hashes."""
    return doc.to_array(list(WORD_ATTRIBUTES)).astype("uint64").reshape(len(doc), len(WORD_ATTRIBUTES))
