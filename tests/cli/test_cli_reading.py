"""`search`, `show`, `status`, `export`: whole outputs on an index whose content is known."""

# ruff: noqa: E501 - outputs stand as they are written

from __future__ import annotations

import csv
import io

import pytest

pytestmark = pytest.mark.usefixtures("tiny_index")
HIT = """\
Two <mills> & one union (2016) · paper, p. 1
  «Unions» «bargained» in Khmer mills. No audit came, Okafor (2014) says.
  aaaaaaaaaaaaaaaa  actor:union, mechanism:collective_bargaining, actor:supplier, place:KHM, mechanism:audit

"""


def test_search(textgov):
    result = textgov("search", "actor:union AND mechanism:collective_bargaining")
    assert (result.status, result.out, result.err) == (0, HIT, "1 passage found, 1 shown\n")


def test_search_of_sentences_gives_the_page_of_the_evidence(textgov):
    result = textgov("search", "mention:(mechanism:audit AND status:negated)", "--within", "sentence")
    assert result.out.splitlines()[:2] == [
        "Two <mills> & one union (2016) · paper, p. 2",
        "  No «audit» came, Okafor (2014) says.",
    ]


def test_search_finds_nothing(textgov):
    result = textgov("search", "zebra")
    assert (result.status, result.out, result.err) == (0, "", "0 passages found\n")


def test_search_as_json(textgov):
    [row] = textgov("search", "status:negated", "--json").rows()
    assert row["page"] == 2
    assert row["highlights"] == ["audit"]
    assert row["codes"] == [
        "actor:supplier",
        "actor:union",
        "mechanism:audit",
        "mechanism:collective_bargaining",
        "place:KHM",
    ]
    assert row["mentions"][-1] == {
        "text": "audit",
        "layer": "mechanism",
        "code": "audit",
        "status": "negated",
        "form": "private",
        "scope": "vertical",
        "attributed": True,
        "source": "Okafor 2014",
        "rule": "mechanism.audit.001",
        "confidence": 1.0,
    }


def test_search_as_csv_has_a_header_without_hits(textgov):
    assert textgov("search", "zebra", "--csv").out == (
        "document,title,year,kind,file,section,page,start,end,text,highlights,codes\n"
    )


def test_search_pages_and_sorts(textgov):
    everything = textgov("search", "mechanism:audit", "--sort", "document", "--json").rows()
    assert [row["document"][0] for row in everything] == ["a", "b"]
    second = textgov("search", "mechanism:audit", "--sort", "document", "-n", "1", "--offset", "1", "--json")
    assert [row["document"][0] for row in second.rows()] == ["b"]
    assert second.err == "2 passages found, 1 shown\n"


def test_kwic(textgov):
    result = textgov("search", "mechanism:audit", "--kwic")
    assert result.out.splitlines() == [
        f"{'Unions bargained in Khmer mills. No ':>60}«audit» came, Okafor (2014) says.  paper.pdf, p. 2",
        f"{'=1+1 is no formula here. The firm ':>60}«audits» its suppliers.  note.txt",
    ]
    assert result.err == "2 lines shown\n"


def test_facets(textgov):
    rows = textgov("search", "mechanism:audit", "--facets", "kind,actor", "--json").rows()
    assert {"field": "kind", "value": "paper", "label": "", "hits": 1, "documents": 1} in rows
    assert {
        "field": "actor",
        "value": "union",
        "label": "Union or workers' organisation",
        "hits": 1,
        "documents": 1,
    } in rows
    table = textgov("search", "mechanism:audit", "--facets", "kind").out
    assert [line.split() for line in table.splitlines()] == [
        ["kind"],
        ["value", "label", "hits", "documents"],
        ["paper", "1", "1"],
        ["statement", "1", "1"],
    ]


SHOWN = """\
Two <mills> & one union
Sok, Dara, Lee, J. (2016)
Mill Review
[aaaaaaaaaaaaaaaa] paper, papers/paper.pdf
note: one page has no text
Actors 2 · Governance mechanisms 2 · Places 1

[p. 1] Two <mills> & one union

[Unions]{union} [bargained]{collective_bargaining} in [[Khmer]{KHM} mills]{supplier}. [p. 2] No [audit]{audit negated @Okafor 2014} came, Okafor (2014) says.

(table) Year | Strikes 2014 | 3

"""


@pytest.mark.parametrize("name", ["aaaaaaaaaaaaaaaa", "aaaa", "papers/paper.pdf", "paper.pdf", "copy.pdf"])
def test_show(textgov, name):
    result = textgov("show", name)
    assert (result.status, result.out, result.err) == (0, SHOWN, "")


def test_show_one_layer_and_page(textgov):
    result = textgov("show", "aaaa", "--layer", "mechanism", "--page", "1")
    assert result.out.splitlines()[5:] == [
        "Governance mechanisms 2",
        "",
        "[p. 1] Two <mills> & one union",
        "",
        "Unions [bargained]{collective_bargaining} in Khmer mills. [p. 2] No [audit]{audit negated @Okafor 2014} came, "
        "Okafor (2014) says.",
        "",
    ]


def test_show_as_html(textgov, place):
    result = textgov("show", "aaaa", "--html", "page.html")
    assert (result.status, result.out, result.err) == (0, "", "page.html: 5 mentions\n")
    page = (place / "page.html").read_text(encoding="utf-8")
    assert page == textgov("show", "aaaa", "--html", "-").out
    assert "Two &lt;mills&gt; &amp; one union" in page
    assert {path.name for path in place.iterdir() if not path.name.startswith("textgov.db")} == {"page.html"}


def test_show_into_a_missing_folder(textgov):
    result = textgov("show", "aaaa", "--html", "no/page.html")
    assert result.status == 2
    assert result.err == (
        "textgov: no/page.html: cannot be written (No such file or directory); check that its folder is there and "
        "writable\n"
    )


def test_status(textgov):
    result = textgov("status")
    assert result.out.splitlines()[:-1] == [
        "index        textgov.db",
        "files        duplicate 1, failed 1, kept 2",
        "documents    2  (paper 1, statement 1)",
        "languages    en 2",
        "passages     4 with 6 sentences",
        "annotated    2 of 2 documents",
        "mentions     7  (actor 3, mechanism 3, place 1)",
        "relations    governs 1",
        "interactions conflict 1",
        "codings      cell 1, path 3",
    ]
    assert result.out.splitlines()[-1].endswith(" by codebook gereffi-lee, hash c0de")
    assert result.err == ""


def test_status_of_files(textgov):
    assert (
        textgov("status", "--files", "failed").out == "failed  bad\\n.pdf  is empty (0 bytes)  get it again\n"
    )
    assert textgov("status", "--files", "duplicate").out == (
        "copy.pdf  is a copy of  papers/paper.pdf  aaaaaaaaaaaaaaaa  identical file: papers/paper.pdf\n"
    )


EXPORTS = {
    "documents": """\
document,title,authors,year,doi,venue,keywords,language,kind,url,format,file,part,pages,characters,notes
aaaaaaaaaaaaaaaa,Two <mills> & one union,"Sok, Dara; Lee, J.",2016,10.5555/x.1,Mill Review,mills,en,paper,,pdf,papers/paper.pdf,,2,117,one page has no text
bbbbbbbbbbbbbbbb,A note,,,,,,en,statement,,txt,note.txt,,0,55,
""",
    "passages": """\
document,passage,kind,section,page,start,end,text
aaaaaaaaaaaaaaaa,0,heading,Two <mills> & one union,1,0,23,Two <mills> & one union
aaaaaaaaaaaaaaaa,1,body,Two <mills> & one union,1,25,92,"Unions bargained in Khmer mills. No audit came, Okafor (2014) says."
aaaaaaaaaaaaaaaa,2,table,Two <mills> & one union,2,94,117,"Year | Strikes
2014 | 3"
bbbbbbbbbbbbbbbb,0,body,,,0,55,'=1+1 is no formula here. The firm audits its suppliers.
""",
    "relations": """\
document,passage,sentence,relation,kind,source_mention,source,means_mention,means,target_mention,target,start,end,evidence,rule
aaaaaaaaaaaaaaaa,1,0,0,governs,0,Unions,1,bargained,2,Khmer mills,25,57,Unions bargained in Khmer mills.,relation.governs.1
""",
    "interactions": """\
document,passage,sentence,interaction,kind,forms,start,end,evidence,rule
aaaaaaaaaaaaaaaa,1,0,0,conflict,private; social,25,57,Unions bargained in Khmer mills.,interaction.1
""",
    "codings": """\
document,passage,layer,code,score,stance,evidence,coder,machine
aaaaaaaaaaaaaaaa,1,path,labor,0.75,works,,machine p1pe,true
aaaaaaaaaaaaaaaa,1,path,csr,0.25,,,machine p1pe,true
aaaaaaaaaaaaaaaa,1,cell,x-y,1.0,,,machine p1pe,true
aaaaaaaaaaaaaaaa,1,path,csr,1.0,fails,4,Dara,false
""",
    "files": """\
file,status,sha256,size,document,reason,advice
"bad
.pdf",failed,,0,,is empty (0 bytes),get it again
copy.pdf,duplicate,0000000000000000000000000000000000000000000000000000000000000000,10,aaaaaaaaaaaaaaaa,identical file,
note.txt,kept,0000000000000000000000000000000000000000000000000000000000000000,10,bbbbbbbbbbbbbbbb,,
papers/paper.pdf,kept,0000000000000000000000000000000000000000000000000000000000000000,10,aaaaaaaaaaaaaaaa,,
""",
    "duplicates": """\
file,part,document,kept,reason
copy.pdf,,aaaaaaaaaaaaaaaa,aaaaaaaaaaaaaaaa,identical file: papers/paper.pdf
""",
}  # fmt: skip


@pytest.mark.parametrize("table", EXPORTS)
def test_export(textgov, table):
    result = textgov("export", table)
    assert (result.status, result.out, result.err) == (0, EXPORTS[table], "")


def test_export_of_mentions(textgov):
    rows = list(csv.DictReader(io.StringIO(textgov("export", "mentions").out)))
    assert len(rows) == 7
    assert rows[4] == {
        "document": "aaaaaaaaaaaaaaaa",
        "passage": "1",
        "sentence": "1",
        "mention": "4",
        "page": "2",
        "start": "61",
        "end": "66",
        "text": "audit",
        "layer": "mechanism",
        "code": "audit",
        "name": "audit",
        "form": "private",
        "scope": "vertical",
        "status": "negated",
        "attributed": "true",
        "source": "Okafor 2014",
        "condition": "",
        "dimension": "",
        "direction": "",
        "group": "",
        "confidence": "1.0",
        "rule": "mechanism.audit.001",
        "sentence_text": "No audit came, Okafor (2014) says.",
    }


def test_export_by_query(textgov):
    by_sentence = textgov(
        "export", "mentions", "--query", "status:negated", "--within", "sentence", "--format", "jsonl"
    )
    assert [row["text"] for row in by_sentence.rows()] == ["audit"]
    by_passage = textgov("export", "mentions", "--query", "status:negated", "--format", "jsonl")
    assert len(by_passage.rows()) == 5
    by_document = textgov(
        "export", "passages", "--query", "status:negated", "--within", "document", "--format", "jsonl"
    )
    assert [row["passage"] for row in by_document.rows()] == [0, 1, 2]
    files = textgov("export", "files", "--query", "kind:statement", "--format", "jsonl")
    assert [row["file"] for row in files.rows()] == ["note.txt"]


def test_export_to_files(textgov, place):
    import pyarrow.parquet

    for name in ("m.csv", "m.jsonl", "m.parquet"):
        result = textgov("export", "mentions", "-o", name)
        assert (result.status, result.out, result.err) == (0, "", f"{name}: 7 rows\n")
    lines = textgov("export", "mentions", "--format", "jsonl").rows()
    assert pyarrow.parquet.read_table(place / "m.parquet").to_pylist() == lines
    assert (place / "m.csv").read_text(encoding="utf-8") == textgov("export", "mentions").out


@pytest.mark.parametrize(
    "table",
    ["documents", "passages", "mentions", "relations", "interactions", "codings", "files", "duplicates"],
)
def test_columns_are_those_of_the_rows(textgov, table):
    rows = textgov("export", table, "--format", "jsonl").rows()
    header = textgov("export", table).out.splitlines()[0]
    assert rows
    assert {",".join(row) for row in rows} == {header}


MISTAKES = {
    ("serch",): (2, "no command 'serch'; did you mean search? (see textgov --help)"),
    ("xyz",): (
        2,
        "no command 'xyz'; commands are demo, ingest, annotate, tag, search, show, claims, topics, train, evaluate, "
        "review, map, screen, status, export, bundle, explain, codebook, completion, doctor (see textgov --help)",
    ),
    ("show", "nothing"): (
        2,
        "no document 'nothing' in the index; `textgov status --documents` lists their ids and files",
    ),
    ("show", "papr.pdf"): (
        2,
        "no document 'papr.pdf' in the index; did you mean paper.pdf or copy.pdf? `textgov status --documents` "
        "lists their ids and files",
    ),
    ("show", "aaaa", "--layer", "actr"): (
        2,
        "no layer 'actr'; did you mean actor or sector? layers are: actor, cluster, economic_upgrading, group, "
        "gvc_structure, market, mechanism, outcome, place, sector, visibility",
    ),
    ("export", "mention"): (
        2,
        "Invalid value for 'TABLE': 'mention' is not one of 'documents', 'passages', 'mentions', 'relations', "
        "'interactions', 'codings', 'files', 'duplicates', 'decisions', 'prisma', 'methods', 'bundle'. "
        "(see textgov export --help)",
    ),
    ("export", "mentions", "-o", "m.xls"): (
        2,
        "m.xls: no format is known by this name; name it .csv, .jsonl, .ndjson, .parquet, or say --format",
    ),
    ("export", "mentions", "--format", "parquet"): (2, "Parquet is no text; name a file by --output"),
    ("search", "x", "--index", "no.db"): (
        3,
        "no.db: there is no index here; make one with `textgov ingest FILES`, or name it by --index",
    ),
    ("search",): (2, "Missing argument 'QUERY'. (see textgov search --help)"),
    ("search", "x", "--sort", "size"): (
        2,
        "Invalid value for '--sort': 'size' is not one of 'relevance', 'year', 'document'. (see textgov search --help)",
    ),
    ("status", "--file", "failed"): (
        2,
        "No such option '--file'. (Did you mean one of: '--files', '--index'?) (see textgov status --help)",
    ),
    ("status", "--csv"): (2, "--csv goes with --documents, --files or --runs (see textgov status --help)"),
}


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_mistakes_give_one_line(textgov, arguments):
    status, message = MISTAKES[arguments]
    result = textgov(*arguments)
    assert (result.status, result.err, result.out) == (status, f"textgov: {message}\n", "")


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("actr:union", "there is no field 'actr'; did you mean actor"),
        ("actor:unoin", "actor has no value 'unoin'; did you mean union?"),
        ('"collective', "(at character"),
    ],
)
def test_a_wrong_query_points_at_its_place(textgov, query, part):
    result = textgov("search", query)
    assert (result.status, result.out) == (2, "")
    first, quoted, pointer = result.err.splitlines()
    assert part in first
    assert quoted.strip() == query
    assert pointer.strip() == "^"


def test_searches_use_the_codebook_of_the_annotation(textgov, place):
    from textgov.index.records import Run
    from textgov.index.store import Index

    assert textgov("codebook", "new", "mine").status == 0
    codes = place / "mine" / "codes.actor.toml"
    codes.write_text(
        '[[code]]\nid = "ferryman"\nlabel = "Ferryman"\ndefinition = "d"\nexamples = ["A [[ferryman]].", "[[Ferrymen]]."]\n'
        'counter_example = "A [[ferry]]."\nsource = "s"\n',
        encoding="utf-8",
    )
    assert textgov("search", "actor:ferryman").status == 2
    with Index.open(place / "textgov.db") as index:
        index.start_run(Run("annotate", {"codebook": str(place / "mine")}, {}, "c", "p"))
    assert textgov("search", "actor:ferryman").status == 0
    assert textgov("search", "actor:ferryman", "--codebook", "gereffi-lee").status == 2
    codes.write_text("[[code]]\n", encoding="utf-8")
    result = textgov("search", "actor:ferryman")
    assert result.status == 3
    assert "cannot be loaded; name it by --codebook" in result.err
