"""Citations in running text: their styles, what is none, and any text whatever."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.pipeline.citations import find_citations

LABELS = frozenset({"act", "table", "figure", "march", "survey"})
SURNAMES = ["Tjandra", "Brandão", "van der Meulen", "O’Brien", "Mbeki-Rao", "de la Cruz", "Łukasik", "ILO"]


def sources(text: str) -> list[str]:
    return [citation.source for citation in find_citations(text, LABELS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It fell (Tjandra 2014).", ["Tjandra 2014"]),
        ("It fell (Tjandra, 2014, p. 7).", ["Tjandra 2014"]),
        ("It fell (Tjandra 2014: 7–9; Kjær 2003).", ["Tjandra 2014"]),
        ("It fell (see also Rao & Lim, 2004a).", ["Rao and Lim 2004a"]),
        ("It fell (e.g. Danso et al. 2011).", ["Danso et al. 2011"]),
        ("It fell (de Wit 2011).", ["de Wit 2011"]),
        ("It fell (Ministry of Works 2015).", ["Ministry of Works 2015"]),
        ("It fell (Locke, Amengual, & Mangla, 2009).", ["Locke, Amengual and Mangla 2009"]),
        ("As Solheim (2017, p. 9) notes, it fell.", ["Solheim 2017"]),
        ("Uzun's (2011) book.", ["Uzun 2011"]),
        ("Weiss and Rocha (2009) agree.", ["Weiss and Rocha 2009"]),
        ("Smith (2001) and Jones (2004) differ.", ["Smith 2001", "Jones 2004"]),
        ("as shown by Smith (forthcoming)", ["Smith forthcoming"]),
        ("It fell [12]. It rose [3–5, 9].", ["12", "3"]),
        ("It fell.14 Then it rose.", ["14"]),
        ("It fell¹² and rose.", ["12"]),
        ("The lockout (2013) failed.", []),
        ("The Quarry Act (1997) binds.", []),
        ("(Quarry Act 1997)", []),
        ("in 2019 (2018: 96)", []),
        ("(see Table 6)", []),
        ("a visit (March 2014)", []),
        ("the Compact (2013) binds", []),
        ("It cost US$4.7 in 2014.", []),
        ("no year (Tjandra)", []),
        ("", []),
    ],
)
def test_styles(text: str, expected: list[str]) -> None:
    assert sources(text) == expected


def test_offsets_are_those_of_the_citation() -> None:
    text = "Wages fell (Tjandra 2014), as Kjær (2003) says [4]."
    assert [text[c.start : c.end] for c in find_citations(text, LABELS)] == [
        "(Tjandra 2014)",
        "Kjær (2003)",
        "[4]",
    ]


@given(
    st.lists(st.sampled_from(SURNAMES), min_size=1, max_size=3, unique=True),
    st.integers(1800, 2099),
    st.sampled_from([" ", ", "]),
    st.sampled_from(["", ", p. 3", ": 12–14", "; Dunn 2010"]),
)
def test_what_is_cited_is_found_again(authors: list[str], year: int, comma: str, tail: str) -> None:
    names = " and ".join(authors) if len(authors) < 3 else f"{authors[0]} et al."
    assert sources(f"It fell ({names}{comma}{year}{tail}).") == [f"{names} {year}"]


@given(st.text(alphabet="Aa. ,;:()[]&12’é\n🙂¹-", max_size=200))
def test_any_text_gives_citations_in_order_inside_it(text: str) -> None:
    last = 0
    for citation in find_citations(text, LABELS):
        assert last <= citation.start < citation.end <= len(text)
        last = citation.end


@pytest.mark.parametrize(
    "text",
    [
        "Ministry of Labour and Trade, " * 400 + "(2010)",
        "(" + "A " * 4000 + "2010)",
        "(" + "see also " * 1500 + "Smith 2010)",
        "A. B. " * 3000 + "(2010)",
        "((" * 4000 + "2010",
        "(" + "aaa, " * 3000 + "2010)",
        "[1" + ",1" * 5000,
    ],
)
def test_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    start = time.perf_counter()
    find_citations(text, LABELS)
    assert time.perf_counter() - start < 2.0
