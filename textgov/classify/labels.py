"""Labelled texts: what was labelled, by which labels, in which groups, and what is wrong with it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from textgov.documents import document_id
from textgov.errors import UsageError

Kind = Literal["multiclass", "multilabel"]
IntMatrix = NDArray[np.int8]
FEWEST = 10
"""A label is learnt if so many texts carry it, and so many do not."""
FEWEST_TEXTS = 20
LARGEST = 200_000
"""Most texts that are trained on; the matrix of their terms has to fit into memory."""
LISTED = 5
_TEXT = ("text", "sentence", "passage", "abstract", "content")
_LABEL = ("label", "labels", "class", "code", "codes", "category", "path", "paths")
_YES = frozenset({"1", "true", "yes", "1.0"})
_NO = frozenset({"0", "false", "no", "0.0"})
_EMPTY = ("", "none", "-")
Cell = str | int | float | bool | None | Sequence[str]
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Columns:
    """Which columns hold what; None to find them by their names and values.

    Attributes:
        text: the text.
        labels: one column with the label or labels of each text, or one column of 0 and 1 for each label.
        group: texts of one group are never divided between training and testing, and are taken to stand in the
            order of the file.
        id: the name of each text; the number of its row otherwise.
    """

    text: str | None = None
    labels: tuple[str, ...] = ()
    group: str | None = None
    id: str = "id"


@dataclass(frozen=True)
class Labelled:
    """Texts with their labels.

    Attributes:
        ids: names of the texts.
        texts: the texts.
        labels: names of the labels, in the order of the columns of `targets`.
        targets: (texts, labels) of 0 and 1; -1 in the whole row of a text that is not labelled.
        kind: whether each text has one label, or any number.
        groups: group of each text; None where no groups are known.
        notes: what a user should know of the labels, one a line.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    targets: IntMatrix
    kind: Kind
    groups: tuple[str, ...] | None = None
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Sequence[int] | NDArray[np.int_]) -> Labelled:
        """Some of the texts, in the order given."""
        chosen = [int(place) for place in places]
        return replace(
            self,
            ids=tuple(self.ids[place] for place in chosen),
            texts=tuple(self.texts[place] for place in chosen),
            targets=self.targets[chosen],
            groups=None if self.groups is None else tuple(self.groups[place] for place in chosen),
        )

    @property
    def done(self) -> NDArray[np.bool_]:
        """Which texts are labelled."""
        return np.asarray((self.targets >= 0).all(axis=1))

    def blocks(self) -> tuple[str, ...]:
        """What must not be divided between folds: the groups, or equal texts where there are none."""
        if self.groups is not None:
            return self.groups
        return tuple(document_id(text) for text in self.texts)


def read_labels(rows: Sequence[Row], columns: Columns, where: str) -> Labelled:
    """Labelled texts from the rows of a table; rows without a text are left out, and noted.

    Args:
        rows: mappings of column to cell.
        columns: which holds what.
        where: how to call the table in messages.

    Raises:
        UsageError: a column is missing, or its cells are not what they should be; with what to do.
    """
    if not rows:
        raise UsageError(f"{where}: holds no rows; a heading and a row for each text are expected")
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = text_column(names, columns, where)
    if columns.group is not None:
        _known(columns.group, names, where, "--group")
    label_columns = columns.labels or _label_columns(rows, names, columns, text, where)
    for name in label_columns:
        _known(name, names, where, "--label")
    kept = [place for place, row in enumerate(rows) if _string(row.get(text))]
    notes = _without_text(rows, kept, columns, where)
    chosen = [rows[place] for place in kept]
    labels, targets, kind = _targets(chosen, label_columns, where)
    groups = columns.group and tuple(_string(row.get(columns.group)) for row in chosen)
    if groups and not all(groups):
        notes.append(f"{groups.count('')} texts have no {columns.group}; they are taken as one group")
    return Labelled(
        tuple(
            _string(row.get(columns.id)) or str(place + 1) for place, row in zip(kept, chosen, strict=True)
        ),
        tuple(_string(row.get(text)) for row in chosen),
        labels,
        targets,
        kind,
        groups or None,
        tuple(notes),
    )


def usable(labelled: Labelled, where: str, *, fewest: int = FEWEST) -> Labelled:
    """The labelled texts with the labels that can be learnt; what is left out is noted.

    Raises:
        UsageError: too few or too many texts, or no label that can be learnt.
    """
    done = labelled.done
    if len(labelled) > LARGEST:
        raise UsageError(
            f"{where}: {len(labelled):,} texts are more than can be trained on in memory ({LARGEST:,}); "
            f"take a sample of them: --sample {LARGEST}"
        )
    found = labelled.take(np.flatnonzero(done))
    if len(found) < FEWEST_TEXTS:
        raise UsageError(
            f"{where}: {len(found)} labelled texts are too few to learn from; label at least {FEWEST_TEXTS}"
        )
    notes = list(labelled.notes)
    if not done.all():
        notes.append(f"{int((~done).sum()):,} texts are not labelled, and are left out")
    found, more = _learnable(found, where, fewest)
    return replace(found, notes=(*notes, *more, *_repeated(found)))


def sample(labelled: Labelled, size: int, seed: int) -> Labelled:
    """So many of the texts at random, in their order."""
    if size >= len(labelled):
        return labelled
    places = np.sort(np.random.default_rng(seed).choice(len(labelled), size, replace=False))
    note = f"a sample of {size:,} of {len(labelled):,} texts (seed {seed})"
    return replace(labelled.take(places), notes=(*labelled.notes, note))


def _learnable(found: Labelled, where: str, fewest: int) -> tuple[Labelled, list[str]]:
    counts = found.targets.sum(axis=0)
    if found.kind == "multiclass" and (counts == len(found)).any():
        only = found.labels[int(counts.argmax())]
        raise UsageError(
            f"{where}: all {len(found):,} texts have the one label {only!r}; label texts of another class as well"
        )
    enough = (counts >= fewest) & (len(found) - counts >= fewest)
    if found.kind == "multiclass":
        enough = counts >= fewest
    if enough.sum() < (2 if found.kind == "multiclass" else 1):
        listed = ", ".join(f"{name} {count}" for name, count in zip(found.labels, counts, strict=True))
        raise UsageError(
            f"{where}: no label has enough texts to learn from ({listed}); a label needs {fewest} with it "
            f"and {fewest} without"
        )
    notes = [
        f"{name!r} is not learnt: {count:,} of {len(found):,} texts have it, {fewest} with it and {fewest} "
        "without are needed"
        for name, count, good in zip(found.labels, counts, enough, strict=True)
        if not good
    ]
    kept = np.flatnonzero(enough)
    found = replace(found, labels=tuple(found.labels[k] for k in kept), targets=found.targets[:, kept])
    if found.kind == "multiclass":
        found = found.take(np.flatnonzero(found.targets.sum(axis=1)))
    return found, notes


def _repeated(found: Labelled) -> Iterator[str]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(found.texts):
        places[document_id(text)].append(place)
    copies = [same for same in places.values() if len(same) > 1]
    if not copies:
        return
    unlike = sum(len(np.unique(found.targets[same], axis=0)) > 1 for same in copies)
    total = sum(map(len, copies))
    yield f"{total:,} texts occur more than once" + (
        f", {unlike:,} of them with different labels each time; check those" if unlike else ""
    )
    if found.groups is not None:
        apart = sum(len({found.groups[place] for place in same}) > 1 for same in copies)
        if apart:
            yield (
                f"{apart:,} texts occur in several groups, so that they are learnt from and tested on; scores "
                "without them are given beside"
            )


def _known(name: str, names: Sequence[str], where: str, option: str) -> None:
    if name not in names:
        raise UsageError(
            f"{where}: there is no column {name!r} for {option}; the columns are {', '.join(names)}"
        )


def text_column(names: Sequence[str], columns: Columns, where: str) -> str:
    """The column of texts: the one that is asked for, or found by its name.

    Raises:
        UsageError: there is none.
    """
    if columns.text is not None:
        _known(columns.text, names, where, "--text")
        return columns.text
    lower = {name.lower(): name for name in reversed(names)}
    for known in _TEXT:
        if known in lower:
            return lower[known]
    raise UsageError(
        f"{where}: no column is named {' or '.join(_TEXT)}; name it by --text ({', '.join(names)})"
    )


def _label_columns(
    rows: Sequence[Row], names: Sequence[str], columns: Columns, text: str, where: str
) -> tuple[str, ...]:
    rest = [name for name in names if name not in (text, columns.group, columns.id)]
    lower = {name.lower(): name for name in reversed(rest)}
    for known in _LABEL:
        if known in lower:
            return (lower[known],)
    binary = tuple(name for name in rest if _is_binary(rows, name))
    if not binary:
        raise UsageError(
            f"{where}: no column is named {' or '.join(_LABEL[:2])}, and none holds only 0 and 1; name the labels "
            f"by --label ({', '.join(rest)})"
        )
    return binary


def _is_binary(rows: Sequence[Row], name: str) -> bool:
    values = {_string(row.get(name)).lower() for row in rows} - {""}
    return bool(values) and values <= _YES | _NO


def _without_text(rows: Sequence[Row], kept: Sequence[int], columns: Columns, where: str) -> list[str]:
    if len(kept) == len(rows):
        return []
    if not kept:
        raise UsageError(f"{where}: all {len(rows):,} texts are empty; name the column of texts by --text")
    known = set(kept)
    lost = [place for place in range(len(rows)) if place not in known]
    listed = ", ".join(_string(rows[place].get(columns.id)) or str(place + 1) for place in lost[:LISTED])
    more = ", ..." if len(lost) > LISTED else ""
    return [f"{len(lost):,} texts are empty, and are left out: {listed}{more}"]


def _targets(
    rows: Sequence[Row], columns: Sequence[str], where: str
) -> tuple[tuple[str, ...], IntMatrix, Kind]:
    if len(columns) > 1 or _is_binary(rows, columns[0]):
        cells = [[flag(row, name, place, where) for name in columns] for place, row in enumerate(rows)]
        matrix = np.array(cells, dtype=np.int8).reshape(len(rows), len(columns))
        matrix[(matrix < 0).any(axis=1)] = -1
        return tuple(columns), matrix, "multilabel"
    several, split = _splitter(rows, columns[0])
    found = [split(row.get(columns[0])) for row in rows]
    counts = Counter(label for labels in found if labels for label in labels)
    labels = tuple(sorted(counts))
    place_of = {label: place for place, label in enumerate(labels)}
    matrix = np.zeros((len(rows), len(labels)), dtype=np.int8)
    for place, given in enumerate(found):
        if given is None:
            matrix[place] = -1
            continue
        matrix[place, [place_of[label] for label in given]] = 1
    return labels, matrix, "multilabel" if several else "multiclass"


def _splitter(rows: Sequence[Row], column: str) -> tuple[bool, Callable[[Cell], list[str] | None]]:
    """Whether cells hold several labels, and how to read one; None is a text that is not labelled."""
    cells = [row.get(column) for row in rows]
    several = any(
        isinstance(cell, (list, tuple)) or (isinstance(cell, str) and (";" in cell or cell.lower() == "none"))
        for cell in cells
    )

    def many(cell: Cell) -> list[str] | None:
        if isinstance(cell, (list, tuple)):
            return [str(item).strip() for item in cell if str(item).strip()]
        text = _string(cell)
        if not text:
            return None
        return [part.strip() for part in text.split(";") if part.strip().lower() not in _EMPTY]

    def one(cell: Cell) -> list[str] | None:
        text = _string(cell)
        return [text] if text else None

    return several, many if several else one


def flag(row: Row, name: str, place: int, where: str) -> int:
    """A cell as 1 or 0, or -1 where it is empty.

    Raises:
        UsageError: it is none of them.
    """
    value = _string(row.get(name)).lower()
    if value in _YES:
        return 1
    if value in _NO:
        return 0
    if not value:
        return -1
    raise UsageError(
        f"{where}: text {place + 1}, column {name!r}: {value[:40]!r} is neither 0 nor 1; leave it empty where the "
        "text is not labelled"
    )


def _string(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, (list, tuple)):
        return json.dumps(list(cell), ensure_ascii=False)
    return str(cell).strip()
