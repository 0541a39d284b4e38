"""The notebooks run as they stand in a clone, without a network, and their stored outputs are fit to be shared."""

from __future__ import annotations

import ast
import base64
import re
import resource
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from textgov.cli.root import cli

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PUBLIC = ("textgov.workflows.", "textgov.documents", "textgov.codebook.loader")
LARGEST_FILE = 200_000
LARGEST_PICTURE = 60_000
LARGEST_TEXT = 6_000
MOST_SECONDS = 60
OFFLINE = 'import pytest_socket\npytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)'
MACHINE = re.compile(
    r"(?<![\w.])/(?:home|root|Users|tmp|work|var|usr|opt|private|mnt|srv)/|[A-Z]:\\\\?[A-Za-z]|ipykernel_\d|0x[0-9a-f]{8,}"
)

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(output: Any) -> Iterator[str]:
    """All that an output says, pictures left out."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield "\n".join(output.traceback)
    else:
        yield from (value for kind, value in output.data.items() if not kind.startswith("image/"))


def shape(cell: Any) -> set[str]:
    """Which kinds of output a cell has."""
    kinds: set[str] = set()
    for output in cell.outputs:
        kinds |= {output.name} if output.output_type == "stream" else set(output.get("data", {"error": ""}))
    return kinds


def cpu_seconds() -> float:
    """Processor time of the processes that were started and have ended, and of those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone looks like to a notebook; returns the folder in which it runs."""
    (tmp_path / "corpora").symlink_to(ROOT / "corpora", target_is_directory=True)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    return folder


def run(notebook: Any, folder: Path) -> None:
    """Run all cells in place; the kernel is reached by files, since neither side may open a port."""
    notebook.cells.insert(0, nbformat.v4.new_code_cell(OFFLINE))
    # The path of a socket may not be long, as those of pytest's folders are.
    with tempfile.TemporaryDirectory(prefix="k") as sockets:
        config = Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/s"}})
        where = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, kernel_name="python3", config=config, timeout=600, resources=where).execute()
    del notebook.cells[0]


def test_there_are_five_and_the_readme_lists_them() -> None:
    listed = re.findall(r"\]\((\S+\.ipynb)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in NOTEBOOKS]
    assert len(NOTEBOOKS) == 5


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@every
def test_runs_offline_and_gives_the_outputs_that_are_stored(
    path: Path, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    stored, fresh = read(path), read(path)
    for cell in code_cells(fresh):
        cell.outputs, cell.execution_count = [], None
    before = cpu_seconds()
    run(fresh, clone)
    assert cpu_seconds() - before < MOST_SECONDS
    for old, new in zip(code_cells(stored), code_cells(fresh), strict=True):
        said = "\n".join(text for output in new.outputs for text in texts(output))
        assert shape(new) == shape(old), f"cell {old.id} says other things; run the notebook anew: {said}"
        assert not re.search(MACHINE, said), f"cell {old.id} names a place of this machine"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import urllib.request\nurllib.request.urlopen('http://192.0.2.1')", "SocketConnectBlocked"),
    ],
)
def test_an_error_or_a_network_is_not_passed_over(source: str, error: str, clone: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    with pytest.raises(CellExecutionError, match=error):
        run(notebook, clone)


@every
def test_is_valid_with_stable_ids_and_runs_from_top_to_bottom(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in ids)
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert all(not cell.metadata for cell in notebook.cells)


@every
def test_stored_outputs_are_small_and_without_errors_warnings_or_paths_of_a_machine(path: Path) -> None:
    assert path.stat().st_size < LARGEST_FILE
    assert not re.search(MACHINE, "\n".join(cell.source for cell in read(path).cells))
    for cell in code_cells(read(path)):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", f"cell {cell.id} warns: {output.text}"
            for text in texts(output):
                assert len(text) < LARGEST_TEXT, f"cell {cell.id} says too much"
                assert not re.search(MACHINE, text), f"cell {cell.id} names a place of this machine"
            picture = output.get("data", {}).get("image/png", "")
            assert len(base64.b64decode(picture)) < LARGEST_PICTURE
            assert not set(output.get("data", {})) - {"text/plain", "text/html", "image/png"}


@every
def test_imports_of_textgov_only_what_is_public(path: Path) -> None:
    tree = ast.parse("\n".join(cell.source for cell in code_cells(read(path))))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    own = [module for module in modules if module.partition(".")[0] == "textgov"]
    assert own
    assert all(module.startswith(PUBLIC) for module in own)


@every
def test_explains_itself_step_by_step(path: Path) -> None:
    notebook = read(path)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert sum(source.startswith("## ") for source in prose) >= 5
    assert all(len(source) < 1_000 for source in prose)
    assert all(len(cell.source.splitlines()) <= 36 for cell in code_cells(notebook))


@every
def test_commands_that_are_named_exist_with_their_options(path: Path) -> None:
    prose = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    named = re.findall(r"`textgov ([^`]+)`", prose)
    assert named
    for line in named:
        command: click.Command = cli
        context = click.Context(cli)
        words = shlex.split(line)
        while isinstance(command, click.Group) and words:
            found = command.get_command(context, words.pop(0))
            assert found is not None, f"textgov {line}"
            command, context = found, click.Context(found, parent=context)
        assert not isinstance(command, click.Group), f"textgov {line}"
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, f"textgov {line}"
