"""What the README says is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TABLE = README.partition("| you write | you find |")[2].partition("\n\n")[0]
QUERIES = [q for row in TABLE.splitlines()[2:] for q in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_the_commands_are_current():
    script = ROOT / "docs" / "commands.py"
    run = subprocess.run([sys.executable, script, ROOT / "README.md", "--check"], check=False)
    assert run.returncode == 0, "run: make docs"


def test_the_first_screen():
    first = README.splitlines()[:25]
    assert any(line.startswith("![") for line in first)
    for command in ("make demo", "make test"):
        assert any(line.startswith(command) for line in first)


def test_what_it_points_to_is_there():
    for target in re.findall(r"\]\((?!https:)([^)#]+)\)", README):
        assert (ROOT / target).is_file(), target
    for script in re.findall(r"python (\w+/\w+\.py)", README):
        assert (ROOT / script).is_file(), script


def test_queries_are_met():
    assert len(QUERIES) > 20


@pytest.mark.parametrize("query", QUERIES)
def test_query_of_the_table(textgov, demo_index, query):
    result = textgov("search", query)
    assert result.status == 0, result.err


def test_the_components_work_in_any_pipeline():
    code = re.search(r"```python\n(.+?)```", README, re.DOTALL)
    assert code is not None
    program = code[1] + "\nprint(*(doc.text for doc in nlp.pipe(['The union struck.'])))\n"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "The union struck.\n"), run.stderr
