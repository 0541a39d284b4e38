"""From passages to their document."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from textgov.classify.aggregate import best_passages, document_tags
from textgov.classify.paths import PathTags

LABELS = ("labor", "public")


def tags(labor: float, public: float, stance: str = "works", unsure: tuple[str, ...] = ()) -> PathTags:
    scores = {"labor": labor, "public": public}
    return PathTags(scores, {path: stance for path, score in scores.items() if score >= 0.5}, unsure)


def test_the_best_passage_counts():
    found = document_tags([tags(0.2, 0.9), tags(0.4, 0.1)], LABELS)
    assert found.scores == {"labor": 0.4, "public": 0.9}
    assert found.given == ("public",)
    assert best_passages({3: tags(0.2, 0.9), 1: tags(0.6, 0.5)}, "public") == (1, 3)


def test_stances_are_joined():
    def stance(*stances: str) -> str:
        return document_tags([tags(0.9, 0.0, one) for one in stances], LABELS).stance["labor"]

    assert stance("stated", "stated") == "stated"
    assert stance("stated", "fails") == stance("fails") == "fails"
    assert stance("works", "fails") == stance("works", "mixed") == "mixed"


def test_passages_without_the_path_have_no_say():
    found = document_tags([tags(0.9, 0.0, "works"), tags(0.1, 0.9, "fails")], LABELS)
    assert found.stance == {"labor": "works", "public": "fails"}


def test_one_sure_passage_is_enough():
    assert document_tags([tags(0.6, 0.0, unsure=("labor",)), tags(0.9, 0.0)], LABELS).unsure == ()
    assert document_tags([tags(0.6, 0.0, unsure=("labor",)), tags(0.1, 0.0)], LABELS).unsure == ("labor",)


def test_no_passages_no_paths():
    assert document_tags([], LABELS) == PathTags({"labor": 0.0, "public": 0.0}, {})


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1))
def test_a_document_has_a_path_if_a_passage_has(scores):
    found = document_tags([tags(*pair) for pair in scores], LABELS)
    assert set(found.given) == {path for pair in scores for path in tags(*pair).given}
