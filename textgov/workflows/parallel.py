"""Maps a function over items in processes, in order, with bounded memory, surviving a worker that dies."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class CrashedError(Exception):
    """The worker process died on this item, twice: once among others and once alone."""


def ordered_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    initializer: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> Iterator[tuple[Item, Result | CrashedError]]:
    """Results with their items, in the order of the items, whatever the number of workers.

    Args:
        function: a module-level function; with one job it runs in this process.
        items: read lazily; at most a few per worker are under way.
        jobs: number of processes.
        initializer: called once in each process with `arguments`.
        arguments: for the initializer.
    """
    if jobs <= 1:
        if initializer is not None:
            initializer(*arguments)
        for item in items:
            yield item, function(item)
        return
    with _Pool(jobs, initializer, arguments) as pool:
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            if len(waiting) >= 3 * jobs:
                yield _next(pool, function, waiting)
        while waiting:
            yield _next(pool, function, waiting)


def _next(
    pool: _Pool, function: Callable[[Item], Result], waiting: deque[tuple[Item, Future[Result]]]
) -> tuple[Item, Result | CrashedError]:
    item, future = waiting.popleft()
    try:
        return item, future.result()
    except BrokenProcessPool:
        pool.restart()
        result = _alone(pool, function, item)
        for place, (other, _) in enumerate(waiting):
            waiting[place] = (other, pool.submit(function, other))
        return item, result


def _alone(pool: _Pool, function: Callable[[Item], Result], item: Item) -> Result | CrashedError:
    """Run one item with nothing beside it, to learn whether it was the one that killed the worker."""
    try:
        return pool.submit(function, item).result()
    except BrokenProcessPool:
        pool.restart()
        return CrashedError("its process died while it was worked on")


class _Pool:
    """An executor that can be replaced after it broke."""

    def __init__(
        self, jobs: int, initializer: Callable[..., None] | None, arguments: tuple[Any, ...]
    ) -> None:
        self._settings = (jobs, initializer, arguments)
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        jobs, initializer, arguments = self._settings
        # Forking a process that holds threads of BLAS may hang; a fresh interpreter never does.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(jobs, mp_context=context, initializer=initializer, initargs=arguments)

    def submit(self, function: Callable[[Item], Result], item: Item) -> Future[Result]:
        return self._executor.submit(function, item)

    def restart(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
