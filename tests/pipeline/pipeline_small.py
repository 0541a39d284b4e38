"""A small codebook, hand-made documents, and an untrained span finder for them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import Codebook, load
from textgov.documents import Status
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.features import VectorTable
from textgov.pipeline.labels import LabelSet
from textgov.pipeline.matcher import CANDIDATES, Candidate
from textgov.pipeline.mentions import MentionResolver, ResolverOptions
from textgov.pipeline.network import CONTEXT_WIDTH
from textgov.pipeline.rules import Rule
from textgov.pipeline.spanfinder import DOUBT, FOUND, Found, Shape, SpanFinder

CodebookOf = Callable[..., Codebook]

HEADER = """\
id = "small"
version = "1.0.0"
title = "A small codebook"
source = "Ours."
not_in_spans = ["other", "several", "own"]
fixed_compounds = ["rights", "welfare"]

[gazetteer]
organisation = "actor"

[firm_names]
layer = "actor"
code = "firm"
suffixes = ["Ltd", "Group", "plc", "Holdings"]

[first_person]
layer = "actor"
code = "firm"
words = ["we"]
firm = ["our", "suppliers", "policy"]
author = ["paper", "interviews", "argue"]

[[layer]]
id = "actor"
label = "Actors"
description = "Who governs."

[[layer]]
id = "mechanism"
label = "Mechanisms"
description = "By what means."

[[layer]]
id = "place"
label = "Places"
description = "Where."
open = true

[[layer]]
id = "cluster"
label = "Clusters"
description = "Named clusters."
open = true
"""
CODES = {
    "actor": [
        ("worker", "social", "horizontal"),
        ("firm", "private", "vertical"),
        ("ngo", "social", "horizontal"),
    ],
    "mechanism": [("audit", "private", "vertical"), ("strike", "social", "horizontal")],
}
TERMS: list[dict[str, object]] = [
    {"id": "actor.worker.1", "code": "worker", "term": "worker"},
    {"id": "actor.worker.2", "code": "worker", "term": "hand", "confidence": 0.5},
    {"id": "actor.firm.1", "code": "firm", "term": "buyer", "confidence": 0.9},
    {"id": "actor.ngo.1", "code": "ngo", "term": "NGO", "pos": "acronym"},
    {"id": "mechanism.audit.1", "code": "audit", "term": "audit"},
    {"id": "mechanism.strike.1", "code": "strike", "term": "strike", "pos": "verb", "confidence": 0.9},
]
NAMES: dict[str, list[dict[str, object]]] = {
    "organisation": [
        {"id": "gaz.1", "code": "ngo", "name": "Fair Cloth Watch", "aliases": ["FCW"]},
        {"id": "gaz.2", "code": "firm", "name": "Acme Group"},
    ],
    "place": [{"id": "place.1", "code": "KEN", "name": "Kenya", "demonyms": ["Kenyan"]}],
}
FORM_CUES: list[dict[str, object]] = [
    {"id": "form.1", "cue": "global", "scope": "vertical", "codes": ["ngo"]},
    {"id": "form.2", "cue": "public", "form": "public", "scope": "horizontal", "reach": "before"},
]
SPELLING = '[american]\nlabour = "labor"\norganis = "organiz"\n'
LABELS = (LabelSet("actor", ("worker", "firm")), LabelSet("mechanism", ("audit", "strike")))
STATUSES: tuple[Status, ...] = get_args(Status)
VECTORS = VectorTable(
    ("worker", "buyer", "audit"), np.array([[1, 2, 3], [4, 5, 6], [-7, 8, 127]], dtype=np.int8), 0.5
)


def write_codebook(
    folder: Path,
    *,
    terms: Sequence[dict[str, object]] = TERMS,
    names: dict[str, list[dict[str, object]]] | None = None,
    form_cues: Sequence[dict[str, object]] = FORM_CUES,
    header: str = HEADER,
    clusters: Sequence[dict[str, object]] = (),
) -> Path:
    """Write the small codebook into a folder, which is made; terms go to the layer that their id starts with."""
    folder.mkdir(parents=True)
    files = {"codebook.toml": header, "spelling.toml": SPELLING, "cues.form.jsonl": _lines(form_cues)}
    for layer, codes in CODES.items():
        files[f"codes.{layer}.toml"] = "".join(_code(*code) for code in codes)
        files[f"lexicon.{layer}.jsonl"] = _lines(t for t in terms if str(t["id"]).startswith(layer))
    for gazetteer, entries in (NAMES if names is None else names).items():
        files[f"gazetteer.{gazetteer}.jsonl"] = _lines(entries)
    if clusters:
        files["gazetteer.cluster.jsonl"] = _lines(clusters)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def small_codebook(folder: Path, **changes) -> Codebook:
    return load(write_codebook(folder, **changes))


def _lines(entries) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def _code(code: str, form: str, scope: str) -> str:
    return (
        f'[[code]]\nid = "{code}"\nlabel = "{code}"\ndefinition = "A {code}."\n'
        f'examples = ["One [[{code}]] came.", "Two [[{code}s]] came."]\ncounter_example = "None."\n'
        f'source = "Ours."\nform = "{form}"\nscope = "{scope}"\n\n'
    )


def tagged(nlp: Language, text: str) -> Doc:
    """A document from `word/TAG word/TAG`."""
    pairs = [part.rpartition("/") for part in text.split()]
    return Doc(nlp.vocab, words=[word for word, _, _ in pairs], tags=[tag for _, _, tag in pairs])


def place(doc: Doc, words: str, nth: int = 0) -> tuple[int, int]:
    """Tokens of the nth occurrence of some words."""
    wanted = words.split()
    starts = [i for i in range(len(doc)) if [t.text for t in doc[i : i + len(wanted)]] == wanted]
    return starts[nth], starts[nth] + len(wanted)


def finds(
    doc: Doc, *spans: tuple[str, str, str], status: Status = "asserted", confidence: float = 0.9
) -> None:
    """Let a span finder have found spans, given as words, layer and code; in order, sure of just their tokens."""
    found = [Found(*place(doc, words), layer, code, status, confidence) for words, layer, code in spans]
    doc.user_data[FOUND] = sorted(found, key=lambda f: f.start)
    doubt = {layer.layer: np.zeros(len(doc), dtype=np.float32) for layer in LABELS}
    for span in found:
        doubt[span.layer][span.start : span.end] = span.confidence
    doc.user_data[DOUBT] = doubt


def rule(code: str, layer: str = "actor", **changes) -> Rule:
    """A rule of a term, with some fields set otherwise."""
    given = {"id": f"{layer}.{code}", "name": code, "is_name": False, "is_verb": False, "confidence": 1.0}
    blank = {"form": None, "scope": None, "needs": None, "unless": None}
    return Rule(**{**blank, **given, "layer": layer, "code": code, **changes})


def matches(doc: Doc, *candidates: tuple[str, Rule]) -> None:
    """Let the matcher have found some words."""
    doc.user_data[CANDIDATES] = sorted(
        (Candidate(*place(doc, words), entry, True) for words, entry in candidates),
        key=lambda c: (c.start, -c.end),
    )


def resolved(
    codebook: Codebook, doc: Doc, options: ResolverOptions | None = None
) -> list[tuple[str, str, str]]:
    """Words, code and rule of the mentions that are made of what was matched and found."""
    MentionResolver(codebook, options)(doc)
    return [(draft.span(doc).text, draft.code, draft.rule) for draft in drafts_of(doc)]


def token_vectors(doc: Doc) -> Doc:
    """Set token vectors that depend on nothing but the word, in the width of the base model."""
    rows = [np.random.default_rng(zlib.crc32(t.lower_.encode())).normal(size=CONTEXT_WIDTH) for t in doc]
    doc.tensor = np.array(rows, dtype=np.float32).reshape(len(doc), CONTEXT_WIDTH)
    return doc


def small_finder(shape: Shape | None = None, *, seed: int = 0) -> SpanFinder:
    """An untrained span finder, its weights drawn under a seed."""
    from thinc.api import fix_random_seed

    finder = SpanFinder(LABELS, STATUSES, VECTORS, shape or Shape(width=16, depth=1))
    fix_random_seed(seed)
    for network in finder.networks:
        network.initialize()
        # The last layer starts at zero: without other weights every document would be answered alike.
        for node in network.walk():
            if node.name == "linear":
                shape_ = node.get_param("W").shape
                node.set_param("W", np.random.default_rng(seed).normal(size=shape_).astype(np.float32))
    return finder
