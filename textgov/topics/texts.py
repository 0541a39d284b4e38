"""From texts to terms: words, lemmas, phrases, without the stop words of the language and of the genre.

What was learned of a corpus (phrases, spellings shown) is kept in a `Preparation`, so that a text gives the same
terms whenever it is prepared.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

import msgspec
from gensim.models.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phrases
from gensim.parsing.preprocessing import STOPWORDS

from textgov.codebook.expand import american_spelling
from textgov.codebook.loader import Codebook
from textgov.documents import Record
from textgov.preprocessing.segment import sentences_of

JOINT = "_"
"""Joins the words of a phrase in a term."""

SHORTEST = 3
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLURAL_ACRONYM = re.compile(r"\b([A-Z]{2,})s\b")
_ORDER = ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "AUX")


class Preparation(Record, frozen=True, dict=True):
    """How texts become terms.

    Attributes:
        stop_words: words that are left out, as they stand or as lemmas.
        phrases: terms of several words, such as `code_of_conduct`.
        american: British spellings, as parts of words, and their American counterparts; both are one term.
        shown: for words that are not commonly met as their lemma, the form in which they are.
    """

    stop_words: frozenset[str]
    phrases: tuple[str, ...]
    american: dict[str, str]
    shown: dict[str, str]

    @cached_property
    def _joined(self) -> Any:
        return _frozen_phrases(dict.fromkeys(self.phrases, 1.0))

    def terms(self, text: str) -> list[str]:
        """Terms of a text, in order; a phrase is one term."""
        found: list[str] = []
        for sentence in lemmatized(text, self.american, self.stop_words):
            found.extend(term for term in self._joined[sentence] if self._kept(term))
        return found

    def term(self, words: str) -> str:
        """A word or phrase as the term that it would be, whether or not the phrase is known."""
        parts = [part for sentence in lemmatized(words, self.american) for part in sentence]
        return JOINT.join(parts)

    def display(self, term: str) -> str:
        """A term as people read it."""
        return " ".join(self.shown.get(part, part) for part in term.split(JOINT))

    def _kept(self, term: str) -> bool:
        return JOINT in term or (len(term) >= SHORTEST and term not in self.stop_words)


def prepare(
    texts: Sequence[str], codebook: Codebook, *, phrases: Sequence[str] = (), min_count: int = 10
) -> Preparation:
    """Learn from texts which words form phrases, and how each lemma is commonly met.

    Args:
        texts: the corpus.
        codebook: gives spellings and the stop words of the genre.
        phrases: phrases that are terms whatever the corpus says, such as seeds.
        min_count: occurrences from which words may form a phrase.
    """
    american = dict(codebook.spelling)
    stops = stop_words(codebook)
    sentences = [sentence for text in texts for sentence in lemmatized(text, american, stops)]
    learned = learned_phrases(sentences, min_count)
    blank = Preparation(frozenset(), (), american, {})
    given = {term for term in map(blank.term, phrases) if JOINT in term}
    return Preparation(stops, tuple(sorted({*learned, *given})), american, _shown(texts, american))


def stop_words(codebook: Codebook) -> frozenset[str]:
    """Words that tell nothing of a topic, also as lemmas: English function words, and the codebook's own."""
    american = codebook.spelling
    genre = (cue.cue for cue in codebook.cues.get("stopword", ()))
    return frozenset({*STOPWORDS, *(american_spelling(word, american) for word in genre)})


def lemmatized(
    text: str, american: Mapping[str, str], stop_words: frozenset[str] = frozenset()
) -> list[list[str]]:
    """Lemmas of the words of each sentence, in one spelling; stop words stay as they are.

    So "according" does not take the noun "accord" with it.
    """
    return [
        [
            word if word in stop_words else lemma(word)
            for word in _WORD.findall(american_spelling(_lower(text[start:end]), american))
        ]
        for start, end in sentences_of(text, 0, len(text))
    ]


def _lower(text: str) -> str:
    # No dictionary has "NGOs" as the plural of "NGO".
    return _PLURAL_ACRONYM.sub(r"\1", text).lower()


@lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The base form of a word of which no part of speech is known: of the noun, else of the verb, else itself."""
    known = _lemmas(word)
    return next((known[tag][0] for tag in _ORDER if tag in known), word)


def _lemmas(word: str) -> dict[str, tuple[str, ...]]:
    with warnings.catch_warnings():
        # lemminflect calls numpy functions that newer releases deprecate; the result is unaffected.
        warnings.simplefilter("ignore")
        from lemminflect import getAllLemmas  # noqa: PLC0415

        found: dict[str, tuple[str, ...]] = getAllLemmas(word)
    return found


def learned_phrases(sentences: Iterable[Sequence[str]], min_count: int, threshold: float = 0.5) -> list[str]:
    """Collocations of two content words, over function words too ("freedom_of_association"), sorted.

    Args:
        sentences: lemmas of each sentence.
        min_count: occurrences that a pair needs.
        threshold: normalized pointwise mutual information that it needs (Bouma 2009), -1 to 1.
    """
    model = Phrases(
        sentences,
        min_count=min_count,
        threshold=threshold,
        scoring="npmi",
        delimiter=JOINT,
        connector_words=ENGLISH_CONNECTOR_WORDS,
    )
    return sorted(phrase for phrase in model.export_phrases() if _is_phrase(phrase))


def _is_phrase(phrase: str) -> bool:
    words = phrase.split(JOINT)
    return not any(word in STOPWORDS or len(word) < SHORTEST for word in (words[0], words[-1]))


def _frozen_phrases(known: dict[str, float]) -> Any:
    # FrozenPhrases takes its state from a trained model; this is the part of one that it reads.
    state = SimpleNamespace(
        threshold=0.0,
        min_count=1,
        delimiter=JOINT,
        scoring=None,
        connector_words=ENGLISH_CONNECTOR_WORDS,
        export_phrases=lambda: known,
    )
    return FrozenPhrases(state)


def _shown(texts: Sequence[str], american: Mapping[str, str]) -> dict[str, str]:
    met: dict[str, dict[str, int]] = {}
    for word, count in Counter(word for text in texts for word in _WORD.findall(_lower(text))).items():
        met.setdefault(lemma(american_spelling(word, american)), {})[word] = count
    commonest = {base: min(forms, key=lambda form: (-forms[form], form)) for base, forms in met.items()}
    return {base: form for base, form in sorted(commonest.items()) if form != base}


def token_lists(texts: Iterable[str], preparation: Preparation) -> list[list[str]]:
    """Terms of each text."""
    return [preparation.terms(text) for text in texts]


def from_parts(parts: Mapping[str, Any]) -> Preparation:
    """A preparation from what `msgspec.to_builtins` made of it."""
    return msgspec.convert(parts, Preparation)
