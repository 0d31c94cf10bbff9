"""How do jobs run on a Dask cluster? A worker is handed bytes and the name of a function, and hands back bytes.

A worker that goes away takes its jobs with it. Which of them was to blame is not known, so all of them
run once more when everything else is done, one at a time: one that ends its worker again is the one.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from casebook.grading.dask_client import dask_client, lacks_the_kit, nobody_works, scheduler_gone
from casebook.grading.executors import IN_FLIGHT_PER_WORKER, Execute, Executor, Job, Lost, mistake
from casebook.grading.remote_work import answer, name_of, versions, work
from casebook.grading.wire import pack

# How often the workers are counted.
LOOK_S = 1.0
# How long results may take to get here before a look at whether their workers are still there.
FETCH_S = 10.0


@contextmanager
def on_dask(scheduler: str, execute: Execute, *, connect_s: float = 10, workers_s: float = 60) -> Generator[Executor]:
    """Workers of a Dask cluster.

    Parameters
    ----------
    scheduler
        Address of its scheduler, as in ``tcp://10.0.0.5:8786``; with ``tls://``, Dask's own settings name the
        certificates.
    execute
        What to do with each job's data; a function that a module of every worker has under the same name.
    connect_s
        How long to try to reach the scheduler.
    workers_s
        How long to wait while there is no worker.

    Raises
    ------
    CasebookError
        There is no such cluster, nobody works in it, or it has other versions than this machine.
    """
    function = name_of(execute)
    with dask_client(scheduler, connect_s=connect_s, workers_s=workers_s) as client:
        yield _Cluster(client, scheduler, function, workers_s)


class _Cluster:
    def __init__(self, client: Any, scheduler: str, function: str, workers_s: float) -> None:
        self._client = client
        self._scheduler = scheduler
        self._function = function
        self._workers_s = workers_s
        self._threads = 0
        self._looked = self._had_workers = time.monotonic()

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, dict[str, Any] | Lost]]:
        """As in ``Executor``."""
        run = _Run(self._client, self._function)
        self._had_workers = time.monotonic()
        waiting = iter(jobs)
        suspects: list[Job] = []
        try:
            while True:
                while len(run) < self._room() and (job := next(waiting, None)) is not None:
                    run.submit(job)
                if not run:
                    break
                for job, result in self._outcomes(run, run.done(LOOK_S)):
                    if result is None:
                        suspects.append(job)
                    else:
                        yield job, result
            for suspect in suspects:
                run.submit(suspect)
                while run:
                    self._room()
                    for job, result in self._outcomes(run, run.done(LOOK_S)):
                        yield job, _ended_workers(job) if result is None else result
        finally:
            run.cancel()

    def _room(self) -> int:
        """How many jobs may be under way, by the workers there are now."""
        now = time.monotonic()
        if not self._threads or now - self._looked > LOOK_S:
            self._looked = now
            try:
                self._threads = sum(self._client.nthreads().values())
            except (OSError, TimeoutError) as error:
                raise scheduler_gone(self._scheduler) from error
            if self._threads:
                self._had_workers = now
            elif now - self._had_workers > self._workers_s:
                raise nobody_works(self._scheduler, self._workers_s)
        return max(1, IN_FLIGHT_PER_WORKER * self._threads)

    def _outcomes(
        self, run: _Run, done: Sequence[tuple[Job, Any]]
    ) -> Iterator[tuple[Job, dict[str, Any] | Lost | None]]:
        """What came of jobs that have ended; None: their worker has ended."""
        finished = [future for _, future in done if future.status == "finished"]

        async def fetch() -> Any:
            return await self._client.gather(finished, asynchronous=True)

        try:
            # Asked for together, they cost one way there and back.
            results = self._client.sync(fetch, callback_timeout=FETCH_S)
            kept = dict(zip((future.key for future in finished), results, strict=True))
        except Exception:  # noqa: BLE001  (each is asked for by itself below, and says what it has)
            kept = {}
        for job, future in done:
            try:
                packed = kept[future.key] if future.key in kept else future.result(timeout=LOOK_S)
            except TimeoutError:
                # Its worker has ended before it could hand over the result, and it runs again; or the line is slow.
                run.wait_for(job, future)
            except Exception as error:  # noqa: BLE001  (whatever a job raises)
                yield job, self._failed(future, error)
            else:
                yield job, answer(packed, f"A worker of {self._scheduler}")

    def _failed(self, future: Any, error: Exception) -> Lost | None:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return None
        if future.cancelled() or isinstance(error, OSError):
            raise scheduler_gone(self._scheduler) from error
        # What Dask raises where a machine has no such module, or where the kit made a mistake.
        cause = error.__cause__ or error
        if isinstance(cause, ImportError):
            raise lacks_the_kit(self._scheduler, cause) from error
        return Lost(mistake(error))


class _Run:
    """The jobs that are under way."""

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function
        self._name = f"casebook-{uuid.uuid4().hex}"
        self._submitted = 0
        self._futures: dict[str, Any] = {}
        self._done: queue.SimpleQueue[tuple[Job, Any]] = queue.SimpleQueue()

    def __len__(self) -> int:
        return len(self._futures)

    def submit(self, job: Job) -> None:
        self._submitted += 1
        key = f"{self._name}-{self._submitted}"
        future = self._client.submit(work, self._function, versions(), pack(job.data), key=key, pure=False)
        self.wait_for(job, future)

    def wait_for(self, job: Job, future: Any) -> None:
        self._futures[future.key] = future

        def ended(_: Any) -> None:
            self._done.put((job, future))

        future.add_done_callback(ended)

    def done(self, most_s: float) -> list[tuple[Job, Any]]:
        """What has ended by now; waits for one, but not for ever."""
        found: list[tuple[Job, Any]] = []
        with suppress(queue.Empty):
            found.append(self._done.get(timeout=most_s))
            while True:
                found.append(self._done.get_nowait())
        for _, future in found:
            del self._futures[future.key]
        return found

    def cancel(self) -> None:
        if self._futures:
            with suppress(OSError, TimeoutError):
                self._client.cancel(list(self._futures.values()), force=True)
            self._futures.clear()


def _ended_workers(job: Job) -> Lost:
    return Lost(
        f"It ended the workers that it ran on, twice: look at {job.name} by hand, "
        "or grade it alone on a machine that may fall.",
        again=False,
    )
