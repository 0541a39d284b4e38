"""Builds ``documents/`` and ``expected.json`` from ``src/``, deterministically.

    python3 -m venv /tmp/demoenv
    /tmp/demoenv/bin/pip install reportlab python-docx lxml pyphen
    /tmp/demoenv/bin/python corpora/demo/build.py

``pdftotext`` and ``pdfinfo`` (poppler-utils) are needed for ``expected.json``.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

from build_docx import write_docx
from build_expected import expected_record, expected_source, write_expected
from build_html import write_html
from build_pdf import write_pdf
from build_source import Source, parse, parse_records, split_front_matter
from build_text import write_md, write_records, write_txt
from build_xml import write_jats, write_tei

HERE = Path(__file__).parent
EXTENSIONS = {"jats": "xml", "tei": "tei.xml"}
WRITERS: dict[str, Callable[[Source, Path], None]] = {
    "pdf": write_pdf,
    "docx": write_docx,
    "html": write_html,
    "txt": write_txt,
    "jats": write_jats,
    "tei": write_tei,
}


def write(source: Source, form: str, folder: Path, name: str, original: str) -> Path:
    """Writes one document in one format and returns its path."""
    path = folder / f"{name}.{EXTENSIONS.get(form, form)}"
    if form == "md":
        write_md(source, path, original)
    else:
        WRITERS[form](source, path)
    return path


def build(folder: Path) -> list[dict]:
    """Builds every document and returns what readers should find in each."""
    expected = []
    for path in sorted((HERE / "src").glob("*.md")):
        original = path.read_text("utf-8")
        meta, _ = split_front_matter(original)
        if meta["layout"] == "records":
            _, records = parse_records(path)
            made = write_records(meta["format"], records, folder, path.stem)
            expected.append(expected_record(made, records))
            continue
        source = parse(path)
        made = write(source, meta["format"], folder, path.stem, original)
        expected.append(expected_source(made, source))
        if "duplicate" in meta:
            form, name = meta["duplicate"].split()
            if form == "copy":
                twin = folder / f"{name}{made.suffix}"
                shutil.copyfile(made, twin)
            else:
                twin = write(source, form, folder, name, original)
            expected.append({**expected_source(twin, source), "duplicate_of": made.name})
    return sorted(expected, key=lambda entry: entry["file"])


def main() -> None:
    """Builds into ``documents/`` or the folder that is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "documents")
    folder = parser.parse_args().folder
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    expected = build(folder)
    write_expected(expected, folder.parent / "expected.json")
    print(f"{len(expected)} files in {folder}")


if __name__ == "__main__":
    main()
