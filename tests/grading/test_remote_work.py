from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from casebook.errors import CasebookError
from casebook.grading import remote_work
from casebook.grading.executors import Lost
from casebook.grading.remote_work import answer, name_of, versions, work
from casebook.grading.wire import pack


@pytest.fixture
def asked(monkeypatch):
    """What comes of a job that one of the functions of ``jobs_on_workers`` is asked to do."""
    monkeypatch.syspath_prepend(Path(__file__).parent)
    functions = importlib.import_module("jobs_on_workers")

    def ask(name, **data):
        return answer(work(name_of(getattr(functions, name)), versions(), pack(data)), "The worker w1")

    return ask


def test_a_function_is_found_by_its_name_and_given_the_data(asked):
    result = asked("double", number=4, file=b"\x00\xff")
    assert (result["twice"], result["file"]) == (8, b"\x00\xff")


def test_what_a_person_must_mend_arrives_with_its_place_and_mend(asked):
    with pytest.raises(CasebookError) as caught:
        asked("refuse")
    assert str(caught.value) == "a.ipynb (cell q1): The box cannot be built.\n  Mend: build it."


def test_a_mistake_of_the_kit_loses_the_job(asked):
    lost = asked("divide", number=3)
    assert isinstance(lost, Lost)
    assert "ZeroDivisionError: division by zero (jobs_on_workers.py:" in lost.reason


def test_a_function_that_the_worker_does_not_have_loses_the_job():
    lost = answer(work("casebook.grading.nowhere:execute", versions(), pack({})), "The worker w1")
    assert isinstance(lost, Lost)
    assert "No module named 'casebook.grading.nowhere'" in lost.reason


def test_a_worker_with_other_versions_runs_nothing_and_is_named(monkeypatch):
    theirs = versions()
    ours = theirs | {"pandas": "0.1", "numpy": "0.2"}
    packed = work("nowhere:double", ours, pack({}))
    monkeypatch.setattr(remote_work, "versions", lambda: ours)
    with pytest.raises(CasebookError) as caught:
        answer(packed, "The worker w1")
    assert str(caught.value) == (
        f"The worker w1 has other versions than this one: numpy {theirs['numpy']} (here 0.2), "
        f"pandas {theirs['pandas']} (here 0.1).\n"
        "  Mend: install the same requirements.txt on all machines, restart the workers, and run the command again."
    )


def test_what_decides_about_marks_is_compared():
    assert {"python", "casebook", "pandas", "altair", "ipython", "nbgrader"} <= set(versions())
    assert "missing" not in versions().values()


def test_a_function_that_no_other_machine_could_import_is_refused():
    def inner(data):
        return data

    for function in (inner, lambda data: data, "text".join):
        with pytest.raises(ValueError, match="no other machine can import it"):
            name_of(function)
