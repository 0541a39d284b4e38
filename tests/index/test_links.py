"""Relations and interactions are found by their ends, also in an index that was made before these were stored."""

from __future__ import annotations

import sqlite3

import map_corpus
import pytest
import tiny

from textgov.codebook.loader import default_codebook
from textgov.errors import QueryError
from textgov.index import connection as module
from textgov.index.connection import migrations
from textgov.index.facets import facets
from textgov.index.search import count, search
from textgov.index.store import Index
from textgov.workflows.maps import MapRequest, gap_of
from textgov.workflows.query import query_context

CONTEXT = query_context(default_codebook())
FORMS = ("public", "private", "social")
FOUND = [
    "from:union",
    'from:"Union or workers\' organisation"',
    "from_cell:social-horizontal",
    "through:collective_bargaining",
    "to:supplier",
    "to_cell:private-vertical",
    "relation:(governs AND from:union AND through:collective_bargaining AND to:supplier)",
    "relation:(from:union AND NOT to:lead_firm)",
    "between:private-social",
    "interaction:(conflict AND between:private-social)",
    "interaction:conflict AND relation:governs",
]
NOT_FOUND = [
    "from:supplier",
    "to:union",
    "relation:(governs AND from:union AND to:lead_firm)",
    "interaction:(synergy AND between:private-social)",
    "between:private-public",
]


@pytest.fixture
def index(tmp_path):
    with Index.open(tiny.store(tmp_path / "x.db"), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("within", ["sentence", "passage", "document"])
@pytest.mark.parametrize("query", FOUND)
def test_a_link_is_found_by_its_ends(index, query, within):
    found = count(index, query, context=CONTEXT, within=within)
    assert (found.units, found.documents) == (1, 1)


@pytest.mark.parametrize("query", NOT_FOUND)
def test_another_link_is_not(index, query):
    assert count(index, query, context=CONTEXT).units == 0


def test_an_interaction_of_three_forms_is_found(tmp_path):
    text = map_corpus.Text(
        "joint.pdf", ["The ministry, the brand and the union joined."], interactions={0: ("synergy", FORMS)}
    )
    with Index.open(map_corpus.store(tmp_path / "x.db", [text]), read_only=True) as index:
        assert count(index, "between:private-public-social", context=CONTEXT).units == 1
        assert (
            count(index, "interaction:(synergy AND between:private-public-social)", context=CONTEXT).units
            == 1
        )
        assert count(index, "between:private-public", context=CONTEXT).units == 0
        table = gap_of(index, "interaction", "between", None, MapRequest())
    assert table.documents_in("synergy", "private-public-social") == len(table.documents) == 1


def test_the_evidence_of_a_link_is_shown(index):
    [hit] = search(index, "relation:(from:union AND to:supplier)", context=CONTEXT, within="sentence").hits
    assert hit.text[slice(*hit.highlights[0])] == "Unions bargained in Khmer mills."


def test_hits_are_counted_by_the_ends_of_links(index):
    found = facets(index, "*", ["from", "through", "to", "between"], context=CONTEXT)
    assert {name: [(v.value, v.units) for v in values] for name, values in found.items()} == {
        "from": [("union", 1)],
        "through": [("collective_bargaining", 1)],
        "to": [("supplier", 1)],
        "between": [("private-social", 1)],
    }
    assert found["from"][0].label == "Union or workers' organisation"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("from:unoin", "from has no value 'unoin'; did you mean union?"),
        ("from_cell:private-verticl", "did you mean private-vertical"),
        ("between:private", "did you mean"),
        ("relation:(governs AND status:negated)", "status is not a property of one relation"),
    ],
)
def test_mistakes(index, query, message):
    with pytest.raises(QueryError, match=message.replace("?", r"\?")):
        count(index, query, context=CONTEXT)


def test_an_older_index_gets_the_ends_of_its_links(tmp_path, monkeypatch):
    path = tiny.store(tmp_path / "new.db")
    known = migrations()
    number = next(step.number for step in known if step.name == "link_ends")
    monkeypatch.setattr(module, "migrations", lambda: known[: number - 1])
    old = tmp_path / "old.db"
    Index.open(old, create=True).close()
    monkeypatch.undo()
    columns = {}
    with sqlite3.connect(old) as filled:
        filled.execute("ATTACH ? AS new", (str(path),))
        for table in (
            "runs",
            "documents",
            "contents",
            "passages",
            "sentences",
            "mentions",
            "relations",
            "interactions",
        ):
            names = ", ".join(row[1] for row in filled.execute(f"PRAGMA main.table_info({table})"))
            filled.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
            columns[table] = names
    filled.close()
    assert "source_code" not in columns["relations"]
    with Index.open(old) as index, Index.open(path, read_only=True) as fresh:
        for table in ("relations", "interactions"):
            query = f"SELECT * FROM {table} ORDER BY passage, ordinal"
            assert list(index.select(tuple, query)) == list(fresh.select(tuple, query)) != []
