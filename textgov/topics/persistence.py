"""Topic models as folders: arrays as npz, the rest as JSON, all sealed by SHA-256. Nothing is ever unpickled.

A folder holds `meta.json`, `terms.json`, `weights.npz` and `report.json`. The same model gives the same bytes; a
changed byte, a missing file or a newer format is refused.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from textgov.documents import Record
from textgov.errors import TextgovError
from textgov.topics.corpus import Vocabulary
from textgov.topics.model import FORMAT, ModelMeta, TopicModel
from textgov.topics.report import TopicReport
from textgov.topics.texts import Preparation
from textgov.topics.weights import Kind, Weights

META, TERMS, WEIGHTS, REPORT = "meta.json", "terms.json", "weights.npz", "report.json"
RECORDED = ("textgov", "gensim", "scikit-learn", "numpy", "lemminflect")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_AGAIN = "fit it again, or copy it again from where it came"


Part = TypeVar("Part", bound=Record)


class _Terms(Record, frozen=True):
    """`terms.json`: how texts become terms, which terms are known, and of what kind the weights are."""

    kind: Kind
    preparation: Preparation
    vocabulary: tuple[str, ...]


def save(folder: Path, model: TopicModel, report: TopicReport) -> ModelMeta:
    """Write a model with its report; what is written last makes it whole.

    Raises:
        TextgovError: the folder cannot be written, or holds something else.
    """
    contents = {
        TERMS: _json(_Terms(model.weights.kind, model.preparation, model.vocabulary.terms)),
        WEIGHTS: _npz(
            {
                "components": model.weights.components,
                "alpha": model.weights.alpha,
                "idf": model.weights.idf,
            }
        ),
        REPORT: _json(report),
    }
    meta = msgspec.structs.replace(
        model.meta,
        format=FORMAT,
        versions={name: version(name) for name in RECORDED},
        sha256={name: _digest(data) for name, data in contents.items()},
        seal="",
    )
    meta = msgspec.structs.replace(meta, seal=_digest(_json(meta)))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / META).is_file():
        raise TextgovError(f"{folder}: this folder holds something else; name a new one")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in contents.items():
            (folder / name).write_bytes(data)
        (folder / META).write_bytes(_json(meta))
    except OSError as error:
        raise TextgovError(
            f"{folder}: the model cannot be written ({error.strerror}); name another folder"
        ) from error
    return meta


def load(folder: Path) -> tuple[TopicModel, TopicReport]:
    """Read a model with its report.

    Raises:
        TextgovError: there is no model, it was altered, or it is of a newer format.
    """
    meta = _meta(folder)
    contents = {}
    for name in (TERMS, WEIGHTS, REPORT):
        contents[name] = _read(folder / name)
        if _digest(contents[name]) != meta.sha256.get(name):
            raise TextgovError(f"{folder / name}: is not the file that the model was saved with; {_AGAIN}")
    terms = _decoded(folder / TERMS, contents[TERMS], _Terms)
    report = _decoded(folder / REPORT, contents[REPORT], TopicReport)
    with np.load(io.BytesIO(contents[WEIGHTS]), allow_pickle=False) as arrays:
        weights = Weights(terms.kind, arrays["components"], arrays["alpha"], arrays["idf"])
    return TopicModel(meta, terms.preparation, Vocabulary(terms.vocabulary), weights), report


def _decoded(path: Path, data: bytes, kind: type[Part]) -> Part:
    """A part that is as it was written, but may be of another version of textgov."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise TextgovError(
            f"{path}: was written by another version of textgov ({error}); fit the model again"
        ) from error


def _meta(folder: Path) -> ModelMeta:
    if not (folder / META).is_file():
        raise TextgovError(
            f"{folder}: there is no topic model here (no {META}); make one with `textgov topics fit`"
        )
    data = _read(folder / META)
    try:
        form = msgspec.json.decode(data)["format"]
        if form != FORMAT:
            raise TextgovError(
                f"{folder}: this topic model has format {form}, this textgov reads {FORMAT}; "
                "update textgov, or fit it again"
            )
        meta = msgspec.json.decode(data, type=ModelMeta)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise TextgovError(f"{folder / META}: is not that of a topic model; {_AGAIN}") from error
    if (
        _json(msgspec.structs.replace(meta, seal=_digest(_json(msgspec.structs.replace(meta, seal="")))))
        != data
    ):
        raise TextgovError(f"{folder / META}: was altered since the model was saved; {_AGAIN}")
    return meta


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TextgovError(f"{path}: cannot be read ({error.strerror}); {_AGAIN}") from error


def _json(record: Record) -> bytes:
    # Sets have no order of their own: sorted, equal records give equal bytes.
    return msgspec.json.format(msgspec.json.encode(record, order="deterministic"), indent=1)


def _npz(arrays: dict[str, np.ndarray]) -> bytes:
    """`np.savez` with constant time stamps, so that equal weights give equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array, dtype="<f8"), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, buffer.getvalue())
    return stream.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
