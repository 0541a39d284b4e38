"""What moved a tag: shares that add up, and that point at the right places."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest
from path_small import LABELS, coded, passages, small_model

from textgov.classify.explain import _places, cited, reasons

BOTH = coded(
    "A new roof was built. The [union] called a [strike]. The [inspectorate] carried out [law_enforcement]."
)


def test_each_path_is_moved_by_its_own_mentions():
    found = reasons(small_model(), BOTH, LABELS)
    assert {BOTH.annotation.mentions[place].code for place in cited(found["labor"])} <= {"union", "strike"}
    assert {BOTH.annotation.mentions[p].code for p in cited(found["public"])} <= {
        "inspectorate",
        "law_enforcement",
    }
    assert cited(found["labor"]) and cited(found["public"])
    for path, why in found.items():
        assert [one.weight for one in why] == sorted((one.weight for one in why), reverse=True)
        for one in why:
            assert one.path == path and one.weight > 0
            start, end = one.sentence
            assert start <= one.start < one.end <= end


def test_no_thing_is_said_twice():
    for why in reasons(small_model(), BOTH, LABELS, most=20).values():
        spans = sorted((one.start, one.end) for one in why)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize("place", range(0, 96, 11))
def test_shares_add_up_to_the_score(place):
    """All columns but those of the size of a text, which rest on nothing in it, are found in the text."""
    model, text = small_model(), passages().texts[place]
    linear = model.head(text).scores
    row = model.features.transform([text]).tocoo()
    places = _places(model, text, set(row.col.tolist()))
    total: dict[str, float] = defaultdict(float)
    for column, value in zip(row.col.tolist(), row.data.tolist(), strict=True):
        name = model.features.evidence.feature_names_[column] if column < model.features.sizes[0] else ""
        assert places.get(column) or name.startswith("size:")
        for number, path in enumerate(LABELS):
            total[path] += float(linear.coef_[number][column]) * value
    scores = linear.transform(row.tocsr())[0]
    for number, path in enumerate(LABELS):
        assert total[path] + linear.intercept_[number] == pytest.approx(scores[number], abs=1e-4)


def test_nothing_asked_nothing_said():
    assert reasons(small_model(), BOTH, ()) == {}
