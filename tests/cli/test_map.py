"""`textgov map`: whole outputs on an index whose content is known, and every mistake answered."""

# ruff: noqa: E501 - outputs stand as they are written

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import map_corpus
import pytest

from textgov.index.store import Index


@pytest.fixture(autouse=True)
def index(place: Path) -> Path:
    """The corpus of the maps under the default name, in the working folder."""
    return map_corpus.store(place / "textgov.db")


def test_help_lists_the_maps(textgov):
    result = textgov("map", "--help")
    assert (result.status, result.err) == (0, "")
    names = re.findall(r"^  (\w+)  ", result.out.partition("Commands:")[2], re.MULTILINE)
    assert [name for name in names if not name[-1].isdigit()] == [
        "gap", "crosstab", "timeline", "network", "places", "diff",
    ]  # fmt: skip


def test_gap_on_the_terminal(textgov):
    result = textgov("map", "gap", "--rows", "path", "--columns", "sector", "--colour", "stance")
    assert result.status == 0
    assert [line.rstrip() for line in result.out.splitlines()] == [
        "                              Cocoa  Garments  documents",
        "Market-driven path                ·         ·          0",
        "CSR-driven path (compliance)      1         1          2",
        "Multi-stakeholder path            ·         ·          0",
        "Labor-centered path               ·         1          1",
        "Cluster-driven path               ·         ·          0",
        "Public governance path            ·         ·          0",
    ]
    assert result.err == (
        "Query: everything; Unit: passage; Searched: 4 documents; In the map: 2 documents; Codebook: gereffi-lee 1.0.0\n"
    )


def test_gap_says_what_it_leaves_out(textgov):
    result = textgov("map", "gap", "--rows", "mechanism", "--columns", "country", "--top", "1")
    assert "Governance mechanisms: the 1 most frequent are shown, 2 more have documents." in result.err
    assert result.out.split() == ["Bangladesh", "documents", "Social", "audit", "2", "2"]


def test_gap_finds_nothing(textgov):
    result = textgov("map", "gap", "--rows", "mechanism", "--columns", "sector", "--query", "zebra")
    assert (result.status, result.out) == (0, "")
    assert result.err.startswith("nothing found\n")


def test_documents_that_are_not_coded_are_said(textgov, place):
    Path("note.txt").write_text(
        "The union struck in Dhaka for a week, and the mill closed.", encoding="utf-8"
    )
    textgov("ingest", "note.txt", "--index", "new.db", "-j", "1")
    for command in (("gap", "--rows", "actor", "--columns", "sector"), ("places",), ("timeline",)):
        result = textgov("map", *command, "--index", "new.db")
        assert (result.status, result.out) == (0, "")
        assert "Not coded yet: 1 document (run `textgov annotate`)" in result.err


@pytest.mark.parametrize(
    "command",
    [
        "gap --rows mechanism --columns sector",
        "crosstab --rows mechanism --columns sector",
        "timeline",
        "timeline --by mechanism",
        "network",
        "places",
        "table1",
        "table2",
        "figure1",
    ],
)
def test_a_query_without_hits_is_said_and_nothing_else(textgov, command):
    result = textgov("map", *command.split(), "--query", "zebra")
    assert (result.status, result.out) == (0, "")
    said, facts = result.err.splitlines()
    assert said in ("nothing found", "nothing is named together in so many documents")
    assert facts.startswith("Query: zebra; ")
    Index.open("empty.db", create=True).close()
    empty = textgov("map", *command.split(), "--index", "empty.db")
    assert (empty.status, empty.out, empty.err.splitlines()[0]) == (0, "", said)
    assert "Searched: 0 documents" in empty.err


def test_documents_without_a_year_have_no_time_line(textgov):
    assert textgov("map", "timeline", "--query", "kind:statement").err.startswith("no document has a year\n")


def test_gap_is_written_in_each_form(textgov):
    files = [f"map.{form}" for form in ("html", "csv", "jsonl", "xlsx")]
    outputs = [part for name in files for part in ("-o", name)]
    result = textgov(
        "map", "gap", "--rows", "mechanism", "--columns", "sector", *outputs, "--title", "My review"
    )
    assert (result.status, result.out) == (0, "")
    assert result.err.splitlines()[:4] == [f"{name}: written" for name in files]
    assert all(Path(name).stat().st_size for name in files)
    assert "<h1>My review</h1>" in Path("map.html").read_text(encoding="utf-8")


def test_gap_as_csv_and_json_on_standard_output(textgov):
    as_csv = textgov("map", "gap", "--rows", "actor", "--columns", "kind", "--csv")
    rows = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert {(r["row"], r["column"]) for r in rows if r["documents"] != "0"} == {
        ("lead_firm", "paper"),
        ("union", "paper"),
    }
    as_json = textgov("map", "gap", "--rows", "actor", "--columns", "kind", "--json").rows()
    assert len(as_json) == len(rows)


def test_gap_gives_its_quotes_as_rows(textgov):
    result = textgov("map", "gap", "--rows", "mechanism", "--columns", "sector", "--evidence", "--json")
    quotes = {(r["row"], r["status"], r["file"], r["page"]): r["quote"] for r in result.rows()}
    assert quotes["audit", "prescribed", "papers/strikes.pdf", 2] == (
        "The brand should pay for audits in its garment mills."
    )
    assert len(quotes) == 6


def test_crosstab_of_a_layer_and_its_property_is_read_of_one_mention(textgov):
    result = textgov(
        "map", "crosstab", "--rows", "mechanism", "--columns", "status", "--permutations", "99", "--csv"
    )
    rows = {(r["row"], r["column"]): r for r in csv.DictReader(io.StringIO(result.out))}
    assert rows["audit", "negated"]["documents"] == "1"
    assert rows["audit", "negated"]["query"] == "mention:(mechanism:audit AND status:negated)"
    assert rows["labor_law", "negated"]["documents"] == "0"
    assert "Squared residuals: " in result.err
    assert "99 permutations among the records of each document" in result.err


def test_every_query_of_a_map_gives_its_number(textgov):
    cells = textgov(
        "map", "gap", "--rows", "mechanism", "--columns", "sector", "--colour", "status", "--json"
    ).rows()
    tried = [cell for cell in cells if cell["documents"]]
    assert len(tried) > 6
    for cell in tried:
        found = textgov("search", cell["query"], "--json", "-n", "1000").rows()
        assert len({hit["document"] for hit in found}) == cell["documents"], cell["query"]


def test_crosstab_on_the_terminal(textgov):
    result = textgov("map", "crosstab", "--rows", "mechanism", "--columns", "kind", "--permutations", "99")
    assert [line.rstrip() for line in result.out.splitlines()] == [
        "                       Paper           Audit       Statement  documents",
        "Social audit  1 / 1.5 (-1.2)  1 / 0.8 (+0.7)  1 / 0.8 (+0.7)          3",
        "Strike        2 / 1.5 (+1.2)  1 / 0.8 (+0.7)  0 / 0.8 (-2.0)          3",
        "Labour law    1 / 1.0 (+0.0)  1 / 0.5 (+1.2)  0 / 0.5 (-1.2)          2",
    ]
    assert re.match(
        r"Query: everything; Searched: 4 documents; Documents: 4; Chi-square: 10\.67; p: 0\.\d{3}; Cramér's V: 0\.544;",
        result.err,
    )
    assert "99 permutations of documents (seed 0)" in result.err


def test_crosstab_of_single_values_is_pearsons(textgov):
    result = textgov("map", "crosstab", "--rows", "kind", "--columns", "year")
    assert "Chi-square: 0.75, df = 1; p: 0.386; Cramér's V: 0.500" in result.err
    assert "100% of the cells expect fewer than 5 documents: read the test with care." in result.err


def test_timeline_on_the_terminal(textgov):
    result = textgov("map", "timeline", "--by", "mechanism")
    assert [line.rstrip() for line in result.out.splitlines()] == [
        "               2010-2012  documents  trend",
        "all documents  ▄ █                3",
        "Strike         ▄ █                3",
        "Social audit   █ █                2  z -0.7, p 0.480",
        "Labour law       █                2  z +1.4, p 0.157",
    ]
    assert "Left out: 1 document without a year." in result.err
    assert textgov("map", "timeline", "--query", "kind:statement").err.startswith("no document has a year\n")


def test_places_on_the_terminal(textgov):
    result = textgov("map", "places")
    assert [line.split() for line in result.out.splitlines()] == [
        ["code", "country", "documents"],
        ["BGD", "Bangladesh", "3"],
        ["KHM", "Cambodia", "1"],
        ["GHA", "Ghana", "1"],
    ]
    rows = textgov("map", "places", "--query", "mechanism:strike", "--json").rows()
    assert [(row["code"], row["documents"], row["query"]) for row in rows] == [
        ("BGD", 2, "mechanism:strike AND place:BGD")
    ]


def test_network_on_the_terminal(textgov):
    result = textgov("map", "network")
    assert [line.split() for line in result.out.splitlines()] == [
        ["documents", "units", "association"],
        ["Social", "audit", "CSR-driven", "path", "(compliance)", "2", "2", "1.75"],
    ]
    assert "Codes: 2; Joined: 1;" in result.err
    nothing = textgov("map", "network", "--least", "9")
    assert (nothing.out, nothing.err.splitlines()[0]) == (
        "",
        "nothing is named together in so many documents",
    )
    textgov("map", "network", "--fields", "actor, mechanism", "--least", "1", "-o", "net.gexf")
    assert "mechanism:strike" in Path("net.gexf").read_text(encoding="utf-8")


def test_diff_of_two_indexes(textgov, place):
    changed = [
        map_corpus.Text(
            "strikes.pdf",
            [map_corpus.CORPUS[0].passages[0].replace("|negated", ""), map_corpus.CORPUS[0].passages[1]],
            2010,
        )
    ]
    map_corpus.store(place / "new.db", [*changed, *map_corpus.CORPUS[1:3]], codebook="n3w")
    result = textgov("map", "diff", "textgov.db", "new.db")
    assert result.status == 0
    assert [line.rstrip() for line in result.out.splitlines()] == [
        "change   mentions  reason",
        "lost            3  the second does not have the document",
        "recoded         1  the codebook changed",
        "",
        "change  file",
        "lost    papers/law.pdf",
        "",
        "code                 documents  mentions",
        "mechanism:labor_law  2 > 1      2 > 1",
        "mechanism:strike     3 > 2      3 > 2",
        "place:BGD            3 > 2      3 > 2",
        "",
        *result.out.splitlines()[12:],
    ]
    assert re.match(
        r'~ mechanism "audit": audit negated private-horizontal > audit private-horizontal \(status\)  '
        r"mechanism\.audit\.1  the codebook changed  [0-9a-f]{16}, p\. 1$",
        result.out.splitlines()[12],
    )
    assert result.err.splitlines() == [
        "First: textgov.db",
        "Second: new.db",
        "First coded by: codebook gereffi-lee (c0de), pipeline p1pe",
        "Second coded by: codebook gereffi-lee (n3w), pipeline p1pe",
        "Same: 17 mentions",
        "Added: 0 mentions",
        "Lost: 3 mentions",
        "Recoded: 1 mention",
        "Codings that differ: 2",
    ]


def codebook_with(name: str, **terms: tuple[str, str]) -> None:
    """Write a codebook that adds terms for actors: id, code and term of each."""
    lines = [
        {"id": f"own.{one}", "code": code, "term": term, "pos": "noun", "confidence": 0.9}
        for one, (code, term) in terms.items()
    ]
    Path(name, "lexicon.actor.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
    )


def test_diff_of_two_codebooks_by_a_copied_index(textgov, place):
    Path("note.txt").write_text("The ferry crews met the lock keepers and the tug owners.", encoding="utf-8")
    textgov("codebook", "new", "one")
    textgov("codebook", "new", "two")
    codebook_with("one", a=("worker", "ferry crew"), b=("worker", "lock keeper"))
    codebook_with("two", a=("supplier", "ferry crew"), c=("supplier", "tug owner"))
    textgov("ingest", "note.txt", "--index", "old.db", "-j", "1")
    textgov("annotate", "--no-model", "--codebook", "one", "--index", "old.db", "-j", "1")
    shutil.copy("old.db", "new.db")
    assert textgov("annotate", "--no-model", "--codebook", "two", "--index", "new.db", "-j", "1").status == 0
    result = textgov("map", "diff", "old.db", "new.db", "--json")
    columns = ("change", "text", "rule_before", "rule_after", "reason")
    assert [tuple(row[column] for column in columns) for row in result.rows()] == [
        ("recoded", "ferry crews", "own.a", "own.a", "its rule is not the same in the two codebooks"),
        ("lost", "lock keepers", "own.b", None, "the second codebook does not have its rule"),
        ("added", "tug owners", None, "own.c", "the first codebook does not have its rule"),
    ]
    assert re.search(r"^First coded by: codebook one \([0-9a-f]{16}\), ", result.err, re.MULTILINE)
    assert re.search(r"^Second coded by: codebook two \([0-9a-f]{16}\), ", result.err, re.MULTILINE)
    codebook_with("one", a=("worker", "ferry crew"), b=("worker", "lock keeper"), d=("worker", "pilot"))
    reasons = {row["reason"] for row in textgov("map", "diff", "old.db", "new.db", "--json").rows()}
    assert reasons == {"the codebook changed"}


def test_diff_of_two_queries(textgov):
    result = textgov("map", "diff", "textgov.db", "--query", "kind:paper", "--against", "year:2010", "--json")
    assert {(row["change"], row["reason"]) for row in result.rows()} == {
        ("lost", "it is among the hits of one query only")
    }
    textgov("map", "diff", "textgov.db", "--against", "kind:paper", "-o", "d.csv", "-o", "d.html")
    assert Path("d.csv").read_text(encoding="utf-8").startswith("change,document,page,")
    same = textgov("map", "diff", "textgov.db", "textgov.db")
    assert (same.status, same.out) == (0, "")
    assert same.err.splitlines()[0] == "nothing differs"
    assert same.err.splitlines()[5] == "Same: 21 mentions"


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["gap", "--rows", "mechanism"], 2, "Missing option '--columns'"),
        (["gap", "--rows", "nothing", "--columns", "sector"], 2, "'nothing' is no axis; the axes are: "),
        (["gap", "--rows", "sector", "--columns", "sector"], 2, "name each axis once"),
        (["gap", "--rows", "actor", "--columns", "sector", "--query", "(a"], 2, "the query ends too early"),
        (
            ["gap", "--rows", "actor", "--columns", "sector", "-o", "x.doc"],
            2,
            "x.doc: no format is known by this name",
        ),
        (
            ["gap", "--rows", "actor", "--columns", "sector", "-o", "no/x.csv"],
            2,
            "no/x.csv: cannot be written",
        ),
        (["places", "--index", "none.db"], 3, "none.db: there is no index here"),
        (["diff", "textgov.db"], 2, "name a second index, or a second query by --against"),
        (["diff", "textgov.db", "none.db"], 3, "none.db: there is no index here"),
        (["network", "--fields", "actor,text"], 2, "'text' is no axis"),
        (["network", "--fields", ","], 2, "',' names no field; write such as actor,mechanism"),
        (["gapp"], 2, "no command 'gapp'; did you mean gap?"),
        (["timeline", "--by", "colour"], 2, "'colour' is no axis"),
    ],
)
def test_mistakes_are_answered_in_a_line(textgov, arguments, status, message):
    result = textgov("map", *arguments)
    assert (result.status, result.out) == (status, "")
    assert message in result.err
    assert result.err.startswith("textgov: ")


def test_an_unknown_form_writes_nothing(textgov):
    textgov("map", "places", "-o", "a.csv", "-o", "b.doc")
    assert not Path("a.csv").exists()


def test_maps_do_not_write_to_the_index(textgov, index):
    before = index.read_bytes()
    textgov("map", "gap", "--rows", "mechanism", "--columns", "sector", "-o", "x.html")
    textgov("map", "diff", "textgov.db", "--against", "strike")
    assert index.read_bytes() == before
    with Index.open(index, read_only=True) as opened:
        assert len(opened.runs()) == 1
