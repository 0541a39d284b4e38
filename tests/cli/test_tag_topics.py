"""`textgov tag --with topics`: seeded topics beside the classifier, what is kept, and models that are refused."""

from __future__ import annotations

import math
import random
import shutil

import msgspec
import pytest

from textgov.classify.paths import PATH_LAYER
from textgov.documents import Annotation, Bibliography, Coding, Document, Mention, Passage
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.topics.persistence import load, save
from textgov.topics.weights import FitOptions
from textgov.workflows.tag import DOCUMENT_LAYER, load_model_for
from textgov.workflows.topics import TopicOptions, fit_topics, store_topics

PATHS = ["market", "csr", "multistakeholder", "labor", "cluster", "public"]
WORDS = (
    "strike federation ballot organizers picket grievance steward walkout protest solidarity bargaining",
    "audit auditors suppliers code policy brands retailers compliance questionnaire vendors remediation",
    "rain harbour boats wharf gulls lighthouse dusk anchor tide sail captain",
)
GIVEN = {0: "labor", 1: "csr"}
"""What the classifier gives to the first two passages of every document; but see ODD."""
ODD = 5
"""In this document, the classifier gives the paths of its first two passages the other way round."""
STRIKES = 20
"""This document has three passages on strikes; the classifier sees them like those of any other."""


def identity(number: int) -> str:
    return f"{number:016x}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with documents of three passages that the classifier has tagged, and seeded topics; made once."""
    folder = tmp_path_factory.mktemp("beside")
    with Index.open(folder / "textgov.db", create=True) as index:
        version = load_model_for(index, None).version
        run = index.start_run(Run("annotate", {"codebook": "gereffi-lee"}, {}, "c", "p"))
        for number in range(21):
            write(index, number, run, version)
        index.finish_run(run, {})
        options = TopicOptions(fit=FitOptions(topics=7, passes=15), min_texts=2, seeds=1)
        store_topics(folder / "topics", fit_topics(index, options))
    return folder


def write(index: Index, number: int, run: int, version: str) -> None:
    draw = random.Random(number)  # noqa: S311
    themes = WORDS[:1] * 3 if number == STRIKES else WORDS
    parts = [f"The day {number} of {' '.join(draw.sample(words.split(), 8))}." for words in themes]
    passages, at = [], 0
    for ordinal, part in enumerate(parts):
        passages.append(Passage(identity(number), ordinal, at, at + len(part), page=ordinal + 1))
        at += len(part) + 2
    known = Bibliography(f"Title {number}", year=2010, language="en", kind="paper")
    index.add_document(Document(identity(number), f"{number}.txt", "\n\n".join(parts), known), passages)
    day = Annotation((Mention(4, 7, "actor", "union", "day", "r.1"),))
    index.write_annotations(identity(number), [(0, day), (1, day)], run)
    given = {0: "csr", 1: "labor"} if number == ODD else GIVEN
    of_passages = [
        Coding(identity(number), place, path, 0.9 if given[place] == path else 0.1, None, (), version)
        for place in given
        for path in PATHS
    ]
    of_document = [
        Coding(identity(number), None, path, 0.9 if path in given.values() else 0.1, None, (), version)
        for path in PATHS
    ]
    for layer, codings in ((PATH_LAYER, of_passages), (DOCUMENT_LAYER, of_document)):
        index.write_codings(identity(number), Coder(version, layer, machine=True), codings)


@pytest.fixture
def work(made, place):
    shutil.copytree(made, place, dirs_exist_ok=True)
    return place


def kept() -> list[Coding]:
    with Index.open("textgov.db", read_only=True) as index:
        return [
            coding
            for document in index.document_ids()
            for layer, coding in index.codings(document, machine=True)
            if layer == "topic_path"
        ]


def test_documents_are_listed_with_both(textgov, work):
    result = textgov("tag", "--with", "topics", f"{STRIKES}.txt", "--json")
    assert result.status == 0
    assert {row["document"] for row in result.rows()} == {identity(STRIKES)}
    wholes = [row for row in result.rows() if row["passage"] is None]
    assert [row["path"] for row in wholes] == PATHS
    assert [row["path"] for row in wholes if row["given"]] == ["csr", "labor"]
    assert [row["path"] for row in wholes if row["tagged"]] == ["labor"]
    assert [row["path"] for row in wholes if not row["agree"]] == ["csr"]
    for row in wholes:
        assert row["tagged"] == (row["weight"] > row["mean"])
        assert row["agree"] == (row["given"] == row["tagged"])


def test_passages_in_dispute_are_listed_the_clearest_first(textgov, work):
    rows = [row for row in textgov("tag", "--with", "topics", "--json").rows() if row["passage"] is not None]
    disputed = {
        (row["document"], row["passage"], row["path"]) for row in rows if row["path"] in ("labor", "csr")
    }
    odd = {(identity(ODD), place, path) for place in (0, 1) for path in ("labor", "csr")}
    strikes = {
        (identity(STRIKES), 1, "labor"),
        (identity(STRIKES), 1, "csr"),
        (identity(STRIKES), 2, "labor"),
    }
    assert disputed == odd | strikes
    [bare] = [row for row in rows if (row["passage"], row["path"]) == (2, "labor")]
    assert (bare["score"], bare["given"], bare["tagged"]) == (None, False, True)
    clear = [abs(log_ratio(row)) for row in rows]
    assert clear == sorted(clear, reverse=True)
    [row] = [r for r in rows if (r["document"], r["passage"], r["path"]) == (identity(ODD), 0, "labor")]
    assert (row["given"], row["tagged"], row["score"], row["page"]) == (False, True, 0.1, 1)
    assert row["text"].startswith(f"The day {ODD} of ")


def log_ratio(row: dict) -> float:
    return round(math.log((row["weight"] + 1e-3) / (row["mean"] + 1e-3)), 3)


def test_the_terminal_marks_what_is_in_dispute(textgov, work):
    result = textgov("tag", "--with", "topics", f"{STRIKES}.txt")
    lines = result.out.splitlines()
    assert lines[0] == f"Title {STRIKES} · {identity(STRIKES)}"
    assert lines[1].startswith("  ! csr: classifier yes (0.90), topics no (")
    assert lines[2].startswith("    labor: classifier yes (0.90), topics yes (")
    place = lines.index(f"  {STRIKES}.txt, p. 3  {identity(STRIKES)}, passage 2")
    assert lines[place - 2].startswith("! labor: classifier no (-), topics yes (")
    assert lines[place - 1].startswith(f"  The day {STRIKES} of ")
    assert result.err.splitlines()[1].startswith("21 documents with ")
    assert result.err.splitlines()[-1].startswith("the two disagree on 1 of 6 paths of documents and on ")


def test_what_people_coded_is_not_asked_again(textgov, work):
    with Index.open("textgov.db") as index:
        human = Coding(identity(ODD), 0, "labor", 1.0, None, (), "Dara")
        index.write_codings(identity(ODD), Coder("Dara", PATH_LAYER, machine=False), [human])
    rows = textgov("tag", "--with", "topics", "--json").rows()
    assert not any(row["document"] == identity(ODD) and row["passage"] is not None for row in rows)


def test_both_are_kept_beside_each_other(textgov, work):
    before = textgov("search", "path:labor", "--json").out
    rows = textgov("tag", "--with", "topics", "--json").rows()
    tagged = {(row["document"], row["path"]) for row in rows if row["passage"] is None and row["tagged"]}
    found = kept()
    assert {(c.document, c.code) for c in found if c.passage is None} == tagged
    assert {(c.document, 0, "labor") for c in found} <= {(c.document, c.passage, c.code) for c in found}
    assert len({c.coder for c in found}) == 1 and found[0].coder.startswith("topics ")
    assert textgov("search", "path:labor", "--json").out == before


def test_again_writes_nothing_and_another_model_takes_its_place(textgov, work):
    textgov("tag", "--with", "topics")
    before = (work / "textgov.db").read_bytes()
    assert kept()
    assert textgov("tag", "--with", "topics").status == 0
    assert (work / "textgov.db").read_bytes() == before
    again = textgov(
        "topics", "fit", "--k", "6", "--min-texts", "2", "--seeds", "1", "--passes", "5", "--into", "b"
    )
    assert again.status == 0
    first = {c.coder for c in kept()}
    textgov("tag", "--with", "topics", "--topics", "b")
    second = {c.coder for c in kept()}
    assert len(second) == 1 and second != first


def of_another_codebook(folder):
    model, report = load(folder)
    meta = msgspec.structs.replace(model.meta, codebook="my-review 2.0.0")
    save(folder, type(model)(meta, model.preparation, model.vocabulary, model.weights), report)


def of_another_layer(folder):
    model, report = load(folder)
    meta = msgspec.structs.replace(model.meta, layer="mechanism")
    save(folder, type(model)(meta, model.preparation, model.vocabulary, model.weights), report)


def without_seeds(folder):
    model, report = load(folder)
    meta = msgspec.structs.replace(model.meta, layer=None, codes=())
    save(folder, type(model)(meta, model.preparation, model.vocabulary, model.weights), report)


REFUSED = {
    shutil.rmtree: (
        3,
        "topics: there is no topic model here (no meta.json); make one with `textgov topics fit`",
    ),
    without_seeds: (
        2,
        "topics: the topics of this model are not seeded with codes; fit one by --method seeded",
    ),
    of_another_layer: (
        2,
        "topics: its topics are seeded with the layer mechanism, not with paths; fit them by --layer path",
    ),
    of_another_codebook: (
        2,
        "topics: the topics of this model are seeded by the codebook my-review 2.0.0, not by gereffi-lee 1.0.0; "
        "fit them again by `textgov topics fit`",
    ),
}


@pytest.mark.parametrize("spoil", REFUSED)
def test_models_that_cannot_tag_are_refused(textgov, work, spoil):
    spoil(work / "topics")
    before = (work / "textgov.db").read_bytes()
    result = textgov("tag", "--with", "topics")
    status, message = REFUSED[spoil]
    assert (result.status, result.out, result.err.splitlines()[-1]) == (status, "", f"textgov: {message}")
    assert (work / "textgov.db").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--with", "topcs"], "'topcs' is not 'topics'"),
        (["--topics", "topics"], "--topics names the model of --with topics; give both"),
        (
            ["--with", "topics", "--explain"],
            "--explain says what moved the classifier; leave out --with topics",
        ),
    ],
)
def test_options_that_do_not_go_together(textgov, work, arguments, message):
    result = textgov("tag", *arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err
