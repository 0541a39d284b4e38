"""Evidence: names, strengths, the mentions it rests on, and its columns."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from path_small import LAYERS, coded
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from textgov.classify.evidence import Coded, EvidenceVectorizer, evidence, pieces
from textgov.documents import Annotation, Mention, Relation


def test_codes_forms_and_cells():
    found = evidence(coded("The [union] and the [union] met the [supplier]."))
    assert found["has:union"] == 1.0
    assert found["many:union"] == pytest.approx(np.log(3))
    assert found["share:union"] == pytest.approx(2 / 3)
    assert found["form:private"] == found["cell:private-vertical"] == pytest.approx(1 / 3)


def test_pairs_need_one_sentence():
    near = evidence(coded("The [union] called a [strike]."))
    apart = evidence(coded("The [union] met. A [strike] began."))
    assert "pair:union:strike" in near
    assert not [name for name in apart if name.startswith("pair:")]


def test_two_of_a_layer_are_no_pair():
    assert not [n for n in evidence(coded("A [union] met a [supplier].")) if n.startswith("pair:")]


def test_status_counts_only_where_it_is_not_plain():
    assert evidence(coded("No [strike].", status="negated"))["status:strike:negated"] == 1.0
    assert not [n for n in evidence(coded("A [strike].")) if n.startswith("status:")]


def test_links_name_who_and_by_what():
    one = coded("The [union] called a [strike] at the [supplier].")
    linked = msgspec.structs.replace(
        one.annotation, relations=(Relation("governs", 0, 1, 2, 0, 10, "relation.1"),)
    )
    found = {piece.name: piece.mentions for piece in pieces(Coded(one.text, linked))}
    assert found["link:governs:union"] == (0,)
    assert found["link:governs:union:strike"] == (0, 1)
    assert "link:governs:union:strike:supplier" not in found


def test_results_have_directions():
    found = evidence(coded("The [wages] rose.", direction="improves"))
    assert found["result:wages"] == found["result:wages:improves"] == 1.0
    assert "has:wages" not in found


def test_unknown_layers_are_passed_over():
    mention = Mention(0, 5, "weather", "rain", "rain", "weather.rain.1")
    assert evidence(Coded("Rainy", Annotation((mention,)))) == evidence(Coded("Rainy", Annotation()))


CODED = st.lists(
    st.sampled_from([*(f"[{code}]" for code in LAYERS), "the", "fell.", "They", "\u00e9\U0001f9f5"]),
    max_size=20,
).map(lambda parts: coded(" ".join(parts)))


@given(CODED)
def test_evidence_is_well_formed(text):
    found = pieces(text)
    assert len({piece.name for piece in found}) == len(found)
    known = range(len(text.annotation.mentions))
    for piece in found:
        assert np.isfinite(piece.value)
        assert "\n" not in piece.name
        assert all(place in known for place in piece.mentions)
        assert list(piece.mentions) == sorted(set(piece.mentions))
    shares = [piece.value for piece in found if piece.name.startswith("share:")]
    assert not shares or sum(shares) == pytest.approx(1.0)


ROWS = [{"a": 1.0, "b": 4.0}, {"a": 1.0, "b": -2.0}, {"a": 1.0, "c": 1.0}]


def test_columns_are_scaled_and_rare_names_left_out():
    vectorizer = EvidenceVectorizer(min_count=2)
    matrix = vectorizer.fit_transform(ROWS)
    assert vectorizer.feature_names_ == ["a", "b"]
    assert matrix.toarray().tolist() == [[1.0, 1.0], [1.0, -0.5], [1.0, 0.0]]
    assert vectorizer.transform([{"new": 3.0, "b": 8.0}]).toarray().tolist() == [[0.0, 2.0]]


def test_nothing_common_makes_no_columns():
    vectorizer = EvidenceVectorizer(min_count=5).fit(ROWS)
    assert vectorizer.transform(ROWS).shape == (3, 0)


def test_state_keeps_the_columns():
    vectorizer = EvidenceVectorizer(min_count=2).fit(ROWS)
    again = EvidenceVectorizer()
    again.__setstate__(vectorizer.__getstate__())
    assert "vocabulary_" not in vectorizer.__getstate__()
    assert (again.transform(ROWS) != vectorizer.transform(ROWS)).nnz == 0


def test_scikit_learn_contract():
    """Of estimators over dictionaries `parametrize_with_checks` tests nothing: what it asks of all, asked here."""
    vectorizer = EvidenceVectorizer(min_count=2)
    before = vectorizer.get_params()
    assert before["min_count"] == 2
    with pytest.raises(NotFittedError):
        check_is_fitted(vectorizer)
    assert vectorizer.fit(ROWS) is vectorizer
    check_is_fitted(vectorizer)
    assert vectorizer.get_params() == before
    fresh = clone(vectorizer)
    assert fresh.get_params() == before and not hasattr(fresh, "scale_")
    assert (vectorizer.fit_transform(ROWS) != fresh.fit(ROWS).transform(ROWS)).nnz == 0
    assert vectorizer.get_feature_names_out().tolist() == ["a", "b"]
