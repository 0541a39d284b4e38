"""Do topics stand for the paths? Seeded LDA against models without seeds, over several seeds, on the corpora that ship.

usage: topics.py [--seeds 10] [--topics 12] [--methods seeded,lda,nmf,gensim-nmf,tomotopy]

Models are fitted to the passages of corpora/paths and of the demo corpus; agreement with the paths that people coded
is measured on corpora/paths, which no model was told of. Topics without seeds are matched with the paths by that
very coding, which favours them. Means over the seeds, with standard deviations in brackets.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from textgov.codebook.loader import Codebook, default_codebook
from textgov.codebook.marked import MarkedPassage, read_passages
from textgov.errors import UsageError
from textgov.index.store import Index
from textgov.topics import quality
from textgov.topics.agreement import Agreement, agreement, presence
from textgov.topics.corpus import Corpus, build_corpus
from textgov.topics.fitting import METHODS, fit_weights
from textgov.topics.seeds import adherence, codebook_seeds, seed_prior
from textgov.topics.stability import stability
from textgov.topics.texts import prepare, token_lists
from textgov.topics.weights import FitOptions, Weights, assign
from textgov.workflows.ingest import IngestOptions, ingest
from textgov.workflows.topic_units import read_units

CORPORA = Path(__file__).parents[1] / "corpora"
FloatArray = NDArray[np.float64]
DEFAULT = ("seeded", "lda", "nmf", "gensim-nmf", "tomotopy")
COLUMNS = (
    "method",
    "c_npmi",
    "c_v",
    "diversity",
    "exclusive",
    "terms",
    "texts",
    "seeds",
    "kappa",
    "auc",
    "ami",
    "s",
)


@dataclass
class Tried:
    """What came of one method under several seeds."""

    weights: list[Weights] = field(default_factory=list)
    assigned: list[FloatArray] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    adherent: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def voices() -> list[MarkedPassage]:
    """The passages whose paths people coded."""
    return [
        passage
        for path in sorted((CORPORA / "paths" / "voices").glob("*.md"))
        for passage in read_passages(path)
    ]


def demo_texts(codebook: Codebook) -> list[str]:
    """Passages of the demo corpus."""
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "x.db", create=True) as index:
        ingest(index, [CORPORA / "demo" / "documents"], IngestOptions(jobs=1))
        return [unit.text for unit in read_units(index, codebook, None, "passage", "path")]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--topics", type=int, default=12)
    parser.add_argument("--passes", type=int, default=15)
    parser.add_argument("--methods", default=",".join(DEFAULT))
    options = parser.parse_args()
    codebook = default_codebook()
    coded = voices()
    seeds = codebook_seeds(codebook)
    texts = [passage.text for passage in coded] + demo_texts(codebook)
    preparation = prepare(texts, codebook, phrases=seeds.all_phrases())
    terms = token_lists(texts, preparation)
    seed_terms = seeds.terms(preparation)
    corpus = build_corpus(terms, keep=[term for found in seed_terms.values() for term in found])
    has = presence([passage.paths for passage in coded], seeds.codes)
    print(
        f"{len(coded)} coded passages and {len(texts) - len(coded)} of the demo corpus, "
        f"{len(corpus.vocabulary.terms)} terms, {options.topics} topics, {options.seeds} seeds\n"
    )
    tried: dict[str, Tried] = {}
    with threadpool_limits(1):
        for method in options.methods.split(","):
            fit = FitOptions(topics=options.topics, passes=options.passes)
            tried[method] = _try(method, fit, options.seeds, corpus, seed_terms, has)
        _print(tried, corpus, terms)


def _try(
    method: str,
    fit: FitOptions,
    seeds: int,
    corpus: Corpus,
    seed_terms: dict[str, list[str]],
    has: NDArray[np.bool_],
) -> Tried:
    found = Tried()
    prior = seed_prior(corpus, seed_terms, fit.topics, fit.eta)
    codes = tuple(seed_terms)
    for seed in range(1, seeds + 1):
        start = time.perf_counter()
        try:
            weights = fit_weights(corpus, method, FitOptions(fit.topics, seed, fit.passes), prior)
        except UsageError as error:
            print(f"{method}, seed {seed}: {error}")
            continue
        found.seconds.append(time.perf_counter() - start)
        assigned = assign(weights, corpus.bags)
        given = {code: n for n, code in enumerate(codes)} if METHODS[method].seeded else None
        compared = agreement(assigned[: len(has)], assigned.mean(axis=0), has, codes, given)
        topics = {row.code: row.topic for row in compared.codes if row.topic is not None}
        found.weights.append(weights)
        found.assigned.append(assigned)
        found.agreements.append(compared)
        found.adherent.append(_adherent(weights, corpus, seed_terms, topics))
    return found


def _adherent(
    weights: Weights, corpus: Corpus, seed_terms: dict[str, list[str]], topics: dict[str, int]
) -> float:
    """Share of seeds among the ten foremost terms of the topics that stand for their codes."""
    learned = weights.components if weights.learned is None else weights.learned
    wanted = {code: seed_terms[code] for code in topics}
    rows = learned[list(topics.values())]
    return float(np.mean([line.top for line in adherence(rows, corpus, wanted)]))


def _print(tried: dict[str, Tried], corpus: Corpus, reference: Sequence[Sequence[str]]) -> None:
    names = corpus.vocabulary.terms
    words = [
        [names[n] for n in top]
        for found in tried.values()
        for weights in found.weights
        for top in quality.top_terms(weights.distributions)
    ]
    values = {m: iter(quality.coherence(words, reference, m)) for m in quality.MEASURES}
    print("  ".join(f"{column:>12}" for column in COLUMNS))
    paths: list[str] = []
    for method, found in tried.items():
        if not found.weights:
            print(f"{method:>12}  nothing found")
            continue
        rows = [weights.distributions for weights in found.weights]
        stable = stability(rows, found.assigned)
        coherent = {
            m: [quality.mean([next(values[m]) for _ in range(len(model))]) for model in rows]
            for m in quality.MEASURES
        }
        cells = [
            *(coherent[m] for m in quality.MEASURES),
            [quality.diversity(model) for model in rows],
            [quality.mean(quality.exclusivity(model)) for model in rows],
            [stable.terms],
            [stable.texts],
            found.adherent,
            [one.kappa for one in found.agreements],
            [one.auc for one in found.agreements],
            [one.ami for one in found.agreements],
            found.seconds,
        ]
        print("  ".join([f"{method:>12}", *map(_cell, cells)]))
        aucs = np.mean([[row.auc for row in one.codes] for one in found.agreements], axis=0)
        codes = [row.code for row in found.agreements[0].codes]
        paths.append(
            f"{method:>12}  " + "  ".join(f"{c} {auc:.2f}" for c, auc in zip(codes, aucs, strict=True))
        )
    print("\nAUC by path:", *paths, sep="\n")
    print(
        "\nterms, texts: stability over the seeds, by foremost terms and by foremost topics of texts. seeds: share of"
        "\nseeds among the ten foremost terms of the topics that stand for the paths. kappa: path coded, and more of"
        "\nthe topic than the mean text. auc: of the topic's weight. ami: passages of at most one path."
    )


def _cell(values: Sequence[float]) -> str:
    spread = f" ({np.std(values):.2f})" if len(values) > 1 else ""
    return f"{f'{np.mean(values):.3f}{spread}':>12}"


if __name__ == "__main__":
    main()
