"""Labelled texts: what is read, and what is said of bad labels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.classify.labels import LARGEST, Columns, Labelled, read_labels, sample, usable
from textgov.errors import UsageError

NAMES = st.lists(st.text("abcde", min_size=2, max_size=4), min_size=2, max_size=5, unique=True)


def rows(*labels, **more):
    return [
        {"id": f"t{n}", "text": f"text number {n}", "label": label} | {k: v[n] for k, v in more.items()}
        for n, label in enumerate(labels)
    ]


@given(names=NAMES, data=st.data())
def test_one_column_and_columns_of_0_and_1_say_the_same(names, data):
    given_names = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=20))
    single = read_labels(rows(*given_names), Columns(), "x")
    assert single.kind == "multiclass"
    assert [single.labels[place] for place in single.targets.argmax(axis=1)] == given_names
    wide = [
        {"id": f"t{n}", "text": f"text number {n}"}
        | {f"is_{label}": int(label == name) for label in single.labels}
        for n, name in enumerate(given_names)
    ]
    several = read_labels(wide, Columns(), "x")
    assert several.kind == "multilabel"
    assert several.ids == single.ids
    assert np.array_equal(several.targets, single.targets)


@given(names=NAMES, data=st.data())
def test_several_labels_in_a_cell(names, data):
    sets = data.draw(st.lists(st.lists(st.sampled_from(names), unique=True), min_size=1, max_size=12))
    listed = read_labels(rows(*sets), Columns(), "x")
    assert listed.kind == "multilabel"
    back = [{listed.labels[k] for k in np.flatnonzero(row)} for row in listed.targets]
    assert back == [set(one) for one in sets]
    joined = read_labels(rows(*(";".join(one) or "none" for one in sets), "a;b"), Columns(), "x")
    back = [{joined.labels[k] for k in np.flatnonzero(row)} for row in joined.targets]
    assert back[:-1] == [set(one) for one in sets]


def test_columns_are_found_or_named():
    table = [
        {"Sentence": "one", "doc": "d1", "a": "1", "b": "0", "note": "hm"},
        {"Sentence": "two", "a": "0", "b": ""},
    ]
    found = read_labels(table, Columns(), "x")
    assert (found.labels, found.texts, found.ids, found.groups) == (
        ("a", "b"),
        ("one", "two"),
        ("1", "2"),
        None,
    )
    assert found.targets.tolist() == [[1, 0], [-1, -1]]
    named = read_labels(table, Columns(text="note", labels=("b",), group="doc", id="Sentence"), "x")
    assert (named.texts, named.labels, named.groups, named.ids) == (("hm",), ("b",), ("d1",), ("one",))
    assert named.notes == ("1 texts are empty, and are left out: two",)


@pytest.mark.parametrize(
    ("table", "columns", "message"),
    [
        ([], Columns(), "x: holds no rows; "),
        ([{"text": "a", "label": "b"}], Columns(labels=("c",)), "x: there is no column 'c' for --label; "),
        ([{"text": "a", "label": "b"}], Columns(group="g"), "x: there is no column 'g' for --group; "),
        ([{"text": "a", "label": "b"}], Columns(text="g"), "x: there is no column 'g' for --text; "),
        ([{"words": "a", "label": "b"}], Columns(), "x: no column is named text or sentence"),
        ([{"text": "a", "more": "b"}], Columns(), "x: no column is named label or labels, and none holds only "),
        ([{"text": " ", "label": "b"}], Columns(), "x: all 1 texts are empty; "),
        ([{"text": "a", "p": "1", "q": "2"}], Columns(labels=("p", "q")), "x: text 1, column 'q': '2' is "),
    ],
)  # fmt: skip
def test_mistakes_are_told(table, columns, message):
    with pytest.raises(UsageError) as error:
        read_labels(table, columns, "x")
    assert str(error.value).startswith(message)


def told(labelled: Labelled, fewest: int = 3) -> str:
    with pytest.raises(UsageError) as error:
        usable(labelled, "x", fewest=fewest)
    return str(error.value)


def test_too_few_and_too_many_texts_are_told():
    assert "5 labelled texts are too few" in told(read_labels(rows(*"aabbb"), Columns(), "x"))
    many = LARGEST + 1
    empty = Labelled(("",) * many, ("",) * many, ("a",), np.zeros((many, 1), dtype=np.int8), "multilabel")
    assert "--sample 200000" in told(empty)


def test_one_class_only_is_told():
    assert "all 30 texts have the one label 'a'" in told(read_labels(rows(*"a" * 30), Columns(), "x"))
    wide = [{"text": f"t{n}", "p": 1} for n in range(30)]
    assert "no label has enough texts to learn from (p 30)" in told(read_labels(wide, Columns(), "x"))


def test_rare_and_empty_labels_are_left_out_and_noted():
    wide = [{"text": f"t{n}", "p": n % 2, "q": int(n == 0), "r": 0} for n in range(30)]
    found = usable(read_labels(wide, Columns(), "x"), "x", fewest=3)
    assert found.labels == ("p",)
    assert found.targets.shape == (30, 1)
    assert [note.split(" is ")[0] for note in found.notes] == ["'q'", "'r'"]
    classes = usable(read_labels(rows(*"a" * 15, *"b" * 15, "c"), Columns(), "x"), "x", fewest=3)
    assert (classes.labels, len(classes)) == (("a", "b"), 30)


def test_texts_that_are_not_labelled_are_left_out_and_noted():
    found = usable(read_labels(rows(*"a" * 15, *"b" * 15, "", None), Columns(), "x"), "x", fewest=3)
    assert len(found) == 30
    assert found.notes == ("2 texts are not labelled, and are left out",)


def test_copies_are_noted():
    table = rows(*"ab" * 15, doc=["d1", "d2"] * 15)
    table[0]["text"] = table[1]["text"] = "The  same text."
    found = usable(read_labels(table, Columns(group="doc"), "x"), "x", fewest=3)
    assert found.notes[0].startswith(
        "2 texts occur more than once, 1 of them with different labels each time"
    )
    assert found.notes[1].startswith("1 texts occur in several groups")


def test_equal_texts_stay_together_where_no_groups_are_known():
    table = rows(*"abab")
    table[3]["text"] = table[0]["text"] + " "
    blocks = read_labels(table, Columns(), "x").blocks()
    assert blocks[0] == blocks[3]
    assert len(set(blocks)) == 3


def test_a_sample_keeps_the_order():
    whole = read_labels(rows(*"ab" * 50), Columns(), "x")
    part = sample(whole, 20, seed=1)
    places = [int(name[1:]) for name in part.ids]
    assert places == sorted(places) and len(places) == 20
    assert part.notes == ("a sample of 20 of 100 texts (seed 1)",)
    assert sample(whole, 100, 1) is whole
