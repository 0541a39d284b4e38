"""Topic models for readers: a page with every topic, its terms, codes and passages; and pictures for print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Any, Final

from textgov.export.pages import render
from textgov.export.pictures import PALETTE, SOFT, as_data, new_figure, settings
from textgov.topics.report import Quality, TopicCard, TopicReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS: Final = 4
WIDE: Final = 2.6
TALL: Final = 1.75
LONGEST: Final = 700
"""Characters of a passage from which it is cut on the page."""
SHADED: Final = 0.3
"""Correlation from which a cell of topics by codes is as dark as it gets."""


def topics_page(report: TopicReport, codebook: str) -> str:
    """The report as a page that needs nothing but itself; the same report gives the same page."""
    return render(
        "topics.html.j2",
        styles=("map.css", "topics.css"),
        title=f"{len(report.cards)} topics in {report.texts:,} {report.unit}s of {report.documents:,} documents",
        report=report,
        codebook=codebook,
        cards=[_card(card) for card in report.cards],
        facts=quality_facts(report.quality),
        adherent=[line for line in report.adherence if line.follows],
        astray=[line for line in report.adherence if not line.follows],
        matrix=_matrix(report),
        picture=as_data(time_figure(report)) if len(report.years) > 1 else None,
        number=number,
    )


def quality_facts(quality: Quality) -> list[tuple[str, str]]:
    """The quality of a model by the names of its measures; what was not measured is left out."""
    facts = [
        ("coherence (NPMI)", number(quality.c_npmi)),
        ("coherence (C_V)", number(quality.c_v)),
        ("diversity", number(quality.diversity)),
        ("exclusivity", number(quality.exclusivity)),
    ]
    if quality.stable_terms is not None:
        facts.append((f"same terms under {quality.models} seeds", number(quality.stable_terms)))
        facts.append((f"same texts under {quality.models} seeds", number(quality.stable_texts)))
    return facts


def number(value: float | None, places: int = 2) -> str:
    """A number as it is read; a dash where there is none."""
    return "–" if value is None or math.isnan(value) else f"{value:.{places}f}"


def _card(card: TopicCard) -> dict[str, Any]:
    return {
        "card": card,
        "place": card.number + 1,
        "quotes": [
            {
                "quote": quote,
                "text": quote.text
                if len(quote.text) <= LONGEST
                else shorten(quote.text, LONGEST, placeholder=" …"),
                "name": quote.title or Path(quote.file).name,
            }
            for quote in card.quotes
        ],
    }


def _matrix(report: TopicReport) -> dict[str, Any] | None:
    agreed = report.agreement
    if agreed is None:
        return None
    matched = {row.code: row for row in agreed.codes}
    return {
        "codes": agreed.order,
        "matched": matched,
        "rows": [
            (
                card.number + 1,
                card.name,
                [
                    {
                        "value": f"{value:+.2f}",
                        "shade": min(9, max(0, round(9 * value / SHADED))),
                        "own": code in matched and matched[code].topic == card.number,
                    }
                    for code, value in zip(agreed.order, values, strict=True)
                ],
            )
            for card, values in zip(report.cards, agreed.matrix, strict=True)
        ],
    }


def time_figure(report: TopicReport) -> Figure:
    """Topics over time, a panel each: mean share in a year's documents, with its 95 % interval."""
    with settings():
        rows = math.ceil(len(report.cards) / COLUMNS)
        columns = min(COLUMNS, len(report.cards))
        figure = new_figure(WIDE * columns, TALL * rows + 0.5)
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        every = [axes for line in panels for axes in line]
        for axes in every[len(report.cards) :]:
            axes.set_visible(False)
        for axes in every[max(0, len(report.cards) - columns) : len(report.cards)]:
            axes.tick_params(labelbottom=True)
        for card, axes in zip(report.cards, every, strict=False):
            _panel(axes, report, card)
        # Bands of years with few documents reach far: the lines decide what is seen.
        every[0].set_ylim(0, 1.15 * max(max(year.means) for year in report.years))
        figure.supylabel("mean share of a document", fontsize=8)
    return figure


def _panel(axes: Axes, report: TopicReport, card: TopicCard) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415 - slow to import

    tint = PALETTE[0] if card.code else PALETTE[4]
    years = [year.year for year in report.years]
    means = [year.means[card.number] for year in report.years]
    errors = [1.96 * (year.errors[card.number] or 0.0) for year in report.years]
    low = [max(0.0, mean - error) for mean, error in zip(means, errors, strict=True)]
    high = [mean + error for mean, error in zip(means, errors, strict=True)]
    axes.fill_between(years, low, high, color=tint, alpha=0.18, linewidth=0)
    axes.plot(years, means, color=tint, linewidth=1.4, marker="o", markersize=2.4)
    axes.axhline(card.prevalence, color=SOFT, linewidth=0.6, linestyle=(0, (3, 2)))
    axes.set_title(_wrapped(f"{card.number + 1}  {card.name}"), fontsize=7.5, loc="left")
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.tick_params(labelsize=6.5)


def _wrapped(name: str, width: int = 34) -> str:
    lines = wrap(name, width)
    return "\n".join([*lines[:1], shorten(" ".join(lines[1:]), width, placeholder=" …")]).rstrip()


def search_figure(numbers: Sequence[int], qualities: Sequence[Quality]) -> Figure:
    """What more topics cost and bring: one measure a panel, over the number of topics."""
    measures = (
        ("coherence (NPMI)", [q.c_npmi for q in qualities]),
        ("coherence (C_V)", [q.c_v for q in qualities]),
        ("diversity", [q.diversity for q in qualities]),
        ("exclusivity", [q.exclusivity for q in qualities]),
        ("same terms under other seeds", [q.stable_terms for q in qualities]),
        ("same texts under other seeds", [q.stable_texts for q in qualities]),
    )
    shown = [(name, values) for name, values in measures if any(value is not None for value in values)]
    with settings():
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

        columns = 2
        rows = math.ceil(len(shown) / columns)
        figure = new_figure(3.4 * columns, 1.7 * rows + 0.3)
        panels = [
            axes for line in figure.subplots(rows, columns, sharex=True, squeeze=False) for axes in line
        ]
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
        for place, ((name, values), axes) in enumerate(zip(shown, panels, strict=False)):
            points = [(n, value) for n, value in zip(numbers, values, strict=True) if value is not None]
            axes.plot(
                *zip(*points, strict=True), color=PALETTE[place % 6], marker="o", markersize=3, linewidth=1.4
            )
            axes.set_title(name, fontsize=8, loc="left")
            if not name.startswith("coherence"):
                axes.set_ylim(0, 1)
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            axes.tick_params(labelsize=7)
        figure.supxlabel("number of topics", fontsize=8)
    return figure
