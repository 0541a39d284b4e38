from pathlib import Path

from reader_checks import check, items, kinds, only

from textgov.documents import Document

ARTICLE = """<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS 1.2//EN" "JATS.dtd" [<!ENTITY firm "Ingenio">]>
<article xml:lang="en"><front>
<journal-meta>
<journal-title-group><journal-title>Labour Review</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">10.5555/LR.1</article-id>
<title-group><article-title>Wire in <italic>Iasi</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author">
<name><surname>Brakmann</surname><given-names>Friedhelm</given-names></name>
</contrib><contrib contrib-type="author"><collab>The Team</collab></contrib>
<contrib contrib-type="editor"><name><surname>Nobody</surname></name></contrib></contrib-group>
<aff id="a">University of Nowhere</aff>
<pub-date><year>2019</year></pub-date><pub-date><year>2018</year></pub-date>
<abstract><p>What was found&nbsp;out.</p></abstract>
<kwd-group><kwd>wire</kwd><kwd>works councils</kwd></kwd-group>
</article-meta></front>
<body><sec><label>1</label><title>Introduction</title>
<p>&firm; has a council<xref ref-type="bibr">1</xref>.
<list><list-item><p>first</p></list-item></list> It meets.</p>
<sec><title>Pay</title><p>Pay rose.</p>
<table-wrap><label>Table 1</label><caption><p>Wages</p></caption>
<table><tr><th>Year</th><th>Pay</th></tr>
<tr><td>2018</td><td>9</td></tr></table><table-wrap-foot><p>Source: firm</p></table-wrap-foot></table-wrap>
</sec>
<fig><label>Figure 1</label><caption><p>The chain</p></caption><graphic/></fig></sec></body>
<back><ack><p>We thank the council.</p></ack>
<fn-group><fn><p>A note.</p></fn></fn-group>
<ref-list><title>References</title><ref>
<mixed-citation><name><surname>Zheng</surname></name>
(2014) Interns.</mixed-citation>
</ref></ref-list></back></article>"""


def test_blocks_and_record(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(ARTICLE)
    document = only(tmp_path / "x.xml")
    assert kinds(document) == [
        ("heading", "Wire in Iasi"),
        ("front_matter", "Friedhelm Brakmann; The Team"),
        ("front_matter", "University of Nowhere"),
        ("heading", "Abstract"),
        ("abstract", "What was found out."),
        ("front_matter", "wire; works councils"),
        ("heading", "1 Introduction"),
        ("body", "Ingenio has a council1. It meets."),
        ("list", "first"),
        ("heading", "Pay"),
        ("body", "Pay rose."),
        ("table", "Table 1 Wages"),
        ("table", "Year | Pay\n2018 | 9"),
        ("table", "Source: firm"),
        ("table", "Figure 1 The chain"),
        ("front_matter", "We thank the council."),
        ("footnote", "A note."),
        ("heading", "References"),
        ("references", "Zheng (2014) Interns."),
    ]
    fields = document.bibliography
    assert (fields.title, fields.venue, fields.doi) == ("Wire in Iasi", "Labour Review", "10.5555/lr.1")
    assert fields.authors == ("Friedhelm Brakmann", "The Team")
    assert (fields.year, fields.keywords, fields.kind) == (2018, ("wire", "works councils"), "paper")
    assert [(s.title, s.level) for s in document.sections] == [
        ("Abstract", 1),
        ("1 Introduction", 1),
        ("Pay", 2),
        ("References", 1),
    ]


def test_a_set_of_articles_gives_a_document_each(tmp_path: Path) -> None:
    inner = ARTICLE[ARTICLE.index("<article xml") :].replace("&firm;", "X").replace("&nbsp;", " ")
    second = inner.replace("10.5555/LR.1", "10.5555/LR.2")
    (tmp_path / "x.xml").write_text(f"<pmc-articleset>{inner}{second}</pmc-articleset>")
    found = items(tmp_path / "x.xml")
    assert [item.part for item in found if isinstance(item, Document)] == ["10.5555/lr.1", "10.5555/lr.2"]


def test_namespaces_and_structured_abstracts(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text(
        '<article xmlns="http://jats.nlm.nih.gov"><front><article-meta><abstract><sec>'
        "<title>Aim</title><p>To see.</p></sec></abstract>"
        "</article-meta></front><body><p>Text.</p></body></article>"
    )
    document = only(tmp_path / "x.xml")
    check(document)
    assert kinds(document) == [
        ("heading", "Abstract"),
        ("heading", "Aim"),
        ("abstract", "To see."),
        ("body", "Text."),
    ]
