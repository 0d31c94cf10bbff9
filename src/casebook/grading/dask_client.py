"""How is a Dask cluster reached, and can its machines work together with this one?"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

from casebook.errors import CasebookError, Problem, raise_if_any
from casebook.grading.remote_work import differs, versions

# Dask's own parts: with other versions of these, nothing crosses at all.
PROTOCOL = ("python", "dask", "distributed", "cloudpickle", "msgpack")

# Where Dask's settings name certificates.
TLS = "distributed.comm.tls"


@contextmanager
def dask_client(scheduler: str, *, connect_s: float, workers_s: float) -> Generator[Any]:
    """Dask's own client of a cluster in which somebody works.

    Parameters
    ----------
    scheduler
        Address of its scheduler.
    connect_s
        How long to try to reach it.
    workers_s
        How long to wait for a worker.

    Raises
    ------
    CasebookError
        There is no such cluster, nobody works in it, or its machines have another Python or Dask.
    """
    try:
        import distributed
        from dask import config  # pyright: ignore[reportPrivateImportUsage]
    except ImportError as error:
        raise CasebookError.one(
            "Grading on a cluster needs the package 'distributed', which is not installed here.",
            mend="pip install 'casebook[cluster]'",
        ) from error
    settings = {
        # A class hands in more than Dask thinks usual; it is meant to cross.
        "distributed.admin.large-graph-warning-threshold": "1GB",
        "distributed.comm.timeouts.connect": connect_s,
    }
    if scheduler.startswith("tls:") and not (config.get(f"{TLS}.ca-file") and config.get(f"{TLS}.client.cert")):
        raise CasebookError.one(
            f"For a scheduler with encryption, as at {scheduler}, Dask has to know certificates, and it knows none here.",
            mend="name them in Dask's settings, as deploy/cluster/README.md says.",
        )
    with _quiet(), config.set(settings):
        client = _connected(distributed, scheduler, connect_s)
        try:
            try:
                client.wait_for_workers(1, timeout=workers_s)
            except TimeoutError as error:
                raise nobody_works(scheduler, workers_s) from error
            raise_if_any(other_protocols(client.get_versions(check=False)))
            try:
                # At once, and not after several tries, Dask is to say that a job's worker is gone.
                client.run_on_scheduler(_set_allowed_failures, 0)
                # A worker that cannot find what it is asked to run would leave without a word.
                raise_if_any(other_versions(client.run(versions)))
            except Exception as error:
                # Of what a worker cannot read, Dask brings back the words only.
                if "ModuleNotFoundError" in f"{error!r}" or isinstance(error, ImportError):
                    raise lacks_the_kit(scheduler, error) from error
                raise
            yield client
        finally:
            if client.status == "running":
                with suppress(Exception):
                    client.run_on_scheduler(_set_allowed_failures, None)
            client.close(timeout=connect_s)


def nobody_works(scheduler: str, waited_s: float) -> CasebookError:
    """That a cluster has no workers."""
    return CasebookError.one(
        f"The cluster at {scheduler} has no workers, and none came in {waited_s:g} seconds.",
        mend=f"start some (dask worker {scheduler}), then run the command again: what is done stays done.",
    )


def scheduler_gone(scheduler: str) -> CasebookError:
    """That a cluster was there and is not any more."""
    return CasebookError.one(
        f"The scheduler at {scheduler} cannot be reached any more.",
        mend="start it and its workers again, then run the command again: what is done stays done.",
    )


def lacks_the_kit(scheduler: str, error: BaseException) -> CasebookError:
    """That a machine of a cluster could not find what it was asked to run."""
    return CasebookError.one(
        f"A machine of the cluster at {scheduler} cannot import the kit: {error}.",
        mend="install the kit and the same requirements.txt on the scheduler's machine and on every worker's.",
    )


def _connected(distributed: Any, scheduler: str, connect_s: float) -> Any:
    try:
        _require_address(scheduler)
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


def _require_address(scheduler: str) -> None:
    """Raise ValueError where Dask's client would only find out when it is half made, and then not end well."""
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.comm.registry import get_backend

    protocol, location = parse_address(scheduler)
    get_backend(protocol)
    if protocol in {"tcp", "tls"}:
        parse_host_port(location)


def other_protocols(said: dict[str, Any]) -> list[Problem]:
    """Which machines could not even talk with this one; ``said``: what Dask's client says of all versions."""
    ours = _protocol(said["client"])
    others = {"The scheduler's machine": said["scheduler"]}
    others |= {f"The worker {address}": each for address, each in said["workers"].items()}
    return [differs(_protocol(each), ours, machine) for machine, each in others.items() if _protocol(each) != ours]


def other_versions(said: dict[str, dict[str, str]]) -> list[Problem]:
    """Which workers might give other marks than this machine; ``said``: ``versions`` of each, by address."""
    ours = versions()
    return [differs(each, ours, f"The worker {address}") for address, each in said.items() if each != ours]


def _protocol(said: dict[str, Any]) -> dict[str, str]:
    packages: dict[str, str | None] = said["packages"]
    found = {name: str(packages.get(name) or "missing") for name in PROTOCOL}
    # 3.11.9.final.0: what crosses depends on the first two.
    return found | {"python": ".".join(found["python"].split(".")[:2])}


def _set_allowed_failures(count: int | None, dask_scheduler: Any = None) -> None:
    """Run on the scheduler; None: as it was set up there."""
    from dask import config  # pyright: ignore[reportPrivateImportUsage]

    default = config.get("distributed.scheduler.allowed-failures")
    dask_scheduler.allowed_failures = default if count is None else count


@contextmanager
def _quiet() -> Generator[None]:
    """What Dask would write about lost connections is said once, by us."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] in {"distributed", "asyncio"}]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
