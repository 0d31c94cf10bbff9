"""How do jobs run on a Dask cluster? A worker is handed bytes and the name of a function, and hands back bytes.

A worker that goes away takes its jobs with it. Which of them was to blame is not known, so all of them
run once more when everything else is done, one at a time: one that ends its worker again is the one.
"""

from __future__ import annotations

import logging
import queue
import time
import uuid
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from casebook.errors import CasebookError
from casebook.grading.executors import IN_FLIGHT_PER_WORKER, Execute, Executor, Job, Lost, mistake
from casebook.grading.remote_work import answer, differs, name_of, versions, work
from casebook.grading.wire import pack

# Dask's own parts: with other versions of these, nothing crosses at all.
PROTOCOL = ("python", "dask", "distributed", "cloudpickle", "msgpack")
# How often the workers are counted.
LOOK_S = 1.0


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
    try:
        import distributed
        from dask import config  # pyright: ignore[reportPrivateImportUsage]
    except ImportError as error:
        raise CasebookError.one(
            "Grading on a cluster needs the package 'distributed', which is not installed here.",
            mend="pip install 'casebook[cluster]'",
        ) from error
    function = name_of(execute)
    settings = {
        # A class hands in more than Dask thinks usual; it is meant to cross.
        "distributed.admin.large-graph-warning-threshold": "1GB",
        "distributed.comm.timeouts.connect": connect_s,
    }
    with _quiet(), config.set(settings):
        client = _connected(distributed, scheduler, connect_s)
        try:
            cluster = _Cluster(client, scheduler, function, workers_s)
            cluster.wait_for_a_worker()
            cluster.require_same_protocol()
            # At once, and not after several tries, Dask is to say that a job's worker is gone.
            client.run_on_scheduler(_set_allowed_failures, 0)
            yield cluster
        finally:
            if client.status == "running":
                with suppress(Exception):
                    client.run_on_scheduler(_set_allowed_failures, None)
            client.close(timeout=connect_s)


class _Cluster:
    def __init__(self, client: Any, scheduler: str, function: str, workers_s: float) -> None:
        self._client = client
        self._scheduler = scheduler
        self._function = function
        self._workers_s = workers_s
        self._threads = 0
        self._looked = self._had_workers = time.monotonic()

    def wait_for_a_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=self._workers_s)
        except TimeoutError as error:
            raise self._nobody_works() from error

    def require_same_protocol(self) -> None:
        found = self._client.get_versions(check=False)
        ours = _protocol(found["client"])
        others = {"The scheduler's machine": found["scheduler"]}
        others |= {f"The worker {address}": each for address, each in found["workers"].items()}
        problems = [
            differs(_protocol(each), ours, machine) for machine, each in others.items() if _protocol(each) != ours
        ]
        if problems:
            raise CasebookError(problems[:5])

    def results(self, jobs: Iterable[Job]) -> Generator[tuple[Job, dict[str, Any] | Lost]]:
        """As in ``Executor``."""
        run = _Run(self._client, self._function)
        waiting = iter(jobs)
        suspects: list[Job] = []
        try:
            while True:
                while len(run) < self._room() and (job := next(waiting, None)) is not None:
                    run.submit(job)
                if not run:
                    break
                for job, result in self._outcomes(run.done(LOOK_S)):
                    if result is None:
                        suspects.append(job)
                    else:
                        yield job, result
            for job in suspects:
                run.submit(job)
                while not (done := run.done(LOOK_S)):
                    self._room()
                for _, result in self._outcomes(done):
                    yield job, result or _ended_workers(job)
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
                raise self._scheduler_gone() from error
            if self._threads:
                self._had_workers = now
            elif now - self._had_workers > self._workers_s:
                raise self._nobody_works()
        return max(1, IN_FLIGHT_PER_WORKER * self._threads)

    def _outcomes(self, done: Sequence[tuple[Job, Any]]) -> Iterator[tuple[Job, dict[str, Any] | Lost | None]]:
        """What came of jobs that have ended; None: their worker has ended."""
        finished = [future for _, future in done if future.status == "finished"]
        try:
            # Asked for together, they cost one way there and back.
            kept = dict(zip((future.key for future in finished), self._client.gather(finished), strict=True))
        except Exception:  # noqa: BLE001  (each is asked for by itself below, and says what it has)
            kept = {}
        for job, future in done:
            yield job, self._outcome(future, kept.get(future.key))

    def _outcome(self, future: Any, packed: Any) -> dict[str, Any] | Lost | None:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        if future.cancelled():
            raise self._scheduler_gone()
        try:
            packed = future.result() if packed is None else packed
        except KilledWorker:
            return None
        except (OSError, FutureCancelledError) as error:
            raise self._scheduler_gone() from error
        # What Dask raises where a machine has no such module, or where the kit made a mistake.
        except Exception as error:
            if isinstance(error.__cause__ or error, ImportError):
                raise CasebookError.one(
                    f"A machine of the cluster at {self._scheduler} cannot import the kit: {error.__cause__ or error}.",
                    mend="install the kit and the same requirements.txt on the scheduler's machine and on every worker's.",
                ) from error
            return Lost(mistake(error))
        return answer(packed, f"A worker of {self._scheduler}")

    def _nobody_works(self) -> CasebookError:
        return CasebookError.one(
            f"The cluster at {self._scheduler} has no workers, and none came in {self._workers_s:g} seconds.",
            mend=f"start some (dask worker {self._scheduler}), then run the command again: what is done stays done.",
        )

    def _scheduler_gone(self) -> CasebookError:
        return CasebookError.one(
            f"The scheduler at {self._scheduler} cannot be reached any more.",
            mend="start it and its workers again, then run the command again: what is done stays done.",
        )


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
        self._futures[key] = future

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


def _connected(distributed: Any, scheduler: str, connect_s: float) -> Any:
    try:
        with warnings.catch_warnings():
            # That versions differ is said below, in words of ours.
            warnings.simplefilter("ignore")
            return distributed.Client(scheduler, timeout=connect_s, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise CasebookError.one(
            f"There is no Dask scheduler at {scheduler!r}: {reason}.",
            mend="start one (dask scheduler), and name the address that it prints, as in --scheduler tcp://10.0.0.5:8786",
        ) from error


def _protocol(said: dict[str, Any]) -> dict[str, str]:
    packages: dict[str, str | None] = said["packages"]
    found = {name: str(packages.get(name) or "missing") for name in PROTOCOL}
    # 3.11.9.final.0: what crosses depends on the first two.
    return found | {"python": ".".join(found["python"].split(".")[:2])}


def _ended_workers(job: Job) -> Lost:
    return Lost(
        f"It ended the workers that it ran on, twice: look at {job.name} by hand, "
        "or grade it alone on a machine that may fall.",
        again=False,
    )


def _set_allowed_failures(count: int | None, dask_scheduler: Any = None) -> None:
    """Run on the scheduler; None: as it was set up there."""
    from dask import config  # pyright: ignore[reportPrivateImportUsage]

    default = config.get("distributed.scheduler.allowed-failures")
    dask_scheduler.allowed_failures = default if count is None else count


@contextmanager
def _quiet() -> Generator[None]:
    """What Dask would write about lost connections is said once, by us."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
