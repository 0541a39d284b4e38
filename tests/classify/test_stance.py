"""Where a path is spoken of, what came of it, and the sentences that short texts are learnt from."""

from __future__ import annotations

from path_small import CODES, LABELS, coded, passages, small_model

from textgov.classify.paths import is_short
from textgov.classify.pathtraining import CodedPassages, sentences_with_paths
from textgov.classify.stance import focus, stance_evidence

TEXT = coded(
    "A [union] met. The [wages] rose. The [inspectorate] came with [law_enforcement].", direction="improves"
)


def test_focus_is_on_the_sentences_of_the_path():
    assert [TEXT.text[a:b] for a, b in focus(TEXT, CODES["labor"])] == ["A union met."]
    assert len(focus(TEXT, ("court",))) == 3


def test_evidence_of_a_stance_is_near_or_far():
    assert stance_evidence(TEXT, "labor", CODES["labor"]) == {
        "path:labor": 1.0,
        "far:improves": 1.0,
        "status:asserted": 1.0,
    }
    near = coded("A [union] won and [wages] rose.", direction="improves")
    assert stance_evidence(near, "labor", CODES["labor"])["near:improves"] == 1.0


def test_nothing_asked_of_the_stance():
    assert small_model().stance.predict([]) == []


def test_sentences_have_the_paths_whose_means_they_hold():
    strike = "For nine days in May the [strike] stopped the whole harbour. "
    actor = "Nobody had expected much of the [union] in that long spring. "
    neither = "The harbour lies in the north of the country and is small."
    one = CodedPassages((coded(strike + actor + neither),), ({"labor": "works"},), ("a",))
    found = sentences_with_paths(one, LABELS, CODES)
    assert [text.text[:8] for text in found.texts] == ["For nine", "The harb"]
    assert found.stances == ({"labor": "works"}, {})
    assert found.groups == ("a", "a")
    for text in found.texts:
        for mention in text.annotation.mentions:
            assert text.text[mention.start : mention.end] == mention.code


def test_short_texts_are_scored_by_what_learnt_sentences():
    short = passages().texts[0]
    long = coded(" ".join(["The [union] called a [strike] at the quay."] * 8))
    assert is_short(short) and not is_short(long)
    assert small_model().head(short) is small_model().sentences
    assert small_model().head(long) is small_model().passages
    both = small_model().matrix([short, long])
    assert both[0].tolist() == small_model().matrix([short])[0].tolist()
    assert both[1].tolist() == small_model().matrix([long])[0].tolist()
