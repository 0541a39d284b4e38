"""The report of a model, and models that are kept: the same bytes, the same topics, and nothing altered."""

from __future__ import annotations

import hashlib
import json

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from topic_texts import THEMES, model, plain, texts

from textgov.errors import TextgovError
from textgov.topics.describe import Measured, Unit, describe, over_time
from textgov.topics.model import ModelMeta
from textgov.topics.persistence import META, REPORT, TERMS, WEIGHTS, load, save
from textgov.topics.seeds import Adherence
from textgov.topics.stability import Stability

NAMES = list(THEMES)


def units() -> list[Unit]:
    """The texts as passages of nine documents of four years; those of the sea are coded."""
    found = []
    for number, text in enumerate(texts()):
        document = number // 10
        theme = NAMES[number % 3]
        found.append(
            Unit(
                f"d{document}",
                number % 10,
                f"Title {document}",
                2000 + document // 2 if document < 8 else None,
                f"{document}.pdf",
                number % 10 + 1,
                number * 100,
                number * 100 + len(text),
                text,
                frozenset({("sector", theme), ("place", "XYZ")}),
                frozenset({"csr"} if theme == "sea" else ()) if document else None,
            )
        )
    return found


def made():
    one = model()
    weights = one.transform(texts())
    measured = Measured(
        [plain().terms(text) for text in texts()],
        Stability(3, 0.5, 0.6, (0.9, 0.4, 0.2)),
        (Adherence("csr", 3, 3, 0.9, 0.5, True, ()),),
        "path",
        {("sector", "loom"): "Weaving"},
    )
    return one, describe(one, units(), weights, measured)


def test_cards_say_what_is_so():
    _, report = made()
    assert [card.code for card in report.cards] == ["csr", None, None]
    assert [card.texts for card in report.cards] == [30, 30, 30]
    sea, loom, _ = report.cards
    assert sea.name.startswith("csr: ")
    assert set(sea.terms) == set(THEMES["sea"].split())
    assert (loom.codes[0].layer, loom.codes[0].code, loom.codes[0].label) == ("sector", "loom", "Weaving")
    assert loom.codes[0].correlation > 0.9
    assert "place" not in {near.layer for near in loom.codes}
    assert (sea.stability, report.quality.stable_terms, report.quality.models) == (0.9, 0.5, 3)
    assert sea.exclusivity > 0.95
    assert sea.c_npmi > 0.3


def test_quotes_are_passages_of_the_topic_each_of_another_document():
    _, report = made()
    for card, theme in zip(report.cards, THEMES.values(), strict=True):
        assert len({quote.document for quote in card.quotes}) == 3
        for quote in card.quotes:
            assert len(set(quote.text.strip(".").split()) & set(theme.split())) > 3
            assert (quote.file, quote.title) == (f"{quote.document[1]}.pdf", f"Title {quote.document[1]}")
            assert texts()[quote.start // 100] == quote.text
            assert quote.page == (quote.start // 100) % 10 + 1
        weights = [quote.weight for quote in card.quotes]
        assert weights == sorted(weights, reverse=True)


def test_agreement_is_over_what_was_coded_by_the_seeded_topic():
    _, report = made()
    assert report.coded == 80
    assert report.agreement is not None
    assert [(row.code, row.topic, row.kappa) for row in report.agreement.codes] == [("csr", 0, 1.0)]


def test_years_count_each_document_once():
    _, report = made()
    assert [(year.year, year.documents) for year in report.years] == [
        (2000, 2),
        (2001, 2),
        (2002, 2),
        (2003, 2),
    ]
    for year in report.years:
        assert sum(year.means) == pytest.approx(1)
    long = [unit for unit in units() if unit.document == "d0"] + [
        unit for unit in units() if unit.document == "d1"
    ][:1]
    weights = np.array([[1.0, 0.0]] * 10 + [[0.0, 1.0]])
    [year] = over_time(long, weights)
    assert year.means == (0.5, 0.5)
    assert year.errors == (0.5, 0.5)
    [alone] = over_time(long[:1], weights[:1])
    assert alone.errors == (None, None)


def test_the_report_survives_json():
    _, report = made()
    assert msgspec.json.decode(msgspec.json.encode(report), type=type(report)) == report


@pytest.mark.parametrize("kind", ["dirichlet", "factors"])
def test_a_kept_model_is_the_same(tmp_path, kind):
    one, (_, report) = model(kind), made()
    save(tmp_path / "a", one, report)
    save(tmp_path / "b", one, report)
    for name in (META, TERMS, WEIGHTS, REPORT):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    again, said = load(tmp_path / "a")
    assert said == report
    assert again.identity == one.identity
    assert np.array_equal(again.transform(texts()), one.transform(texts()))
    assert again.meta.versions["gensim"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "topics"
    save(folder, *made())
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def written(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return folder


@given(data=st.data())
def test_one_altered_byte_is_refused(kept, tmp_path_factory, data):
    name = data.draw(st.sampled_from(sorted(kept)))
    place = data.draw(st.integers(0, len(kept[name]) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != kept[name][place]))
    altered = kept[name][:place] + bytes([byte]) + kept[name][place + 1 :]
    folder = written(tmp_path_factory.mktemp("altered"), kept | {name: altered})
    with pytest.raises(TextgovError, match=r"again|update textgov"):
        load(folder)


def test_a_newer_format_and_what_is_no_model_are_said(kept, tmp_path):
    newer = json.loads(kept[META]) | {"format": 2}
    folder = written(tmp_path / "newer", kept | {META: json.dumps(newer).encode()})
    with pytest.raises(TextgovError, match="has format 2, this textgov reads 1; update textgov"):
        load(folder)
    with pytest.raises(TextgovError, match="there is no topic model here"):
        load(tmp_path / "nothing")
    (folder / WEIGHTS).unlink()
    written(folder, {META: kept[META]})
    with pytest.raises(TextgovError, match=r"weights.npz: cannot be read"):
        load(folder)


def test_a_report_of_another_version_is_said(kept, tmp_path):
    report = {key: value for key, value in json.loads(kept[REPORT]).items() if key != "years"}
    contents = kept | {REPORT: json.dumps(report).encode()}
    meta = json.loads(kept[META])
    meta["sha256"][REPORT] = hashlib.sha256(contents[REPORT]).hexdigest()
    sealed = msgspec.convert(meta, ModelMeta)
    blank = msgspec.structs.replace(sealed, seal="")
    sealed = msgspec.structs.replace(sealed, seal=hashlib.sha256(as_written(blank)).hexdigest())
    folder = written(tmp_path / "other", contents | {META: as_written(sealed)})
    with pytest.raises(
        TextgovError, match=r"written by another version of textgov .*years.*; fit the model again"
    ):
        load(folder)


def as_written(meta):
    return msgspec.json.format(msgspec.json.encode(meta, order="deterministic"), indent=1)


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(TextgovError, match="holds something else"):
        save(tmp_path, *made())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
