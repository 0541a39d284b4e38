"""tomotopy's LDA by collapsed Gibbs sampling; the package is an extra."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgov.errors import UsageError
from textgov.topics.corpus import Corpus
from textgov.topics.weights import FitOptions, Weights

FloatArray = NDArray[np.float64]
SAMPLES_A_PASS = 10
"""Gibbs sampling takes many quick sweeps where variational Bayes takes few slow ones."""


def fit_tomotopy(corpus: Corpus, options: FitOptions, _: FloatArray | None) -> Weights:
    """Latent Dirichlet allocation by Gibbs sampling, in one thread, so that a seed gives one result.

    On one kind of processor, that is: tomotopy has a build for each, and they round differently.

    Raises:
        UsageError: tomotopy is not installed.
    """
    tomotopy = _tomotopy()
    terms = corpus.vocabulary.terms
    model = tomotopy.LDAModel(k=options.topics, alpha=options.alpha, eta=options.eta, seed=options.seed)
    for bag in corpus.bags:
        if bag:
            model.add_doc([terms[term] for term, count in bag for _ in range(count)])
    model.train(options.passes * SAMPLES_A_PASS, workers=1)
    numbers = [corpus.vocabulary.numbers[term] for term in model.used_vocabs]
    components = np.full((options.topics, len(terms)), options.eta)
    for topic in range(options.topics):
        components[topic, numbers] = model.get_topic_word_dist(topic, normalize=False)
    alpha = np.asarray(model.alpha, dtype=np.float64)
    return Weights("dirichlet", components, alpha, np.zeros(0), components - options.eta)


def _tomotopy() -> Any:
    with warnings.catch_warnings():
        # Its start warns of its own ways to find the right build.
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module("tomotopy")
        except ModuleNotFoundError as error:
            raise UsageError("tomotopy is not installed; pip install 'textgov[topics]'") from error
