"""Relations: golden cases on given mentions, whole texts, and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import base, codebook, judge, marked, paths, read
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline_small import CodebookOf
from spacy.tokens import Doc, Span

from textgov.codebook.marked import MarkedPassage
from textgov.documents import Annotation, to_json
from textgov.pipeline.build import Pipeline
from textgov.pipeline.convert import to_annotation
from textgov.pipeline.drafts import DRAFTS, Draft, relations_of
from textgov.pipeline.relations import Relations

LAYERS = ("actor", "mechanism", "outcome")
WORDS = (
    "buyers",
    "audit",
    "mills",
    "through",
    "codes",
    ",",
    "and",
    "by",
    "of",
    "which",
    "were",
    "fined",
    "to",
    "it",
    "their",
    "led",
    "é",
    "wages",
    "on",
)


@pytest.fixture(scope="module")
def relations() -> Relations:
    return Relations(base(), codebook())


def drafted(passage: MarkedPassage) -> Doc:
    """The parsed text with mentions whose layers are the codes of its marks."""

    def draft(code: str, span: Span) -> Draft:
        direction = "improves" if code == "outcome" else None
        return Draft(span.start, span.end, code, "x", span.text, "case", direction=direction)

    return marked(passage, draft)


def told(annotation: Annotation, text: str) -> set[str]:
    """Relations as the cases write them: `buyer > code > mill`, `code > wages`."""

    def name(place: int | None) -> str:
        return (
            "-" if place is None else text[annotation.mentions[place].start : annotation.mentions[place].end]
        )

    found = set()
    for one in annotation.relations:
        places = (one.source, one.means, one.target) if one.kind == "governs" else (one.source, one.target)
        found.add(f"{one.kind}: " + " > ".join(name(place) for place in places))
    return found


def expected(header: str, kind: str) -> set[str]:
    return set() if header == "none" else {f"{kind}: {one.strip()}" for one in header.split(";")}


def test_there_are_cases_for_and_against() -> None:
    headers = [read(path).header for path in paths("relation")]
    assert len(headers) >= 60
    assert sum("none" in (h.get("governs"), h.get("leads_to")) for h in headers) >= 3


@pytest.mark.parametrize("path", paths("relation"), ids=lambda p: p.stem)
def test_case(path: Path, relations: Relations) -> None:
    passage = read(path)
    doc = relations(drafted(passage))
    kind = "governs" if "governs" in passage.header else "leads_to"
    right = expected(passage.header[kind], kind)
    found = {one for one in told(to_annotation(doc), passage.text) if one.startswith(kind)}
    judge(passage, [] if found == right else [f"expected {sorted(right)}, found {sorted(found)}"])


@pytest.mark.parametrize("path", paths("relation")[::4], ids=lambda p: p.stem)
def test_a_sentence_about_other_things_changes_nothing(path: Path, relations: Relations) -> None:
    passage = read(path)
    longer = MarkedPassage(passage.id, f"{passage.text} The river is wide here.", passage.marks)
    found = [told(to_annotation(relations(drafted(one))), one.text) for one in (passage, longer)]
    assert found[0] == found[1]


def test_evidence_runs_from_the_first_of_the_mentions_to_the_last(relations: Relations) -> None:
    passage = read(next(p for p in paths("relation") if p.stem == "active-imposes"))
    (one,) = relations_of(relations(drafted(passage)))
    assert passage.text[one.start : one.end] == "retailer imposed a labour code on all of its suppliers"
    assert one.rule == "relation.governs.object"


def test_a_second_run_does_not_double_relations(relations: Relations) -> None:
    doc = drafted(read(paths("relation")[0]))
    first = list(relations_of(relations(doc)))
    assert relations_of(relations(doc)) == first


def test_a_document_without_a_parse_has_none(relations: Relations) -> None:
    doc = base().make_doc("Buyers audit mills.")
    doc.user_data[DRAFTS] = [Draft(0, 1, "actor", "x", "b", "r"), Draft(1, 2, "mechanism", "x", "a", "r")]
    assert relations_of(relations(doc)) == []


def test_a_codebook_without_relation_cues_still_finds_what_the_parse_says(codebook_of: CodebookOf) -> None:
    passage = read(next(p for p in paths("relation") if p.stem == "active-verb-means"))
    doc = Relations(base(), codebook_of())(drafted(passage))
    assert told(to_annotation(doc), passage.text) == {"governs: brand > audits > suppliers"}


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("The ministry fined two mills.", "governs: ministry > fined > mills"),
        (
            "Retail chains demand SA8000 certification from their suppliers.",
            "governs: Retail chains > SA8000 certification > suppliers",
        ),
        ("Boycotts forced the retailer to raise wages.", "governs: - > Boycotts > retailer"),
        ("Collective bargaining raised wages at the port.", "leads_to: Collective bargaining > wages"),
    ],
)
def test_whole_texts(default_pipeline: Pipeline, text: str, relation: str) -> None:
    assert relation in told(next(default_pipeline.annotate([text])), text)


def test_a_list_of_a_thousand_is_read(relations: Relations) -> None:
    text = "Buyers audit " + ", ".join(["mills"] * 1000) + " and farms."
    doc = base()(text)
    mills = [Draft(t.i, t.i + 1, "actor", "x", t.text, "r") for t in doc if t.text == "mills"]
    doc.user_data[DRAFTS] = [
        Draft(0, 1, "actor", "x", "b", "r"),
        Draft(1, 2, "mechanism", "x", "a", "r"),
        *mills,
    ]
    assert relations_of(relations(doc))


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=2, max_size=20),
    picks=st.lists(
        st.tuples(st.integers(0, 19), st.sampled_from(LAYERS)), max_size=8, unique_by=lambda p: p[0]
    ),
)
def test_relations_of_any_words_are_well_formed(
    relations: Relations, words: list[str], picks: list[tuple[int, str]]
) -> None:
    doc = base()(" ".join(words))
    drafts = [Draft(n, n + 1, layer, "x", "n", "r", direction="mixed") for n, layer in picks if n < len(doc)]
    doc.user_data[DRAFTS] = sorted(drafts, key=lambda d: d.start)
    annotation = to_annotation(relations(doc))
    layers = [mention.layer for mention in annotation.mentions]
    for one in annotation.relations:
        places = [p for p in (one.source, one.means, one.target) if p is not None]
        assert len(set(places)) == len(places) >= 2
        assert 0 <= one.start < one.end <= len(doc.text)
        if one.kind == "governs":
            assert one.means is not None
            assert layers[one.means] == "mechanism"
            assert all(layers[p] == "actor" for p in (one.source, one.target) if p is not None)
        else:
            assert one.source is not None
            assert one.target is not None
            assert (one.kind, one.means) == ("leads_to", None)
            assert (layers[one.source], layers[one.target]) == ("mechanism", "outcome")
    keys = [to_json(one) for one in annotation.relations]
    assert len(set(keys)) == len(keys)
