from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from casebook.errors import CasebookError
from casebook.grading import executors_dask, remote_work
from casebook.grading.dask_client import other_protocols, other_versions
from casebook.grading.executors import Job, Lost
from casebook.grading.executors_dask import on_dask

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Cluster:
    """A scheduler and workers in processes of their own, as on machines of their own."""

    def __init__(self, folder, **options):
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.scheduler = self._start(
            "dask_scheduler", "--host", "127.0.0.1", "--port", self.address.split(":")[-1], **options
        )
        self.workers = []

    def _start(self, program, *words, path=(SOURCE, HERE)):
        # Without what this environment puts on every path, such as a kit that is being worked on.
        path = [*path, sysconfig.get_path("purelib")]
        command = [sys.executable, "-S", "-P", "-m", f"distributed.cli.{program}", *words, "--no-dashboard"]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONWARNINGS": "ignore"}
        return subprocess.Popen(command, env=environment, cwd=self.folder, stderr=subprocess.DEVNULL)

    def add_worker(self, *words, threads=1, **options):
        words = ("--nthreads", str(threads), "--local-directory", str(self.folder), *words)
        self.workers.append(self._start("dask_worker", self.address, *words, **options))
        return self.workers[-1]

    def end(self):
        processes = [*self.workers, self.scheduler]
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def new_cluster(tmp_path):
    clusters = []

    def start(**options):
        clusters.append(Cluster(tmp_path, **options))
        return clusters[-1]

    yield start
    for cluster in clusters:
        cluster.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers of one thread; a worker that ends is started again."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.add_worker()
    cluster.add_worker()
    yield cluster
    cluster.end()


@pytest.fixture
def functions(monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    return importlib.import_module("jobs_on_workers")


def patient(cluster, execute, **options):
    """On a busy machine, a scheduler takes its time to start."""
    return on_dask(cluster.address, execute, connect_s=60, **options)


def jobs(count, **data):
    return [Job(f"s{number}", {"number": number, **data}) for number in range(count)]


@pytest.mark.slow
class TestOnACluster:
    def test_each_job_comes_back_once_with_its_own_result_from_other_processes(self, cluster, functions):
        with patient(cluster, functions.double) as executor:
            found = list(executor.results(jobs(40, file=b"\x00\xff")))
            again = list(executor.results(jobs(3)))
        assert sorted((job.name, result["twice"]) for job, result in found) == sorted(
            (f"s{number}", 2 * number) for number in range(40)
        )
        assert {result["file"] for _, result in found} == {b"\x00\xff"}
        assert os.getpid() not in {result["process"] for _, result in found}
        assert len(again) == 3

    def test_jobs_are_read_only_as_there_is_room(self, cluster, functions):
        read = []

        def reading():
            for job in jobs(30):
                read.append(job)
                yield job

        with patient(cluster, functions.double) as executor:
            results = executor.results(reading())
            for done in range(1, 31):
                next(results)
                assert len(read) <= done + 2 * 2
            results.close()

    def test_a_mistake_of_the_kit_loses_one_job(self, cluster, functions):
        with patient(cluster, functions.divide) as executor:
            found = {job.name: result for job, result in executor.results(jobs(6))}
        lost = found.pop("s3")
        assert isinstance(lost, Lost)
        assert "ZeroDivisionError" in lost.reason
        assert all("part" in result for result in found.values())

    def test_an_error_that_a_person_must_mend_ends_the_run(self, cluster, functions):
        with (
            patient(cluster, functions.refuse) as executor,
            pytest.raises(CasebookError, match="The box cannot"),
        ):
            list(executor.results(jobs(6)))

    def test_a_worker_that_came_later_with_other_versions_runs_nothing(self, cluster, functions, monkeypatch):
        ours = remote_work.versions() | {"pandas": "0.1"}
        with patient(cluster, functions.double) as executor:
            monkeypatch.setattr(remote_work, "versions", lambda: ours)
            monkeypatch.setattr(executors_dask, "versions", lambda: ours)
            with pytest.raises(CasebookError, match=r"has other versions than this one: pandas .* \(here 0.1\)"):
                list(executor.results(jobs(3)))

    def test_a_worker_killed_in_the_middle_of_a_job_costs_nothing(self, cluster, functions, tmp_path):
        found = []
        with patient(cluster, functions.last_long_once) as executor:
            for job, result in executor.results(jobs(12, folder=str(tmp_path))):
                found.append((job.name, result))
                began = list(tmp_path.glob("3-*"))
                if len(began) == 1 and len(found) == 6:
                    os.kill(int(began[0].name.split("-")[1]), signal.SIGKILL)
        assert sorted(found) == sorted((f"s{number}", {"number": number}) for number in range(12))
        assert len(list(tmp_path.glob("3-*"))) == 2

    def test_a_job_that_ends_its_worker_each_time_is_named_and_blames_nobody_else(self, cluster, functions, tmp_path):
        with patient(cluster, functions.end_the_worker) as executor:
            found = {job.name: result for job, result in executor.results(jobs(12, folder=str(tmp_path)))}
        lost = found.pop("s3")
        assert isinstance(lost, Lost)
        assert not lost.again
        assert "It ended the workers that it ran on, twice: look at s3 by hand" in lost.reason
        assert len(list(tmp_path.glob("3-*"))) == 2
        assert len(found) == 11
        assert not [result for result in found.values() if isinstance(result, Lost)]


@pytest.mark.slow
class TestAClusterThatFails:
    def test_a_cluster_without_workers_is_named_with_how_to_start_one(self, new_cluster, functions):
        cluster = new_cluster()
        with pytest.raises(CasebookError) as caught, patient(cluster, functions.double, workers_s=0.5):
            pass
        assert str(caught.value).startswith(
            f"The cluster at {cluster.address} has no workers, and none came in 0.5 seconds."
        )
        assert f"dask worker {cluster.address}" in str(caught.value)

    def test_workers_that_all_go_end_the_run(self, new_cluster, functions):
        cluster = new_cluster()
        worker = cluster.add_worker("--no-nanny")
        with patient(cluster, functions.double, workers_s=30) as executor:
            results = executor.results(jobs(1000))
            next(results)
            executor._workers_s = 2
            worker.kill()
            with pytest.raises(CasebookError, match="has no workers, and none came in 2 seconds"):
                list(results)

    def test_a_scheduler_that_goes_ends_the_run(self, new_cluster, functions):
        cluster = new_cluster()
        cluster.add_worker()
        with patient(cluster, functions.double) as executor:
            results = executor.results(jobs(1000))
            next(results)
            cluster.scheduler.kill()
            with pytest.raises(CasebookError, match="cannot be reached any more"):
                list(results)

    def test_a_scheduler_that_lacks_the_kit_is_named(self, new_cluster, functions):
        cluster = new_cluster(path=[])
        cluster.add_worker()
        named = "A machine of the cluster at .* cannot import the kit: .*No module named 'casebook'"
        with pytest.raises(CasebookError, match=named), patient(cluster, functions.double):
            pass

    def test_a_worker_that_lacks_the_kit_is_named(self, new_cluster, functions):
        cluster = new_cluster()
        cluster.add_worker(path=[])
        named = "A machine of the cluster at .* cannot import the kit: .*No module named 'casebook'"
        with pytest.raises(CasebookError, match=named), patient(cluster, functions.double):
            pass


def test_no_scheduler_at_the_address_is_named_with_how_to_start_one(functions):
    address = f"tcp://127.0.0.1:{free_port()}"
    began = time.monotonic()
    with pytest.raises(CasebookError) as caught, on_dask(address, functions.double, connect_s=0.5):
        pass
    assert str(caught.value).startswith(f"There is no Dask scheduler at '{address}': ")
    assert "Mend: start one (dask scheduler)" in str(caught.value)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("address", ["127.0.0.1:port", "smtp://127.0.0.1:1", "", "no such host:8786"])
def test_an_address_that_is_none_is_named(functions, address):
    named = "There is no Dask scheduler at"
    with pytest.raises(CasebookError, match=named), on_dask(address, functions.double, connect_s=0.5):
        pass


def test_encryption_without_certificates_is_named(functions):
    named = "Dask has to know certificates, and it knows none here"
    with pytest.raises(CasebookError, match=named), on_dask("tls://127.0.0.1:1", functions.double, connect_s=0.5):
        pass


def test_without_the_package_the_extra_is_named(functions, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    named = r"pip install 'casebook\[cluster\]'"
    with pytest.raises(CasebookError, match=named), on_dask("tcp://127.0.0.1:1", functions.double):
        pass


def test_machines_with_another_python_or_dask_are_named():
    same = {
        "python": "3.11.7.final.0",
        "dask": "2026.8.0",
        "distributed": "2026.8.0",
        "cloudpickle": "3",
        "msgpack": "1",
    }
    said = {
        "client": {"packages": same},
        "scheduler": {"packages": same | {"python": "3.12.1.final.0"}},
        "workers": {
            "tcp://10.0.0.6:1": {"packages": same | {"python": "3.11.9.final.0", "pandas": "99"}},
            "tcp://10.0.0.7:1": {"packages": same | {"dask": "2025.7.0", "msgpack": None}},
        },
    }
    assert [problem.what for problem in other_protocols(said)] == [
        "The scheduler's machine has other versions than this one: python 3.12 (here 3.11).",
        "The worker tcp://10.0.0.7:1 has other versions than this one: dask 2025.7.0 (here 2026.8.0), msgpack missing (here 1).",
    ]


def test_workers_with_other_versions_are_named():
    ours = remote_work.versions()
    said = {"tcp://10.0.0.6:1": ours, "tcp://10.0.0.7:1": ours | {"pandas": "0.1"}}
    assert [problem.what for problem in other_versions(said)] == [
        f"The worker tcp://10.0.0.7:1 has other versions than this one: pandas 0.1 (here {ours['pandas']})."
    ]
