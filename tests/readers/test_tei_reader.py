from pathlib import Path

from reader_checks import items, kinds, only, page_of

from textgov.documents import Document

TEI = """<?xml version="1.0"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>
<titleStmt><title>Shrimp Peeling</title></titleStmt>
<sourceDesc><biblStruct><analytic><author>
<persName><forename>Aung Zaw</forename><surname>Htet</surname></persName></author>
<idno type="DOI">10.5555/SP.1</idno></analytic>
<monogr><title>Sea Studies</title>
<imprint><date when="2019-04">April</date></imprint></monogr></biblStruct></sourceDesc>
</fileDesc><profileDesc><abstract><p>In short.</p></abstract>
<textClass><keywords><term>shrimp</term></keywords></textClass></profileDesc></teiHeader>
<text><body><pb n="11"/>
<div><head n="1">Sheds</head>
<p>The sheds were closed <hi>in</hi> 2016 and the work<pb n="12"/>moved to plants.
<note>A note.</note></p>
<list><item>first item</item></list>
<div><head>Pay</head><p>Pay rose.</p></div>
<figure><head>Figure 1</head><figDesc>Prices</figDesc></figure>
<table><head>Table 1. Sheds</head>
<row><cell>Year</cell><cell>Sheds</cell></row>
<row><cell>2015</cell><cell>90</cell></row></table>
</div></body>
<back><div type="references">
<listBibl><bibl>Zheng, P. (2014). Interns.</bibl></listBibl></div></back></text></TEI>"""


def test_blocks_and_record(tmp_path: Path) -> None:
    (tmp_path / "x.tei.xml").write_text(TEI)
    document = only(tmp_path / "x.tei.xml")
    assert kinds(document) == [
        ("heading", "Abstract"),
        ("abstract", "In short."),
        ("heading", "1 Sheds"),
        ("body", "The sheds were closed in 2016 and the work moved to plants."),
        ("footnote", "A note."),
        ("list", "first item"),
        ("heading", "Pay"),
        ("body", "Pay rose."),
        ("table", "Figure 1 Prices"),
        ("table", "Table 1. Sheds\nYear | Sheds\n2015 | 90"),
        ("references", "Zheng, P. (2014). Interns."),
    ]
    fields = document.bibliography
    assert (fields.title, fields.authors, fields.year) == ("Shrimp Peeling", ("Aung Zaw Htet",), 2019)
    assert (fields.doi, fields.venue, fields.keywords) == ("10.5555/sp.1", "Sea Studies", ("shrimp",))


def test_page_breaks_give_pages(tmp_path: Path) -> None:
    (tmp_path / "x.tei.xml").write_text(TEI)
    document = only(tmp_path / "x.tei.xml")
    labels = {page.number: page.label for page in document.pages}
    assert labels[page_of(document, "The sheds were closed")] == "11"
    assert labels[page_of(document, "moved to plants")] == "12"
    assert labels[page_of(document, "Pay rose")] == "12"


def test_a_corpus_gives_a_document_each(tmp_path: Path) -> None:
    inner = TEI[TEI.index("<TEI") :]
    second = inner.replace("Pay rose", "Pay fell")
    corpus = f'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">{inner}{second}</teiCorpus>'
    (tmp_path / "x.xml").write_text(corpus)
    found = items(tmp_path / "x.xml")
    assert [item.part for item in found if isinstance(item, Document)] == ["1", "2"]
