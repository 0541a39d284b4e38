"""Outcomes, upgrading, structure of the chain and groups: golden cases, and what must hold for any text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.documents import Mention
from textgov.pipeline.build import Pipeline

CASES = Path(__file__).parents[1] / "cases"
MARK = re.compile(r"\[\[(.+?)\|(\S+)(?: ([a-z_]+|-))?(?: @(.+?))?\]\]", re.DOTALL)
FOLDERS = {
    "outcome": ("outcome", 40),
    "econ_upgrading": ("economic_upgrading", 25),
    "gvc_structure": ("gvc_structure", 25),
    "group": ("outcome", 25),
}
DIRECTIONS = {
    "outcome": {"improves", "worsens", "no_change", "mixed", None},
    "economic_upgrading": {"upgrading", "downgrading", None},
}


class Expected:
    """A marked span: its place, code, direction ("-" for none) and the words of its group."""

    def __init__(self, start: int, found: re.Match[str]) -> None:
        text, self.code, self.direction, self.group = found.groups()
        self.start, self.end, self.text = start, start + len(text), text

    def is_met(self, mention: Mention, text: str) -> bool:
        shared = min(mention.end, self.end) - max(mention.start, self.start)
        if 2 * shared < self.end - self.start or mention.code != self.code:
            return False
        if self.direction and (mention.direction or "-") != self.direction:
            return False
        if not self.group or mention.group is None:
            return not self.group
        found = text[slice(*mention.group)]
        return self.group in found or found in self.group


def read_case(path: Path) -> tuple[dict[str, str], str, list[Expected]]:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    plain, expected, at = "", [], 0
    body = body.strip()
    for found in MARK.finditer(body):
        plain += body[at : found.start()]
        expected.append(Expected(len(plain), found))
        plain += found[1]
        at = found.end()
    return header, plain + body[at:], expected


def coded(pipeline: Pipeline, text: str, layer: str = "outcome") -> list[Mention]:
    return [m for m in next(pipeline.annotate([text])).mentions if m.layer == layer]


def directions(pipeline: Pipeline, text: str, layer: str = "outcome") -> list[str | None]:
    return [mention.direction for mention in coded(pipeline, text, layer)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_are_enough_cases(folder: str) -> None:
    assert len(list((CASES / folder).glob("*.txt"))) >= FOLDERS[folder][1]


def test_the_cases_show_every_direction_and_both_dimensions(default_pipeline: Pipeline) -> None:
    marks = [mark for path in (CASES / "outcome").glob("*.txt") for mark in read_case(path)[2]]
    assert {"improves", "worsens", "no_change", "mixed", "-"} <= {mark.direction for mark in marks}
    parents = default_pipeline.codebook.codes["outcome"]
    assert {parents[mark.code].parent or mark.code for mark in marks} == {
        "measurable_standards",
        "enabling_rights",
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_cases(folder: str, default_pipeline: Pipeline) -> None:
    layer = FOLDERS[folder][0]
    cases = [(path, *read_case(path)) for path in sorted((CASES / folder).glob("*.txt"))]
    faults = []
    annotations = default_pipeline.annotate([text for _, _, text, _ in cases])
    for (path, header, text, expected), annotation in zip(cases, annotations, strict=True):
        own = [m for m in annotation.mentions if m.layer == layer]
        missing = [mark for mark in expected if not any(mark.is_met(m, text) for m in own)]
        wrong = bool(missing) if expected else bool(own)
        if wrong != ("fails" in header):
            told = [(text[m.start : m.end], m.code, m.direction, m.group) for m in own]
            faults.append(f"{path.parent.name}/{path.stem}: {text}\n  missing {missing}\n  found {told}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Wages rose.", "improves"),
        ("Wages fell.", "worsens"),
        ("Accidents rose.", "worsens"),
        ("Accidents fell.", "improves"),
        ("Wages did not rise.", "no_change"),
        ("Accidents did not fall.", "no_change"),
        ("Wages did not fall.", "no_change"),
        ("Accidents became less common.", "improves"),
        ("Accidents became more common.", "worsens"),
        ("The plant stopped granting pensions.", "worsens"),
        ("They cut wages.", "worsens"),
        ("They cut overtime.", "improves"),
        ("There was a cut in wages.", "worsens"),
        ("Wage cuts followed.", "worsens"),
        ("The wage cuts were reversed.", "improves"),
        ("Workers no longer receive a pension.", "worsens"),
        ("Wages rose in some plants and fell in others.", "mixed"),
        ("We asked about wages.", None),
    ],
)
def test_polarity_and_denial_decide_the_direction(
    text: str, direction: str | None, default_pipeline: Pipeline
) -> None:
    assert directions(default_pipeline, text) == [direction]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Wages rose.", "asserted"),
        ("Wages did not rise.", "asserted"),
        ("Wages should rise.", "prescribed"),
        ("Wages may have fallen.", "hedged"),
        ("Wages appear to have fallen.", "hedged"),
        ("The brand will raise wages.", "planned"),
        ("If inspectors come, wages rise.", "conditional"),
        ("Workers have no right to organise.", "negated"),
    ],
)
def test_the_status_is_that_of_what_happens(text: str, status: str, default_pipeline: Pipeline) -> None:
    assert [mention.status for mention in coded(default_pipeline, text)] == [status]


def test_an_outcome_has_the_dimension_of_its_code_even_without_a_parse(default_pipeline: Pipeline) -> None:
    for mention in coded(default_pipeline, "Wages. Freedom of association."):
        expected = "measurable_standards" if mention.code == "wages" else "enabling_rights"
        assert mention.dimension == expected


def test_an_unsure_term_counts_only_where_something_happens_to_it(default_pipeline: Pipeline) -> None:
    assert coded(default_pipeline, "The manual has a page on jobs.") == []
    assert [m.code for m in coded(default_pipeline, "The mill shed two hundred jobs.")] == ["employment"]


def test_a_term_within_the_name_of_an_actor_or_a_mechanism_is_no_outcome(default_pipeline: Pipeline) -> None:
    assert coded(default_pipeline, "A labour rights group filed the complaint.") == []


def test_a_noun_used_as_a_verb_is_no_outcome(default_pipeline: Pipeline) -> None:
    assert coded(default_pipeline, "Buyers respect the contract and leave early.") == []


def test_the_group_is_the_one_of_the_same_clause(default_pipeline: Pipeline) -> None:
    text = "Permanent staff gained pensions, while agency workers lost their sick pay."
    found = {m.code: text[slice(*m.group)] for m in coded(default_pipeline, text) if m.group}
    groups = [text[slice(*m.group)] for m in coded(default_pipeline, text) if m.group]
    assert found
    assert groups == ["Permanent staff", "agency workers"]


def test_a_supply_base_is_rationalized_only_where_it_shrinks(default_pipeline: Pipeline) -> None:
    assert coded(default_pipeline, "The brand listed its supply base.", "gvc_structure") == []
    found = coded(default_pipeline, "The brand cut its supply base by half.", "gvc_structure")
    assert [m.code for m in found] == ["rationalization"]


def test_a_move_needs_two_sectors_and_says_which_way(default_pipeline: Pipeline) -> None:
    def moves(text: str) -> list[tuple[str, str | None]]:
        found = coded(default_pipeline, text, "economic_upgrading")
        return [(m.code, m.direction) for m in found]

    assert moves("Textile firms diversified into car parts.") == [("chain", "upgrading")]
    assert moves("Electronics firms retreated into toys.") == [("chain", "downgrading")]
    assert moves("The firm moved into a shed.") == []
    assert moves("Textile firms moved into the textile park.") == []


def test_named_upgrading_keeps_its_direction_whatever_becomes_of_it(default_pipeline: Pipeline) -> None:
    text = "Functional upgrading was blocked, and process downgrading stopped."
    assert directions(default_pipeline, text, "economic_upgrading") == ["upgrading", "downgrading"]


PIECES = [
    "wages",
    "Accidents",
    "fell",
    "no",
    "rose",
    "for women",
    "while",
    "did not",
    "productivity",
    "moved into",
    "garments",
    "and",
    "toys",
    ".",
    ",",
    "(",
    "supply base",
    "é🙂",
    "more",
    "less",
    "their",
    "own brand",
    "was cut",
    "\n",
]


@settings(max_examples=40)
@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_any_text_gives_mentions_within_it_and_known_directions(
    text: str, default_pipeline: Pipeline
) -> None:
    annotation = next(default_pipeline.annotate([text]))
    for mention in annotation.mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        if mention.layer in DIRECTIONS:
            assert mention.direction in DIRECTIONS[mention.layer]
        if mention.group is not None:
            assert 0 <= mention.group[0] < mention.group[1] <= len(text)
        assert (mention.dimension is not None) == (mention.layer == "outcome")
    assert next(default_pipeline.annotate([text])) == annotation
