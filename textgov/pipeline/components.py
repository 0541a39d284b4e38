"""spaCy factories: `nlp.add_pipe("textgov_matcher")` and the others, in anyone's English pipeline.

They are registered by entry points, so that spaCy finds them wherever textgov is installed. The order is matcher,
span finder (after the token vectors are set), mentions, facets, status, outcomes, attribution, conditions (after the
parser); `textgov` is all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc, Span

from textgov.codebook.loader import DEFAULT, load
from textgov.errors import TextgovError
from textgov.pipeline.attribution import Attribution
from textgov.pipeline.build import coding_steps, fitting_finder
from textgov.pipeline.conditions import Conditions
from textgov.pipeline.convert import to_annotation
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.edges import Edges
from textgov.pipeline.facets import Facets
from textgov.pipeline.interactions import Interactions
from textgov.pipeline.matcher import Matcher
from textgov.pipeline.mentions import MentionResolver
from textgov.pipeline.network import CONTEXT_WIDTH
from textgov.pipeline.outcomes import Outcomes
from textgov.pipeline.relations import Relations
from textgov.pipeline.spanfinder import SpanFinder, load_span_finder, model_folder
from textgov.pipeline.status import StatusMarker

Step = Callable[[Doc], Doc]
EXTENSION = "textgov"
DEFAULTS = {"codebook": DEFAULT}


def set_extensions() -> None:
    """Define `doc._.textgov`, the annotation record.

    Raises:
        TextgovError: another package has defined an extension of that name.
    """
    if Doc.has_extension(EXTENSION):
        if Doc.get_extension(EXTENSION)[2] is not to_annotation:
            raise TextgovError(
                f"doc._.{EXTENSION} is defined by another package; remove that extension first"
            )
        return
    Doc.set_extension(EXTENSION, getter=to_annotation)


class Everything:
    """All steps as one component; `doc.spans["textgov"]` holds the mentions as labelled spans."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps

    def __call__(self, doc: Doc) -> Doc:
        """Code a document that tok2vec, tagger and parser have seen."""
        for step in self._steps:
            step(doc)
        doc.spans[EXTENSION] = [
            Span(doc, d.start, d.end, label=f"{d.layer}.{d.code}", span_id=d.rule) for d in drafts_of(doc)
        ]
        return doc


def _finding(finder: SpanFinder) -> Step:
    def find(doc: Doc) -> Doc:
        if len(doc) and doc.tensor.shape != (len(doc), CONTEXT_WIDTH):
            raise TextgovError("the span finder needs a tok2vec before it; add it to the pipe en_core_web_sm")
        finder([doc])
        return doc

    return find


@Language.factory("textgov_matcher", default_config=DEFAULTS)
def matcher(nlp: Language, name: str, codebook: str) -> Step:
    """Lexicon and gazetteer matches."""
    set_extensions()
    return Matcher(nlp, load(codebook))


@Language.factory("textgov_spanfinder")
def spanfinder(nlp: Language, name: str) -> Step:
    """The trained span finder; needs the matcher and a `tok2vec` before it."""
    finder = load_span_finder(model_folder())

    return _finding(finder)


@Language.factory("textgov_mentions", default_config=DEFAULTS)
def mentions(nlp: Language, name: str, codebook: str) -> Step:
    """Settles matches and found spans to mentions."""
    return MentionResolver(load(codebook))


@Language.factory("textgov_edges", default_config=DEFAULTS)
def edges(nlp: Language, name: str, codebook: str) -> Step:
    """Where mentions begin and end; better with a parser before it."""
    return Edges(load(codebook))


@Language.factory("textgov_facets", default_config=DEFAULTS)
def facets(nlp: Language, name: str, codebook: str) -> Step:
    """Form and scope by context."""
    return Facets(nlp, load(codebook))


@Language.factory("textgov_status", default_config=DEFAULTS)
def status(nlp: Language, name: str, codebook: str) -> Step:
    """Assertion status; needs a parser before it."""
    return StatusMarker(nlp, load(codebook))


@Language.factory("textgov_outcomes", default_config=DEFAULTS)
def outcomes(nlp: Language, name: str, codebook: str) -> Step:
    """Direction and group of outcomes and upgrading; needs a parser before it."""
    loaded = load(codebook)
    return Outcomes(nlp, loaded, StatusMarker(nlp, loaded))


@Language.factory("textgov_attribution", default_config=DEFAULTS)
def attribution(nlp: Language, name: str, codebook: str) -> Step:
    """Reported sources; needs sentence boundaries."""
    return Attribution(nlp, load(codebook))


@Language.factory("textgov_conditions", default_config=DEFAULTS)
def conditions(nlp: Language, name: str, codebook: str) -> Step:
    """Clauses that a mention is said to hold under; needs a parser before it."""
    return Conditions(nlp, load(codebook))


@Language.factory("textgov_relations", default_config=DEFAULTS)
def relations(nlp: Language, name: str, codebook: str) -> Step:
    """Who governs whom by what, and what leads to what; needs a parser before it."""
    return Relations(nlp, load(codebook))


@Language.factory("textgov_interactions", default_config=DEFAULTS)
def interactions(nlp: Language, name: str, codebook: str) -> Step:
    """How forms of governance act on each other; needs a parser before it."""
    return Interactions(nlp, load(codebook))


@Language.factory("textgov", default_config=DEFAULTS)
def everything(nlp: Language, name: str, codebook: str) -> Step:
    """All of the above in order."""
    set_extensions()
    loaded = load(codebook)
    finder = fitting_finder(loaded)
    return Everything(
        [
            Matcher(nlp, loaded),
            *([_finding(finder)] if finder is not None else []),
            *(step for _, step in coding_steps(nlp, loaded)),
        ]
    )
