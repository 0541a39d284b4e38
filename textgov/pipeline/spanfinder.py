"""Finds spans that no lexicon knows: a small network trained on `corpora/paths`, stored without pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from spacy.tokens import Doc
from thinc.api import Model

from textgov.documents import Status
from textgov.errors import TextgovError
from textgov.pipeline.features import VectorTable, lexicon_columns, set_features, surrounding_features
from textgov.pipeline.labels import OUTSIDE, FloatArray, LabelSet
from textgov.pipeline.network import build_network

FOUND = "textgov_found"
DOUBT = "textgov_doubt"
"""Key of `Doc.user_data`: by layer, the probability of each token that it is inside some span."""
OTHERS = 0.7
"""Weight of the other spans with the same head word in the vote on a span's code."""
FORMAT = 1
META_FILE = "meta.json"
WEIGHTS_FILE = "weights.npz"
VECTORS_FILE = "vectors.npz"


@dataclass(frozen=True, slots=True)
class Found:
    """Tokens `start` to `end` carry `code`, with the mean probability of its labels."""

    start: int
    end: int
    layer: str
    code: str
    status: Status
    confidence: float


@dataclass(frozen=True)
class Shape:
    """Sizes of the network and how many of them vote."""

    width: int = 96
    depth: int = 2
    voters: int = 1


@dataclass(frozen=True)
class Decoding:
    """How probabilities become spans.

    `outside` is subtracted, by layer, from the log-probability of "no span": above 0 more spans are found.
    """

    outside: Mapping[str, float] = field(default_factory=dict)


class SpanFinder:
    """Labels every token of a document, and decodes the labels to spans.

    Several networks trained under different seeds may vote: their probabilities are averaged.
    """

    def __init__(
        self, labels: Sequence[LabelSet], statuses: Sequence[Status], vectors: VectorTable, shape: Shape
    ) -> None:
        self.labels = tuple(labels)
        self.statuses = tuple(statuses)
        self.vectors = vectors
        self.shape = shape
        self.fingerprint = ""
        self.decoding = Decoding()
        self.networks: list[Model[Any, Any]] = [self._network() for _ in range(shape.voters)]

    @property
    def outputs(self) -> int:
        """Width of the network's output: all labels of all layers, then the statuses."""
        return sum(layer.size for layer in self.labels) + len(self.statuses)

    def _network(self) -> Model[Any, Any]:
        return build_network(
            outputs=self.outputs,
            width=self.shape.width,
            depth=self.shape.depth,
            vectors=self.vectors.rows,
            lexicon_columns=lexicon_columns(self.labels),
            surroundings=surrounding_features(self.labels),
        )

    def prepare(self, docs: Sequence[Doc]) -> None:
        """Set the features of documents that the matcher and the base encoder have seen."""
        for doc in docs:
            set_features(doc, self.labels, self.vectors)

    def probabilities(self, docs: Sequence[Doc]) -> list[list[FloatArray]]:
        """For each document its (tokens, labels) probabilities by layer, statuses last."""
        voted = [self._split(np.vstack(network.predict(list(docs)))) for network in self.networks]
        blocks = [sum(parts) / np.float32(len(parts)) for parts in zip(*voted, strict=True)]
        bounds = np.cumsum([len(doc) for doc in docs])[:-1]
        return [list(parts) for parts in zip(*(np.split(block, bounds) for block in blocks), strict=True)]

    def _split(self, scores: FloatArray) -> list[FloatArray]:
        """Probabilities by layer, statuses last, of stacked scores."""
        edges = np.cumsum([layer.size for layer in self.labels])
        return [_softmax(block) for block in np.split(scores, edges, axis=1)]

    def __call__(self, docs: Sequence[Doc]) -> None:
        """Leave the spans found in `doc.user_data`."""
        docs = [doc for doc in docs if len(doc)]
        if not docs:
            return
        self.prepare(docs)
        probabilities = self.probabilities(docs)
        scores = self._scores(probabilities)
        for doc, blocks, logs in zip(docs, probabilities, scores, strict=True):
            doc.user_data[FOUND] = self._found(doc, blocks, logs)
            doc.user_data[DOUBT] = {
                layer.layer: 1 - block[:, OUTSIDE] for layer, block in zip(self.labels, blocks, strict=False)
            }

    def _scores(self, probabilities: Sequence[Sequence[FloatArray]]) -> list[list[FloatArray]]:
        """For each document what is decoded of each layer: log-probabilities, "no span" less its share."""
        bounds = np.cumsum([len(blocks[0]) for blocks in probabilities])[:-1]
        layers = []
        for place, layer in enumerate(self.labels):
            scores = np.log(np.vstack([blocks[place] for blocks in probabilities]) + 1e-9)
            scores[:, OUTSIDE] -= self.decoding.outside.get(layer.layer, 0.0)
            layers.append(np.split(scores, bounds))
        return [list(parts) for parts in zip(*layers, strict=True)]

    def _found(self, doc: Doc, blocks: Sequence[FloatArray], logs: Sequence[FloatArray]) -> list[Found]:
        status = blocks[-1]
        found: list[Found] = []
        for layer, block, scores in zip(self.labels, blocks, logs, strict=False):
            spans = [(start, end) for start, end, _ in layer.decode(scores)]
            # A code's probability on a token is that of its begin and inside labels together.
            shares = [
                block[start:end, 1:].reshape(end - start, -1, 2).sum(axis=(0, 2)) / (end - start)
                for start, end in spans
            ]
            agreed = _agreed(doc, spans, shares)
            for (start, end), share, vote in zip(spans, shares, agreed, strict=True):
                best = int(vote.argmax())
                likely = self.statuses[int(status[start:end].sum(axis=0).argmax())]
                confidence = round(float(share[best]), 3)
                found.append(Found(start, end, layer.layer, layer.codes[best], likely, confidence))
        return found

    def save(self, folder: Path, meta: dict[str, Any]) -> None:
        """Write weights, vectors and `meta.json` with the SHA-256 of both."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {
            f"{n}/{key}": value for n, net in enumerate(self.networks) for key, value in _parameters(net)
        }
        _write_npz(folder / WEIGHTS_FILE, weights)
        save_vectors(folder / VECTORS_FILE, self.vectors)
        entries = {
            "format": FORMAT,
            "labels": {layer.layer: list(layer.codes) for layer in self.labels},
            "statuses": list(self.statuses),
            "shape": {"width": self.shape.width, "depth": self.shape.depth, "voters": self.shape.voters},
            "sha256": {name: _digest((folder / name).read_bytes()) for name in (WEIGHTS_FILE, VECTORS_FILE)},
            **meta,
        }
        # Sorted at the top only: the order of the layers is that of the network's outputs.
        text = json.dumps(dict(sorted(entries.items())), indent=1)
        (folder / META_FILE).write_text(text + "\n", encoding="utf-8")


def _agreed(doc: Doc, spans: Sequence[tuple[int, int]], shares: Sequence[FloatArray]) -> list[FloatArray]:
    """Spans with the same head word vote together.

    In one passage a word nearly always stands for the same actor or means.
    """
    heads: dict[str, list[int]] = {}
    for number, (_, end) in enumerate(spans):
        heads.setdefault(doc[end - 1].lower_, []).append(number)
    return [
        shares[number]
        + OTHERS * np.sum([shares[other] for other in heads[doc[end - 1].lower_] if other != number], axis=0)
        if len(heads[doc[end - 1].lower_]) > 1
        else shares[number]
        for number, (_, end) in enumerate(spans)
    ]


def load_span_finder(folder: Traversable) -> SpanFinder:
    """Read a span finder back.

    Raises:
        TextgovError: a file is missing, altered, or of a newer format.
    """
    meta = _read_meta(folder)
    try:
        weights = _read_npz(_checked(folder, WEIGHTS_FILE, meta))
        table = read_vectors(_checked(folder, VECTORS_FILE, meta))
        labels = [LabelSet(layer, tuple(codes)) for layer, codes in meta["labels"].items()]
        finder = SpanFinder(labels, meta["statuses"], table, Shape(**meta["shape"]))
        for number, network in enumerate(finder.networks):
            network.initialize()
            _set_parameters(network, lambda key, n=number: weights[f"{n}/{key}"])  # type: ignore[misc]
    except (KeyError, TypeError, AttributeError, ValueError, EOFError, BadZipFile) as error:
        raise TextgovError(
            f"{folder}: the files do not make up a model ({error}); install the model again"
        ) from error
    finder.fingerprint = _digest(json.dumps([meta["labels"], meta["sha256"]]).encode())
    return finder


def _read_meta(folder: Traversable) -> dict[str, Any]:
    try:
        meta = json.loads(folder.joinpath(META_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TextgovError(f"{folder}: no readable {META_FILE} ({error}); install the model again") from error
    form = meta.get("format") if isinstance(meta, dict) else None
    if form != FORMAT:
        raise TextgovError(
            f"{folder}: model format {form}, this textgov reads {FORMAT}; update textgov or the model"
        )
    return dict(meta)


def _checked(folder: Traversable, name: str, meta: Mapping[str, Any]) -> bytes:
    """The content of a file, which is the one that the model was saved with."""
    try:
        data: bytes = folder.joinpath(name).read_bytes()
    except OSError as error:
        raise TextgovError(f"{folder}: no readable {name} ({error}); install the model again") from error
    if _digest(data) != meta["sha256"][name]:
        raise TextgovError(
            f"{folder}: {name} is not the file that the model was saved with; install the model again"
        )
    return data


def model_folder(name: str = "spans-gereffi-lee") -> Traversable:
    """The folder of a model that ships with textgov: inside the wheel, or at the top of a checkout."""
    packaged = files("textgov").joinpath("data").joinpath("models").joinpath(name)
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "models" / name


def save_vectors(path: Path, table: VectorTable) -> None:
    """Write a table of static vectors."""
    _write_npz(
        path, {"words": np.array(table.words), "packed": table.packed, "scale": np.float64(table.scale)}
    )


def read_vectors(data: bytes) -> VectorTable:
    """Read a table of static vectors back."""
    stored = _read_npz(data)
    return VectorTable(tuple(stored["words"].tolist()), stored["packed"], float(stored["scale"]))


def _softmax(scores: FloatArray) -> FloatArray:
    exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
    normalized: FloatArray = exponents / exponents.sum(axis=1, keepdims=True)
    return normalized


def _parameters(network: Model[Any, Any]) -> list[tuple[str, Any]]:
    return [
        (f"{place}.{name}", node.get_param(name))
        for place, node in enumerate(network.walk())
        for name in node.param_names
        if node.has_param(name)
    ]


def _set_parameters(network: Model[Any, Any], value_of: Callable[[str], Any]) -> None:
    for place, node in enumerate(network.walk()):
        for name in node.param_names:
            if node.has_param(name):
                value = _contiguous(value_of(f"{place}.{name}"))
                if value.shape != node.get_param(name).shape:
                    raise ValueError(f"{place}.{name} has the shape {value.shape}")
                node.set_param(name, value)


def _contiguous(array: Any) -> Any:
    return np.ascontiguousarray(array, dtype=np.float32)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write_npz(path: Path, arrays: dict[str, Any]) -> None:
    """`np.savez` with constant time stamps, so that equal weights give equal bytes."""
    import io  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())


def _read_npz(data: bytes) -> dict[str, Any]:
    import io  # noqa: PLC0415

    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
