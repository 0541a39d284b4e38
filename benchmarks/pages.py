"""Are page numbers and offsets right? Looks for random mentions on their pages by another tool, pdftotext.

usage: pages.py INDEX [--mentions 200] [--seed 1]      from the folder in which the files were read

Letters and digits alone are compared, for a line may end within a word. Exit status 1 if fewer than 99 of
100 are found.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

from textgov.index.records import StoredMention
from textgov.index.store import Index

TARGET = 0.99


def plain(text: str) -> str:
    """Letters and digits of a text, compatibility forms (ligatures) resolved."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum())


@cache
def page_text(path: str, page: int) -> str:
    """Letters and digits of a page as pdftotext reads it."""
    run = subprocess.run(
        ["pdftotext", "-f", str(page), "-l", str(page), path, "-"], capture_output=True, check=True
    )
    return plain(run.stdout.decode("utf-8", "replace"))


def main() -> int:
    """Print how many mentions were found, and those that were not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index", type=Path)
    parser.add_argument("--mentions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with Index.open(options.index, read_only=True) as index:
        texts = {d.id: (d.source, d.text) for d in index.documents() if d.format == "pdf"}
        placed = [m for m in index.mentions() if m.document in texts and m.page is not None]
        chosen = random.Random(options.seed).sample(placed, min(options.mentions, len(placed)))
    missed = [stored for stored in chosen if not _is_there(stored, *texts[stored.document])]
    for stored in missed:
        source, text = texts[stored.document]
        quoted = text[stored.mention.start : stored.mention.end]
        print(f"not found: {quoted!r} on page {stored.page} of {source}")
    documents = len({stored.document for stored in chosen})
    found = len(chosen) - len(missed)
    print(f"{found} of {len(chosen)} mentions found on their pages, in {documents} of {len(texts)} PDFs")
    return 1 if not chosen or len(missed) > (1 - TARGET) * len(chosen) else 0


def _is_there(stored: StoredMention, source: str, text: str) -> bool:
    quoted = plain(text[stored.mention.start : stored.mention.end])
    return quoted in page_text(source, stored.page or 0)


if __name__ == "__main__":
    sys.exit(main())
