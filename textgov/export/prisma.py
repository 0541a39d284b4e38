"""The flow diagram of PRISMA 2020: its numbers, and what stands in its boxes.

Page, M. J., McKenzie, J. E., Bossuyt, P. M., et al. (2021). The PRISMA 2020 statement: an updated guideline for
reporting systematic reviews. BMJ, 372, n71. doi:10.1136/bmj.n71
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Counts = Mapping[str, int]
Column = Literal["main", "main_out", "other", "other_out"]
CREDIT: Final = (
    "Flow diagram after the PRISMA 2020 statement (Page et al., BMJ 2021;372:n71, doi:10.1136/bmj.n71)."
)
ROWS: Final = ("identified", "screened", "sought", "assessed", "included")
STAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "identified": "Identification",
        "screened": "Screening",
        "sought": "Screening",
        "assessed": "Screening",
        "included": "Included",
    }
)
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "website": "Websites",
        "organisation": "Organisations",
        "citation": "Citation searching",
        "other": "Other files",
    }
)


@dataclass(frozen=True)
class Assessment:
    """What became of reports that were sought: none is lost between the numbers.

    Attributes:
        missing: could not be had.
        waiting: not assessed yet.
        reasons: left out, by reason.
        undecided: assessed by one of two, or in conflict.
        included: included.
    """

    missing: int = 0
    waiting: int = 0
    reasons: Counts = field(default_factory=dict)
    undecided: int = 0
    included: int = 0

    @property
    def assessed(self) -> int:
        """Reports assessed for eligibility."""
        return sum(self.reasons.values()) + self.undecided + self.included

    @property
    def sought(self) -> int:
        """Reports sought for retrieval."""
        return self.missing + self.waiting + self.assessed


@dataclass(frozen=True)
class Flow:
    """The numbers of a flow diagram.

    Attributes:
        databases: records of each database.
        registers: records of each register.
        duplicates: records that repeat another one.
        unscreened: records on which nobody has decided.
        excluded: records left out by title and abstract.
        undecided: records on which one of two has decided, or the two differ.
        reports: what became of those let through.
        others: works found in other ways, by kind of source.
        other_reports: what became of these.
        stopped: why records were left unscreened; empty where they are only not screened yet.
    """

    databases: Counts
    registers: Counts
    duplicates: int
    unscreened: int
    excluded: int
    undecided: int
    reports: Assessment
    others: Counts = field(default_factory=dict)
    other_reports: Assessment = field(default_factory=Assessment)
    stopped: str = ""

    @property
    def identified(self) -> int:
        """Records identified in databases and registers."""
        return sum(self.databases.values()) + sum(self.registers.values())

    @property
    def screened(self) -> int:
        """Records on which at least one person has decided."""
        return self.excluded + self.undecided + self.reports.sought

    @property
    def included(self) -> int:
        """Reports included, however they were found."""
        return self.reports.included + self.other_reports.included

    def faults(self) -> list[str]:
        """Where the numbers do not add up, one a line; empty if they do."""
        sums = {
            "records identified": (self.identified, self.duplicates + self.unscreened + self.screened),
            "works found in other ways": (sum(self.others.values()), self.other_reports.sought),
        }
        return [
            f"{name}: {found:,}, but {parts:,} by their fate"
            for name, (found, parts) in sums.items()
            if found != parts
        ]

    def unfinished(self) -> list[str]:
        """What is still to be done, as parts of a sentence."""
        waiting = self.reports.waiting + self.other_reports.waiting
        undecided = self.undecided + self.reports.undecided + self.other_reports.undecided
        parts = (
            (0 if self.stopped else self.unscreened, "not screened"),
            (waiting, "not assessed in full text"),
            (undecided, "not settled between screeners"),
        )
        return [f"{number:,} {what}" for number, what in parts if number]


class Line(NamedTuple):
    """A line of a box, with its indent in steps."""

    text: str
    indent: int = 0


def counted(text: str, number: int) -> str:
    """Text with its number, as in the statement."""
    return f"{text} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{number:,})"


def boxes(flow: Flow) -> dict[tuple[str, Column], list[Line]]:
    """What stands in the boxes, by row and column; those of other methods only where there are any."""
    found: dict[tuple[str, Column], list[Line]] = {
        ("identified", "main"): _identified(flow),
        ("identified", "main_out"): _removed(flow),
        ("screened", "main"): [Line(counted("Records screened", flow.screened))],
        ("screened", "main_out"): [
            Line(counted("Records excluded", flow.excluded)),
            *_some("Records not settled yet", flow.undecided),
        ],
        **_reports("main", "main_out", flow.reports),
        ("included", "main"): [Line(counted("Reports of included studies", flow.included))],
    }
    if flow.others:
        named = [Line(counted(WORDS[kind], number), 1) for kind, number in flow.others.items()]
        found["identified", "other"] = [Line("Records identified from:"), *named]
        found |= _reports("other", "other_out", flow.other_reports)
    return found


def _identified(flow: Flow) -> list[Line]:
    lines = [Line("Records identified from:")]
    for title, counts in (("Databases", flow.databases), ("Registers", flow.registers)):
        lines.append(Line(counted(title, sum(counts.values())), 1))
        lines.extend(Line(counted(name, number), 2) for name, number in counts.items())
    return lines


def _removed(flow: Flow) -> list[Line]:
    lines = [
        Line("Records removed before screening:"),
        Line(counted("Duplicate records", flow.duplicates), 1),
    ]
    if flow.stopped:
        lines.append(Line(counted("Records marked as ineligible by automation tools", flow.unscreened), 1))
        return lines
    return [*lines, *_some("Records not screened yet", flow.unscreened, 1)]


def _reports(main: Column, out: Column, reports: Assessment) -> dict[tuple[str, Column], list[Line]]:
    reasons = [Line(counted(reason, number), 1) for reason, number in reports.reasons.items()]
    excluded = sum(reports.reasons.values())
    return {
        ("sought", main): [Line(counted("Reports sought for retrieval", reports.sought))],
        ("sought", out): [
            Line(counted("Reports not retrieved", reports.missing)),
            *_some("Reports not assessed yet", reports.waiting),
        ],
        ("assessed", main): [Line(counted("Reports assessed for eligibility", reports.assessed))],
        ("assessed", out): [
            Line(counted("Reports excluded", excluded) + (":" if reasons else "")),
            *reasons,
            *_some("Reports not settled yet", reports.undecided),
        ],
    }


def _some(text: str, number: int, indent: int = 0) -> Sequence[Line]:
    return [Line(counted(text, number), indent)] if number else []


def described(flow: Flow) -> str:
    """The diagram in a sentence, for those who do not see it."""
    parts = [
        f"{flow.identified:,} records identified",
        f"{flow.duplicates:,} duplicates removed",
        f"{flow.screened:,} records screened",
        f"{flow.excluded:,} excluded",
        f"{flow.reports.sought + flow.other_reports.sought:,} reports sought",
        f"{flow.reports.assessed + flow.other_reports.assessed:,} assessed",
        f"{flow.included:,} included",
    ]
    return ", ".join(parts) + "."
