"""`textgov topics`: fitted, shown, compared and assigned through the command line, with whole outputs."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest

from textgov.documents import Annotation, Coding, Document, Mention
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index

SMALL = ("--passes", "5", "--seeds", "1")


DOCUMENTS = Path(__file__).parents[2] / "corpora" / "demo" / "documents"
PAPERS = [DOCUMENTS / "wazirabad-cutlery-association.pdf", *sorted(DOCUMENTS.glob("*.xml"))]
PAPER = "file:wazirabad-cutlery-association.pdf"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of part of the demo corpus, in which unions are coded, and a model of it; made once."""
    from textgov.topics.weights import FitOptions
    from textgov.workflows.ingest import IngestOptions, ingest
    from textgov.workflows.topics import TopicOptions, fit_topics, store_topics

    folder = tmp_path_factory.mktemp("topics")
    with Index.open(folder / "textgov.db", create=True) as index:
        ingest(
            index,
            [*sorted(DOCUMENTS.glob("*.html")), *sorted(DOCUMENTS.glob("*.docx")), *PAPERS],
            IngestOptions(jobs=1),
        )
        run = index.start_run(Run("annotate", {"codebook": "gereffi-lee"}, {}, "c0de", "p1pe"))
        for document in index.documents():
            index.write_annotations(document.id, _unions(index, document), run)
        index.finish_run(run, {})
        store_topics(
            folder / "topics", fit_topics(index, TopicOptions(fit=FitOptions(topics=8, passes=5), seeds=2))
        )
    return folder


def _unions(index: Index, document: Document) -> Iterator[tuple[int, Annotation]]:
    for passage in index.passages(document.id):
        text = document.text[passage.start : passage.end]
        spans = [found.span() for found in re.finditer(r"\bunions?\b", text)]
        yield (
            passage.ordinal,
            Annotation(tuple(Mention(*span, "actor", "union", "union", "actor.union.001") for span in spans)),
        )


@pytest.fixture
def work(made: Path, place: Path) -> Path:
    """A copy of that as the working folder."""
    shutil.copytree(made, place, dirs_exist_ok=True)
    return place


def test_fit_says_what_it_found_and_keeps_it(textgov, work):
    result = textgov("topics", "fit", "--k", "7", *SMALL, "--into", "mine", "-o", "t.html", "-o", "t.png")
    assert result.status == 0, result.err
    lines = result.out.splitlines()
    assert len(lines) == 8
    assert lines[0].split() == ["topic", "terms", "comes", "with", "share", "NPMI", "excl.", "stable"]
    assert [line.split()[1] for line in lines[1:7]] == [
        "market:", "csr:", "multistakeholder:", "labor:", "cluster:", "public:",
    ]  # fmt: skip
    assert "coherence (NPMI)" in result.err
    assert " of 6 seeded topics follow their codes" in result.err
    assert result.err.splitlines()[-1].startswith("kept in mine: 7 topics, ")
    assert "7 topics in" in lxml.html.parse("t.html").getroot().text_content()
    assert Path("t.png").read_bytes().startswith(b"\x89PNG")
    with Index.open("textgov.db", read_only=True) as index:
        run = index.runs()[-1]
    assert (run.command, run.outcome, run.seed, run.options["topics"]) == ("topics fit", "done", 1, 7)
    assert run.versions["gensim"]


def test_the_same_command_gives_the_same_files(textgov, work):
    for name in ("a", "b"):
        assert textgov("topics", "fit", "--k", "6", *SMALL, "--into", name).status == 0
    for path in Path("a").iterdir():
        assert path.read_bytes() == (Path("b") / path.name).read_bytes()


def test_a_query_is_a_filter(textgov, work):
    result = textgov("topics", "fit", "kind:paper", "--method", "nmf", "--k", "4", *SMALL, "--json")
    assert result.status == 0, result.err
    whole, *cards = result.rows()
    assert (whole["query"], whole["method"], len(cards)) == ("kind:paper", "nmf", 4)
    with Index.open("textgov.db", read_only=True) as index:
        kinds = {d.id: d.bibliography.kind for d in index.documents()}
        texts = {d.id: d.text for d in index.documents()}
    quotes = [quote for card in cards for quote in card["quotes"]]
    assert {kinds[quote["document"]] for quote in quotes} == {"paper"}
    for quote in quotes:
        assert " ".join(texts[quote["document"]][quote["start"] : quote["end"]].split()) == quote["text"]


def test_documents_as_units_quote_passages(textgov, work):
    result = textgov("topics", "fit", "--unit", "document", "--method", "lda", "--k", "3", *SMALL, "--json")
    assert result.status == 0, result.err
    whole, *cards = result.rows()
    assert whole["unit"] == "document"
    assert whole["texts"] == whole["documents"]
    assert max(len(quote["text"]) for card in cards for quote in card["quotes"]) < 3000


def test_several_numbers_are_compared_and_none_is_kept(textgov, work):
    shutil.rmtree("topics")
    result = textgov(
        "topics", "fit", "--method", "nmf", "--k", "4:8:2", "--passes", "3", "--seeds", "2", "-o", "s.svg"
    )
    assert result.status == 0, result.err
    header, *lines = result.out.splitlines()
    assert header.split()[:4] == ["k", "topics", "NPMI", "C_V"]
    assert [line.split()[:2] for line in lines] == [["4", "4"], ["6", "6"], ["8", "8"]]
    assert result.err == "no model is kept: choose, then `textgov topics fit --method nmf --k N`\n"
    assert "<svg" in Path("s.svg").read_text(encoding="utf-8")
    assert not Path("topics").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--k", "1"), 2, "give at least 2 topics"),
        (("--k", "9:3"), 2, "the smaller number first"),
        (("--k", "many"), 2, "'many' is none of 12, 5:40 and 5:40:5"),
        (("--k", "4"), 2, "4 topics are fewer than the 6 codes that seed one each"),
        (("-o", "t.doc"), 2, "t.doc: name it .html, .svg, .png, .pdf"),
        (("--layer", "actor"), 2, "has no seeds for the layer 'actor'"),
        (("title:zebra",), 2, "0 texts with words are too few"),
        (("colour:red",), 2, "colour"),
        (("--method", "lsa"), 2, "'lsa' is not one of"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_one_line(textgov, work, arguments, status, said):
    result = textgov("topics", "fit", *arguments, "--seeds", "1", "--into", "new")
    assert result.status == status
    assert said in result.err
    assert "Traceback" not in result.err
    assert not Path("new").exists()


def test_show_lists_topics_and_one_with_its_passages(textgov, work):
    whole = textgov("topics", "show")
    assert whole.status == 0, whole.err
    assert len(whole.out.splitlines()) == 9
    one = textgov("topics", "show", "topics", "--topic", "4", "-o", "page.html")
    assert one.out.startswith("4  labor: ")
    assert "actor:union" in one.out
    assert Path("page.html").is_file()
    [card] = textgov("topics", "show", "--topic", "4", "--json").rows()
    assert (card["number"], card["code"]) == (3, "labor")
    beyond = textgov("topics", "show", "--topic", "9")
    assert (beyond.status, beyond.out) == (2, "")
    assert "the model has 8 topics" in beyond.err


def test_show_refuses_what_was_altered(textgov, work):
    path = Path("topics/weights.npz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    result = textgov("topics", "show")
    assert (result.status, result.out) == (3, "")
    assert result.err == (
        "textgov: topics/weights.npz: is not the file that the model was saved with; "
        "fit it again, or copy it again from where it came\n"
    )


def test_compare_with_itself(textgov, work):
    result = textgov("topics", "compare", "topics", "topics", "--json")
    rows = result.rows()
    assert [(row["first"], row["second"], row["jaccard"]) for row in rows] == [(n, n, 1.0) for n in range(8)]
    assert (
        textgov("topics", "compare", "topics", "topics").err == "mean Jaccard index of matched topics: 1.00\n"
    )


def test_assign_gives_a_text_the_same_topics_in_any_company(textgov, work):
    every = {
        (row["document"], row["passage"]): row
        for row in textgov("topics", "assign", "topics", "--json").rows()
    }
    some = textgov("topics", "assign", "topics", "actor:union", "--json").rows()
    assert 0 < len(some) < len(every)
    for row in some:
        assert every[row["document"], row["passage"]] == row
    assert all(abs(sum(row["weights"]) - 1) < 1e-4 or row["topic"] is None for row in every.values())
    table = list(csv.DictReader(io.StringIO(textgov("topics", "assign", "topics", "--csv").out)))
    assert len(table) == len(every)
    counts = textgov("topics", "assign").out.splitlines()[1:]
    assert sum(int(line.split()[-1].replace(",", "")) for line in counts) == len(every)


def test_assign_keeps_topics_beside_what_was_coded(textgov, work):
    [document] = {row["document"] for row in _rows(textgov, PAPER)}
    with Index.open("textgov.db", read_only=True) as index:
        before = index.codings(document, machine=True)
    result = textgov("topics", "assign", "topics", PAPER, "--store")
    assert result.err.startswith("kept in the index: topics of ")
    with Index.open("textgov.db", read_only=True) as index:
        after = index.codings(document, machine=True)
        assert index.runs()[-1].command == "topics assign"
    added = [coding for layer, coding in after if layer == "topic"]
    assert [one for one in after if one[0] != "topic"] == before
    rows = {row["passage"]: row for row in _rows(textgov, PAPER)}
    assert {coding.passage: coding.code for coding in added} == {
        passage: f"topic-{row['topic']}" for passage, row in rows.items() if row["topic"]
    }


def _rows(textgov, query):
    return textgov("topics", "assign", "topics", query, "--json").rows()


def test_disagreements_are_listed_the_clearest_first(textgov, work):
    none = textgov("topics", "assign", "--disagreements")
    assert (none.status, none.out) == (2, "")
    assert (
        none.err == "textgov: the index has no codings to compare topics with; give some by `textgov tag`\n"
    )
    rows = _rows(textgov, PAPER)
    document = rows[0]["document"]
    foremost = max(rows, key=lambda row: row["weights"][4])
    with Index.open("textgov.db") as index:
        others = [row["passage"] for row in rows if row is not foremost]
        codings = [Coding(document, passage, "cluster", 1.0, None, (), "Dara") for passage in others]
        index.write_codings(document, Coder("Dara", "path", machine=False), codings)
    listed = textgov("topics", "assign", "topics", PAPER, "--disagreements", "--json").rows()
    cluster = [row for row in listed if row["code"] == "cluster"]
    assert any(row["passage"] == foremost["passage"] and row["coded"] is False for row in cluster)
    assert all((row["weight"] > row["mean"]) != row["coded"] for row in listed)
    ratios = [abs(_log_ratio(row)) for row in listed]
    assert ratios == sorted(ratios, reverse=True)
    shown = textgov("topics", "assign", "topics", PAPER, "--disagreements")
    assert "cluster: not coded, but the topic is strong" in shown.out
    assert shown.err == f"{len(listed)} disagreements\n"


def _log_ratio(row):
    return round(math.log((row["weight"] + 1e-3) / (row["mean"] + 1e-3)), 3)


def test_a_model_without_seeds_has_nothing_to_disagree(textgov, work):
    assert textgov("topics", "fit", "--method", "nmf", "--k", "3", *SMALL, "--into", "plain").status == 0
    result = textgov("topics", "assign", "plain", "--disagreements")
    assert result.status == 2
    assert "not seeded with codes; fit one by --method seeded" in result.err


def test_an_empty_index_is_said(textgov, place):
    Index.open("textgov.db", create=True).close()
    result = textgov("topics", "fit", "--seeds", "1")
    assert (result.status, result.out) == (2, "")
    assert "0 texts with words are too few for topics" in result.err
    assert result.err.count("\n") == 1
