"""Differences: what became of each mention, and why."""

from __future__ import annotations

from dataclasses import replace

import map_corpus
import pytest

from textgov.analysis import difference as module
from textgov.analysis.difference import Side, difference
from textgov.codebook.loader import Codebook, default_codebook
from textgov.codebook.schema import Term
from textgov.index.store import Index
from textgov.index.units import matching_units
from textgov.workflows.query import query_context

CONTEXT = query_context(default_codebook())
BEFORE = map_corpus.Text(
    "a.pdf", ["The [union|actor:union] wants an [audit|mechanism:audit] of [cocoa|sector:cocoa] farms."]
)


@pytest.fixture
def compare(tmp_path):
    opened = []

    def run(before, after, queries=("*", "*"), codebooks=(None, None), packages=({}, {}), **versions):
        sides = []
        for place, corpus in enumerate((before, after)):
            path = map_corpus.store(
                tmp_path / f"{place}-{len(opened)}.db",
                corpus,
                packages=packages[place],
                **(versions if place else {}),
            )
            opened.append(Index.open(path, read_only=True))
            units = matching_units(opened[-1], queries[place], context=CONTEXT)
            sides.append(Side(opened[-1], units, codebooks[place]))
        return difference(*sides)

    yield run
    for index in opened:
        index.close()


def told(found):
    return [(c.kind, c.text, c.fields, c.reason) for c in found.mentions]


def with_words(words: str) -> list[map_corpus.Text]:
    return [replace(BEFORE, passages=[words])]


def test_the_same_coding_differs_in_nothing(compare):
    found = compare([BEFORE], [BEFORE], codebook="other")
    assert (found.mentions, found.documents, found.shifts, found.unchanged) == ((), (), (), 3)


def test_added_lost_recoded_and_moved(compare):
    after = with_words(
        "The [union|actor:union] wants an [audit of|mechanism:audit|negated] cocoa [farms|actor:supplier]."
    )
    found = compare([BEFORE], after, codebook="new")
    assert told(found) == [
        ("recoded", "audit of", ("span", "status"), module.CODEBOOK_CHANGED),
        ("lost", "cocoa", (), module.CODEBOOK_CHANGED),
        ("added", "farms", (), module.CODEBOOK_CHANGED),
    ]
    assert found.unchanged == 1
    assert [(s.layer, s.code, s.documents, s.mentions) for s in found.shifts] == [
        ("actor", "supplier", (0, 1), (0, 1)),
        ("sector", "cocoa", (1, 0), (1, 0)),
    ]
    assert found.counts() == {"recoded": 1, "lost": 1, "added": 1}
    assert found.rules()["lost", "sector.cocoa.1"] == 1
    assert [change.page for change in found.mentions] == [1, 1, 1]


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        ({"codebook": "x"}, module.CODEBOOK_CHANGED),
        ({"pipeline": "x"}, module.PIPELINE_CHANGED),
        ({"codebook": "x", "pipeline": "x"}, module.BOTH_CHANGED),
        ({}, module.UNEXPLAINED),
        ({"codebook": None}, module.NOT_CODED),
    ],
)
def test_the_reason_is_what_changed(compare, versions, reason):
    after = with_words("The union wants an [audit|mechanism:audit] of [cocoa|sector:cocoa] farms.")
    assert told(compare([BEFORE], after, **versions)) == [("lost", "union", (), reason)]


def codebook_of(rules: dict[str, str], hashed: str) -> Codebook:
    """A codebook of one layer with terms by id."""
    terms = tuple(Term(id=one, code="union", term=term, pos="noun") for one, term in rules.items())
    return replace(default_codebook(), terms={"actor": terms}, names={}, clusters=(), hash=hashed)


@pytest.mark.parametrize(
    ("marks", "old", "new", "reason"),
    [
        ("union", {"actor.union.1": "union"}, {}, module.RULE_GONE),
        ("union", {"actor.union.1": "union"}, {"actor.union.1": "trade union"}, module.RULE_CHANGED),
        ("union", {"actor.union.1": "union"}, {"actor.union.1": "union"}, module.CODEBOOK_CHANGED),
        ("[union|actor:ngo]", {}, {"actor.ngo.1": "union"}, module.RULE_NEW),
        ("union", {"actor.union.1": "union"}, None, module.CODEBOOK_CHANGED),
    ],
)
def test_the_rule_tells_why(compare, marks, old, new, reason):
    after = with_words(f"The {marks} wants an [audit|mechanism:audit] of [cocoa|sector:cocoa] farms.")
    codebooks = [
        codebook_of(old, "c0de"),
        codebook_of({} if new is None else new, "n3w" if new is not None else "?"),
    ]
    [change] = compare([BEFORE], after, codebooks=codebooks, codebook="n3w").mentions
    assert change.reason == reason


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        ({}, module.CODEBOOK_CHANGED),
        ({"spacy": "4"}, module.BOTH_CHANGED),
        ({"textgov": "2"}, module.BOTH_CHANGED),
    ],
)
def test_the_hash_of_a_pipeline_that_its_codebook_moved_is_no_reason(compare, later, reason):
    known = {"textgov": "1", "spacy": "3"}
    after = with_words("The union wants an [audit|mechanism:audit] of [cocoa|sector:cocoa] farms.")
    found = compare([BEFORE], after, packages=(known, known | later), codebook="x", pipeline="y")
    assert told(found) == [("lost", "union", (), reason)]


def test_another_code_on_the_same_span(compare):
    after = with_words(
        "The [union|actor:ngo] wants an [audit|mechanism:audit] of [cocoa|sector:cocoa] farms."
    )
    assert told(compare([BEFORE], after, codebook="x"))[0][:3] == (
        "recoded",
        "union",
        ("code", "form", "scope"),
    )


def test_documents_that_one_side_lacks(compare):
    other = map_corpus.Text("b.pdf", ["A [strike|mechanism:strike] began."], title="Strikes")
    found = compare([BEFORE], [BEFORE, other])
    assert [(d.kind, d.title, d.file, d.reread) for d in found.documents] == [
        ("added", "Strikes", "papers/b.pdf", None)
    ]
    assert told(found) == [("added", "strike", (), module.DOCUMENT_NEW)]
    assert told(compare([BEFORE, other], [BEFORE])) == [("lost", "strike", (), module.DOCUMENT_GONE)]


def test_a_file_whose_text_changed(compare):
    after = with_words("The [union|actor:union] wants no audit of farms.")
    found = compare([BEFORE], after)
    old, new = found.documents
    assert (old.kind, new.kind) == ("lost", "added")
    assert (old.reread, new.reread) == (new.document, old.document)
    assert {change.reason for change in found.mentions} == {module.TEXT_CHANGED}


def test_two_queries_of_the_same_coding(compare):
    two = replace(BEFORE, passages=[BEFORE.passages[0], "A [strike|mechanism:strike] began."])
    found = compare([two], [two], ("*", "mechanism:strike"))
    assert {(c.kind, c.reason) for c in found.mentions} == {("lost", module.HITS_DIFFER)}
    assert (len(found.mentions), found.unchanged) == (3, 1)
    nothing = compare([two], [two], ("*", "zebra"))
    assert {(c.kind, c.reason) for c in nothing.mentions} == {("lost", module.HITS_DIFFER)}


def test_codings_that_were_added_lost_or_given_another_stance(compare):
    before = replace(
        BEFORE, paths={0: {"csr": (0.9, "works"), "labor": (0.7, "works"), "public": (0.2, "works")}}
    )
    after = replace(
        BEFORE, paths={0: {"csr": (0.6, "fails"), "market": (0.8, "mixed"), "public": (0.4, "works")}}
    )
    found = compare([before], [after], pipeline="new")
    changes = [(c.kind, c.passage, c.page, c.layer, c.code) for c in found.codings]
    assert changes == [
        ("recoded", 0, 1, "path", "csr"),
        ("lost", 0, 1, "path", "labor"),
        ("added", 0, 1, "path", "market"),
    ]
    [recoded, *_] = found.codings
    assert (recoded.before.stance, recoded.after.stance) == ("works", "fails")
    assert recoded.text == "The union wants an audit of cocoa farms."
    assert {change.reason for change in found.codings} == {"by machine p1pe, then by machine new"}
    assert compare([before], [before]).codings == ()
    [one, *_] = compare([before], [after]).codings
    assert one.reason == "both by machine p1pe"


def test_codings_of_documents_that_one_side_lacks(compare):
    coded = replace(BEFORE, paths={0: {"csr": (0.9, "works")}})
    [change] = compare([coded], []).codings
    assert (change.kind, change.reason) == ("lost", module.DOCUMENT_GONE)
