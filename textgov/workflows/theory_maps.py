"""The tables and the figure of the theory, filled from an index: each function makes a chart for `write_map`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from textgov.analysis.comparison import Compared, Comparison, compare
from textgov.analysis.quotes import Quote
from textgov.analysis.theory import QUOTES, Item, Source, TheoryMap
from textgov.analysis.theory_figure1 import BETWEEN, EDGE, NODE, figure1
from textgov.analysis.theory_table1 import CELL, GOVERNANCE, table1
from textgov.analysis.theory_table2 import ASPECTS, PATH, TOP, basis, table2
from textgov.errors import UsageError
from textgov.export.charts import Chart, Table
from textgov.export.theory import (
    COMPARED_COLUMNS,
    EVIDENCE_COLUMNS,
    ITEM_COLUMNS,
    Cell,
    Entry,
    Head,
    Part,
    Quoted,
    Row,
    Sheet,
    search_command,
    theory_page,
)
from textgov.export.theory_layout import Actor, Drawing, draw
from textgov.index.keys import Scope
from textgov.index.store import Index
from textgov.index.units import EVERYTHING, is_everything
from textgov.workflows.query import codebook_of, query_context

Shape = Literal["table1", "table2", "figure1"]
HEADINGS: Final = {
    "driver": "Key drivers",
    "mechanism": "Mechanisms",
    "actor": "Actors",
    "limit": "Known limits",
}
_TITLES: Final[dict[Shape, str]] = {
    "table1": "Governance by form and scope",
    "table2": "Paths of social upgrading",
    "figure1": "Confluence of governance",
}
_KINDS: Final[dict[Shape, str]] = {"table1": "Table 1", "table2": "Table 2", "figure1": "Figure 1"}
_LEADS: Final[dict[Shape, str]] = {
    "table1": "Actors and mechanisms in the cells of form and scope. Numbers are documents.",
    "table2": "What the texts show of each path: drivers, mechanisms, actors and limits. Numbers are documents.",
    "figure1": "Actors by form and scope, and who acts on whom. Numbers and widths are documents.",
}
_CODE_BASIS: Final = (
    "No passage is coded with a path, so a path's passages are those with a mechanism and an actor that the codebook "
    "lists for it; a passage can count for several paths."
)
_EXPECTED: Final = "In italics: found in the passages of the path, but not listed for it by the theory."


@dataclass(frozen=True)
class TheoryRequest:
    """What is mapped: the units of a query; `title` and `codebook` None for the usual ones."""

    query: str = EVERYTHING
    within: Scope = "passage"
    codebook: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class _Made:
    """A map of the theory with all that is needed to show it."""

    shape: Shape
    source: Source
    items: TheoryMap
    request: TheoryRequest

    @property
    def codebook_name(self) -> str:
        """Id and version of the codebook."""
        header = self.source.codebook.header
        return f"{header.id} {header.version}"

    @property
    def title(self) -> str:
        """The heading."""
        return self.request.title or _TITLES[self.shape]

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What it was made of."""
        query = self.request.query
        return (
            ("Query", "everything" if is_everything(query) else query),
            ("Unit", self.request.within),
            ("Searched", f"{self.items.searched:,} documents"),
            ("Codebook", self.codebook_name),
        )

    def command(self, item: Item) -> str:
        """The search that finds an item."""
        return search_command(item.query, self.request.within)

    def group_label(self, item: Item) -> str:
        """What a reader calls the group of an item."""
        labels = self.source.labels
        if item.part == EDGE:
            return item.group.replace("_", " ")
        if item.part == BETWEEN:
            return " and ".join(labels.of("form", form) for form in item.group.split("-"))
        if self.shape == "table2":
            return labels.of("path", item.group)
        form, _, scope = item.group.partition("-")
        return f"{labels.of('form', form)}, {labels.of('scope', scope).lower()}"


_MAKERS: Final[Mapping[Shape, Callable[[Source], TheoryMap]]] = {
    "table1": table1,
    "table2": table2,
    "figure1": figure1,
}


def theory_chart(index: Index, shape: Shape, request: TheoryRequest) -> Chart:
    """A table or the figure of the theory.

    Raises:
        QueryError: the query cannot be parsed or names something unknown.
        UsageError: the codebook has no forms and scopes, or no paths.
    """
    made = _made(index, shape, request)
    sheet = _SHEETS[shape](made)
    head = _head(made)

    def figure() -> Any:
        from textgov.export import theory_figures  # noqa: PLC0415 - slow to import

        if shape == "figure1":
            return theory_figures.confluence_figure(head, sheet.drawing)
        return theory_figures.sheet_figure(head, sheet)

    return Chart(
        head.kind,
        head.title,
        head.lead,
        head.facts,
        (
            Table("Items", ITEM_COLUMNS, [_item_row(made, item) for item in made.items.items]),
            Table("Evidence", EVIDENCE_COLUMNS, list(_evidence_rows(made))),
        ),
        head.codebook,
        (head.caption, *head.notes),
        figure,
        partial(theory_page, head, sheet),
    )


def _made(index: Index, shape: Shape, request: TheoryRequest, quotes: int = QUOTES) -> _Made:
    codebook = codebook_of(index, request.codebook)
    wanted = ("path",) if shape == "table2" else ("form", "scope")
    missing = [layer for layer in wanted if not codebook.codes.get(layer)]
    if missing:
        raise UsageError(f"the codebook {codebook.header.id} has no codes of {missing[0]}; use one that has")
    source = Source(index, codebook, query_context(codebook), request.query, request.within, quotes)
    maker = _MAKERS[shape]
    # What is left out of one side of a comparison would count as not found there.
    items = table2(source, TOP if quotes else None) if shape == "table2" else maker(source)
    return _Made(shape, source, items, request)


def _head(made: _Made) -> Head:
    notes = []
    if made.shape == "table2":
        notes.append(_EXPECTED)
        if basis(made.source) == "codes":
            notes.append(_CODE_BASIS)
    if made.shape == "figure1" and not made.items.searched:
        notes.append("Nothing was found.")
    return Head(
        _KINDS[made.shape],
        made.title,
        _LEADS[made.shape],
        made.facts(),
        tuple(notes),
        _caption(made),
        made.codebook_name,
    )


def _caption(made: _Made) -> str:
    """How the numbers are found again, by the first that is not nothing."""
    shown = next((item for item in made.items.items if item.documents), None)
    if shown is None:
        return "Nothing was found."
    label = f"{_named(made, shown)}, {shown.documents:,} documents"
    return (
        f"Numbers are documents, of {made.items.searched:,}. Each is found again by a search, whose documents by kind "
        f"add up to it; {label}, by: {made.command(shown)}"
    )


def _named(made: _Made, item: Item) -> str:
    """An item with its group, if that is not the item itself."""
    group = made.group_label(item)
    return group if group == item.label else f"{item.label} ({group.lower()})"


def _item_row(made: _Made, item: Item) -> dict[str, Any]:
    first, last = item.ends or (None, None)
    return {
        "group": item.group,
        "group_label": made.group_label(item),
        "part": item.part,
        "code": item.code,
        "label": item.label,
        "documents": item.documents,
        "share": item.documents / made.items.searched if made.items.searched else None,
        "times": item.times,
        "in_theory": item.expected,
        "from": first,
        "to": last,
        "query": item.query,
    }


def _evidence_rows(made: _Made) -> Iterator[dict[str, Any]]:
    for item in made.items.items:
        for quote in item.quotes:
            facts = made.source.document(quote.document).facts()
            yield {
                "group": item.group,
                "part": item.part,
                "code": item.code,
                "document": quote.document,
                "title": facts.title,
                "authors": list(facts.authors),
                "year": facts.year,
                "kind": facts.kind,
                "file": facts.file,
                "page": quote.page,
                "section": quote.section,
                "quote": quote.text,
            }


class _Entries:
    """Items as entries of a page, numbered as they come."""

    def __init__(self, made: _Made) -> None:
        self._made = made
        self.numbers: dict[str, int] = {}

    def of(self, item: Item, label: str | None = None) -> Entry:
        """The entry of an item."""
        number = self.numbers.setdefault(item.key, len(self.numbers))
        quotes = tuple(self._quoted(quote) for quote in item.quotes)
        return Entry(
            number,
            label or item.label,
            item.documents,
            item.times,
            self._made.command(item),
            quotes,
            item.expected,
        )

    def part(self, heading: str, group: str, part: str) -> Part:
        """The items of a group that are one part of it."""
        return Part(heading, tuple(self.of(item) for item in self._made.items.of(group, part)))

    def whole(self, group: str, part: str) -> Entry | None:
        """The item that stands for a whole group."""
        return next((self.of(item) for item in self._made.items.of(group, part)), None)

    def _quoted(self, quote: Quote) -> Quoted:
        facts = self._made.source.document(quote.document).facts()
        places = [
            str(facts.year or ""),
            facts.kind,
            f"p. {quote.page}" if quote.page else "",
            quote.section if quote.section and quote.section != facts.title else "",
        ]
        parts = tuple((text, role != "") for text, role in quote.parts)
        return Quoted(facts.title, " · ".join(place for place in places if place), parts)


def _table1_sheet(made: _Made) -> Sheet:
    entries, labels = _Entries(made), made.source.labels
    codes = made.source.codebook.codes
    rows = []
    for form in codes["form"]:
        cells = []
        for scope in codes["scope"]:
            group = f"{form}-{scope}"
            parts = tuple(entries.part(HEADINGS[layer], group, layer) for layer in GOVERNANCE)
            cells.append(Cell(entries.whole(group, CELL), parts))
        rows.append(Row(labels.of("form", form), None, tuple(cells)))
    return Sheet(tuple(labels.of("scope", scope) for scope in codes["scope"]), tuple(rows))


def _table2_sheet(made: _Made) -> Sheet:
    entries = _Entries(made)
    rows = []
    for path in made.source.codebook.codes["path"].values():
        cells = tuple(Cell(None, (entries.part("", path.id, aspect),)) for aspect in ASPECTS)
        rows.append(Row(path.label, entries.whole(path.id, PATH), cells))
    return Sheet(tuple(HEADINGS[aspect] for aspect in ASPECTS), tuple(rows))


def _figure1_sheet(made: _Made) -> Sheet:
    entries, items = _Entries(made), made.items.items
    lists = [
        Part(
            heading,
            tuple(
                entries.of(item, f"{item.label} ({made.group_label(item).lower()})")
                for item in items
                if item.part == part
            ),
        )
        for heading, part in (("Actors", NODE), ("Relations", EDGE), ("Interactions between forms", BETWEEN))
    ]
    return Sheet(drawing=_drawing(made, entries.numbers), lists=tuple(lists))


def _drawing(made: _Made, numbers: Mapping[str, int]) -> Drawing:
    codes, labels, items = made.source.codebook.codes, made.source.labels, made.items.items
    forms, scopes = list(codes["form"]), list(codes["scope"])
    actors, links = [], {}
    for item in items:
        if item.part == NODE:
            form, _, scope = item.group.partition("-")
            entry = made.source.codebook.code(NODE, item.code)
            is_middle = entry is not None and entry.confluence and forms.index(form) == 0
            place = forms.index(form), scopes.index(scope)
            actors.append(Actor(item.key, numbers[item.key], item.label, item.documents, *place, is_middle))
        elif item.part == EDGE and item.ends and item.ends not in links:
            # Of several kinds of relations between two actors the most frequent is drawn.
            links[item.ends] = numbers[item.key], item.documents
    pairs: dict[str, list[str]] = {}
    for item in items:
        if item.part == BETWEEN:
            pairs.setdefault(made.group_label(item), []).append(f"{item.label.lower()} {item.documents:,}")
    between = [f"{pair}: {', '.join(said)}" for pair, said in pairs.items()]
    names = [labels.of("form", form) for form in forms], [labels.of("scope", scope) for scope in scopes]
    return draw(actors, links, names, between)


_SHEETS: Final[Mapping[Shape, Callable[[_Made], Sheet]]] = {
    "table1": _table1_sheet,
    "table2": _table2_sheet,
    "figure1": _figure1_sheet,
}


def comparison_chart(index: Index, shape: Shape, request: TheoryRequest, against: str) -> Chart:
    """A table or the figure of the theory for two groups of documents: differences of shares, with intervals.

    Args:
        index: the index.
        shape: what is compared.
        request: the first group.
        against: the query of the second group.

    Raises:
        QueryError: a query cannot be parsed or names something unknown.
        UsageError: a group has no documents.
    """
    second = TheoryRequest(against, request.within, request.codebook, request.title)
    one, other = _made(index, shape, request, 0), _made(index, shape, second, 0)
    common = len(one.source.units.keys() & other.source.units.keys())
    found = compare(one.items, other.items, common)
    head = _comparison_head(one, other, found)

    def figure() -> Any:
        from textgov.export import theory_figures  # noqa: PLC0415 - slow to import

        lines = [
            theory_figures.Difference(
                _named(one, compared.item),
                compared.difference,
                compared.low,
                compared.high,
                compared.differs,
            )
            for compared in found.items
        ]
        return theory_figures.difference_figure(head, lines, (request.query, against))

    rows = [_compared_row(one, compared, found) for compared in found.items]
    return Chart(
        head.kind,
        head.title,
        head.lead,
        head.facts,
        (Table("Differences", COMPARED_COLUMNS, rows),),
        head.codebook,
        (head.caption, *head.notes),
        figure,
    )


def _comparison_head(one: _Made, other: _Made, found: Comparison) -> Head:
    notes = [
        "Intervals are Newcombe's of 95 %; a difference is marked where Fisher's exact test, adjusted for all "
        "that is compared (Benjamini and Hochberg), is below 0.05."
    ]
    if found.common:
        notes.append(
            f"{found.common:,} documents match both queries and count on both sides: the groups are not independent, "
            "so read intervals and tests as a rough guide."
        )
    first = next((c for c in found.items if c.first), None)
    caption = "The unit is the document."
    if first is not None:
        shown = f"{_named(one, first.item)}, {first.first:,} documents"
        caption += (
            " Each number is found again by a search, whose documents by kind add up to it; "
            f"{shown}, by: {one.command(first.item)}"
        )
    title = one.request.title or f"{_TITLES[one.shape]}: two groups of documents"
    facts = (
        ("First", f"{one.request.query} ({found.first:,} documents)"),
        ("Against", f"{other.request.query} ({found.second:,} documents)"),
        ("Unit of search", one.request.within),
        ("Codebook", one.codebook_name),
    )
    lead = "The share of each group's documents that have something, and the difference of the two shares."
    return Head(
        f"{_KINDS[one.shape]}, compared", title, lead, facts, tuple(notes), caption, one.codebook_name
    )


def _compared_row(one: _Made, compared: Compared, found: Comparison) -> dict[str, Any]:
    item = compared.item
    return {
        "group": item.group,
        "group_label": one.group_label(item),
        "part": item.part,
        "label": item.label,
        "documents": compared.first,
        "share": compared.first_share,
        "against_documents": compared.second,
        "against_share": compared.second_share,
        "difference": compared.difference,
        "low": compared.low,
        "high": compared.high,
        "p_adjusted": compared.p_value,
        "differs": compared.differs,
        "query": item.query if compared.first else "",
        "against_query": compared.second_query,
    }
