"""What is counted for Table 1, Table 2 and Figure 1, and that a search finds the same."""

from __future__ import annotations

import pytest
from theory_small import theory_index

from textgov.analysis.theory import Source
from textgov.analysis.theory_figure1 import figure1
from textgov.analysis.theory_table1 import table1
from textgov.analysis.theory_table2 import path_query, table2
from textgov.codebook.loader import default_codebook
from textgov.codebook.schema import PathCue
from textgov.documents import Coding
from textgov.index.annotations import Coder
from textgov.index.query import parse_query
from textgov.index.search import count
from textgov.index.store import Index
from textgov.workflows.query import query_context

MAKERS = {"table1": table1, "table2": table2, "figure1": figure1}
CONTEXT = query_context(default_codebook())


@pytest.fixture
def index(tmp_path):
    with Index.open(theory_index(tmp_path / "theory.db")) as opened:
        yield opened


def source(index, query="*", within="passage"):
    return Source(index, default_codebook(), CONTEXT, query, within)


def counted(made, part):
    return {(item.group, item.code): (item.documents, item.times) for item in made.items if item.part == part}


def test_table_1_counts_documents_and_mentions_by_cell(index):
    made = table1(source(index))
    assert made.searched == 3
    assert counted(made, "actor") == {
        ("private-vertical", "lead_firm"): (2, 2),
        ("private-vertical", "supplier"): (2, 4),
        ("private-horizontal", "cluster_firm"): (1, 1),
        ("social-horizontal", "union"): (1, 1),
    }
    assert counted(made, "mechanism") == {
        ("private-vertical", "audit"): (1, 1),
        ("private-vertical", "code_of_conduct"): (1, 1),
        ("social-horizontal", "strike"): (1, 1),
        ("public-horizontal", "labor_law"): (1, 1),
    }
    assert counted(made, "cell")["private-vertical", "private-vertical"] == (2, 8)
    assert counted(made, "cell")["public-vertical", "public-vertical"] == (0, 0)


def test_table_1_quotes_each_document_once_with_its_page(index):
    made = table1(source(index))
    [supplier] = [item for item in made.items if item.key == "private-vertical/actor:supplier"]
    assert [(quote.text[:7], quote.page) for quote in supplier.quotes] == [("Buyers ", 1), ("Buyers ", 1)]
    assert [part for part, role in supplier.quotes[0].parts if role] == ["mills"]


def test_only_the_hits_of_the_query_count(index):
    made = table1(source(index, "actor:union"))
    assert made.searched == 1
    assert counted(made, "actor") == {
        ("private-vertical", "supplier"): (1, 2),
        ("social-horizontal", "union"): (1, 1),
    }
    sentence = table1(source(index, "cluster OR wait", "sentence"))
    assert counted(sentence, "actor") == {("private-horizontal", "cluster_firm"): (1, 1)}


def test_figure_1_has_actors_relations_and_interactions(index):
    made = figure1(source(index))
    edges = {item.ends: (item.group, item.documents) for item in made.items if item.part == "relation"}
    assert edges == {
        ("private-vertical/lead_firm", "private-vertical/supplier"): ("governs", 2),
        ("social-horizontal/union", "private-vertical/supplier"): ("governs", 1),
    }
    assert counted(made, "interaction") == {
        ("private-public", "conflict"): (1, 1),
        ("private-public-social", "synergy"): (1, 1),
    }
    assert counted(made, "actor")["private-horizontal", "cluster_firm"] == (1, 1)
    quote = next(item for item in made.items if item.part == "relation").quotes[0]
    assert [part for part, role in quote.parts if role] == ["Buyers", "mills"]


def test_table_2_tells_paths_by_codes_where_none_is_coded(index):
    made = table2(source(index))
    by_key = {item.key: item for item in made.items}
    assert (by_key["csr"].documents, by_key["csr"].times) == (1, 1)
    assert by_key["csr/mechanism:audit"].expected is True
    assert by_key["csr/mechanism:disclosure"].documents == 0
    assert by_key["labor/actor:supplier"].expected is False
    reputation = next(item for item in made.of("csr", "driver") if "reputation" in item.label)
    assert reputation.documents == 1
    assert [part for part, role in reputation.quotes[0].parts if role] == ["reputation"]
    assert by_key["public"].documents == 0


def test_table_2_tells_paths_by_codings_where_there_are_some(index):
    document = next(index.document_ids())
    coding = Coding(document, 1, "public", 0.9, "works", (), "Dara")
    index.write_codings(document, Coder("Dara", "path", machine=False), [coding])
    made = table2(source(index))
    by_key = {item.key: item for item in made.items}
    assert (by_key["public"].documents, by_key["public"].query) == (1, "path:public")
    assert by_key["csr"].documents == 0
    assert by_key["public/mechanism:strike"].documents == 1


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("within", ["sentence", "passage", "document"])
@pytest.mark.parametrize("query", ["*", "kind:paper OR actor:cluster_firm"])
def test_a_search_finds_every_number(index, name, within, query):
    made = MAKERS[name](source(index, query, within))
    shown = [item for item in made.items if item.documents]
    # In a sentence no path has both a mechanism and an actor besides what the small texts say.
    assert shown
    for item in made.items:
        found = count(index, item.query, context=CONTEXT, within=within)
        assert found.documents == item.documents, item.query


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_found_is_no_error(index, name):
    made = MAKERS[name](source(index, "nowhere"))
    assert made.searched == 0
    assert all(item.documents == 0 for item in made.items)


def test_every_query_of_the_codebook_can_be_asked():
    cues = [cue for cue in default_codebook().cues["path"] if isinstance(cue, PathCue)]
    assert {(cue.path, cue.aspect) for cue in cues} == {
        (path, aspect) for path in default_codebook().codes["path"] for aspect in ("driver", "limit")
    }
    for cue in cues:
        parse_query(cue.cue, CONTEXT)
    for code in default_codebook().codes["path"].values():
        parse_query(path_query(code, "codes"), CONTEXT)
