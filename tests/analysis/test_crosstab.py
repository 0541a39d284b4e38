"""Tables: counts, expected counts, residuals and tests, against what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from textgov.analysis.crosstab import crosstab, crosstab_of_records
from textgov.analysis.gapmap import AxisValue
from textgov.analysis.presence import Pair


def values(*names: str) -> list[AxisValue]:
    return [AxisValue(name, name.upper(), 0) for name in names]


def single(table: list[list[int]]) -> list[tuple[tuple[str], tuple[str]]]:
    """Documents with one row and one column each, as many as a table says."""
    return [
        ((f"r{y}",), (f"c{x}",)) for y, row in enumerate(table) for x, n in enumerate(row) for _ in range(n)
    ]


def test_pearson_of_a_published_table():
    # Agresti, Categorical Data Analysis: gender and party, with its adjusted residuals.
    table = [[762, 327, 468], [484, 239, 477]]
    found = crosstab(values("r0", "r1"), values("c0", "c1", "c2"), single(table))
    assert (found.method, found.degrees, found.documents) == ("pearson", 2, 2757)
    assert found.chi_square == pytest.approx(30.07, abs=0.01)
    assert found.cramers_v == pytest.approx((30.07 / 2757) ** 0.5, abs=1e-4)
    assert [cell.documents for cell in found.cells] == [762, 327, 468, 484, 239, 477]
    assert [round(cell.residual, 2) for cell in found.cells] == [4.50, 0.70, -5.32, -4.50, -0.70, 5.32]
    assert [round(cell.expected, 1) for cell in found.cells] == [703.7, 319.6, 533.7, 542.3, 246.4, 411.3]
    assert [cell.marked for cell in found.cells] == [True, False, True, True, False, True]


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4))
def test_pearson_is_that_of_scipy(table):
    rows = values(*(f"r{n}" for n in range(len(table))))
    found = crosstab(rows, values("c0", "c1", "c2"), single(table))
    counts = np.array(table)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape, default=0) < 2:
        assert found.chi_square is None
        return
    known = chi2_contingency(counts, correction=False)
    assert found.chi_square == pytest.approx(known.statistic)
    assert found.p_value == pytest.approx(known.pvalue)
    assert 0 <= found.cramers_v <= 1 + 1e-9


MANY = [
    (("a", "b"), ("x",)),
    (("a",), ("x", "y")),
    (("b",), ("y",)),
    ((), ("y",)),
    (("a",), ()),
    ((), ()),
] * 5


def test_with_several_values_each_cell_is_a_table_of_two_by_two():
    found = crosstab(values("a", "b"), values("x", "y"), MANY, permutations=99)
    assert (found.method, found.documents, found.degrees) == ("permuted documents", 30, None)
    by_hand = []
    for cell in found.cells:
        has = np.array([[cell.row in have, cell.column in other] for have, other in MANY])
        both = np.array([[(has == (i, j)).all(axis=1).sum() for j in (True, False)] for i in (True, False)])
        known = chi2_contingency(both, correction=False)
        assert cell.expected == pytest.approx(known.expected_freq[0, 0])
        assert cell.residual**2 == pytest.approx(known.statistic)
        by_hand.append(known.statistic)
    assert found.chi_square == pytest.approx(sum(by_hand))
    assert found.cramers_v == pytest.approx((np.mean(by_hand) / 30) ** 0.5)


def test_the_permutations_are_those_of_the_seed():
    runs = [crosstab(values("a", "b"), values("x", "y"), MANY, permutations=99, seed=s) for s in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0].p_value != runs[2].p_value or runs[0].seed != runs[2].seed


def test_what_goes_together_has_a_small_p_and_what_does_not_a_large_one():
    together = [(("a", "b"), ("x",)), ((), ("y",))] * 20
    assert crosstab(values("a", "b"), values("x", "y"), together).p_value == 0.001
    generator = np.random.default_rng(0)
    apart = [
        (
            tuple(np.array(["a", "b"])[generator.random(2) < 0.5]),
            tuple(np.array(["x", "y"])[generator.random(2) < 0.5]),
        )
        for _ in range(200)
    ]
    assert crosstab(values("a", "b"), values("x", "y"), apart).p_value > 0.05


def test_false_alarms_are_as_rare_as_they_should_be():
    generator = np.random.default_rng(1)
    small = 0
    for seed in range(100):
        documents = [
            (
                tuple(np.array(["a", "b"])[generator.random(2) < 0.4]),
                tuple(np.array(["x", "y"])[generator.random(2) < 0.6]),
            )
            for _ in range(40)
        ]
        found = crosstab(values("a", "b"), values("x", "y"), documents, permutations=99, seed=seed)
        small += found.p_value <= 0.1
    assert 3 <= small <= 20


@pytest.mark.parametrize("documents", [[], [((), ())], [(("a",), ())], [(("z",), ("z",))]])
def test_nothing_to_test(documents):
    found = crosstab(values("a"), values("x"), documents)
    assert (found.method, found.chi_square, found.p_value, found.cramers_v) == ("none", None, None, None)
    assert not any(cell.marked for cell in found.cells)


def test_a_property_is_permuted_within_documents():
    # Each document negates either all or nothing: within documents there is nothing to permute.
    blocked = [Pair(n, row, "no" if n % 2 else "yes") for n in range(20) for row in ("audit", "strike")]
    found = crosstab_of_records(values("audit", "strike"), values("yes", "no"), blocked, permutations=99)
    assert found.method == "permuted within documents"
    assert [cell.documents for cell in found.cells] == [10, 10, 10, 10]
    assert [cell.expected for cell in found.cells] == [10, 10, 10, 10]
    assert {cell.residual for cell in found.cells} == {None}
    assert found.p_value == 1
    # Audits are negated and strikes are not, in every document.
    split = [
        Pair(n, row, "no" if row == "audit" else "yes") for n in range(20) for row in ("audit", "strike")
    ]
    found = crosstab_of_records(values("audit", "strike"), values("yes", "no"), split, permutations=99)
    assert found.p_value == 0.01
    assert all(cell.marked for cell in found.cells)
    assert [cell.residual > 0 for cell in found.cells] == [False, True, True, False]


def test_records_of_other_values_are_passed_over():
    records = [Pair(0, "audit", "yes"), Pair(0, "other", "yes"), Pair(1, "audit", "maybe")]
    found = crosstab_of_records(values("audit"), values("yes"), records, permutations=99)
    assert (found.documents, [cell.documents for cell in found.cells]) == (1, [1])
    assert crosstab_of_records(values("audit"), values("yes"), [], permutations=99).method == "none"


def test_a_single_rare_document_is_no_discovery():
    documents = [(("rare",), ("seldom", "often")), *[(("plain",), ("often",))] * 14, *[(("plain",), ())] * 15]
    found = crosstab(values("rare", "plain"), values("seldom", "often"), documents, permutations=99)
    lone = found.cells[0]
    # Its residual alone would say otherwise: it is not near normal where so little is expected.
    assert (lone.documents, round(lone.expected, 3), round(lone.residual, 1)) == (1, 0.033, 5.5)
    assert not lone.marked
