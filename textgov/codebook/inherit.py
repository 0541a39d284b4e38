"""How a codebook that extends another is put together with it."""

from __future__ import annotations

from typing import TypeVar

from textgov.codebook.draft import Draft
from textgov.codebook.faults import one_of
from textgov.codebook.reading import HEADER_FILE
from textgov.codebook.schema import Code, FormCue, Header, PathCue, SeedCue

Kept = TypeVar("Kept")


def inherit(base: Draft, draft: Draft) -> None:
    """Put the content of `base` under that of `draft`, without what `draft` drops.

    Codes of one layer and id, entries of one id, layers, and spellings of one word are replaced.
    """
    draft.faults.extend(base.faults)
    draft.digest.update(base.digest.digest())
    if base.header is None or draft.header is None:
        return
    _drop(base, draft)
    for entry in draft.entries:
        if entry in base.entries:
            base.forget(entry)
    draft.header = _joined_header(base.header, draft.header)
    draft.codes = _joined(base.codes, draft.codes)
    draft.terms = _joined(base.terms, draft.terms)
    draft.names = _joined(base.names, draft.names)
    draft.cues = _joined(base.cues, draft.cues)
    draft.form_cues = base.form_cues | draft.form_cues
    draft.clusters = base.clusters | draft.clusters
    draft.spelling = base.spelling | draft.spelling
    draft.entries = base.entries | draft.entries
    draft.code_places = base.code_places | draft.code_places
    draft.layer_places = base.layer_places | draft.layer_places


def _joined(base: dict[str, dict[str, Kept]], own: dict[str, dict[str, Kept]]) -> dict[str, dict[str, Kept]]:
    return {key: base.get(key, {}) | own.get(key, {}) for key in base | own}


def _joined_header(base: Header, own: Header) -> Header:
    layers = {layer.id: layer for layer in base.layer} | {layer.id: layer for layer in own.layer}
    unset = base.model_fields_set - own.model_fields_set - {"extends", "drop"}
    changes: dict[str, object] = {field: getattr(base, field) for field in unset}
    changes |= {
        "layer": tuple(layers.values()),
        "notes": (*base.notes, *own.notes),
        "gazetteer": base.gazetteer | own.gazetteer,
    }
    return own.model_copy(update=changes)


def _drop(base: Draft, draft: Draft) -> None:
    assert draft.header is not None
    for one in draft.header.drop:
        layer, slash, code = one.partition("/")
        if slash and code in base.codes.get(layer, {}):
            _drop_code(layer, code, base)
        elif not slash and one in base.entries:
            base.forget(one)
        else:
            allowed = one_of(f"{layer}/{c}" for c in base.codes.get(layer, {})) if slash else "ids of entries"
            line = draft.header_lines.get("drop", 1)
            draft.fault(HEADER_FILE, line, f"drop: {one!r} is not in the base codebook; there are {allowed}")


def _drop_code(layer: str, code: str, base: Draft) -> None:
    """Remove a code with its entries, and its name from whatever else names it."""
    del base.codes[layer][code]
    for table in (base.terms.get(layer, {}), base.names.get(layer, {})):
        for entry in [e.id for e in table.values() if e.code == code]:
            base.forget(entry)
    for cue in list(base.cues.get("seed", {}).values()):
        if isinstance(cue, SeedCue) and (cue.layer, cue.code) == (layer, code):
            base.forget(cue.id)
    for cue in list(base.cues.get("path", {}).values()):
        if isinstance(cue, PathCue) and (layer, cue.path) == ("path", code):
            base.forget(cue.id)
    for other, codes in base.codes.items():
        base.codes[other] = {key: _without(value, layer, other, code) for key, value in codes.items()}
    for form_cue in list(base.form_cues.values()):
        if code in form_cue.codes:
            _narrow(form_cue, code, base)
    if base.header is not None:
        named = {field: value for field in Header.model_fields if (value := getattr(base.header, field))}
        gone = {
            field: None
            for field, value in named.items()
            if (getattr(value, "layer", None), getattr(value, "code", None)) == (layer, code)
        }
        base.header = base.header.model_copy(update=gone)


def _without(entry: Code, layer: str, own_layer: str, code: str) -> Code:
    changes: dict[str, object] = {}
    if layer == own_layer and entry.parent == code:
        changes["parent"] = None
    if layer == "mechanism" and code in entry.mechanisms:
        changes["mechanisms"] = tuple(one for one in entry.mechanisms if one != code)
    if layer == "actor" and code in entry.actors:
        changes["actors"] = tuple(one for one in entry.actors if one != code)
    return entry.model_copy(update=changes) if changes else entry


def _narrow(cue: FormCue, code: str, base: Draft) -> None:
    left = tuple(one for one in cue.codes if one != code)
    if left:
        base.form_cues[cue.id] = cue.model_copy(update={"codes": left})
    else:
        base.forget(cue.id)
