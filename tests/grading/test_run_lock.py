from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from casebook.errors import CasebookError
from casebook.grading.run_lock import course_lock

HOLD = """
import contextlib, os, subprocess, sys
from pathlib import Path
from casebook.grading.run_lock import course_lock
with course_lock(Path(sys.argv[1]), "week-3"):
    if sys.argv[2:]:
        # A program that was started without closing what its parent had open.
        for handle in range(3, 30):
            with contextlib.suppress(OSError):
                os.set_inheritable(handle, True)
        print(subprocess.Popen(["sleep", "60"], close_fds=False, stdout=subprocess.DEVNULL).pid, flush=True)
    else:
        print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def grading():
    """Another process that grades in a folder; ends when the test does."""
    started = []

    def start(course, *words):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, course, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        process.said = process.stdout.readline().strip()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def refused(course):
    with pytest.raises(CasebookError) as caught, course_lock(course, "tiny"):
        pass
    return str(caught.value)


def test_a_second_run_says_who_is_grading_what_since_when(tmp_path, grading):
    process = grading(tmp_path)
    message = refused(tmp_path)
    assert f"'week-3' is being graded in this course: by process {process.pid} on this machine, since 20" in message
    assert f"kill {process.pid}" in message


def test_the_next_run_may_begin_when_the_first_is_done(tmp_path, grading):
    process = grading(tmp_path)
    process.communicate("", timeout=10)
    with course_lock(tmp_path, "tiny"):
        pass
    with course_lock(tmp_path, "tiny"):
        pass


def test_the_lock_of_a_killed_run_is_taken_over(tmp_path, grading):
    process = grading(tmp_path)
    process.kill()
    process.wait()
    assert (tmp_path / ".casebook" / "grading.lock.json").exists()
    with course_lock(tmp_path, "tiny"):
        said = json.loads((tmp_path / ".casebook" / "grading.lock.json").read_text())
        assert (said["process"], said["assignment"]) == (os.getpid(), "tiny")
    assert not (tmp_path / ".casebook" / "grading.lock.json").exists()


def test_a_run_that_failed_lets_go(tmp_path):
    with pytest.raises(ZeroDivisionError), course_lock(tmp_path, "tiny"):
        _ = 1 / 0
    with course_lock(tmp_path, "tiny"):
        pass


def test_other_courses_are_graded_at_the_same_time(tmp_path, grading):
    grading(tmp_path / "one")
    with course_lock(tmp_path / "two", "tiny"):
        pass


@pytest.mark.parametrize("left", ['{"process": 1', "[]", '{"process": "x"}', "\x00\xff"])
def test_a_damaged_note_of_who_grades_is_no_obstacle(tmp_path, grading, left):
    process = grading(tmp_path)
    (tmp_path / ".casebook" / "grading.lock.json").write_text(left)
    assert "Somebody else is grading in this course." in refused(tmp_path)
    process.kill()
    process.wait()
    with course_lock(tmp_path, "tiny"):
        pass


def test_a_run_on_another_machine_is_named_with_it(tmp_path, grading):
    process = grading(tmp_path)
    note = tmp_path / ".casebook" / "grading.lock.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"host": "lab-7"}))
    message = refused(tmp_path)
    assert f"by process {process.pid} on the machine 'lab-7'" in message
    assert f"end it (there: kill {process.pid})" in message


def test_what_a_killed_run_left_running_is_not_taken_for_the_run(tmp_path, grading):
    process = grading(tmp_path, "leaving-something")
    process.kill()
    process.wait()
    try:
        message = refused(tmp_path)
    finally:
        os.kill(int(process.said), signal.SIGKILL)
    assert f"was killed (process {process.pid}), but something that it started still runs." in message
    with course_lock(tmp_path, "tiny"):
        pass


def test_a_course_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / ".casebook").write_text("in the way")
    message = refused(tmp_path)
    assert "Whether somebody else is grading here cannot be found out" in message
    assert "Mend: give yourself the right to write" in message
