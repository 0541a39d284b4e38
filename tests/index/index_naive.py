"""Queries as plain tuples: how they are written, and what they mean, without index, tokens or SQL."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st
from index_corpus import LAYERS, PATHS, SPOTS, WORDS, PlainDocument, PlainPassage, PlainSentence, words_of

Query = tuple[Any, ...]
Unit = tuple[PlainDocument, list[PlainPassage], list[PlainSentence], list[str]]

_patterns = st.sampled_from(["a*", "?b", "*b", "ab?", "b*b", "zz*", "a?c*"])
_words = st.sampled_from(WORDS)
_status = st.sampled_from(["asserted", "negated", "prescribed"])

_attributes = st.one_of(
    st.tuples(st.just("status"), _status),
    st.tuples(st.just("form"), st.sampled_from(["private", "public"])),
    st.tuples(st.just("name"), st.sampled_from(["Name A", "name b", "NAME*", "*B"])),
    st.tuples(st.just("rule"), st.sampled_from(["r.1", "R.2", "r.?"])),
    st.tuples(st.just("attributed"), st.sampled_from(["true", "no"])),
    st.tuples(st.just("source"), st.sampled_from(["Smith 2001", "smith*", "Jones"])),
    st.tuples(st.just("confidence"), st.sampled_from([(0.5, None), (None, 0.5), (0.25, 0.25)])),
)
_codes = st.one_of(
    st.tuples(st.just("actor"), st.sampled_from(["x", "y", "Why Zed", "*"])),
    st.tuples(st.just("means"), st.sampled_from(["x", "z", "Z"])),
    st.tuples(st.just("spot"), st.sampled_from([*SPOTS, "khm", "?HM", "XXX"])),
)


def _tree(leaves: st.SearchStrategy[Query], size: int) -> st.SearchStrategy[Query]:
    def extend(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(children, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            st.tuples(st.just("and"), several),
            st.tuples(st.just("or"), several),
            st.tuples(st.just("not"), children),
        )

    return st.recursive(leaves, extend, max_leaves=size)


_records = _tree(st.one_of(_attributes, _codes), 3)
_leaves = st.one_of(
    st.tuples(st.just("text"), st.one_of(_words, _patterns).map(lambda w: (w,))),
    st.tuples(
        st.just("text"), st.lists(st.one_of(_words, _words, _patterns), min_size=2, max_size=3).map(tuple)
    ),
    st.tuples(
        st.just("near"),
        st.lists(st.one_of(_words, _patterns), min_size=2, max_size=3).map(tuple),
        st.integers(0, 3),
    ),
    _codes,
    _attributes,
    st.tuples(st.just("title"), _words),
    st.tuples(st.just("author"), _words),
    st.tuples(st.just("keyword"), _words),
    st.tuples(st.just("section"), _words),
    st.tuples(st.just("kind"), st.sampled_from(["paper", "audit", "policy"])),
    st.tuples(st.just("language"), st.sampled_from(["en", "EN", "de"])),
    st.tuples(st.just("passage"), st.sampled_from(["body", "table"])),
    st.tuples(st.just("file"), st.sampled_from(["*.pdf", "folder/*", "1.txt", "*/2.*", "COPIES/*"])),
    st.tuples(st.just("year"), st.sampled_from([(2005, 2005), (2000, 2010), (None, 2014), (2014, None)])),
    st.tuples(st.just("page"), st.sampled_from([(1, 1), (2, 3), (2, None)])),
    st.tuples(st.just("relation"), st.sampled_from(["governs", "sets"])),
    st.tuples(st.just("interaction"), st.just("synergy")),
    st.tuples(st.just("path"), st.sampled_from(PATHS)),
    st.tuples(st.just("cell"), st.sampled_from(PATHS)),
    st.tuples(st.just("stance"), st.sampled_from(["works", "fails"])),
    st.tuples(st.just("mention"), _records),
    st.tuples(
        st.just("coding"),
        _tree(
            st.one_of(
                st.tuples(st.just("path"), st.sampled_from(PATHS)),
                st.tuples(st.just("stance"), st.just("works")),
            ),
            2,
        ),
    ),
    st.just(("all",)),
)
queries = _tree(_leaves, 7)


def written(query: Query) -> str:
    """The query in the query language."""
    kind, *rest = query
    if kind in ("and", "or"):
        return f" {kind.upper()} ".join(f"({written(part)})" for part in rest[0])
    if kind == "not":
        return f"NOT ({written(rest[0])})"
    if kind == "all":
        return "*:*"
    if kind == "text":
        return rest[0][0] if len(rest[0]) == 1 else f'"{" ".join(rest[0])}"'
    if kind == "near":
        return f'"{" ".join(rest[0])}"~{rest[1]}'
    if kind in ("mention", "coding"):
        return f"{kind}:({written(rest[0])})"
    value = rest[0]
    if isinstance(value, tuple):
        low, high = ("*" if bound is None else str(bound) for bound in value)
        return f"{kind}:[{low} TO {high}]"
    return f'{kind}:"{value}"' if " " in value else f"{kind}:{value}"


def holds(query: Query, unit: Unit) -> bool:
    """Whether a query is true of a unit."""
    kind, *rest = query
    if kind == "and":
        return all(holds(part, unit) for part in rest[0])
    if kind == "or":
        return any(holds(part, unit) for part in rest[0])
    if kind == "not":
        return not holds(rest[0], unit)
    return kind == "all" or _leaf(kind, rest, unit)


def _leaf(kind: str, rest: list[Any], unit: Unit) -> bool:
    document, passages, sentences, texts = unit
    known = document.bibliography
    value = rest[0]
    if kind in ("text", "near"):
        found = _phrase if kind == "text" else _near
        return any(found(words_of(text), *rest) for text in texts)
    if kind in ("title", "author", "keyword"):
        text = {
            "title": known.title or "",
            "author": " ".join(known.authors),
            "keyword": " ".join(known.keywords),
        }
        return value in words_of(text[kind])
    if kind == "section":
        return any(value in words_of(p.section or "") for p in passages)
    if kind in ("kind", "language"):
        return (getattr(known, kind) or "").lower() == value.lower()
    if kind == "passage":
        return any(p.kind == value for p in passages)
    if kind == "file":
        paths = [document.source, "copies/" + document.source]
        names = [*paths, *(path.rsplit("/")[-1] for path in paths)]
        return any(fnmatch.fnmatchcase(name, value.lower()) for name in names)
    if kind == "year":
        return _between(known.year, value)
    if kind == "page":
        return any(_between(s.page, value) for s in sentences)
    if kind in ("relation", "interaction"):
        return any(r.kind == value for s in sentences for r in getattr(s, kind + "s"))
    if kind in ("path", "cell", "stance", "coding"):
        test = value if kind == "coding" else (kind, value)
        codings = [*document.codings, *(c for p in passages for c in p.codings)]
        return any(c[2] >= 0.5 and _record(test, c, _coding) for c in codings)
    test = value if kind == "mention" else (kind, value)
    return any(_record(test, m, _mention) for s in sentences for m in s.mentions)


def _record(query: Query, record: Any, test: Callable[[str, Any, Any], bool]) -> bool:
    kind, value = query
    if kind == "and":
        return all(_record(part, record, test) for part in value)
    if kind == "or":
        return any(_record(part, record, test) for part in value)
    if kind == "not":
        return not _record(value, record, test)
    return test(kind, value, record)


def _coding(kind: str, value: str, coding: tuple[str, str, float, str | None]) -> bool:
    return coding[3] == value if kind == "stance" else coding[:2] == (kind, value)


def _mention(kind: str, value: Any, mention: Any) -> bool:
    if kind in LAYERS:
        labels = [mention.code, LAYERS[kind].get(mention.code, "")]
        pattern = value.lower()
        return mention.layer == kind and any(
            fnmatch.fnmatchcase(label.lower(), pattern) for label in labels if label
        )
    if kind == "attributed":
        return mention.attributed == (value == "true")
    if kind == "confidence":
        return _between(mention.confidence, value)
    stored = getattr(mention, kind)
    return stored is not None and fnmatch.fnmatchcase(stored.lower(), value.lower())


def _between(number: float | None, bounds: tuple[float | None, float | None]) -> bool:
    low, high = bounds
    return number is not None and (low is None or number >= low) and (high is None or number <= high)


def _phrase(words: list[str], phrase: tuple[str, ...]) -> bool:
    starts = range(len(words) - len(phrase) + 1)
    return any(
        all(fnmatch.fnmatchcase(w, p) for w, p in zip(words[n:], phrase, strict=False)) for n in starts
    )


def _near(words: list[str], wanted: tuple[str, ...], most: int) -> bool:
    places = [[n for n, word in enumerate(words) if fnmatch.fnmatchcase(word, pattern)] for pattern in wanted]
    return any(max(chosen) - min(chosen) - 1 <= most for chosen in itertools.product(*places))


def units(corpus: list[PlainDocument], scope: str) -> Iterator[tuple[tuple[Any, ...], Unit]]:
    """Name and content of all units of a scope, in order."""
    for document in corpus:
        if scope == "document":
            sentences = [s for p in document.passages for s in p.sentences]
            yield (
                (document.id,),
                (document, document.passages, sentences, [p.text for p in document.passages]),
            )
            continue
        for number, passage in enumerate(document.passages):
            if scope == "passage":
                yield (document.id, number), (document, [passage], passage.sentences, [passage.text])
                continue
            for place, sentence in enumerate(passage.sentences):
                yield (document.id, number, place), (document, [passage], [sentence], [sentence.text])
