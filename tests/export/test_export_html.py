"""The page of one document: complete, inert whatever the text, and true to the annotations."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import lxml.html
import msgspec
import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from textgov.codebook.loader import default_codebook
from textgov.documents import Document, Mention, Page, Passage
from textgov.export.html import document_page
from textgov.export.view import DocumentView, load_view, passage_tokens
from textgov.index.records import StoredMention
from textgov.index.store import Index

VOID = {"meta", "link", "input", "br"}


def view_of(text: str, spans: list[tuple[int, int]], pages: list[int], cuts: list[int]) -> DocumentView:
    """A view of a text with mentions on some ranges, pages from some offsets, and passages between some cuts."""
    bounds = sorted({0, len(text), *cuts})
    passages = tuple(Passage("d" * 16, n, a, b) for n, (a, b) in enumerate(pairwise(bounds)) if a < b)
    mentions = []
    for start, end in spans:
        holder = next((p for p in passages if p.start <= start and end <= p.end), None)
        if holder is not None:
            mention = Mention(start, end, "actor", "union", text[start:end], "r.1")
            mentions.append(StoredMention("d" * 16, holder.ordinal, len(mentions), 0, None, mention))
    starts = sorted({0, *pages})
    numbered = tuple(
        Page(n, a, b) for n, (a, b) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), 1)
    )
    document = Document("d" * 16, "x.pdf", text, pages=numbered if text else ())
    return DocumentView(document, passages, tuple(mentions), (), (), (), default_codebook())


@st.composite
def views(draw) -> DocumentView:
    text = draw(st.text(max_size=60))
    offset = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(offset, offset).map(sorted).map(tuple), max_size=6))
    return view_of(text, spans, draw(st.lists(offset, max_size=3)), draw(st.lists(offset, max_size=3)))


@given(views())
def test_tokens_are_the_text_and_nest(view):
    text = view.document.text
    pages = []
    for passage, tokens in passage_tokens(view):
        at, opened, covered = passage.start, [], {}
        for token in tokens:
            if token.kind == "text":
                assert token.text
                assert text.startswith(token.text, at)
                for place in opened:
                    covered.setdefault(place, []).append((at, at + len(token.text)))
                at += len(token.text)
            elif token.kind == "open":
                assert token.first == (token.place not in covered)
                opened.append(token.place)
            elif token.kind == "close":
                assert opened.pop() == token.place
            else:
                pages.append((token.place, at))
        assert opened == []
        assert at == passage.end
        for place, stored in enumerate(view.mentions):
            if stored.passage == passage.ordinal and stored.mention.start < stored.mention.end:
                parts = covered[place]
                assert (parts[0][0], parts[-1][1]) == (stored.mention.start, stored.mention.end)
                assert sum(b - a for a, b in parts) == stored.mention.end - stored.mention.start
    # Every page that has text is marked where it begins.
    expected = [(page.number, page.start) for page in view.document.pages if page.start < page.end]
    assert pages == expected


class Balance(HTMLParser):
    """Raises if elements are not closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag


ATTACK = (
    "</p></main><script>alert(1)</script><img src=x onerror=alert(2)> \"' &amp; {{ 7*7 }} {% x %} </script><!-- "
    "<![CDATA[ ]]> </style> javascript:alert(3) \u2028 end"
)


def attacked() -> DocumentView:
    """A document that tries to act wherever it is shown."""
    known = msgspec.structs.replace(
        tiny.paper().bibliography,
        title=ATTACK,
        authors=(ATTACK,),
        venue=ATTACK,
        doi='10.1/"><script>alert(1)</script>',
    )
    document = msgspec.structs.replace(
        tiny.paper(),
        text=ATTACK,
        source=ATTACK,
        bibliography=known,
        notes=(ATTACK,),
        pages=(Page(1, 0, len(ATTACK)),),
    )
    mention = Mention(0, 30, ATTACK, ATTACK, ATTACK, ATTACK, ATTACK, ATTACK, "negated", True, ATTACK, (0, 20))
    stored = StoredMention(document.id, 0, 0, 0, 1, mention)
    passage = Passage(document.id, 0, 0, len(ATTACK), "heading")
    return DocumentView(document, (passage,), (stored,), (), (), (), default_codebook())


def test_no_text_of_a_document_can_act():
    page = document_page(attacked())
    tree = lxml.html.fromstring(page)
    assert [script.get("type") for script in tree.iter("script")] == ["application/json", None]
    assert list(tree.iter("img")) == []
    assert len(list(tree.iter("style"))) == 1
    handlers = [
        name
        for element in tree.iter()
        if isinstance(element.tag, str)
        for name in element.attrib
        if name.startswith("on")
    ]
    assert handlers == []
    assert "".join(tree.get_element_by_id("passage-0").itertext()).replace("p. 1", "") == ATTACK
    assert json.loads(tree.get_element_by_id("data").text)[0]["code"] == ATTACK
    [link] = [element.get("href") for element in tree.iter("a") if "doi.org" in element.get("href", "")]
    assert re.fullmatch(r"https://doi\.org/[\w%./~-]+", link)


def test_the_policy_allows_only_the_page_itself():
    page = document_page(attacked())
    tree = lxml.html.fromstring(page)
    [policy] = [
        m.get("content") for m in tree.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"

    def hashed(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    assert rules["style-src"] == hashed(next(tree.iter("style")).text)
    assert rules["script-src"] == hashed(next(s for s in tree.iter("script") if s.get("type") is None).text)
    assert "style=" not in page
    assert re.findall(r"(?:src|href)=\"(?!#|https://doi\.org/|data:,)", page) == []


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tiny.store(tmp_path / "x.db")
    with Index.open(path, read_only=True) as index:
        return document_page(load_view(index, tiny.PAPER_ID, default_codebook()))


def test_the_page_shows_what_is_known(page):
    tree = lxml.html.fromstring(page)
    assert tree.findtext(".//h1") == tiny.HEADING
    assert tree.findtext(".//title") == f"{tiny.HEADING} · textgov"
    header = " ".join(tree.find(".//header").text_content().split())
    for part in (
        "paper · 2016 · 2 pages",
        "Sok, Dara; Lee, J.",
        "Mill Review",
        "doi:10.5555/x.1",
        "one page has no text",
    ):
        assert part in header
    layers = [" ".join(item.itertext()).split() for item in tree.find_class("layers")[0]]
    assert layers == [["Actors", "2"], ["Governance", "mechanisms", "2"], ["Places", "1"]]
    codes = {b.get("data-code"): list(b.itertext())[-1].strip() for b in tree.iter("button")}
    assert codes == {
        "actor:supplier": "1",
        "actor:union": "1",
        "mechanism:audit": "1",
        "mechanism:collective_bargaining": "1",
        "place:KHM": "1",
    }
    assert tree.get_element_by_id("page-2").text_content() == "p. 2"
    table = tree.get_element_by_id("passage-2")
    assert (table.get("class"), table.get("data-note")) == ("p k-table first", "Table")
    links = [a.text_content() for a in tree.find_class("links") for a in a.iter("a")]
    assert links == [
        "governs: Unions → bargained → Khmer mills",
        "conflict: private and social",
        "Labor-centered path 0.75, works",
        "CSR-driven path (compliance) 1.00, fails",
    ]


def test_each_mention_tells_its_grounds(page):
    tree = lxml.html.fromstring(page)
    marks = list(tree.iter("mark"))
    assert [mark.text_content() for mark in marks] == ["Unions", "bargained", "Khmer mills", "Khmer", "audit"]
    assert all(mark.get("tabindex") == "0" for mark in marks)
    assert "s-negated" in marks[-1].get("class")
    data = json.loads(tree.get_element_by_id("data").text)
    assert dict(data[int(marks[-1].get("data-m"))]["facts"]) == {
        "Code": "audit",
        "Name": "audit",
        "Form and scope": "Private governance · Vertical governance",
        "Status": "negated",
        "Reported from": "Okafor 2014",
        "Rule": "mechanism.audit.001",
        "Confidence": "1.00",
    }
    assert "Rule: mechanism.audit.001" in marks[-1].get("title")


@given(views())
@settings(max_examples=40, deadline=None)
def test_elements_are_closed_in_order(view):
    parser = Balance()
    parser.feed(document_page(view))
    parser.close()
    assert parser.opened == []


def test_the_page_is_the_same_again(page, tmp_path):
    (tmp_path / "again").mkdir()
    path = tiny.store(tmp_path / "again" / "x.db")
    with Index.open(path, read_only=True) as index:
        assert document_page(load_view(index, tiny.PAPER_ID, default_codebook())) == page
