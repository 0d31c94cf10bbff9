"""How are the runs of a class spread? Over threads here, or over the workers of a Dask cluster.

An executor knows nothing of notebooks: a job is a name and plain data, and what is done with the data
is a function from one dict to another.
"""

from __future__ import annotations

import queue
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from casebook.errors import CasebookError

Execute = Callable[[dict[str, Any]], dict[str, Any]]

# While one job of a worker runs, the next is at hand.
IN_FLIGHT_PER_WORKER = 2
# A job that is interrupted may just be going to begin its next part.
INTERRUPT_AGAIN_S = 0.1


@dataclass(frozen=True)
class Job:
    """Something to execute.

    Parameters
    ----------
    name
        What it is called in messages; no two of a run have the same.
    data
        Plain data, as ``wire.pack`` takes it.
    """

    name: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Lost:
    """A job that gave no result.

    Parameters
    ----------
    reason
        What happened and what a person can do; sentences.
    again
        Whether another run may do better. False: it ended the workers that it ran on.
    """

    reason: str
    again: bool = True


class Executor(Protocol):
    """Executes jobs, a bounded number at once."""

    def results(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, dict[str, Any] | Lost]]:
        """Each job with what came of it, as they finish.

        ``jobs`` is read as there is room. Whoever stops early closes the iterator: nothing more begins.

        Raises
        ------
        CasebookError
            No further job can be executed; or one raised it.
        """
        ...


class _Local:
    def __init__(
        self,
        workers: int,
        execute: Execute,
        interrupt: Callable[[], None] | None,
        started: Callable[[str], None] | None,
    ) -> None:
        self._workers = workers
        self._execute = execute
        self._interrupt = interrupt
        self._started = started

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, dict[str, Any] | Lost]]:
        """As in ``Executor``."""
        done: queue.SimpleQueue[tuple[Job, dict[str, Any] | Lost | BaseException]] = queue.SimpleQueue()

        def run(job: Job) -> None:
            try:
                if self._started is not None:
                    self._started(job.name)
                done.put((job, attempted(self._execute, job)))
            except BaseException as error:  # noqa: BLE001  (it is raised where the results are read)
                done.put((job, error))

        waiting = iter(jobs)
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="grading")
        in_flight = 0
        futures: list[Future[None]] = []
        try:
            while True:
                while in_flight < IN_FLIGHT_PER_WORKER * self._workers and (job := next(waiting, None)) is not None:
                    futures = [future for future in futures if not future.done()] + [pool.submit(run, job)]
                    in_flight += 1
                if not in_flight:
                    return
                job, result = done.get()
                in_flight -= 1
                if isinstance(result, BaseException):
                    raise result
                yield job, result
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            if in_flight and self._interrupt is not None:
                while left := [future for future in futures if not future.done()]:
                    self._interrupt()
                    wait(left, timeout=INTERRUPT_AGAIN_S)
            pool.shutdown(wait=True)


@contextmanager
def local(
    workers: int,
    execute: Execute,
    *,
    interrupt: Callable[[], None] | None = None,
    started: Callable[[str], None] | None = None,
) -> Generator[Executor]:
    """Threads of this process. A job runs in processes of its own, so that threads only wait for them.

    Parameters
    ----------
    workers
        How many jobs run at once.
    execute
        What to do with each job's data.
    interrupt
        Ends what the running jobs are at; called, until they have ended, when the results are not read to
        their end. None: they are waited for.
    started
        Told the name of each job when its turn has come. None: nobody is.
    """
    yield _Local(workers, execute, interrupt, started)


def attempted(execute: Execute, job: Job) -> dict[str, Any] | Lost:
    """The result of a job; a mistake of the kit in it loses this job and not the run.

    Raises
    ------
    CasebookError
        The job says that none can be executed.
    """
    try:
        return execute(job.data)
    except CasebookError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever a mistake of ours raises)
        return Lost(mistake(error))


def mistake(error: Exception) -> str:
    """What to say of an exception that nobody foresaw: what it is, and where it came from."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f" ({Path(last[0].filename).name}:{last[0].lineno})" if last else ""
    return (
        f"The kit made a mistake while executing it: {type(error).__name__}: {error}{place}. "
        "Run it again, and if it stays, report it with the notebook."
    )
