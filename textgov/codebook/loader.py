"""Loads a codebook from its folder, and lists all its faults at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from textgov.codebook.checks import check_all
from textgov.codebook.draft import Draft
from textgov.codebook.faults import Fault, one_of
from textgov.codebook.inherit import inherit
from textgov.codebook.reading import HEADER_FILE, read_files, read_header
from textgov.codebook.schema import (
    AttributionCue,
    Cluster,
    Code,
    ConditionCue,
    Cue,
    CueLine,
    DirectionCue,
    FormCue,
    Header,
    InteractionCue,
    Name,
    PathCue,
    RelationCue,
    SectionCue,
    SeedCue,
    StopCue,
    Strict,
    Term,
)
from textgov.errors import CodebookError

DEFAULT = "gereffi-lee"
_SPECIAL: Mapping[str, type[Strict]] = MappingProxyType(
    {
        "gazetteer.cluster.jsonl": Cluster,
        "cues.status.jsonl": Cue,
        "cues.form.jsonl": FormCue,
        "cues.attribution.jsonl": AttributionCue,
        "cues.condition.jsonl": ConditionCue,
        "cues.direction.jsonl": DirectionCue,
        "cues.relation.jsonl": RelationCue,
        "cues.interaction.jsonl": InteractionCue,
        "cues.section.jsonl": SectionCue,
        "cues.path.jsonl": PathCue,
        "cues.stopword.jsonl": StopCue,
        "cues.seed.jsonl": SeedCue,
    }
)
"""Files whose lines have a model of their own; all kinds of cues stand here."""
_JSONL: Mapping[str, type[Strict]] = MappingProxyType({"lexicon": Term, "gazetteer": Name})


@dataclass(frozen=True)
class Codebook:
    """A codebook in memory. `hash` identifies its content; equal files give an equal hash."""

    header: Header
    codes: Mapping[str, Mapping[str, Code]]
    terms: Mapping[str, tuple[Term, ...]]
    names: Mapping[str, tuple[Name, ...]]
    cues: Mapping[str, tuple[CueLine, ...]]
    form_cues: tuple[FormCue, ...]
    clusters: tuple[Cluster, ...]
    spelling: Mapping[str, str]
    hash: str = ""

    def code(self, layer: str, code: str) -> Code | None:
        """The code's entry, or None where the layer is coded by an outside standard."""
        return self.codes.get(layer, {}).get(code)

    @property
    def layers(self) -> tuple[str, ...]:
        """Ids of all layers, in the order of the header."""
        return tuple(layer.id for layer in self.header.layer)


def builtin_folder(name: str = DEFAULT) -> Traversable:
    """The folder of a codebook that ships with textgov."""
    return files("textgov.codebook").joinpath("data", name)


def builtin_names() -> tuple[str, ...]:
    """Names of the codebooks that ship with textgov, sorted."""
    data = files("textgov.codebook").joinpath("data")
    return tuple(sorted(e.name for e in data.iterdir() if e.joinpath(HEADER_FILE).is_file()))


def load(source: str | Path = DEFAULT) -> Codebook:
    """Load a codebook by its built-in name or from a folder.

    Raises:
        CodebookError: with every fault, one a line.
    """
    codebook, faults = check(source)
    if codebook is None:
        raise CodebookError("\n".join(str(fault) for fault in faults))
    return codebook


@lru_cache(maxsize=4)
def default_codebook() -> Codebook:
    """The codebook of Gereffi and Lee (2014), loaded once a process."""
    return load(DEFAULT)


def check(source: str | Path = DEFAULT) -> tuple[Codebook | None, list[Fault]]:
    """The codebook, or None with all its faults.

    Raises:
        CodebookError: there is no such codebook.
    """
    folder = find_codebook(source)
    draft = Draft()
    _read_folder(folder, draft, (str(_absolute(folder)),))
    draft.place_gazetteers()
    check_all(draft)
    faults = sorted(set(draft.faults))
    if draft.header is None or faults:
        return None, faults
    return _freeze(draft), []


def find_codebook(source: str | Path) -> Traversable:
    """The folder of a codebook, given as a folder or by its built-in name.

    Raises:
        CodebookError: there is neither.
    """
    path = Path(source)
    if path.is_dir():
        return path
    if _is_builtin(str(source)):
        return builtin_folder(str(source))
    builtin = one_of(builtin_names())
    raise CodebookError(
        f"{source}: no such codebook; give a folder with {HEADER_FILE} or a built-in name: {builtin}"
    )


def _absolute(folder: Traversable) -> Traversable:
    return folder.resolve() if isinstance(folder, Path) else folder


def _is_builtin(name: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9\-]+", name)) and builtin_folder(name).joinpath(HEADER_FILE).is_file()


def _freeze(draft: Draft) -> Codebook:
    assert draft.header is not None
    return Codebook(
        header=draft.header,
        codes={layer: dict(codes) for layer, codes in draft.codes.items()},
        terms={layer: tuple(terms.values()) for layer, terms in draft.terms.items()},
        names={layer: tuple(names.values()) for layer, names in draft.names.items()},
        cues={kind: tuple(cues.values()) for kind, cues in draft.cues.items()},
        form_cues=tuple(draft.form_cues.values()),
        clusters=tuple(draft.clusters.values()),
        spelling=dict(draft.spelling),
        hash=draft.digest.hexdigest()[:16],
    )


def _model_of(kind: str, name: str) -> type[Strict] | None:
    return _SPECIAL.get(f"{kind}.{name}.jsonl", _JSONL.get(kind))


def _read_folder(folder: Traversable, draft: Draft, chain: tuple[str, ...]) -> None:
    """Read a codebook and the one that it extends; `chain` holds the folders on the way to this one."""
    read_header(folder, draft)
    if draft.header is None and not folder.joinpath(HEADER_FILE).is_file():
        return
    read_files(folder, draft, _model_of, tuple(name for name in _SPECIAL if name.startswith("cues.")))
    if draft.header is None:
        return
    wanted = draft.header.extends
    if wanted is None:
        if draft.header.drop:
            line = draft.header_lines.get("drop", 1)
            draft.fault(HEADER_FILE, line, "drop: only a codebook that extends another can drop")
        return
    base = _read_base(folder, wanted, draft, chain)
    if base is not None:
        inherit(base, draft)


def _read_base(folder: Traversable, wanted: str, draft: Draft, chain: tuple[str, ...]) -> Draft | None:
    line = draft.header_lines.get("extends", 1)
    found = _base_folder(folder, wanted)
    if found is None:
        builtin = one_of(builtin_names())
        draft.fault(
            HEADER_FILE,
            line,
            f"extends: no codebook {wanted!r}; built-in are {builtin}, or name a folder beside this one",
        )
        return None
    if str(_absolute(found)) in chain or (draft.header is not None and wanted == draft.header.id):
        way = " > ".join(Path(one).name for one in (*chain, str(_absolute(found))))
        draft.fault(HEADER_FILE, line, f"extends: a codebook cannot extend itself ({way}); extend another")
        return None
    base = Draft(prefix=f"{wanted}/")
    _read_folder(found, base, (*chain, str(_absolute(found))))
    return base


def _base_folder(folder: Traversable, wanted: str) -> Traversable | None:
    if _is_builtin(wanted):
        return builtin_folder(wanted)
    if isinstance(folder, Path):
        beside = folder.resolve().parent / wanted
        return beside if beside.is_dir() else None
    return None
