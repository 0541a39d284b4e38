"""Puts the pipeline together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from textgov.codebook.loader import DEFAULT, Codebook, load
from textgov.documents import Annotation
from textgov.pipeline.attribution import Attribution
from textgov.pipeline.base import SelectiveParser, load_base
from textgov.pipeline.convert import to_annotation
from textgov.pipeline.facets import Facets
from textgov.pipeline.matcher import Matcher
from textgov.pipeline.mentions import MentionResolver
from textgov.pipeline.spanfinder import SpanFinder, load_span_finder, model_folder
from textgov.pipeline.status import StatusMarker

BATCH = 64


@dataclass(frozen=True)
class PipelineOptions:
    """Which codebook, whether the trained span finder is used, and whether every passage is parsed."""

    codebook: str = DEFAULT
    use_model: bool = True
    parse_everything: bool = False


class Pipeline:
    """Text in, annotation out. Deterministic; not thread-safe; one per process."""

    def __init__(self, options: PipelineOptions | None = None) -> None:
        self.options = options or PipelineOptions()
        self.codebook: Codebook = load(_source(self.options.codebook))
        self.base: Language = load_base()
        self.finder: SpanFinder | None = self._load_finder()
        self._matcher = Matcher(self.base, self.codebook)
        self._parser = SelectiveParser(
            self.base.get_pipe("tagger"),
            self.base.get_pipe("parser"),
            everywhere=self.options.parse_everything,
        )
        self._resolver = MentionResolver(self.codebook)
        self._steps = (
            Facets(self.base, self.codebook),
            StatusMarker(self.base, self.codebook),
            Attribution(self.base, self.codebook),
        )

    def _load_finder(self) -> SpanFinder | None:
        """The trained span finder, where its labels are codes of the codebook."""
        if not self.options.use_model or not model_folder().joinpath("meta.json").is_file():
            return None
        finder = load_span_finder(model_folder())
        known = all(
            code in self.codebook.codes.get(ls.layer, {}) for ls in finder.labels for code in ls.codes
        )
        return finder if known else None

    def docs(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Texts to spaCy documents with all findings in `user_data`, in order."""
        encoder = self.base.get_pipe("tok2vec")
        for batch in minibatch(texts, BATCH):
            docs = [self._matcher(self.base.make_doc(text)) for text in batch]
            filled = [doc for doc in docs if len(doc)]
            if filled:
                encoder.set_annotations(filled, encoder.predict(filled))  # type: ignore[attr-defined]
                if self.finder is not None:
                    self.finder(filled)
            for doc in self._parser.pipe(docs, batch_size=BATCH):
                self._resolver(doc)
                for step in self._steps:
                    step(doc)
                yield doc

    def annotate(self, texts: Iterable[str]) -> Iterator[Annotation]:
        """Texts to annotations, in order; memory does not grow with their number."""
        for doc in self.docs(texts):
            yield to_annotation(doc)

    @property
    def hash(self) -> str:
        """Identifies codes, model, options and versions: equal hashes give equal annotations."""
        parts = {
            "codebook": self.codebook.hash,
            "options": asdict(self.options),
            "model": model_folder().joinpath("meta.json").read_text(encoding="utf-8") if self.finder else "",
            "versions": {name: version(name) for name in ("textgov", "spacy", "thinc")},
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _source(codebook: str) -> str | Path:
    path = Path(codebook)
    return path if path.is_dir() else codebook
