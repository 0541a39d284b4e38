"""What the index finds is what a plain reading of the records finds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_corpus import CONTEXT, corpora, store
from index_naive import holds, queries, units, written

from textgov.index import ranking, sql
from textgov.index.facets import facets
from textgov.index.search import count, kwic, search
from textgov.index.store import Index

SCOPES = ("sentence", "passage", "document")


def _name(hit, scope):
    return {
        "sentence": (hit.document, hit.passage, hit.sentence),
        "passage": (hit.document, hit.passage),
    }.get(scope, (hit.document,))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    corpora(),
    st.lists(queries, min_size=5, max_size=5),
    st.sampled_from([(-1, -1), (-1, 99), (99, 99)]),
    st.sampled_from([0, 2, 99]),
)
def test_search_agrees_with_a_plain_reading(corpus, asked, sizes, common):
    # The limits at which the plan changes, brought within the reach of a small corpus.
    limits = mock.patch.multiple(sql, FEW=sizes[0], MANY=sizes[1])
    with tempfile.TemporaryDirectory() as folder, limits, mock.patch.object(ranking, "COMMON", common):
        path = Path(folder) / "index.db"
        store(path, corpus)
        with Index.open(path, read_only=True) as index:
            for query in asked:
                for scope in SCOPES:
                    expected = [name for name, unit in units(corpus, scope) if holds(query, unit)]
                    _check(index, written(query), scope, expected)


def _check(index, query, scope, expected):
    found = search(index, query, context=CONTEXT, within=scope, sort="document", limit=99)
    assert [_name(hit, scope) for hit in found.hits] == expected, (scope, query)
    assert found.total == len(expected), (scope, query)
    for sort in ("relevance", "year"):
        pages = [
            search(index, query, context=CONTEXT, within=scope, sort=sort, limit=2, offset=offset)
            for offset in range(0, len(expected) + 1, 2)
        ]
        hits = [hit for page in pages for hit in page.hits]
        assert sorted(_name(hit, scope) for hit in hits) == expected, (scope, sort, query)
        if sort == "relevance":
            scores = [hit.score or 0.0 for hit in hits]
            assert scores == sorted(scores, reverse=True)
        else:
            years = [hit.year or 0 for hit in hits]
            assert years == sorted(years, reverse=True)
    counts = count(index, query, context=CONTEXT, within=scope)
    assert (counts.units, counts.documents) == (len(expected), len({name[0] for name in expected}))
    lines = kwic(index, query, context=CONTEXT, within=scope, limit=999)
    assert {line.document for line in lines} == {name[0] for name in expected}
    by_kind = facets(index, query, ["kind", "year"], context=CONTEXT, within=scope)
    assert sum(value.units for value in by_kind["kind"]) == len(expected)


@pytest.mark.parametrize("scope", SCOPES)
def test_negation_is_of_the_whole_unit(tmp_path, scope):
    corpus = [_two_sentences()]
    store(tmp_path / "i.db", corpus)
    with Index.open(tmp_path / "i.db") as index:
        found = search(index, "aa AND NOT cc", context=CONTEXT, within=scope)
    assert found.total == (1 if scope == "sentence" else 0)


def _two_sentences():
    from index_corpus import PlainDocument, PlainPassage, PlainSentence

    from textgov.documents import Bibliography

    sentences = [PlainSentence("Aa ba.", 0, 6), PlainSentence("Aa cc.", 7, 13)]
    passage = PlainPassage("Aa ba. Aa cc.", 0, 13, "body", None, sentences, [])
    return PlainDocument(1, Bibliography(), "a.txt", [passage], [], "Aa ba. Aa cc.")
