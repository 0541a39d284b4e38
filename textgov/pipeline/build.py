"""Puts the pipeline together."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from textgov.codebook.loader import DEFAULT, Codebook, load
from textgov.documents import Annotation
from textgov.pipeline.attribution import Attribution
from textgov.pipeline.base import SelectiveParser, load_base
from textgov.pipeline.conditions import Conditions
from textgov.pipeline.convert import to_annotation
from textgov.pipeline.edges import Edges
from textgov.pipeline.facets import Facets
from textgov.pipeline.interactions import Interactions
from textgov.pipeline.matcher import Matcher
from textgov.pipeline.mentions import MentionResolver
from textgov.pipeline.outcomes import Outcomes
from textgov.pipeline.relations import Relations
from textgov.pipeline.spanfinder import META_FILE, SpanFinder, load_span_finder, model_folder
from textgov.pipeline.status import StatusMarker

BATCH = 64


@dataclass(frozen=True)
class PipelineOptions:
    """Which codebook and span finder (a folder, by default the one that ships), and whether every passage is parsed."""

    codebook: str = DEFAULT
    model: str | None = None
    use_model: bool = True
    parse_everything: bool = False


Stage = Callable[[Sequence[Doc]], object]


def coding_steps(nlp: Language, codebook: Codebook) -> list[tuple[str, Callable[[Doc], Doc]]]:
    """The steps that turn matches and found spans into coded mentions, in their order."""
    status = StatusMarker(nlp, codebook)
    return [
        ("mentions", MentionResolver(codebook)),
        ("edges", Edges(codebook)),
        ("facets", Facets(nlp, codebook)),
        ("status", status),
        ("outcomes", Outcomes(nlp, codebook, status)),
        ("attribution", Attribution(nlp, codebook)),
        ("conditions", Conditions(nlp, codebook)),
        ("relations", Relations(nlp, codebook)),
        ("interactions", Interactions(nlp, codebook, status)),
    ]


def fitting_finder(codebook: Codebook, folder: Path | None = None) -> SpanFinder | None:
    """The trained span finder of a folder, or that which ships, if its labels are codes of the codebook.

    Raises:
        TextgovError: a file of it is missing or altered.
    """
    shipped = model_folder()
    if folder is None and not shipped.joinpath(META_FILE).is_file():
        return None
    finder = load_span_finder(folder or shipped)
    known = all(code in codebook.codes.get(ls.layer, {}) for ls in finder.labels for code in ls.codes)
    return finder if known else None


class Pipeline:
    """Text in, annotation out. Deterministic; not thread-safe; one per process."""

    def __init__(self, options: PipelineOptions | None = None) -> None:
        self.options = options or PipelineOptions()
        self.codebook: Codebook = load(_source(self.options.codebook))
        self.base: Language = load_base()
        self.finder: SpanFinder | None = self._load_finder()
        steps = coding_steps(self.base, self.codebook)
        told = next((step.told for _, step in steps if isinstance(step, Interactions)), None)
        parser = SelectiveParser(self.base, everywhere=self.options.parse_everything, also=told)
        mentions, *others = [(name, _each(step)) for name, step in steps]
        self._stages: list[tuple[str, Stage]] = [
            ("matcher", _each(Matcher(self.base, self.codebook))),
            ("encoder", self._encode),
            *([("span finder", self.finder)] if self.finder is not None else []),
            ("tagger", parser.tag),
            mentions,
            ("parser", parser.parse),
            *others,
        ]

    def _load_finder(self) -> SpanFinder | None:
        if not self.options.use_model:
            return None
        return fitting_finder(self.codebook, Path(self.options.model) if self.options.model else None)

    def _encode(self, docs: Sequence[Doc]) -> None:
        encoder: Any = self.base.get_pipe("tok2vec")
        encoder.set_annotations(docs, encoder.predict(docs))

    def docs(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Texts to spaCy documents with all findings in `user_data`, in order."""
        iterator = iter(texts)
        while batch := list(islice(iterator, BATCH)):
            yield from self.run_batch(batch)

    def run_batch(self, texts: Sequence[str], spent: dict[str, float] | None = None) -> list[Doc]:
        """All stages over one batch; the seconds of each are added to `spent`, for benchmarks."""
        docs = [self.base.make_doc(text) for text in texts]
        filled = [doc for doc in docs if len(doc)]
        for name, stage in self._stages if filled else ():
            start = time.perf_counter()
            stage(filled)
            if spent is not None:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - start
        return docs

    def annotate(self, texts: Iterable[str]) -> Iterator[Annotation]:
        """Texts to annotations, in order; memory does not grow with their number."""
        for doc in self.docs(texts):
            yield to_annotation(doc)

    @property
    def hash(self) -> str:
        """Identifies codes, model, options and versions: equal hashes give equal annotations."""
        base = {key: self.base.meta[key] for key in ("lang", "name", "version")}
        parts = {
            "base": base,
            "codebook": self.codebook.hash,
            "options": asdict(self.options),
            "model": self.finder.fingerprint if self.finder else "",
            "versions": {name: version(name) for name in ("textgov", "spacy", "thinc")},
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _each(step: Callable[[Doc], Doc]) -> Stage:
    def stage(docs: Sequence[Doc]) -> None:
        for doc in docs:
            step(doc)

    return stage


def _source(codebook: str) -> str | Path:
    path = Path(codebook)
    return path if path.is_dir() else codebook
