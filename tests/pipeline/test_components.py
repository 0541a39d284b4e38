"""The components in another's spaCy pipeline: found by name, in any order that has what they need."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest
import spacy
from msgspec.structs import replace
from pipeline_small import write_codebook
from spacy.language import Language
from spacy.tokens import Doc

from textgov.documents import Annotation
from textgov.errors import CodebookError, TextgovError
from textgov.pipeline.base import BASE_PACKAGES
from textgov.pipeline.build import Pipeline
from textgov.pipeline.components import EXTENSION, set_extensions
from textgov.pipeline.convert import to_annotation
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.matcher import CANDIDATES
from textgov.pipeline.spanfinder import FOUND

FACTORIES = {
    "textgov",
    "textgov_matcher",
    "textgov_spanfinder",
    "textgov_mentions",
    "textgov_edges",
    "textgov_facets",
    "textgov_status",
    "textgov_outcomes",
    "textgov_attribution",
    "textgov_conditions",
    "textgov_relations",
    "textgov_interactions",
}
STEPS = (
    "matcher",
    "mentions",
    "edges",
    "facets",
    "status",
    "outcomes",
    "attribution",
    "conditions",
    "relations",
    "interactions",
)
TEXTS = (
    "The retailer's code of conduct forbids night work at its suppliers in Kenya.",
    "Women workers went on strike until the union was recognised; no audit had been announced.",
    "According to the ILO, the labour law reaches few homeworkers (Rahman 2014).",
    "The river is wide here.",
    "",
)


def full_model() -> Language:
    """The base model as its package gives it."""
    package = next(name for name in BASE_PACKAGES if importlib.util.find_spec(name))
    nlp: Language = importlib.import_module(package).load()
    return nlp


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_codebook(tmp_path_factory.mktemp("components") / "codebook"))


@pytest.fixture
def no_extension() -> Iterator[None]:
    """`doc._.textgov` is not defined, and afterwards is as it was."""
    before = Doc.get_extension(EXTENSION) if Doc.has_extension(EXTENSION) else None
    if before is not None:
        Doc.remove_extension(EXTENSION)
    yield
    if Doc.has_extension(EXTENSION):
        Doc.remove_extension(EXTENSION)
    if before is not None:
        Doc.set_extension(EXTENSION, getter=before[2])


def test_all_factories_are_registered_by_entry_points() -> None:
    found = {entry.name: entry for entry in entry_points(group="spacy_factories") if entry.name in FACTORIES}
    assert set(found) == FACTORIES
    assert all(callable(entry.load()) for entry in found.values())
    assert all(Language.has_factory(name) for name in FACTORIES)


def test_spacy_finds_them_where_textgov_was_not_imported(folder: str) -> None:
    program = (
        "import spacy, sys\n"
        "nlp = spacy.blank('en')\n"
        f"nlp.add_pipe('textgov_matcher', config={{'codebook': {folder!r}}})\n"
        "print(nlp('Two buyers came.')._.textgov.mentions)\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "()\n", "")


@pytest.fixture(scope="module")
def coder() -> Language:
    nlp = full_model()
    nlp.add_pipe("textgov", after="parser")
    return nlp


def assert_alike(one: Annotation, two: Annotation) -> None:
    """Equal but for the last digit of confidences: the base model multiplies in another order than the pipeline's."""
    first, second = (tuple(replace(m, confidence=0.0) for m in a.mentions) for a in (one, two))
    assert replace(one, mentions=first) == replace(two, mentions=second)
    for a, b in zip(one.mentions, two.mentions, strict=True):
        assert a.confidence == pytest.approx(b.confidence, abs=0.002)


def test_after_the_parser_a_pipe_codes_as_the_pipeline_does(
    coder: Language, default_pipeline: Pipeline
) -> None:
    piped = [doc._.textgov for doc in coder.pipe(TEXTS)]
    for text, annotation, expected in zip(TEXTS, piped, default_pipeline.annotate(TEXTS), strict=True):
        assert_alike(annotation, expected)
        assert_alike(coder(text)._.textgov, expected)
    assert [bool(annotation.mentions) for annotation in piped] == [True, True, True, False, False]
    assert {m.status for m in piped[1].mentions if m.layer == "mechanism"} >= {"negated"}


def test_mentions_are_spans_of_the_document(coder: Language) -> None:
    doc = coder(TEXTS[0])
    group = doc.spans[EXTENSION]
    mentions = doc._.textgov.mentions
    assert [(s.start_char, s.end_char, s.label_, s.id_) for s in group] == [
        (m.start, m.end, f"{m.layer}.{m.code}", m.rule) for m in mentions
    ]
    assert ("Kenya", "place.KEN") in [(span.text, span.label_) for span in group]


def test_no_mentions_no_spans(coder: Language) -> None:
    doc = coder("The river is wide here.")
    assert len(doc.spans[EXTENSION]) == 0
    assert doc._.textgov == Annotation()


def test_other_annotations_of_the_model_are_kept(coder: Language) -> None:
    doc, plain = coder(TEXTS[0]), full_model()(TEXTS[0])
    assert [(t.tag_, t.dep_, t.head.i, t.ent_type_) for t in doc] == [
        (t.tag_, t.dep_, t.head.i, t.ent_type_) for t in plain
    ]


def test_a_codebook_that_the_model_was_not_trained_for_goes_without_it(folder: str) -> None:
    nlp = full_model()
    nlp.add_pipe("textgov", config={"codebook": folder})
    doc = nlp("Two brands audit their mills; an NGO and some workers watch.")
    assert FOUND not in doc.user_data
    assert [(m.code, m.rule) for m in doc._.textgov.mentions] == [
        ("audit", "mechanism.audit.1"),
        ("ngo", "actor.ngo.1"),
        ("worker", "actor.worker.1"),
    ]


def test_components_one_by_one_do_what_all_do_together(folder: str) -> None:
    together, single = full_model(), full_model()
    config = {"codebook": folder}
    together.add_pipe("textgov", config=config)
    for name in STEPS:
        single.add_pipe(f"textgov_{name}", config=config)
    text = "Global NGOs and public buyers audit the mill of Brook Mills Ltd, but no worker strikes."
    assert single(text)._.textgov == together(text)._.textgov
    assert len(single(text)._.textgov.mentions) >= 6


def test_the_span_finder_is_a_component_of_its_own() -> None:
    nlp = full_model()
    nlp.add_pipe("textgov_spanfinder", after="tok2vec")
    doc = nlp("Labour inspectors fined two brick kilns.")
    actors = [(doc[f.start : f.end].text, f.code) for f in doc.user_data[FOUND] if f.layer == "actor"]
    assert ("Labour inspectors", "inspectorate") in actors
    assert FOUND not in nlp("").user_data


def test_without_token_vectors_the_span_finder_says_what_it_needs() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("textgov_spanfinder")
    assert FOUND not in nlp("").user_data
    with pytest.raises(TextgovError) as caught:
        nlp("Mills pay.")
    assert str(caught.value) == "the span finder needs a tok2vec before it; add it to the pipe en_core_web_sm"


def test_the_matcher_alone_needs_no_model(folder: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("textgov_matcher", config={"codebook": folder})
    doc = nlp("Two workers.")
    assert [c.rule.id for c in doc.user_data[CANDIDATES]] == ["actor.worker.1"]
    assert drafts_of(doc) == []


def test_a_codebook_that_is_none_is_refused_when_the_pipe_is_made() -> None:
    with pytest.raises(CodebookError, match="no such codebook"):
        spacy.blank("en").add_pipe("textgov_matcher", config={"codebook": "nowhere"})


# The extension


def test_the_extension_is_set_once_and_again(no_extension: None) -> None:
    set_extensions()
    set_extensions()
    assert Doc.get_extension(EXTENSION)[2] is to_annotation


@pytest.mark.parametrize("other", [{"default": 1}, {"getter": str}, {"method": len}])
def test_an_extension_of_another_package_is_not_overwritten(
    no_extension: None, folder: str, other: dict
) -> None:
    Doc.set_extension(EXTENSION, **other)
    before = Doc.get_extension(EXTENSION)
    with pytest.raises(TextgovError) as caught:
        spacy.blank("en").add_pipe("textgov_matcher", config={"codebook": folder})
    assert str(caught.value) == "doc._.textgov is defined by another package; remove that extension first"
    assert Doc.get_extension(EXTENSION) == before
