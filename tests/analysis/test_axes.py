"""Axes: which there are, what they are called, and queries that find their values again."""

from __future__ import annotations

import map_corpus
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.analysis.axes import axis_of, joined_query
from textgov.codebook.loader import default_codebook
from textgov.errors import QueryError
from textgov.index.query import parse_query
from textgov.index.store import Index
from textgov.index.tree import Has, OneOf
from textgov.workflows.query import query_context

CONTEXT = query_context(default_codebook())


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = map_corpus.store(tmp_path_factory.mktemp("axes") / "x.db")
    with Index.open(path, read_only=True) as opened:
        yield opened


def axis(index, name):
    return axis_of(index, name, CONTEXT, default_codebook())


def test_an_unknown_axis_is_answered_by_those_there_are(index):
    with pytest.raises(
        QueryError, match=r"'mechanisms' is no axis; did you mean mechanism.*the axes are: .*country"
    ):
        axis(index, "mechanisms")


@pytest.mark.parametrize("name", ["text", "title", "doc", "page", "mention", "score"])
def test_what_cannot_be_counted_is_no_axis(index, name):
    with pytest.raises(QueryError, match="is no axis"):
        axis(index, name)


def test_labels(index):
    assert axis(index, "Mechanism").label == "Governance mechanisms"
    assert axis(index, "country").label == "Country"
    assert axis(index, "status").label == "Status"
    assert axis(index, "mechanism").label_of("labor_law") == "Labour law"
    assert axis(index, "place").label_of("KHM") == "Cambodia"
    assert axis(index, "place").label_of("region:global-south") == "Global South"
    assert axis(index, "stance").label_of("works") == "Works"
    assert (
        axis(index, "cluster").label_of(default_codebook().clusters[0].id)
        == default_codebook().clusters[0].name
    )


def test_countries_are_places_that_are_countries(index):
    country = axis(index, "country")
    assert country.has("KHM")
    assert not country.has("region:africa")
    assert country.clause("KHM") == "place:KHM"


def test_a_property_belongs_to_layers_whose_records_have_it(index):
    mechanism, sector = axis(index, "mechanism"), axis(index, "sector")
    for name, has in (("status", True), ("form", False)):
        assert axis(index, name).is_property_of(mechanism)
        assert axis(index, name).is_property_of(sector) == has
    assert not axis(index, "stance").is_property_of(mechanism)
    assert axis(index, "stance").is_property_of(axis(index, "path"))
    assert not mechanism.is_property_of(axis(index, "status"))
    assert not axis(index, "kind").is_property_of(axis(index, "year"))


@given(st.text(min_size=1))
def test_a_clause_finds_its_value_alone(index, value):
    name = axis(index, "name")
    parsed = parse_query(name.clause(value), CONTEXT)
    assert parsed == Has("mention", OneOf("name", (value,), fold=True))


@pytest.mark.parametrize("query", ["*", "*:*", " * "])
def test_everything_asks_for_nothing(index, query):
    assert joined_query(query, [[(axis(index, "kind"), "paper")]]) == "kind:paper"
    assert joined_query(query, []) == "*"


def test_a_query_keeps_its_alternatives_together(index):
    groups = [[(axis(index, "mechanism"), "audit"), (axis(index, "status"), "negated")]]
    assert (
        joined_query("wage OR pay", groups)
        == "(wage OR pay) AND mention:(mechanism:audit AND status:negated)"
    )
