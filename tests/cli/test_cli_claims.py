"""`textgov claims` at the command line: whole outputs, files, and mistakes."""

from __future__ import annotations

import csv
import io
import json

import networkx as nx
import openpyxl
import pytest
from claims_small import Text, store

from textgov.export.claims import CLAIM_COLUMNS

PAPER = Text(
    [
        ("heading", "Findings"),
        (
            "body",
            "In {Peru|place:PER}, {unions|actor:union|id=a} used a {strike|mechanism:strike|id=m;condition=if pay is "
            "late} against {mills|actor:supplier|id=t}, if pay is late, and {wages|outcome:wages|id=o;"
            "direction=improves;dimension=measurable_standards;group=women} of {women|group:women} rose.",
        ),
        ("heading", "Prior work"),
        ("body", "{Audits|mechanism:audit|status=negated;source=Okafor 2014} do not help (Okafor 2014)."),
        ("references", "Okafor, T. (2014). Strikes at sea and land. Mill Review 3, 1–9. doi:10.5555/x.1"),
    ],
    [("governs", "a", "m", "t"), ("leads_to", "m", None, "o")],
    title="=Mills",
)
NOTE = Text(
    [("body", "{Buyers|actor:lead_firm} {audit|mechanism:audit} mills.")],
    title="Note",
    kind="statement",
    year=2021,
)
CITED = Text([("body", "No claim.")], title="Strikes at sea and land", doi="10.5555/x.1", year=2014)


@pytest.fixture
def place_with_claims(place):
    store(place / "textgov.db", PAPER, NOTE, CITED)
    return place


def rows(result):
    assert result.status == 0, result.err
    return list(csv.DictReader(io.StringIO(result.out)))


def test_the_table_for_people(textgov, place_with_claims):
    result = textgov("claims")
    lines = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in result.out.splitlines()]
    assert [line for line in lines if line and "─" not in line[0]] == [
        ["who", "by what", "whom", "with what outcome", "where", "says who", "found in", "quote"],
        [
            "Union or workers' organisation", "Strike", "Supplier", "Wages improves for Women", "Peru", "own",
            "0.pdf, p. 1",
            "In Peru, unions used a strike against mills, if pay is late, and wages of women rose.",
        ],
        ["Social audit (negated)", "Okafor, T. 2014", "0.pdf, p. 1", "Audits do not help (Okafor 2014)."],
        ["Social audit", "own", "1.pdf, p. 1", "Buyers audit mills."],
    ]  # fmt: skip
    assert (result.status, result.err) == (0, "3 claims shown\n")


def test_every_cell_in_csv(textgov, place_with_claims):
    first, second, third = rows(textgov("claims", "--csv"))
    assert list(first) == list(CLAIM_COLUMNS)
    told = {
        name: value for name, value in first.items() if value and name not in ("claim", "document", "rules")
    }
    assert told == {
        "actor": "union", "actor_label": "Union or workers' organisation", "actor_quote": "unions",
        "mechanism": "strike", "mechanism_label": "Strike", "mechanism_quote": "strike",
        "target": "supplier", "target_label": "Supplier", "target_quote": "mills",
        "outcome": "wages", "outcome_label": "Wages", "outcome_quote": "wages",
        "dimension": "measurable_standards", "direction": "improves",
        "group": "women", "group_label": "Women", "group_quote": "women", "group_page": "1",
        "group_near": "mention",
        "place": "PER", "place_label": "Peru", "place_quote": "Peru", "place_page": "1",
        "place_near": "sentence",
        "condition": "if pay is late", "status": "asserted", "outcome_status": "asserted", "voice": "own",
        "relations": "governs; leads_to", "title": "'=Mills", "authors": "Sok, Dara", "year": "2019",
        "kind": "paper", "file": "papers/0.pdf", "section": "Findings", "page": "1",
        "quote": "In Peru, unions used a strike against mills, if pay is late, and wages of women rose.",
    }  # fmt: skip
    cited = {name: value for name, value in second.items() if name.startswith(("cited", "according"))}
    assert cited == {
        "according_to": "Okafor 2014",
        "cited_authors": "Okafor, T.",
        "cited_year": "2014",
        "cited_title": "Strikes at sea and land",
        "cited_doi": "10.5555/x.1",
        "cited_also": "",
    }
    assert (second["status"], second["voice"], second["actor"]) == ("negated", "literature", "")
    assert third["title"] == "Note"


@pytest.mark.parametrize(
    ("arguments", "mechanisms"),
    [
        (["kind:statement"], ["audit"]),
        (["strike", "--within", "document"], ["strike", "audit"]),
        (["--having", "mechanism:audit"], ["audit", "audit"]),
        (["--having", "mechanism:Social audit", "--having", "status:negated"], ["audit"]),
        (["--having", "target:supplier"], ["strike"]),
        (["--having", "direction:improves"], ["strike"]),
        (["--having", "voice:literature"], ["audit"]),
        (["--having", "attributed:true"], ["audit"]),
        (["--having", "relations:governs"], ["strike"]),
        (["--having", "place:PER"], ["strike"]),
        (["--having", "place:NPL"], []),
        (["--tied"], ["strike"]),
        (["--sort", "year"], ["audit", "strike", "audit"]),
        (["--limit", "1", "--offset", "1"], ["audit"]),
        (["place:NPL"], []),
    ],
)
def test_which_claims_are_wanted(textgov, place_with_claims, arguments, mechanisms):
    assert [row["mechanism"] for row in rows(textgov("claims", *arguments, "--csv"))] == mechanisms


def test_json_lines(textgov, place_with_claims):
    result = textgov("claims", "--json", "-n", "1")
    [row] = map(json.loads, result.out.splitlines())
    assert tuple(row) == tuple(name for name in row) and set(row) == set(CLAIM_COLUMNS)
    assert (row["place"], row["authors"], row["condition"]) == (["PER"], ["Sok, Dara"], "if pay is late")


def test_files(textgov, place_with_claims):
    for form in ("csv", "xlsx", "jsonl", "html"):
        result = textgov("claims", "-o", f"c.{form}")
        assert (result.status, result.out, result.err) == (0, "", f"c.{form}: 3 rows\n")
    assert (place_with_claims / "c.csv").read_text("utf-8") == textgov("claims", "--csv").out
    book = openpyxl.load_workbook("c.xlsx", read_only=True)
    header, first, *others = book["Claims"].values
    assert (header, len(others)) == (CLAIM_COLUMNS, 2)
    assert first[header.index("title")] == "=Mills"
    assert book["Claims"].cell(2, header.index("title") + 1).data_type == "s"


def test_citations(textgov, place_with_claims):
    [row] = rows(textgov("claims", "--citations", "--csv"))
    assert (row["work"], row["work_authors"], row["mechanism"]) == ("doi:10.5555/x.1", "Okafor, T.", "audit")
    assert row["work_document"]
    result = textgov("claims", "--citations")
    assert "Strikes at sea and land" in result.out
    assert result.err == (
        "1 of 1 citation shown; 1 of 1 citations were found in the reference list of their document.\n"
    )
    assert textgov("claims", "--citations", "-o", "g.gexf").status == 0
    graph = nx.read_gexf("g.gexf")
    assert sorted(data["label"] for _, data in graph.nodes(data=True)) == ["Okafor, T. 2014", "audit"]
    assert graph.number_of_edges() == 1
    first = (place_with_claims / "g.gexf").read_bytes()
    textgov("claims", "--citations", "-o", "g.gexf")
    assert (place_with_claims / "g.gexf").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["actr:union"], "there is no field 'actr'"),
        (["--having", "union"], "'union' is no condition on claims; write CELL:VALUE, such as actor:union"),
        (["--having", "actr:union"], "claims have no 'actr'; did you mean actor"),
        (["--having", "actor:unoin"], "actor has no value 'unoin'; did you mean union?"),
        (["-o", "c.doc"], "c.doc: no format is known by this name; name it .html, .csv, .jsonl, .xlsx"),
        (["-o", "c.gexf"], "c.gexf: no format is known by this name"),
        (["--limit", "0"], "0 is not in the range x>=1"),
    ],
)
def test_mistakes(textgov, place_with_claims, arguments, message):
    result = textgov("claims", *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err
    assert "Traceback" not in result.err


def test_nothing_found_is_said(textgov, place_with_claims):
    result = textgov("claims", "nowhere")
    assert (result.status, result.out, result.err) == (0, "", "no claim found\n")


def test_an_index_that_is_not_coded_has_no_claims(textgov, place):
    from textgov.index.store import Index

    Index.open(place / "textgov.db", create=True).close()
    assert textgov("claims").err == "no claim found\n"
    assert textgov("claims", "--csv").out == ",".join(CLAIM_COLUMNS) + "\n"


def test_no_index(textgov, place):
    result = textgov("claims")
    assert (result.status, result.out) == (3, "")
    assert "there is no index here" in result.err


def test_the_page_marks_the_words_of_each_claim(textgov, place_with_claims):
    import lxml.html

    assert textgov("claims", "-o", "c.html").status == 0
    text = (place_with_claims / "c.html").read_text("utf-8")
    tree = lxml.html.fromstring(text)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert tree.xpath("//script | //*[@src or @style] | //link[@href!='data:,']") == []
    first = tree.xpath("//tbody")[0]
    assert [mark.text_content() for mark in first.xpath(".//mark")] == [
        "Peru", "unions", "strike", "mills", "wages", "women",
    ]  # fmt: skip
    quote = "In Peru, unions used a strike against mills, if pay is late, and wages of women rose."
    assert first.xpath(".//blockquote")[0].text_content() == quote
    assert first.xpath(".//*[@class='more']")[0].text_content() == "Condition: if pay is late"
    assert tree.xpath("//caption")[0].text_content() == "3 claims"


def test_no_text_of_a_document_can_act_on_the_page(textgov, place):
    import lxml.html

    attack = "</td><script>alert(1)</script><img src=x onerror=alert(2)>"
    marked = f"{{Buyers|actor:lead_firm}} {{audit|mechanism:audit}} mills {attack}"
    store(place / "textgov.db", Text([("body", marked)], title=attack))
    assert textgov("claims", "-o", "c.html").status == 0
    tree = lxml.html.fromstring((place / "c.html").read_text("utf-8"))
    assert tree.xpath("//script | //img") == []
    assert attack in tree.xpath("//blockquote")[0].text_content()


def test_a_claim_without_mechanism_shows_the_status_of_its_outcome(textgov, place):
    marked = "{Wages|outcome:wages|direction=improves;status=hedged} may rise."
    store(place / "textgov.db", Text([("body", marked)]))
    [_, _, line, *_] = textgov("claims").out.splitlines()[1:]
    assert line.strip().startswith("Wages improves (hedged)  ")
