"""Texts of an index as units, and seeded topics beside what was coded."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import tiny

from textgov.codebook.loader import default_codebook
from textgov.documents import Annotation, Bibliography, Coding, Document, Mention, Passage
from textgov.errors import TextgovError, UsageError
from textgov.index.annotations import Coder
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.topics.weights import FitOptions
from textgov.workflows.topic_tags import disagreements, tag_by_topics
from textgov.workflows.topic_units import labels_of, read_units
from textgov.workflows.topics import TopicOptions, fit_topics, store_topics

LABOR = "strike federation ballot organizers picket grievance steward walkout protest solidarity bargaining"
CSR = "audit auditors suppliers code policy brands retailers compliance questionnaire vendors remediation"
NEITHER = "rain harbour boats wharf gulls lighthouse dusk anchor tide sail captain"


def passage_texts(number: int) -> list[str]:
    """A passage of each kind in words of its own; the first has a union and a strike."""
    draw = random.Random(number)  # noqa: S311
    drawn = [" ".join(draw.sample(words.split(), 8)) for words in (LABOR, CSR, NEITHER)]
    return [
        f"The union of day {number} strike {drawn[0]}.",
        f"On day {number} {drawn[1]}.",
        f"Day {number} {drawn[2]}.",
    ]


@pytest.fixture
def index(tmp_path: Path):
    """Twenty documents of three passages: labor, csr and neither; a person has coded all but the last."""
    with Index.open(tmp_path / "x.db", create=True) as found:
        run = found.start_run(Run("annotate", {"codebook": "gereffi-lee"}, {}, "c", "p"))
        for number in range(20):
            parts = passage_texts(number)
            text = "\n\n".join(parts)
            identity = f"{number:016x}"
            passages, at = [], 0
            for ordinal, part in enumerate(parts):
                passages.append(Passage(identity, ordinal, at, at + len(part), page=ordinal + 1))
                at += len(part) + 2
            known = Bibliography(f"Title {number}", year=2010 + number % 4, language="en", kind="paper")
            found.add_document(Document(identity, f"{number}.txt", text, known), passages)
            union = Mention(4, 9, "actor", "union", "union", "r.1")
            found.write_annotations(identity, [(0, Annotation((union,)))], run)
            if number < 19:
                codings = [
                    Coding(identity, 0, "labor", 1.0, "works", (), "D"),
                    Coding(identity, 1, "csr", 0.9, None, (), "D"),
                ]
                found.write_codings(identity, Coder("D", "path", machine=False), codings)
        found.finish_run(run, {})
        yield found


def units_of(index, query=None, unit="passage"):
    return list(read_units(index, default_codebook(), query, unit, "path"))


def test_units_have_their_place_and_codes(index):
    units = units_of(index)
    assert len(units) == 60
    first, second, third = units[:3]
    assert (first.document, first.passage, first.page, first.year, first.file) == (
        "0" * 16,
        0,
        1,
        2010,
        "0.txt",
    )
    assert first.text == index.document(first.document).text[first.start : first.end]
    assert first.mentions == {("actor", "union")}
    assert [unit.codings for unit in (first, second, third)] == [{"labor"}, {"csr"}, set()]
    assert units[-1].codings is None


def test_people_outweigh_machines_and_weak_scores_do_not_count(index):
    identity = "0" * 16
    index.write_codings(
        identity, Coder("m", "path", machine=True), [Coding(identity, 2, "public", 0.9, None, (), "m")]
    )
    assert units_of(index)[2].codings == set()
    last = f"{19:016x}"
    weak = [Coding(last, 0, "public", 0.4, None, (), "m"), Coding(last, 1, "csr", 0.6, None, (), "m")]
    index.write_codings(last, Coder("m", "path", machine=True), weak)
    units = units_of(index)
    assert [unit.codings for unit in units[-3:]] == [set(), {"csr"}, set()]
    assert [unit.by_people for unit in (units[0], units[-1])] == [True, False]


def test_documents_as_units_join_their_passages(index):
    [unit] = units_of(index, "title:7", "document")
    assert unit.passage is None
    assert unit.text == index.document(unit.document).text
    assert unit.codings == {"labor", "csr"}
    assert len(units_of(index, "strike")) == 20
    assert {unit.passage for unit in units_of(index, "strike")} == {0}


def test_headings_tables_and_short_passages_are_no_units(tmp_path):
    with Index.open(tiny.store(tmp_path / "tiny.db"), read_only=True) as found:
        texts = [unit.text for unit in units_of(found)]
    assert tiny.BODY in texts
    assert not any("Strikes" in text or text == tiny.HEADING for text in texts)


def test_labels_are_those_of_the_codebook():
    labels = labels_of(default_codebook())
    assert labels["place", "KHM"] == "Cambodia"
    assert labels["path", "labor"].startswith("Labor")


@pytest.fixture
def seeded(index, tmp_path):
    options = TopicOptions(fit=FitOptions(topics=7, passes=15), min_texts=2, seeds=1)
    fitted = fit_topics(index, options)
    store_topics(tmp_path / "topics", fitted)
    return fitted, tmp_path / "topics"


def test_seeded_topics_tag_what_they_stand_for(index, seeded):
    fitted, folder = seeded
    assert np.allclose(fitted.assignments.sum(axis=1), 1)
    tags = {(tag.unit.document, tag.unit.passage, tag.code): tag for tag in tag_by_topics(index, folder)}
    assert len(tags) == 60 * 6
    for number in range(20):
        identity = f"{number:016x}"
        assert tags[identity, 0, "labor"].tagged
        assert tags[identity, 1, "csr"].tagged
        assert not tags[identity, 1, "labor"].tagged
        assert not tags[identity, 0, "csr"].tagged
    assert tags["0" * 16, 0, "labor"].coded is True
    assert tags["0" * 16, 2, "labor"].coded is False
    assert tags[f"{19:016x}", 0, "labor"].coded is None


def test_of_what_the_model_does_not_know_it_says_nothing(index, seeded):
    text = "Zeppelins hummed quietly above seven snowy alpine meadows yesterday."
    index.add_document(Document("f" * 16, "z.txt", text), [Passage("f" * 16, 0, 0, len(text))])
    assert "f" * 16 in {unit.document for unit in units_of(index)}
    assert "f" * 16 not in {tag.unit.document for tag in tag_by_topics(index, seeded[1])}


def test_agreement_is_that_of_what_was_coded(seeded):
    fitted, _ = seeded
    agreed = fitted.report.agreement
    assert agreed is not None
    assert {row.code: row.kappa for row in agreed.codes} == {"csr": 1, "labor": 1}
    assert (fitted.report.coded, fitted.report.by_people) == (57, 57)


def test_disagreements_name_the_miscoded_passage(index, seeded):
    _, folder = seeded
    identity = f"{5:016x}"
    wrong = [Coding(identity, 1, "labor", 1.0, None, (), "D"), Coding(identity, 0, "csr", 1.0, None, (), "D")]
    index.write_codings(identity, Coder("D", "path", machine=False), wrong)
    found = {
        (row["document"], row["passage"], row["code"], row["coded"]) for row in disagreements(index, folder)
    }
    assert {(identity, 1, "labor", True), (identity, 0, "labor", False), (identity, 1, "csr", False)} <= found
    others = [row for row in found if row[2] in ("labor", "csr") and row[0] != identity]
    assert others == []


def test_reference_of_another_index(index, tmp_path):
    options = TopicOptions(
        "nmf", FitOptions(topics=2), min_texts=2, seeds=1, reference=tiny.store(tmp_path / "t.db")
    )
    quality = fit_topics(index, options).report.quality
    assert quality.c_npmi is None or quality.c_npmi <= 1
    assert (
        fit_topics(index, TopicOptions("nmf", FitOptions(topics=2), min_texts=2, seeds=1)).report.quality
        != quality
    )
    gone = TopicOptions("nmf", FitOptions(topics=2), seeds=1, reference=tmp_path / "gone.db")
    with pytest.raises(TextgovError, match=r"gone.db: there is no index here"):
        fit_topics(index, gone)


def test_a_failed_fit_is_recorded_as_stopped(index):
    with pytest.raises(UsageError, match="3 topics are fewer"):
        fit_topics(index, TopicOptions(fit=FitOptions(topics=3), min_texts=2))
    assert (index.runs()[-1].command, index.runs()[-1].outcome) == ("topics fit", "stopped")
