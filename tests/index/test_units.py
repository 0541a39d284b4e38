"""Units of a query as places, and by which versions documents were coded."""

from __future__ import annotations

import map_corpus
import pytest

from textgov.codebook.loader import default_codebook
from textgov.errors import QueryError
from textgov.index.search import search
from textgov.index.store import Index
from textgov.index.units import CodedBy, UnitPlace, coded_by, is_everything, matching_units, used_columns
from textgov.workflows.query import query_context

CONTEXT = query_context(default_codebook())


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = map_corpus.store(tmp_path_factory.mktemp("units") / "x.db")
    with Index.open(path, read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("within", ["sentence", "passage", "document"])
@pytest.mark.parametrize(
    "query", ["*", "mechanism:audit", "strike", "kind:paper AND mechanism:strike", "zebra"]
)
def test_they_are_the_hits_of_a_search(index, query, within):
    found = matching_units(index, query, context=CONTEXT, within=within)
    hits = search(index, query, context=CONTEXT, within=within, sort="document", limit=1000).hits
    if within == "document":
        places = [(hit.document, UnitPlace()) for hit in hits]
    else:
        places = [(hit.document, UnitPlace(hit.passage, hit.sentence)) for hit in hits]
    assert [(document, place) for document, units in found.items() for place in units] == places


def test_a_mistake_is_that_of_a_search(index):
    with pytest.raises(QueryError, match="there is no field"):
        matching_units(index, "colour:red", context=CONTEXT)


def test_everything(index):
    assert is_everything("*")
    assert is_everything(" *:* ")
    assert not is_everything("a*")
    assert len(matching_units(index, "*", context=CONTEXT)) == 4


def test_versions(index):
    assert set(coded_by(index).values()) == {CodedBy("c0de", "p1pe", None, "gereffi-lee")}
    assert list(coded_by(index)) == list(index.document_ids())


def test_properties_in_use(index):
    assert "form" in used_columns(index, "mention", "mechanism")
    assert "form" not in used_columns(index, "mention", "sector")
    assert used_columns(index, "coding", "path") == ["stance", "coder"]
    assert used_columns(index, "document", None) == []
