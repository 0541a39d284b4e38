"""The model card: what a model learnt from, how well it does, and what it should not be used for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textgov.evaluation.reports import (
    Evaluation,
    averages,
    calibration_rows,
    confusion_rows,
    difference_rows,
    markdown,
    score_rows,
)

PICTURES = ("scores.svg", "calibration.svg", "curve.svg")


@dataclass(frozen=True)
class Card:
    """What the card says beside the evaluation.

    Attributes:
        name: of the model.
        command: that made it.
        facts: name and value of what it learnt from and how.
        notes: remarks on the labels.
        evaluation: by held-out folds.
        unseen: macro F1 of the model and the baseline on texts whose like was not learnt from; None if all are such.
        alone: macro F1 without looking at neighbours; None if it never does.
        curve: rows of the learning curve.
        telling: the terms that speak most for each label.
        pictures: names of pictures in its folder.
    """

    name: str
    command: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    evaluation: Evaluation
    unseen: tuple[int, float, float] | None
    alone: float | None
    curve: Sequence[dict[str, Any]]
    telling: Sequence[tuple[str, Sequence[str]]]
    pictures: Sequence[str] = ()


def card_text(card: Card) -> str:
    """The card as Markdown; equal cards give equal text."""
    found = card.evaluation
    parts = [
        f"# Model card: {card.name}",
        f"Made by `{card.command}`.",
        "## What it learnt from",
        "\n".join(f"- {name}: {value}" for name, value in card.facts),
    ]
    if card.notes:
        parts += ["Remarks on the labels:", "\n".join(f"- {note}" for note in card.notes)]
    parts += [
        "## How well it does",
        "On texts held out by folds that divide no group; all choices were made within the training part of each "
        "fold. Intervals are 95 %, by a bootstrap over groups.",
        "\n".join(f"- {name}: {value}" for name, value in averages(found.scores)),
        markdown(score_rows(found.scores)),
    ]
    if found.differences:
        parts += [
            "Beside the baseline in the same folds (TF-IDF and logistic regression, scikit-learn's defaults); `p` is "
            "that of a paired bootstrap over groups:",
            markdown(difference_rows(found.differences, "model", "baseline")),
        ]
    if card.unseen is not None:
        texts, model, plain = card.unseen
        parts.append(
            f"On the {texts:,} texts whose like does not stand in the training part as well: macro F1 {model:.3f}, "
            f"baseline {plain:.3f}."
        )
    if card.alone is not None:
        parts.append(
            f"Without looking at the texts before and after: macro F1 {card.alone:.3f}. Expect that of "
            "texts that stand alone."
        )
    if found.confusion is not None:
        labels = [one.label for one in found.scores.labels]
        parts += [
            "Gold classes in rows, found ones in columns:",
            markdown(confusion_rows(labels, found.confusion)),
        ]
    if found.calibration is not None:
        parts += [
            "### Calibration",
            f"Expected calibration error {found.calibration.error:.3f}, Brier score {found.calibration.brier:.3f}.",
            markdown(calibration_rows(found.calibration)),
        ]
    if card.curve:
        parts += ["### Learning curve", markdown(card.curve)]
    parts += [f"![{picture}]({picture})" for picture in card.pictures]
    parts += [
        "## What speaks for each label",
        "\n".join(f"- {label}: {', '.join(f'`{term}`' for term in terms)}" for label, terms in card.telling),
        "## Limits",
        "It knows texts like those it learnt from; on others, label a sample and run `textgov evaluate` before "
        "counting anything. Its probabilities are calibrated on the same kind of texts. A label that few texts have "
        "is known badly: see its interval.",
    ]
    return "\n\n".join(parts) + "\n"
