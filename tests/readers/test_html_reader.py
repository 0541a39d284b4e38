from pathlib import Path

from reader_checks import kinds, only

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Yarn for Whom? | Open Journals</title>
<meta name="citation_title" content="Yarn for Whom?">
<meta name="citation_author" content="Kalpana Thangavel"><meta name="citation_author" content="Iain Sutherby">
<meta name="citation_publication_date" content="2018/05/01">
<meta name="citation_doi" content="doi:10.5555/SCR.2018">
<meta name="citation_journal_title" content="Small Clusters Review">
<meta name="keywords" content="spinning, hostels">
<script>var x = "not text";</script><style>p {color: red}</style></head>
<body>
<div class="cookie-notice">We use cookies.</div>
<header><p>Open Journals</p><nav><a href="#">Home</a> <a href="#">Archive</a></nav></header>
<ul><li><a href="#">One link</a></li><li><a href="#">Two link</a></li><li><a href="#">Three link</a></li></ul>
<main><article>
<h1>Yarn for Whom?</h1>
<p class="byline">Kalpana Thangavel, Iain Sutherby</p>
<section><h2>Abstract</h2><p>Spinning mills stand <em>two</em> steps
behind the exporters&nbsp;&mdash; and hide.</p></section>
<h2>1. Introduction</h2>
<p>Yarn has no label.<br><br>A cone may become a T-shirt.</p>
Loose text of the article.
<ul><li>a first point</li><li>a second point with a <a href="#">link</a></li></ul>
<table><caption>Table 1. Mills</caption><tr><th></th><th>Mixed</th></tr>
<tr><td>Signed</td><td>9</td></tr></table>
<p hidden>Not shown.</p><div style="display: none">Nor this.</div>
<aside>Read also this</aside>
<h2>References</h2><p>Roxburgh, A. (2007). Title.</p>
</article></main>
<footer>All rights reserved</footer>
</body></html>"""


def test_blocks_and_record(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(PAGE)
    document = only(tmp_path / "x.html")
    assert kinds(document) == [
        ("heading", "Yarn for Whom?"),
        ("front_matter", "Kalpana Thangavel, Iain Sutherby"),
        ("heading", "Abstract"),
        ("abstract", "Spinning mills stand two steps behind the exporters — and hide."),
        ("heading", "1. Introduction"),
        ("body", "Yarn has no label."),
        ("body", "A cone may become a T-shirt."),
        ("body", "Loose text of the article."),
        ("list", "a first point"),
        ("list", "a second point with a link"),
        ("table", "Table 1. Mills\n| Mixed\nSigned | 9"),
        ("heading", "References"),
        ("references", "Roxburgh, A. (2007). Title."),
    ]
    fields = document.bibliography
    assert (fields.title, fields.year, fields.doi) == ("Yarn for Whom?", 2018, "10.5555/scr.2018")
    assert fields.authors == ("Kalpana Thangavel", "Iain Sutherby")
    assert (fields.venue, fields.keywords) == ("Small Clusters Review", ("spinning", "hostels"))
    assert (fields.language, fields.kind) == ("en", "paper")


def test_a_declared_encoding_is_believed(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź workers’ wages</p></body></html>'
    (tmp_path / "x.html").write_bytes(page.replace("’", "'").encode("iso-8859-2"))
    assert only(tmp_path / "x.html").text == "Łódź workers' wages"


def test_tables_that_lay_out_the_page_are_prose(tmp_path: Path) -> None:
    prose = "Words of a page that was laid out by a table. " * 20
    (tmp_path / "x.html").write_text(
        f"<html><body><table><tr><td>Menu</td><td><p>{prose}</p></td></tr></table>"
    )
    assert kinds(only(tmp_path / "x.html")) == [("body", "Menu"), ("body", prose.strip())]


def test_control_characters_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(
        "<html><body><p>one &#1; two</p><nav>x</nav>\x01 tail &#2;<nav>y</nav></body></html>"
    )
    assert only(tmp_path / "x.html").text == "one two\n\ntail"
