"""Many small pieces of work on what they share, on this machine or on a Dask cluster, each kept on disk when done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from itertools import islice
from pathlib import Path
from typing import Any, cast

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from regard.core import parts
from regard.errors import InputError, MissingExtra, RegardError

AHEAD = 2  # pieces in flight for each thread of the cluster: one that is worked on, one that waits
TRIES = 5  # how often what all workers share is sent again after it was lost with them
PATIENCE = 60  # seconds to wait for a scheduler, and for its first worker

Told = Callable[[int], tuple]  # what a piece of that number is given


def each_piece(
    task: Callable[..., np.ndarray],
    shared: Any,
    numbers: Iterable[int],
    told: Told,
    *,
    kept: Path | None = None,
    threads: int = 1,
    together: bool = False,
    scheduler: str | None = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """Do every piece, in any order; one that is found in `kept` is not done again.

    Parameters
    ----------
    task : a function of a module, called as `task(shared, *told(number))`; it must give the same bytes wherever it
        runs.
    shared : sent to every worker once.
    told : gives what a piece is told beside; asked only as fast as pieces are worked on.
    kept : folder for finished pieces, `NUMBER.npy`; each is written before it is given.
    threads : processes of this machine; -1 for all processors. Without meaning for a cluster.
    together : threads of this process in place of processes, for tasks in which others can go on (torch's).
    scheduler : address of a Dask scheduler whose workers do the work, `tcp://…`; None: this machine.

    Returns
    -------
    (number, result) as they finish.

    Raises
    ------
    InputError
        There is no scheduler at the address, or no worker comes to it.
    RegardError
        Workers die again and again; what was finished is kept.
    """
    waiting = []
    for number in numbers:
        found = parts.kept(kept / f"{number}.npy") if kept else None
        if found is None:
            waiting.append(number)
        else:
            yield number, found
    if not waiting:
        return
    if scheduler:
        done = there(task, shared, waiting, told, scheduler)
    else:
        done = (inside if together else here)(task, shared, waiting, told, threads)
    for number, result in done:
        if kept:
            parts.keep(kept / f"{number}.npy", result)
        yield number, result


def numbered(task: Callable[..., np.ndarray], shared: Any, number: int, arguments: tuple) -> tuple[int, np.ndarray]:
    return number, task(shared, *arguments)


def here(task: Callable, shared: Any, numbers: list[int], told: Told, threads: int) -> Iterator:
    """By processes of this machine; joblib maps what they share instead of copying it."""
    jobs = (delayed(numbered)(task, shared, number, told(number)) for number in numbers)
    processes = min(effective_n_jobs(threads), len(numbers))
    yield from cast(Iterable, Parallel(n_jobs=processes, return_as="generator_unordered")(jobs))


def inside(task: Callable, shared: Any, numbers: list[int], told: Told, threads: int) -> Iterator:
    """By threads of this process; when interrupted, what is worked on is waited for and what waits is not begun."""
    pool = futures.ThreadPoolExecutor(min(effective_n_jobs(threads), len(numbers)))
    try:
        jobs = [pool.submit(lambda number=n: numbered(task, shared, number, told(number))) for n in numbers]
        for job in futures.as_completed(jobs):
            yield job.result()
    finally:
        pool.shutdown(cancel_futures=True)


def there(task: Callable, shared: Any, numbers: list[int], told: Told, scheduler: str) -> Iterator:
    """By the workers of a Dask cluster: a bounded number of pieces in flight, those of dead workers done again."""
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("distributed", "cluster") from None
    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"--scheduler {scheduler}: no scheduler answers there ({type(error).__name__})") from None
    with client:
        left, failed = dict.fromkeys(numbers), 0
        while left:
            wait_for_worker(client, scheduler)
            before = len(left)
            for number, result in in_flight(client, task, shared, list(left), told):
                del left[number]
                yield number, result
            failed = 0 if len(left) < before else failed + 1
            if left and failed == TRIES:
                raise RegardError(
                    f"--scheduler {scheduler}: its workers die again and again, {len(left)} pieces are left; see to "
                    "them (is memory short?), then run the same again: what was finished is kept"
                )


def wait_for_worker(client, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise InputError(f"--scheduler {scheduler}: no worker came in {PATIENCE} s; start some") from None


def in_flight(client, task: Callable, shared: Any, numbers: list[int], told: Told) -> Iterator:
    """Give results as they come, until all are there or what the workers share is lost with the last of them."""
    from distributed import KilledWorker, as_completed
    from distributed.client import FutureCancelledError

    sent = client.scatter(shared, broadcast=True, hash=False)
    queue, coming = iter(numbers), as_completed(loop=client.loop)
    while True:
        room = AHEAD * max(1, sum(client.nthreads().values())) - coming.count()  # workers come and go
        for number in islice(queue, max(0, room)):
            coming.add(client.submit(numbered, task, sent, number, told(number), pure=False))
        if coming.is_empty():
            return
        try:
            result = next(coming).result()
        except (KilledWorker, FutureCancelledError):
            return
        yield result
