"""Maps a function over items in processes, in order, with bounded memory, surviving a worker that dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 3
"""Items under way for each worker: enough that none waits, few enough that memory stays bounded."""


class CrashedError(Exception):
    """An item that cannot be worked on: its process died or took too long, the last time alone."""


@dataclass(frozen=True)
class Workers:
    """How the work is done.

    Attributes:
        jobs: number of processes.
        isolate: work in a process of its own even with one job, so that one that dies takes nothing along.
        max_seconds: an item that takes longer is given up; None to wait for ever.
        initializer: a module-level function, called once in each process with `arguments`.
        arguments: for the initializer.
    """

    jobs: int = 1
    isolate: bool = False
    max_seconds: float | None = None
    initializer: Callable[..., object] | None = None
    arguments: tuple[Any, ...] = ()


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], workers: Workers | None = None
) -> Iterator[tuple[Item, Result | CrashedError]]:
    """Results with their items, in the order of the items, whatever the number of workers.

    Args:
        function: a module-level function; with one job that is not isolated it runs in this process.
        items: read lazily; at most a few per worker are under way.
        workers: how many, and what they do at their start.
    """
    workers = workers or Workers()
    if workers.jobs <= 1 and not workers.isolate:
        if workers.initializer is not None:
            workers.initializer(*workers.arguments)
        for item in items:
            yield item, function(item)
        return
    with _pool(workers) as pool:
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            if len(waiting) >= AHEAD * workers.jobs:
                answer = _next(pool, function, waiting)
                yield answer
        while waiting:
            last = _next(pool, function, waiting)
            yield last


def _next(
    pool: _Pool, function: Callable[[Item], Result], waiting: deque[tuple[Item, Future[Result]]]
) -> tuple[Item, Result | CrashedError]:
    item, future = waiting.popleft()
    try:
        # The first in line is being worked on, or will be as soon as a worker is free.
        return item, future.result(pool.workers.max_seconds)
    except BrokenProcessPool:
        pool.restart()
        result = _alone(pool, function, item)
    except TimeoutError:
        pool.restart()
        result = CrashedError(f"took longer than {pool.workers.max_seconds:g} seconds")
    for place, (other, _) in enumerate(waiting):
        waiting[place] = (other, pool.submit(function, other))
    return item, result


def _alone(pool: _Pool, function: Callable[[Item], Result], item: Item) -> Result | CrashedError:
    """Run one item with nothing beside it, to learn whether it was the one that killed the worker."""
    try:
        return pool.submit(function, item).result(pool.workers.max_seconds)
    except BrokenProcessPool:
        pool.restart()
        return CrashedError("its process died while it was worked on")
    except TimeoutError:
        pool.restart()
        return CrashedError(f"took longer than {pool.workers.max_seconds:g} seconds")


class _Pool:
    """An executor that can be ended at once, and replaced after it broke."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self._executor, self._lifeline = self._start()

    def _start(self) -> tuple[ProcessPoolExecutor, Connection]:
        # Forking a process that holds threads of BLAS may hang; a fresh interpreter never does.
        context = multiprocessing.get_context("spawn")
        watched, lifeline = context.Pipe(duplex=False)
        begin = (watched, self.workers.initializer, self.workers.arguments)
        executor = ProcessPoolExecutor(
            self.workers.jobs, mp_context=context, initializer=_begin, initargs=begin
        )
        return executor, lifeline

    def submit(self, function: Callable[[Item], Result], item: Item) -> Future[Result]:
        """The future of an item; that of a pool which is broken already fails as those before it did."""
        try:
            return self._executor.submit(function, item)
        except BrokenProcessPool as error:
            failed: Future[Result] = Future()
            failed.set_exception(error)
            return failed

    def restart(self) -> None:
        """End all workers and begin with new ones."""
        self.stop()
        self._executor, self._lifeline = self._start()

    def stop(self) -> None:
        """End the workers at once, whatever they are doing."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._lifeline.close()


@contextlib.contextmanager
def _pool(workers: Workers) -> Generator[_Pool]:
    pool = _Pool(workers)
    try:
        yield pool
    finally:
        pool.stop()


def _begin(
    watched: Connection,
    initializer: Callable[..., object] | None,
    arguments: tuple[Any, ...],
) -> None:
    # Ctrl-C reaches all processes of a terminal; the one that started the others answers it for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(watched,), daemon=True).start()
    if initializer is not None:
        initializer(*arguments)


def _end_with(watched: Connection) -> None:
    """Leave when the other end is closed, be it that the process that held it was killed.

    A worker would wait for more work for ever otherwise.
    """
    with contextlib.suppress(EOFError, OSError):
        watched.recv()
    os._exit(1)
