from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casebook.grading.journal import MOST_KILLS, Journal


class _Runs(RuleBasedStateMachine):
    """Runs that end well, stop, or are killed at any step, against a plain account of what must hold."""

    STUDENTS = ("ann", "bob", "cem", "dan")

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.journal = Journal(self.folder)
        self.digests = dict.fromkeys(self.STUDENTS, "1")
        self.state = dict.fromkeys(self.STUDENTS, "new")
        self.kills = Counter()
        self.enqueue()

    def enqueue(self, fresh=()):
        for student, state in self.state.items():
            if student in fresh or state in {"new", "attention"}:
                self.state[student] = "queued"
                if state != "attention" or student in fresh:
                    self.kills[student] = 0
            elif state == "running":
                self.kills[student] += 1
                self.state[student] = "queued" if self.kills[student] < MOST_KILLS else "set_aside"
        self.plan = self.journal.enqueue("tiny", self.digests, fresh=fresh)

    @rule(student=st.sampled_from(STUDENTS))
    def run(self, student):
        if self.state[student] == "queued":
            self.journal.start("tiny", student)
            self.state[student] = "running"

    @rule(student=st.sampled_from(STUDENTS), value=st.integers())
    def executed(self, student, value):
        if self.state[student] == "running":
            self.journal.executed("tiny", student, {"value": value})
            self.state[student] = ("executed", value)

    @rule(student=st.sampled_from(STUDENTS))
    def recorded(self, student):
        if isinstance(self.state[student], tuple):
            self.journal.recorded("tiny", student)
            self.state[student] = "graded"

    @rule(student=st.sampled_from(STUDENTS))
    def failed(self, student):
        if self.state[student] == "running":
            self.journal.needs_attention("tiny", student, "why")
            self.state[student] = "attention"

    @rule(student=st.sampled_from(STUDENTS))
    def hand_in_again(self, student):
        self.journal.close()
        self.journal = Journal(self.folder)
        self.digests[student] += "1"
        self.state[student] = "new"
        self.enqueue()

    @rule(fresh=st.sets(st.sampled_from(STUDENTS), max_size=1))
    def killed(self, fresh):
        self.journal.close()
        self.journal = Journal(self.folder)
        self.enqueue(fresh)

    @invariant()
    def nothing_is_lost(self):
        for student, state in self.state.items():
            found = self.journal.result("tiny", student)
            assert found == ({"value": state[1]} if isinstance(state, tuple) else None)

    @rule()
    def the_plan_is_what_must_hold(self):
        self.journal.put_back("tiny")
        self.state = {name: "queued" if state == "running" else state for name, state in self.state.items()}
        self.enqueue()
        expected = {part: [] for part in ("to_do", "one_by_one", "to_record", "unchanged", "set_aside")}
        for student, state in self.state.items():
            name = state[0] if isinstance(state, tuple) else state
            part = {"executed": "to_record", "graded": "unchanged", "set_aside": "set_aside"}.get(name, "to_do")
            expected["one_by_one" if part == "to_do" and self.kills[student] else part].append(student)
        expected["one_by_one"].sort(key=self.kills.__getitem__)
        assert {part: list(getattr(self.plan, part)) for part in expected} == expected

    def teardown(self):
        if hasattr(self, "journal"):
            self.journal.close()
            shutil.rmtree(self.folder)


TestRunsOfAnyKind = _Runs.TestCase
TestRunsOfAnyKind.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


# Works through a class of 40 as a grading run does, and writes down what it does as it does it.
RUN = """
import os, sqlite3, sys, time
from pathlib import Path
from casebook.grading.executors import Job, local
from casebook.grading.journal import Journal
from casebook.grading.run_lock import course_lock

course, fresh = Path(sys.argv[1]), sys.argv[2:]
log = os.open(course / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def say(*words):
    os.write(log, (" ".join(words) + "\\n").encode())

def execute(data):
    student = data["student"]
    journal.start("tiny", student)
    say("run", student)
    time.sleep(0.01)
    journal.executed("tiny", student, {"marks": len(student) * int(student[1:])})
    say("executed", student)
    return data

def record(student):
    marks = journal.result("tiny", student)["marks"]
    say("record", student)
    with book:
        book.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (student, marks))
    journal.recorded("tiny", student)
    say("recorded", student)

with course_lock(course, "tiny"), Journal(course) as journal:
    book = sqlite3.connect(course / "gradebook.db")
    book.execute("CREATE TABLE IF NOT EXISTS marks (student TEXT PRIMARY KEY, marks INTEGER)")
    plan = journal.enqueue("tiny", {f"s{number}": f"d{number}" for number in range(40)}, fresh=fresh)
    print("set aside", *plan.set_aside, flush=True)
    for student in plan.to_record:
        record(student)
    for workers, part in ((2, plan.to_do), (1, plan.one_by_one)):
        with local(workers, execute) as executor:
            for job, _ in executor.results(Job(student, {"student": student}) for student in part):
                record(job.name)
    print("done", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_run_that_is_killed_again_and_again_loses_nothing_and_does_nothing_twice(tmp_path, seed):
    moments = random.Random(seed)  # noqa: S311
    kills, fresh = 0, []
    for _ in range(200):
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, tmp_path, *fresh], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        fresh = process.stdout.readline().split()[2:]
        try:
            said, failed = process.communicate(timeout=moments.uniform(0, 0.1))
        except subprocess.TimeoutExpired:
            process.kill()
            said, failed = process.communicate()
            kills += 1
        assert failed == ""
        if said == "done\n" and not fresh:
            break
    else:
        pytest.fail("never done")
    assert kills >= 3
    # Its disk is this one's: not even the last line of a killed process is lost.
    lines = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    book = sqlite3.connect(tmp_path / "gradebook.db")
    marks = dict(book.execute("SELECT student, marks FROM marks"))
    book.close()
    assert marks == {f"s{number}": len(f"s{number}") * number for number in range(40)}
    for student in marks:
        steps = [step for step, name in lines if name == student]
        # A process may be killed between doing something and saying so.
        for does, done in (("run", "executed"), ("record", "recorded")):
            assert steps.count(done) <= 1
            assert does not in steps[steps.index(done) :] if done in steps else True
