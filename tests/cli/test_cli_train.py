"""`textgov train`, `evaluate`, `review` and `tag --model`: what is written, and what is said of mistakes."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from labelled_texts import several, table, topical

from textgov.classify.labels import Columns
from textgov.classify.training import TrainingOptions
from textgov.index.store import Index
from textgov.workflows.train import TrainRequest, train

QUICK = ("--no-embeddings", "--no-curve", "--folds", "2", "-j", "1")
TEXTS = topical(90)


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A folder with labels and a model that was trained on them."""
    folder = tmp_path_factory.mktemp("trained")
    (folder / "labels.csv").write_text(table(TEXTS), encoding="utf-8")
    options = TrainingOptions(embeddings=False)
    request = TrainRequest(
        folder / "mine",
        folder / "labels.csv",
        Columns(group="document"),
        options=options,
        folds=2,
        curve=False,
    )
    train(request)
    return folder


@pytest.fixture
def work(place, trained) -> Path:
    """The working folder with a copy of the labels and the model."""
    shutil.copytree(trained, place, dirs_exist_ok=True)
    return place


def test_train_writes_a_model_its_card_and_pictures(textgov, place):
    (place / "labels.csv").write_text(table(several(90)), encoding="utf-8")
    result = textgov("train", "labels.csv", *QUICK)
    assert result.status == 0
    assert result.err == "labels-model: 3 labels learnt from 90 texts; see card.md there\n"
    names = sorted(path.name for path in Path("labels-model").iterdir())
    assert names == [
        *("alone.skops", "calibration.svg", "card.md", "characters.skops", "meta.json", "scores.skops"),
        *("scores.svg", "words.skops"),
    ]
    assert re.search(r"labels-model +baseline +difference +p *\n", result.out)
    assert re.search(
        r"macro F1 +0\.\d{3} +0\.\d{3} +\+0\.\d{3} \[[+-]0\.\d{3}, \+0\.\d{3}\] +0\.\d{3}", result.out
    )
    for label in ("audit", "law", "strike"):
        assert re.search(rf"^ {label} +\d+ +\d+ +\d+ +[01]\.\d{{3}} \[", result.out, re.MULTILINE)
    card = Path("labels-model/card.md").read_text(encoding="utf-8")
    assert card.startswith("# Model card: labels-model\n\nMade by `textgov train labels.csv ")
    for heading in (
        "What it learnt from",
        "How well it does",
        "Calibration",
        "What speaks for each label",
        "Limits",
    ):
        assert f"# {heading}\n" in card
    assert "`strike`" in card


def test_train_twice_gives_equal_files(textgov, work):
    arguments = ("train", "labels.csv", "--group", "document", "--model", "again", *QUICK)
    textgov(*arguments)
    first = {path.name: path.read_bytes() for path in Path("again").iterdir()}
    textgov(*arguments)
    assert {path.name: path.read_bytes() for path in Path("again").iterdir()} == first


def test_train_as_json_and_its_curve(textgov, work):
    arguments = ("train", "labels.csv", "--group", "document", "--no-embeddings", "--folds", "2", "-j", "1")
    result = textgov(*arguments, "--json")
    assert result.status == 0
    [record] = result.rows()
    assert set(record) == {"model", "baseline", "macro F1 without neighbours", "curve", "choices"}
    assert [one["label"] for one in record["model"]["scores"]["labels"]] == ["audit", "law", "strike"]
    assert [point["texts"] for point in record["curve"]] == sorted(
        point["texts"] for point in record["curve"]
    )
    assert Path("labels-model/curve.svg").is_file()


def test_train_records_the_run(textgov, work, tiny_index):
    assert textgov("train", "labels.csv", "--model", "again", *QUICK).status == 0
    with Index.open("textgov.db", read_only=True) as index:
        run = index.runs()[-1]
    assert (run.command, run.outcome, run.seed) == ("train", "done", 0)
    assert run.counts == {"texts": 90, "labels": 3}
    assert run.options["labels"] == "labels.csv"


MISTAKES = {
    "train": (
        2, "name a file of labels, or with --layer a layer that people coded in the index (see textgov train "
        "--help)"),
    "train no.csv": (2, "no.csv: there is no such file; name a CSV or JSON lines file of texts with labels"),
    "train empty.csv": (2, "empty.csv: is empty; a heading and a row for each text are expected"),
    "train short.csv": (2, "short.csv: 2 labelled texts are too few to learn from; label at least 20"),
    "train one.csv": (2, "one.csv: all 30 texts have the one label 'same'; label texts of another class as well"),
    "train torn.csv": (3, "torn.csv: line 3: unexpected end of data; close or double its quotes"),
    "train wide.csv": (3, "wide.csv: line 2: 3 cells, the heading has 2; check its quotes and delimiters"),
    "train twice.csv": (2, "twice.csv: two columns are named 'text'; name each column once"),
    "train bad.jsonl": (3, "bad.jsonl: line 2: a JSON list; write one object a line"),
    "train labels.csv --group no": (
        2, "labels.csv: there is no column 'no' for --group; the columns are id, document, text, label"),
    "train labels.csv --model full": (
        2, "full: this folder holds something else; name a new one for the model by --model"),
    "train labels.csv --model labels.csv": (
        2, "labels.csv: this is a file; name a folder for the model by --model"),
    "train --layer theme": (
        3, "textgov.db: there is no index here; make one with `textgov ingest FILES`, or name it by --index"),
    "train labels.csv --layer theme": (2, "give LABELS or --layer, not both (see textgov train --help)"),
    "evaluate mine --gold no.csv": (
        2, "no.csv: there is no such file; name a CSV or JSON lines file of texts with labels"),
    "evaluate full --gold labels.csv": (
        3, "full: there is no model here (no readable meta.json); name the folder of a model"),
    "evaluate few.csv --gold labels.csv": (
        2, "few.csv: 89 of 90 gold texts have no prediction (t1, t2, t3, t4, t5, ...); predict all of them"),
    "evaluate odd.csv --gold labels.csv": (
        2,
        "odd.csv: a row names none of the labels audit, law, strike; give a column for each, or a column 'labels'",
    ),
    "review labels.csv --label x --done few.csv": (2, "few.csv: has no column 'x'; the columns are audit, id"),
    "review labels.csv --label x --done other.csv": (
        2, "other.csv: 1 of 1 ids are not in the pool (z9); use the pool that the batch was made from"),
    "review labels.csv --label x --done marked.csv": (
        2, "marked.csv: text 1, column 'x': 'maybe' is neither 0 nor 1; leave it empty where the text is not labelled"),
    "review labels.csv --label x --coder me": (
        2, "--coder stores labels of passages of the index; leave POOL out (see textgov review --help)"),
    "review": (2, "Missing option '--label'. (see textgov review --help)"),
}  # fmt: skip

FILES = {
    "empty.csv": "",
    "short.csv": "text,label\none,a\ntwo,b\n",
    "one.csv": "text,label\n" + "".join(f"text {n},same\n" for n in range(30)),
    "torn.csv": 'text,label\none,a\n"two,b\n',
    "wide.csv": "text,label\none,a,b\n",
    "twice.csv": "text,text,label\none,a,b\n",
    "bad.jsonl": '{"text": "one", "label": "a"}\n[1]\n',
    "full/other.txt": "mine",
    "few.csv": "id,audit\nt0,1\n",
    "odd.csv": "id,thing\n" + "".join(f"t{n},1\n" for n in range(90)),
    "other.csv": "id,x\nz9,1\n",
    "marked.csv": "id,x\nt1,maybe\n",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_mistakes(textgov, work, line):
    for name, content in FILES.items():
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(content, encoding="utf-8")
    status, message = MISTAKES[line]
    result = textgov(*line.split())
    assert (result.err, result.status, result.out) == (f"textgov: {message}\n", status, "")


def test_evaluate_a_model_on_what_it_learnt_from_says_so(textgov, work):
    result = textgov("evaluate", "mine", "--gold", "labels.csv", "--group", "document")
    assert result.status == 0
    assert result.err == (
        "mine: 90 of 90 texts are such as it learnt from, so that its scores are too good; card.md has those on "
        "held-out texts\n"
    )
    assert "Gold classes in rows, found ones in columns" in result.out


def test_evaluate_predictions_against_each_other(textgov, work):
    gold = [TEXTS.labels[k] for k in TEXTS.targets.argmax(axis=1)]
    good = [{"id": f"t{n}", "paths": {label: 0.9}} for n, label in enumerate(gold)]
    bad = [{"id": f"t{n}", "labels": ["law"]} for n in range(90)]
    for name, rows in (("good.jsonl", reversed(good)), ("bad.jsonl", bad)):
        Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = textgov(
        "evaluate", "good.jsonl", "--gold", "labels.csv", "--against", "bad.jsonl", "--pictures", "p"
    )
    assert (result.status, result.err) == (0, "p/scores.svg\np/calibration.svg\np/thresholds.svg\n")
    assert re.search(
        r"^ macro F1 +1\.000 +0\.167 +\+0\.833 \[\+0\.\d{3}, \+0\.\d{3}\] +0\.002", result.out, re.MULTILINE
    )
    record = json.loads(textgov("evaluate", "bad.jsonl", "--gold", "labels.csv", "--json").out)
    assert record["against"] is None
    assert record["evaluation"]["calibration"] is None
    scores = {one["label"]: one["recall"]["value"] for one in record["evaluation"]["scores"]["labels"]}
    assert scores == {"audit": 0, "law": 1, "strike": 0}
    assert record["evaluation"]["confusion"] == [[0, 30, 0], [0, 30, 0], [0, 30, 0]]


def test_evaluate_moves_the_threshold(textgov, place):
    labelled = several(60)
    Path("gold.csv").write_text(table(labelled), encoding="utf-8")
    lines = ["id,audit,law,strike", *(f"t{n},0.3,0.3,0.3" for n in range(60))]
    Path("p.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [
        json.loads(textgov("evaluate", "p.csv", "--gold", "gold.csv", "--threshold", at, "--json").out)
        for at in ("0.3", "0.31")
    ]
    recalls = [[one["recall"]["value"] for one in each["evaluation"]["scores"]["labels"]] for each in found]
    assert recalls == [[1, 1, 1], [0, 0, 0]]


def test_evaluate_measures_the_paths_that_ship(textgov, place):
    gold = """id,text,labels
1,The union struck for nine days and won a collective agreement with the mill.,labor
2,"The buyer audits its suppliers against its code of conduct, and ends contracts after breaches.",csr
3,The exchange rate fell and margins shrank.,none
"""
    Path("gold.csv").write_text(gold, encoding="utf-8")
    result = textgov("evaluate", "--gold", "gold.csv", "--json")
    assert (result.status, result.err) == (0, "")
    scores = json.loads(result.out)["evaluation"]["scores"]
    assert [(one["label"], one["gold"]) for one in scores["labels"]] == [("csr", 1), ("labor", 1)]
    assert scores["macro"]["value"] > 0.5
    Path("gold.csv").write_text(gold.replace("labor", "x").replace("csr", "y"), encoding="utf-8")
    assert textgov("evaluate", "--gold", "gold.csv").err == (
        "textgov: the gold labels (x, y) are none of the paths market, csr, multistakeholder, labor, cluster, public; "
        "name a model or a file of predictions\n"
    )


def fill(batch: str, done: str) -> None:
    with Path(batch).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with Path(done).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            strike = TEXTS.targets[int(row["id"][1:]), 2]
            writer.writerow(row | {"relevant": strike})


def test_review_finds_what_is_relevant_and_stops(textgov, work):
    pytest.importorskip("buscarpy")
    done: list[str] = []
    sizes = []
    for number in range(9):
        result = textgov(
            "review", "labels.csv", "--label", "relevant", "-n", "10", "--strategy", "evidence", "-o", f"b{number}.csv",
            *(part for name in done for part in ("--done", name)),
        )  # fmt: skip
        assert result.status == 0
        lines = result.err.splitlines()
        assert lines[0] == f"b{number}.csv: 10 texts to label"
        assert lines[1].startswith(f"{10 * number} of 90 texts labelled (relevant ")
        sizes.append(int(lines[1].rpartition(" ")[2].rstrip(")")))
        if "you may stop" in lines[2]:
            break
        fill(f"b{number}.csv", f"d{number}.csv")
        done.append(f"d{number}.csv")
    assert sizes[0] == 0
    assert sizes[-1] >= 29
    # Of ninety texts, a third is relevant: after the first batch hardly any other is proposed.
    assert sizes[4] >= 27


def test_review_writes_rows_with_empty_labels(textgov, work):
    result = textgov("review", "labels.csv", "--label", "a", "--label", "b", "--next", "2")
    assert result.status == 0
    rows = list(csv.reader(result.out.splitlines()))
    assert rows[0] == ["rank", "id", "a", "b", "p(a)", "p(b)", "text"]
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert {row[2] + row[3] for row in rows[1:]} == {""}
    assert result.err == (
        "0 of 90 texts labelled (a 0, b 0)\ngo on: whether the labels have settled shows after 4 batches\n"
    )


def test_review_of_an_index_stores_labels_that_can_be_learnt(textgov, demo_index):
    textgov("review", "--label", "names_workers", "-n", "120", "--strategy", "diverse", "-o", "b.jsonl")
    rows = [json.loads(line) for line in Path("b.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["names_workers"] = int(len(row["text"]) % 3 == 0)
    Path("d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    arguments = ("review", "--label", "names_workers", "--done", "d.jsonl", "-n", "0", "--coder", "ana")
    for _ in range(2):
        result = textgov(*arguments)
        assert result.status == 0
        assert "120 codings stored in the index\n" in result.err
    result = textgov("train", "--layer", "review", "--model", "mine", *QUICK)
    assert result.status == 0, result.err
    assert result.err.splitlines()[-1] == "mine: 1 label learnt from 120 texts; see card.md there"
    assert textgov("train", "--layer", "review", "--coder", "eva").err == (
        "textgov: textgov.db: no passages were coded by people by the layer 'review'; coders of it are ana; code some, "
        "or give a file of labels\n"
    )


def test_tag_with_a_model_of_ones_own(textgov, work, demo_folder):
    shutil.copyfile(demo_folder / "demo.db", work / "textgov.db")
    result = textgov("tag", "--model", "mine", "--json")
    assert result.status == 0
    assert re.fullmatch(r"\d+ documents with [\d,]+ passages tagged by mine [0-9a-f]{8}\n", result.err)
    rows = result.rows()
    assert set(rows[0]) == {"document", "file", "passage", "page", "labels", "probabilities", "text"}
    assert all(len(row["labels"]) == 1 for row in rows)
    assert all(abs(sum(row["probabilities"].values()) - 1) < 0.001 for row in rows)
    again = textgov("tag", "--model", "mine")
    assert again.err.startswith("0 documents with 0 passages tagged by mine ")
    assert len(again.out.splitlines()) == len({row["file"] for row in rows})
    data = bytearray(Path("mine/scores.skops").read_bytes())
    data[len(data) // 2] ^= 1
    Path("mine/scores.skops").write_bytes(bytes(data))
    assert textgov("tag", "--model", "mine").err == (
        "textgov: mine: scores.skops is not the file that the model was saved with; install the model again, or "
        "train it again\n"
    )
