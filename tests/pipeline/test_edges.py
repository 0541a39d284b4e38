"""Where mentions begin and end: lists, titles, owners, empty heads, genitives, verbs and hyphens at the edges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.documents import Mention
from textgov.pipeline.build import Pipeline


def spans(pipeline: Pipeline, text: str, layer: str) -> list[str]:
    (annotation,) = pipeline.annotate([text])
    return [text[m.start : m.end] for m in annotation.mentions if m.layer == layer]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The Ministry of Gender, Children, and Social Protection met the Ministry of Labor and Promotion of Trade.",
            [
                "Ministry of Gender, Children, and Social Protection",
                "Ministry of Labor and Promotion of Trade",
            ],
        ),
        ("The Ministry of Labour, UNICEF and the ILO met.", ["Ministry of Labour", "UNICEF", "ILO"]),
        (
            "The Ministry of Women and Child Development, and NGOs met.",
            ["Ministry of Women and Child Development", "NGOs"],
        ),
        ("The Department of Labour and Congress agreed.", ["Department of Labour", "Congress"]),
    ],
)
def test_long_names_of_bodies(default_pipeline: Pipeline, text: str, expected: list[str]) -> None:
    assert spans(default_pipeline, text, "actor") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # what is whose
        ("Every mill of ours has signed the ETI Base Code.", ["Base Code"]),
        ("The dyehouse follows the FLA Workplace Code of Conduct.", ["Workplace Code of Conduct"]),
        ("Managers had never read the ILO conventions.", ["conventions"]),
        ("The retailer's code of conduct was never translated.", ["code of conduct"]),
        # a name that is the standard itself stays whole
        ("Staff were taught the UN Guiding Principles on Business and Human Rights.", ["UN Guiding"]),
        # a head that adds nothing
        ("The audit process took two days.", ["audit"]),
        ("Due diligence efforts stalled at the port.", ["Due diligence"]),
        # a head that says what it is
        ("A grievance mechanism was set up in the cannery.", ["grievance mechanism"]),
        # the other half of a coordinated modifier
        ("Internal and external audits of the tannery failed.", ["Internal and external audits"]),
        # terms that hold a conjunction
        ("The mill obeys all laws and regulations.", ["laws and regulations"]),
        ("Naming and shaming worked faster than letters.", ["Naming and shaming"]),
        # titles in a list without commas
        (
            "Our policies: Child Labour Policy Equal Pay Policy Whistleblowing Policy",
            ["Child Labour Policy", "Equal Pay Policy", "Whistleblowing Policy"],
        ),
    ],
)
def test_means(default_pipeline: Pipeline, text: str, expected: list[str]) -> None:
    found = spans(default_pipeline, text, "mechanism")
    assert [e for e in expected if not any(f.startswith(e) for f in found)] == []
    assert all(any(f.startswith(e) for e in expected) or f == "policies" for f in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a genitive and its body, or its part, are one actor
        ("The tanners' guild asked for lower fees.", ["tanners' guild"]),
        ("The brand's compliance team came twice.", ["brand's compliance team"]),
        # each of several actors by itself
        ("Unions, retailers and the ministry met in May.", ["Unions", "retailers", "ministry"]),
        # an abbreviation that stands for what comes before it is not a second actor
        ("The Fair Labor Association (FLA) sent two people.", ["Fair Labor Association"]),
        # both halves of a hyphenated word
        ("Third-party suppliers were left out.", ["Third-party suppliers"]),
        # no verbs
        ("It is a crime to coerce workers in this way.", ["workers"]),
        # phrases in which nobody acts
        ("Freedom of association is written into the charter.", []),
    ],
)
def test_actors(default_pipeline: Pipeline, text: str, expected: list[str]) -> None:
    assert spans(default_pipeline, text, "actor") == expected


def test_items_behind_bullets_are_mentions_of_their_own(default_pipeline: Pipeline) -> None:
    text = "We rely on: \uf0b7Supplier Code of Conduct \uf0b7Whistleblowing Policy \uf0b7Social audits"
    found = spans(default_pipeline, text, "mechanism")
    assert {"Supplier Code of Conduct", "Whistleblowing Policy", "Social audits"} <= set(found)
    assert all("\uf0b7" not in span for span in found)


def test_a_firm_names_itself_where_it_acts(default_pipeline: Pipeline) -> None:
    text = (
        "Zarvelo makes our products and buys from many suppliers. Everywhere Zarvelo expects our policies "
        "to be kept, and our colleagues report any breach to the board."
    )
    mentions: tuple[Mention, ...] = next(iter(default_pipeline.annotate([text]))).mentions
    named = [(text[m.start : m.end], m.code) for m in mentions if text[m.start : m.end] == "Zarvelo"]
    assert named == [("Zarvelo", "lead_firm")] * 2
    assert "own-name" in {m.rule for m in mentions}


def test_a_strange_name_in_a_study_is_no_firm(default_pipeline: Pipeline) -> None:
    text = "This article draws on interviews. Zarvelo has forty mills, and we argue that none was audited."
    mentions = next(iter(default_pipeline.annotate([text]))).mentions
    assert not [m for m in mentions if m.rule == "own-name"]


JUMBLE = (
    "The union's retailer and workers Code of Conduct Policy \uf0b7 audits - ( ) ETI hire Ltd third-party , "
    "process labour inspectors & strike Zarvelo our / –"
)
WORDS = st.sampled_from([*JUMBLE.split(), "\n"])


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=24))
def test_spans_of_any_jumble_lie_inside_the_text_and_apart(
    default_pipeline: Pipeline, words: list[str]
) -> None:
    text = " ".join(words)
    mentions = next(iter(default_pipeline.annotate([text]))).mentions
    for layer in ("actor", "mechanism"):
        edges = [(m.start, m.end) for m in mentions if m.layer == layer]
        assert all(0 <= start < end <= len(text) for start, end in edges)
        assert all(a[1] <= b[0] for a, b in pairwise(edges))
        assert all(any(c.isalnum() for c in text[start:end]) for start, end in edges)
