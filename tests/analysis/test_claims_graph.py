"""Which source is cited for which claim."""

from __future__ import annotations

from claims_small import Text, made

from textgov.analysis.claims_graph import citation_graph, citations, work_keys

CITING = Text(
    [
        ("body", "{Audits|mechanism:audit|source=Okafor 2014} fail (Okafor 2014; Sok 2011)."),
        ("body", "{Strikes|mechanism:strike|source=Nobody 1999} help (Nobody 1999)."),
        ("body", "{Laws|mechanism:labor_law|source=the union} help, the union says."),
        ("body", "{Codes|mechanism:code_of_conduct} fail."),
        ("references", "Okafor, T. (2014). Strikes at sea and land. Mill Review 3, 1–9."),
        ("references", "Sok, D. (2011). Other strikes. Mill Review 1, 1–9. doi:10.5555/x.2"),
    ]
)


def test_each_source_of_a_claim_is_a_citation(tmp_path):
    works = {"strikes at sea and land": "d1", "doi:10.5555/x.2": "d2"}
    found = list(citations(made(tmp_path, CITING), works))
    assert [(c.claim.cells["mechanism"].codes[0], c.reference and c.reference.year, c.document) for c in found] == [
        ("audit", "2014", "d1"),
        ("audit", "2011", "d2"),
        ("strike", None, None),
    ]  # fmt: skip


def test_the_graph_goes_from_claims_to_works(tmp_path):
    found = list(citations(made(tmp_path, CITING, CITING), {}))
    graph = citation_graph(found)
    works = {node for node, data in graph.nodes(data=True) if data["kind"] == "work"}
    # Two lists name the same two works; what no list names is known in its document alone.
    assert len(works) == 4
    assert "work:doi:10.5555/x.2" in works
    assert sorted(dict(graph.in_degree(works)).values()) == [1, 1, 2, 2]
    assert all(one.startswith("claim:") and other in works for one, other in graph.edges)


def test_by_what_a_document_is_recognised():
    assert work_keys("10.5555/X.1", "Strikes at Sea and Land") == [
        "doi:10.5555/x.1",
        "strikes at sea and land",
    ]
    assert work_keys(None, "Editorial") == []
    assert work_keys(None, None) == []
