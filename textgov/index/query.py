"""The query language: Lucene's syntax, read into a tree whose fields and values are known to exist.

`a b` asks for both, as `a AND b` does; beside a `+` an unmarked clause is optional. `field:(...)` spreads the
field over the group, but a group on a layer, on `path`, `cell`, `relation` or `interaction` that names further fields
is true of one mention, coding or link, as is `mention:(...)` and `coding:(...)`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from luqum import exceptions as luqum_exceptions
from luqum import tree as lucene
from luqum.thread import parse as parse_lucene

from textgov.errors import QueryError
from textgov.index import tree
from textgov.index.fields import CODING_LAYERS, LINKS, Field, QueryContext, matching, suggestion
from textgov.index.patterns import WILDCARDS, regex, unescaped
from textgov.index.tokens import mark, pattern_words, unmarked

MAX_LENGTH: Final = 32_768
"""Longest query, in characters."""

MAX_DEPTH: Final = 12
"""Deepest nesting of AND, OR and NOT, groups without effect not counted."""

MAX_CLAUSES: Final = 500
"""Most words, phrases and field values in a query."""

MAX_DISTANCE: Final = 10_000
"""Greatest number of words between the words of a proximity; more is taken as this."""

MAX_STARS: Final = 4
"""Most stars in one pattern: each multiplies the ways to match."""

_PLACE = re.compile(r"at position (\d+)!?\Z")
_WINDOW = 70


def parse_query(query: str, context: QueryContext) -> tree.Node:
    """The tree of a query.

    Raises:
        QueryError: it cannot be parsed, or names an unknown field or value; the first line says what is wrong
            and where, and what there is instead, the next two point at the place.
    """
    reader = _Reader(query, context)
    if not query.strip():
        raise reader.error("the query is empty; write a word, a phrase in quotes, or field:value", 0)
    if len(query) > MAX_LENGTH:
        raise QueryError(f"the query has {len(query):,} characters; at most {MAX_LENGTH:,} are taken")
    parsed = reader.parse()
    reader.check_size(parsed)
    return reader.convert(parsed, None)


class _Reader:
    """One query while it is read."""

    def __init__(self, query: str, context: QueryContext) -> None:
        self.query = query
        self.context = context
        self.fields = context.fields()

    def error(self, what: str, position: int | None) -> QueryError:
        """An error that points at a place of the query."""
        if position is None:
            return QueryError(what)
        first = max(0, min(position - _WINDOW // 2, len(self.query) - _WINDOW))
        shown = "".join(c if c.isprintable() else " " for c in self.query[first : first + _WINDOW])
        before = shown[: position - first]
        width = sum(_width(c) for c in before)
        return QueryError(f"{what} (at character {position + 1})\n  {shown}\n  {' ' * width}^")

    def parse(self) -> lucene.Item:
        """luqum's tree of the query."""
        try:
            parsed = parse_lucene(self.query)
        except luqum_exceptions.ParseError as error:
            raise self._syntax_error(str(error)) from error
        except (ValueError, ArithmeticError) as error:
            place = re.search(r"[~^][0-9.]+", self.query)
            what = "the number after a ~ is the most words that may lie between; write a whole number"
            raise self.error(what, place.start() if place else None) from error
        if parsed is None:
            raise self.error("the query is empty", 0)
        return parsed

    def _syntax_error(self, message: str) -> QueryError:
        place = _PLACE.search(message)
        if place is None:
            return self.error(
                "the query ends too early; is a bracket, a quote or a word missing?", len(self.query)
            )
        position = int(place.group(1))
        found = self.query[position : position + 1]
        if found in ('"', "/"):
            return self.error(
                f"a {found} is opened here and never closed; close it, or write \\{found}", position
            )
        word = re.match(r"\w+|.", self.query[position:], re.DOTALL)
        return self.error(f"{word.group() if word else found!r} is not expected here", position)

    def check_size(self, parsed: lucene.Item) -> None:
        """Refuse what is nested too deeply or too long, without recursion."""
        stack, clauses = [(parsed, 0)], 0
        while stack:
            item, depth = stack.pop()
            nests = isinstance(item, lucene.BaseOperation | lucene.Unary)
            clauses += isinstance(item, lucene.Term)
            if depth > MAX_DEPTH:
                raise self.error(
                    f"the query is nested more than {MAX_DEPTH} levels deep; make it flatter", item.pos
                )
            stack.extend((child, depth + nests) for child in item.children)
        if clauses > MAX_CLAUSES:
            raise QueryError(f"the query has {clauses:,} words and values; at most {MAX_CLAUSES:,} are taken")

    # Operations

    def convert(self, item: lucene.Item, field: Field | None, *, record: Field | None = None) -> tree.Node:
        """The tree of a part of the query.

        Args:
            item: the part.
            field: the field whose values bare words are; None for the text.
            record: the field whose group this is inside of, if all of it is to be true of one record.
        """
        while isinstance(item, lucene.BaseGroup):
            item = item.children[0]
        if isinstance(item, lucene.UnknownOperation):
            return self._clauses(item.children, field, record)
        if isinstance(item, lucene.AndOperation):
            return tree.conjunction(*(self.convert(child, field, record=record) for child in item.children))
        if isinstance(item, lucene.OrOperation):
            return tree.disjunction(*(self.convert(child, field, record=record) for child in item.children))
        if isinstance(item, lucene.Not | lucene.Prohibit):
            return tree.negation(self.convert(item.children[0], field, record=record))
        if isinstance(item, lucene.Plus):
            return self.convert(item.children[0], field, record=record)
        if isinstance(item, lucene.SearchField):
            return self._search_field(item, field, record)
        return self._leaf(item, field, record)

    def _clauses(self, items: Sequence[lucene.Item], field: Field | None, record: Field | None) -> tree.Node:
        required = any(isinstance(item, lucene.Plus) for item in items)
        converted = []
        for item in items:
            node = self.convert(item, field, record=record)
            free = required and not isinstance(item, lucene.Plus | lucene.Prohibit | lucene.Not)
            converted.append(tree.Should(node) if free else node)
        return tree.conjunction(*converted)

    def _search_field(self, item: lucene.SearchField, outer: Field | None, record: Field | None) -> tree.Node:
        field = self._field(item)
        if field is None:
            return tree.EVERYTHING
        inner = item.children[0]
        if record is not None:
            if field.kind == "record" or field.entity != record.entity:
                raise self.error(
                    f"{field.name} is not a property of one {record.entity}; "
                    f"write it outside the brackets of {record.name}:(...)",
                    item.pos,
                )
            return self.convert(inner, field, record=record)
        if outer is not None:
            raise self.error(
                f"{field.name}: inside {outer.name}:(...); write it outside the brackets", item.pos
            )
        group = isinstance(inner, lucene.BaseGroup)
        if field.kind == "record" and not group:
            raise self.error(
                f"{field.name}: takes a group, such as mention:(name:x AND status:negated)", item.pos
            )
        opens = field.kind == "record" or field.name in {*self.context.layers, *CODING_LAYERS, *LINKS}
        if group and opens and (field.kind == "record" or _names_fields(inner)):
            return self._record(inner, field)
        return self.convert(inner, field)

    def _record(self, group: lucene.Item, field: Field) -> tree.Node:
        default = None if field.kind == "record" else field
        where = self.convert(group, default, record=field)
        return self._has(field.entity, where)

    def _has(self, entity: tree.Entity, where: tree.Node) -> tree.Has:
        if entity == "coding":
            where = tree.conjunction(where, tree.Between("score", self.context.threshold, None))
        return tree.Has(entity, where)

    def _field(self, item: lucene.SearchField) -> Field | None:
        name = unescaped(item.name)
        if name == "*" and isinstance(item.children[0], lucene.Word) and item.children[0].value == "*":
            return None
        field = self.fields.get(name) or self.fields.get(name.lower().replace("-", "_"))
        if field is None:
            known = dict.fromkeys(self.fields, "")
            advice = suggestion(name, known, "the fields are")
            raise self.error(f"there is no field {name!r}; {advice}", item.pos)
        return field

    # Values

    def _leaf(self, item: lucene.Item, field: Field | None, record: Field | None) -> tree.Node:
        if isinstance(item, lucene.Boost | lucene.Fuzzy | lucene.Regex):
            name = {lucene.Boost: "a boost (^)", lucene.Fuzzy: "a fuzzy word (~)"}.get(type(item), "/.../")
            hint = "a space, a hyphen or the wildcards ? and * may do"
            raise self.error(f"{name} is not part of the query language; {hint}", item.pos)
        if field is None and record is not None:
            raise self.error(f"{record.name}:(...) takes fields, such as status:negated", item.pos)
        field = field or self.fields["text"]
        if field.kind == "words":
            return self._words(item, field)
        test = self._test(item, field)
        if record is not None:
            return test
        return self._has(field.entity, test)

    def _words(self, item: lucene.Item, field: Field) -> tree.Node:
        within = None
        if isinstance(item, lucene.Proximity):
            within, item = min(int(item.degree), MAX_DISTANCE), item.children[0]
        if not isinstance(item, lucene.Word | lucene.Phrase):
            raise self.error(f"a range is not possible in {field.name}; only numbers have ranges", item.pos)
        value = item.value[1:-1] if isinstance(item, lucene.Phrase) else item.value
        if value == "*" and field.name == "text":
            return tree.EVERYTHING
        if value.startswith("!"):
            raise self.error("write NOT before a word, not !", item.pos)
        self._wildcards(value, item)
        found = tuple(_split(value))
        if not found:
            raise self.error(
                f"{value!r} has no letters or digits to search for; AND, OR, NOT join words", item.pos
            )
        if within is not None and len(found) < 2:
            within = None
        return tree.Words(field.name, found, within)

    def _test(self, item: lucene.Item, field: Field) -> tree.Node:
        if field.kind == "number":
            return self._number(item, field)
        if not isinstance(item, lucene.Word | lucene.Phrase):
            raise self.error(f"{field.name} takes one value, not a range or a proximity", item.pos)
        value = item.value[1:-1] if isinstance(item, lucene.Phrase) else item.value
        wild = self._wildcards(value, item)
        exact = unescaped(value)
        if field.kind == "file":
            return tree.InFile(value)
        if field.kind == "flag":
            return self._flag(exact, field, item)
        test: tree.Node
        if value == "*":
            layered = field.name in self.context.layers or field.name in CODING_LAYERS
            test = tree.EVERYTHING if layered else tree.Between(field.column, None, None)
        elif field.kind == "code" and (known := self.context.known(field)):
            test = tree.OneOf(field.column, self._codes(value if wild else exact, wild, field, known, item))
        elif wild:
            test = tree.Like(field.column, value)
        elif field.kind == "code":
            # Codes are looked up through a case-sensitive index, so the likely spellings are listed.
            test = tree.OneOf(field.column, tuple(dict.fromkeys((exact, exact.lower(), exact.upper()))))
        else:
            test = tree.OneOf(field.column, (exact,), fold=True)
        return self._of_layer(test, field)

    def _wildcards(self, value: str, item: lucene.Item) -> bool:
        runs = [match.group(2) for match in WILDCARDS.finditer(value) if match.group(2)]
        if sum("*" in run for run in runs) > MAX_STARS:
            raise self.error(f"a pattern can have at most {MAX_STARS} stars", item.pos)
        return bool(runs)

    def _of_layer(self, test: tree.Node, field: Field) -> tree.Node:
        if field.name in self.context.layers or field.name in CODING_LAYERS:
            return tree.conjunction(tree.OneOf("layer", (field.name,)), test)
        return test

    def _codes(
        self, value: str, wild: bool, field: Field, known: dict[str, str], item: lucene.Item
    ) -> tuple[str, ...]:
        if wild:
            pattern = regex(value)
            codes = [code for code in known if pattern.fullmatch(code.lower())]
        else:
            codes = matching(value, known)
        if not codes:
            advice = suggestion(value, known, f"the values of {field.name} are")
            raise self.error(f"{field.name} has no value {value!r}; {advice}", item.pos)
        return tuple(codes)

    def _flag(self, value: str, field: Field, item: lucene.Item) -> tree.Node:
        answers = {"true": 1, "yes": 1, "1": 1, "false": 0, "no": 0, "0": 0}
        if value.lower() not in answers:
            raise self.error(f"{field.name} is true or false, not {value!r}", item.pos)
        return tree.OneOf(field.column, (answers[value.lower()],))

    def _number(self, item: lucene.Item, field: Field) -> tree.Node:
        if isinstance(item, lucene.Range):
            low, high = (self._bound(child, field) for child in item.children)
            return tree.Between(field.column, low, high, item.include_low, item.include_high)
        if isinstance(item, lucene.From):
            return tree.Between(field.column, self._bound(item.children[0], field), None, item.include)
        if isinstance(item, lucene.To):
            return tree.Between(field.column, None, self._bound(item.children[0], field), True, item.include)
        value = self._bound(item, field)
        return tree.Between(field.column, value, value)

    def _bound(self, item: lucene.Item, field: Field) -> float | None:
        sign = -1 if isinstance(item, lucene.Prohibit) else 1
        term = item.children[0] if isinstance(item, lucene.Prohibit) else item
        value = str(getattr(term, "value", "")).strip('"')
        if value == "*" and sign == 1:
            return None
        if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", value, re.ASCII):
            example = "[2005 TO 2014] or >=2005" if field.name == "year" else "[1 TO 3] or >=2"
            raise self.error(f"{field.name} takes a number, or a range such as {example}", item.pos)
        return sign * (float(value) if "." in value else int(value))


def _names_fields(group: lucene.Item) -> bool:
    stack = [group]
    while stack:
        item = stack.pop()
        if isinstance(item, lucene.SearchField):
            return True
        stack.extend(item.children)
    return False


def _split(value: str) -> Iterator[tree.Word]:
    """Words and patterns of a value, split as the index splits texts."""
    marked = WILDCARDS.sub(
        lambda match: match.group(1)[1:] if match.group(1) else mark(match.group(2)), unmarked(value)
    )
    return (tree.Word(word) for word in pattern_words(marked))


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
