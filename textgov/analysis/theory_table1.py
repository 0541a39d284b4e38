"""Table 1: actors and mechanisms by form and scope of governance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from textgov.analysis.reading import Occurrence
from textgov.analysis.theory import Draft, Item, Source, TheoryMap, ranked

GOVERNANCE: Final = ("actor", "mechanism")
"""Layers whose mentions have a form and a scope."""

CELL: Final = "cell"
"""The part that stands for a cell as a whole."""


def table1(source: Source) -> TheoryMap:
    """Every cell of form and scope, then what is in it; groups are cells such as `private-vertical`."""
    drafts: dict[tuple[str, str, str], Draft] = {}
    for document in source.units:
        data, wanted = source.document(document), source.wanted(document)
        for stored in data.mentions:
            m = stored.mention
            if m.layer not in GOVERNANCE or not m.form or not m.scope:
                continue
            if wanted.has(stored.passage, stored.sentence):
                place = Occurrence(m.code, stored.passage, stored.sentence, m.start, m.end, stored.page, m)
                cell = f"{m.form}-{m.scope}"
                drafts.setdefault((cell, CELL, ""), Draft(source.quotes)).add(data, place)
                drafts.setdefault((cell, m.layer, m.code), Draft(source.quotes)).add(data, place)
    return source.made(_items(source, drafts))


def _items(source: Source, drafts: dict[tuple[str, str, str], Draft]) -> Iterator[Item]:
    for form, scope in cells(source):
        cell = f"{form}-{scope}"
        tests = f"form:{form} AND scope:{scope}"
        whole = drafts.get((cell, CELL, ""), Draft())
        label = f"{source.labels.of('form', form)}, {source.labels.of('scope', scope).lower()}"
        either = " OR ".join(f"{layer}:*" for layer in GOVERNANCE)
        query = source.and_also(f"mention:({tests} AND ({either}))")
        yield Item(cell, cell, CELL, cell, label, len(whole.documents), whole.times, query)
        found = []
        for (of, layer, code), draft in drafts.items():
            if of == cell and layer != CELL:
                found.append(
                    Item(
                        f"{cell}/{layer}:{code}",
                        cell,
                        layer,
                        code,
                        source.labels.of(layer, code),
                        len(draft.documents),
                        draft.times,
                        source.and_also(f"mention:({tests} AND {layer}:{code})"),
                        draft.quotes,
                    )
                )
        yield from ranked(found)


def cells(source: Source) -> list[tuple[str, str]]:
    """Forms and scopes of the codebook, combined; rows before columns."""
    codes = source.codebook.codes
    return list(product(codes.get("form", {}), codes.get("scope", {})))
