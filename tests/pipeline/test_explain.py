"""Explanations: every rule that matched is listed, with what became of it and why."""

from __future__ import annotations

import pytest
from pipeline_small import finds, matches, rule, tagged
from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Context
from textgov.pipeline.build import Pipeline
from textgov.pipeline.drafts import DRAFTS, Draft
from textgov.pipeline.explain import Reason, explain
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.mentions import MODEL_RULE, MentionResolver, ResolverOptions
from textgov.pipeline.spanfinder import DOUBT


def reasons(
    codebook: Codebook, doc: Doc, options: ResolverOptions | None = None
) -> dict[tuple[str, str], Reason]:
    """Reasons by words and rule."""
    MentionResolver(codebook, options)(doc)
    listed = explain(doc, options)
    assert all(doc.text[reason.start : reason.end] == reason.text for reason in listed)
    found = {(reason.text, reason.rule): reason for reason in listed}
    assert len(found) == len(listed)
    return found


def test_a_rule_that_fired_says_what_it_gave(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "the/DT workers/NNS")
    matches(doc, ("workers", rule("worker", form="social", scope="horizontal", confidence=0.9)))
    reason = reasons(small, doc)["workers", "actor.worker"]
    assert reason == Reason(
        4,
        11,
        "workers",
        "actor",
        "worker",
        "actor.worker",
        0.9,
        "fired",
        "status asserted, social-horizontal",
    )


def test_status_and_source_are_told(nlp: Language) -> None:
    doc = nlp.make_doc("audits fail")
    doc.user_data[DRAFTS] = [
        Draft(
            0, 1, "mechanism", "audit", "audit", "m.1", status="negated", attributed=True, source="Lund 2003"
        )
    ]
    [reason] = explain(doc)
    assert (reason.verdict, reason.why) == ("fired", "status negated, reported from Lund 2003")


def test_a_found_span_that_no_lexicon_knows_says_so(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "two/CD dyers/NNS")
    finds(doc, ("dyers", "actor", "worker"), confidence=0.6)
    reason = reasons(small, doc)["dyers", MODEL_RULE]
    assert (reason.verdict, reason.confidence) == ("fired", 0.6)
    assert reason.why.endswith("no lexicon entry: the span finder read it from its context")


def test_what_was_beaten_says_by_what(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "mill/NN hands/NNS")
    long, short = rule("worker", id="long", name="mill hand"), rule("firm", id="short", name="mill")
    matches(doc, ("mill hands", long), ("mill", short))
    found = reasons(small, doc)
    assert found["mill hands", "long"].verdict == "fired"
    assert found["mill", "short"].verdict == "beaten"
    assert found["mill", "short"].why == "by long (worker) on 'mill hands'"


def test_a_match_within_its_own_longer_mention_says_so(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "young/JJ workers/NNS")
    matches(doc, ("workers", rule("worker")))
    found = reasons(small, doc)
    assert found["young workers", "actor.worker"].verdict == "fired"
    assert found["workers", "actor.worker"].verdict == "beaten"
    assert found["workers", "actor.worker"].why == "the same rule codes the longer span 'young workers'"


def test_a_found_span_that_a_name_beat_says_by_what(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "Fair/NNP Cloth/NNP Watch/NNP")
    matches(doc, ("Fair Cloth Watch", rule("ngo", id="gaz.1", is_name=True)))
    finds(doc, ("Watch", "actor", "firm"))
    reason = reasons(small, doc)["Watch", MODEL_RULE]
    assert (reason.verdict, reason.code) == ("beaten", "firm")
    assert reason.why == "by gaz.1 (ngo) on 'Fair Cloth Watch'"


def test_a_found_span_that_was_completed_says_to_what(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "garment/NN dyers/NNS")
    finds(doc, ("dyers", "actor", "worker"))
    reason = reasons(small, doc)["dyers", MODEL_RULE]
    assert (reason.verdict, reason.why) == ("beaten", "it is part of 'garment dyers'")


def test_spans_of_another_layer_beat_nothing(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "union/NN strike/NN")
    matches(doc, ("union", rule("worker", confidence=0.2)), ("union strike", rule("strike", "mechanism")))
    assert reasons(small, doc)["union", "actor.worker"].verdict == "unsure"


@pytest.mark.parametrize(
    ("context", "why"),
    [
        ({"needs": Context(near=("mill", "dye"))}, "needs near mill, dye"),
        ({"needs": Context(before=("the",))}, "needs after the"),
        ({"needs": Context(after=("union",))}, "needs before union"),
        ({"unless": Context(near=("deck",))}, "does not count near deck"),
        (
            {"needs": Context(before=("the",)), "unless": Context(after=("bag",))},
            "needs after the; does not count before bag",
        ),
        ({"needs": Context(near=tuple("abcdefghij"))}, "needs near a, b, c, d, e, f, g, h ..."),
        ({"needs": Context(near=tuple("abcdefgh"))}, "needs near a, b, c, d, e, f, g, h"),
    ],
)
def test_a_context_that_does_not_fit_is_told(
    nlp: Language, small: Codebook, context: dict[str, Context], why: str
) -> None:
    doc = tagged(nlp, "hands/NNS")
    doc.user_data[CANDIDATES] = [Candidate(0, 1, rule("worker", **context), fits=False)]
    reason = reasons(small, doc)["hands", "actor.worker"]
    assert (reason.verdict, reason.why) == ("context", why)


def test_the_context_is_the_reason_even_where_something_else_is_coded(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "hands/NNS")
    doc.user_data[CANDIDATES] = [
        Candidate(0, 1, rule("firm", unless=Context(near=("deck",))), fits=False),
        Candidate(0, 1, rule("worker"), fits=True),
    ]
    assert reasons(small, doc)["hands", "actor.firm"].verdict == "context"


def test_an_unsure_rule_says_what_it_lacked(nlp: Language, small: Codebook) -> None:
    alone = tagged(nlp, "hands/NNS")
    matches(alone, ("hands", rule("worker", confidence=0.4)))
    reason = reasons(small, alone, ResolverOptions(alone=0.6))["hands", "actor.worker"]
    assert (reason.verdict, reason.why) == ("unsure", "its confidence 0.4 is below 0.6")
    beside = tagged(nlp, "hands/NNS Kenya/NNP")
    matches(
        beside, ("hands", rule("worker", confidence=0.4)), ("Kenya", rule("KEN", "place", confidence=0.4))
    )
    finds(beside)
    found = reasons(small, beside)
    assert found["hands", "actor.worker"].why == "its confidence 0.4 and the span finder did not agree"
    assert found["Kenya", "place.KEN"].why == "its confidence 0.4 is below 0.7"


def test_a_sure_rule_on_a_fixed_compound_is_not_called_unsure(nlp: Language, small: Codebook) -> None:
    why = "its words only modify what follows, or speak of somebody else here"
    doc = tagged(nlp, "workers/NNS '/POS rights/NNS")
    matches(doc, ("workers", rule("worker")))
    reason = reasons(small, doc)["workers", "actor.worker"]
    assert (reason.verdict, reason.why) == ("context", why)
    beside = tagged(nlp, "workers/NNS '/POS rights/NNS")
    matches(beside, ("workers", rule("worker", confidence=0.5)))
    finds(beside, ("workers", "actor", "worker"))
    beside.user_data[DOUBT]["actor"][:] = 0.9
    found = reasons(small, beside)
    assert (found["workers", "actor.worker"].verdict, found["workers", "actor.worker"].why) == (
        "context",
        why,
    )
    assert (found["workers", MODEL_RULE].verdict, found["workers", MODEL_RULE].why) == ("beaten", why)


def test_reasons_stand_in_the_order_of_the_text_the_fired_first(nlp: Language, small: Codebook) -> None:
    doc = tagged(nlp, "mill/NN hands/NNS and/CC buyers/NNS")
    matches(
        doc,
        ("buyers", rule("firm")),
        ("hands", rule("firm", id="b")),
        ("mill hands", rule("worker", id="a", confidence=0.8)),
        ("mill hands", rule("firm", id="0", confidence=0.7)),
    )
    MentionResolver(small)(doc)
    assert [(r.text, r.rule, r.verdict) for r in explain(doc)] == [
        ("mill hands", "a", "fired"),
        ("mill hands", "0", "beaten"),
        ("hands", "b", "beaten"),
        ("buyers", "actor.firm", "fired"),
    ]


def test_nothing_matched_nothing_to_explain(nlp: Language) -> None:
    assert explain(nlp.make_doc("The river is wide.")) == []


def test_every_match_and_every_mention_of_a_real_text_has_a_reason(default_pipeline: Pipeline) -> None:
    text = "Two buyers sent an auditor, but the workers' rights NGO and the women at Brook Mills Ltd struck."
    [doc] = default_pipeline.docs([text])
    listed = explain(doc)
    told = {(reason.start, reason.end, reason.rule) for reason in listed}
    for draft in doc.user_data[DRAFTS]:
        span = draft.span(doc)
        assert (span.start_char, span.end_char, draft.rule) in told
    for candidate in doc.user_data[CANDIDATES]:
        span = doc[candidate.start : candidate.end]
        assert (span.start_char, span.end_char, candidate.rule.id) in told
    assert sum(reason.verdict == "fired" for reason in listed) == len(doc.user_data[DRAFTS]) > 3
    assert all(reason.why for reason in listed)
