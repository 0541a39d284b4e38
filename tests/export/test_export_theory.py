"""The tables and the figure of the theory in all their forms: complete, the same each time, and inert."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import lxml.html
import openpyxl
import pytest
import theory_small
from claims_small import Text, body, store
from hypothesis import given
from hypothesis import strategies as st

from textgov.errors import UsageError
from textgov.export.theory_layout import EDGES, Actor, draw
from textgov.index.store import Index
from textgov.workflows.maps import write_map
from textgov.workflows.theory_maps import TheoryRequest, comparison_chart, theory_chart

SHAPES = ("table1", "table2", "figure1")
ATTACK = "</td></script><script>alert(1)</script><img src=x onerror=alert(2)> \"' &amp; {{ 7*7 }}"


@pytest.fixture
def index(tmp_path):
    with Index.open(theory_small.theory_index(tmp_path / "theory.db"), read_only=True) as opened:
        yield opened


def page(index, shape, folder, **how):
    path = folder / f"{shape}.html"
    write_map(theory_chart(index, shape, TheoryRequest(**how)), path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_asks_for_nothing_and_runs_nothing_but_itself(index, shape, tmp_path):
    text = page(index, shape, tmp_path)
    tree = lxml.html.fromstring(text)
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert tree.xpath("//*[@src or @style] | //link[@href!='data:,']") == []
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert len(tree.xpath("//script")) == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_no_text_of_a_document_can_act(shape, tmp_path):
    marked = (
        f"{{Buyers|actor:lead_firm|id=a}} {{audit|mechanism:audit|id=m}} {{mills|actor:supplier|id=t}} "
        f"of good reputation, {ATTACK.replace('{', '(').replace('}', ')')} {{law|mechanism:labor_law|id=l}}"
    )
    text = Text(
        body(marked), [("governs", "a", "m", "t")], [("conflict", ("private", "public"), "l")], title=ATTACK
    )
    path = store(tmp_path / "x.db", text)
    with Index.open(path, read_only=True) as index:
        made = page(index, shape, tmp_path, title=ATTACK)
    tree = lxml.html.fromstring(made)
    assert len(tree.xpath("//script")) == 1
    assert tree.xpath("//img") == []
    assert "alert(1)" in tree.text_content()
    assert ATTACK in tree.xpath("//h1")[0].text_content()


def entries(text):
    """Label, documents, quotes and command of each entry of a page."""
    tree = lxml.html.fromstring(text)
    for element in tree.xpath("//details"):
        yield (
            element.xpath(".//*[@class='label']")[0].text_content(),
            int(element.xpath(".//*[@class='count']/text()")[0]),
            [quote.text_content() for quote in element.xpath(".//blockquote")],
            element.xpath(".//code")[0].text_content(),
        )


def test_each_number_of_a_page_opens_its_quotes_with_document_and_page(index, tmp_path):
    text = page(index, "table1", tmp_path)
    found = {label: (count, quotes, command) for label, count, quotes, command in entries(text)}
    assert found["Lead firm or buyer"] == (
        2,
        ["Buyers audited the mills, and their reputation grew.", "Buyers drop mills."],
        "textgov search 'mention:(form:private AND scope:vertical AND actor:lead_firm)' --facets kind",
    )
    assert "Mills <& unions>" in lxml.html.fromstring(text).text_content()
    assert "2019 · paper · p. 1" in text
    assert "<mark>Buyers</mark> drop mills" in text


@pytest.mark.parametrize("shape", SHAPES)
def test_all_items_that_are_found_have_quotes(index, shape, tmp_path):
    found = list(entries(page(index, shape, tmp_path)))
    assert found
    assert all(quotes for _, count, quotes, _ in found if count)


def test_what_is_drawn_opens_what_is_listed(index, tmp_path):
    tree = lxml.html.fromstring(page(index, "figure1", tmp_path))
    listed = {
        element.get("id"): element.xpath(".//*[@class='label']")[0].text_content()
        for element in tree.xpath("//details")
    }
    drawn = {element.get("data-open"): element.get("aria-label") for element in tree.xpath("//svg/a")}
    assert drawn.keys() <= listed.keys()
    edges = [(label, listed[to]) for to, label in drawn.items() if " to " in label]
    assert edges == [
        ("Lead firm or buyer to Supplier: 2 documents", "Lead firm or buyer → Supplier (governs)"),
        (
            "Union or workers' organisation to Supplier: 1 document",
            "Union or workers' organisation → Supplier (governs)",
        ),
    ]  # fmt: skip
    assert "Conflict (private governance and public governance)" in listed.values()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", [".html", ".svg", ".png", ".csv", ".jsonl", ".xlsx"])
def test_equal_indexes_give_equal_files(index, shape, form, tmp_path):
    for name in ("one", "other"):
        write_map(theory_chart(index, shape, TheoryRequest()), tmp_path / f"{name}{form}")
    assert (tmp_path / f"one{form}").read_bytes() == (tmp_path / f"other{form}").read_bytes()


def test_a_workbook_has_items_and_evidence(index, tmp_path):
    write_map(theory_chart(index, "figure1", TheoryRequest()), tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx", read_only=True)
    assert book.sheetnames == ["Items", "Evidence", "About"]
    rows = [dict(zip(rows[0], row, strict=True)) for rows in [list(book["Items"].values)] for row in rows[1:]]
    [edge] = [row for row in rows if row["from"] == "social-horizontal/union"]
    assert (edge["to"], edge["documents"], edge["share"]) == ("private-vertical/supplier", 1, 1 / 3)


def test_the_caption_of_a_picture_names_its_search(index):
    chart = theory_chart(index, "table1", TheoryRequest("kind:paper"))
    caption = chart.notes[0]
    drawn = chart.figure()._supxlabel.get_text()
    assert " ".join(drawn.split()) == " ".join(caption.split())
    assert "textgov search '(kind:paper) AND mention:(form:private AND scope:vertical" in caption


def test_a_comparison_has_shares_and_intervals(index, tmp_path):
    chart = comparison_chart(index, "table1", TheoryRequest("kind:paper"), "NOT kind:paper")
    write_map(chart, tmp_path / "c.csv")
    write_map(chart, tmp_path / "c.png")
    with (tmp_path / "c.csv").open(encoding="utf-8", newline="") as stream:
        rows = {(row["group"], row["label"]): row for row in csv.DictReader(stream)}
    firm = rows["private-vertical", "Lead firm or buyer"]
    assert (firm["documents"], firm["against_documents"], firm["share"]) == ("1", "1", "1.0")
    assert float(firm["low"]) <= float(firm["difference"]) == 0.5 <= float(firm["high"])
    assert firm["against_query"].startswith("(NOT kind:paper) AND ")
    assert not any("not independent" in note for note in chart.notes)


def test_documents_on_both_sides_are_told(index):
    chart = comparison_chart(index, "table2", TheoryRequest("mills"), "buyers")
    assert any("2 documents match both queries" in note for note in chart.notes)


def test_a_codebook_without_paths_is_refused(index, tmp_path):
    folder = tmp_path / "bare"
    folder.mkdir()
    header = '\n'.join(
        ['id = "bare"', 'version = "1.0.0"', 'title = "Bare"', 'source = "none"', "[[layer]]", 'id = "theme"',
         'label = "Themes"', 'description = "What it is about."', "open = true"]
    )  # fmt: skip
    (folder / "codebook.toml").write_text(header, encoding="utf-8")
    for shape, missing in (("table1", "form"), ("table2", "path"), ("figure1", "form")):
        with pytest.raises(UsageError, match=f"no codes of {missing}"):
            theory_chart(index, shape, TheoryRequest(codebook=str(folder)))


# Where actors stand

ACTORS = st.lists(
    st.builds(
        Actor, key=st.uuids().map(str), number=st.just(0), label=st.just("x"), documents=st.integers(1, 500),
        form=st.integers(0, 2), scope=st.integers(0, 1),
    ),
    max_size=24,
)  # fmt: skip


@given(ACTORS)
def test_actors_do_not_cover_each_other_and_stay_in_their_cell(actors):
    middle = Actor("middle", 1, "m", 9, 0, 0, is_middle=True)
    drawing = draw([*actors, middle], {}, (["a", "b", "c"], ["below", "above"]), [])
    assert len(drawing.nodes) == len(actors) + 1
    scopes = {actor.key: actor.scope for actor in actors}
    for node in drawing.nodes:
        assert drawing.bottom < node.y - node.radius
        assert node.y + node.radius < drawing.top
        assert abs(node.x - drawing.middle_of(node.form)) + node.radius < 3.1
        if node.key in scopes:
            assert (node.y > 0) == (scopes[node.key] == 1)
        for other in drawing.nodes:
            if other is not node:
                apart = (node.x - other.x) ** 2 + (node.y - other.y) ** 2
                assert apart > (node.radius + other.radius) ** 2
    middles = [drawing.middle_of(form) for form in range(3)]
    assert sorted(middles) == [middles[1], middles[0], middles[2]]


def test_the_strongest_links_are_drawn_and_none_to_oneself():
    actors = [Actor(f"a{n}", n, "x", 5, n % 3, n % 2) for n in range(9)]
    links = {(f"a{m}", f"a{n}"): (m * 9 + n, m + n) for m in range(9) for n in range(9)}
    drawing = draw(actors, links, (["a", "b", "c"], ["below", "above"]), [])
    assert len(drawing.edges) == EDGES
    assert all(edge.source is not edge.target for edge in drawing.edges)
    assert drawing.edges[0].documents == max(m + n for m in range(9) for n in range(9) if m != n)
    assert [e.width for e in drawing.edges] == sorted((e.width for e in drawing.edges), reverse=True)
    (x, y), _, _ = drawing.edges[0].curve
    source = drawing.edges[0].source
    assert (x - source.x) ** 2 + (y - source.y) ** 2 == pytest.approx((source.radius + 0.04) ** 2)


def test_a_long_label_keeps_its_number_on_a_line_with_words():
    actor = Actor("a", 0, "International organisation or foreign regulator", 1234, 0, 1)
    [node] = draw([actor], {}, (["a"], ["below", "above"]), []).nodes
    assert node.lines[-1].endswith("\u00a01,234")
    assert not re.fullmatch(r"[\d,]+", node.lines[-1])
    assert replace(node, label="x").lines == ["x\u00a01,234"]
