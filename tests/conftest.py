"""What all tests share: the command line in a folder of its own, and indexes made once."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# How long an example takes depends on what else the machine does. In CI the same examples are tried each time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@dataclass(frozen=True)
class Result:
    """What a command did: exit status, and all that it wrote."""

    status: int
    out: str
    err: str

    def rows(self) -> list[dict]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with no setting of the user in reach."""
    for name in [name for name in os.environ if name.startswith("TEXTGOV_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def textgov(place: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command line in this process, as its entry point does, and gives back all that it wrote."""
    from textgov.cli import main

    def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["textgov", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="ascii"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as stop:
                main()
        written = []
        for stream in (out, err):
            stream.flush()
            written.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
        return Result(int(stop.value.code or 0), *written)

    return run


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the demo makes, made once; read only."""
    from contextlib import contextmanager

    from textgov.workflows.demo import run_demo

    @contextmanager
    def quiet(_: str) -> Iterator[Callable[[int, int, str], None]]:
        yield lambda done, total, item: None

    folder = tmp_path_factory.mktemp("demo")
    work = Path.cwd()
    os.chdir(folder)
    try:
        run_demo(Path("demo-output"), quiet, jobs=1)
    finally:
        os.chdir(work)
    return folder / "demo-output"


@pytest.fixture
def demo(place: Path, demo_folder: Path) -> Path:
    """A copy of the demo's folder in the working folder."""
    shutil.copytree(demo_folder, place / "demo-output")
    return Path("demo-output")


@pytest.fixture
def demo_index(place: Path, demo_folder: Path) -> Path:
    """A copy of the demo's index under the default name, in the working folder."""
    shutil.copyfile(demo_folder / "demo.db", place / "textgov.db")
    return place / "textgov.db"


@pytest.fixture
def tiny_index(place: Path) -> Path:
    """A small index with known annotations under the default name, in the working folder."""
    from tiny import store

    return store(place / "textgov.db")
