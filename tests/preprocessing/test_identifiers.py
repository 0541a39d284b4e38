import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.preprocessing.identifiers import find_doi, find_year, normal_title


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1000/ABC.12", "10.1000/abc.12"),
        ("see doi:10.1016/S0305-750X(01)00045-9, and others", "10.1016/s0305-750x(01)00045-9"),
        ("(https://doi.org/10.5555/a.b(c)).", "10.5555/a.b(c)"),
        ("(10.5555/abc)", "10.5555/abc"),
        ("no identifier, 10.5/x", None),
        ("", None),
    ],
)
def test_find_doi(text: str, doi: str | None) -> None:
    assert find_doi(text) == doi


@given(st.from_regex(r"10\.\d{4,6}/[a-z0-9.()/-]{1,20}[a-z0-9]", fullmatch=True))
def test_doi_is_its_own_normal_form(doi: str) -> None:
    found = find_doi(f"https://doi.org/{doi.upper()}")
    assert found is not None
    assert find_doi(found) == found
    assert doi.startswith(found)


@pytest.mark.parametrize(
    ("text", "year"),
    [("March 2016", 2016), ("1,2016 items of 12016 in 1987", 2016), ("12345", None), ("3016 or 1799", None)],
)
def test_find_year(text: str, year: int | None) -> None:
    assert find_year(text) == year


def test_normal_title_ignores_case_accents_and_punctuation() -> None:
    assert normal_title("Económic & Social  Upgrading: A “View”") == "economic social upgrading a view"


@given(st.text())
def test_normal_title_is_idempotent(title: str) -> None:
    assert normal_title(normal_title(title)) == normal_title(title)
