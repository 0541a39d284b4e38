"""Whether two fields go together: counts of documents, expected counts, residuals, and a test.

A document can have several values of a field, so that a plain chi-square of the table would count it several
times. Where it has one of each at most, Pearson's test is right and is used. Otherwise each cell is a table of
two by two (documents with and without the row, with and without the column), the statistic is the sum of their
chi-squares, as in Agresti and Liu (1999), and its p-value comes from permuting documents, as in Bilder,
Loughin and Nettleton (2000).

Where one field is a property of the other's records, such as the status of mechanisms, the property is permuted
among the records of a document, so that documents with much text of one kind do not decide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from textgov.analysis.gapmap import AxisValue
from textgov.analysis.presence import Pair

Method = Literal["pearson", "permuted documents", "permuted within documents", "none"]
FALSE_DISCOVERIES: Final = 0.05
"""Share of false discoveries allowed among the cells that are marked (Benjamini and Hochberg, 1995)."""

_FEW: Final = 5.0
_ROUNDING: Final = 1e-9
_Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """Documents of a cell, and what independence would let expect.

    `residual` is the adjusted standardized residual: about normal if row and column are independent and much is
    expected. It is None where it has no spread. `marked` tells that the cell differs from what is expected, by
    Fisher's exact test or by the permutations, when the many cells are allowed for.
    """

    row: str
    column: str
    documents: int
    expected: float
    residual: float | None
    marked: bool = False


@dataclass(frozen=True)
class Crosstab:
    """A table of documents by two fields, with its test.

    `chi_square` is Pearson's, or the sum of squared residuals. `cramers_v` is Cramer's V of the table where
    documents have one value of each field, otherwise the root mean square of that of the tables of two by two.
    `few` is the share of cells that expect fewer than five.
    """

    rows: tuple[AxisValue, ...]
    columns: tuple[AxisValue, ...]
    cells: tuple[Cell, ...]
    documents: int
    method: Method
    chi_square: float | None
    degrees: int | None
    p_value: float | None
    cramers_v: float | None
    few: float
    permutations: int = 0
    seed: int = 0


@dataclass(frozen=True)
class _Tested:
    expected: _Matrix
    residuals: _Matrix
    p_values: _Matrix
    method: Method
    chi_square: float | None
    degrees: int | None
    p_value: float | None
    cramers_v: float | None


def crosstab(
    rows: Sequence[AxisValue],
    columns: Sequence[AxisValue],
    documents: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    permutations: int = 999,
    seed: int = 0,
) -> Crosstab:
    """The table of documents that each have some values of the rows and of the columns.

    Args:
        rows: the rows.
        columns: the columns.
        documents: the values that each document has of both; those that are no row or column are passed over.
        permutations: how often documents are permuted, where a document can have several values.
        seed: of the permutations.
    """
    has_row = _indicator(rows, [have for have, _ in documents])
    has_column = _indicator(columns, [have for _, have in documents])
    single = (has_row.sum(axis=1) <= 1).all() and (has_column.sum(axis=1) <= 1).all()
    observed = has_row.T @ has_column
    if not observed.size or not observed.sum():
        tested = _untested(observed)
    elif single:
        tested = _pearson(observed)
    else:
        tested = _by_pairs(has_row, has_column, permutations, seed)
    if not single:
        return _made(rows, columns, observed, tested, (len(documents), permutations, seed))
    both = int(((has_row.sum(axis=1) > 0) & (has_column.sum(axis=1) > 0)).sum())
    return _made(rows, columns, observed, tested, (both, 0, seed))


def crosstab_of_records(
    rows: Sequence[AxisValue],
    columns: Sequence[AxisValue],
    records: Sequence[Pair],
    *,
    permutations: int = 999,
    seed: int = 0,
) -> Crosstab:
    """The table of documents with a record that has both row and column; the column is a property of the row.

    Args:
        rows: the rows.
        columns: the columns.
        records: row and column of each record, with the number of its document.
        permutations: how often columns are permuted among the records of each document.
        seed: of the permutations.
    """
    place = {value.value: n for n, value in enumerate(rows)}
    across = {value.value: n for n, value in enumerate(columns)}
    kept = [one for one in records if one.row in place and one.column in across]
    triples = np.array(
        [(one.document, place[one.row], across[one.column]) for one in kept], dtype=np.int64
    ).reshape(-1, 3)
    shape = (len(rows), len(columns))
    observed = _documents_with(triples, shape)
    documents = len({one.document for one in kept})
    if not observed.sum():
        return _made(rows, columns, observed, _untested(observed), (documents, 0, seed))
    generator = np.random.default_rng(seed)
    drawn = np.array([_documents_with(_shuffled(triples, generator), shape) for _ in range(permutations)])
    expected, spread = drawn.mean(axis=0), drawn.std(axis=0)
    residuals = _divided(observed - expected, spread)
    statistic = float(np.nansum(residuals**2))
    spreads = np.nansum(_divided(drawn - expected, np.broadcast_to(spread, drawn.shape)) ** 2, axis=(1, 2))
    p_value = float((1 + (spreads >= statistic - _ROUNDING).sum()) / (permutations + 1))
    as_far = np.abs(drawn - expected) >= np.abs(observed - expected) - _ROUNDING
    by_cell = np.where(spread > 0, (1 + as_far.sum(axis=0)) / (permutations + 1), np.nan)
    method: Method = "permuted within documents"
    tested = _Tested(expected, residuals, by_cell, method, statistic, None, p_value, None)
    return _made(rows, columns, observed, tested, (documents, permutations, seed))


def _indicator(values: Sequence[AxisValue], documents: Sequence[Sequence[str]]) -> _Matrix:
    place = {value.value: n for n, value in enumerate(values)}
    matrix = np.zeros((len(documents), len(values)))
    for number, have in enumerate(documents):
        for value in have:
            if value in place:
                matrix[number, place[value]] = 1.0
    return matrix


def _untested(observed: _Matrix) -> _Tested:
    nothing = np.full(observed.shape, np.nan)
    return _Tested(np.zeros(observed.shape), nothing, nothing, "none", None, None, None, None)


def _pearson(observed: _Matrix) -> _Tested:
    from scipy.stats import chi2_contingency  # noqa: PLC0415 - slow to import
    from scipy.stats.contingency import association  # noqa: PLC0415
    from statsmodels.stats.contingency_tables import Table  # noqa: PLC0415

    full = np.ix_(observed.sum(axis=1) > 0, observed.sum(axis=0) > 0)
    counts = observed[full]
    expected, residuals = np.zeros(observed.shape), np.full(observed.shape, np.nan)
    table = Table(counts, shift_zeros=False)
    expected[full] = table.fittedvalues
    p_values = np.full(observed.shape, np.nan)
    if min(counts.shape) < 2:
        return _Tested(expected, residuals, p_values, "none", None, None, None, None)
    residuals[full] = table.standardized_resids
    p_values[full] = _exact(counts, counts.sum(axis=1), counts.sum(axis=0), int(counts.sum()))
    found = chi2_contingency(counts, correction=False)
    v = float(association(counts.astype(np.int64), method="cramer"))
    statistic, p_value = float(found.statistic), float(found.pvalue)
    return _Tested(expected, residuals, p_values, "pearson", statistic, int(found.dof), p_value, v)


def _exact(both: _Matrix, with_row: _Matrix, with_column: _Matrix, total: int) -> _Matrix:
    """Fisher's exact two-sided p-value of each cell as a table of two by two."""
    from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to import

    found: _Matrix = np.full(both.shape, np.nan)
    for (y, x), count in np.ndenumerate(both):
        row, column = with_row[y], with_column[x]
        rest = total - row - column + count
        if min(row, total - row, column, total - column) > 0:
            found[y, x] = fisher_exact([[count, row - count], [column - count, rest]]).pvalue
    return found


def _by_pairs(has_row: _Matrix, has_column: _Matrix, permutations: int, seed: int) -> _Tested:
    total = len(has_row)
    with_row, with_column = has_row.sum(axis=0), has_column.sum(axis=0)
    expected = np.outer(with_row, with_column) / total
    variance = np.outer(with_row * (total - with_row), with_column * (total - with_column)) / total**3
    spread = np.sqrt(variance)
    observed = has_row.T @ has_column
    residuals = _divided(observed - expected, spread)
    statistic = float(np.nansum(residuals**2))
    tables = int((~np.isnan(residuals)).sum())
    p_values = _exact(observed, with_row, with_column, total)
    if not tables:
        return _Tested(expected, residuals, p_values, "none", None, None, None, None)
    generator = np.random.default_rng(seed)
    as_large = sum(
        float(
            np.nansum(_divided(has_row.T @ has_column[generator.permutation(total)] - expected, spread) ** 2)
        )
        >= statistic - _ROUNDING
        for _ in range(permutations)
    )
    p_value = (1 + as_large) / (permutations + 1)
    v = math.sqrt(statistic / (tables * total))
    return _Tested(expected, residuals, p_values, "permuted documents", statistic, None, p_value, v)


def _divided(difference: _Matrix, spread: _Matrix) -> _Matrix:
    found: _Matrix = np.full(difference.shape, np.nan)
    np.divide(difference, spread, out=found, where=spread > 0)
    return found


def _documents_with(triples: NDArray[np.int64], shape: tuple[int, int]) -> _Matrix:
    """Documents by row and column, each counted once a cell."""
    rows, columns = shape
    keys = np.unique((triples[:, 0] * rows + triples[:, 1]) * columns + triples[:, 2])
    counts: _Matrix = np.bincount(keys % (rows * columns), minlength=rows * columns).astype(np.float64)
    return counts.reshape(shape)


def _shuffled(triples: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """The records with their columns permuted within each document."""
    order = np.lexsort((generator.random(len(triples)), triples[:, 0]))
    # Both orders run through the documents alike, so that a record takes the column of one of its document.
    plain = np.argsort(triples[:, 0], kind="stable")
    moved = triples.copy()
    moved[plain, 2] = triples[order, 2]
    return moved


def _made(
    rows: Sequence[AxisValue],
    columns: Sequence[AxisValue],
    observed: _Matrix,
    tested: _Tested,
    numbers: tuple[int, int, int],
) -> Crosstab:
    marked = _discoveries(tested.p_values)
    cells = tuple(
        Cell(
            row.value,
            column.value,
            int(observed[y, x]),
            float(tested.expected[y, x]),
            _number(tested.residuals[y, x]),
            bool(marked[y, x]),
        )
        for y, row in enumerate(rows)
        for x, column in enumerate(columns)
    )
    possible = tested.expected[tested.expected > 0]
    few = float((possible < _FEW).mean()) if possible.size else 0.0
    documents, permutations, seed = numbers
    return Crosstab(
        tuple(rows),
        tuple(columns),
        cells,
        documents,
        tested.method,
        tested.chi_square,
        tested.degrees,
        tested.p_value,
        tested.cramers_v,
        few,
        permutations,
        seed,
    )


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _discoveries(p_values: _Matrix) -> NDArray[np.bool_]:
    """Cells that differ from what is expected, by Benjamini and Hochberg's procedure."""
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415

    found: NDArray[np.bool_] = np.zeros(p_values.shape, dtype=np.bool_)
    known = ~np.isnan(p_values)
    if known.any():
        found[known] = multipletests(p_values[known], alpha=FALSE_DISCOVERIES, method="fdr_bh")[0]
    return found
