"""An index of random text and codes, of any size, the same for the same seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from textgov.documents import (
    Annotation,
    Bibliography,
    Document,
    DocumentKind,
    Interaction,
    Mention,
    Page,
    Passage,
    Relation,
    Status,
)
from textgov.index.records import Run, Sentence
from textgov.index.store import Index

SEED: Final = 20140923
SENTENCES: Final = 4
PASSAGES: Final = 50
WORDS: Final = 20
LAYERS: Final = ("actor", "mechanism", "outcome", "place", "sector")
CODES: Final = 20
FORMS: Final = ("private", "social", "public")
SCOPES: Final = ("horizontal", "vertical")
PATHS: Final = tuple(f"path{n}" for n in range(6))
_VOCABULARY: Final = 30_000
_SYLLABLES: Final = tuple(a + b for a in "bdfgklmnprst" for b in "aeiou")


def vocabulary() -> list[str]:
    """Pronounceable words, the most frequent first."""
    made = ("".join(parts) for size in (2, 3) for parts in itertools.product(_SYLLABLES, repeat=size))
    return list(itertools.islice(made, _VOCABULARY))


def _zipf(size: int, exponent: float = 1.0) -> np.ndarray[Any, np.dtype[np.float64]]:
    weights = 1.0 / np.arange(1, size + 1) ** exponent
    return weights / weights.sum()


class _Maker:
    """Draws documents; keeps the generator and the cumulative frequencies."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.words = np.array(vocabulary(), dtype=object)
        self.frequencies = np.cumsum(_zipf(_VOCABULARY))
        self.codes = np.cumsum(_zipf(CODES))

    def _draw(self, cumulative: np.ndarray[Any, np.dtype[np.float64]], count: int) -> Any:
        return np.minimum(np.searchsorted(cumulative, self.random.random(count)), len(cumulative) - 1)

    def document(self, number: int) -> tuple[Document, list[Passage], list[Sentence]]:
        """A document of `PASSAGES` passages of `SENTENCES` sentences of `WORDS` words."""
        drawn = self.words[self._draw(self.frequencies, PASSAGES * SENTENCES * WORDS)].reshape(-1, WORDS)
        passages, sentences, parts = [], [], []
        identity, offset = f"{number:016x}", 0
        for ordinal in range(PASSAGES):
            start = offset
            for row in drawn[ordinal * SENTENCES : (ordinal + 1) * SENTENCES]:
                sentence = " ".join(row) + "."
                parts.append(sentence)
                sentences.append(Sentence(ordinal, offset, offset + len(sentence)))
                offset += len(sentence) + 1
            passages.append(Passage(identity, ordinal, start, offset - 1, section=f"Part {ordinal // 10}"))
        text = " ".join(parts)
        pages = tuple(
            Page(n + 1, at, min(at + 3000, len(text))) for n, at in enumerate(range(0, len(text), 3000))
        )
        known = Bibliography(
            title=" ".join(drawn[0, :6]),
            authors=(str(drawn[1, 0]).title(),),
            year=int(self.random.integers(1995, 2026)),
            venue=f"Journal {number % 40}",
            language="en" if number % 20 else "de",
            kind=get_args(DocumentKind)[int(self.random.integers(0, 5))],
        )
        return (
            Document(identity, f"papers/{number:06d}.pdf", text, known, pages, format="pdf"),
            passages,
            sentences,
        )

    def annotations(
        self, sentences: list[Sentence], passages: list[Passage]
    ) -> Iterator[tuple[int, Annotation]]:
        """About 0.8 mentions a sentence, links between some, paths in a fifth of the passages."""
        counts = self.random.poisson(0.8, len(sentences))
        layers = iter(self.random.integers(0, len(LAYERS), counts.sum()))
        codes = iter(self._draw(self.codes, counts.sum()))
        draws = iter(self.random.random((counts.sum(), 3)))
        for passage in passages:
            first = passage.ordinal * SENTENCES
            mentions, relations, interactions = [], [], []
            for sentence, count in zip(
                sentences[first:][:SENTENCES], counts[first:][:SENTENCES], strict=True
            ):
                at = sentence.start - passage.start
                for n in range(count):
                    mentions.append(_mention(at + n, LAYERS[next(layers)], int(next(codes)), next(draws)))
                if count > 2:
                    place = len(mentions) - count
                    relations.append(Relation(f"kind{count}", place, None, place + 1, at, at + 9, "r.1"))
                    interactions.append(Interaction(f"way{count}", FORMS[:2], at, at + 9, "i.1"))
            paths = {}
            if self.random.random() < 0.2:
                paths = {path: float(score) for path, score in zip(PATHS, self.random.random(6), strict=True)}
            yield (
                passage.ordinal,
                Annotation(
                    tuple(mentions),
                    tuple(relations),
                    tuple(interactions),
                    paths,
                    dict.fromkeys(paths, "works"),
                ),
            )


def _mention(at: int, layer: str, code: int, draws: Any) -> Mention:
    statuses = get_args(Status)
    status = statuses[0] if draws[0] < 0.75 else statuses[int(draws[0] * 1000) % len(statuses)]
    return Mention(
        at,
        at + 8,
        layer,
        f"{layer}{code:02d}",
        f"name {layer} {code} {int(draws[1] * 50)}",
        f"{layer}.{code}.{int(draws[2] * 9)}",
        form=FORMS[code % 3],
        scope=SCOPES[code % 2],
        status=statuses[statuses.index(status)],
        attributed=bool(draws[1] < 0.1),
    )


def build(path: Path, documents: int, *, batch: int = 100) -> None:
    """Write an index of so many documents of 200 sentences each."""
    maker = _Maker(SEED)
    with Index.open(path, create=True) as index:
        run = index.start_run(Run("benchmark", codebook="c", pipeline="p", seed=SEED))
        for first in range(0, documents, batch):
            with index.transaction():
                for number in range(first, min(first + batch, documents)):
                    document, passages, sentences = maker.document(number)
                    index.add_document(document, passages, sentences)
                    index.write_annotations(document.id, maker.annotations(sentences, passages), run)
        index.finish_run(run, {"documents": documents})
        index.optimize()
