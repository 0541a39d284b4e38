"""RIS, BibTeX, CSV and JSON Lines."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_checks import items, kinds, only

from textgov.documents import Document, Problem

RIS = """TY  - JOUR
ID  - a1
TI  - Framework Agreements on the Quay
AU  - Velasteguí, Noemí
AU  - Drummond-Hayes, Patrick
PY  - 2017/05/
DO  - 10.5555/FA.1
JF  - Labour Review
KW  - unions
KW  - bananas
AB  - <jats:p>Can an agreement signed in Geneva reach a shed? Pay rose (<i>p</i> &lt; 0.05).</jats:p>
LA  - English
UR  - https://example.org/1
ER  -

TY  - JOUR
TI  - No End
AB  - This record has no end.
TY  - JOUR
TI  - Only a Title
ER  -
stray line
TY  - JOUR
PY  - 2001
ER  -
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def split(path: Path) -> tuple[list[Document], list[str]]:
    found = items(path)
    documents = [item for item in found if isinstance(item, Document)]
    return documents, [str(item).removeprefix(str(path)) for item in found if isinstance(item, Problem)]


def test_ris(tmp_path: Path) -> None:
    documents, problems = split(write(tmp_path, "x.ris", "\ufeff" + RIS))
    first, recovered, title_only = documents
    assert kinds(first) == [
        ("heading", "Framework Agreements on the Quay"),
        ("abstract", "Can an agreement signed in Geneva reach a shed? Pay rose (p < 0.05)."),
    ]
    fields = first.bibliography
    assert fields.authors == ("Velasteguí, Noemí", "Drummond-Hayes, Patrick")
    assert (fields.year, fields.doi, fields.venue) == (2017, "10.5555/fa.1", "Labour Review")
    assert (fields.keywords, fields.language, fields.kind) == (("unions", "bananas"), "en", "abstract")
    assert (fields.url, first.part) == ("https://example.org/1", "a1")
    assert recovered.text == "No End\n\nThis record has no end."
    assert title_only.text == "Only a Title"
    assert title_only.notes == ("the record has no abstract: its title is the text",)
    assert problems == [
        ", line 16: the record has no end (ER): it was taken to end before the next one; the record was "
        "kept; export the file again",
        ", line 22: text outside a record: 'stray line'; start the record with TY",
        ", line 23: the record has neither title, abstract nor text; complete or delete it",
    ]


def test_parts_are_unique(tmp_path: Path) -> None:
    documents, _ = split(write(tmp_path, "x.ris", RIS[: RIS.index("\n\n") + 1] * 3))
    assert [d.part for d in documents] == ["a1", "a1#2", "a1#3"]


BIB = r"""@comment{not a record}
@article{key1,
  title = {Caf{\'e} {GVC}s and \textit{work}},
  author = {Gereffi, Gary and {World Bank} and Joonkoo Lee},
  year = 2016, journal = {J. Bus. Ethics}, doi = {10.1000/X},
  keywords = {chains, work}, abstract = {We ask why.}
}
@article{broken, title = {x}, year =
@article{key1, title = {Again the key}}
@misc{twice, title = {First title}, title = {Second title}}
"""


def test_bibtex(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    documents, problems = split(write(tmp_path, "x.bib", BIB))
    first, same_key, twice = documents
    assert first.text == "Café GVCs and work\n\nWe ask why."
    fields = first.bibliography
    assert fields.authors == ("Gereffi, Gary", "World Bank", "Joonkoo Lee")
    assert (fields.year, fields.venue, fields.doi) == (2016, "J. Bus. Ethics", "10.1000/x")
    assert fields.keywords == ("chains", "work")
    assert (first.part, same_key.part) == ("key1", "key1#2")
    assert "another entry of the file has the same key" in same_key.notes
    assert twice.part == "twice"
    (line,) = problems
    assert line.startswith(", line 8: the BibTeX entry cannot be read: @article{broken")
    assert capfd.readouterr().err == ""


CSV = {
    "lens": "Lens ID,Title,Publication Year,Source Title,Author/s,Abstract,Keywords,DOI\n"
    '1,"A title, of work",2015,World Dev,A B; C D,An abstract.,x; y,10.1/a\n',
    "scopus": '"Authors","Title","Year","Source title","DOI","Abstract","Author Keywords","EID"\n'
    '"A B; C D","A title, of work","2015","World Dev","10.1/a","An abstract.","x; y","1"\n',
    "wos": "PT\tAU\tTI\tSO\tDE\tAB\tPY\tDI\tUT\n"
    "J\tA B; C D\tA title, of work\tWorld Dev\tx; y\tAn abstract.\t2015\t10.1/a\t1\n",
    "semicolons": "id;title;abstract;year;doi;authors;journal;keywords\n"
    '1;A title, of work;An abstract.;2015;10.1/a;"A B; C D";World Dev;"x; y"\n',
    "zotero": "Key,Publication Year,Author,Title,Publication Title,DOI,Abstract Note,Manual Tags\n"
    '1,2015,A B; C D,"A title, of work",World Dev,10.1/a,An abstract.,x; y\n',
}


@pytest.mark.parametrize("source", CSV)
def test_csv_as_databases_export_it(tmp_path: Path, source: str) -> None:
    document = only(write(tmp_path, "savedrecs.txt" if source == "wos" else "x.csv", "\ufeff" + CSV[source]))
    assert document.text == "A title, of work\n\nAn abstract."
    fields = document.bibliography
    assert (fields.title, fields.year, fields.venue) == ("A title, of work", 2015, "World Dev")
    assert (fields.authors, fields.keywords) == (("A B", "C D"), ("x", "y"))
    assert (document.part, document.format, fields.kind) == ("1", "csv", "abstract")


def test_rows_of_a_table_that_are_not_right(tmp_path: Path) -> None:
    text = 'title,abstract\n"One\nline",Two\n\nThree\nA,B,C,D\nFour,"Five\nnever closed\n'
    documents, problems = split(write(tmp_path, "x.csv", text))
    assert [d.text for d in documents] == ["One line\n\nTwo", "Three"]
    assert documents[1].notes[0] == "the row has fewer cells than the heading"
    assert problems == [
        ", line 6: the row has 4 cells, the heading 2; check its quotes and delimiters",
        ", line 7: the row cannot be read (unexpected end of data); close or double its quotes",
    ]


def test_jsonl(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"id": 7, "text": "First paragraph.\n\nSecond one.", "title": "T", "year": 2001, "kind": "audit"}
        ),
        "",
        json.dumps(
            {
                "display_name": "Work",
                "abstract": None,
                "authors": [{"name": "A B"}, "C D"],
                "keywords": "x, y",
            }
        ),
        '{"title": ',
        "[1, 2]",
        json.dumps({"other": "x"}),
        json.dumps({"text": "emoji 👩‍🏭"}),
    ]
    documents, problems = split(write(tmp_path, "x.jsonl", "\n".join(lines)))
    first, second, last = documents
    assert kinds(first) == [("heading", "T"), ("body", "First paragraph."), ("body", "Second one.")]
    assert (first.part, first.bibliography.year, first.bibliography.kind) == ("7", 2001, "audit")
    assert second.bibliography.authors == ("A B", "C D")
    assert second.bibliography.keywords == ("x", "y")
    assert last.text.startswith("emoji 👩‍🏭")
    assert [line.split(";")[0].split(" (")[0] for line in problems] == [
        ", line 4: not valid JSON",
        ", line 5: a JSON list, not an object",
        ", line 6: the record has neither title, abstract nor text",
    ]


VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(records=st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5))
def test_no_record_is_lost(tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("x")
    lines = "".join(json.dumps({"title": title, "abstract": abstract}) + "\n" for title, abstract in records)
    assert len(items(write(folder, "x.jsonl", lines))) == len(records)
    text = "".join(f"TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nER  - \n" for title, abstract in records)
    assert len(items(write(folder, "x.ris", text))) == len(records)


def test_memory_does_not_grow_with_the_number_of_records(tmp_path: Path) -> None:
    import tracemalloc

    from textgov.readers import read_file

    peaks = []
    for count in (200, 2_000):
        path = write(
            tmp_path, "x.csv", "id,text\n" + "".join(f"{n},word {n} of a text\n" for n in range(count))
        )
        tracemalloc.start()
        assert sum(1 for _ in read_file(path)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000
