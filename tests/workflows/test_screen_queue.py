"""The order in which a screener sees documents."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from screening_small import RECORDS, read, relevant, small_review, titles, write_csv

from textgov.index.screening import Decision, decisions
from textgov.index.store import Index
from textgov.workflows.screen import change_plan, decide, resolve, standings
from textgov.workflows.screen_queue import Queue, stop_advice


@pytest.fixture
def index(place):
    small_review(place)
    with Index.open("textgov.db") as opened:
        change_plan(opened, batch=4)
        yield opened


def answer(index: Index, queue: Queue, numbers: dict[str, int]) -> int:
    """Decide on the first as it ought to be; returns its number."""
    one = queue.waiting[0]
    queue.decide(one, "include" if relevant(numbers[one.document]) else "exclude")
    return numbers[one.document]


def run(index: Index, screener: str = "ana", count: int = RECORDS, order: str = "model") -> list[int]:
    queue = Queue(index, "title", screener, order)
    numbers = titles(index)
    return [answer(index, queue, numbers) for _ in range(count)]


def test_what_is_relevant_comes_first_once_it_is_learnt(index):
    seen = run(index)
    assert sorted(seen) == list(range(RECORDS))
    last = max(place for place, number in enumerate(seen) if relevant(number))
    assert last < RECORDS - 8
    scores = [one.score for one in decisions(index)]
    assert scores[:4] == [None] * 4
    assert all(0 < score < 1 for score in scores[8:])


def test_the_order_by_chance_is_that_of_the_seed(index, place):
    queue = Queue(index, "title", "ana", "random")
    first = [one.document for one in queue.waiting]
    assert [one.document for one in Queue(index, "title", "ben", "random").waiting] == first
    change_plan(index, seed=2)
    second = [one.document for one in Queue(index, "title", "ana", "random").waiting]
    assert sorted(first) == sorted(second)
    assert first != second


def test_more_records_do_not_put_the_others_in_another_order(index, place):
    before = [one.document for one in Queue(index, "title", "ana").waiting]
    read(Path("textgov.db"), write_csv(place / "exports" / "more.csv", range(RECORDS, RECORDS + 5)))
    after = [one.document for one in Queue(index, "title", "ana").waiting]
    assert [one for one in after if one in set(before)] == before
    assert len(after) == RECORDS + 5


def test_stopped_and_begun_anew_it_is_the_same_order(index, place):
    undisturbed = run(index)
    other = small_review(place / "again")
    with Index.open(other) as again:
        change_plan(again, batch=4)
        parts = [run(again, count=count) for count in (1, 5, 2, RECORDS - 8)]
    assert [number for part in parts for number in part] == undisturbed


def test_nobody_learns_from_what_another_decided(index):
    change_plan(index, screeners=2)
    alone = [one.document for one in Queue(index, "title", "ben").waiting]
    run(index, "ana", 12)
    assert [one.document for one in Queue(index, "title", "ben").waiting] == alone
    assert [one.score for one in Queue(index, "title", "ben").waiting] == [None] * RECORDS


def test_what_two_have_decided_is_not_shown_to_a_third(index):
    change_plan(index, screeners=2)
    for who in ("ana", "ben"):
        run(index, who, 3, "random")
    assert len(Queue(index, "title", "cleo").waiting) == RECORDS - 3
    assert len(Queue(index, "title", "ana").waiting) == RECORDS - 3


def test_what_is_settled_is_not_asked_again(index):
    change_plan(index, screeners=2)
    document = Queue(index, "title", "ana").waiting[0].document
    decide(index, Decision(document, "title", "ana", "unsure"))
    decide(index, Decision(document, "title", "ben", "include"))
    resolve(index, Decision(document, "title", "cleo", "include"))
    assert standings(index, "title")[document].state == "settled"
    assert document not in {one.document for one in Queue(index, "title", "dora").waiting}


def test_what_is_skipped_comes_back_with_the_next_session(index):
    queue = Queue(index, "title", "ana")
    one = queue.waiting[0]
    queue.skip(one.document)
    assert one not in queue.waiting
    assert Queue(index, "title", "ana").waiting[0] == one


def test_titles_without_words_can_be_screened(place):
    path = place / "odd.csv"
    path.write_text("title,year\n" + "".join(f"{mark},2001\n" for mark in "?!§%"), encoding="utf-8")
    with Index.open(read(place / "odd.db", path)) as index:
        change_plan(index, batch=1)
        queue = Queue(index, "title", "ana")
        for verdict in ("include", "exclude", "include"):
            queue.decide(queue.waiting[0], verdict)
        assert len(queue.waiting) == 1


def test_advice_to_stop_needs_something_found(index):
    assert stop_advice(index, "ana") is None
    run(index, count=RECORDS)
    advice = stop_advice(index, "ana")
    assert (advice.screened, advice.found, advice.total, advice.stop) == (RECORDS, 6, RECORDS, True)


SCRIPT = [sys.executable, "-c", "from textgov.cli import main; main()", "screen", "read", "--screener", "ana"]


@contextlib.contextmanager
def session():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEXTGOV_")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(SCRIPT, **pipes, text=True, env=environment) as process:
        yield process
        process.kill()


def until(process, end: str) -> str:
    read = ""
    while not read.endswith(end) and (letter := process.stdout.read(1)):
        read += letter
    return read


@pytest.mark.slow
def test_killed_in_the_middle_nothing_acknowledged_is_lost(place):
    """A screener in a terminal, killed with -9 in the middle, decides as one who was never disturbed."""
    small_review(place / "calm")
    with Index.open(place / "calm" / "textgov.db") as index:
        change_plan(index, batch=4)
        undisturbed = [one.document[:8] for one in _answers(index, 9)]
    small_review(place)
    with Index.open("textgov.db") as index:
        change_plan(index, batch=4)
    acknowledged = []
    for count in (4, 5):
        with session() as process:
            for _ in range(count):
                card = until(process, " s b q> ")
                verdict = "i" if "on the matter of labour" in card else "e"
                process.stdin.write(f"{verdict}\n" + "\n" * (verdict == "e"))
                process.stdin.flush()
                said = until(process, "clude\n")
                acknowledged.append(said.splitlines()[-1].split()[-2][-8:])
    with Index.open("textgov.db") as index:
        assert [one.document[:8] for one in decisions(index)] == acknowledged
        assert index.check() == []
    assert acknowledged == undisturbed


def _answers(index: Index, count: int) -> list[Decision]:
    run(index, count=count)
    return list(decisions(index))
