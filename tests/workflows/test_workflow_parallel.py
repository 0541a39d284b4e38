"""The map over processes: order, workers that die or hang, items that fail, and no worker left behind."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from textgov.workflows.parallel import CrashedError, Workers, ordered_map


def work(number: int) -> int:
    """Squares; dies, hangs or fails on numbers that stand for that."""
    if number == 1005:
        os._exit(9)
    if number == 1007:
        time.sleep(60)
    if number == 1009:
        raise ValueError("a defect")
    time.sleep(0.01 * (number % 3))
    return number * number


STARTED: list[str] = []


def start(word: str) -> None:
    STARTED.append(word)


def greet(_: int) -> list[str]:
    return list(STARTED)


@pytest.mark.parametrize("workers", [Workers(), Workers(isolate=True), Workers(2), Workers(5)])
def test_results_come_in_order(workers):
    numbers = [7, 3, 9, 1, 4, 4, 8, 2, 6, 5, 0, 11]
    assert list(ordered_map(work, numbers, workers)) == [(n, n * n) for n in numbers]


def test_nothing_to_do():
    assert list(ordered_map(work, [], Workers(2))) == []


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("place", [0, 3, 7])
def test_a_worker_that_dies_takes_only_its_item_along(jobs, place):
    numbers = list(range(8))
    numbers[place] = 1005
    results = dict(ordered_map(work, numbers, Workers(jobs, isolate=True)))
    assert list(results) == numbers
    for number, result in results.items():
        if number == 1005:
            assert isinstance(result, CrashedError)
            assert str(result) == "its process died while it was worked on"
        else:
            assert result == number * number


def test_every_item_may_kill_its_worker():
    results = list(ordered_map(work, [1005] * 4, Workers(2)))
    assert [type(result) for _, result in results] == [CrashedError] * 4


def test_an_item_that_takes_too_long_is_given_up():
    begun = time.perf_counter()
    results = dict(ordered_map(work, [1, 1007, 2, 3], Workers(2, max_seconds=2)))
    assert time.perf_counter() - begun < 20
    assert str(results[1007]) == "took longer than 2 seconds"
    assert [results[n] for n in (1, 2, 3)] == [1, 4, 9]


def test_a_defect_is_raised():
    with pytest.raises(ValueError, match="a defect"):
        list(ordered_map(work, [1, 1009], Workers(2)))


def test_each_process_is_prepared():
    workers = Workers(2, initializer=start, arguments=("ready",))
    assert all(result == ["ready"] for _, result in ordered_map(greet, range(6), workers))
    STARTED.clear()
    workers = Workers(1, initializer=start, arguments=("here",))
    assert list(ordered_map(greet, [1], workers)) == [(1, ["here"])]
    STARTED.clear()


def test_workers_end_when_the_rest_is_not_wanted():
    results = ordered_map(work, range(100), Workers(2))
    assert next(results) == (0, 0)
    assert len(multiprocessing.active_children()) == 2
    results.close()
    for _ in range(100):
        if not multiprocessing.active_children():
            return
        time.sleep(0.1)
    raise AssertionError("a worker is left")


PARENT = """
import time
from textgov.workflows.parallel import Workers, ordered_map

if __name__ == "__main__":
    for item, result in ordered_map(time.sleep, [0, 0, 60, 60], Workers(2)):
        print("done", flush=True)
"""


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"done\n"
        workers = psutil.Process(parent.pid).children(recursive=True)
        assert len(workers) >= 2
        parent.kill()
    _, alive = psutil.wait_procs(workers, 10)
    assert alive == []
