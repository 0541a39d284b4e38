"""The network of the span finder: embeddings of the word and its lexicon matches, a convolution, one output a label.

The encoder is the hash-embedding CNN of spaCy (Honnibal & Montani; Bloom embeddings: Serra & Karatzoglou 2017). It
reads beside the form of a word its static vector, what the lexicon says of it, and the token vector of the base model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.ml.models.tok2vec import MaxoutWindowEncoder
from spacy.tokens import Doc
from thinc.api import HashEmbed, Linear, Maxout, Model, NumpyOps, chain, concatenate, with_array

from textgov.pipeline.labels import FloatArray, IntArray

Floats = list[FloatArray]
WORD_ATTRIBUTES = (NORM, PREFIX, SUFFIX, SHAPE)
WORD_ROWS = (6000, 1000, 3000, 2000)
LEXICON_ROWS = 700
CONTEXT_WIDTH = 96
COLUMNS = "textgov_columns"
"""Key of `Doc.user_data`: (tokens, columns) hashes of word and lexicon features; the last is the row of the vector."""
SURROUNDINGS = "textgov_surroundings"
"""Key of `Doc.user_data`: (tokens, features) floats, what the lexicon sees around each token."""
MAX_COLUMNS = 32
_MIXERS = np.random.default_rng(0).integers(2**64, size=MAX_COLUMNS, dtype=np.uint64) | np.uint64(1)
"""One random odd factor a column: multiples of one number would make small lexicon labels cancel out."""


class Ops(NumpyOps):  # type: ignore[misc]
    """Matrix products by NumPy's BLAS: a fifth faster on these sizes than the bundled BLIS."""

    name = "numpy"
    xp = np

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """Matrix product of x and y, each transposed on demand."""
        left = x.T if trans1 else x
        right = y.T if trans2 else y
        return np.dot(left, right) if out is None else np.dot(left, right, out=out)


def use_fast_ops(model: Model[Any, Any]) -> None:
    """Let every node of a network compute by `Ops`."""
    ops = Ops()
    for node in model.walk():
        node.ops = ops


def build_network(
    *, outputs: int, width: int, depth: int, vectors: FloatArray, lexicon_columns: int, surroundings: int
) -> Model[Any, Any]:
    """Network from documents to one row of scores a token, `outputs` wide.

    `vectors` is the table of static vectors (row 0 for unknown words); `lexicon_columns` how many columns of lexicon
    features stand behind the word attributes, `surroundings` how many features tell of the words around.
    """
    rows = [*WORD_ROWS, *[LEXICON_ROWS] * lexicon_columns]
    embeds: list[Model[Any, Any]] = [
        HashEmbed(width, n, column=i, seed=i + 1, dropout=0.0) for i, n in enumerate(rows)
    ]
    words: Model[Any, Any] = chain(
        concatenate(*embeds, _static(width, vectors)),
        Maxout(width, width * (len(rows) + 1), nP=3, normalize=True, dropout=0.0),
    )
    mixed = Maxout(width, 2 * width, nP=3, normalize=True, dropout=0.0)
    encoder = MaxoutWindowEncoder(width=width, window_size=1, maxout_pieces=3, depth=depth)
    network: Model[Any, Any] = chain(
        _side_by_side(_by_type(words), _context(width, surroundings)),
        with_array(mixed),
        encoder,
        with_array(Linear(outputs, width)),
    )
    use_fast_ops(network)
    return network


def _by_type(words: Model[Any, Any]) -> Model[list[Doc], Floats]:
    """Compute the layer once for each distinct row of features of the batch: most words of a text recur."""

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        stacked = [doc.user_data[COLUMNS] for doc in docs]
        columns = np.vstack(stacked)
        _, first, inverse = np.unique(_row_keys(columns), return_index=True, return_inverse=True)
        output, backprop = model.layers[0](columns[first], is_train)

        def back(gradients: Floats) -> list[Any]:
            order = np.argsort(inverse, kind="stable")
            starts = np.flatnonzero(np.diff(inverse[order], prepend=-1))
            backprop(np.add.reduceat(np.vstack(gradients)[order], starts, axis=0))
            return []

        return _unstack(output[inverse], stacked), back

    return Model("textgov_by_type", forward, layers=[words], init=_initialize)


def _row_keys(columns: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """A hash of each row of features."""
    keys: npt.NDArray[np.uint64] = (columns * _MIXERS[: columns.shape[1]]).sum(axis=1)
    return keys


def _static(width: int, vectors: FloatArray) -> Model[Any, Any]:
    """Project the static vector that the last column names."""

    def forward(model: Model[Any, Any], columns: IntArray, is_train: bool) -> tuple[Any, Callable[..., Any]]:
        output, backprop = model.layers[0](vectors[columns[:, -1].astype(np.int64)], is_train)

        def back(gradient: FloatArray) -> Any:
            backprop(gradient)
            return np.zeros_like(columns)

        return output, back

    linear = Linear(width, vectors.shape[1])
    return Model("textgov_static", forward, layers=[linear], init=_initialize, dims={"nO": width})


def _context(width: int, surroundings: int) -> Model[list[Doc], Floats]:
    """Project the token vectors of the base pipeline and what the lexicon sees around each token."""

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        rows = [np.hstack([doc.tensor, doc.user_data[SURROUNDINGS]]) for doc in docs]
        output, backprop = model.layers[0](np.vstack(rows), is_train)

        def back(gradient: Floats) -> list[Any]:
            backprop(np.vstack(gradient))
            return []

        return _unstack(output, rows), back

    linear = Linear(width, CONTEXT_WIDTH + surroundings)
    return Model("textgov_context", forward, layers=[linear], init=_initialize, dims={"nO": width})


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
        layer.initialize()


def _unstack(stacked: FloatArray, rows: Floats) -> Floats:
    return np.split(stacked, np.cumsum([len(part) for part in rows])[:-1])


def word_columns(doc: Doc) -> Any:
    """The word attributes of a document as a (tokens, 4) array of hashes."""
    return doc.to_array(list(WORD_ATTRIBUTES)).astype("uint64").reshape(len(doc), len(WORD_ATTRIBUTES))
