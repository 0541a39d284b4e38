"""Checks over a whole codebook: references, marks, doubles, and entries that could never match."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from textgov.codebook.draft import Draft, Place
from textgov.codebook.faults import one_of, quoted
from textgov.codebook.reading import HEADER_FILE
from textgov.codebook.schema import (
    MARK,
    Code,
    Context,
    Cue,
    DirectionCue,
    Header,
    InteractionCue,
    Name,
    PathCue,
    SeedCue,
    Term,
)

PAIR = 2
NAMING = frozenset({"form", "marker", "adjective"})
SUPPORTING = frozenset({"fills", "gives", "renders", "allows", "makes", "task", "head", "pseudo"})
TELLING = frozenset(get_args(InteractionCue.model_fields["kind"].annotation)) - NAMING - SUPPORTING
_SIDES = ("near", "before", "after")


def check_all(draft: Draft) -> None:
    """Note every fault that shows only when all files are read."""
    _check_layers(draft)
    _check_header(draft)
    for layer, codes in draft.codes.items():
        for code in codes.values():
            _check_code(layer, code, draft)
    _check_entry_codes(draft)
    _check_cues(draft)
    _check_clusters(draft)
    _check_texts(draft)
    _check_doubles(draft)
    _check_contexts(draft)


def _place(draft: Draft, entry: str) -> Place:
    return draft.entries.get(entry, (HEADER_FILE, 1))


def _check_layers(draft: Draft) -> None:
    if draft.header is None:
        return
    ids = [layer.id for layer in draft.header.layer]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        draft.fault(HEADER_FILE, draft.header_lines.get("layer", 1), f"layer: {twice!r} is declared twice")
    for layer, place in draft.layer_places.items():
        if layer not in ids:
            draft.fault_at(
                place, f"layer {layer!r} is not declared in {HEADER_FILE}; declared are {one_of(ids)}"
            )


def _check_header(draft: Draft) -> None:
    for field in Header.model_fields if draft.header else ():
        value = getattr(draft.header, field)
        code, layer = getattr(value, "code", None), getattr(value, "layer", None)
        if isinstance(code, str) and code not in draft.codes.get(str(layer), {}):
            allowed = one_of(draft.codes.get(str(layer), {}))
            draft.fault(
                HEADER_FILE,
                draft.header_lines.get(field, 1),
                f"{field}: {code!r} is not a code of layer {layer!r}; codes are {allowed}",
            )


def _check_code(layer: str, code: Code, draft: Draft) -> None:
    place = draft.code_places[f"{layer}/{code.id}"]
    siblings = draft.codes[layer]
    if code.parent is not None and code.parent not in siblings:
        draft.fault_at(
            place, f"parent: {code.parent!r} is not a code of layer {layer!r}; codes are {one_of(siblings)}"
        )
    elif code.parent is not None and code.id in _ancestors(code, siblings):
        draft.fault_at(place, f"parent: {code.id!r} is its own ancestor")
    for other, wanted in (("mechanism", code.mechanisms), ("actor", code.actors)):
        known = draft.codes.get(other, {})
        for one in wanted:
            if one not in known:
                draft.fault_at(
                    place, f"{other}s: {one!r} is not a code of layer {other!r}; codes are {one_of(known)}"
                )
    for key, text in (*(("examples", e) for e in code.examples), ("counter_example", code.counter_example)):
        if not _well_marked(text):
            draft.fault_at(place, f"{key}: a mark is not closed, empty or nested in {quoted(text)}")
    marks_text = draft.header is None or all(la.marks_text for la in draft.header.layer if la.id == layer)
    for example in code.examples if marks_text else ():
        if not MARK.search(example):
            draft.fault_at(place, f"examples: mark the coded span of {quoted(example)} with [[...]]")
    if len(set(code.examples)) < len(code.examples):
        draft.fault_at(place, f"examples: {code.id!r} gives the same example twice")


def _ancestors(code: Code, siblings: dict[str, Code]) -> set[str]:
    found: set[str] = set()
    parent = code.parent
    while parent is not None and parent not in found:
        found.add(parent)
        parent = siblings[parent].parent if parent in siblings else None
    return found


def _well_marked(text: str) -> bool:
    spans = MARK.findall(text)
    rest = MARK.sub("", text)
    return "[[" not in rest and "]]" not in rest and all(s.strip(" []") and "[[" not in s for s in spans)


def _entries(draft: Draft) -> Iterator[tuple[str, Term | Name]]:
    for layer, terms in draft.terms.items():
        for term in terms.values():
            yield layer, term
    for layer, names in draft.names.items():
        for name in names.values():
            yield layer, name


def _check_entry_codes(draft: Draft) -> None:
    opened = {layer.id for layer in draft.header.layer if layer.open} if draft.header else set()
    for layer, entry in _entries(draft):
        codes = draft.codes.get(layer, {})
        if layer not in opened and entry.code not in codes:
            draft.fault_at(
                _place(draft, entry.id),
                f"code: {entry.code!r} is not a code of layer {layer!r}; codes are {one_of(codes)}",
            )


def _check_directions(draft: Draft) -> None:
    for cue in draft.cues.get("direction", {}).values():
        if isinstance(cue, DirectionCue) and ("oblique" in cue.on) != bool(cue.prepositions):
            draft.fault_at(
                _place(draft, cue.id), "prepositions: give them where on holds 'oblique', and only there"
            )


def _check_cues(draft: Draft) -> None:
    layers = {layer.id for layer in draft.header.layer} if draft.header else set()
    for cues in draft.cues.values():
        for cue in cues.values():
            for layer in cue.layers if isinstance(cue, Cue) and "layers" in cue.model_fields_set else ():
                if layer not in layers:
                    draft.fault_at(
                        _place(draft, cue.id),
                        f"layers: {layer!r} is not a layer; layers are {one_of(layers)}",
                    )
    for seed in draft.cues.get("seed", {}).values():
        codes = draft.codes.get(seed.layer, {}) if isinstance(seed, SeedCue) else {}
        if isinstance(seed, SeedCue) and seed.code not in codes:
            draft.fault_at(
                _place(draft, seed.id),
                f"code: {seed.code!r} is not a code of layer {seed.layer!r}; codes are {one_of(codes)}",
            )
    _check_directions(draft)
    paths = draft.codes.get("path", {})
    for cue in draft.cues.get("path", {}).values():
        if isinstance(cue, PathCue) and cue.path not in paths:
            fault = f"path: {cue.path!r} is not a code of layer 'path'; codes are {one_of(paths)}"
            draft.fault_at(_place(draft, cue.id), fault)
    _check_interactions(draft)
    known = {code for codes in draft.codes.values() for code in codes}
    for form_cue in draft.form_cues.values():
        place = _place(draft, form_cue.id)
        if form_cue.form is None and form_cue.scope is None:
            draft.fault_at(place, "form, scope: neither is given, so the cue does nothing; give one")
        for code in form_cue.codes:
            if code not in known:
                draft.fault_at(place, f"codes: {code!r} is not a code; codes are {one_of(known)}")


def _check_interactions(draft: Draft) -> None:
    """Each cue of the interactions says which one it tells, or which form it names, or supports another cue."""
    codes = draft.codes.get("interaction", {})
    for cue in draft.cues.get("interaction", {}).values():
        if not isinstance(cue, InteractionCue):
            continue
        place = _place(draft, cue.id)
        if cue.code is not None and cue.code not in codes:
            draft.fault_at(
                place, f"code: {cue.code!r} is not a code of layer 'interaction'; codes are {one_of(codes)}"
            )
        if cue.code is None and cue.kind in TELLING:
            draft.fault_at(place, f"code: a cue of kind {cue.kind!r} tells an interaction; say which")
        if cue.kind == "named" and len(set(cue.forms)) < PAIR:
            draft.fault_at(place, "forms: a cue of kind 'named' says between which two forms; give them")
        if cue.form is None and cue.kind in NAMING:
            draft.fault_at(place, f"form: a cue of kind {cue.kind!r} names a form; say which")


def _check_clusters(draft: Draft) -> None:
    sectors = draft.codes.get("sector", {})
    countries = {name.code for name in draft.names.get("place", {}).values()}
    for cluster in draft.clusters.values():
        place = _place(draft, cluster.id)
        if sectors and cluster.sector not in sectors:
            draft.fault_at(
                place,
                f"sector: {cluster.sector!r} is not a code of layer 'sector'; codes are {one_of(sectors)}",
            )
        if countries and cluster.country not in countries:
            draft.fault_at(
                place, f"country: {cluster.country!r} is not a place of the gazetteer; use ISO 3166 alpha-3"
            )


def _check_texts(draft: Draft) -> None:
    texts = [
        *((e.id, t) for _, e in _entries(draft) for t in _texts(e)),
        *((c.id, t) for c in draft.clusters.values() for t in (c.name, *c.aliases)),
        *((cue.id, cue.cue) for table in draft.cues.values() for cue in table.values()),
        *((cue.id, cue.cue) for cue in draft.form_cues.values()),
    ]
    for entry, text in texts:
        if "  " in text or not text.isprintable():
            draft.fault_at(
                _place(draft, entry),
                f"{quoted(text)} holds a double space, line break or invisible character: it never matches",
            )


def _texts(entry: Term | Name) -> tuple[str, ...]:
    if isinstance(entry, Term):
        return (entry.term, *entry.aliases)
    return (entry.name, *entry.aliases, *entry.demonyms)


def _check_doubles(draft: Draft) -> None:
    """The same text twice in one code, matched alike under the same context, is one entry too many.

    An extension may repeat a term of its base, lest a later base that adds the term make it unusable.
    """
    for layer, terms in draft.terms.items():
        first: dict[tuple[object, ...], str] = {}
        for term in terms.values():
            own_file, own_line = _place(draft, term.id)
            book = own_file.rpartition("/")[0]
            for text in _texts(term):
                key = (book, term.code, text, term.pos, term.needs, term.unless)
                other = first.setdefault(key, term.id)
                if other != term.id or (text == term.term and text in term.aliases):
                    file, line = _place(draft, other)
                    draft.fault_at(
                        (own_file, own_line),
                        f"term: {text!r} stands twice in {layer}/{term.code}, also at {file}:{line}",
                    )


def _check_contexts(draft: Draft) -> None:
    for _, entry in _entries(draft):
        if entry.needs is not None and not any(_live(entry.needs, entry.unless)):
            draft.fault_at(
                _place(draft, entry.id),
                "needs: can never hold; give lower-case words, single ones before and after, not in unless",
            )


def _live(needs: Context, unless: Context | None) -> Iterator[str]:
    """The words of `needs` that can ever be found and do not stop the entry at the same time."""
    for side in _SIDES:
        for word in getattr(needs, side):
            single = side == "near" or " " not in word
            barred = unless is not None and (word in unless.near or word in getattr(unless, side))
            if single and word == word.lower() and not barred:
                yield word
