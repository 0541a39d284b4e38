"""The entry point: help, version, completion, Ctrl-C, a reader that goes away, and the small commands."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from textgov import __version__
from textgov.cli.root import COMMANDS, cli

PROGRAM = [sys.executable, "-c", "from textgov.cli import main; main()"]


def test_help(textgov):
    result = textgov("--help")
    assert (result.status, result.err) == (0, "")
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name}\s+{re.escape(entry.help[:40])}", result.out, re.MULTILINE)
    assert textgov("-h").out == result.out


def test_the_list_of_commands_says_what_their_help_says():
    for name, entry in COMMANDS.items():
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.name == name
        assert (command.help or "").splitlines()[0] == entry.help


def test_no_arguments_show_the_help(textgov):
    result = textgov()
    assert (result.status, result.out) == (2, "")
    assert result.err.rstrip() == textgov("--help").out.rstrip()


def test_version(textgov):
    assert textgov("--version").out == f"textgov, version {__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(textgov, shell):
    result = textgov("completion", shell)
    assert (result.status, result.err) == (0, "")
    assert "_TEXTGOV_COMPLETE" in result.out


def test_completion_of_commands():
    environment = {"_TEXTGOV_COMPLETE": "bash_complete", "COMP_WORDS": "textgov st", "COMP_CWORD": "1"}
    code = "import sys; sys.argv = ['textgov']; from textgov.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "plain,status\n"


def test_an_expected_error_is_one_line(textgov):
    result = textgov("status", "--index", "no/where.db")
    assert (result.status, result.out) == (3, "")
    assert re.fullmatch(r"textgov: no/where\.db: [^\n]+\n", result.err)


def test_a_defect_is_not_hidden(textgov, monkeypatch):
    from textgov.workflows import status

    def broken(_index):
        raise ZeroDivisionError

    monkeypatch.setattr(status, "index_status", broken)
    (Path("a.txt")).write_text("The union bargained with the mill for a year.", encoding="utf-8")
    textgov("ingest", "a.txt")
    with pytest.raises(ZeroDivisionError):
        textgov("status")


def test_a_reader_that_goes_away_is_no_error(demo_index):
    line = f"{sys.executable} -c 'from textgov.cli import main; main()' export mentions --index textgov.db | head -n 2"
    run = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    assert run.returncode == 0
    assert len(run.stdout.splitlines()) == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_is_clean_and_the_run_goes_on(place, jobs, textgov):
    texts = place / "in"
    texts.mkdir()
    for number in range(400):
        text = f"Union {number} bargained with mill {number * 7} over {number * 13} looms. " * 40
        (texts / f"{number:03}.txt").write_text(text, encoding="utf-8")
    # A terminal sends Ctrl-C to the whole group of processes.
    run = subprocess.Popen(
        [*PROGRAM, "ingest", "in", "-j", jobs],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for_documents(place / "textgov.db")
    os.killpg(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 130, err
    assert (out, err) == ("", "\nstopped; the same command goes on where it was\n")
    assert "the last ingest has not come to its end" in textgov("status").err
    result = textgov("ingest", "in", "-j", "1")
    assert result.status == 0
    assert "known before" in result.err
    assert (
        len(textgov("export", "documents", "--format", "jsonl").rows())
        + len(textgov("export", "duplicates", "--format", "jsonl").rows())
        == 400
    )
    assert "has not come to its end" not in textgov("status").err


def wait_for_documents(path: Path) -> None:
    from textgov.errors import IndexFileError
    from textgov.index.store import Index

    for _ in range(600):
        time.sleep(0.05)
        try:
            with Index.open(path, read_only=True) as index:
                if next(index.document_ids(), None):
                    return
        except IndexFileError:
            continue
    raise AssertionError("no document came")


def test_doctor(textgov, tiny_index):
    result = textgov("doctor")
    assert (result.status, result.err) == (0, "")
    looked_at = [line[6:20].strip() for line in result.out.splitlines()]
    assert [line[:4] for line in result.out.splitlines()] == ["ok  "] * 7
    assert looked_at == ["Python", "packages", "SQLite", "codebook", "language model", "coder", "index"]
    assert "textgov.db: sound, 2 documents, 2 annotated" in result.out


def test_doctor_finds_a_damaged_index(textgov, tiny_index):
    with tiny_index.open("r+b") as stream:
        stream.seek(4096 * 3)
        stream.write(b"\xff" * 4096 * 4)
    result = textgov("doctor", "--index", tiny_index.name)
    assert result.status == 1
    last = result.out.splitlines()[-1]
    assert last.startswith("FAIL  index")
    assert "textgov.db" in last


def test_doctor_finds_a_faulty_codebook(textgov, place):
    assert textgov("codebook", "new", "mine").status == 0
    (place / "mine" / "codes.actor.toml").write_text("[[code]]\n", encoding="utf-8")
    result = textgov("doctor", "--codebook", "mine")
    assert result.status == 1
    faults = [line for line in result.out.splitlines() if line.startswith("FAIL  codebook")]
    assert len(faults) > 3
    assert all("codes.actor.toml:1:" in fault for fault in faults)
    assert result.err == f"{len(faults)} wrong\n"


def test_colours_only_on_a_terminal():
    assert "\x1b" not in CliRunner().invoke(cli, ["--help"]).output
