"""Names that no gazetteer holds: legal forms, short forms, abbreviations, and a firm's "we"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline_small import HEADER, CodebookOf, finds, matches, resolved, rule, tagged
from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.pipeline.drafts import Draft, drafts_of
from textgov.pipeline.mentions import SPEAKER_RULE, MentionResolver
from textgov.pipeline.names import FIRM_RULE, SHORT_RULE, firm_spans, short_forms
from textgov.pipeline.spanfinder import FOUND, Found

ACME = rule("firm", id="gaz.2", name="Acme Group", is_name=True)


def firms(codebook: Codebook, doc: Doc) -> list[str]:
    assert codebook.header.firm_names is not None
    return [doc[start:end].text for start, end in firm_spans(doc, codebook.header.firm_names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brook/NNP Mills/NNPS Ltd/NNP pays/VBZ", ["Brook Mills Ltd"]),
        ("at/IN Brook/NNP &/CC Pike/NNP plc/NNP ./.", ["Brook & Pike plc"]),
        ("the/DT Brook/NNP Group/NNP and/CC Pike/NNP Holdings/NNP", ["Brook Group", "Pike Holdings"]),
        # several legal forms are one name
        ("Brook/NNP Holdings/NNP Ltd/NNP said/VBD", ["Brook Holdings Ltd"]),
        ("Brook/NNP Group/NNP Holdings/NNP plc/NNP", ["Brook Group Holdings plc"]),
        ("Brook/NNP Group/NNP Pike/NNP Ltd/NNP", ["Brook Group", "Pike Ltd"]),
        # only capitalised words that are tagged as names
        ("the/DT brook/NNP Ltd/NNP", []),
        ("Our/PRP$ Group/NNP", []),
        ("Group/NNP policy/NN", []),
        ("the/DT Group/NNP Ltd/NNP", []),
        ("sales/NNS &/CC Group/NNP", []),
        ("sales/NNS &/CC Pike/NNP Group/NNP", ["Pike Group"]),
        ("group/NN Brook/NNP", []),
        ("Brook/NNP group/NN", []),
        ("", []),
    ],
)
def test_a_legal_form_ends_the_name_of_a_firm(
    nlp: Language, small: Codebook, text: str, expected: list[str]
) -> None:
    assert firms(small, tagged(nlp, text) if text else nlp.make_doc("")) == expected


@given(
    st.lists(st.sampled_from(["Brook/NNP", "Ltd/NNP", "Group/NNP", "&/CC", "the/DT", "mill/NN"]), min_size=1)
)
def test_names_of_firms_lie_apart_and_hold_a_legal_form(
    nlp: Language, small: Codebook, words: list[str]
) -> None:
    doc = tagged(nlp, " ".join(words))
    names = small.header.firm_names
    assert names is not None
    last = 0
    for start, end in firm_spans(doc, names):
        assert last <= start < end - 1
        assert doc[start].text == "Brook"
        assert doc[end - 1].text in names.suffixes
        last = end
    count = sum(word == "Brook/NNP" and words[n + 1 : n + 2] == ["Ltd/NNP"] for n, word in enumerate(words))
    covered = [t.text for start, end in firm_spans(doc, names) for t in doc[start:end]]
    assert covered.count("Ltd") >= count


def test_a_firm_is_coded_as_the_codebook_says(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "Brook/NNP Mills/NNPS Ltd/NNP pays/VBZ")
    MentionResolver(small)(doc)
    [draft] = drafts_of(doc)
    assert (draft.name, draft.layer, draft.code, draft.rule) == (
        "Brook Mills Ltd",
        "actor",
        "firm",
        FIRM_RULE,
    )
    assert (draft.form, draft.scope) == ("private", "vertical")


def test_what_lies_in_or_over_the_name_gives_way(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "Weaver/NNP Ltd/NNP workers/NNS")
    matches(
        doc,
        ("Weaver", rule("worker")),
        ("Ltd workers", rule("worker")),
        ("Weaver Ltd", rule("audit", "mechanism")),
    )
    assert resolved(small, doc) == [
        ("Weaver Ltd", "firm", FIRM_RULE),
        ("Weaver Ltd", "audit", "mechanism.audit"),
    ]


@pytest.mark.parametrize("text", ["Acme/NNP Group/NNP Ltd/NNP", "Acme/NNP Group/NNP"])
def test_a_name_of_the_gazetteer_is_kept(nlp: Language, small: Codebook, text: str) -> None:
    doc = tagged(nlp, text)
    matches(doc, ("Acme Group", ACME))
    assert resolved(small, doc) == [("Acme Group", "firm", "gaz.2")]


def test_no_firms_without_tags_or_legal_forms(
    nlp: Language, codebook_of: CodebookOf, small: Codebook
) -> None:
    assert resolved(small, nlp.make_doc("Brook Mills Ltd pays")) == []
    start = HEADER.index("[firm_names]")
    end = HEADER.index("[first_person]")
    without = codebook_of(header=HEADER[:start] + HEADER[end:])
    assert resolved(without, tagged(nlp, "Brook/NNP Mills/NNPS Ltd/NNP pays/VBZ")) == []


# Short forms


def test_a_firm_is_known_by_its_first_word_later_on(nlp: Language, small: Codebook) -> None:
    doc = tagged(
        nlp, "Brook/NNP left/VBD ./. Brook/NNP Mills/NNPS Ltd/NNP pays/VBZ ./. Brook/NNP brook/NN Brook/NNP"
    )
    MentionResolver(small)(doc)
    drafts = drafts_of(doc)
    assert [(d.start, d.end, d.rule) for d in drafts] == [
        (3, 6, FIRM_RULE),
        (8, 9, SHORT_RULE),
        (10, 11, SHORT_RULE),
    ]
    assert {(d.name, d.code, d.form, d.scope) for d in drafts} == {
        ("Brook Mills Ltd", "firm", "private", "vertical")
    }


def test_a_name_may_be_shortened_in_the_next_sentence_but_not_where_it_is_introduced(
    nlp: Language, small: Codebook
) -> None:
    doc = tagged(nlp, "Brook/NNP Mills/NNPS Ltd/NNP ./. Brook/NNP pays/VBZ")
    MentionResolver(small)(doc)
    assert [(d.start, d.rule) for d in drafts_of(doc)] == [(0, FIRM_RULE), (4, SHORT_RULE)]
    doc = tagged(nlp, "at/IN Brook/NNP Mills/NNPS Ltd/NNP (/-LRB- Brook/NNP )/-RRB-")
    assert resolved(small, doc) == [("Brook Mills Ltd", "firm", FIRM_RULE)]


def test_a_short_first_word_stands_for_nothing(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "New/NNP Mills/NNPS Ltd/NNP ./. New/NNP rules/NNS")
    assert [words for words, _, _ in resolved(small, doc)] == ["New Mills Ltd"]


@pytest.mark.parametrize(
    ("abbreviation", "known"),
    [("RST", True), ("BrK", True), ("“RST”", True), ("R", False), ("the", False), ("Rst", False)],
)
def test_an_abbreviation_in_brackets_stands_for_the_name_before_it(
    nlp: Language, small: Codebook, abbreviation: str, known: bool
) -> None:
    bare = abbreviation.strip("“”")
    words = ["Fair", "Cloth", "Watch", "(", abbreviation, ")", "came", ".", bare, "left", "."]
    doc = Doc(nlp.vocab, words=words, tags=["NN"] * len(words))
    matches(doc, ("Fair Cloth Watch", rule("ngo", id="gaz.1", name="Fair Cloth Watch", is_name=True)))
    MentionResolver(small)(doc)
    found = [(d.start, d.code, d.name, d.rule) for d in drafts_of(doc)[1:]]
    assert found == ([(8, "ngo", "Fair Cloth Watch", SHORT_RULE)] if known else [])


@pytest.mark.parametrize(
    "words",
    [
        ["Watch", "came", "(", "RST", ")", "RST"],
        ["Watch", "(", "see", "RST", ")", "RST"],
        ["Watch", "(", "RST", "RST"],
        ["Watch", "(", "RST"],
        ["Watch", "("],
    ],
)
def test_other_words_in_brackets_are_no_abbreviation(nlp: Language, words: list[str]) -> None:
    doc = Doc(nlp.vocab, words=words)
    assert short_forms(doc, [Draft(0, 1, "actor", "ngo", "Watch", "gaz.1")], ["actor"]) == []


def test_found_spans_give_abbreviations_too_and_what_is_coded_already_is_left(
    nlp: Language, small: Codebook
) -> None:
    doc = tagged(nlp, "night/NN shift/NN (/-LRB- NS/NNP )/-RRB- came/VBD ./. NS/NNP and/CC NS/NNP left/VBD")
    finds(doc, ("night shift", "actor", "worker"), confidence=0.8)
    doc.user_data[FOUND].append(Found(9, 10, "actor", "firm", "asserted", 0.9))
    MentionResolver(small)(doc)
    assert [(d.start, d.code, d.rule, d.confidence) for d in drafts_of(doc)] == [
        (0, "worker", "model", 0.8),
        (7, "worker", SHORT_RULE, 0.8),
        (9, "firm", "model", 0.9),
    ]


def test_short_forms_are_made_in_learned_layers_alone(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["Dorrin", "(", "DRN", ")", ",", "DRN"])
    draft = Draft(0, 1, "place", "X", "Dorrin", "place.1")
    assert short_forms(doc, [draft], ["actor"]) == []
    assert [(d.start, d.layer) for d in short_forms(doc, [draft], ["place"])] == [(5, "place")]


def test_of_two_names_with_one_abbreviation_the_first_counts(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["A", "(", "RST", ")", "B", "(", "RST", ")", ".", "RST"])
    drafts = [Draft(0, 1, "actor", "ngo", "A", "gaz.1"), Draft(4, 5, "actor", "firm", "B", "gaz.2")]
    assert [(d.start, d.name) for d in short_forms(doc, drafts, ["actor"])] == [(6, "A"), (9, "A")]


# The first person


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        # a firm's own text: the first "we" alone
        ("We/PRP audit/VBP our/PRP$ suppliers/NNS ;/: we/PRP pay/VBP", [0]),
        ("Our/PRP$ policy/NN is/VBZ clear/JJ :/: we/PRP pay/VBP ,/, we/PRP audit/VBP", [5]),
        # a paper, and a text that shows neither or as much of both
        ("We/PRP argue/VBP in/IN this/DT paper/NN", []),
        ("We/PRP argue/VBP that/IN our/PRP$ interviews/NNS show/VBP this/DT", []),
        ("We/PRP argue/VBP for/IN our/PRP$ plan/NN", []),
        ("We/PRP saw/VBD a/DT mill/NN", []),
        # no "we"
        ("Our/PRP$ suppliers/NNS know/VBP our/PRP$ policy/NN", []),
    ],
)
def test_we_is_a_firm_in_its_own_text(nlp: Language, small: Codebook, text: str, coded: list[int]) -> None:
    doc = tagged(nlp, text)
    MentionResolver(small)(doc)
    drafts = [d for d in drafts_of(doc) if d.layer == "actor"]
    assert [d.start for d in drafts] == coded
    for draft in drafts:
        assert (draft.end, draft.code, draft.name, draft.rule) == (
            draft.start + 1,
            "firm",
            "we",
            SPEAKER_RULE,
        )
        assert (draft.form, draft.scope) == ("private", "vertical")


def test_a_we_that_the_finder_found_is_dropped_in_a_paper(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "we/PRP argue/VBP that/IN buyers/NNS pay/VBP")
    finds(doc, ("we", "actor", "firm"), ("buyers", "actor", "firm"))
    assert resolved(small, doc) == [("buyers", "firm", "model")]


def test_a_we_that_the_finder_found_is_the_speaker_and_takes_no_premodifier(
    nlp: Language, small: Codebook
) -> None:
    doc = tagged(nlp, "This/DT year/NN we/PRP audit/VBP our/PRP$ suppliers/NNS and/CC we/PRP pay/VBP")
    finds(doc, ("we", "actor", "firm"))
    assert resolved(small, doc) == [("we", "firm", SPEAKER_RULE)]


def test_a_longer_span_with_we_in_it_is_kept_and_we_not_coded_again(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "we/PRP weavers/NNS know/VBP our/PRP$ suppliers/NNS")
    finds(doc, ("we weavers", "actor", "worker"))
    assert resolved(small, doc) == [("we weavers", "worker", "model")]


def test_a_codebook_without_a_first_person_leaves_we_alone(nlp: Language, codebook_of: CodebookOf) -> None:
    start = HEADER.index("[first_person]")
    end = HEADER.index("[[layer]]")
    codebook = codebook_of(header=HEADER[:start] + HEADER[end:])
    doc = tagged(nlp, "we/PRP audit/VBP our/PRP$ suppliers/NNS")
    finds(doc, ("we", "actor", "firm"))
    assert resolved(codebook, doc) == [("we", "firm", "model")]
