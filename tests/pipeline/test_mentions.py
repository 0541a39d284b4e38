"""Mentions: who wins where lexicon, names and span finder speak of the same words, and where a mention ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_small import finds, matches, resolved, rule, tagged
from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.mentions import MODEL_RULE, MentionResolver, ResolverOptions
from textgov.pipeline.rules import Rule
from textgov.pipeline.spanfinder import DOUBT, FOUND, Found

WATCH = rule("ngo", id="gaz.1", name="Fair Cloth Watch", is_name=True)
WORKER = rule("worker")
Resolve = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture
def resolve(small: Codebook) -> Resolve:
    return lambda doc, options=None: resolved(small, doc, options)


@pytest.fixture
def growth(nlp: Language, small: Codebook) -> Callable[..., list[str]]:
    """Words of the mentions that are made of found spans of one layer in a tagged text."""

    def grow(text: str, *spans: str, layer: str = "actor", code: str = "worker") -> list[str]:
        doc = tagged(nlp, text)
        finds(doc, *((words, layer, code) for words in spans))
        return [words for words, _, _ in resolved(small, doc)]

    return grow


# Names against found spans


@pytest.mark.parametrize(
    ("found", "code", "mentions"),
    [
        ("Fair Cloth Watch", "firm", [("Fair Cloth Watch", "ngo", "gaz.1")]),
        ("Watch", "firm", [("Fair Cloth Watch", "ngo", "gaz.1")]),
        ("Watch staff", "worker", [("Fair Cloth Watch", "ngo", "gaz.1")]),
        ("Fair Cloth Watch staff", "worker", [("Fair Cloth Watch staff", "worker", MODEL_RULE)]),
        ("staff", "worker", [("Fair Cloth Watch", "ngo", "gaz.1"), ("staff", "worker", MODEL_RULE)]),
    ],
)
def test_a_name_beats_found_spans_except_longer_ones(
    nlp: Language, resolve: Resolve, found: str, code: str, mentions: list[tuple[str, str, str]]
) -> None:
    doc = tagged(nlp, "the/DT Fair/NNP Cloth/NNP Watch/NNP staff/NNS came/VBD")
    matches(doc, ("Fair Cloth Watch", WATCH))
    finds(doc, (found, "actor", code))
    assert resolve(doc) == mentions


def test_a_name_within_a_longer_span_that_counts_for_nothing_is_kept(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "Fair/NNP Cloth/NNP Watch/NNP staff/NN rights/NNS")
    matches(doc, ("Fair Cloth Watch", WATCH))
    finds(doc, ("Fair Cloth Watch staff", "actor", "worker"))
    assert resolve(doc) == [("Fair Cloth Watch", "ngo", "gaz.1")]


def test_a_longer_span_of_another_layer_does_not_beat_a_name(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "Fair/NNP Cloth/NNP Watch/NNP audit/NN")
    matches(doc, ("Fair Cloth Watch", WATCH))
    finds(doc, ("Fair Cloth Watch audit", "mechanism", "audit"))
    assert resolve(doc) == [
        ("Fair Cloth Watch", "ngo", "gaz.1"),
        ("Fair Cloth Watch audit", "audit", MODEL_RULE),
    ]


def test_of_names_the_longest_counts_and_of_equal_terms_the_surer(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "Fair/NNP Cloth/NNP Watch/NNP hands/NNS")
    matches(
        doc,
        ("Cloth Watch", rule("firm", is_name=True)),
        ("Fair Cloth Watch", WATCH),
        ("hands", rule("firm", confidence=0.8)),
        ("hands", rule("worker", confidence=0.9)),
    )
    assert [(words, code) for words, code, _ in resolve(doc)] == [
        ("Fair Cloth Watch", "ngo"),
        ("hands", "worker"),
    ]


def test_what_does_not_fit_its_context_is_no_mention(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "Watch/NNP workers/NNS")
    doc.user_data[CANDIDATES] = [
        Candidate(0, 1, rule("ngo", is_name=True), fits=False),
        Candidate(1, 2, WORKER, fits=False),
    ]
    assert resolve(doc) == []


# Found spans


def test_a_found_span_of_unknown_words_takes_all_from_the_finder_and_its_code(
    nlp: Language, small: Codebook
) -> None:
    doc = tagged(nlp, "a/DT Walkout/NN")
    finds(doc, ("Walkout", "mechanism", "strike"), status="planned", confidence=0.61)
    MentionResolver(small)(doc)
    [draft] = drafts_of(doc)
    assert (draft.start, draft.end, draft.layer, draft.code) == (1, 2, "mechanism", "strike")
    assert (draft.rule, draft.name, draft.status, draft.confidence) == (
        MODEL_RULE,
        "walkout",
        "planned",
        0.61,
    )
    assert (draft.form, draft.scope) == ("social", "horizontal")


@pytest.mark.parametrize(("sure", "confidence"), [(0.5, 0.7), (0.9, 0.9)])
def test_a_found_span_is_named_by_the_lexicon_where_both_agree(
    nlp: Language, small: Codebook, sure: float, confidence: float
) -> None:
    doc = tagged(nlp, "wildcat/JJ strikes/NNS")
    entry = rule("strike", "mechanism", id="mechanism.7", name="strike", form="public", confidence=sure)
    matches(doc, ("strikes", entry), ("wildcat strikes", rule("audit", "mechanism")))
    finds(doc, ("wildcat strikes", "mechanism", "strike"), status="hedged", confidence=0.7)
    MentionResolver(small)(doc)
    [draft] = drafts_of(doc)
    assert (draft.span(doc).text, draft.rule, draft.name) == ("wildcat strikes", "mechanism.7", "strike")
    assert (draft.form, draft.status, draft.confidence) == ("public", "hedged", confidence)


def test_the_longest_entry_of_the_code_names_a_found_span(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "night/NN shift/NN")
    short, long = rule("worker", id="short"), rule("worker", id="long", confidence=0.5)
    matches(doc, ("shift", short), ("night shift", long))
    finds(doc, ("night shift", "actor", "worker"))
    assert resolve(doc) == [("night shift", "worker", "long")]


# The lexicon, beside a span finder and alone


@pytest.mark.parametrize(
    ("confidence", "doubt", "counted"),
    [(0.6, 0.41, True), (0.6, 0.39, False), (1.0, 0.0, True), (0.3, 0.6, False)],
)
def test_beside_a_finder_both_must_be_sure_enough_together(
    nlp: Language, resolve: Resolve, confidence: float, doubt: float, counted: bool
) -> None:
    doc = tagged(nlp, "big/RB mill/NN hands/NNS")
    matches(doc, ("mill hands", rule("worker", confidence=confidence)))
    finds(doc)
    doc.user_data[DOUBT]["actor"][:] = (1, 1, doubt)
    assert resolve(doc) == ([("mill hands", "worker", "actor.worker")] if counted else [])


def test_the_threshold_is_an_option(nlp: Language, resolve: Resolve) -> None:
    for together, counted in ((0.5, True), (0.7, False)):
        doc = tagged(nlp, "hands/NNS")
        matches(doc, ("hands", rule("worker", confidence=0.6)))
        finds(doc)
        assert bool(resolve(doc, ResolverOptions(together=together))) is counted
    for alone, counted in ((0.5, True), (0.7, False)):
        doc = tagged(nlp, "hands/NNS")
        matches(doc, ("hands", rule("worker", confidence=0.6)))
        assert bool(resolve(doc, ResolverOptions(alone=alone))) is counted


@pytest.mark.parametrize(("confidence", "counted"), [(0.7, True), (0.69, False)])
@pytest.mark.parametrize("layer", ["place", "actor"])
def test_without_a_finder_of_that_layer_the_lexicon_must_be_sure_alone(
    nlp: Language, resolve: Resolve, layer: str, confidence: float, counted: bool
) -> None:
    doc = tagged(nlp, "hands/NNS")
    matches(doc, ("hands", rule("x", layer, confidence=confidence)))
    if layer == "place":
        finds(doc)
    assert bool(resolve(doc)) is counted


def test_a_finder_of_one_layer_leaves_the_others_to_the_lexicon(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "audits/NNS")
    matches(doc, ("audits", rule("audit", "mechanism", confidence=0.8)))
    finds(doc)
    del doc.user_data[DOUBT]["mechanism"]
    assert resolve(doc) == [("audits", "audit", "mechanism.audit")]


def test_lexicon_mentions_fill_what_names_and_found_spans_leave(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "night/NN shift/NN met/VBD hands/NNS")
    matches(doc, ("shift", rule("firm")), ("hands", WORKER))
    finds(doc, ("night shift", "actor", "worker"))
    assert [words for words, _, _ in resolve(doc)] == ["night shift", "hands"]


def test_the_thresholds_themselves_are_enough(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "hands/NNS")
    matches(doc, ("hands", rule("worker", confidence=0.5)))
    finds(doc)
    doc.user_data[DOUBT]["actor"][:] = 0.5
    assert resolve(doc, ResolverOptions(together=1.0)) == [("hands", "worker", "actor.worker")]


def test_layers_do_not_hinder_each_other(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "union/NN strike/NN")
    matches(doc, ("union", rule("worker")), ("union strike", rule("strike", "mechanism")))
    assert [(words, code) for words, code, _ in resolve(doc)] == [
        ("union", "worker"),
        ("union strike", "strike"),
    ]


# Growth to the left


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the/DT migrant/JJ garment/NN workers/NNS", "migrant garment workers"),
        ("poorly/RB paid/VBN sewing/VBG workers/NNS", "paid sewing workers"),
        ("Nepali/NNP workers/NNS", "Nepali workers"),
        ("other/JJ workers/NNS", "workers"),
        ("Other/JJ young/JJ workers/NNS", "young workers"),
        ("young/JJ several/JJ workers/NNS", "workers"),
        ("own/JJ workers/NNS", "workers"),
        ("forty/CD workers/NNS", "workers"),
        ("40/CD new/JJ workers/NNS", "new workers"),
        ("their/PRP$ workers/NNS", "workers"),
        ("pay/VB workers/NNS", "workers"),
        ("young/JJ ,/, workers/NNS", "workers"),
        ("home/NN -/HYPH based/VBN workers/NNS", "home - based workers"),
        ("the/DT -/HYPH based/VBN workers/NNS", "based workers"),
        ("this/DT season/NN workers/PRP", "workers"),
    ],
)
def test_premodifiers_belong_to_an_actor(
    nlp: Language, growth: Callable[..., list[str]], resolve: Resolve, text: str, expected: str
) -> None:
    assert growth(text, "workers") == [expected]
    doc = tagged(nlp, text)
    matches(doc, ("workers", WORKER))
    assert resolve(doc) == [(expected, "worker", "actor.worker")]


def test_only_actors_grow_and_only_by_nouns(
    nlp: Language, growth: Callable[..., list[str]], resolve: Resolve
) -> None:
    assert growth("surprise/JJ audits/NNS", "audits", layer="mechanism", code="audit") == ["audits"]
    doc = tagged(nlp, "young/JJ hire/VBP big/JJ audits/NNS")
    matches(doc, ("hire", rule("firm", is_verb=True)), ("audits", rule("audit", "mechanism")))
    assert [words for words, _, _ in resolve(doc)] == ["hire", "audits"]


def test_a_mention_does_not_grow_into_another(
    nlp: Language, growth: Callable[..., list[str]], resolve: Resolve
) -> None:
    doc = tagged(nlp, "big/JJ buyer/NN young/JJ workers/NNS")
    finds(doc, ("buyer", "actor", "firm"), ("workers", "actor", "worker"))
    assert [words for words, _, _ in resolve(doc)] == ["big buyer", "young workers"]
    doc = tagged(nlp, "Fair/NNP Cloth/NNP Watch/NNP workers/NNS")
    matches(doc, ("Fair Cloth Watch", WATCH), ("workers", WORKER))
    assert [words for words, _, _ in resolve(doc)] == ["Fair Cloth Watch", "workers"]
    doc = tagged(nlp, "Fair/NNP Cloth/NNP Watch/NNP workers/NNS")
    matches(doc, ("Fair Cloth Watch", WATCH))
    finds(doc, ("workers", "actor", "worker"))
    assert [words for words, _, _ in resolve(doc)] == ["Fair Cloth Watch", "workers"]


# Edges, heads, hyphens


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("the/DT workers/NNS", "the workers", "workers"),
        ("(/-LRB- workers/NNS )/-RRB-", "( workers )", "workers"),
        ("”/'' workers/NNS ,/, and/CC", "” workers , and", "workers"),
        ("by/IN its/PRP$ workers/NNS of/IN", "by its workers of", "workers"),
        ("workers/NNS and/CC clerks/NNS", "workers and clerks", "workers and clerks"),
        ("and/CC", "and", "and"),
        ("-/HYPH the/DT", "-", "-"),
        ("a/DT -/HYPH the/DT", "-", "-"),
        ("the/DT and/CC", "the and", "the"),
    ],
)
def test_edges_without_meaning_are_cut_off(
    growth: Callable[..., list[str]], text: str, found: str, expected: str
) -> None:
    assert growth(text, found) == [expected]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("garment/NN workers/NNS came/VBD", "garment", "garment workers"),
        ("migrant/JJ garment/NN workers/NNS", "migrant", "migrant garment workers"),
        ("the/DT poor/JJ came/VBD", "poor", "poor"),
        ("garment/NN new/JJ came/VBD", "garment", "garment"),
        ("garment/NN new/JJ hands/NNS and/CC", "garment", "garment new hands"),
        ("workers/NNS council/NN", "workers", "workers"),
        ("Tesco/NNP buyers/NNS", "Tesco", "Tesco"),
        ("co/NN -/HYPH operative/NN", "co", "co - operative"),
        ("workers/NNS -/HYPH owners/NNS", "workers", "workers - owners"),
    ],
)
def test_a_broken_off_compound_is_completed_to_its_head(
    growth: Callable[..., list[str]], text: str, found: str, expected: str
) -> None:
    assert growth(text, found) == [expected]
    assert growth(text, found, layer="mechanism", code="audit") == [expected]


def test_a_head_that_is_found_for_itself_is_left_alone(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "garment/NN workers/NNS")
    finds(doc, ("garment", "actor", "firm"), ("workers", "actor", "worker"))
    assert [(words, code) for words, code, _ in resolve(doc)] == [("garment", "firm"), ("workers", "worker")]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("non/AFX -/HYPH payment/NN rule/NN", "payment rule", "non - payment rule"),
        ("a/DT non/AFX -/HYPH payment/NN rule/NN", "payment rule", "non - payment rule"),
        ("a/DT right/RB -/HYPH to/IN -/HYPH know/VB rule/NN", "know rule", "right - to - know rule"),
        ("-/HYPH payment/NN rule/NN", "payment rule", "payment rule"),
        ("-/HYPH payment/NN rule/NN", "- payment rule", "payment rule"),
    ],
)
def test_a_span_that_begins_after_a_hyphen_begins_before_it(
    growth: Callable[..., list[str]], text: str, found: str, expected: str
) -> None:
    assert growth(text, found, layer="mechanism", code="audit") == [expected]
    assert growth(text, found) == [expected]


@pytest.mark.parametrize(
    ("text", "first", "second", "expected"),
    [
        # a hyphen always joins, and the right part gives the code
        (
            "buyer/NN -/HYPH owners/NNS",
            ("buyer", "firm"),
            ("owners", "worker"),
            [("buyer - owners", "worker")],
        ),
        # without one, parts of one code are one
        ("mill/NN hands/NNS", ("mill", "worker"), ("hands", "worker"), [("mill hands", "worker")]),
        # of two codes only where the left part has no noun at its end
        ("young/JJ hands/NNS", ("young", "firm"), ("hands", "worker"), [("young hands", "worker")]),
        (
            "buyer/NN hands/NNS",
            ("buyer", "firm"),
            ("hands", "worker"),
            [("buyer", "firm"), ("hands", "worker")],
        ),
        # anything else between them keeps them apart
        (
            "mills/NNS ,/, hands/NNS",
            ("mills", "worker"),
            ("hands", "worker"),
            [("mills", "worker"), ("hands", "worker")],
        ),
    ],
)
def test_parts_of_one_compound_are_one(
    nlp: Language,
    resolve: Resolve,
    text: str,
    first: tuple[str, str],
    second: tuple[str, str],
    expected: list[tuple[str, str]],
) -> None:
    doc = tagged(nlp, text)
    finds(doc, (first[0], "actor", first[1]), (second[0], "actor", second[1]))
    assert [(words, code) for words, code, _ in resolve(doc)] == expected


def test_a_joined_span_is_as_sure_as_its_less_sure_part(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "mill/NN hands/NNS")
    doc.user_data[FOUND] = [
        Found(0, 1, "actor", "worker", "asserted", 0.6),
        Found(1, 2, "actor", "worker", "asserted", 0.9),
    ]
    doc.user_data[DOUBT] = {}
    MentionResolver(small)(doc)
    assert [(d.start, d.end, d.confidence) for d in drafts_of(doc)] == [(0, 2, 0.6)]


# Fixed compounds


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("workers/NNS '/POS rights/NNS", False),
        ("workers/NNS rights/NNS", False),
        ("workers/NN Welfare/NNP", False),
        ("workers/NNS '/POS own/JJ rights/NNS", True),
        ("workers/NNS and/CC rights/NNS", True),
        ("workers/NNS", True),
        ("rights/NNS workers/NNS", True),
    ],
)
def test_an_actor_that_modifies_a_fixed_compound_is_none(
    nlp: Language, resolve: Resolve, text: str, kept: bool
) -> None:
    doc = tagged(nlp, text)
    finds(doc, ("workers", "actor", "worker"))
    assert bool(resolve(doc)) is kept
    doc = tagged(nlp, text)
    matches(doc, ("workers", WORKER))
    assert bool(resolve(doc)) is kept


def test_a_mechanism_before_such_a_word_is_one(nlp: Language, resolve: Resolve) -> None:
    doc = tagged(nlp, "audit/NN rights/NNS")
    matches(doc, ("audit", rule("audit", "mechanism")))
    assert resolve(doc) == [("audit", "audit", "mechanism.audit")]


# Any document


TAGS = ("NN", "NNS", "NNP", "JJ", "VBN", "HYPH", "DT", "IN", "CC", ",", "POS", "CD", "PRP", "-LRB-", "_SP")
WORDS = (
    "we",
    "Acme",
    "Ltd",
    "Group",
    "&",
    "(",
    ")",
    "RST",
    "other",
    "rights",
    "our",
    "-",
    "x",
    "'",
    "worker",
)
RULES: tuple[Rule, ...] = (
    WATCH,
    WORKER,
    rule("firm", confidence=0.75),
    rule("worker", is_verb=True, confidence=0.5),
    rule("audit", "mechanism", confidence=0.8),
    rule("audit", "mechanism", is_name=True),
    rule("KEN", "place", is_name=True),
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[list[str], list[str] | None, list[Candidate], list[Found] | None]:
    length = draw(st.integers(1, 12))
    words = draw(st.lists(st.sampled_from(WORDS), min_size=length, max_size=length))
    tags = draw(st.none() | st.lists(st.sampled_from(TAGS), min_size=length, max_size=length))

    def spans(most: int) -> st.SearchStrategy[list[tuple[int, int]]]:
        edges = st.tuples(st.integers(0, length - 1), st.integers(1, 4))
        return st.lists(edges.map(lambda e: (e[0], min(length, e[0] + e[1]))), max_size=most)

    candidates = [
        Candidate(start, end, draw(st.sampled_from(RULES)), draw(st.sampled_from([True, True, False])))
        for start, end in draw(spans(6))
    ]
    if draw(st.booleans()):
        return words, tags, candidates, None
    found: list[Found] = []
    for layer, codes in (("actor", ("worker", "firm")), ("mechanism", ("audit", "strike"))):
        last = 0
        for start, end in sorted(draw(spans(4))):
            if start >= last:
                last = end
                found.append(Found(start, end, layer, draw(st.sampled_from(codes)), "asserted", 0.5))
    return words, tags, candidates, found


@given(documents(), st.floats(0, 1, width=32))
def test_mentions_of_a_layer_never_overlap_and_lie_in_the_text(
    nlp: Language,
    small: Codebook,
    document: tuple[list[str], list[str] | None, list[Candidate], list[Found] | None],
    doubt: float,
) -> None:
    words, tags, candidates, found = document
    runs = []
    for order in (candidates, candidates[::-1]):
        doc = Doc(nlp.vocab, words=words, tags=tags)
        doc.user_data[CANDIDATES] = order
        if found is not None:
            finds(doc)
            doc.user_data[FOUND] = found
            for column in doc.user_data[DOUBT].values():
                column[:] = doubt
        MentionResolver(small)(doc)
        drafts = drafts_of(doc)
        assert drafts == sorted(drafts, key=lambda d: (d.start, d.end, d.layer))
        taken: set[tuple[str, int]] = set()
        for draft in drafts:
            assert 0 <= draft.start < draft.end <= len(doc)
            own = {(draft.layer, token) for token in range(draft.start, draft.end)}
            assert not own & taken
            taken |= own
        runs.append(drafts)
    if len({(c.start, c.end, c.rule.id) for c in candidates}) == len(candidates):
        assert runs[0] == runs[1]


@given(documents())
def test_settling_twice_gives_the_same(
    nlp: Language,
    small: Codebook,
    document: tuple[list[str], list[str] | None, list[Candidate], list[Found] | None],
) -> None:
    words, tags, candidates, _ = document
    doc = Doc(nlp.vocab, words=words, tags=tags)
    doc.user_data[CANDIDATES] = candidates
    once = resolved(small, doc)
    assert resolved(small, doc) == once


def test_a_document_without_matches_has_no_mentions(nlp: Language, resolve: Resolve) -> None:
    assert resolve(nlp.make_doc("The river is wide.")) == []
    assert resolve(nlp.make_doc("")) == []
