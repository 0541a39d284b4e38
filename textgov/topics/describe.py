"""From a fitted model and its texts to the report: names, nearest codes, passages to read, topics over time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgov.documents import Record
from textgov.topics import quality
from textgov.topics.agreement import agreement, correlations, presence
from textgov.topics.model import TopicModel
from textgov.topics.report import NearCode, Quality, Quote, TopicCard, TopicReport, YearShares
from textgov.topics.seeds import Adherence
from textgov.topics.stability import Stability

FloatArray = NDArray[np.float64]
QUOTES = 3
NAMING = 3
NEAREST = 4
WEAKEST = 0.1
"""Correlation below which a code is not said to come with a topic."""
FEWEST = 3
"""Texts that a code must have to be compared with a topic."""


class Unit(Record, frozen=True):
    """A text with its place and what it is coded with.

    Attributes:
        passage: ordinal of the passage; None for a whole document.
        mentions: codes of its mentions, as (layer, code).
        codings: codes of the layer that topics are compared with; None where nobody has coded it.
        by_people: whether people gave these, not a machine.
    """

    document: str
    passage: int | None
    title: str | None
    year: int | None
    file: str
    page: int | None
    start: int
    end: int
    text: str
    mentions: frozenset[tuple[str, str]] = frozenset()
    codings: frozenset[str] | None = None
    by_people: bool = False


@dataclass(frozen=True)
class Measured:
    """What was measured of a model beside its own texts.

    Attributes:
        reference: terms of the texts in which coherence is measured.
        stability: over seeds, or None.
        adherence: of seeded topics.
        layer: layer of the codings that it is compared with.
        labels: labels of codes by (layer, code).
        quotable: passages that may be quoted, with their topics, where the texts are whole documents.
    """

    reference: Sequence[Sequence[str]]
    stability: Stability | None
    adherence: tuple[Adherence, ...]
    layer: str
    labels: Mapping[tuple[str, str], str]
    quotable: tuple[Sequence[Unit], FloatArray] | None = None


def describe(
    model: TopicModel, units: Sequence[Unit], weights: FloatArray, measured: Measured
) -> TopicReport:
    """The report of a model on the texts that it was fitted to.

    Args:
        model: the model.
        units: its texts.
        weights: texts by topics.
        measured: what else is known.
    """
    rows = model.weights.distributions
    tops = quality.top_terms(rows)
    words = [[model.vocabulary.terms[number] for number in top] for top in tops]
    coherence = {m: quality.coherence(words, measured.reference, m) for m in quality.MEASURES}
    exclusivity = quality.exclusivity(rows)
    assigned = weights.sum(axis=1) > 0
    foremost = np.bincount(weights[assigned].argmax(axis=1), minlength=model.topics)
    near = _nearest(units, weights, measured.labels)
    stable = measured.stability.topics if measured.stability else ()
    cards = tuple(
        TopicCard(
            topic,
            _name(model, topic, telling),
            model.meta.codes[topic] if topic < len(model.meta.codes) else None,
            model.shown(top),
            model.shown(telling),
            float(weights[:, topic].mean()),
            int(foremost[topic]),
            known(coherence["c_npmi"][topic]),
            known(coherence["c_v"][topic]),
            exclusivity[topic],
            known(stable[topic]) if stable else None,
            near[topic],
            _quotes(*(measured.quotable or (units, weights)), topic),
        )
        for topic, (top, telling) in enumerate(zip(tops, quality.telling_terms(rows), strict=True))
    )
    coded = [number for number, unit in enumerate(units) if unit.codings is not None]
    known_codes = {code for n in coded for code in units[n].codings or ()}
    # In the order of their topics, as far as they have one.
    order = [code for code in model.meta.codes if code in known_codes] + sorted(
        known_codes - {*model.meta.codes}
    )
    compared = None
    if coded and order:
        has = presence([sorted(units[n].codings or ()) for n in coded], order)
        means = np.array(model.meta.means)
        given = model.seeded if model.meta.layer == measured.layer else None
        compared = agreement(weights[coded], means, has, order, given)
    return TopicReport(
        model.meta.method,
        len(units),
        len({unit.document for unit in units}),
        model.meta.unit,
        model.meta.query,
        int((~assigned).sum()),
        len(model.vocabulary.terms),
        overall(rows, coherence, measured.stability),
        cards,
        measured.adherence,
        compared,
        measured.layer,
        len(coded),
        sum(units[n].by_people for n in coded),
        over_time(units, weights),
    )


def overall(
    distributions: FloatArray, coherence: Mapping[quality.Measure, Sequence[float]], stable: Stability | None
) -> Quality:
    """The quality of a model as a whole."""
    return Quality(
        len(distributions),
        known(quality.mean(coherence["c_npmi"])),
        known(quality.mean(coherence["c_v"])),
        quality.diversity(distributions),
        quality.mean(quality.exclusivity(distributions)),
        known(stable.terms) if stable else None,
        known(stable.texts) if stable else None,
        stable.models if stable else 1,
    )


def known(value: float) -> float | None:
    """A number, or None for NaN, which JSON does not have."""
    return None if math.isnan(value) else value


def _name(model: TopicModel, topic: int, telling: Sequence[int]) -> str:
    terms = ", ".join(model.shown(telling[:NAMING]))
    return f"{model.meta.codes[topic]}: {terms}" if topic < len(model.meta.codes) else terms


def _nearest(
    units: Sequence[Unit], weights: FloatArray, labels: Mapping[tuple[str, str], str]
) -> list[tuple[NearCode, ...]]:
    found = [unit.mentions for unit in units]
    codes = sorted({code for one in found for code in one})
    has = np.array([[code in one for code in codes] for one in found], dtype=np.bool_)
    has = has.reshape(len(found), len(codes))
    often = has.sum(axis=0) >= FEWEST
    table = np.where(often, correlations(weights, has), 0.0)
    return [
        tuple(
            NearCode(codes[n][0], codes[n][1], labels.get(codes[n], codes[n][1]), float(row[n]))
            for n in np.argsort(-row, kind="stable")[:NEAREST]
            if row[n] >= WEAKEST
        )
        for row in table
    ]


def _quotes(units: Sequence[Unit], weights: FloatArray, topic: int) -> tuple[Quote, ...]:
    chosen: dict[str, Quote] = {}
    for number in np.argsort(-weights[:, topic], kind="stable"):
        weight = float(weights[number, topic])
        if len(chosen) == QUOTES or weight == 0 or weights[number].argmax() != topic:
            break
        unit = units[number]
        if unit.document not in chosen:
            chosen[unit.document] = Quote(
                *(unit.document, unit.title, unit.year, unit.file, unit.page, unit.start, unit.end),
                " ".join(unit.text.split()),
                weight,
            )
    return tuple(chosen.values())


def over_time(units: Sequence[Unit], weights: FloatArray) -> tuple[YearShares, ...]:
    """Topics by year, each document counting once, whatever its length."""
    by_document: dict[tuple[int, str], list[int]] = {}
    for number, unit in enumerate(units):
        if unit.year is not None:
            by_document.setdefault((unit.year, unit.document), []).append(number)
    by_year: dict[int, list[FloatArray]] = {}
    for (year, _), numbers in sorted(by_document.items()):
        by_year.setdefault(year, []).append(weights[numbers].mean(axis=0))
    found = []
    for year, documents in by_year.items():
        table = np.array(documents)
        errors: tuple[float | None, ...] = (None,) * table.shape[1]
        if len(table) > 1:
            errors = tuple(map(float, table.std(axis=0, ddof=1) / np.sqrt(len(table))))
        found.append(YearShares(year, len(table), tuple(map(float, table.mean(axis=0))), errors))
    return tuple(found)
