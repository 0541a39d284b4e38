"""Non-negative matrix factorization of TF-IDF weights."""

from __future__ import annotations

import warnings

import numpy as np
from gensim.matutils import Sparse2Corpus
from gensim.models.nmf import Nmf
from numpy.typing import NDArray
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer

from textgov.topics.corpus import Corpus
from textgov.topics.weights import FitOptions, Weights, tf_idf

FloatArray = NDArray[np.float64]
STEPS_A_PASS, FEWEST_STEPS = 50, 500


def fit_sklearn(corpus: Corpus, options: FitOptions, _: FloatArray | None) -> Weights:
    """scikit-learn's NMF by coordinate descent, from a random start (Lee and Seung 1999)."""
    idf = _idf(corpus)
    model = NMF(
        options.topics,
        init="random",
        random_state=options.seed,
        max_iter=max(options.passes * STEPS_A_PASS, FEWEST_STEPS),
        tol=1e-3,
    )
    with warnings.catch_warnings():
        # After so many steps the weights change by less than what tells topics apart.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(tf_idf(corpus.counts, idf))
    return _weights(model.components_, idf)


def fit_gensim(corpus: Corpus, options: FitOptions, _: FloatArray | None) -> Weights:
    """gensim's online NMF (Zhao and Tan 2017)."""
    idf = _idf(corpus)
    weighted = tf_idf(corpus.counts, idf)
    model = Nmf(
        Sparse2Corpus(weighted, documents_columns=False),
        num_topics=options.topics,
        id2word=dict(enumerate(corpus.vocabulary.terms)),
        passes=options.passes,
        chunksize=len(corpus.bags),
        eval_every=None,
        random_state=options.seed,
    )
    return _weights(model.get_topics(), idf)


def _idf(corpus: Corpus) -> FloatArray:
    return np.asarray(TfidfTransformer().fit(corpus.counts).idf_, dtype=np.float64)


def _weights(components: FloatArray, idf: FloatArray) -> Weights:
    found = np.nan_to_num(np.asarray(components, dtype=np.float64))
    # Of equal length, so that a topic's weight in a text does not depend on the scale it was found in.
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return Weights("factors", found / np.maximum(lengths, 1e-12), np.zeros(len(found)), idf)
