"""gensim's models of the LDA family."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from gensim.models import EnsembleLda, HdpModel, LdaModel
from numpy.typing import NDArray

from textgov.errors import UsageError
from textgov.topics.corpus import Corpus
from textgov.topics.weights import FitOptions, Weights, assign

FloatArray = NDArray[np.float64]
ITERATIONS = 100
"""Most steps of the inference of one text; short texts are done sooner."""
DISTANCES = (0.1, 0.15, 0.2, 0.3, 0.4)
FORGETTING, DELAY = 0.6, 16.0
"""How slowly a hierarchical process learns (`kappa`, `tau`): gensim's own values are for millions of texts."""


def fit_lda(corpus: Corpus, options: FitOptions, prior: FloatArray | None) -> Weights:
    """Latent Dirichlet allocation (Blei et al. 2003) by variational Bayes; with a prior by topic, a seeded one."""
    topics = options.topics if prior is None else len(prior)
    eta = np.full((topics, len(corpus.vocabulary.terms)), options.eta) if prior is None else prior
    model = LdaModel(**_settings(corpus, options) | {"corpus": None}, num_topics=topics, eta=eta)
    # gensim begins at a random point that leaves the prior out: seeds would come too late to say which topic is whose.
    model.sync_state()
    model.update(list(corpus.bags))
    return _weights(model.state.get_lambda(), eta, np.full(topics, options.alpha))


def fit_ensemble(corpus: Corpus, options: FitOptions, _: FloatArray | None) -> Weights:
    """Topics that several LDA models have in common (Brigl 2019)."""
    ensemble = EnsembleLda(
        topic_model_class=LdaModel,
        num_models=options.members,
        num_topics=options.topics,
        eta=options.eta,
        **_settings(corpus, options),
    )
    topics = _most_shared(ensemble)
    if len(topics) < 2:
        raise UsageError(
            f"the ensemble of {options.members} models with {options.topics} topics shares {len(topics)} topics: "
            "give fewer topics, more members, or another method"
        )
    learned = topics * corpus.totals.sum() / len(topics)
    return _weights(
        learned + options.eta, np.full_like(learned, options.eta), np.full(len(topics), options.alpha)
    )


def _most_shared(ensemble: Any) -> FloatArray:
    """Topics at the distance (epsilon) within which most are shared: it depends on the corpus."""
    best: FloatArray = np.zeros((0, 0))
    for distance in DISTANCES:
        ensemble.recluster(eps=distance)
        found = np.asarray(ensemble.get_topics(), dtype=np.float64)
        if len(found) > len(best):
            best = found
    return best


def fit_hdp(corpus: Corpus, options: FitOptions, _: FloatArray | None) -> Weights:
    """A hierarchical Dirichlet process (Wang et al. 2011), which has as many topics as the texts ask for."""
    chunk = min(256, len(corpus.bags))
    model = HdpModel(
        list(corpus.bags),
        _names(corpus),
        T=options.topics,
        K=min(10, options.topics),
        eta=options.eta,
        kappa=FORGETTING,
        tau=DELAY,
        chunksize=chunk,
        max_chunks=options.passes * -(-len(corpus.bags) // chunk),
        random_state=options.seed,
    )
    alpha, _beta = model.hdp_to_lda()
    model.update_expectations()
    learned = np.asarray(model.m_lambda, dtype=np.float64)
    every = _weights(
        learned + options.eta, np.full_like(learned, options.eta), np.maximum(alpha, options.eta)
    )
    # The process always has more topics than it uses.
    foremost = assign(every, corpus.bags).argmax(axis=1)
    used = np.bincount(foremost, minlength=len(learned)) > 0
    return replace(
        every,
        components=every.components[used],
        alpha=every.alpha[used],
        learned=learned[used],
    )


def _settings(corpus: Corpus, options: FitOptions) -> dict[str, Any]:
    """Batch learning: the corpora are small enough, and no text then counts for more than another."""
    return {
        "corpus": list(corpus.bags),
        "id2word": _names(corpus),
        "alpha": options.alpha,
        "passes": options.passes,
        "iterations": ITERATIONS,
        "chunksize": len(corpus.bags),
        "update_every": 0,
        "eval_every": None,
        "dtype": np.float64,
        "random_state": options.seed,
    }


def _names(corpus: Corpus) -> dict[int, str]:
    return dict(enumerate(corpus.vocabulary.terms))


def _weights(components: Any, prior: FloatArray, alpha: Any) -> Weights:
    whole = np.asarray(components, dtype=np.float64)
    return Weights("dirichlet", whole, np.asarray(alpha, dtype=np.float64), np.zeros(0), whole - prior)
