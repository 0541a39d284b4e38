"""Label models as folders; see `textgov.classify.persistence`."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from textgov.classify.embeddings import NAME, SentenceEmbedder
from textgov.classify.persistence import ModelMeta, load_model, save_model
from textgov.classify.training import Features, LabelModel
from textgov.errors import TextgovError

KIND = "labels"


def save_label_model(
    folder: Path, model: LabelModel, *, name: str, seed: int, details: dict[str, Any] | None = None
) -> ModelMeta:
    """Write a label model to a folder.

    Raises:
        TextgovError: the folder cannot be written.
    """
    features = model.features
    estimators = {
        "words": features.words,
        "characters": features.characters,
        "scores": model.scores,
        "alone": model.alone,
    }
    if model.among is not None:
        estimators["among"] = model.among
    meta = ModelMeta(
        name=name,
        kind=KIND,
        labels=model.labels,
        seed=seed,
        details={
            **(details or {}),
            "choices": model.choices,
            "embeddings": None if features.embedder is None else NAME,
            "embeddings weight": features.weight,
            "targets": model.kind,
            "thresholds": list(model.thresholds),
        },
    )
    return save_model(folder, meta, estimators)


def load_label_model(folder: Traversable) -> tuple[ModelMeta, LabelModel]:
    """Read a label model back.

    Raises:
        TextgovError: there is none, it was altered, or it is of another kind or a newer format.
    """
    meta, estimators = load_model(folder)
    details = meta.details
    if meta.kind != KIND:
        raise TextgovError(f"{folder}: this is a model of the kind {meta.kind!r}, not one of your own labels")
    if details["embeddings"] not in (None, NAME):
        raise TextgovError(
            f"{folder}: its embeddings ({details['embeddings']}) are not known; update textgov"
        )
    features = Features(
        estimators["words"],
        estimators["characters"],
        None if details["embeddings"] is None else SentenceEmbedder(),
        details["embeddings weight"],
    )
    model = LabelModel(
        meta.labels,
        details["targets"],
        features,
        estimators["scores"],
        estimators["alone"],
        estimators.get("among"),
        tuple(details["thresholds"]),
        details["choices"],
    )
    return meta, model
