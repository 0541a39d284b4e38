"""What a user does with codebooks: look, check, compare, begin one, print its manual."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from textgov.codebook.diff import Difference, compare
from textgov.codebook.faults import Fault
from textgov.codebook.loader import DEFAULT, Codebook, check, load
from textgov.codebook.manual import render_manual
from textgov.codebook.scaffold import write_codebook
from textgov.codebook.schema import Code, Layer, Name, Term
from textgov.errors import UsageError


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """One layer in numbers. `codes` is None where the codes are an outside standard."""

    layer: Layer
    codes: int | None
    terms: int
    names: int


@dataclass(frozen=True, slots=True)
class CodeSummary:
    """One code in numbers."""

    code: Code
    terms: int
    names: int


@dataclass(frozen=True, slots=True)
class CodebookView:
    """A codebook at a glance."""

    id: str
    version: str
    title: str
    source: str
    hash: str
    notes: tuple[str, ...]
    layers: tuple[LayerSummary, ...]
    cues: dict[str, int]


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer with its codes."""

    layer: Layer
    codes: tuple[CodeSummary, ...]


@dataclass(frozen=True, slots=True)
class CodeView:
    """One code with all that finds it."""

    layer: Layer
    code: Code
    terms: tuple[Term, ...]
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """What a check found: the codebook, or None and its faults."""

    source: str
    codebook: CodebookView | None
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether the codebook can be used."""
        return not self.faults


def show_codebook(
    source: str | Path = DEFAULT, layer: str | None = None, code: str | None = None
) -> CodebookView | LayerView | CodeView:
    """A codebook, one of its layers, or one code with its entries; a code may be given without its layer.

    Raises:
        CodebookError: the codebook does not exist or has faults.
        UsageError: there is no such layer or code, or the code is in several layers and none is given.
    """
    codebook = load(source)
    if code is not None:
        return _code_view(codebook, _layer_of(codebook, layer, code), code)
    if layer is not None:
        return _layer_view(codebook, _layer(codebook, layer))
    return _codebook_view(codebook)


def validate_codebook(source: str | Path = DEFAULT) -> Validation:
    """Check a codebook; all its faults are returned, each with file and line.

    Raises:
        CodebookError: there is no such codebook.
    """
    codebook, faults = check(source)
    return Validation(str(source), _codebook_view(codebook) if codebook else None, tuple(faults))


def diff_codebooks(old: str | Path, new: str | Path) -> Difference:
    """What leads from one codebook to the other.

    Raises:
        CodebookError: one of them does not exist or has faults.
    """
    return compare(load(old), load(new))


def new_codebook(
    folder: Path, *, extends: str | None = DEFAULT, title: str | None = None
) -> tuple[Path, ...]:
    """Begin a codebook in a new folder; see `write_codebook`.

    Raises:
        UsageError: the folder or the codebook to extend is not usable.
    """
    return write_codebook(folder, extends=extends, title=title)


def codebook_manual(source: str | Path = DEFAULT) -> str:
    """The coding manual of a codebook as Markdown.

    Raises:
        CodebookError: the codebook does not exist or has faults.
    """
    return render_manual(load(source))


def _codebook_view(codebook: Codebook) -> CodebookView:
    cues = {kind: len(entries) for kind, entries in codebook.cues.items()}
    if codebook.form_cues:
        cues["form"] = len(codebook.form_cues)
    header = codebook.header
    return CodebookView(
        id=header.id,
        version=header.version,
        title=header.title,
        source=header.source,
        hash=codebook.hash,
        notes=header.notes,
        layers=tuple(_summary(codebook, layer) for layer in header.layer),
        cues=cues,
    )


def _summary(codebook: Codebook, layer: Layer) -> LayerSummary:
    clusters = len(codebook.clusters) if layer.id == "cluster" else 0
    return LayerSummary(
        layer=layer,
        codes=None if layer.open else len(codebook.codes.get(layer.id, {})),
        terms=len(codebook.terms.get(layer.id, ())),
        names=len(codebook.names.get(layer.id, ())) + clusters,
    )


def _layer(codebook: Codebook, layer: str) -> Layer:
    found = next((one for one in codebook.header.layer if one.id == layer), None)
    if found is None:
        raise UsageError(f"no layer {layer!r}{_nearest(layer, codebook.layers)}")
    return found


def _layer_view(codebook: Codebook, layer: Layer) -> LayerView:
    terms = Counter(term.code for term in codebook.terms.get(layer.id, ()))
    names = Counter(name.code for name in codebook.names.get(layer.id, ()))
    codes = codebook.codes.get(layer.id, {}).values()
    return LayerView(layer, tuple(CodeSummary(one, terms[one.id], names[one.id]) for one in codes))


def _layer_of(codebook: Codebook, layer: str | None, code: str) -> Layer:
    """The layer to which the code belongs: the one given, or the only one that has it."""
    if layer is not None:
        found = _layer(codebook, layer)
        codes = tuple(codebook.codes.get(layer, {}))
        if code not in codes:
            raise UsageError(f"no code {code!r} in layer {layer!r}{_nearest(code, codes)}")
        return found
    having = [one for one in codebook.layers if code in codebook.codes.get(one, {})]
    if not having:
        known = tuple(sorted({one for codes in codebook.codes.values() for one in codes}))
        raise UsageError(f"no code {code!r} in {codebook.header.id}{_nearest(code, known)}")
    if len(having) > 1:
        raise UsageError(f"code {code!r} is in the layers {', '.join(having)}; give one of them")
    return _layer(codebook, having[0])


def _code_view(codebook: Codebook, layer: Layer, code: str) -> CodeView:
    return CodeView(
        layer=layer,
        code=codebook.codes[layer.id][code],
        terms=tuple(term for term in codebook.terms.get(layer.id, ()) if term.code == code),
        names=tuple(name for name in codebook.names.get(layer.id, ()) if name.code == code),
    )


def _nearest(wanted: str, known: tuple[str, ...]) -> str:
    """The end of a message: the likeliest spelling first, then all that there is."""
    close = difflib.get_close_matches(wanted, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ";"
    return f"{hint} known are {', '.join(known) or 'none'}"
