"""Entries of reference lists in the styles of the field, and citations that mean them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.analysis.claims_references import ReferenceList, read_reference

STYLES = {
    "Okafor, T. (2014). Strikes at sea: two ports. Mill Review, 3(1), 1–9. https://doi.org/10.5555/AB.1": (
        ("Okafor, T.", "2014", "Strikes at sea: two ports", "10.5555/ab.1")
    ),
    "Okafor, T. & Lee, J. (2014) Strikes at sea, two ports, Mill Review, 3(1), 1-9": (
        ("Okafor, T. & Lee, J.", "2014", "Strikes at sea, two ports", None)
    ),
    "Okafor, Tunde, and June Lee. 2014. “Strikes at Sea.” Mill Review 3 (1): 1–9.": (
        ("Okafor, Tunde, and June Lee", "2014", "Strikes at Sea", None)
    ),
    "[7] Okafor T, Lee J. Strikes at sea and on land. Mill Rev. 2014;3:1-9. doi:10.5555/ab.1": (
        ("Okafor T, Lee J", "2014", "Strikes at sea and on land", "10.5555/ab.1")
    ),
    "International Labour Organization (ILO). (2014a, May). What next? Geneva: ILO.": (
        ("International Labour Organization (ILO)", "2014a", "What next?", None)
    ),
    "Ministry of Labour and Employment. 2015. Annual report. New Delhi: Government of India.": (
        ("Ministry of Labour and Employment", "2015", "Annual report", None)
    ),
    "van der Berg, A. (2003) Codes, clusters and Brazil. Some Journal, 4, 3–9": (
        ("van der Berg, A.", "2003", "Codes, clusters and Brazil", None)
    ),
    "Okafor, T. (1998). Hunger. Lagos: Palm.": ("Okafor, T.", "1998", "Hunger", None),
}


@pytest.mark.parametrize(("entry", "parts"), STYLES.items(), ids=[entry[:24] for entry in STYLES])
def test_the_parts_of_an_entry(entry, parts):
    found = read_reference(entry)
    assert (found.authors, found.year, found.title, found.doi) == parts


@pytest.mark.parametrize(("entry", "number"), [("[7] A, B. (2000). C.", 7), ("12. A, B. (2000). C.", 12)])
def test_the_number_of_an_entry(entry, number):
    assert (read_reference(entry).number, read_reference(entry).authors) == (number, "A, B.")


def test_an_entry_without_a_year_has_none():
    assert read_reference("Okafor, T. (forthcoming). Strikes.").year is None


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    assert read_reference(text).text == " ".join(text.split())


SURNAMES = st.sampled_from(
    ["Okafor", "Sæther", "Núñez", "O’Brien", "Ghosh-Lindgren", "de Souza", "Lăzărescu"]
)
TITLES = st.lists(st.sampled_from(["codes", "wages", "and", "unions", "in", "mills"]), min_size=2, max_size=7)


@given(SURNAMES, st.sampled_from("ABT"), st.integers(1900, 2026), TITLES, st.sampled_from(["", "a", "b"]))
def test_an_entry_round_trips_and_its_citation_finds_it(surname, initial, year, words, letter):
    title = " ".join(words).capitalize()
    entry = read_reference(f"{surname}, {initial}. ({year}{letter}). {title}. Mill Review 3, 1–9.")
    assert (entry.authors, entry.year, entry.title) == (f"{surname}, {initial}.", f"{year}{letter}", title)
    assert ReferenceList([entry]).match(f"{surname} {year}{letter}") == entry
    assert ReferenceList([entry]).match(f"{surname} {year + 1}") is None


LISTED = ReferenceList(
    [
        read_reference(entry)
        for entry in (
            "Lee, J. (2014). Alone. A Review 1, 1–9.",
            "Lee, J. and Okafor, T. (2014). Together. A Review 2, 1–9.",
            "Sok, D. (2011a). First. A Review 1, 1–9.",
            "Sok, D. (2011b). Second. A Review 2, 1–9.",
            "Barrientos, S., Gereffi, G. and Rossi, A. (2011). Three. A Review 3, 1–9.",
            "van Oosten, P. (2018). Particles. A Review 4, 1–9.",
        )
    ]
)


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("Lee and Okafor 2014", "Together"),
        ("Lee 2014", "Alone"),
        ("Okafor 2014", "Together"),
        ("Sok 2011a", "First"),
        ("Sok 2011b", "Second"),
        ("Sok 2011", None),
        ("Barrientos et al. 2011", "Three"),
        ("Barrientos and others 2011", "Three"),
        ("van Oosten 2018", "Particles"),
        ("VAN OOSTEN 2018", "Particles"),
        ("of Lee and Okafor 2014", "Together"),
        ("Lee and Sok 2014", None),
        ("Lee 2015", None),
        ("the inspectors", None),
        ("2014", None),
        ("", None),
    ],
)
def test_which_entry_a_citation_means(source, title):
    found = LISTED.match(source)
    assert (found and found.title) == title


NUMBERED = ReferenceList([read_reference(f"[{n}] Author{n}, A. (2000). Title {n}.") for n in range(1, 9)])


def test_a_number_means_its_entry():
    assert NUMBERED.match("3").number == 3
    assert NUMBERED.match("12") is None
    assert LISTED.match("3") is None


def test_what_is_cited_beside_it():
    cited = LISTED.match("Lee 2014")
    text = "So it is (see Lee, 2014; Barrientos et al., 2011, p. 3; Nobody 1999). Not here (van Oosten 2018)."
    assert [entry.title for entry in LISTED.beside(text, cited)] == ["Three"]
    assert [entry.number for entry in NUMBERED.beside("as shown [2, 4–6].", NUMBERED.match("2"))] == [4, 5, 6]
    assert list(NUMBERED.beside("as shown [2, 4–6].", NUMBERED.match("7"))) == []


def test_entries_of_two_lists_that_mean_one_work_have_one_key():
    one, other = (
        "Okafor, T. (2014). Strikes at Sea. A 1.",
        "[3] Okafor, Tunde (2014). Strikes at sea. Another Review 1, 3–4.",
    )
    assert read_reference(one).key == read_reference(other).key
    assert read_reference(one + " doi:10.5555/x").key == "doi:10.5555/x"
    assert read_reference("Okafor, T. (2014). Other. A 1.").key != read_reference(one).key
