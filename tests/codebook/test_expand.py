"""Surface forms: inflection, spelling, signs; for any entry, and for the built-in ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgov.codebook.expand import name_forms, surface_forms
from textgov.codebook.loader import default_codebook
from textgov.codebook.schema import Name, Term

AMERICAN = {"labour": "labor", "programme": "program", "organis": "organiz", "fulfil": "fulfill"}


def forms(term: str, pos: str = "noun", **more: object) -> tuple[str, ...]:
    entry = Term.model_validate({"id": "x", "code": "x", "term": term, "pos": pos, **more})
    return surface_forms(entry, AMERICAN)


@pytest.mark.parametrize(
    ("term", "pos", "expected"),
    [
        ("audit", "noun", ("audit", "audits")),
        ("code of conduct", "noun", ("code of conduct", "codes of conduct")),
        ("child", "noun", ("child", "children")),
        ("labour law", "noun", ("labor law", "labor laws", "labour law", "labour laws")),
        ("walk out", "verb", ("walk out", "walked out", "walking out", "walks out")),
        ("NGO", "acronym", ("NGO", "NGOs")),
        ("social dialogue", "fixed", ("social dialogue",)),
        ("follow-up", "fixed", ("follow up", "follow-up")),
        ("buyers' code", "fixed", ("buyers' code", "buyers’ code")),
        ("R&D", "fixed", ("R&D", "RandD")),
        ("fulfilled", "fixed", ("fulfilled",)),
        ("fulfil", "fixed", ("fulfil", "fulfill")),
        ("Labour LABOUR", "fixed", ("Labor LABOR", "Labour LABOUR")),
    ],
)
def test_forms_of_a_term(term, pos, expected):
    assert forms(term, pos) == expected


def test_aliases_are_inflected_too():
    assert forms("audit", aliases=["check"]) == ("audit", "audits", "check", "checks")


def test_signs_vary_together():
    assert forms("workers'-rights", "fixed") == (
        "workers' rights",
        "workers'-rights",
        "workers’ rights",
        "workers’-rights",
    )


def test_names_keep_their_case_and_demonyms_get_a_plural():
    name = Name(id="x", code="x", name="Labour Party", aliases=("LP",), demonyms=("Thai",))

    assert name_forms(name, AMERICAN) == ("LP", "Labor Party", "Labour Party", "Thai", "Thais")


WORDS = st.sampled_from(
    [
        "labour",
        "Labour",
        "LABOUR",
        "programme",
        "organisation",
        "fulfilled",
        "code",
        "of",
        "for",
        "box",
        "the",
    ]
) | st.text("abcxyzé", min_size=1, max_size=6)
BASES = st.lists(WORDS, min_size=1, max_size=4).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", "-", "' ", "’s ", " & ", " - "]),
        min_size=len(words) - 1,
        max_size=len(words) - 1,
    ).map(lambda signs: "".join(w + s for w, s in zip(words, [*signs, ""], strict=True)))
)
SIGNS = st.text("-'’& ab", min_size=1, max_size=8).filter(str.strip)
POS = st.sampled_from(["noun", "verb", "acronym", "fixed"])


@given(BASES | SIGNS, POS)
def test_no_form_is_empty_or_could_not_stand_in_a_text(base, pos):
    found = forms(base, pos)

    assert all(form == " ".join(form.split()) and form for form in found)
    assert list(found) == sorted(set(found))


@given(BASES, POS)
def test_the_base_itself_is_always_a_form(base, pos):
    assert " ".join(base.split()) in forms(base, pos)


@given(BASES, POS)
def test_every_form_is_there_in_american_spelling_and_with_each_sign(base, pos):
    found = set(forms(base, pos))

    for form in found:
        assert _american(form) in found
        assert " ".join(form.replace("-", " ").split()) in found
        assert form.replace("'", "’") in found
        assert form.replace("’", "'") in found


def test_the_built_in_entries_have_forms_and_none_is_empty():
    codebook = default_codebook()
    for terms in codebook.terms.values():
        for term in terms[::40]:
            assert all(form.strip() == form and form for form in surface_forms(term, codebook.spelling))
            assert term.term in surface_forms(term, codebook.spelling)


def _american(text: str) -> str:
    for british, american in AMERICAN.items():
        for old, new in (
            (british, american),
            (british.title(), american.title()),
            (british.upper(), american.upper()),
        ):
            text = text.replace(new, "\0").replace(old, new).replace("\0", new)
    return text
