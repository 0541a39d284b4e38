"""What the codebook commands show, check and refuse."""

from __future__ import annotations

import pytest

from textgov.codebook.loader import DEFAULT, load
from textgov.codebook.manual import render_manual
from textgov.errors import CodebookError, UsageError
from textgov.workflows.codebook import (
    CodebookView,
    CodeView,
    LayerView,
    codebook_manual,
    diff_codebooks,
    new_codebook,
    show_codebook,
    validate_codebook,
)


@pytest.fixture
def mine(tmp_path):
    new_codebook(tmp_path / "mine", extends=None)
    return tmp_path / "mine"


def test_a_codebook_at_a_glance(mine):
    view = show_codebook(mine)

    assert isinstance(view, CodebookView)
    assert (view.id, view.version, view.hash) == ("mine", "0.1.0", load(mine).hash)
    assert [(s.layer.id, s.codes, s.terms, s.names) for s in view.layers] == [("theme", 1, 2, 1)]
    assert view.cues == {}


def test_open_layers_have_no_number_of_codes():
    view = show_codebook()

    assert isinstance(view, CodebookView)
    by_id = {summary.layer.id: summary for summary in view.layers}
    assert by_id["place"].codes is None
    assert by_id["actor"].codes == 17
    assert by_id["cluster"].names == len(load().clusters)
    assert view.cues["form"] == len(load().form_cues)


def test_a_layer_with_its_codes(mine):
    view = show_codebook(mine, "theme")

    assert isinstance(view, LayerView)
    assert [(s.code.id, s.terms, s.names) for s in view.codes] == [("water", 2, 1)]


@pytest.mark.parametrize("layer", ["theme", None])
def test_a_code_with_its_entries_with_or_without_its_layer(mine, layer):
    view = show_codebook(mine, layer, "water")

    assert isinstance(view, CodeView)
    assert view.layer.id == "theme"
    assert [term.term for term in view.terms] == ["drinking water", "water tank"]
    assert [name.name for name in view.names] == ["Clean Water at Work Pledge"]


@pytest.mark.parametrize(
    ("layer", "code", "message"),
    [
        ("actr", None, r"no layer 'actr'; did you mean 'actor'\? known are actor, mechanism"),
        ("zzz", None, r"no layer 'zzz'; known are actor"),
        ("actor", "unoin", r"no code 'unoin' in layer 'actor'; did you mean 'union'\? known are lead_firm"),
        ("place", "KHM", r"no code 'KHM' in layer 'place'; known are none"),
        (None, "strke", r"no code 'strke' in gereffi-lee; did you mean 'strike'\?"),
        (None, "cluster", None),
        ("actor", "strike", r"no code 'strike' in layer 'actor'"),
    ],
)
def test_what_is_not_there_names_what_is(layer, code, message):
    if message is None:
        assert show_codebook(DEFAULT, layer, code).layer.id == "path"
        return
    with pytest.raises(UsageError, match=message):
        show_codebook(DEFAULT, layer, code)


def test_a_code_of_several_layers_asks_for_one():
    with pytest.raises(UsageError, match=r"code 'market' is in the layers gvc_structure, path; give one"):
        show_codebook(code="market")


def test_validation_returns_the_view_or_the_faults(mine):
    good = validate_codebook(mine)
    (mine / "junk.txt").write_text("")
    bad = validate_codebook(mine)

    assert good.ok
    assert good.codebook.id == "mine"
    assert not bad.ok
    assert bad.codebook is None
    assert [str(fault).split(";")[0] for fault in bad.faults] == ["junk.txt:1: not a file of a codebook"]
    with pytest.raises(CodebookError, match="no such codebook"):
        validate_codebook("gone")


def test_a_difference_and_a_manual(mine, tmp_path):
    new_codebook(tmp_path / "other", extends="mine")

    assert diff_codebooks(mine, tmp_path / "other").counts[("term", "added")] == 1
    assert not diff_codebooks(mine, mine)
    assert codebook_manual(mine) == render_manual(load(mine))
