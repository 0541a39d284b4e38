"""The page of a topic model: complete, inert whatever the texts, and the same each time; and its pictures."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import msgspec
import pytest

from textgov.export import pictures
from textgov.export.topics import number, quality_facts, search_figure, time_figure, topics_page
from textgov.topics.agreement import Agreement, CodeAgreement
from textgov.topics.report import NearCode, Quality, Quote, TopicCard, TopicReport, YearShares
from textgov.topics.seeds import Adherence

EVIL = '<script>alert(1)</script> & "quoted"'


def card(place: int, code: str | None = None) -> TopicCard:
    quote = Quote("d" * 16, EVIL, 2011, "x.pdf", 7, 0, 9, f"Passage {place} {EVIL} " + "word " * 300, 0.75)
    near = NearCode("actor", "union", "Trade union", 0.4)
    return TopicCard(
        place, f"t{place} {EVIL}", code, ("a", "b"), ("a",), 0.5, 3, 0.1, None, 0.8, None, (near,), (quote,)
    )


QUALITY = Quality(2, 0.1, None, 0.9, 0.8, None, None, 1)
AGREED = Agreement((CodeAgreement("csr", 0, 9, 0.5, 0.9),), 0.5, 0.9, 0.2, 9, ((0.4,), (-0.1,)), ("csr",))
ADHERENT = (Adherence("csr", 9, 2, 0.4, 0.1, False, ("supply_chain",)),)
YEARS = (YearShares(2010, 1, (0.4, 0.6), (None, None)), YearShares(2012, 3, (0.5, 0.5), (0.1, 0.1)))
REPORT = TopicReport(
    "seeded", 1234, 9, "passage", "kind:paper", 2, 99, QUALITY, (card(0, "csr"), card(1)), ADHERENT, AGREED,
    "path", 9, 4, YEARS,
)  # fmt: skip


@pytest.fixture(scope="module")
def page() -> str:
    return topics_page(REPORT, "gereffi-lee 1.0.0")


def test_all_is_said(page):
    text = " ".join(lxml.html.fromstring(page).text_content().split())
    for part in (
        "2 topics in 1,234 passages of 9 documents",
        "kind:paper",
        "Not to be taken for their codes: csr",
        "supply chain",
        "Kappa 0.50, AUC 0.90",
        "codings of 9 passages by path, 4 of them given by people",
        "(2011), p. 7",
        "Trade union",
        "gereffi-lee 1.0.0",
    ):
        assert part in text, part
    assert text.count("word word") and " …" in text


def test_nothing_acts_and_nothing_is_asked_for(page):
    tree = lxml.html.fromstring(page)
    assert all("alert" not in (script.text or "") for script in tree.iter("script"))
    assert EVIL not in page
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")
    links = [*tree.xpath("//@src"), *tree.xpath("//@href")]
    assert all(link.startswith(("data:", "#")) for link in links)


def test_links_lead_somewhere_and_ids_are_unique(page):
    tree = lxml.html.fromstring(page)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in tree.xpath("//@href") if link.startswith("#")} <= set(ids)


def test_the_same_report_gives_the_same_page(page):
    assert topics_page(REPORT, "gereffi-lee 1.0.0") == page


def test_what_is_not_known_is_not_shown():
    bare = msgspec.structs.replace(REPORT, adherence=(), agreement=None, years=(), query=None)
    text = lxml.html.fromstring(topics_page(bare, "x")).text_content()
    assert not re.search("Do the seeded|Topics and codes|Over time|Texts found by", text)
    assert number(None) == number(float("nan")) == "–"
    assert [name for name, _ in quality_facts(QUALITY)][-1] == "exclusivity"


def test_panels_show_the_shares_of_each_year():
    figure = time_figure(REPORT)
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == 2
    for place, axes in enumerate(panels):
        line = axes.get_lines()[0]
        assert list(line.get_xdata()) == [2010, 2012]
        assert list(line.get_ydata()) == [year.means[place] for year in YEARS]


def test_the_search_leaves_out_what_was_not_measured():
    figure = search_figure([5, 10], [QUALITY, QUALITY])
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == ["coherence (NPMI)", "diversity", "exclusivity"]
    assert list(shown[0].get_lines()[0].get_ydata()) == [0.1, 0.1]


@pytest.mark.parametrize("form", [".svg", ".png"])
def test_pictures_are_the_same_to_the_byte(tmp_path: Path, form: str):
    for name in ("a", "b"):
        pictures.save(time_figure(REPORT), tmp_path / f"{name}{form}")
    assert (tmp_path / f"a{form}").read_bytes() == (tmp_path / f"b{form}").read_bytes()
