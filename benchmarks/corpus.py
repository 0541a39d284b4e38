"""Folders of plain texts of any size, drawn from the sentences of the demo corpus, the same for the same seed."""

from __future__ import annotations

import random
import re
from pathlib import Path

SEED = 20160102
SOURCES = Path(__file__).parents[1] / "corpora" / "demo" / "src"
_SENTENCE = re.compile(r"[A-Z][^.!?\n|#]{30,300}[.!?](?=\s)")


def sentences() -> list[str]:
    """Sentences of the sources of the demo corpus, in order."""
    found: dict[str, None] = {}
    for path in sorted(SOURCES.glob("*.md")):
        found.update(dict.fromkeys(_SENTENCE.findall(path.read_text(encoding="utf-8"))))
    return list(found)


def write(folder: Path, documents: int, *, paragraphs: int = 30) -> Path:
    """Write so many texts of so many paragraphs of five sentences; every third has a word that no other has."""
    draw = random.Random(SEED)
    known = sentences()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        blocks = [f"Report {number} on the mills of district {number % 97}"]
        for paragraph in range(paragraphs):
            chosen = draw.sample(known, 5)
            if paragraph % 3 == 0:
                chosen.append(f"The firm Zq{number}x{paragraph} was named once.")
            blocks.append(" ".join(chosen))
        (folder / f"{number:05}.txt").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    return folder
