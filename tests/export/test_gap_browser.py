"""The gap map in a browser: by mouse and by keys alone, without a network, and on paper."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import map_corpus
import pikepdf
import pypdfium2
import pytest

from textgov.analysis.gapmap import MapOptions
from textgov.index.store import Index
from textgov.workflows.maps import MapRequest, gap_chart, gap_of, write_map
from textgov.workflows.theory_maps import TheoryRequest, theory_chart

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gap")
    path = map_corpus.store(folder / "x.db")
    request = MapRequest(MapOptions())
    with Index.open(path, read_only=True) as index:
        made = gap_of(index, "mechanism", "sector", "status", request)
        write_map(gap_chart(made, index, request), folder / "gap.html")
    return folder / "gap.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, page_file):
    """The page, opened; at the end nothing else was asked for, and no fault was met."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text))
    opened.goto(page_file.as_uri())
    yield opened
    assert asked == [page_file.as_uri()]
    assert faults == []
    context.close()


def cell(page, row: str, column: str):
    return page.locator(f'#map td button[aria-label^="{row}, {column}:"]')


def test_a_click_on_a_cell_opens_its_quotes_with_their_pages(page):
    button = cell(page, "Social audit", "Garments")
    assert (
        button.get_attribute("aria-label")
        == "Social audit, Garments: 2 documents; Asserted 1, Negated 1, Prescribed 1"
    )
    assert button.locator("svg path").count() == 3
    button.click()
    panel = page.locator("#panel")
    assert panel.locator("h2").inner_text() == "Social audit × Garments"
    assert panel.locator("code").inner_text() == "textgov search 'mechanism:audit AND sector:garments'"
    article = panel.locator("article").first
    assert article.locator("h3").inner_text() == "Strikes in Dhaka"
    quotes = article.locator("blockquote")
    assert [
        (quote.locator("mark.row").inner_text(), quote.locator("cite").inner_text()) for quote in quotes.all()
    ] == [("audit", "p. 1 · Findings · negated"), ("audits", "p. 2 · Findings · prescribed")]
    assert "The brand should pay for audits in its garment mills." in quotes.nth(1).inner_text()
    assert button.get_attribute("aria-expanded") == "true"
    panel.locator(".close").click()
    assert panel.is_hidden()
    assert button.get_attribute("aria-expanded") == "false"


def test_roles_and_names_are_those_that_a_screen_reader_needs(page):
    assert page.get_by_role("table", name="Governance mechanisms by sectors, coloured by status").count() == 1
    assert page.get_by_role("rowheader", name="Social audit 3").count() == 1
    assert page.get_by_role("columnheader", name="Garments 2").count() == 1
    name = "Strike, Cocoa: no document"
    assert page.get_by_role("button", name=name, exact=True).count() == 1
    assert page.get_by_role("status").inner_text() == "3 of 3 documents in the map."
    for label in ("Country of the document", "From year", "Leave out empty rows and columns"):
        assert page.get_by_label(label).count() == 1
    cell(page, "Social audit", "Cocoa").click()
    assert page.get_by_role("complementary", name="Social audit × Cocoa").count() == 1


def test_filters_by_country_year_kind_and_status(page):
    button = cell(page, "Social audit", "Garments")
    now = page.locator("#now")
    assert now.inner_text() == "3 of 3 documents in the map."
    page.select_option("#country", label="Cambodia (1)")
    assert now.inner_text() == "1 of 3 documents in the map: Cambodia."
    assert "1 document;" in button.get_attribute("aria-label")
    assert "no document" in cell(page, "Social audit", "Cocoa").get_attribute("aria-label")
    page.click("#clear")
    page.fill("#from", "2011")
    assert now.inner_text() == "1 of 3 documents in the map: from 2011."
    page.click("#clear")
    page.locator('label:has-text("Statement") input').uncheck()
    assert now.inner_text() == "2 of 3 documents in the map: Paper or Audit."
    page.click("#clear")
    page.locator('label:has-text("Asserted") input').uncheck()
    assert button.get_attribute("aria-label").endswith("1 document; Negated 1, Prescribed 1")
    button.click()
    assert page.locator("#panel article").count() == 1
    page.locator('label:has-text("Prescribed") input').uncheck()
    assert page.locator("#panel blockquote").count() == 1
    page.click("#clear")
    assert page.locator("#panel article").count() == 2


def test_the_keyboard_alone_does(page):
    page.locator("#clear").focus()
    page.keyboard.press("Tab")
    for _ in range(20):
        if page.evaluate("document.activeElement.matches('#map td button')"):
            break
        page.keyboard.press("Tab")
    focus = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focus).startswith("Code of conduct, Cocoa:")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    assert page.evaluate(focus).startswith("Social audit, Garments: 2 documents")
    assert page.locator("#tip").inner_text().startswith("Social audit × Garments")
    page.keyboard.press("Home")
    assert page.evaluate(focus).startswith("Social audit, Cocoa: 1 document")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    assert "Audits of cocoa" in page.locator("#panel").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate(focus).startswith("Social audit, Cocoa:")


def test_keys_reach_the_heads_of_rows_and_columns(page):
    cell(page, "Code of conduct", "Cocoa").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.innerText").startswith("Cocoa")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Garments"
    assert page.locator("#panel article").count() == 2
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.innerText").startswith("Garments")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.innerText").startswith("Social audit")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.innerText").startswith("Social audit")


def test_rows_without_documents_can_be_left_out_and_keys_pass_over_them(page):
    assert page.locator("#map tbody tr:visible").count() == 21
    page.check("#full")
    assert page.locator("#map tbody tr:visible").count() == 3
    page.locator("#clear").focus()
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('#map td button')"):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Strike, Cocoa:")


def test_a_row_opens_all_its_documents(page):
    page.locator("#map th button", has_text="Social audit").click()
    assert page.locator("#panel h2").inner_text() == "Social audit"
    assert page.locator("#panel article").count() == 3


def test_nothing_of_a_document_acts(page):
    page.locator("#map th button", has_text="Strike").click()
    assert page.locator("#panel order, #panel script").count() == 0


def test_it_prints_without_controls_and_an_open_cell_on_pages_of_its_own(page):
    page.emulate_media(media="print")
    assert page.locator("#filters").is_hidden()
    assert page.locator("#map").is_visible()
    closed = pages_of(page)
    assert closed <= 3
    cell(page, "Social audit", "Garments").click()
    assert pages_of(page) == closed + 1


@pytest.mark.parametrize("shape", ["table1", "table2", "figure1"])
def test_a_table_of_the_theory_prints_as_it_is_shown(browser, page_file, shape):
    path = page_file.with_name(f"{shape}.html")
    with Index.open(page_file.with_name("x.db"), read_only=True) as index:
        write_map(theory_chart(index, shape, TheoryRequest()), path)
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    page.goto(path.as_uri())
    quote = page.locator(".quote blockquote").first.text_content().split()[:4]
    assert pages_of(page) <= 3
    assert " ".join(quote) not in words_of(page)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert " ".join(quote) in words_of(page)
    page.emulate_media(media="print")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    page.close()


def words_of(page) -> str:
    """What is printed."""
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as printed:
        return " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in printed).split())


def pages_of(page) -> int:
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as printed:
        return len(printed.pages)
