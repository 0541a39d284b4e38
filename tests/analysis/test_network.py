"""Networks: weights by documents, associations, and the same communities each time."""

from __future__ import annotations

import map_corpus
import pytest

from textgov.analysis.axes import axis_of
from textgov.analysis.network import NetworkOptions, network
from textgov.codebook.loader import default_codebook
from textgov.index.store import Index
from textgov.index.units import matching_units
from textgov.workflows.query import query_context

CONTEXT = query_context(default_codebook())


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = map_corpus.store(tmp_path_factory.mktemp("network") / "x.db")
    with Index.open(path, read_only=True) as opened:
        yield opened


def made(index, fields, *, within="passage", query="*", **options):
    axes = [axis_of(index, name, CONTEXT, default_codebook()) for name in fields]
    units = matching_units(index, query, context=CONTEXT, within=within)
    return network(index, units, axes, NetworkOptions(**{"least": 1, **options}))


def test_edges_weigh_documents_and_tell_units(index):
    graph = made(index, ["mechanism", "sector"])
    assert {tuple(sorted(edge)): (d["documents"], d["units"]) for *edge, d in graph.edges(data=True)} == {
        ("mechanism:audit", "sector:garments"): (2, 3),
        ("mechanism:audit", "sector:cocoa"): (1, 1),
        ("mechanism:audit", "mechanism:strike"): (1, 1),
        ("mechanism:audit", "mechanism:labor_law"): (1, 1),
        ("mechanism:labor_law", "mechanism:strike"): (1, 1),
        ("mechanism:labor_law", "sector:cocoa"): (1, 1),
        ("mechanism:strike", "sector:garments"): (1, 1),
    }
    # Seven passages: four have audits, three garments, three have both.
    edge = graph.edges["mechanism:audit", "sector:garments"]
    assert edge["association"] == pytest.approx(3 / (4 * 3 / 7), abs=1e-4)
    node = graph.nodes["mechanism:audit"]
    assert (node["label"], node["layer"], node["documents"], node["units"]) == (
        "Social audit",
        "mechanism",
        3,
        4,
    )
    assert (node["degree"], node["strength"]) == (4, 5)


def test_the_fewest_and_the_most(index):
    assert [tuple(sorted(e)) for e in made(index, ["mechanism", "sector"], least=2).edges] == [
        ("mechanism:audit", "sector:garments")
    ]
    assert made(index, ["mechanism", "sector"], most=3).number_of_edges() == 3
    assert len(made(index, ["mechanism"], least=99)) == 0


def test_a_query_and_another_unit(index):
    assert made(index, ["mechanism", "sector"], query="kind:statement").number_of_edges() == 1
    assert made(index, ["mechanism", "sector"], within="document").has_edge(
        "mechanism:strike", "sector:cocoa"
    )
    assert not made(index, ["mechanism", "sector"]).has_edge("mechanism:strike", "sector:cocoa")


def test_the_same_seed_gives_the_same_network(index):
    graphs = [made(index, ["mechanism", "actor", "path"], seed=3) for _ in range(2)]
    assert dict(graphs[0].nodes(data=True)) == dict(graphs[1].nodes(data=True))
    assert min(d["community"] for _, d in graphs[0].nodes(data=True)) == 0
