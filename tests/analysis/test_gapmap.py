"""Gap maps: what is counted, by which search it is found again, and the quotes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import map_corpus
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index.index_corpus import CONTEXT, corpora
from index.index_corpus import store as store_drawn

from textgov.analysis.axes import axis_of
from textgov.analysis.crossings import Design
from textgov.analysis.gapmap import MapOptions, gap_map
from textgov.codebook.loader import default_codebook
from textgov.errors import UsageError
from textgov.index.search import count
from textgov.index.store import Index
from textgov.index.units import matching_units
from textgov.workflows.maps import MapRequest, gap_of
from textgov.workflows.query import query_context

FIELDS = ("actor", "means", "spot", "form", "status", "name", "kind", "year", "path", "stance", "cell", "relation",
          "interaction", "attributed", "passage", "coder")  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = map_corpus.store(tmp_path_factory.mktemp("gap") / "x.db")
    with Index.open(path, read_only=True) as opened:
        yield opened


def made(index, rows, columns, colour=None, **options):
    return gap_of(index, rows, columns, colour, MapRequest(MapOptions(**options)))


def filled(found) -> dict[tuple[str, str], int]:
    return {key: found.documents_in(*key) for key in found.cells}


def test_cells_count_documents_with_both_in_one_passage(index):
    assert filled(made(index, "mechanism", "sector")) == {
        ("audit", "cocoa"): 1,
        ("audit", "garments"): 2,
        ("labor_law", "cocoa"): 1,
        ("strike", "garments"): 1,
    }


def test_within_a_sentence_or_a_document(index):
    by_sentence = filled(made(index, "mechanism", "sector", within="sentence"))
    assert by_sentence == {("audit", "cocoa"): 1, ("audit", "garments"): 2, ("strike", "garments"): 1}
    by_document = filled(made(index, "mechanism", "sector", within="document"))
    assert by_document[("strike", "cocoa")] == 1


def test_a_query_narrows_the_documents(index):
    assert filled(made(index, "mechanism", "sector", query="kind:statement")) == {("audit", "garments"): 1}
    assert made(index, "mechanism", "sector", query="kind:statement").searched == 1
    assert filled(made(index, "mechanism", "sector", query="zebra")) == {}


def test_the_status_is_that_of_the_mechanism_whichever_side_it_is_on(index):
    for rows, columns in (("mechanism", "place"), ("place", "mechanism")):
        found = made(index, rows, columns, "status")
        key = ("audit", "BGD") if rows == "mechanism" else ("BGD", "audit")
        assert found.by_colour(*key) == {"asserted": 1, "negated": 1}
        query = found.query(*key, "negated")
        assert "mention:(mechanism:audit AND status:negated)" in query
        assert count(index, query, context=query_context(default_codebook())).documents == 1


def test_the_stance_is_that_of_the_path(index):
    found = made(index, "path", "sector", "stance")
    assert found.by_colour("csr", "garments") == {"fails": 1}
    assert found.by_colour("labor", "garments") == {"works": 1}
    assert "market" in [row.value for row in found.rows]
    assert filled(found) == {("csr", "cocoa"): 1, ("csr", "garments"): 1, ("labor", "garments"): 1}


def test_a_property_beside_its_layer_is_read_of_one_mention(index):
    found = made(index, "mechanism", "status")
    assert found.documents_in("strike", "conditional") == 1
    assert found.documents_in("labor_law", "conditional") == 0
    assert found.query("strike", "hedged") == "mention:(mechanism:strike AND status:hedged)"
    turned = made(index, "status", "mechanism")
    assert {(b, a): n for (a, b), n in filled(turned).items()} == filled(found)


def test_the_ends_of_a_relation_are_read_of_one_relation(index):
    found = made(index, "from", "through", "relation")
    assert filled(found) == {("lead_firm", "audit"): 1, ("union", "audit"): 1}
    assert found.query("union", "audit") == "relation:(from:union AND through:audit)"
    colour = found.query("union", "audit", "governs")
    assert count(index, colour, context=query_context(default_codebook())).documents == 1
    [finding] = found.cells["lead_firm", "audit"]
    [quote] = [found.quotes[n] for n in finding.quotes]
    assert [part for part in quote.parts if part[1]] == [("brand", "row"), ("audits", "column")]
    turned = made(index, "relation", "from", "through")
    assert "through:audit" in turned.query("governs", "union", "audit").partition("relation:(")[2]


def test_the_forms_between_which_an_interaction_is(index):
    found = made(index, "interaction", "between")
    assert filled(found) == {("conflict", "private-social"): 1}
    assert (
        found.query("conflict", "private-social")
        == 'interaction:(interaction:conflict AND between:"private-social")'
    )


def test_a_property_that_a_layer_lacks_is_read_of_the_unit(index):
    found = made(index, "form", "sector")
    assert filled(found)[("private", "garments")] == 2
    assert found.query("private", "garments") == "form:private AND sector:garments"


def test_a_closed_set_is_shown_whole_and_in_order(index):
    found = made(index, "mechanism", "kind")
    assert [row.value for row in found.rows] == list(default_codebook().codes["mechanism"])
    assert [column.value for column in found.columns] == [
        "paper", "audit", "statement", "policy", "abstract", "other",
    ]  # fmt: skip
    assert [(r.value, r.documents) for r in found.rows if r.documents] == [
        ("audit", 3), ("strike", 3), ("labor_law", 2),
    ]  # fmt: skip


def test_only_the_most_frequent_are_shown_of_a_larger_set(index):
    found = made(index, "mechanism", "country", top=1)
    assert [row.value for row in found.rows] == ["audit"]
    assert [column.value for column in found.columns] == ["BGD"]
    assert found.left_out == (2, 2)
    assert len(found.documents) == 2


def test_years_are_in_their_own_order(index):
    assert [column.value for column in made(index, "mechanism", "year").columns] == ["2010", "2012"]


def test_an_axis_is_named_once(index):
    with pytest.raises(UsageError, match="name each axis once"):
        made(index, "mechanism", "mechanism")


def test_quotes_stand_on_their_pages_with_both_spans_marked(index):
    found = made(index, "mechanism", "sector", "status")
    [negated] = [f for f in found.cells["audit", "garments"] if f.status == "negated"]
    [quote] = [found.quotes[n] for n in negated.quotes]
    assert (quote.page, quote.section) == (1, "Findings")
    assert [part for part in quote.parts if part[1]] == [("garment", "column"), ("audit", "row")]
    assert quote.text == "In Dhaka the union called a strike in the garment mills. No audit had come."
    document = found.documents[negated.document]
    assert (document.title, document.countries, document.year) == ("Strikes in Dhaka", ("BGD",), 2010)


def test_quotes_of_a_document_are_limited(index):
    assert made(index, "mechanism", "sector", quotes=0).quotes == ()
    per_document = [
        f.quotes for found in made(index, "mechanism", "sector", quotes=1).cells.values() for f in found
    ]
    assert max(map(len, per_document)) == 1


def test_gaps_are_empty_cells_of_well_studied_rows_and_columns(tmp_path):
    meetings = [("audit", "garments"), *[("strike", "garments")] * 4, *[("audit", "cocoa")] * 4]
    corpus = [
        map_corpus.Text(f"{n}.pdf", [f"Paper {n} is on [{one}|mechanism:{one}] in [{two}|sector:{two}]."])
        for n, (one, two) in enumerate([*meetings, ("labor_law", "mining")])
    ]
    with Index.open(map_corpus.store(tmp_path / "x.db", corpus), read_only=True) as index:
        found = made(index, "mechanism", "sector")
    # Four of ten documents are on strikes, five on garments, five on audits, four on cocoa.
    assert [(gap.row, gap.column, gap.expected) for gap in found.gaps] == []
    with Index.open(map_corpus.store(tmp_path / "y.db", [*corpus, *more(corpus)]), read_only=True) as index:
        found = made(index, "mechanism", "sector")
    assert [(gap.row, gap.column, gap.expected) for gap in found.gaps] == [("strike", "cocoa", 8 * 8 / 20)]


def more(corpus):
    """The same corpus again in other words."""
    return [
        map_corpus.Text(f"more-{text.file}", [f"Again, {text.passages[0]}"], text.year, text.kind)
        for text in corpus
    ]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    corpora(),
    st.lists(st.sampled_from(FIELDS), min_size=3, max_size=3, unique=True),
    st.sampled_from(["sentence", "passage", "document"]),
    st.sampled_from(["*", "aa", "actor:x OR kind:audit"]),
)
def test_every_number_is_that_of_its_search(corpus, fields, within, query):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        store_drawn(path, corpus)
        with Index.open(path, read_only=True) as index:
            axes = [axis_of(index, name, CONTEXT, default_codebook()) for name in fields]
            design = Design(*axes)
            units = matching_units(index, query, context=CONTEXT, within=within)
            found = gap_map(index, units, design, MapOptions(query, within, top=99))
            for row in found.rows:
                for column in found.columns:
                    search = found.query(row.value, column.value)
                    counted = count(index, search, context=CONTEXT, within=within).documents
                    assert found.documents_in(row.value, column.value) == counted, search
                    for colour, documents in found.by_colour(row.value, column.value).items():
                        if colour:
                            search = found.query(row.value, column.value, colour)
                            assert (
                                documents == count(index, search, context=CONTEXT, within=within).documents
                            ), search
