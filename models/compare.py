"""Compares ways to tell the paths of passages, on authors that were not trained on.

    python models/compare.py                     code the corpus by cross-fitted span finders, compare, print a table
    python models/compare.py --evidence FILE     use what models/crossfit.py has written
    python models/compare.py --repeats N         so many times, each with other folds (3 by default)

Every way gets the same folds, which never divide an author. The table is left in comparison.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse
from gensim.corpora import Dictionary
from gensim.matutils import corpus2csc
from gensim.models import LdaModel
from measure import Floats, Targets, calibration_error, difference, exact, interval, macro_f1
from paths import OPTIONS, coded_passages
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.neighbors import NearestCentroid
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from textgov.classify.embeddings import SentenceEmbedder, available
from textgov.classify.evidence import EvidenceVectorizer, evidence
from textgov.classify.features import PathFeatures
from textgov.classify.folds import grouped_folds
from textgov.classify.paths import PATH_LAYER, path_codes
from textgov.classify.pathtraining import CodedPassages, fit_paths
from textgov.classify.terms import TermVectorizer
from textgov.classify.texts import words
from textgov.codebook.loader import Codebook, default_codebook

TOPICS = 20
PLAIN, EMBEDDED = "all, logistic", "all and embeddings, logistic"
TARGET = Path(__file__).parent / "comparison.md"
HEAD = """# Ways to tell the paths of passages

Written by `make models-compare`: the {passages:,} passages of the corpus `paths`, {folds} folds that never divide an
author, annotations by span finders that had not seen the author; scores are means over {repeats} repeats with other
folds. F1 is at 0.5, the calibration error over ten bins. In brackets the 95 % interval of a bootstrap that draws
authors.
"""


@dataclass(frozen=True)
class Task:
    """What a way is given: passages to learn from with their targets, and passages to answer for."""

    codebook: Codebook
    train: CodedPassages
    targets: Targets
    test: CodedPassages


Way = Callable[[Task], Floats]


def majority(task: Task) -> Floats:
    """How often each path occurs."""
    return np.tile(task.targets.mean(axis=0), (len(task.test.texts), 1))


def dictionary(task: Task) -> Floats:
    """A path is given where a code of its means that no other path shares is mentioned."""
    means = {path: set(code.mechanisms) for path, code in task.codebook.codes[PATH_LAYER].items()}
    rows = []
    for coded in task.test.texts:
        found = {mention.code for mention in coded.annotation.mentions}
        others = {p: set().union(*(means[q] for q in means if q != p)) for p in means}
        rows.append([float(bool(found & (means[path] - others[path]))) for path in means])
    return np.array(rows)


def prototype(task: Task) -> Floats:
    """Whether the mean of the passages that have a path is nearer than that of the others."""
    features = PathFeatures.fit(task.train.texts, OPTIONS.weights)
    train, test = (normalize(features.transform(part.texts)) for part in (task.train, task.test))
    return np.column_stack([NearestCentroid().fit(train, y).predict(test) for y in task.targets.T]).astype(
        float
    )


def linear(block: Callable[[Task], tuple[Any, Any]], strength: float) -> Way:
    """One logistic regression a path."""

    def way(task: Task) -> Floats:
        train, test = block(task)
        model = OneVsRestClassifier(LogisticRegression(C=strength, max_iter=3000))
        return np.asarray(model.fit(train, task.targets).predict_proba(test))

    return way


def chain(task: Task) -> Floats:
    """A classifier chain of logistic regressions over all features."""
    features = PathFeatures.fit(task.train.texts, OPTIONS.weights)
    model = ClassifierChain(LogisticRegression(C=3.0, max_iter=3000), cv=4, random_state=0)
    model.fit(features.transform(task.train.texts), task.targets)
    return np.asarray(model.predict_proba(features.transform(task.test.texts)))


def boosting(task: Task) -> Floats:
    """Gradient boosting over evidence, one a path."""
    train, test = evidence_block(task)
    model = HistGradientBoostingClassifier(max_iter=80, max_leaf_nodes=8, min_samples_leaf=10, random_state=0)
    scored = OneVsRestClassifier(model).fit(train.toarray(), task.targets)
    return np.asarray(scored.predict_proba(test.toarray()))


def shipped(task: Task) -> Floats:
    """What ships."""
    model = fit_paths(task.train, tuple(task.codebook.codes[PATH_LAYER]), path_codes(task.codebook), OPTIONS)
    return model.matrix(task.test.texts)


def evidence_block(task: Task) -> tuple[Any, Any]:
    """Evidence alone."""
    train, test = ([evidence(coded) for coded in part.texts] for part in (task.train, task.test))
    vectorizer = EvidenceVectorizer().fit(train)
    return vectorizer.transform(train), vectorizer.transform(test)


def terms_block(**options: Any) -> Callable[[Task], tuple[Any, Any]]:
    """TF-IDF of the texts."""

    def block(task: Task) -> tuple[Any, Any]:
        vectorizer = TermVectorizer(sublinear_tf=True, min_df=3, dtype=np.float64, **options)
        vectorizer.fit([coded.text for coded in task.train.texts])
        return tuple(vectorizer.transform([c.text for c in part.texts]) for part in (task.train, task.test))

    return block


def all_block(task: Task) -> tuple[Any, Any]:
    """All features of what ships."""
    features = PathFeatures.fit(task.train.texts, OPTIONS.weights)
    return features.transform(task.train.texts), features.transform(task.test.texts)


def topics_block(task: Task) -> tuple[Any, Any]:
    """Shares of topics of gensim's LDA."""
    parts = [[[t.text for t in words(c.text)] for c in part.texts] for part in (task.train, task.test)]
    vocabulary = Dictionary(parts[0])
    vocabulary.filter_extremes(no_below=3, no_above=0.4)
    bags = [[vocabulary.doc2bow(text) for text in part] for part in parts]
    model = LdaModel(bags[0], TOPICS, vocabulary, passes=8, random_state=0, minimum_probability=0.0)
    train, test = (corpus2csc(model[bag], num_terms=TOPICS).T.tocsr() for bag in bags)
    return train * 3.0, test * 3.0


def embedded_block(task: Task) -> tuple[Any, Any]:
    """All features and sentence embeddings."""
    train, test = all_block(task)
    vectors = [_embedded(part) for part in (task.train, task.test)]
    return (
        scipy.sparse.hstack([train, scipy.sparse.csr_matrix(vectors[0])], format="csr"),
        scipy.sparse.hstack([test, scipy.sparse.csr_matrix(vectors[1])], format="csr"),
    )


_CACHE: dict[str, Any] = {}


def _embedded(passages: CodedPassages) -> Any:
    unknown = [coded.text for coded in passages.texts if coded.text not in _CACHE]
    if unknown:
        _CACHE.update(zip(unknown, SentenceEmbedder().transform(unknown), strict=True))
    return np.array([_CACHE[coded.text] for coded in passages.texts])


def ways(*, embeddings: bool) -> dict[str, Way]:
    """All ways by name."""
    found: dict[str, Way] = {
        "how often each occurs": majority,
        "dictionary of means": dictionary,
        "nearest prototype": prototype,
        "topics (gensim LDA), logistic": linear(topics_block, 3.0),
        "evidence, logistic": linear(evidence_block, 0.5),
        "evidence, boosting": boosting,
        "words, logistic": linear(terms_block(ngram_range=(1, 2)), 30.0),
        "characters, logistic": linear(terms_block(analyzer="char_wb", ngram_range=(3, 5)), 30.0),
        PLAIN: linear(all_block, 3.0),
        "all, classifier chain": chain,
        "all, what ships": shipped,
    }
    if embeddings:
        found[EMBEDDED] = linear(embedded_block, 3.0)
    return found


def held_out_scores(passages: CodedPassages, codebook: Codebook, way: Way, repeats: int) -> Floats:
    """Scores of all passages by models that had not seen their authors, means over repeats with other folds."""
    targets = passages.targets(tuple(codebook.codes[PATH_LAYER]))
    total = np.zeros(targets.shape)
    for seed in range(repeats):
        for train, test in grouped_folds(targets, passages.groups, OPTIONS.folds, seed):
            task = Task(codebook, passages.take(train), targets[train], passages.take(test))
            total[test] += way(task)
    return total / repeats


def mean_precision(targets: Targets, scores: Floats) -> float:
    """Average precision, mean over the paths."""
    pairs = zip(targets.T, scores.T, strict=True)
    return float(np.mean([average_precision_score(y, p) for y, p in pairs if y.any()]))


MEASURES = {"macro F1": macro_f1, "average precision": mean_precision, "exact set": exact}


def compare(
    passages: CodedPassages, codebook: Codebook, repeats: int, wanted: dict[str, Way]
) -> Iterator[str]:
    """The lines of the table, one a way, and what the embeddings add."""
    targets = passages.targets(tuple(codebook.codes[PATH_LAYER]))
    yield f"| way | {' | '.join(MEASURES)} | calibration error |"
    yield "|---|" + "---|" * (len(MEASURES) + 1)
    scores: dict[str, Floats] = {}
    for name, way in wanted.items():
        scores[name] = held_out_scores(passages, codebook, way, repeats)
        found = [interval(m, targets, scores[name], passages.groups) for m in MEASURES.values()]
        yield f"| {name} | {' | '.join(map(str, found))} | {calibration_error(targets, scores[name]):.3f} |"
    if EMBEDDED in scores:
        yield ""
        for name, measure in MEASURES.items():
            gain = difference(measure, targets, scores[EMBEDDED], scores[PLAIN], passages.groups)
            yield f"Embeddings add {gain} to {name}."


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--evidence", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    threadpool_limits(1, user_api="blas")
    codebook = default_codebook()
    passages = coded_passages(codebook, options.evidence)
    lines = [HEAD.format(passages=len(passages.texts), repeats=options.repeats, folds=OPTIONS.folds)]
    for line in compare(passages, codebook, options.repeats, ways(embeddings=available())):
        print(line, flush=True)
        lines.append(line)
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
