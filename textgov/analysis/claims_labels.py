"""What a reader calls a code, whatever defines it."""

from __future__ import annotations

from functools import cached_property

from textgov.analysis.axes import PLACE, countries
from textgov.codebook.loader import Codebook


class Labels:
    """The labels of a codebook's codes, and the names of places and clusters."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook

    def of(self, layer: str, code: str) -> str:
        """The label of a code; the code itself in words where nothing names it."""
        entry = self._codebook.code(layer, code)
        if entry is not None:
            return entry.label
        if layer == PLACE and code in countries():
            return countries()[code]
        return self._names.get((layer, code)) or code.removeprefix("region:").replace("_", " ").replace(
            "-", " "
        )

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        clusters = {("cluster", cluster.id): cluster.name for cluster in self._codebook.clusters}
        # Of several names of a code the one with the shortest id stands for it, as a country does for its towns.
        named = {
            (layer, name.code): name.name
            for layer, names in self._codebook.names.items()
            for name in sorted(names, key=lambda name: (-len(name.id), name.id))
        }
        return named | clusters
