"""The rules of the code itself: budgets, imports, what may be loaded when."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "textgov"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in MODULES]
MAX_MODULE = 500
MAX_BODY = 60
MAX_ARGUMENTS = 8
HEAVY = {"spacy", "thinc", "sklearn", "gensim", "numpy", "scipy", "pyarrow", "lxml", "pypdfium2", "rich"}

each_module = pytest.mark.parametrize("path", MODULES, ids=NAMES)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_the_package_is_found():
    assert len(MODULES) > 80


@each_module
def test_module_length(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MODULE


@each_module
def test_function_length(path):
    long = {f"{f.name}:{f.lineno}": body_lines(f) for f in functions(path) if body_lines(f) > MAX_BODY}
    assert long == {}


@each_module
def test_number_of_arguments(path):
    def count(function):
        a = function.args
        return len([*a.posonlyargs, *a.args, *a.kwonlyargs]) + bool(a.vararg) + bool(a.kwarg)

    many = {f"{f.name}:{f.lineno}": count(f) for f in functions(path) if count(f) > MAX_ARGUMENTS}
    assert many == {}


@each_module
def test_no_broad_except(path):
    broad = {"Exception", "BaseException"}
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = (
                []
                if node.type is None
                else node.type.elts
                if isinstance(node.type, ast.Tuple)
                else [node.type]
            )
            names = {c.id for c in caught if isinstance(c, ast.Name)}
            raises_again = (
                bool(node.body) and isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            )
            if (node.type is None or names & broad) and not raises_again:
                found.append(node.lineno)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "suppress"
        ):
            found += [a.lineno for a in node.args if isinstance(a, ast.Name) and a.id in broad]
    assert found == []


def test_no_module_for_everything():
    assert [name for name in NAMES if re.search(r"(utils?|helpers?|misc|common)\.py$", name)] == []


def test_no_import_cycles():
    graph = grimp.build_graph("textgov", cache_dir=None)
    cycles = []
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            # A package's `__init__` may gather what its modules offer.
            if graph.find_shortest_chain(imported, module) and not module.startswith(imported):
                cycles.append((module, imported))
    assert cycles == []


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_spacy_only_in_the_pipeline():
    users = {
        path.relative_to(PACKAGE).parts[0] for path in MODULES if imported_names(path) & {"spacy", "thinc"}
    }
    assert users == {"pipeline"}


def test_click_only_in_the_command_line():
    users = {path.relative_to(PACKAGE).parts[0] for path in MODULES if "click" in imported_names(path)}
    assert users == {"cli"}


def test_every_imported_package_is_a_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    owners = packages_distributions()
    used = set().union(*map(imported_names, MODULES)) - set(sys.stdlib_module_names) - {"textgov"}
    # thinc belongs to spaCy, which pins it.
    missing = {
        name
        for name in used - {"thinc"}
        if not declared & {canonicalize_name(o) for o in owners.get(name, ())}
    }
    assert missing == set()


def loaded_by(*arguments: str) -> set[str]:
    code = f"import sys; sys.argv = {['textgov', *arguments]!r}\n" + (
        "from textgov.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print('loaded:', *{name.split('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(run.stderr.rpartition("loaded:")[2].split())


def test_help_loads_nothing_heavy():
    loaded = loaded_by("--help")
    assert "click" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize(
    "command", ["ingest", "annotate", "search", "show", "status", "export", "doctor", "demo"]
)
def test_help_of_a_command_loads_nothing_heavy(command):
    assert loaded_by(command, "--help") & HEAVY == set()
