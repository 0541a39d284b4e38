"""The store: what goes in comes out, whatever it is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_corpus import corpora, store
from index_dump import dump

from textgov.documents import (
    Annotation,
    Bibliography,
    Block,
    Coding,
    Document,
    Interaction,
    Mention,
    Page,
    Passage,
    Relation,
    Section,
)
from textgov.errors import RecordError, UsageError
from textgov.index.annotations import Coder
from textgov.index.records import Duplicate, FileRecord, Run, Sentence
from textgov.index.store import Index

_storable = st.characters(exclude_categories=["Cs"])
_text = st.text(_storable, max_size=30)
_maybe = st.none() | _text
_span = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (min(pair), max(pair)))
_mention = st.builds(
    lambda span, **rest: Mention(*span, **rest),
    _span,
    layer=_text,
    code=_text,
    name=_text,
    rule=_text,
    form=_maybe,
    scope=_maybe,
    status=st.sampled_from(["asserted", "negated", "conditional"]),
    attributed=st.booleans(),
    source=_maybe,
    condition=st.none() | _span,
    confidence=st.floats(0, 1),
    dimension=_maybe,
    direction=_maybe,
    group=st.none() | _span,
)


@st.composite
def _annotations(draw):
    mentions = tuple(draw(st.lists(_mention, max_size=3)))
    place = st.none() | (st.integers(0, len(mentions) - 1) if mentions else st.nothing())
    relation = st.builds(
        lambda k, s, m, t, span, r: Relation(k, s, m, t, *span, r), _text, place, place, place, _span, _text
    )
    interaction = st.builds(
        lambda k, f, span, r: Interaction(k, f, *span, r), _text, st.tuples(_text, _text), _span, _text
    )
    paths = draw(st.dictionaries(_text, st.floats(0, 1), max_size=2))
    stance = draw(st.dictionaries(st.sampled_from(sorted(paths)), _text, max_size=2)) if paths else {}
    return Annotation(
        mentions,
        tuple(draw(st.lists(relation, max_size=2))),
        tuple(draw(st.lists(interaction, max_size=2))),
        paths,
        {**stance, **draw(st.dictionaries(_text.map("s".__add__), _text, max_size=1))},
        tuple(draw(st.lists(_text, max_size=2))),
    )


@pytest.fixture
def index(tmp_path):
    with Index.open(tmp_path / "index.db", create=True) as opened:
        yield opened


def _document(number=1, text="Unions bargain. Buyers audit.", **rest):
    return Document(f"{number:016x}", f"{number}.txt", text, **rest)


def _add(index, number=1, **rest):
    document = _document(number, **rest)
    passage = Passage(document.id, 0, 0, len(document.text))
    index.add_document(document, [passage], [Sentence(0, 0, 15), Sentence(0, 16, len(document.text))])
    return document


_slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_slow
@given(
    st.builds(
        Document,
        st.just("a" * 16),
        st.binary(min_size=1).map(lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")),
        _text | st.just("\r\n \u00e9e\u0301 \U0001f600\0 \ufeff"),
        st.builds(
            Bibliography,
            title=_maybe,
            authors=st.lists(_text).map(tuple),
            year=st.none() | st.integers(-1000, 3000),
            doi=_maybe,
            venue=_maybe,
            keywords=st.lists(_text).map(tuple),
            language=_maybe,
            kind=st.sampled_from(["paper", "other"]),
            url=_maybe,
        ),
        st.lists(st.builds(Page, st.integers(1, 9), st.integers(0, 9), st.integers(0, 9), _maybe)).map(tuple),
        st.lists(st.builds(Section, _text, st.integers(1, 3), st.integers(0, 9), st.integers(0, 9))).map(
            tuple
        ),
        st.lists(st.builds(Block, st.integers(0, 9), st.integers(0, 9))).map(tuple),
        _maybe,
        _text,
        st.lists(_text).map(tuple),
    ),
    st.none() | st.binary(),
)
def test_documents_come_back_as_they_were(document, signature):
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "i.db", create=True) as index:
        whole = [Passage(document.id, 0, 0, len(document.text), section=document.part)]
        spans = [Sentence(0, 0, len(document.text))]
        assert index.add_document(document, whole, spans, signature=signature)
        assert index.document(document.id) == document
        assert list(index.documents()) == [document]
        assert index.passages(document.id) == whole
        assert index.sentences(document.id) == spans
        assert index.signature(document.id) == signature
        assert index.check() == []


@_slow
@given(st.lists(st.tuples(st.integers(0, 2), _annotations()), max_size=3, unique_by=lambda pair: pair[0]))
def test_annotations_come_back_as_they_were(written):
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "i.db", create=True) as index:
        document = _document(text="x" * 40)
        passages = [Passage(document.id, n, n * 12, n * 12 + 9) for n in range(3)]
        index.add_document(document, passages, [Sentence(n, n * 12, n * 12 + 5) for n in range(3)])
        run = index.start_run(Run("annotate", codebook="c", pipeline="p"))
        index.write_annotations(document.id, [(0, Annotation(cells=("old",)))], run)
        index.write_annotations(document.id, written, run)
        expected = sorted((n, said) for n, said in written if said != Annotation())
        assert index.annotations(document.id) == expected
        stored = [(m.passage, m.ordinal, m.mention.start - m.passage * 12) for m in index.mentions()]
        assert stored == [(n, at, m.start) for n, said in expected for at, m in enumerate(said.mentions)]


def test_nothing_of_an_old_annotation_stays(index):
    document = _add(index)
    run = index.start_run(Run("annotate", codebook="c", pipeline="p"))
    mention = Mention(0, 6, "actor", "union", "union", "r.1")
    relation = Relation("sets", 0, None, 0, 0, 5, "r.2")
    full = Annotation(
        (mention,), (relation,), (Interaction("synergy", ("a", "b"), 0, 3, "r"),), {"p": 1.0}, {}, ("c",)
    )
    index.write_annotations(document.id, [(0, full)], run)
    index.write_codings(
        document.id, Coder("Ada", "path", machine=False), [Coding(document.id, 0, "p", 1.0, None, (), "Ada")]
    )
    index.write_annotations(document.id, [], run)
    status = index.status()
    assert (status.mentions, status.relations, status.interactions) == ({}, {}, {})
    assert [coding.coder for _, coding in index.codings(document.id, machine=False)] == ["Ada"]


def test_pending_is_in_order_of_ingest_and_per_version(index):
    for number in (3, 1, 2):
        _add(index, number)
    index.add_document(_document(9), duplicate_of=f"{1:016x}")
    run = index.start_run(Run("annotate", codebook="c1", pipeline="p1"))
    seen = []
    for document in index.pending("c1", "p1"):
        seen.append(int(document, 16))
        index.write_annotations(document, [], run)
    assert seen == [3, 1, 2]
    assert list(index.pending("c1", "p1")) == []
    assert [int(d, 16) for d in index.pending("c2", "p1")] == [3, 1, 2]
    assert [int(d, 16) for d in index.pending("c1", "p2")] == [3, 1, 2]


def test_pending_reaches_beyond_one_batch(index, monkeypatch):
    monkeypatch.setattr("textgov.index.store._BATCH", 2)
    with index.transaction():
        for number in range(1, 6):
            _add(index, number)
    assert [int(d, 16) for d in index.pending("c", "p")] == [1, 2, 3, 4, 5]


def test_a_document_is_added_once(index):
    first = _add(index)
    again = _document(text="other text")
    assert not index.add_document(again)
    assert index.document(first.id) == first


def test_files_keep_names_that_are_not_utf8_or_have_newlines(index):
    records = [
        FileRecord("b\udcff.pdf", "kept", "ab" * 32, 10, 1_700_000_000_123_456_789, "d" * 16),
        FileRecord("a\nb.pdf", "failed", reason="it is encrypted", advice="remove the password"),
        FileRecord("copy.pdf", "duplicate", "ab" * 32, 10, 1, "d" * 16, "same file as b\udcff.pdf"),
    ]
    for record in records:
        index.add_file(record)
    assert index.file("b\udcff.pdf") == records[0]
    assert index.file("none") is None
    assert list(index.files("failed")) == [records[1]]
    assert [record.path for record in index.files()] == ["a\nb.pdf", "copy.pdf", "b\udcff.pdf"]
    assert [record.path for record in index.files_with_hash("ab" * 32)] == ["copy.pdf", "b\udcff.pdf"]
    assert [record.path for record in index.files_of("d" * 16)] == ["copy.pdf", "b\udcff.pdf"]


def test_a_file_met_again_replaces_its_record(index):
    index.add_file(FileRecord("a.pdf", "failed", reason="locked"))
    index.add_file(FileRecord("a.pdf", "kept"))
    assert [record.status for record in index.files()] == ["kept"]


def test_copies_are_linked_and_their_text_is_kept_apart(index):
    kept = _add(index)
    copy = _document(2, "Unions bargain. Buyers audit!")
    index.add_document(copy, signature=b"s", duplicate_of=kept.id)
    link = Duplicate("2.txt", copy.id, kept.id, "near-identical text")
    index.link_duplicate(link)
    index.link_duplicate(Duplicate("table.csv", kept.id, kept.id, "same text", "row 7"))
    assert list(index.duplicates()) == [link, Duplicate("table.csv", kept.id, kept.id, "same text", "row 7")]
    assert index.duplicate_of(copy.id) == kept.id
    assert index.duplicate_of(kept.id) is None
    assert list(index.signatures()) == []
    assert list(index.documents()) == [kept]
    assert list(index.documents(duplicates=True)) == [kept, copy]
    assert list(index.document_ids()) == [kept.id]


@pytest.mark.parametrize("kept", ["0" * 16])
def test_a_copy_of_nothing_is_refused(index, kept):
    with pytest.raises(RecordError, match="no document 0000"):
        index.link_duplicate(Duplicate("a", "b", kept, "same DOI"))
    with pytest.raises(RecordError, match="no document 0000"):
        index.add_document(_document(), duplicate_of=kept)


def test_fingerprints_find_documents_in_order_of_ingest(index):
    for number in (2, 1):
        index.add_document(_document(number), fingerprints=["doi:10.1000/1", f"own:{number}"])
    assert index.documents_with_fingerprint("doi:10.1000/1") == [f"{2:016x}", f"{1:016x}"]
    assert index.documents_with_fingerprint("own:1") == [f"{1:016x}"]
    assert index.documents_with_fingerprint("doi:10.1000/2") == []


@pytest.mark.parametrize(
    ("passages", "sentences", "message"),
    [
        ([(0, 0, 99)], [], "passage 0 lies outside"),
        ([(0, 5, 4)], [], "passage 0 lies outside"),
        ([(0, 0, 5), (0, 5, 9)], [], "two passages have the ordinal 0"),
        ([(0, 0, 5)], [(0, 3, 7)], "sentence at 3-7 lies outside its passage 0"),
        ([(0, 0, 5)], [(1, 0, 3)], "outside its passage 1"),
        ([(0, 0, 9)], [(0, 4, 9), (0, 0, 3)], "before the one that precedes it"),
        ([(1 << 20, 0, 9)], [], "at most 1,048,576 passages"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(index, passages, sentences, message):
    document = _document()
    with pytest.raises(RecordError, match=message):
        index.add_document(
            document, [Passage(document.id, *p) for p in passages], [Sentence(*s) for s in sentences]
        )
    assert not index.has_document(document.id)
    assert index.status().passages == 0


def test_too_many_sentences_in_a_passage_are_refused(index):
    document = _document(text=".")
    with pytest.raises(RecordError, match="at most 4,096 sentences"):
        index.add_document(document, [Passage(document.id, 0, 0, 1)], [Sentence(0, 0, 0)] * 4097)


def test_half_a_surrogate_pair_is_refused(index):
    with pytest.raises(RecordError, match="half a surrogate pair"):
        index.add_document(_document(text="a \ud800 b"))
    assert list(index.documents()) == []


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ([(7, Annotation())], "passage 7"),
        ([(0, Annotation()), (0, Annotation())], "annotated twice"),
        ([(0, Annotation((Mention(20, 40, "l", "c", "n", "r"),)))], "mention at 20-40 lies outside"),
        (
            [(0, Annotation((Mention(0, 4, "l", "c", "n", "r", condition=(5, 50)),)))],
            "condition of a mention at 5-50",
        ),
        (
            [(0, Annotation(relations=(Relation("sets", 0, None, None, 0, 3, "r"),)))],
            "there is no such mention",
        ),
        ([(0, Annotation(interactions=(Interaction("synergy", ("a",), 0, 99, "r"),)))], "synergy at 0-99"),
    ],
)
def test_annotations_that_do_not_fit_leave_the_old_ones(index, annotations, message):
    document = _add(index)
    run = index.start_run(Run("annotate", codebook="c", pipeline="p"))
    old = [(0, Annotation((Mention(0, 6, "actor", "union", "union", "r"),)))]
    index.write_annotations(document.id, old, run)
    other = index.start_run(Run("annotate", codebook="c2", pipeline="p"))
    with pytest.raises(RecordError, match=message):
        index.write_annotations(document.id, annotations, other)
    assert index.annotations(document.id) == old
    assert list(index.pending("c2", "p")) == [document.id]


def test_a_mention_has_the_page_and_sentence_of_its_start(index):
    document = _document(pages=(Page(4, 0, 10), Page(5, 10, 29)))
    index.add_document(document, [Passage(document.id, 0, 0, 29)], [Sentence(0, 0, 15), Sentence(0, 16, 29)])
    run = index.start_run(Run("annotate"))
    spans = [(0, 6), (9, 12), (10, 14), (16, 22), (15, 16)]
    said = Annotation(tuple(Mention(*span, "l", "c", "n", "r") for span in spans))
    index.write_annotations(document.id, [(0, said)], run)
    assert [(m.page, m.sentence) for m in index.mentions()] == [(4, 0), (4, 0), (5, 0), (5, 1), (5, 0)]


def test_mentions_are_chosen_by_document_layer_and_code(index):
    run = index.start_run(Run("annotate"))
    said = Annotation(tuple(Mention(0, 1, layer, code, "n", "r") for layer, code in ["ax", "ay", "bx"]))
    for number in (2, 1):
        index.write_annotations(_add(index, number).id, [(0, said)], run)
    assert [int(m.document, 16) for m in index.mentions()] == [2, 2, 2, 1, 1, 1]
    assert [m.mention.code for m in index.mentions(document=f"{1:016x}", layer="a")] == ["x", "y"]
    assert [(m.document[-1], m.mention.layer) for m in index.mentions(code="x")] == list(
        zip("2211", "abab", strict=True)
    )


def test_relations_and_interactions_have_their_place(index):
    document = _add(index)
    relation = Relation("sets", 0, None, 0, 16, 20, "r")
    interaction = Interaction("synergy", ("private", "public"), 17, 20, "r")
    said = Annotation((Mention(0, 1, "a", "x", "n", "r"),), (relation,), (interaction,))
    index.write_annotations(document.id, [(0, said)], index.start_run(Run("annotate")))
    (stored,) = index.relations(document=document.id)
    assert (stored.sentence, stored.relation) == (1, relation)
    (found,) = index.interactions()
    assert (found.sentence, found.interaction) == (1, interaction)


def test_a_transaction_is_all_or_nothing(index):
    with pytest.raises(ZeroDivisionError), index.transaction():
        _add(index)
        index.add_file(FileRecord("1.txt", "kept"))
        raise ZeroDivisionError
    assert index.status().documents == 0
    assert list(index.files()) == []
    _add(index)
    assert index.status().documents == 1


def test_runs_are_recorded(index):
    asked = Run("annotate", {"jobs": 2, "coded": None}, {"textgov": "0.1.0"}, "c", "p", 42)
    number = index.start_run(asked)
    assert index.run(number).outcome == "running"
    index.finish_run(number, {"documents": 3})
    (run,) = index.runs()
    assert (run.command, run.options, run.versions, run.seed, run.counts) == (
        "annotate",
        {"jobs": 2, "coded": None},
        {"textgov": "0.1.0"},
        42,
        {"documents": 3},
    )
    assert run.outcome == "done"
    assert run.started is not None and run.finished is not None and run.started <= run.finished


def test_unknown_documents_and_runs_say_so(index):
    for ask in (index.document, index.passages, index.annotations, index.sentences, index.duplicate_of):
        with pytest.raises(UsageError, match="no document 'x'"):
            ask("x")
    with pytest.raises(UsageError, match="no run 7"):
        index.run(7)


def test_codings_of_people_are_replaced_by_coder_and_layer(index):
    document = _add(index)

    def code(coder, *codes):
        codings = [Coding(document.id, 0, c, 1.0, "works", (0,), coder) for c in codes]
        index.write_codings(document.id, Coder(coder, "path", machine=False), codings)

    code("Ada", "p", "q")
    code("Bob", "p")
    code("Ada", "q")
    found = [(layer, c.coder, c.code, c.evidence) for layer, c in index.codings(document.id, machine=False)]
    assert found == [("path", "Ada", "q", (0,)), ("path", "Bob", "p", (0,))]
    assert index.codings(document.id, machine=True) == []
    with pytest.raises(RecordError, match="passage 5"):
        index.write_codings(
            document.id,
            Coder("Ada", "path", machine=False),
            [Coding(document.id, 5, "p", 1, None, (), "Ada")],
        )


def test_forgetting_a_file_gives_the_copies_to_read_again(index):
    kept = _add(index)
    other = _add(index, 2)
    index.add_file(FileRecord("1.txt", "kept", document=kept.id))
    index.add_file(FileRecord("2.txt", "kept", document=other.id))
    index.add_file(FileRecord("copy.txt", "duplicate", document=kept.id))
    index.add_file(FileRecord("near.txt", "duplicate", document=kept.id))
    index.add_document(Document("c" * 16, "near.txt", "near"), duplicate_of=kept.id)
    index.link_duplicate(Duplicate("near.txt", "c" * 16, kept.id, "near-identical text"))
    assert index.forget("1.txt") == ["copy.txt", "near.txt"]
    assert [record.path for record in index.files()] == ["2.txt"]
    assert list(index.documents(duplicates=True)) == [other]
    assert index.check() == []


@_slow
@given(corpora())
def test_forgetting_leaves_no_trace(corpus):
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "i.db", Path(folder) / "plain.db"
        store(path, corpus)
        store(plain, corpus[1:])
        with Index.open(path) as index:
            index.forget(corpus[0].source)
        found, expected = dump(path), dump(plain)
        # Words may outlive their texts: they only tell what patterns could stand for.
        assert set(expected.pop("words")) <= set(found.pop("words"))
        for table in ("sentence_text", "passage_text", "document_text", "mentions", "passages", "documents"):
            assert len(found[table]) == len(expected[table]), table
