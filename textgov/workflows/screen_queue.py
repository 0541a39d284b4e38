"""In which order a screener sees the documents: those most likely to be included first, as far as is known.

Certainty-based active learning as in van de Schoot et al. (2021), doi:10.1038/s42256-020-00287-7: words and pairs of
words weighted by TF-IDF, logistic regression over them, learnt anew after each batch. A screener's order follows from
the screener's own decisions alone, so that nobody's order gives away what another decided; and from nothing but the
decisions, the documents and the seed, so that a session that was killed goes on in the order it would have had.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from textgov.classify.stopping import Stopping

from textgov.documents import Document, Passage
from textgov.index.screening import (
    Decision,
    Plan,
    Stage,
    Verdict,
    decisions,
    full_texts,
    kept_instead,
    read_plan,
)
from textgov.index.store import Index
from textgov.workflows.screen import decide, standings

Order = Literal["model", "random"]
MAX_CHARACTERS = 4_000
"""So much of a full text that has no abstract is read by the classifier, and shown."""
WORD = re.compile(r"\b\w\w+\b")


@dataclass(frozen=True)
class Ranked:
    """A document in the queue, with the classifier's probability that it is included; None before it learnt."""

    document: str
    score: float | None


@dataclass(frozen=True)
class Card:
    """What a screener is shown of a document."""

    document: Document
    abstract: str
    has_text: bool
    score: float | None


class Queue:
    """What one screener has still to decide on at one stage, best first.

    It is a snapshot that is renewed by `renew`: two screeners may work on one index at the same time.
    """

    def __init__(self, index: Index, stage: Stage, screener: str, order: Order = "model") -> None:
        self.stage = stage
        self.screener = screener
        self._index = index
        self._order = order
        self._ranker: _Ranker | None = None
        self._skipped: set[str] = set()
        self._texts = full_texts(index)
        self._waiting: list[Ranked] = []
        self._learnt = -1
        self.renew()

    @property
    def waiting(self) -> list[Ranked]:
        """What is still to be decided on, in order."""
        return [one for one in self._waiting if one.document not in self._skipped]

    @property
    def done(self) -> list[Ranked]:
        """What the screener has decided on, in the order in which the documents came first."""
        return [Ranked(document, one.score) for document, one in self._own.items()]

    def renew(self) -> None:
        """Look anew at the decisions, and learn from them if a batch is complete."""
        plan = read_plan(self._index)
        self._own = _own(self._index, self.stage, self.screener)
        found = standings(self._index, self.stage)
        self._own = {document: one for document, one in self._own.items() if document in found}
        open_ = [
            document
            for document, standing in found.items()
            if document not in self._own and standing.resolution is None and _wanted(plan, standing.votes)
        ]
        lesson = len(self._own) // plan.batch * plan.batch
        scores = self._scores(plan, list(found), lesson)
        self._waiting = sorted(
            (Ranked(document, scores.get(document)) for document in open_),
            key=lambda one: (
                self.stage == "text" and one.document not in self._texts,
                -(one.score or 0.0),
                _shuffled(plan.seed, one.document),
            ),
        )

    def card(self, one: Ranked) -> Card:
        """What is shown of a document."""
        document = self._index.document(one.document)
        return Card(
            document,
            abstract_of(document, self._index.passages(one.document)),
            one.document in self._texts,
            one.score,
        )

    def skip(self, document: str) -> None:
        """Pass a document over until the queue is made anew."""
        self._skipped.add(document)

    def decide(self, one: Ranked, verdict: Verdict, reason: str | None = None, note: str = "") -> Decision:
        """Store a decision at once, and go on.

        Raises:
            UsageError: the plan does not allow it.
        """
        decision = decide(
            self._index,
            Decision(one.document, self.stage, self.screener, verdict, reason, note, score=one.score),
        )
        self.renew()
        return decision

    def _scores(self, plan: Plan, documents: list[str], lesson: int) -> dict[str, float]:
        """Probabilities learnt from so many of the first decisions; empty where there is nothing to learn."""
        labels = {
            document: one.verdict == "include"
            for document, one in list(self._own.items())[:lesson]
            if one.verdict in ("include", "exclude")
        }
        if self._order == "random" or len(set(labels.values())) < 2:
            return {}
        if self._ranker is None or self._ranker.documents != documents:
            texts = [learnt_from(self._index, document) for document in documents]
            if not any(WORD.search(text) for text in texts):
                return {}
            self._ranker = _Ranker(documents, texts)
        return self._ranker.scores(labels)


class _Ranker:
    """The classifier over the words of all documents, which are weighed once."""

    def __init__(self, documents: list[str], texts: list[str]) -> None:
        from textgov.classify.active import term_matrix  # noqa: PLC0415 - slow to import

        self.documents = documents
        self._matrix = term_matrix(texts)
        self._labels: dict[str, bool] = {}
        self._scores: dict[str, float] = {}

    def scores(self, labels: dict[str, bool]) -> dict[str, float]:
        """Probability that each document is included, learnt from those that are labelled."""
        if labels != self._labels:
            from textgov.classify.active import learn_pool  # noqa: PLC0415 - slow to import

            given = [int(labels[document]) if document in labels else -1 for document in self.documents]
            found = learn_pool(self._matrix, np.array(given).reshape(-1, 1))[:, 0]
            self._scores = dict(zip(self.documents, map(float, found), strict=True))
            self._labels = dict(labels)
        return self._scores


def learnt_from(index: Index, document: str) -> str:
    """Title, abstract and keywords of a document, as the classifier reads them."""
    found = index.document(document)
    known = found.bibliography
    abstract = abstract_of(found, index.passages(document))
    return "\n".join([known.title or "", abstract, " ".join(known.keywords)])


def abstract_of(document: Document, passages: list[Passage]) -> str:
    """The abstract; where there is none, the beginning of the text without its title."""
    parts = [p for p in passages if p.kind == "abstract"]
    if not parts:
        parts = [p for p in passages if p.kind in ("body", "list")]
    text = ""
    for passage in parts:
        text += ("\n\n" if text else "") + " ".join(document.text[passage.start : passage.end].split())
        if len(text) > MAX_CHARACTERS:
            return text[:MAX_CHARACTERS].rsplit(" ", 1)[0] + " [...]"
    return text


def _own(index: Index, stage: Stage, screener: str) -> dict[str, Decision]:
    instead = kept_instead(index)
    own: dict[str, Decision] = {}
    for one in decisions(index, stage):
        if one.screener == screener and not one.resolves:
            own[instead.get(one.document, one.document)] = one
    return own


def _wanted(plan: Plan, votes: dict[str, Decision]) -> bool:
    return len(votes) < plan.screeners


def _shuffled(seed: int, document: str) -> str:
    """A key that puts documents in an order of no meaning, which stays when others are added."""
    return hashlib.blake2b(f"{seed} {document}".encode(), digest_size=8).hexdigest()


def stop_advice(index: Index, screener: str, stage: Stage = "title") -> Stopping | None:
    """Whether a screener may stop, by the criterion of Callaghan and Müller-Hansen (2020).

    What a screener was unsure about counts as relevant. None where the library is not installed, or nothing was found.
    """
    from textgov.classify.stopping import available, stopping  # noqa: PLC0415 - slow to import

    found = standings(index, stage)
    labels = [
        int(one.verdict != "exclude")
        for document, one in _own(index, stage, screener).items()
        if document in found
    ]
    if not available() or not any(labels):
        return None
    return stopping(labels, len(found))
