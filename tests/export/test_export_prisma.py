"""The flow diagram: numbers that add up, and the same ones in the picture and in Word."""

from __future__ import annotations

import re

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from textgov.export.prisma import Assessment, Flow, boxes, counted
from textgov.export.prisma_docx import write_docx
from textgov.export.prisma_svg import diagram

SVG = {"s": "http://www.w3.org/2000/svg"}
number = st.integers(0, 5_000)
name = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=60)
assessments = st.builds(Assessment, number, number, st.dictionaries(name, number, max_size=4), number, number)


@st.composite
def flows(draw) -> Flow:
    reports, others = draw(assessments), draw(assessments)
    excluded, undecided, unscreened, duplicates = (draw(number) for _ in range(4))
    identified = duplicates + unscreened + excluded + undecided + reports.sought
    register = draw(st.integers(0, identified))
    return Flow(
        {draw(name): identified - register},
        {draw(name): register},
        duplicates,
        unscreened,
        excluded,
        undecided,
        reports,
        {"other": others.sought} if others.sought else {},
        others,
        draw(st.sampled_from(["", "the rule was met"])),
    )


def example() -> Flow:
    reports = Assessment(3, 0, {"not on <labour> & chains": 10, "no data": 4}, 0, 20)
    return Flow({"Scopus": 80, "Web of Science": 40}, {"Register": 5}, 25, 0, 63, 0, reports)


def texts(svg: str) -> list[str]:
    tree = etree.fromstring(svg.encode())
    return ["".join(node.itertext()) for node in tree.findall("s:text", SVG)]


@given(flows())
def test_numbers_that_add_up_have_no_faults(flow):
    assert flow.faults() == []
    assert flow.identified == flow.duplicates + flow.unscreened + flow.screened
    assert flow.screened == flow.excluded + flow.undecided + flow.reports.sought
    assert flow.reports.sought == flow.reports.missing + flow.reports.waiting + flow.reports.assessed
    assert flow.included == flow.reports.included + flow.other_reports.included


def test_numbers_that_do_not_add_up_are_said():
    flow = Flow({"Scopus": 10}, {}, 1, 1, 1, 1, Assessment(), {"other": 2}, Assessment(included=1))
    assert flow.faults() == [
        "records identified: 10, but 4 by their fate",
        "works found in other ways: 2, but 1 by their fate",
    ]


@settings(max_examples=40)
@given(flows())
def test_the_boxes_of_a_column_add_up_as_they_are_printed(flow):
    """What a reader adds: each box is the next one below and what goes out beside it."""
    printed = {
        place: [
            int(found.replace(",", ""))
            for line in lines
            for found in re.findall(r"\(n\s=\s([\d,]+)\)", line.text)
        ]
        for place, lines in boxes(flow).items()
    }
    total = sum(printed["identified", "main"][:1]) + flow.identified - sum(flow.databases.values())
    assert total == sum(printed["identified", "main_out"]) + printed["screened", "main"][0]
    assert (
        printed["screened", "main"][0] == sum(printed["screened", "main_out"]) + printed["sought", "main"][0]
    )
    included = 0
    for main, out in (("main", "main_out"), ("other", "other_out")):
        if ("sought", main) in printed:
            assert printed["sought", main][0] == sum(printed["sought", out]) + printed["assessed", main][0]
            excluded, *reasons = printed["assessed", out]
            undecided = (
                reasons.pop()
                if boxes(flow)["assessed", out][-1].text.startswith("Reports not settled")
                else 0
            )
            assert excluded == sum(reasons)
            included += printed["assessed", main][0] - excluded - undecided
    assert printed["included", "main"] == [included]


def test_the_picture_says_what_the_boxes_say():
    flow = example()
    said = " ".join(" ".join(texts(diagram(flow))).split())
    for lines in boxes(flow).values():
        for line in lines:
            assert " ".join(line.text.split()) in said
    assert "Records identified from:" in said
    assert "not on <labour> & chains (n = 10)" in said


@settings(max_examples=30)
@given(flows())
def test_nothing_is_drawn_out_of_its_box_or_over_another(flow):
    tree = etree.fromstring(diagram(flow).encode())
    width, height = (float(tree.get(name)) for name in ("width", "height"))
    rects = [
        tuple(float(node.get(key)) for key in ("x", "y", "width", "height"))
        for node in tree.findall("s:rect[@stroke]", SVG)
    ]
    for place, (x, y, w, h) in enumerate(rects):
        assert 0 <= x <= x + w <= width and 0 <= y <= y + h <= height
        for a, b, c, d in rects[place + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y
    for node in tree.findall("s:text[@x]", SVG):
        if node.get("text-anchor") is None and node.get("font-size") is None:
            x, y = float(node.get("x")), float(node.get("y"))
            assert any(a <= x <= a + c and b < y < b + d for a, b, c, d in rects)


def test_a_review_that_is_not_finished_says_so():
    flow = Flow({"Scopus": 10}, {}, 1, 4, 1, 2, Assessment(waiting=2))
    svg = diagram(flow)
    assert "The review is not finished: 4 not screened, 2 not assessed in full text, 2 not settled" in svg
    assert "not finished" not in diagram(example())


def test_what_was_left_unscreened_is_said_to_be_left_by_a_machine():
    flow = Flow({"Scopus": 10}, {}, 1, 4, 5, 0, Assessment(), stopped="the rule was met")
    lines = [line.text for line in boxes(flow)["identified", "main_out"]]
    assert counted("Records marked as ineligible by automation tools", 4) in lines
    assert flow.unfinished() == []
    assert "screened until: the rule was met" in diagram(flow)


@pytest.mark.parametrize("others", [{}, {"citation": 7, "website": 2}])
def test_the_word_document_has_every_box(tmp_path, others):
    flow = example()
    if others:
        other = Assessment(2, 0, {"no data": 3}, 0, 4)
        flow = Flow(flow.databases, flow.registers, 25, 0, 63, 0, flow.reports, others, other)
    path = tmp_path / "flow.docx"
    write_docx(flow, path)
    [table] = Document(str(path)).tables
    cells = {cell.text for row in table.rows for cell in row.cells}
    for lines in boxes(flow).values():
        assert "\n".join(line.text for line in lines) in cells
    assert {"Identification", "Screening", "Included"} <= cells


def test_equal_numbers_give_equal_files(tmp_path):
    paths = [tmp_path / "a.docx", tmp_path / "b.docx"]
    for path in paths:
        write_docx(example(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert diagram(example()) == diagram(example())


ORDER = [
    *("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap"),
    *("tcMar", "textDirection", "tcFitText", "vAlign", "hideMark"),
]


def test_properties_of_cells_stand_in_the_order_that_word_wants(tmp_path):
    path = tmp_path / "flow.docx"
    write_docx(Flow({"Scopus": 9}, {}, 0, 0, 2, 0, Assessment(included=7), {"other": 1}, Assessment(1)), path)
    tree = Document(str(path)).element
    found = [[child.tag.rpartition("}")[2] for child in cell] for cell in tree.iter("{*}tcPr")]
    assert len(found) > 20
    for names in found:
        places = [ORDER.index(name) for name in names]
        assert places == sorted(set(places))
