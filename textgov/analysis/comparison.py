"""Two groups of documents side by side: shares with intervals of their difference, the document as unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textgov.analysis.theory import Item, TheoryMap
from textgov.errors import UsageError

ALPHA: Final = 0.05
"""Intervals are of 1 - ALPHA, and differences are marked at a false discovery rate of ALPHA."""


@dataclass(frozen=True)
class Compared:
    """An item in two groups.

    `difference` is the share of the first group's documents that have it less that of the second; `low` and `high`
    bound it by Newcombe's interval of 95 %. `p_value` is Fisher's, adjusted for all items that are compared.
    """

    item: Item
    first: int
    second: int
    first_share: float
    second_share: float
    difference: float
    low: float
    high: float
    p_value: float
    second_query: str

    @property
    def differs(self) -> bool:
        """Whether the groups differ at the false discovery rate."""
        return self.p_value < ALPHA


@dataclass(frozen=True)
class Comparison:
    """All items of two maps; `common` documents are in both groups."""

    items: tuple[Compared, ...]
    first: int
    second: int
    common: int


def compare(one: TheoryMap, other: TheoryMap, common: int) -> Comparison:
    """Compare what is in two maps, the greatest differences first.

    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions. Statistics in
    Medicine 17, 873-890, method 10. Benjamini, Y., & Hochberg, Y. (1995). Journal of the Royal Statistical Society B
    57, 289-300.

    Args:
        one: the map of the first group.
        other: that of the second.
        common: how many documents are in both.

    Raises:
        UsageError: a group has no documents.
    """
    for made in (one, other):
        if not made.searched:
            raise UsageError(f"no document matches {made.query!r}; there is nothing to compare")
    first = {item.key: item for item in one.items}
    second = {item.key: item for item in other.items}
    keys = [key for key in first | second if _count(first, key) or _count(second, key)]
    values = _adjusted([_p_value(_count(first, key), one, _count(second, key), other) for key in keys])
    found = [
        _compared(first.get(key), second.get(key), one, other, value)
        for key, value in zip(keys, values, strict=True)
    ]
    found.sort(key=lambda compared: (-abs(compared.difference), compared.item.key))
    return Comparison(tuple(found), one.searched, other.searched, common)


def _count(items: dict[str, Item], key: str) -> int:
    return items[key].documents if key in items else 0


def _p_value(first: int, one: TheoryMap, second: int, other: TheoryMap) -> float:
    from scipy.stats import fisher_exact  # noqa: PLC0415 - slow to import

    table = [[first, one.searched - first], [second, other.searched - second]]
    return float(fisher_exact(table).pvalue)


def _adjusted(values: Sequence[float]) -> list[float]:
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - slow to import

    return [float(value) for value in false_discovery_control(values)] if values else []


def _compared(
    first: Item | None, second: Item | None, one: TheoryMap, other: TheoryMap, p_value: float
) -> Compared:
    from statsmodels.stats.proportion import (  # noqa: PLC0415 - slow to import
        confint_proportions_2indep,
    )

    item = first or second
    assert item is not None
    here, there = first.documents if first else 0, second.documents if second else 0
    low, high = confint_proportions_2indep(
        here, one.searched, there, other.searched, method="newcomb", compare="diff", alpha=ALPHA
    )
    shares = here / one.searched, there / other.searched
    return Compared(
        item,
        here,
        there,
        *shares,
        shares[0] - shares[1],
        float(low),
        float(high),
        p_value,
        second.query if second else "",
    )
