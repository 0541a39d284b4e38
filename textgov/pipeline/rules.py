"""The rule behind a code, in the form that the components need at run time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textgov.codebook.expand import name_forms, surface_forms
from textgov.codebook.loader import Codebook
from textgov.codebook.schema import Context, Name, Term

NAME_CONFIDENCE = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One lexicon or gazetteer entry: what it says of a span that matches it."""

    id: str
    layer: str
    code: str
    name: str
    is_name: bool
    is_verb: bool
    form: str | None
    scope: str | None
    needs: Context | None
    unless: Context | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """A surface form that stands for a rule; matched in its letter case where `cased`."""

    text: str
    cased: bool
    rule: Rule


def patterns(codebook: Codebook) -> Iterator[Pattern]:
    """Every surface form of every lexicon and gazetteer entry, in the order of the codebook."""
    for layer, terms in codebook.terms.items():
        for term in terms:
            rule = _term_rule(codebook, layer, term)
            proper = term.term != term.term.lower()
            for text in surface_forms(term, codebook.spelling):
                yield Pattern(text, term.pos == "acronym" or (proper and text != text.lower()), rule)
    for layer, names in codebook.names.items():
        for name in names:
            rule = _name_rule(codebook, layer, name)
            for text in name_forms(name, codebook.spelling):
                yield Pattern(text, True, rule)
    for cluster in codebook.clusters:
        rule = Rule(cluster.id, "cluster", cluster.id, cluster.name, True, False, None, None, None, None, 1.0)
        for text in (cluster.name, *cluster.aliases):
            yield Pattern(text, True, rule)


def _defaults(codebook: Codebook, layer: str, code: str) -> tuple[str | None, str | None]:
    entry = codebook.code(layer, code)
    return (entry.form, entry.scope) if entry else (None, None)


def _term_rule(codebook: Codebook, layer: str, term: Term) -> Rule:
    form, scope = _defaults(codebook, layer, term.code)
    return Rule(
        id=term.id,
        layer=layer,
        code=term.code,
        name=term.term,
        is_name=term.pos == "acronym",
        is_verb=term.pos == "verb",
        form=term.form or form,
        scope=term.scope or scope,
        needs=term.needs,
        unless=term.unless,
        confidence=term.confidence,
    )


def _name_rule(codebook: Codebook, layer: str, name: Name) -> Rule:
    form, scope = _defaults(codebook, layer, name.code)
    return Rule(
        id=name.id,
        layer=layer,
        code=name.code,
        name=name.name,
        is_name=True,
        is_verb=False,
        form=name.form or form,
        scope=name.scope or scope,
        needs=name.needs,
        unless=name.unless,
        confidence=NAME_CONFIDENCE,
    )
