"""Two codebooks compared: each difference is one change, and equal ones have none."""

from __future__ import annotations

import json

from codebook_small import CODES, HEADER, TERMS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textgov.codebook.diff import Change, Difference, FieldChange, compare
from textgov.codebook.loader import load

LEXICON = "lexicon.tool.jsonl"


def lexicon(*terms: dict[str, object]) -> str:
    return "".join(json.dumps(term) + "\n" for term in terms)


def difference(write, changes, before=None) -> Difference:
    return compare(load(write(before, name="old")), load(write(changes, name="new")))


def test_equal_codebooks_do_not_differ(write):
    found = difference(write, {})

    assert not found
    assert found.render().endswith("do not differ\n")


def test_an_added_and_a_removed_term(write):
    axe = {"id": "tool.saw.002", "code": "saw", "term": "bow saw"}
    found = difference(write, {LEXICON: lexicon(TERMS[0], axe)})

    assert found.changes == (
        Change("removed", "term", "tool", "tool.saw.001", "saw saw"),
        Change("added", "term", "tool", "tool.saw.002", "saw bow saw"),
    )
    assert found.counts == {("term", "removed"): 1, ("term", "added"): 1}


def test_a_changed_term_names_its_fields(write):
    found = difference(write, {LEXICON: lexicon({**TERMS[0], "confidence": 0.5, "term": "mallet"}, TERMS[1])})

    (change,) = found.changes
    assert (change.kind, change.id) == ("changed", "tool.hammer.001")
    assert change.fields == (
        FieldChange("term", "claw hammer", "mallet"),
        FieldChange("confidence", 1.0, 0.5),
    )


def test_another_id_is_one_change(write):
    found = difference(write, {LEXICON: lexicon({**TERMS[0], "id": "tool.hammer.777"}, TERMS[1])})

    (change,) = found.changes
    assert change.fields == (FieldChange("id", "tool.hammer.001", "tool.hammer.777"),)
    assert str(change) == (
        "~ term tool/tool.hammer.001 'hammer claw hammer': id: 'tool.hammer.001' -> 'tool.hammer.777'"
    )


def test_the_order_of_entries_is_no_difference(write):
    assert not difference(write, {LEXICON: lexicon(*reversed(TERMS))})


def test_codes_are_compared_by_field(write):
    codes = CODES.replace("Drives nails.", "Drives pegs.").replace('"saw"\nlabel', '"bowsaw"\nlabel')
    entry = {**TERMS[1], "code": "bowsaw"}
    found = difference(write, {"codes.tool.toml": codes, LEXICON: lexicon(TERMS[0], entry)})

    assert [(c.kind, c.part, c.id) for c in found.changes] == [
        ("removed", "code", "saw"),
        ("added", "code", "bowsaw"),
        ("changed", "code", "hammer"),
        ("changed", "term", "tool.saw.001"),
    ]
    assert found.changes[2].fields == (FieldChange("definition", "Drives nails.", "Drives pegs."),)


def test_every_kind_of_file_is_compared(write):
    changes = {
        "codebook.toml": HEADER.replace("1.0.0", "1.1.0").replace("What one", "What everyone"),
        "gazetteer.tool.jsonl": '{"id": "n", "code": "saw", "name": "Old Saw"}\n',
        "gazetteer.cluster.jsonl": lexicon(
            {"id": "k", "name": "K", "place": "P", "country": "PER", "sector": "x"}
        ),
        "cues.status.jsonl": '{"id": "c", "cue": "not", "effect": "negated", "layers": ["tool"]}\n',
        "cues.form.jsonl": '{"id": "f", "cue": "big", "scope": "vertical"}\n',
        "spelling.toml": '[american]\ncolour = "color"\n',
    }
    found = difference(write, changes)

    assert {(c.kind, c.part, c.layer, c.id) for c in found.changes} == {
        ("changed", "header", "", "small"),
        ("changed", "layer", "", "tool"),
        ("added", "name", "tool", "n"),
        ("added", "cluster", "", "k"),
        ("added", "cue", "status", "c"),
        ("added", "cue", "form", "f"),
        ("added", "spelling", "", "colour"),
    }


def test_a_changed_spelling(write):
    before, after = ({"spelling.toml": f'[american]\ncolour = "{word}"\n'} for word in ("color", "kolor"))
    (change,) = difference(write, after, before).changes

    assert change.fields == (FieldChange("american", "color", "kolor"),)


def test_the_text_has_one_line_a_change_and_a_head(write):
    found = difference(write, {LEXICON: lexicon(TERMS[0])})
    head, *lines = found.render().splitlines()

    assert head.startswith("small 1.0.0 (")
    assert head.endswith("1 term removed")
    assert lines == ["- term tool/tool.saw.001 'saw saw'"]


entries = st.dictionaries(
    st.sampled_from([f"t{n}" for n in range(6)]),
    st.tuples(st.sampled_from(["hammer", "saw"]), st.sampled_from(["a", "b", "c", "d"])),
    max_size=5,
).map(lambda d: {k: v for k, v in d.items() if list(d.values()).count(v) == 1})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(entries, entries)
def test_the_changes_lead_from_the_old_entries_to_the_new(write, old, new):
    def content(table):
        return lexicon(*({"id": k, "code": c, "term": t} for k, (c, t) in table.items()))

    found = difference(write, {LEXICON: content(new)}, {LEXICON: content(old)})

    patched = dict(old)
    for change in found.changes:
        if change.kind == "removed":
            del patched[change.id]
    renamed = {c.id: c.fields[0].new for c in found.changes if c.fields and c.fields[0].field == "id"}
    patched = {renamed.get(key, key): value for key, value in patched.items()}
    for change in found.changes:
        if change.kind == "added":
            patched[change.id] = tuple(change.label.split())
        for field in change.fields:
            if field.field != "id":
                code, term = patched[change.id]
                patched[change.id] = (field.new, term) if field.field == "code" else (code, field.new)
    assert patched == new
    assert bool(found) == (old != new)
