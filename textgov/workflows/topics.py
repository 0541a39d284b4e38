"""Topic models of an index: fitted, searched for a number of topics, compared, and used to tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from textgov.codebook.loader import Codebook
from textgov.documents import Record
from textgov.errors import UsageError
from textgov.export import pictures
from textgov.export.topics import search_figure, time_figure, topics_page
from textgov.index.records import Run
from textgov.index.store import Index
from textgov.topics import quality
from textgov.topics.corpus import Corpus, build_corpus
from textgov.topics.describe import Measured, Unit, describe, overall
from textgov.topics.fitting import METHODS, fit_weights
from textgov.topics.model import ModelMeta, TopicModel, corpus_hash
from textgov.topics.persistence import load, save
from textgov.topics.report import Quality, TopicReport
from textgov.topics.seeds import STRENGTH, Adherence, adherence, codebook_seeds, seed_prior
from textgov.topics.stability import Stability, best_matching, jaccard, stability
from textgov.topics.texts import Preparation, prepare, token_lists
from textgov.topics.weights import FitOptions, Weights, assign
from textgov.workflows.export import replaced
from textgov.workflows.query import codebook_of
from textgov.workflows.runs import recorded, versions
from textgov.workflows.topic_units import labels_of, read_units

FloatArray = NDArray[np.float64]
UnitKind = Literal["passage", "document"]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class TopicOptions:
    """What is fitted to what.

    Attributes:
        method: a key of `textgov.topics.fitting.METHODS`.
        fit: number of topics, seed, effort.
        query: texts that are wanted; None for all that are coded.
        unit: what a text is.
        layer: layer whose codes seed topics and are compared with them.
        min_texts: texts in which a term must occur.
        seeds: models of other seeds that stability is measured with, the first included; 1 for none.
        reference: another index whose passages coherence is measured in.
        codebook: by default that of the index.
    """

    method: str = "seeded"
    fit: FitOptions = field(default_factory=FitOptions)
    query: str | None = None
    unit: UnitKind = "passage"
    layer: str = "path"
    min_texts: int = 5
    seeds: int = 3
    reference: Path | None = None
    codebook: str | None = None


@dataclass(frozen=True)
class Prepared:
    """What models of any number of topics are fitted to; `passages` only where the units are whole documents."""

    codebook: Codebook
    units: tuple[Unit, ...]
    preparation: Preparation
    corpus: Corpus
    reference: list[list[str]]
    seeds: dict[str, list[str]]
    passages: tuple[Unit, ...] | None = None


@dataclass(frozen=True)
class Fitted:
    """A model with its report, and its texts by topics."""

    model: TopicModel
    report: TopicReport
    assignments: FloatArray


class SearchLine(Record, frozen=True):
    """A number of topics that was tried, and the quality of the model."""

    asked: int
    quality: Quality


def prepare_topics(index: Index, options: TopicOptions) -> Prepared:
    """Read the texts of an index, and turn them into counts of terms.

    Raises:
        UsageError: there are too few texts, or no seeds for the layer.
        QueryError: the query cannot be parsed.
    """
    codebook = codebook_of(index, options.codebook)
    seeds = codebook_seeds(codebook, options.layer) if METHODS[options.method].seeded else None
    units = tuple(read_units(index, codebook, options.query, options.unit, options.layer))
    texts = [unit.text for unit in units]
    preparation = prepare(texts, codebook, phrases=seeds.all_phrases() if seeds else ())
    terms = token_lists(texts, preparation)
    seed_terms = seeds.terms(preparation) if seeds else {}
    keep = [term for known in seed_terms.values() for term in known]
    corpus = build_corpus(terms, min_texts=options.min_texts, keep=keep)
    passages = None
    if options.unit == "document":
        chosen = {unit.document for unit in units}
        every = read_units(index, codebook, None, "passage", options.layer)
        passages = tuple(unit for unit in every if unit.document in chosen)
    reference = _reference(index, codebook, options)
    reference_terms = terms if reference is None else token_lists(reference, preparation)
    return Prepared(codebook, units, preparation, corpus, reference_terms, seed_terms, passages)


def _reference(index: Index, codebook: Codebook, options: TopicOptions) -> list[str] | None:
    """Texts that coherence is measured in; None for those that are fitted to."""
    if options.reference is not None:
        with Index.open(options.reference, read_only=True) as other:
            return [unit.text for unit in read_units(other, codebook, None, "passage", options.layer)]
    if options.query is not None or options.unit == "document":
        return [unit.text for unit in read_units(index, codebook, None, "passage", options.layer)]
    return None


def fit_topics(index: Index, options: TopicOptions, progress: Progress | None = None) -> Fitted:
    """Fit a model to texts of an index, measure it, and record the run.

    Raises:
        UsageError: the method is unknown or not installed, or the texts are too few.
        QueryError: the query cannot be parsed.
    """
    _check(options)
    with threadpool_limits(1):
        prepared = prepare_topics(index, options)
        run = _run("topics fit", options, prepared.codebook)
        with recorded(index, run) as running:
            fitted = fit_prepared(prepared, options, progress)
            running.counts |= {"texts": len(prepared.units), "topics": fitted.model.topics}
    return fitted


def fit_prepared(prepared: Prepared, options: TopicOptions, progress: Progress | None = None) -> Fitted:
    """Fit and measure; see `fit_topics`."""
    weights = _fit(prepared, options, options.fit.seed)
    assigned = assign(weights, prepared.corpus.bags)
    compared = None
    if options.seeds > 1:
        models = [(weights, assigned)]
        for number in range(1, options.seeds):
            if progress:
                progress(number, options.seeds, "other seeds")
            other = _fit(prepared, options, options.fit.seed + number)
            models.append((other, assign(other, prepared.corpus.bags)))
        compared = stability([w.distributions for w, _ in models], [a for _, a in models])
    model = TopicModel(
        _meta(prepared, options, assigned), prepared.preparation, prepared.corpus.vocabulary, weights
    )
    adherent: tuple[Adherence, ...] = ()
    if prepared.seeds and weights.learned is not None:
        adherent = adherence(weights.learned, prepared.corpus, prepared.seeds)
    quotable = None
    if prepared.passages is not None:
        quotable = (prepared.passages, model.transform([unit.text for unit in prepared.passages]))
    labels = labels_of(prepared.codebook)
    measured = Measured(prepared.reference, compared, adherent, options.layer, labels, quotable)
    return Fitted(model, describe(model, prepared.units, assigned, measured), assigned)


def search_topics(
    index: Index, options: TopicOptions, numbers: Sequence[int], progress: Progress | None = None
) -> list[SearchLine]:
    """Fit models of several numbers of topics and measure them; which is best is for the user to say.

    Raises:
        UsageError: as `fit_topics`.
        QueryError: the query cannot be parsed.
    """
    _check(options)
    with threadpool_limits(1):
        prepared = prepare_topics(index, options)
        with recorded(index, _run("topics fit", options, prepared.codebook)) as running:
            models: list[tuple[int, FloatArray, Stability | None]] = []
            for done, number in enumerate(numbers):
                if progress:
                    progress(done, len(numbers), f"{number} topics")
                models.append((number, *_measured(prepared, options, number)))
            running.counts |= {"texts": len(prepared.units), "models": len(models)}
        return list(_lines(prepared, models))


def _measured(prepared: Prepared, options: TopicOptions, number: int) -> tuple[FloatArray, Stability | None]:
    members = []
    for seed in range(options.fit.seed, options.fit.seed + options.seeds):
        weights = _fit(prepared, options, seed, topics=number)
        members.append((weights.distributions, assign(weights, prepared.corpus.bags)))
    rows = members[0][0]
    return rows, stability([r for r, _ in members], [a for _, a in members]) if options.seeds > 1 else None


def _lines(
    prepared: Prepared, models: Sequence[tuple[int, FloatArray, Stability | None]]
) -> Iterator[SearchLine]:
    """Coherence of the topics of all models at once, so that the reference is read once a measure."""
    names = prepared.corpus.vocabulary.terms
    words = [[[names[n] for n in top] for top in quality.top_terms(rows)] for _, rows, _ in models]
    every = [topic for model in words for topic in model]
    values = {m: iter(quality.coherence(every, prepared.reference, m)) for m in quality.MEASURES}
    for (number, rows, stable), topics in zip(models, words, strict=True):
        own = {measure: [next(found) for _ in topics] for measure, found in values.items()}
        yield SearchLine(number, overall(rows, own, stable))


def _fit(prepared: Prepared, options: TopicOptions, seed: int, topics: int | None = None) -> Weights:
    fit = replace(options.fit, seed=seed, topics=topics or options.fit.topics)
    prior = None
    if prepared.seeds:
        prior = seed_prior(prepared.corpus, prepared.seeds, fit.topics, fit.eta)
    return fit_weights(prepared.corpus, options.method, fit, prior)


def _check(options: TopicOptions) -> None:
    if options.method not in METHODS:
        raise UsageError(f"no method {options.method!r}; there are {', '.join(METHODS)}")


def _meta(prepared: Prepared, options: TopicOptions, assigned: FloatArray) -> ModelMeta:
    header = prepared.codebook.header
    return ModelMeta(
        method=options.method,
        options={**asdict(options.fit), "min_texts": options.min_texts, "strength": STRENGTH},
        layer=options.layer if prepared.seeds else None,
        codes=tuple(prepared.seeds),
        means=tuple(map(float, assigned.mean(axis=0))),
        codebook=f"{header.id} {header.version}",
        texts=len(prepared.units),
        unit=options.unit,
        query=options.query,
        corpus=corpus_hash([unit.text for unit in prepared.units]),
    )


def _run(command: str, options: TopicOptions, codebook: Codebook) -> Run:
    said: dict[str, Any] = {
        **asdict(options.fit),
        "method": options.method,
        "query": options.query,
        "unit": options.unit,
        "layer": options.layer,
        "min_texts": options.min_texts,
        "seeds": options.seeds,
    }
    known = versions() | {"gensim": version("gensim")}
    return Run(command, said, known, codebook.hash, seed=options.fit.seed)


class TopicPair(Record, frozen=True):
    """Two topics of two models that match best: their names, and the Jaccard index of their foremost terms."""

    first: int
    second: int
    first_name: str
    second_name: str
    jaccard: float
    shared: tuple[str, ...]


class Comparison(Record, frozen=True):
    """Two models topic by topic, those that match best first; `only_first` and `only_second` have no partner."""

    pairs: tuple[TopicPair, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    mean: float


def store_topics(folder: Path, fitted: Fitted) -> ModelMeta:
    """Write a fitted model with its report into a folder.

    Raises:
        TextgovError: the folder cannot be written, or holds something else.
    """
    return save(folder, fitted.model, fitted.report)


def open_topics(folder: Path) -> tuple[TopicModel, TopicReport]:
    """A stored model with its report.

    Raises:
        TextgovError: there is none, it was altered, or it is of a newer format.
    """
    return load(folder)


def write_report(report: TopicReport, codebook: str, outputs: Sequence[Path]) -> None:
    """Write a report as a page (.html), and its topics over time as a picture (any other name).

    Raises:
        UsageError: a file cannot be written, or there is but one year to draw.
    """
    for path in outputs:
        if path.suffix.lower() == ".html":
            with replaced(path) as draft:
                draft.write_text(topics_page(report, codebook), encoding="utf-8")
        elif len(report.years) < 2:
            raise UsageError(
                f"{path}: the documents have fewer than two years, so nothing is to be drawn over time"
            )
        else:
            with replaced(path) as draft:
                pictures.save(time_figure(report), draft)


def write_search(lines: Sequence[SearchLine], outputs: Sequence[Path]) -> None:
    """Write what several numbers of topics bring as a picture.

    Raises:
        UsageError: a file cannot be written.
    """
    for path in outputs:
        with replaced(path) as draft:
            figure = search_figure([line.asked for line in lines], [line.quality for line in lines])
            pictures.save(figure, draft)


def compare_topics(first: Path, second: Path) -> Comparison:
    """Match the topics of two stored models by their foremost terms.

    Raises:
        TextgovError: one of them cannot be read.
    """
    (_, one), (_, other) = load(first), load(second)
    table = jaccard([card.terms for card in one.cards], [card.terms for card in other.cards])
    matched = best_matching(table)
    pairs = [
        TopicPair(
            a,
            b,
            one.cards[a].name,
            other.cards[b].name,
            float(table[a, b]),
            tuple(term for term in one.cards[a].terms if term in other.cards[b].terms),
        )
        for a, b in matched
    ]
    pairs.sort(key=lambda pair: (-pair.jaccard, pair.first))
    rows, columns = {a for a, _ in matched}, {b for _, b in matched}
    return Comparison(
        tuple(pairs),
        tuple(card.name for card in one.cards if card.number not in rows),
        tuple(card.name for card in other.cards if card.number not in columns),
        float(np.mean([pair.jaccard for pair in pairs])),
    )
