from __future__ import annotations

import threading
import time

import pytest

from casebook.errors import CasebookError
from casebook.grading.executors import Job, Lost, local


def jobs(count):
    return [Job(f"s{number}", {"number": number}) for number in range(count)]


def double(data):
    return {"twice": 2 * data["number"]}


def test_each_job_comes_back_once_with_its_own_result():
    with local(3, double) as executor:
        found = list(executor.results(jobs(50)))
    assert sorted((job.name, result["twice"]) for job, result in found) == sorted(
        (f"s{number}", 2 * number) for number in range(50)
    )


def test_no_jobs_give_no_results():
    with local(2, double) as executor:
        assert list(executor.results([])) == []


def test_jobs_run_at_the_same_time_and_come_back_as_they_finish():
    both = threading.Barrier(2, timeout=10)

    def meet(data):
        both.wait()
        # The first waits for the second to have been handed back.
        assert data["number"] or second_is_back.wait(timeout=10)
        return data

    second_is_back = threading.Event()
    with local(2, meet) as executor:
        results = executor.results(jobs(2))
        assert next(results)[0].name == "s1"
        second_is_back.set()
        assert next(results)[0].name == "s0"


def test_jobs_are_read_only_as_there_is_room():
    read = []

    def reading():
        for job in jobs(100):
            read.append(job)
            yield job

    with local(2, double) as executor:
        results = executor.results(reading())
        for done in range(1, 101):
            next(results)
            assert len(read) <= done + 3
        assert list(results) == []


def test_no_more_than_the_workers_run_at_once():
    running, most = set(), []
    lock = threading.Lock()

    def watched(data):
        with lock:
            running.add(data["number"])
            most.append(len(running))
        time.sleep(0.005)
        with lock:
            running.discard(data["number"])
        return data

    with local(3, watched) as executor:
        list(executor.results(jobs(30)))
    assert max(most) == 3


def test_a_mistake_of_the_kit_loses_one_job_and_says_where_it_is():
    def divide(data):
        return {"part": 1 / (data["number"] - 3)}

    with local(2, divide) as executor:
        found = {job.name: result for job, result in executor.results(jobs(6))}
    lost = found.pop("s3")
    assert isinstance(lost, Lost)
    assert "ZeroDivisionError: division by zero (test_executors.py:" in lost.reason
    assert lost.again
    assert all(isinstance(result, dict) for result in found.values())


def test_an_error_that_a_person_must_mend_ends_the_run():
    started = []

    def refuse(data):
        started.append(data["number"])
        if data["number"] == 2:
            raise CasebookError.one("The box cannot be built.")
        return data

    with local(1, refuse) as executor, pytest.raises(CasebookError, match="The box cannot be built"):
        list(executor.results(jobs(100)))
    assert len(started) < 10


def test_whoever_stops_early_ends_what_runs_and_starts_nothing_more():
    stop, started = threading.Event(), []

    def last_long(data):
        started.append(data["number"])
        if data["number"]:
            assert stop.wait(timeout=30)
        return data

    before = threading.active_count()
    with local(2, last_long, interrupt=stop.set) as executor:
        results = executor.results(jobs(100))
        next(results)
        results.close()
    assert stop.is_set()
    assert len(started) <= 4
    assert threading.active_count() == before


def test_what_has_been_read_to_the_end_is_not_interrupted():
    with local(2, double, interrupt=lambda: pytest.fail("interrupted")) as executor:
        assert len(list(executor.results(jobs(5)))) == 5


def test_an_executor_can_be_used_again():
    with local(2, double) as executor:
        assert len(list(executor.results(jobs(5)))) == 5
        assert len(list(executor.results(jobs(7)))) == 7
