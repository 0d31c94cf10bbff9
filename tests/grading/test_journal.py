from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casebook.errors import CasebookError
from casebook.grading.journal import Journal

CLASS = {"ann": "a1", "bob": "b1", "cem": "c1"}
RESULT = {"notebooks": {"counting": {"cells": ["ä", 1.5, None, b"\x00"]}}}


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path) as opened:
        yield opened


def graded(journal, student, assignment="tiny"):
    journal.start(assignment, student)
    journal.executed(assignment, student, RESULT)
    journal.recorded(assignment, student)


class TestARunThatIsNotDisturbed:
    def test_all_is_to_be_done_at_first_in_the_order_given(self, journal):
        plan = journal.enqueue("tiny", {"cem": "c1", "ann": "a1"})
        assert plan.to_do == ("cem", "ann")
        assert (plan.one_by_one, plan.to_record, plan.unchanged, plan.set_aside) == ((), (), (), {})

    def test_what_is_graded_is_not_graded_again(self, journal):
        journal.enqueue("tiny", CLASS)
        graded(journal, "bob")
        plan = journal.enqueue("tiny", CLASS)
        assert (plan.to_do, plan.unchanged) == (("ann", "cem"), ("bob",))

    def test_what_has_changed_since_is_graded_again(self, journal):
        journal.enqueue("tiny", CLASS)
        graded(journal, "bob")
        assert journal.enqueue("tiny", CLASS | {"bob": "b2"}).to_do == ("ann", "bob", "cem")

    def test_whoever_is_asked_for_afresh_is_graded_again(self, journal):
        journal.enqueue("tiny", CLASS)
        graded(journal, "bob")
        graded(journal, "cem")
        plan = journal.enqueue("tiny", CLASS, fresh=["cem"])
        assert (plan.to_do, plan.unchanged) == (("ann", "cem"), ("bob",))

    def test_what_needed_attention_is_tried_again(self, journal):
        journal.enqueue("tiny", CLASS)
        journal.needs_attention("tiny", "ann", "the gradebook is locked")
        assert "ann" in journal.enqueue("tiny", CLASS).to_do

    def test_what_is_set_aside_stays_so_with_its_reason_until_it_changes(self, journal):
        journal.enqueue("tiny", CLASS)
        journal.set_aside("tiny", "ann", "It ended the workers that it ran on.")
        plan = journal.enqueue("tiny", CLASS)
        assert (plan.to_do, plan.set_aside) == (("bob", "cem"), {"ann": "It ended the workers that it ran on."})
        assert journal.enqueue("tiny", CLASS | {"ann": "a2"}).to_do == ("ann", "bob", "cem")
        journal.set_aside("tiny", "ann", "again")
        assert "ann" in journal.enqueue("tiny", CLASS | {"ann": "a2"}, fresh=["ann"]).to_do

    def test_assignments_have_queues_of_their_own(self, journal):
        journal.enqueue("tiny", CLASS)
        graded(journal, "ann")
        assert "ann" in journal.enqueue("huge", CLASS).to_do
        assert journal.enqueue("tiny", CLASS).unchanged == ("ann",)

    def test_a_run_of_some_students_leaves_the_others_as_they_are(self, journal):
        journal.enqueue("tiny", CLASS)
        graded(journal, "ann")
        journal.enqueue("tiny", {"bob": "b1"})
        assert journal.enqueue("tiny", CLASS).unchanged == ("ann",)

    def test_results_are_dropped_when_they_are_recorded(self, journal):
        journal.enqueue("tiny", CLASS)
        journal.executed("tiny", "ann", RESULT)
        assert journal.result("tiny", "ann") == RESULT
        journal.recorded("tiny", "ann")
        assert journal.result("tiny", "ann") is None
        assert journal.result("tiny", "bob") is None
        assert journal.result("tiny", "nobody") is None

    def test_a_student_who_is_in_no_queue_is_a_mistake(self, journal):
        with pytest.raises(KeyError, match="'dora' is not in the queue of 'tiny'"):
            journal.start("tiny", "dora")

    def test_names_that_are_no_utf_8_are_kept_apart(self, journal):
        odd = {"\udcff": "1", "ä\udcfe": "2", "'; DROP TABLE submissions": "3"}
        assert journal.enqueue("\udcfd", odd).to_do == tuple(odd)
        graded(journal, "\udcff", "\udcfd")
        assert journal.enqueue("\udcfd", odd).unchanged == ("\udcff",)

    def test_threads_can_share_it(self, journal):
        digests = {f"s{number}": "d" for number in range(40)}
        journal.enqueue("tiny", digests)
        students = list(digests)
        threads = [
            threading.Thread(target=lambda part=part: [graded(journal, student) for student in students[part::4]])
            for part in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert journal.enqueue("tiny", digests).unchanged == tuple(students)

    def test_results_leave_no_room_taken_when_they_are_recorded(self, tmp_path):
        digests = {f"s{number}": "d" * 64 for number in range(1000)}
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", digests)
            for student in list(digests)[:200]:
                journal.start("tiny", student)
                journal.executed("tiny", student, {"output": os.urandom(50_000)})
                journal.recorded("tiny", student)
        files = list((tmp_path / ".casebook").iterdir())
        assert [file.name for file in files] == ["grading.db"]
        assert files[0].stat().st_size < 1_000_000


class TestAfterARunThatWasKilled:
    def test_what_was_executed_is_recorded_without_being_run_again(self, tmp_path):
        journal = Journal(tmp_path)
        journal.enqueue("tiny", CLASS)
        journal.start("tiny", "bob")
        journal.executed("tiny", "bob", RESULT)
        journal.close()
        with Journal(tmp_path) as journal:
            plan = journal.enqueue("tiny", CLASS)
            assert (plan.to_do, plan.to_record) == (("ann", "cem"), ("bob",))
            assert journal.result("tiny", "bob") == RESULT

    def test_a_result_from_other_inputs_is_not_recorded(self, tmp_path):
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", CLASS)
            journal.executed("tiny", "bob", RESULT)
        with Journal(tmp_path) as journal:
            plan = journal.enqueue("tiny", CLASS | {"bob": "b2"})
            assert (plan.to_do, plan.to_record) == (("ann", "bob", "cem"), ())
            assert journal.result("tiny", "bob") is None

    def test_what_was_running_runs_again_last_and_alone(self, tmp_path):
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", CLASS)
            journal.start("tiny", "ann")
        with Journal(tmp_path) as journal:
            plan = journal.enqueue("tiny", CLASS)
            assert (plan.to_do, plan.one_by_one) == (("bob", "cem"), ("ann",))

    def test_what_was_running_both_times_is_set_aside_and_named(self, tmp_path):
        for _ in range(2):
            with Journal(tmp_path) as journal:
                journal.enqueue("tiny", CLASS)
                journal.start("tiny", "ann")
        with Journal(tmp_path) as journal:
            plan = journal.enqueue("tiny", CLASS)
            assert plan.to_do == ("bob", "cem")
            assert "look at it by hand, or grade it alone with --student ann --fresh" in plan.set_aside["ann"]
            assert journal.enqueue("tiny", CLASS).set_aside == plan.set_aside
            assert journal.enqueue("tiny", {"ann": "a1"}, fresh=["ann"]).to_do == ("ann",)

    def test_what_ran_well_after_one_kill_has_a_clean_slate(self, tmp_path):
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", CLASS)
            journal.start("tiny", "ann")
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", CLASS)
            graded(journal, "ann")
            journal.enqueue("tiny", CLASS | {"ann": "a2"})
            journal.start("tiny", "ann")
        with Journal(tmp_path) as journal:
            assert journal.enqueue("tiny", CLASS | {"ann": "a2"}).one_by_one == ("ann",)

    def test_what_was_stopped_on_purpose_is_not_suspected(self, tmp_path):
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", CLASS)
            journal.start("tiny", "ann")
            journal.put_back("tiny")
        with Journal(tmp_path) as journal:
            assert journal.enqueue("tiny", CLASS).to_do == ("ann", "bob", "cem")


class TestAFileThatIsDamaged:
    @pytest.fixture
    def file(self, tmp_path):
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", {f"s{number}": "d" * 64 for number in range(200)})
        return tmp_path / ".casebook" / "grading.db"

    def begins_anew(self, file):
        content = file.read_bytes()
        with Journal(file.parents[1]) as journal:
            assert journal.enqueue("tiny", {"s1": "d" * 64}).to_do == ("s1",)
            graded(journal, "s1")
            assert journal.moved_aside is not None
            assert journal.moved_aside.read_bytes() == content
        with Journal(file.parents[1]) as journal:
            assert journal.moved_aside is None
            assert journal.enqueue("tiny", {"s1": "d" * 64}).unchanged == ("s1",)

    def test_another_kind_of_file_is_put_aside(self, file):
        file.write_bytes(b"This is a letter.\n" * 400)
        self.begins_anew(file)

    def test_a_file_whose_middle_is_lost_is_put_aside(self, file):
        content = file.read_bytes()
        file.write_bytes(content[:4096] + os.urandom(len(content) - 4096))
        self.begins_anew(file)

    def test_a_file_whose_end_is_lost_is_put_aside(self, file):
        file.write_bytes(file.read_bytes()[:8192])
        self.begins_anew(file)

    def test_another_programs_database_is_put_aside(self, file):
        file.unlink()
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.close()
        self.begins_anew(file)

    @pytest.mark.parametrize(
        "change", ["PRAGMA user_version = 99", "ALTER TABLE submissions RENAME COLUMN kills TO murders"]
    )
    def test_the_journal_of_another_version_is_put_aside(self, file, change):
        connection = sqlite3.connect(file)
        connection.execute(change)
        connection.close()
        self.begins_anew(file)

    def test_several_are_put_aside_under_several_names(self, file):
        for number in (1, 2):
            file.write_bytes(b"This is a letter.\n" * 400)
            with Journal(file.parents[1]) as journal:
                assert journal.moved_aside.name == f"grading.db.damaged-{number}"

    def test_an_empty_file_is_a_new_journal(self, file):
        file.write_bytes(b"")
        with Journal(file.parents[1]) as journal:
            assert journal.moved_aside is None
            assert journal.enqueue("tiny", CLASS).to_do == tuple(CLASS)

    def test_a_damaged_result_is_none(self, file):
        with Journal(file.parents[1]) as journal:
            journal.executed("tiny", "s1", RESULT)
            journal._connection.execute("UPDATE submissions SET result = x'00ff' WHERE student = 's1'")
            assert journal.result("tiny", "s1") is None

    def test_a_folder_in_its_place_is_named(self, tmp_path):
        (tmp_path / ".casebook" / "grading.db").mkdir(parents=True)
        with pytest.raises(CasebookError, match=r"grading\.db: The journal of this grading run cannot be used"):
            Journal(tmp_path)

    def test_a_course_that_cannot_be_written_to_is_named(self, tmp_path):
        (tmp_path / ".casebook").write_text("in the way")
        with pytest.raises(CasebookError, match="cannot be kept here") as caught:
            Journal(tmp_path)
        assert "give yourself the right to write" in str(caught.value)

    def test_a_full_disk_ends_the_run_with_one_line_and_keeps_what_was_done(self, tmp_path):
        with Journal(tmp_path) as journal:
            journal.enqueue("tiny", CLASS)
            graded(journal, "ann")
            journal._connection.execute("PRAGMA max_page_count = 8")
            with pytest.raises(CasebookError, match="database or disk is full") as caught:
                journal.executed("tiny", "bob", {"output": os.urandom(100_000)})
            assert "goes on where this one stopped" in str(caught.value)
        with Journal(tmp_path) as journal:
            assert journal.enqueue("tiny", CLASS).unchanged == ("ann",)

    def test_a_second_process_that_has_it_open_is_named(self, tmp_path):
        with Journal(tmp_path), pytest.raises(CasebookError, match="database is locked"):
            Journal(tmp_path)


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
                self.state[student] = "queued" if self.kills[student] < 2 else "set_aside"
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


def test_what_is_kept_can_be_read_by_a_person(tmp_path):
    with Journal(tmp_path) as journal:
        journal.enqueue("tiny", CLASS)
        journal.start("tiny", "ann")
        journal.needs_attention("tiny", "ann", "counting.ipynb is empty.")
    connection = sqlite3.connect(tmp_path / ".casebook" / "grading.db")
    row = connection.execute("SELECT state, attempts, reason FROM submissions WHERE student = 'ann'").fetchone()
    connection.close()
    assert row == ("attention", 1, "counting.ipynb is empty.")
