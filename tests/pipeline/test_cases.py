"""Golden cases of actors, mechanisms, cells, places and sectors: one file each under tests/cases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from textgov.documents import Annotation, Mention
from textgov.pipeline.build import Pipeline

CASES = Path(__file__).parents[1] / "cases"
MARK = re.compile(r"\[\[(.+?)\|(.+?)\]\]", re.DOTALL)
FOLDERS = ("actor", "mechanism", "cell", "place", "sector")
Span = tuple[int, int, str]


def read_case(path: Path) -> tuple[dict[str, str], str, list[Span]]:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    plain, spans, at = "", [], 0
    body = body.strip()
    for found in MARK.finditer(body):
        plain += body[at : found.start()]
        spans.append((len(plain), len(plain) + len(found[1]), found[2]))
        plain += found[1]
        at = found.end()
    return header, plain + body[at:], spans


def covers(mention: Mention, span: Span) -> bool:
    shared = min(mention.end, span[1]) - max(mention.start, span[0])
    return 2 * shared >= span[1] - span[0]


def faults(folder: str, header: dict[str, str], spans: list[Span], annotation: Annotation) -> list[str]:
    mentions = annotation.mentions
    if folder == "cell":
        cells = [(m, f"{m.form} {m.scope}") for m in mentions]
        return [
            f"not found: {s}" for s in spans if not any(covers(m, s) and cell == s[2] for m, cell in cells)
        ]
    own = [m for m in mentions if m.layer == folder]
    missing = [f"not found: {s}" for s in spans if not any(covers(m, s) and m.code == s[2] for m in own)]
    if spans and header.get("only") != "yes":
        return missing
    extra = [m for m in own if not any(covers(m, s) and m.code == s[2] for s in spans)]
    return missing + [f"not expected: {m.code} at {m.start}" for m in extra]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.mark.parametrize("folder", FOLDERS)
def test_there_are_forty_cases(folder: str) -> None:
    assert len(list((CASES / folder).glob("*.txt"))) >= 40


@pytest.mark.parametrize(
    "path",
    sorted(p for f in FOLDERS for p in (CASES / f).glob("*.txt")),
    ids=lambda p: f"{p.parent.name}/{p.stem}",
)
def test_case(path: Path, pipeline: Pipeline) -> None:
    header, text, spans = read_case(path)
    found = faults(path.parent.name, header, spans, next(pipeline.annotate([text])))
    if "fails" in header:
        assert found, f"{path.name} passes now: remove its line 'fails'"
    else:
        assert not found, f"{text}\n" + "\n".join(found)
