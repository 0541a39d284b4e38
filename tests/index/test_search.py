"""What is shown of hits: evidence, places, context, counts, order and pages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_naive import _near, _phrase

from textgov.documents import (
    Annotation,
    Bibliography,
    Document,
    Interaction,
    Mention,
    Page,
    Passage,
    Relation,
)
from textgov.errors import QueryError, UsageError
from textgov.index.evidence import Evidence, merged
from textgov.index.facets import FacetValue, facets
from textgov.index.fields import QueryContext
from textgov.index.query import parse_query
from textgov.index.records import Run, Sentence
from textgov.index.search import count, kwic, search
from textgov.index.store import Index
from textgov.index.tokens import tokens

CONTEXT = QueryContext(
    {"actor": {"union": "Trade union", "buyer": "Buyer"}, "place": {}},
    {"path": {"labor": "Labour-centred", "csr": ""}},
)
FIRST = (
    "Unions bargain\nover wages. Buyers audit factories.\n\n"
    "The union\u2019s strike failed; no union struck again."
)
SECOND = "Buyers audit. Buyers audit again. Nobody bargains."


def _split(text):
    """Passages at blank lines, sentences at full stops: enough for these texts."""
    passages, sentences, start = [], [], 0
    for ordinal, part in enumerate(text.split("\n\n")):
        passages.append((ordinal, start, start + len(part)))
        at = start
        for piece in part.split(". "):
            end = min(at + len(piece) + 1, start + len(part))
            sentences.append(Sentence(ordinal, at, end))
            at = end + 1
        start += len(part) + 2
    return passages, sentences


def _add(index, name, text, said, run, **rest):
    document = Document(name * 16, f"in/{name}.pdf", text, **rest)
    passages, sentences = _split(text)
    sections = ["Findings", None]
    index.add_document(
        document, [Passage(document.id, *p, section=sections[p[0]]) for p in passages], sentences
    )
    index.write_annotations(document.id, said, run)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with Index.open(tmp_path_factory.mktemp("search") / "index.db", create=True) as index:
        run = index.start_run(Run("annotate", codebook="c", pipeline="p"))
        union = Mention(0, 6, "actor", "union", "union", "a.1")
        buyer = Mention(27, 33, "actor", "buyer", "buyers", "a.2")
        relation = Relation("governs", 0, None, 1, 7, 20, "g.1")
        interaction = Interaction("conflict", ("social", "private"), 0, 33, "i.1")
        place = Mention(4, 9, "place", "KHM", "Cambodia", "p.1")
        said = [
            (0, Annotation((union, buyer), (relation,), (interaction,), {"labor": 0.9, "csr": 0.1})),
            (1, Annotation((Mention(4, 11, "actor", "union", "union", "a.1", status="negated"), place))),
        ]
        pages = (Page(1, 0, 30), Page(2, 30, len(FIRST)))
        known = Bibliography(
            "On unions", ("Doe, J.", "Roe, R."), 2010, venue="J", keywords=("law",), kind="paper"
        )
        _add(index, "a", FIRST, said, run, bibliography=known, pages=pages)
        also = Mention(14, 20, "actor", "buyer", "buyers", "a.2")
        said = [
            (0, Annotation((Mention(0, 6, "actor", "buyer", "buyers", "a.2"), also), (), (), {"csr": 0.7}))
        ]
        known = Bibliography("On buyers", ("Doe, J.",), 2014, kind="audit")
        _add(index, "b", SECOND, said, run, bibliography=known)
        index.add_document(Document("c" * 16, "in/c.pdf", "", Bibliography("Empty", kind="paper")))
        yield index


def _search(index, query, **options):
    return search(index, query, context=CONTEXT, **options)


def _shown(hit):
    return [hit.text[start:end] for start, end in hit.highlights]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("bargain", ["bargain"]),
        ("bargain AND wages", ["bargain", "wages"]),
        ('"bargain over wages"', ["bargain\nover wages"]),
        ('"wages unions"~3', ["Unions bargain\nover wages"]),
        ("wage* OR nothing", ["wages"]),
        ("b?rgain", ["bargain"]),
        ("bargain AND NOT strike", ["bargain"]),
        ("bargain AND actor:union", ["Unions", "bargain"]),
        ("relation:governs", ["bargain\nover "]),
        ("+bargain wages", ["bargain", "wages"]),
        ("bargain AND year:2010", ["bargain"]),
        ('unions AND "unions bargain"', ["Unions bargain"]),
        ("year:2010 AND section:findings", []),
    ],
)
def test_highlights(index, query, shown):
    (hit,) = _search(index, query).hits
    assert _shown(hit) == shown


def test_a_passage_hit_has_its_place(index):
    (hit,) = _search(index, "strike").hits
    assert hit.document == "a" * 16
    assert (hit.title, hit.year, hit.kind, hit.file) == ("On unions", 2010, "paper", "in/a.pdf")
    assert (hit.passage, hit.sentence, hit.section, hit.page) == (1, None, None, 2)
    assert FIRST[hit.start : hit.end] == hit.text == FIRST.split("\n\n")[1]
    assert [(m.code, hit.text[m.start : m.end]) for m in hit.mentions] == [
        ("union", "union\u2019s"),
        ("KHM", "union"),
    ]


def test_a_sentence_hit_has_only_what_is_in_it(index):
    (hit,) = _search(index, "factories", within="sentence").hits
    assert (hit.passage, hit.sentence, hit.text) == (0, 1, "Buyers audit factories.")
    assert FIRST[hit.start : hit.end] == hit.text
    assert [(m.code, hit.text[m.start : m.end]) for m in hit.mentions] == [("buyer", "Buyers")]


def test_the_page_is_that_of_the_evidence(index):
    assert _search(index, "bargain").hits[0].page == 1
    assert _search(index, "factories").hits[0].page == 2
    assert _search(index, "nobody").hits[0].page is None


def test_a_document_hit_shows_its_best_passage(index):
    (hit,) = _search(index, "bargain AND strike", within="document").hits
    assert hit.passage in (0, 1)
    assert _shown(hit) in (["bargain"], ["strike"])
    (hit,) = _search(index, "place:KHM AND actor:buyer", within="document").hits
    assert hit.passage == 0
    (hit,) = _search(index, "place:KHM", within="document").hits
    assert (hit.passage, _shown(hit)) == (1, ["union"])
    (hit,) = _search(index, "year:2014", within="document").hits
    assert (hit.passage, hit.highlights) == (0, ())
    (hit,) = _search(index, "title:empty", within="document").hits
    assert (hit.passage, hit.text, hit.page, hit.mentions) == (None, "", None, ())


def test_one_mention_or_any(index):
    assert _search(index, "actor:union AND status:negated AND place:KHM").total == 1
    assert _search(index, "actor:(buyer AND status:negated)", within="document").total == 0
    assert _search(index, "actor:buyer AND status:negated", within="document").total == 1


def test_the_best_comes_first(index):
    found = _search(index, "buyers OR strike OR again", within="sentence")
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert found.hits[0].text.startswith(("The union", "Buyers audit again"))
    assert found.hits[-1].text == "Buyers audit factories."


def test_an_optional_clause_ranks_but_does_not_filter(index):
    plain = _search(index, "buyers", within="sentence")
    helped = _search(index, "+buyers again", within="sentence")
    assert helped.total == plain.total == 3
    assert helped.hits[0].text == "Buyers audit again."
    assert _search(index, "+buyers -again nothing", within="sentence").total == 2


def test_common_words_do_not_rank(index, monkeypatch):
    monkeypatch.setattr("textgov.index.ranking.COMMON", 1)
    index.cache = None
    found = _search(index, "buyers OR again", within="sentence")
    index.cache = None
    assert [hit.score for hit in found.hits] == [None] * 4
    assert [(hit.document[0], hit.start) for hit in found.hits] == [
        ("a", 27),
        ("a", FIRST.index("The")),
        ("b", 0),
        ("b", 14),
    ]


def test_sorting_by_year_puts_the_latest_first_and_the_undated_last(index):
    years = [hit.year for hit in _search(index, "*:*", within="document", sort="year").hits]
    assert years == [2014, 2010, None]


def test_pages_follow_each_other(index):
    for sort in ("relevance", "year", "document"):
        whole = _search(index, "buyers OR union*", within="sentence", sort=sort).hits
        parts = [
            _search(index, "buyers OR union*", within="sentence", sort=sort, limit=2, offset=n).hits
            for n in (0, 2, 4)
        ]
        assert [hit for part in parts for hit in part] == list(whole)
    beyond = _search(index, "buyers", offset=99)
    assert (beyond.total, beyond.hits) == (2, ())
    assert _search(index, "buyers", limit=0).hits == ()
    with pytest.raises(UsageError, match="limit and offset"):
        _search(index, "buyers", limit=-1)


def test_counts(index):
    found = count(index, "buyers", context=CONTEXT, within="sentence")
    assert (found.units, found.documents) == (3, 2)


def _kwic(index, query, **options):
    return kwic(index, query, context=CONTEXT, **options)


def test_key_words_in_context(index):
    lines = _kwic(index, "union*", width=12)
    assert [(line.left, line.match, line.right) for line in lines] == [
        ("", "Unions", " bargain ove"),
        ("The ", "union", "\u2019s strike fa"),
        (" failed; no ", "union", " struck agai"),
    ]
    assert [(line.page, line.passage, line.section) for line in lines] == [
        (1, 0, "Findings"),
        (2, 1, None),
        (2, 1, None),
    ]
    assert [FIRST[line.start : line.end] for line in lines] == ["Unions", "union", "union"]


def test_context_reaches_beyond_the_sentence_and_stays_on_one_line(index):
    (line,) = _kwic(index, "factories", within="sentence", width=25)
    assert (line.left, line.match, line.right) == ("over wages. Buyers audit ", "factories", ".")
    (line,) = _kwic(index, '"bargain over"')
    assert line.match == "bargain over"


def test_a_document_gives_all_its_lines(index):
    lines = _kwic(index, "bargain AND strike", within="document")
    assert [line.match for line in lines] == ["bargain", "strike"]
    lines = _kwic(index, "actor:buyer", within="document")
    assert [line.match for line in lines] == ["Buyers", "Buyers", "Buyers"]


def test_a_hit_without_evidence_gives_one_line(index):
    (line,) = _kwic(index, "title:empty", within="document")
    assert (line.left, line.match, line.right, line.page) == ("", "", "", None)
    (line,) = _kwic(index, "year:2014", width=12)
    assert (line.match, line.right) == ("", "Buyers audit")


def test_lines_have_pages_too(index, monkeypatch):
    monkeypatch.setattr("textgov.index.search._BATCH", 1)
    whole = _kwic(index, "union* OR buyers")
    assert len(whole) == 6
    parts = [_kwic(index, "union* OR buyers", limit=2, offset=n) for n in (0, 2, 4, 6)]
    assert [line for part in parts for line in part] == whole


def test_facets(index):
    found = facets(
        index,
        "*:*",
        [
            "actor",
            "kind",
            "year",
            "author",
            "keyword",
            "path",
            "status",
            "relation",
            "section",
            "page",
            "place",
        ],
        context=CONTEXT,
    )
    assert found["actor"] == [FacetValue("buyer", "Buyer", 2, 2), FacetValue("union", "Trade union", 2, 1)]
    assert found["kind"] == [FacetValue("paper", "", 2, 1), FacetValue("audit", "", 1, 1)]
    assert found["year"] == [FacetValue(2010, "", 2, 1), FacetValue(2014, "", 1, 1)]
    assert found["author"] == [FacetValue("Doe, J.", "", 3, 2), FacetValue("Roe, R.", "", 2, 1)]
    assert found["keyword"] == [FacetValue("law", "", 2, 1)]
    assert found["path"] == [FacetValue("csr", "", 1, 1), FacetValue("labor", "Labour-centred", 1, 1)]
    assert found["status"] == [FacetValue("asserted", "", 3, 2), FacetValue("negated", "", 1, 1)]
    assert found["relation"] == [FacetValue("governs", "", 1, 1)]
    assert found["section"] == [FacetValue("Findings", "", 2, 2)]
    assert found["page"] == [FacetValue(1, "", 1, 1), FacetValue(2, "", 1, 1)]
    assert found["place"] == [FacetValue("KHM", "", 1, 1)]


@pytest.mark.parametrize(
    ("within", "expected"),
    [("sentence", [("buyer", 3), ("union", 2)]), ("document", [("buyer", 2), ("union", 1)])],
)
def test_facets_count_units_of_the_scope(index, within, expected):
    found = facets(index, "*:*", ["actor"], context=CONTEXT, within=within)["actor"]
    assert [(value.value, value.units) for value in found] == expected


def test_facets_count_only_what_matches(index):
    found = facets(index, "strike", ["actor", "file"], context=CONTEXT)
    assert found == {
        "actor": [FacetValue("union", "Trade union", 1, 1)],
        "file": [FacetValue("in/a.pdf", "", 1, 1)],
    }


@pytest.mark.parametrize("field", ["text", "mention", "autor"])
def test_facets_of_other_fields_are_refused(index, field):
    with pytest.raises(QueryError, match="the fields to count by are: actor, attributed, author"):
        facets(index, "strike", [field], context=CONTEXT)


def test_a_plan_is_made_anew_when_the_index_or_the_codes_change(tmp_path):
    path = tmp_path / "index.db"
    with Index.open(path, create=True) as writer, Index.open(path, read_only=True) as reader:
        assert search(reader, "wom?n", context=CONTEXT).total == 0
        for number, body in enumerate(["women", "woman"]):
            document = Document(f"{number:016}", "a", body)
            writer.add_document(
                document, [Passage(document.id, 0, 0, len(body))], [Sentence(0, 0, len(body))]
            )
            assert search(reader, "wom?n", context=CONTEXT).total == number + 1
            assert search(writer, "wom?n", context=CONTEXT).total == number + 1
        assert search(writer, "actor:union", context=CONTEXT).total == 0
        with pytest.raises(QueryError):
            search(writer, "actor:union", context=QueryContext({"actor": {"x": ""}}))


_words = st.sampled_from(["aa", "ab", "ba"])


@given(
    st.lists(_words, max_size=8),
    st.lists(st.one_of(_words, st.sampled_from(["a*", "?a"])), min_size=2, max_size=3),
    st.integers(0, 3),
)
def test_spans_are_found_where_the_query_holds(text, asked, within):
    body, context = " ".join(text), QueryContext()
    phrase = f'"{" ".join(asked)}"'
    found = Evidence(parse_query(phrase, context)).spans(body)
    assert bool(found) == _phrase(text, tuple(asked))
    assert all(len(body[start:end].split()) == len(asked) for start, end in found)
    near = Evidence(parse_query(f"{phrase}~{within}", context)).spans(body)
    assert bool(near) == _near(text, tuple(asked), within)
    assert all(_near(body[start:end].split(), tuple(asked), within) for start, end in near)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)).map(lambda pair: (pair[0], sum(pair)))))
def test_merged_spans_cover_the_same_and_do_not_overlap(spans):
    joined = merged(spans)
    assert {n for span in joined for n in range(*span)} == {n for span in spans for n in range(*span)}
    assert all(first[1] <= second[0] for first, second in pairwise(joined))


def test_a_highlight_is_a_whole_word():
    text = "cafe\u0301s, caf\u00c9S"
    assert [text[s:e] for s, e in Evidence(parse_query("caf\u00e9s", QueryContext())).spans(text)] == [
        text[t.start : t.end] for t in tokens(text)
    ]
