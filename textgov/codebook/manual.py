"""The coding manual of a codebook: everything that a human coder needs, generated from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from textgov.codebook.loader import Codebook
from textgov.codebook.schema import MARK, Code, CueLine, Layer

MANUAL_FILE = "MANUAL.md"
EXAMPLE_CUES = 6
"""So many cues of a kind are shown."""


def render_manual(codebook: Codebook) -> str:
    """The manual as Markdown. Equal codebooks give equal text."""
    lines = [
        *_opening(codebook),
        *_layer_table(codebook),
        *_cells(codebook),
        *_paths(codebook),
        *(line for layer in codebook.header.layer for line in _layer(layer, codebook)),
        *_cues(codebook),
        *_decisions(codebook),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _opening(codebook: Codebook) -> Iterator[str]:
    header = codebook.header
    yield f"# {_text(header.title)}"
    yield ""
    yield f"Coding manual of the codebook `{header.id}`, version {header.version}, generated from its files."
    yield ""
    yield f"Source: {_text(header.source)}"
    yield ""
    if header.notes:
        yield "## How to code"
        yield ""
        yield from (f"- {_text(note)}" for note in header.notes)
        yield ""
    yield (
        "In an example, **bold** is the span that gets the code. In a counter-example it is the span that "
        "tempts and does not get it. Entries and names are counted; they stand in the files of the codebook."
    )
    yield ""


def _layer_table(codebook: Codebook) -> Iterator[str]:
    yield "## Layers"
    yield ""
    rows = []
    for layer in codebook.header.layer:
        codes = "open" if layer.open else str(len(codebook.codes.get(layer.id, {})))
        names = len(codebook.names.get(layer.id, ()))
        if layer.id == "cluster":
            names += len(codebook.clusters)
        terms = len(codebook.terms.get(layer.id, ()))
        rows.append((f"`{layer.id}`", layer.label, codes, str(terms), str(names)))
    yield from _table(("layer", "what", "codes", "lexicon entries", "names"), rows)
    yield ""


def _cells(codebook: Codebook) -> Iterator[str]:
    """Codes by form and scope, as far as the codebook has these two layers."""
    forms, scopes = codebook.codes.get("form", {}), codebook.codes.get("scope", {})
    if not forms or not scopes:
        return
    yield "## Form and scope by default"
    yield ""
    yield "A lexicon entry, a name, or a word beside the mention may override the default of its code."
    yield ""
    placed = [code for codes in codebook.codes.values() for code in codes.values()]
    rows = []
    for form in forms.values():
        cells = [
            _listed(c.id for c in placed if c.form == form.id and c.scope == scope.id)
            for scope in scopes.values()
        ]
        rows.append((form.label, *cells))
    yield from _table(("", *(scope.label for scope in scopes.values())), rows)
    yield ""


def _paths(codebook: Codebook) -> Iterator[str]:
    paths = [c for codes in codebook.codes.values() for c in codes.values() if c.drivers or c.limits]
    if not paths:
        return
    yield "## Paths at a glance"
    yield ""
    rows = [
        (
            f"`{path.id}`",
            _text("; ".join(path.drivers)),
            _listed(path.mechanisms),
            _listed(path.actors),
            _text(" ".join(path.limits)),
        )
        for path in paths
    ]
    yield from _table(("path", "key drivers", "main mechanisms", "major actors", "known limits"), rows)
    yield ""


def _layer(layer: Layer, codebook: Codebook) -> Iterator[str]:
    yield f"## {_text(layer.label)} (`{layer.id}`)"
    yield ""
    yield _text(layer.description)
    yield ""
    if layer.rules:
        yield from (f"- {_text(rule)}" for rule in layer.rules)
        yield ""
    if layer.open:
        yield "The codes of this layer come from an outside standard or a gazetteer."
        yield ""
    terms = Counter(term.code for term in codebook.terms.get(layer.id, ()))
    names = Counter(name.code for name in codebook.names.get(layer.id, ()))
    for code in codebook.codes.get(layer.id, {}).values():
        yield from _code(code, layer, terms[code.id], names[code.id])


def _code(code: Code, layer: Layer, terms: int, names: int) -> Iterator[str]:
    yield f"### {_text(code.label)} (`{code.id}`)"
    yield ""
    yield _text(code.definition)
    yield ""
    facts = [
        ("Form and scope", ", ".join(one for one in (code.form, code.scope) if one)),
        ("Belongs to", f"`{code.parent}`" if code.parent else ""),
        ("Decent-work pillar", code.pillar or ""),
        ("Drivers", "; ".join(code.drivers)),
        ("Mechanisms", _listed(code.mechanisms)),
        ("Actors", _listed(code.actors)),
        ("Limits", " ".join(code.limits)),
    ]
    yield from (f"- {name}: {_text(value)}" for name, value in facts if value)
    yield from (f"- Include: {_text(one)}" for one in code.include)
    yield from (f"- Exclude: {_text(one)}" for one in code.exclude)
    yield from (f"- Example: {_example(one)}" for one in code.examples)
    reason = f" {_text(code.counter_reason)}" if code.counter_reason else ""
    yield f"- Counter-example: {_example(code.counter_example)}{' —' if reason else ''}{reason}"
    yield from (f"- Decided: {_text(one)}" for one in code.decisions)
    yield f"- Source: {_text(code.source)}"
    if layer.marks_text:
        entries = _number(terms, "lexicon entry", "lexicon entries")
        yield f"- Found by: {entries}, {_number(names, 'name', 'names')}"
    yield ""


def _cues(codebook: Codebook) -> Iterator[str]:
    if not codebook.cues and not codebook.form_cues:
        return
    yield "## Cues"
    yield ""
    yield (
        "Words that set the status, source, condition, form or scope of the mentions near them; and those of topic "
        "models: seeds of topics that are to follow a code, and stop words."
    )
    yield ""
    rows: list[tuple[str, ...]] = []
    for kind, cues in codebook.cues.items():
        groups: dict[str, list[str]] = {}
        for cue in cues:
            groups.setdefault(_sort_of(cue), []).append(cue.cue)
        rows.extend((kind, sort, str(len(words)), _some(words)) for sort, words in groups.items())
    if codebook.form_cues:
        words = [cue.cue for cue in codebook.form_cues]
        rows.append(("form", "form and scope", str(len(words)), _some(words)))
    yield from _table(("kind", "effect", "cues", "such as"), rows)
    yield ""


def _sort_of(cue: CueLine) -> str:
    """What a cue does, by the field in which its model says so."""
    for field in ("effect", "kind", "code"):
        value = getattr(cue, field, None)
        if value is not None:
            return str(value)
    return "all"


def _decisions(codebook: Codebook) -> Iterator[str]:
    of_layers = [(layer.id, text) for layer in codebook.header.layer for text in layer.decisions]
    of_codes = [
        (f"{layer}/{code.id}", text)
        for layer in codebook.layers
        for code in codebook.codes.get(layer, {}).values()
        for text in code.decisions
    ]
    if not of_layers and not of_codes:
        return
    yield "## Decisions where the sources are silent"
    yield ""
    yield from (f"- `{where}`: {_text(text)}" for where, text in (*of_layers, *of_codes))
    yield ""


def _text(text: str) -> str:
    """One line of Markdown that shows the text as it is."""
    line = " ".join(text.split())
    for sign in ("\\", "*", "<", "|"):
        line = line.replace(sign, "\\" + sign)
    return line


def _example(text: str) -> str:
    return MARK.sub(lambda found: f"**{found[1].strip()}**", _text(text))


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in ids)


def _some(words: list[str]) -> str:
    shown = ", ".join(_text(word) for word in islice(words, EXAMPLE_CUES))
    return shown + (", ..." if len(words) > EXAMPLE_CUES else "")


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
