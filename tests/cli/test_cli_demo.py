"""`textgov demo`: what it makes, that it can be run again, and that its page can be trusted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_demo_tells_what_it_made(textgov, demo):
    result = textgov("demo", "-j", "1")
    assert result.status == 0
    assert result.err == "0 documents added from 0 files, 0 duplicates linked, 40 files known before\n"
    questions = re.findall(r"^\d\. .+\?$", result.out, re.MULTILINE)
    assert len(questions) == 3
    for part in re.split(r"^\d\. ", result.out, flags=re.MULTILINE)[1:]:
        assert re.search(
            r"^   \S*textgov search '.+' (--within sentence )?--index demo-output/demo\.db$",
            part,
            re.MULTILINE,
        )
        assert re.search(r"^   [1-9]\d* (passage|sentence)s? found; the first \d:$", part, re.MULTILINE)
        assert "«" in part
        assert re.search(r", p\. \d", part)
    made = re.search(r"What was made\n((?:  .+\n)+)", result.out)
    assert made is not None
    paths = [Path(line.split()[0]) for line in made[1].splitlines()[:-1]]
    assert {"index.html", "gap-map.html", "timeline.html", "table2.html", "topics.html"} <= {
        p.name for p in paths
    }
    assert len(paths) == 14
    assert all(path.exists() for path in paths)
    assert "What to try next" in result.out


def test_the_searches_of_the_demo_can_be_run(textgov, demo):
    result = textgov("demo", "-j", "1")
    queries = re.findall(r"search '(.+)' ((?:--within sentence )?)--index", result.out)
    assert len(queries) >= 3
    for query, within in queries:
        found = textgov("search", query, *within.split(), "--index", demo / "demo.db", "--json")
        assert found.status == 0
        assert found.rows()


def test_the_demo_again_makes_the_same(textgov, demo):
    def made() -> dict[str, bytes]:
        files = [*demo.iterdir(), *(demo / "maps").iterdir()]
        return {path.name: path.read_bytes() for path in files if path.suffix in (".csv", ".html")}

    before = made()
    assert len(before) == 12
    first = textgov("demo", "-j", "1")
    assert made() == before
    assert textgov("demo", "-j", "1").out == first.out


def test_the_demo_reads_what_the_corpus_promises(demo_index, textgov):
    files = textgov("export", "files", "--format", "jsonl").rows()
    assert len(files) == 40
    assert {row["status"] for row in files} == {"kept", "duplicate"}
    links = textgov("status", "--files", "duplicate", "--json").rows()
    assert {tuple(sorted((Path(row["file"]).name, Path(row["kept"]).name))) for row in links} == {
        ("hawassa-manuscript-accepted-version.docx", "hawassa-shopfloor-committees.pdf"),
        ("brick-kilns-inspection-brief-copy.pdf", "brick-kilns-inspection-brief.pdf"),
    }
    assert len(textgov("export", "documents", "--format", "jsonl").rows()) == 65


def test_the_folder_cannot_be_made(textgov, place):
    (place / "demo-output").write_text("a file", encoding="utf-8")
    result = textgov("demo")
    assert result.status == 2
    assert result.err.count("\n") == 1


def test_the_wheel_carries_the_corpus():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"corpora/demo/documents" = "textgov/data/demo"' in text


@pytest.mark.parametrize("name", ["documents.csv", "mentions.csv"])
def test_tables_are_portable(demo, name):
    assert str(Path.home()) not in (demo / name).read_text(encoding="utf-8")
