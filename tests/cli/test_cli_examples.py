"""Every help text has examples, and every example does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from textgov.cli.root import cli
from textgov.index.store import Index

DOCUMENTS = Path(__file__).parents[2] / "corpora" / "demo" / "documents"
PAPER = "wazirabad-cutlery-association.pdf"
ID = "1f0c6d2a9b3e4f58"


def commands(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


ALL = dict(commands())


def examples(command: click.Command) -> list[str]:
    found = re.search(r"(?:Examples?|Begin with):\n((?:[ ]*(?:textgov|echo|cp) .*\n?)+)", command.help or "")
    return [line.strip() for line in found[1].splitlines()] if found else []


EXAMPLES = [(path, line) for path, command in ALL.items() for line in examples(command)]


def test_all_commands_are_met():
    assert {path[0] for path in ALL if path} >= {
        "demo",
        "ingest",
        "annotate",
        "search",
        "show",
        "export",
        "codebook",
    }
    assert ("codebook", "diff") in ALL


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_has_an_example(path):
    assert examples(ALL[path]), f"the help of {' '.join(path)} has no example"


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_option_has_help(path):
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the examples can be run: files to read, and an index that has read and coded them."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "papers").mkdir()
    (folder / "exports").mkdir()
    (folder / ".zfunc").mkdir()
    (folder / ".config" / "fish" / "completions").mkdir(parents=True)
    shutil.copy(DOCUMENTS / PAPER, folder / "papers" / "smith-2014.pdf")
    shutil.copy(DOCUMENTS / "records-labour-and-unions.ris", folder / "exports" / "scopus.ris")
    (folder / "passages.jsonl").write_text('{"id": 1, "text": "The union struck."}\n', encoding="utf-8")
    write_labels(folder)
    for command in (
        "textgov ingest papers exports -j 1",
        "textgov annotate -j 1",
        "echo u | textgov screen read --screener ana --stage text",
        "textgov codebook new mine",
    ):
        assert run(command, folder).returncode == 0
    return folder


def write_labels(folder: Path) -> None:
    """Labelled texts, a model that learnt from them, predictions, and a pool of which some texts are labelled."""
    from labelled_texts import table, topical

    from textgov.classify.labelmodel import save_label_model
    from textgov.classify.training import TrainingOptions, fit

    labelled = topical(60)
    options = TrainingOptions(embeddings=False, strengths=(0.5,))
    save_label_model(folder / "mine-model", fit(labelled, options), name="mine", seed=0)
    texts = [f"t{place},{text}" for place, text in enumerate(labelled.texts)]
    files = {
        "labels.csv": table(labelled),
        "predictions.csv": "id,audit,law,strike\n"
        + "".join(f"t{place},0.2,0.3,0.5\n" for place in range(60)),
        "pool.csv": "\n".join(["id,text", *texts]) + "\n",
        "done-1.csv": "id,relevant\n" + "".join(f"t{place},{place % 2}\n" for place in range(20)),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEXTGOV_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
    }
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("path", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_example(prepared, tmp_path, path, line):
    folder = tmp_path / "work"
    shutil.copytree(prepared, folder)
    shutil.copy(folder / "textgov.db", folder / "review.db")
    if path != ("codebook", "new") and "codebook new" not in line:
        shutil.copytree(folder / "mine", folder / "my-review")
        toml = folder / "my-review" / "codebook.toml"
        toml.write_text(toml.read_text(encoding="utf-8").replace('"mine"', '"my-review"'), encoding="utf-8")
    with Index.open(folder / "textgov.db", read_only=True) as index:
        [record] = [record for record in index.files() if record.path.endswith("smith-2014.pdf")]
    result = run(line.replace(ID, record.document or ""), folder)
    assert (result.returncode, "Traceback" in result.stderr) == (0, False), result.stderr
    before = {path.relative_to(prepared) for path in prepared.rglob("*")}
    made = (
        {path.relative_to(folder) for path in folder.rglob("*")}
        - before
        - {Path("review.db"), Path("my-review")}
    )
    assert result.stdout or result.stderr or made, "the example did nothing that can be seen"
