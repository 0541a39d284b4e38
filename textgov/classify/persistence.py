"""Models as folders: estimators by skops, and a `meta.json` that seals them. Nothing is ever unpickled.

A folder holds `meta.json` and one `NAME.skops` for each estimator. The same estimators give the same bytes,
and a changed byte, a newer format or another codebook is refused when a model is loaded.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
from packaging.version import InvalidVersion, Version
from sklearn.base import BaseEstimator
from sklearn.exceptions import InconsistentVersionWarning
from skops.io import dumps, get_untrusted_types, loads

from textgov.documents import Record
from textgov.errors import TextgovError

FORMAT = 1
META_FILE = "meta.json"
SUFFIX = ".skops"
RECORDED = ("textgov", "scikit-learn", "numpy")
"""Packages whose versions are kept with a model."""

TRUSTED: tuple[str, ...] = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "textgov.classify.linear.LabelScores",
    "textgov.classify.linear.ScoreCalibrator",
    "textgov.classify.terms.TermVectorizer",
)
"""Types that a model file may hold beside those that skops trusts by itself. Each was read for what it does
when it is made from a file; none runs what a file says."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_\-]*")
_FILE = re.compile(_NAME.pattern + re.escape(SUFFIX))
_EPOCH = (1980, 1, 1, 0, 0, 0)
_AGAIN = "install the model again, or train it again"


class ModelMeta(Record, frozen=True):
    """What is known of a model.

    `format`, `versions`, `sha256` and `seal` are filled in by `save_model`; `seal` is the SHA-256 of all the
    rest. `codebook_hash` is None for a model that depends on no codebook. `details` is the kind's own: options,
    thresholds, scores; JSON values only.
    """

    name: str
    kind: str
    labels: tuple[str, ...]
    codebook: str | None = None
    codebook_hash: str | None = None
    seed: int | None = None
    details: dict[str, Any] = msgspec.field(default_factory=dict)
    format: int = FORMAT
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    sha256: dict[str, str] = msgspec.field(default_factory=dict)
    seal: str = ""


def save_model(folder: Path, meta: ModelMeta, estimators: Mapping[str, BaseEstimator]) -> ModelMeta:
    """Write a model; equal estimators and meta give equal bytes.

    Args:
        folder: made if it is not there; files of an older model in it are replaced.
        meta: what to say of it.
        estimators: fitted estimators by the names of their files.

    Returns:
        The meta as it was written.

    Raises:
        TextgovError: the folder cannot be written.
        ValueError: a name is not lower-case letters, digits, `-` and `_`, or an estimator could not be loaded again.
    """
    contents: dict[str, bytes] = {}
    for name, estimator in sorted(estimators.items()):
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r}: name estimators by lower-case letters, digits, - and _")
        contents[name + SUFFIX] = _canonical(dumps(estimator))
    complete = msgspec.structs.replace(
        meta,
        format=FORMAT,
        versions={name: version(name) for name in RECORDED},
        sha256={name: _digest(data) for name, data in contents.items()},
        seal="",
    )
    complete = msgspec.structs.replace(complete, seal=_digest(_meta_bytes(complete)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"*{SUFFIX}"):
            if old.name not in contents:
                old.unlink()
        for name, data in contents.items():
            (folder / name).write_bytes(data)
        # Written last: a model that was not written to its end does not fit its meta, and is refused.
        (folder / META_FILE).write_bytes(_meta_bytes(complete))
    except OSError as error:
        raise TextgovError(
            f"{folder}: the model cannot be written ({error.strerror}); name another folder"
        ) from error
    return complete


def read_meta(folder: Traversable) -> ModelMeta:
    """The meta of a model, checked against its seal; the estimators are not read.

    Raises:
        TextgovError: there is no model, it was altered, or it is of a newer format.
    """
    try:
        data: bytes = folder.joinpath(META_FILE).read_bytes()
    except OSError as error:
        raise TextgovError(
            f"{folder}: there is no model here (no readable {META_FILE}); name the folder of a model"
        ) from error
    try:
        found = msgspec.json.decode(data)
        form = found["format"]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise TextgovError(f"{folder}: {META_FILE} is not that of a model; {_AGAIN}") from error
    if form != FORMAT:
        raise TextgovError(
            f"{folder}: this model has format {form}, this textgov reads {FORMAT}; update textgov, or train it again"
        )
    try:
        meta = msgspec.convert(found, ModelMeta)
    except msgspec.ValidationError as error:
        raise TextgovError(f"{folder}: {META_FILE} is not that of a model ({error}); {_AGAIN}") from error
    sealed = msgspec.structs.replace(meta, seal="")
    if meta.seal != _digest(_meta_bytes(sealed)) or data != _meta_bytes(meta):
        raise TextgovError(f"{folder}: {META_FILE} is not as it was written with the model; {_AGAIN}")
    return meta


def load_model(
    folder: Traversable, *, codebook_hash: str | None = None, trusted: Sequence[str] = ()
) -> tuple[ModelMeta, dict[str, Any]]:
    """Read a model back: its meta, and its estimators by name.

    Args:
        folder: where it is.
        codebook_hash: hash of the codebook in use; a model made by another is refused. None to take any.
        trusted: full names of further types that its files may hold, beside `TRUSTED`.

    Raises:
        TextgovError: a file is missing or altered, or the model is of a newer format, of a newer scikit-learn,
            or of another codebook.
    """
    meta = read_meta(folder)
    if codebook_hash is not None and meta.codebook_hash not in (None, codebook_hash):
        raise TextgovError(
            f"{folder}: this model was made by the codebook {meta.codebook} ({meta.codebook_hash}), the one in use "
            f"is another ({codebook_hash}); name that codebook, or train the model again"
        )
    _check_versions(folder, meta)
    estimators = {}
    for name, expected in sorted(meta.sha256.items()):
        if not _FILE.fullmatch(name):
            raise TextgovError(f"{folder}: {name!r} is not the name of a model's file; {_AGAIN}")
        data = _checked(folder, name, expected)
        estimators[name.removesuffix(SUFFIX)] = _loaded(folder, name, data, (*TRUSTED, *trusted))
    return meta, estimators


def model_folder(name: str) -> Traversable:
    """The folder of a model that ships with textgov: inside the wheel, or at the top of a checkout."""
    packaged = files("textgov").joinpath("data").joinpath("models").joinpath(name)
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "models" / name


def _check_versions(folder: Traversable, meta: ModelMeta) -> None:
    """Refuse a model of a newer or of another major scikit-learn; older ones of the same major can be read."""
    made, here = meta.versions.get("scikit-learn", "0"), version("scikit-learn")
    try:
        then, now = Version(made), Version(here)
    except InvalidVersion as error:
        raise TextgovError(f"{folder}: {META_FILE} names no version of scikit-learn; {_AGAIN}") from error
    if then.major != now.major or then.release[:2] > now.release[:2]:
        raise TextgovError(
            f"{folder}: this model was made with scikit-learn {made}, here is {here}; "
            f"pip install 'scikit-learn=={made}', or train it again"
        )


def _checked(folder: Traversable, name: str, expected: str) -> bytes:
    try:
        data: bytes = folder.joinpath(name).read_bytes()
    except OSError as error:
        raise TextgovError(f"{folder}: no readable {name}; {_AGAIN}") from error
    if _digest(data) != expected:
        raise TextgovError(f"{folder}: {name} is not the file that the model was saved with; {_AGAIN}")
    return data


def _loaded(folder: Traversable, name: str, data: bytes, trusted: Sequence[str]) -> Any:
    try:
        unknown = sorted(set(get_untrusted_types(data=data)) - set(trusted))
        if unknown:
            raise TextgovError(
                f"{folder}: {name} holds types that textgov does not load ({', '.join(unknown)}); {_AGAIN}"
            )
        with warnings.catch_warnings():
            # `_check_versions` has answered that.
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            return loads(data, trusted=list(trusted))
    except (KeyError, TypeError, ValueError, AttributeError, ImportError, zipfile.BadZipFile) as error:
        raise TextgovError(f"{folder}: {name} does not make up an estimator ({error}); {_AGAIN}") from error


def _meta_bytes(meta: ModelMeta) -> bytes:
    """The text of `meta.json`: equal for equal contents, and indented so that it can be read."""
    return msgspec.json.format(msgspec.json.encode(meta), indent=1) + b"\n"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _canonical(data: bytes) -> bytes:
    """A file of skops without what differs between two runs: addresses of objects, time stamps, orders of sets."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(contents.pop("schema.json"))
    renamed = {name: _digest(content)[:32] + Path(name).suffix for name, content in contents.items()}
    schema = _ordered(schema, renamed)
    _number(schema, 0)
    text = json.dumps(schema, separators=(",", ":")).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        arrays = sorted({renamed[name]: content for name, content in contents.items()}.items())
        for name, content in [("schema.json", text), *arrays]:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


def _ordered(node: Any, renamed: Mapping[str, str]) -> Any:
    """The tree without addresses, its files named after their content, the items of sets in order."""
    if isinstance(node, list):
        return [_ordered(item, renamed) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {
        key: _ordered(value, renamed)
        for key, value in node.items()
        if not (key == "__id__" and isinstance(value, int))
    }
    if isinstance(plain.get("file"), str):
        plain["file"] = renamed[plain["file"]]
    if plain.get("__loader__") == "SetNode":
        plain["content"].sort(key=json.dumps)
    return plain


def _number(node: Any, last: int) -> int:
    """Give every object of the tree a number of its own, in place; returns the last one given."""
    if isinstance(node, dict):
        if isinstance(node.get("__loader__"), str):
            last += 1
            node["__id__"] = last
        for value in node.values():
            last = _number(value, last)
    elif isinstance(node, list):
        for item in node:
            last = _number(item, last)
    return last
