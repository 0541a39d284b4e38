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
    """Let every node of a network compute by `Ops`, and by less work where no gradient will be asked for."""
    ops = Ops()
    for node in model.walk():
        node.ops = ops
        if node.name in _PREDICTING:
            node._func = _PREDICTING[node.name](node._func)


def _normalizing(train: Callable[..., Any]) -> Callable[..., Any]:
    """The forward function of a LayerNorm layer that goes over its rows fewer times."""

    def forward(model: Model[Any, Any], X: Any, is_train: bool) -> Any:  # noqa: N803 - thinc's name
        if is_train:
            return train(model, X, is_train)
        scale: Any = model.get_param("G")
        shift: Any = model.get_param("b")
        rows = X - X.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows) / np.float32(X.shape[1]) + np.float32(1e-8)
        rows *= (variance ** np.float32(-0.5))[:, None]
        rows *= scale
        rows += shift
        return rows, lambda gradient: []

    return forward


def _maximizing(train: Callable[..., Any]) -> Callable[..., Any]:
    """The forward function of a Maxout layer that does not remember which piece was the greatest."""

    def forward(model: Model[Any, Any], X: Any, is_train: bool) -> Any:  # noqa: N803 - thinc's name
        if is_train:
            return train(model, X, is_train)
        weights: Any = model.get_param("W")
        bias: Any = model.get_param("b")
        units, pieces, inputs = weights.shape
        rows: Any = np.dot(X, weights.reshape(units * pieces, inputs).T)
        rows += bias.reshape(-1)
        values = rows.reshape(len(rows), units, pieces)
        best = values[:, :, 0]
        for piece in range(1, pieces):
            best = np.maximum(best, values[:, :, piece])
        return best, lambda gradient: []

    return forward


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


_PREDICTING = {"maxout": _maximizing, "layernorm": _normalizing}


class RowCache:
    """Rows of outputs by rows of features: most words of a text recur, so that a layer over single words is seldom run.

    New rows are computed in blocks of one size. A matrix product of fixed shape gives a row the same bits wherever it
    stands, and so whatever was read before.
    """

    BLOCK = 64
    LIMIT = 40_000
    """So many rows are kept; then it begins anew."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._rows: FloatArray | None = None

    def clear(self) -> None:
        """Forget all, as after a change of weights."""
        self._places.clear()
        self._rows = None

    def lookup(
        self, columns: npt.NDArray[np.uint64], compute: Callable[[npt.NDArray[np.uint64]], FloatArray]
    ) -> FloatArray:
        """Outputs of the layer `compute` for each row of `columns`."""
        distinct, first, inverse = np.unique(_row_keys(columns), return_index=True, return_inverse=True)
        if len(self._places) + len(distinct) > self.LIMIT:
            self.clear()
        keys = distinct.tolist()
        new = [n for n, key in enumerate(keys) if key not in self._places]
        if new:
            rows = self._in_blocks(columns[first[new]], compute)
            self._places |= {keys[n]: len(self._places) + k for k, n in enumerate(new)}
            self._rows = rows if self._rows is None else np.vstack([self._rows, rows])
        assert self._rows is not None
        places = np.fromiter((self._places[key] for key in keys), dtype=np.int64, count=len(keys))
        found: FloatArray = self._rows[places[inverse]]
        return found

    def _in_blocks(
        self, columns: npt.NDArray[np.uint64], compute: Callable[[npt.NDArray[np.uint64]], FloatArray]
    ) -> FloatArray:
        missing = -len(columns) % self.BLOCK
        padded = np.vstack([columns, np.repeat(columns[:1], missing, axis=0)])
        blocks = [compute(padded[n : n + self.BLOCK]) for n in range(0, len(padded), self.BLOCK)]
        return np.vstack(blocks)[: len(columns)]


def _by_type(words: Model[Any, Any]) -> Model[list[Doc], Floats]:
    """Compute the layer once for each distinct row of features: most words of a text recur."""
    cache = RowCache()

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        stacked = [doc.user_data[COLUMNS] for doc in docs]
        columns = np.vstack(stacked)
        if not is_train:
            return _unstack(cache.lookup(columns, model.layers[0].predict), stacked), lambda gradients: []
        cache.clear()
        _, first, inverse = np.unique(_row_keys(columns), return_index=True, return_inverse=True)
        output, backprop = model.layers[0](columns[first], is_train)

        def back(gradients: Floats) -> list[Any]:
            order = np.argsort(inverse, kind="stable")
            starts = np.flatnonzero(np.diff(inverse[order], prepend=-1))
            backprop(np.add.reduceat(np.vstack(gradients)[order], starts, axis=0))
            return []

        return _unstack(output[inverse], stacked), back

    return Model("textgov_by_type", forward, layers=[words], init=_initialize)


def embed_by_type(encoder: Model[Any, Any]) -> None:
    """Let the embedding of a spaCy `Tok2Vec` compute once for each distinct word.

    Another make than `extract_features >> list2ragged >> embeddings >> mixer >> ragged2list` is left as it is.
    """
    embedding = encoder.layers[0]
    if [layer.name for layer in embedding.layers[:2]] != ["extract_features", "list2ragged"]:
        return
    extract, _, embeds, mixer, _ = embedding.layers
    cache = RowCache()

    def compute(columns: npt.NDArray[np.uint64]) -> FloatArray:
        rows: FloatArray = mixer.layers[0].predict(embeds.layers[0].predict(columns))
        return rows

    def forward(model: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Floats, Callable[..., Any]]:
        stacked = extract.predict(docs)
        return _unstack(cache.lookup(np.vstack(stacked), compute), stacked), lambda gradients: []

    encoder.layers[0] = Model(
        "textgov_embed_by_type", forward, layers=[embedding], dims={"nO": CONTEXT_WIDTH}
    )


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
