"""The fields of the query language, and the values that each of them knows."""

from __future__ import annotations

import difflib
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from textgov.documents import DocumentKind, PassageKind, Record, Status
from textgov.errors import UsageError
from textgov.index.tokens import words
from textgov.index.tree import Entity

FieldKind = Literal["words", "code", "value", "number", "flag", "file", "record"]


class Field(NamedTuple):
    """A field: what it is a property of, where that is stored, and how its values are compared.

    Kinds: `words` (full text), `code` (of a known set), `value` (whole text), `number`, `flag`, `file`
    (path or name), `record` (opens a group that is true of one record).
    """

    name: str
    entity: Entity
    column: str
    kind: FieldKind
    help: str


_BUILT_IN: Final = (
    Field("text", "sentence", "text", "words", "words of the text; the default"),
    Field("title", "document", "title", "words", "words of the title"),
    Field("author", "document", "author", "words", "words of the authors' names"),
    Field("venue", "document", "venue", "words", "words of the journal or publisher"),
    Field("keyword", "document", "keyword", "words", "words of the keywords"),
    Field("section", "passage", "section", "words", "words of the heading above the passage"),
    Field("doc", "document", "id", "value", "id of the document"),
    Field("file", "document", "source", "file", "path or name of a file it was read from"),
    Field("kind", "document", "kind", "code", "kind of document"),
    Field("year", "document", "year", "number", "year of publication"),
    Field("language", "document", "language", "code", "language of the document"),
    Field("format", "document", "format", "code", "format of the file"),
    Field("passage", "passage", "kind", "code", "kind of passage"),
    Field("page", "sentence", "page", "number", "page of the file, from 1, on which a sentence begins"),
    Field("name", "mention", "name", "value", "canonical name of a mention"),
    Field("form", "mention", "form", "code", "form of governance of a mention"),
    Field("scope", "mention", "scope", "code", "scope of governance of a mention"),
    Field("status", "mention", "status", "code", "assertion status of a mention"),
    Field("attributed", "mention", "attributed", "flag", "whether a mention is reported from another source"),
    Field("source", "mention", "source", "value", "the source that a mention is reported from"),
    Field("rule", "mention", "rule", "value", "rule that found a mention"),
    Field("dimension", "mention", "dimension", "code", "dimension of an outcome"),
    Field("direction", "mention", "direction", "code", "direction of an outcome"),
    Field("confidence", "mention", "confidence", "number", "confidence of a mention, 0 to 1"),
    Field("relation", "relation", "kind", "code", "kind of relation"),
    Field("from", "relation", "source_code", "code", "code of who or what a relation comes from"),
    Field("from_cell", "relation", "source_cell", "code", "form and scope of who a relation comes from"),
    Field("through", "relation", "means_code", "code", "code of the means of a relation"),
    Field("to", "relation", "target_code", "code", "code of whom or what a relation goes to"),
    Field("to_cell", "relation", "target_cell", "code", "form and scope of whom a relation goes to"),
    Field("interaction", "interaction", "kind", "code", "kind of interaction of two forms of governance"),
    Field("between", "interaction", "pair", "code", "the forms of an interaction, such as private-public"),
    Field("path", "coding", "code", "code", "path that a passage was coded with"),
    Field("cell", "coding", "code", "code", "form and scope that a passage was coded with"),
    Field("stance", "coding", "stance", "code", "stance of a coded path"),
    Field("score", "coding", "score", "number", "score of a coding, 0 to 1"),
    Field("coder", "coding", "coder", "value", "machine version or person who coded"),
    Field("mention", "mention", "", "record", "a group of fields that are true of one mention"),
    Field("coding", "coding", "", "record", "a group of fields that are true of one coding"),
)

CODING_LAYERS: Final = frozenset({"path", "cell"})
"""Fields of codings whose name is the coding's layer."""

LINKS: Final = frozenset({"relation", "interaction"})
"""Fields of kinds of links; a group on one that names further fields is true of one link."""


class QueryContext(Record, frozen=True):
    """What a query may name.

    `layers` holds the codes and labels of each layer of mentions, `values` those of other fields; a layer
    or field with an empty set takes any value. A path counts as coded from the score `threshold` on.
    """

    layers: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    values: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    threshold: float = 0.5

    def fields(self) -> dict[str, Field]:
        """All fields by name, those of the layers last.

        Raises:
            UsageError: a layer has the name of another field.
        """
        known = {field.name: field for field in _BUILT_IN}
        for layer in self.layers:
            if layer in known:
                raise UsageError(f"the codebook's layer {layer!r} has the name of a search field; rename it")
            known[layer] = Field(layer, "mention", "code", "code", f"code of a mention of the layer {layer}")
        return known

    def known(self, field: Field) -> dict[str, str]:
        """Values and labels that a field knows; empty if it takes any."""
        if field.name in self.layers:
            return self.layers[field.name]
        return self.values.get(field.name) or dict.fromkeys(_FIXED.get(field.name, ()), "")


_FIXED: Final[dict[str, tuple[str, ...]]] = {
    "kind": get_args(DocumentKind),
    "passage": get_args(PassageKind),
    "status": get_args(Status),
}


def plain(value: str) -> str:
    """A code or label as it is compared: folded words, whatever stands between them."""
    return " ".join(words(value)) or value


def matching(value: str, known: dict[str, str]) -> list[str]:
    """Known codes that a value names, by code or by label."""
    wanted = plain(value)
    return [code for code, label in known.items() if wanted in (plain(code), plain(label))]


def suggestion(value: str, known: dict[str, str], what: str) -> str:
    """What to say to someone who named something unknown: the nearest, and all if they are few."""
    spellings = {plain(name): code for code, label in known.items() for name in (label, code) if name}
    near = difflib.get_close_matches(plain(value), spellings, n=3, cutoff=0.6)
    near += [name for name in spellings if plain(value) in name]
    nearest = list(dict.fromkeys(spellings[name] for name in near))[:3]
    hint = f"did you mean {' or '.join(nearest)}? " if nearest else ""
    listed = sorted(known)
    shown = ", ".join(listed[:_SHOWN]) + (
        f", and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    )
    return f"{hint}{what}: {shown}"


_SHOWN: Final = 40
