"""Maps in all their forms: complete, the same each time, and inert whatever the documents say."""

from __future__ import annotations

import base64
import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import lxml.etree
import lxml.html
import map_corpus
import networkx as nx
import openpyxl
import pytest

from textgov.analysis.axes import countries
from textgov.analysis.gapmap import MapOptions
from textgov.analysis.network import NetworkOptions
from textgov.errors import UsageError
from textgov.export.figures import places_figure, tiles
from textgov.export.pictures import as_data
from textgov.index.store import Index
from textgov.workflows.map_diff import Compared, compare
from textgov.workflows.maps import (
    MapRequest,
    crosstab_chart,
    gap_chart,
    gap_of,
    network_chart,
    places_chart,
    standard_maps,
    timeline_chart,
    write_contents,
    write_map,
)

REQUEST = MapRequest(MapOptions(), permutations=99)
ATTACK = "</td></script><script>alert(1)</script><img src=x onerror=alert(2)> \"' &amp; {{ 7*7 }} \u2028"
PICTURES = (".svg", ".png", ".pdf")
# Drawing is slow; all pictures are saved by the same function.
DRAWN_TWICE = {("network", ".svg"), ("years", ".png"), ("years", ".pdf")}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    path = map_corpus.store(tmp_path_factory.mktemp("maps") / "x.db")
    with Index.open(path, read_only=True) as opened:
        yield opened


def gap(index, request=REQUEST):
    return gap_chart(gap_of(index, "mechanism", "sector", "status", request), index, request)


CHARTS = {
    "gap": gap,
    "crosstab": lambda index: crosstab_chart(index, "mechanism", "kind", REQUEST)[1],
    "bound": lambda index: crosstab_chart(index, "mechanism", "status", REQUEST)[1],
    "timeline": lambda index: timeline_chart(index, "mechanism", REQUEST)[1],
    "years": lambda index: timeline_chart(index, None, REQUEST)[1],
    "network": lambda index: network_chart(index, (), REQUEST, NetworkOptions(least=1)),
    "places": lambda index: places_chart(index, REQUEST),
    "diff": lambda index: compare(Compared(index), Compared(index, "mechanism:strike"))[1],
}


@pytest.mark.parametrize("name", CHARTS)
def test_each_form_is_the_same_each_time(index, tmp_path, name):
    for form in CHARTS[name](index).forms():
        if form in PICTURES and (name, form) not in DRAWN_TWICE:
            continue
        written = []
        for again in ("a", "b"):
            path = tmp_path / f"{again}{form}"
            write_map(CHARTS[name](index), path)
            written.append(path.read_bytes())
        assert written[0] == written[1], form
        assert len(written[0]) > 40, form


def test_where_a_figure_lies_in_memory_does_not_show(index):
    chart = timeline_chart(index, "mechanism", REQUEST)[1]
    figures = [chart.figure() for _ in range(2)]
    first, second = map(as_data, figures)
    assert first == second
    assert b"url(#clip0)" in base64.b64decode(first.partition(",")[2])


@pytest.mark.parametrize("name", CHARTS)
def test_a_page_needs_nothing_but_itself(index, tmp_path, name):
    write_map(CHARTS[name](index), tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    tree = lxml.html.fromstring(page)
    [policy] = [m.get("content") for m in tree.iter("meta") if m.get("http-equiv")]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "style=" not in re.sub(r'src="data:[^"]*"', "", page)
    assert re.findall(r"(?:src|href)=\"(?!#|data:)", page) == []
    assert len(page) < 1_000_000
    assert tree.findtext(".//h1")


def test_an_unknown_form_is_answered_by_those_there_are(index, tmp_path):
    with pytest.raises(
        UsageError, match=r"x\.docx: no format is known by this name; name it \.html, \.pdf, \.png"
    ):
        write_map(gap(index), tmp_path / "x.docx")
    with pytest.raises(UsageError, match=r"name it \.html, \.csv, \.jsonl, \.xlsx$"):
        write_map(CHARTS["diff"](index), tmp_path / "x.svg")
    with pytest.raises(UsageError, match="cannot be written"):
        write_map(gap(index), tmp_path / "no" / "x.html")


def test_the_cells_as_csv(index, tmp_path):
    write_map(gap(index), tmp_path / "x.csv")
    rows = list(csv.DictReader((tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()))
    found = {
        (r["row"], r["column"], r["colour"]): (r["documents"], r["query"])
        for r in rows
        if r["documents"] != "0"
    }
    assert found["audit", "garments", ""] == ("2", "mechanism:audit AND sector:garments")
    assert found["audit", "garments", "negated"] == (
        "1",
        "mention:(mechanism:audit AND status:negated) AND sector:garments",
    )
    assert sum(r["colour"] == "" for r in rows) == 21 * 2


def test_the_workbook_holds_cells_quotes_and_what_it_is(index, tmp_path):
    write_map(gap(index), tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["Matrix", "Cells", "Evidence", "About"]
    matrix = [list(row) for row in book["Matrix"].iter_rows(values_only=True)]
    assert matrix[0] == [None, "Cocoa", "Garments", "Documents"]
    assert ["Social audit", 1, 2, 3] in matrix
    assert matrix[-1] == ["Documents", 1, 2, 3]
    head, *rows = book["Evidence"].iter_rows(values_only=True)
    quotes = [dict(zip(head, row, strict=True)) for row in rows]
    negated = next(q for q in quotes if q["status"] == "negated")
    assert (negated["title"], negated["page"], negated["file"]) == (
        "Strikes in Dhaka",
        1,
        "papers/strikes.pdf",
    )
    assert negated["quote"].endswith("No audit had come.")
    assert ["Query", "everything"] in [list(row) for row in book["About"].iter_rows(values_only=True)]


def test_the_quotes_are_all_in_the_page(index, tmp_path):
    chart = gap(index)
    write_map(chart, tmp_path / "x.html")
    tree = lxml.html.parse(tmp_path / "x.html").getroot()
    data = json.loads(tree.get_element_by_id("data").text)
    assert len(data["quotes"]) == len({row["quote"] for row in chart.tables[1].rows})
    assert [document["title"] for document in data["documents"]] == [
        "Strikes in Dhaka", "Audits of cocoa", "statement.txt",
    ]  # fmt: skip
    cells = {
        (row.findtext("th/button/span"), number): cell.findtext("button/span")
        for row in tree.get_element_by_id("map").iterfind("tbody/tr")
        for number, cell in enumerate(row.iterfind("td"))
    }
    assert cells["Social audit", 1] == "2"
    assert tree.xpath("//select[@id='country']/option")[1].text == "Bangladesh (2)"


def test_no_text_of_a_document_can_act(tmp_path):
    passage = f"The [union|actor:union] {ATTACK} held an [audit|mechanism:audit] of [mills|sector:garments]."
    corpus = [
        replace(
            map_corpus.CORPUS[0],
            passages=[passage],
            title=ATTACK,
            kind="paper",
            paths=None,
            interactions=None,
        )
    ]
    path = map_corpus.store(tmp_path / "x.db", corpus)
    request = replace(REQUEST, title=ATTACK)
    with Index.open(path, read_only=True) as index:
        charts = {"gap": gap(index, request), "places": places_chart(index, request)}
        for name, chart in charts.items():
            write_map(chart, tmp_path / f"{name}.html")
    for name, scripts in (("gap", ["application/json", None]), ("places", [])):
        tree = lxml.html.parse(tmp_path / f"{name}.html").getroot()
        assert [script.get("type") for script in tree.iter("script")] == scripts
        assert [image.get("src")[:5] for image in tree.iter("img")] == ([] if name == "gap" else ["data:"])
        assert tree.findtext(".//h1") == ATTACK


@pytest.mark.parametrize("form", [".gexf", ".graphml"])
def test_the_network_comes_back(index, tmp_path, form):
    chart = CHARTS["network"](index)
    path = tmp_path / f"x{form}"
    write_map(chart, path)
    read = nx.read_gexf(path) if form == ".gexf" else nx.read_graphml(path)
    assert {frozenset(edge) for edge in read.edges} == {frozenset(edge) for edge in chart.graph.edges}
    assert read.nodes["mechanism:audit"]["label"] == "Social audit"
    assert read.edges["mechanism:audit", "path:csr"]["weight"] == 2


@pytest.mark.parametrize("name", ["gap", "crosstab", "timeline", "places"])
def test_pictures_are_drawn(index, tmp_path, name):
    write_map(CHARTS[name](index), tmp_path / "x.svg")
    root = lxml.etree.parse(tmp_path / "x.svg").getroot()
    assert root.tag.endswith("svg")
    # Whatever is shown by a colour has more than one of them.
    fills = set(re.findall(r"fill: (#[0-9a-f]{6})", lxml.etree.tostring(root, encoding="unicode")))
    assert len(fills) > 2


def test_every_tile_is_a_country_at_a_place_of_its_own():
    assert len(tiles()) == len(set(tiles().values())) > 190
    assert tiles().keys() <= countries().keys()


def test_an_empty_index_makes_empty_maps(tmp_path):
    path = map_corpus.store(tmp_path / "x.db", [])
    with Index.open(path, read_only=True) as index:
        for name, make in CHARTS.items():
            for form in (".html", ".csv", ".xlsx"):
                write_map(make(index), tmp_path / f"{name}{form}")
        write_map(CHARTS["network"](index), tmp_path / "network.svg")
        assert standard_maps(index, tmp_path, REQUEST) == []


def test_the_maps_of_any_review_and_the_page_that_links_them(index, tmp_path):
    (tmp_path / "maps").mkdir()
    made = standard_maps(index, tmp_path / "maps", REQUEST)
    assert [one.path.name for one in made] == ["gap-map.html", "timeline.html", "places.html", "network.html"]
    assert made[0].title == "Gap map: paths of social upgrading by sectors, coloured by stance"
    write_contents(
        tmp_path / "index.html", "A review", "Its maps.", [("Documents", "4")], {"Maps": made, "None": []}
    )
    tree = lxml.html.parse(tmp_path / "index.html").getroot()
    links = [a.get("href") for a in tree.iter("a")]
    assert links == [f"maps/{name}.html" for name in ("gap-map", "timeline", "places", "network")]
    assert all((tmp_path / link).is_file() for link in links)
    assert [h.text for h in tree.iter("h2")] == ["Maps"]
    outside = [replace(made[0], path=Path("/elsewhere/x.html"))]
    with pytest.raises(UsageError, match="is not below"):
        write_contents(tmp_path / "index.html", "A", "B", [], {"Maps": outside})


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(1, [1]), (7, [1, 7]), (11, [1, 11]), (21, [1, 10, 21]), (250, [1, 10, 100, 250])],
)
def test_the_scale_of_places_has_no_numbers_on_top_of_each_other(most, ticks):
    bar = places_figure({"BGD": most, "KHM": 1}, "Documents").axes[1]
    assert list(bar.get_xticks()) == ticks
