"""`textgov map table1`, `table2` and `figure1`: outputs, and the searches that find their numbers again."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil

import lxml.html
import pytest
import theory_small

SHAPES = ("table1", "table2", "figure1")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def small(place):
    theory_small.theory_index(place / "textgov.db")
    return place


def documents(textgov, command):
    """Documents that a search finds, over all kinds."""
    program, *arguments = shlex.split(command)
    assert program == "textgov"
    result = textgov(*arguments, "--csv")
    assert result.status == 0, result.err
    return sum(int(row["documents"]) for row in csv.DictReader(io.StringIO(result.out)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", [[], ["--where", "kind:paper"], ["--query", "mills", "--within", "document"]])
def test_the_searches_that_are_named_find_the_numbers(textgov, small, shape, how):
    result = textgov("map", shape, *how, "-o", "page.html")
    assert result.status == 0, result.err
    tree = lxml.html.fromstring((small / "page.html").read_text("utf-8"))
    listed = tree.xpath("//details")
    assert listed
    for entry in listed:
        count = int(entry.xpath(".//*[@class='count']/text()")[0])
        assert documents(textgov, entry.xpath(".//code")[0].text_content()) == count
    for whole in tree.xpath("//*[@class='whole']"):
        assert documents(textgov, whole.get("title")) == int(whole.xpath("./strong")[0].text_content())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("against", [[], ["--against", "kind:abstract"]])
def test_the_search_of_the_caption_finds_its_number(textgov, small, shape, against):
    result = textgov("map", shape, "--where", "kind:paper", *against, "-o", "picture.svg")
    found = re.search(r", (\d+) documents, by: (textgov search .*)", result.err)
    assert found, result.err
    assert documents(textgov, found[2]) == int(found[1])


def test_the_table_for_people(textgov, small):
    result = textgov("map", "table1", "--query", "kind:abstract")
    assert [re.split(r"  +", line.strip()) for line in result.out.splitlines()] == [
        ["group", "part", "found", "documents", "times"],
        [
            "Private governance, horizontal governance", "cell", "Private governance, horizontal governance", "1", "1"
        ],
        ["Private governance, horizontal governance", "actor", "Firm of a cluster", "1", "1"],
        ["Private governance, vertical governance", "cell", "Private governance, vertical governance", "1", "2"],
        ["Private governance, vertical governance", "actor", "Lead firm or buyer", "1", "1"],
        ["Private governance, vertical governance", "actor", "Supplier", "1", "1"],
    ]  # fmt: skip
    assert result.err.startswith(
        "Query: kind:abstract; Unit: passage; Searched: 1 documents; Codebook: gereffi-lee"
    )


def test_what_theory_does_not_list_is_marked(textgov, small):
    lines = textgov("map", "table2").out.splitlines()
    marked = {re.split(r"  +", line.strip())[2] for line in lines if line.endswith("not in theory")}
    assert "Supplier" in marked
    assert "Strike" not in marked


def test_rows_in_csv(textgov, small):
    rows = list(csv.DictReader(io.StringIO(textgov("map", "figure1", "--csv").out)))
    edges = {(row["from"], row["to"]): row["documents"] for row in rows if row["part"] == "relation"}
    assert edges == {
        ("private-vertical/lead_firm", "private-vertical/supplier"): "2",
        ("social-horizontal/union", "private-vertical/supplier"): "1",
    }


def test_a_comparison_for_people(textgov, small):
    result = textgov("map", "table1", "--where", "kind:paper", "--against", "kind:abstract")
    header, *lines = result.out.splitlines()
    assert header.split() == ["group", "part", "found", "first", "against", "points", "95", "%", "interval"]
    [union] = [line for line in lines if "Union" in line]
    assert re.split(r"  +", union.strip())[2:6] == ["Union or workers' organisation", "100%", "0%", "+100"]
    assert "First: kind:paper (1 documents); Against: kind:abstract (1 documents)" in result.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--against", "kind:policy"], 2, "no document matches 'kind:policy'; there is nothing to compare"),
        (["--query", "actr:x"], 2, "there is no field 'actr'"),
        (["--against", "actr:x"], 2, "there is no field 'actr'"),
        (["-o", "x.doc"], 2, "x.doc: no format is known by this name; name it .html, .pdf, .png, .svg"),
        (["-o", "nowhere/x.csv"], 2, "nowhere/x.csv: cannot be written"),
        (["--index", "none.db"], 3, "none.db: there is no index here"),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_mistakes(textgov, small, shape, arguments, status, message):
    result = textgov("map", shape, *arguments)
    assert (result.status, "Traceback" in result.err) == (status, False)
    assert message in result.err


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_found_is_said(textgov, small, shape):
    result = textgov("map", shape, "--query", "nowhere")
    assert (result.status, result.out) == (0, "")
    assert result.err.startswith("nothing found\n")
    for form in ("html", "png", "csv"):
        assert textgov("map", shape, "--query", "nowhere", "-o", f"empty.{form}").status == 0


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_figure_in_a_browser_opens_quotes_by_mouse_and_by_keys(textgov, small):
    from playwright.sync_api import sync_playwright

    assert textgov("map", "figure1", "-o", "figure.html").status == 0
    address = (small / "figure.html").as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(address)
        quote = page.locator("blockquote", has_text="Unions struck").last
        assert not quote.is_visible()
        page.locator('svg a[aria-label^="Union or workers"][aria-label*=" to "]').focus()
        page.keyboard.press("Enter")
        opened = page.locator("details[open]")
        assert opened.locator("blockquote").inner_text() == "Unions struck against mills and mills."
        assert "Mills <& unions> · 2019 · paper · p. 1" in opened.locator("figcaption").inner_text()
        page.locator('svg a[aria-label^="Firm of a cluster"]').click()
        assert page.locator("details[open]").count() == 2
        browser.close()
    assert (asked, faults) == ([address], [])
