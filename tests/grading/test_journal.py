from __future__ import annotations

import os
import threading

import pytest

from casebook.grading.journal import MOST_KILLS, Journal

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

    def test_of_several_that_were_running_the_least_suspected_runs_first(self, tmp_path):
        for students in (["ann"], ["ann", "bob"]):
            with Journal(tmp_path) as journal:
                journal.enqueue("tiny", CLASS)
                for student in students:
                    journal.start("tiny", student)
        with Journal(tmp_path) as journal:
            assert journal.enqueue("tiny", CLASS).one_by_one == ("bob", "ann")

    def test_what_was_running_each_time_is_set_aside_and_named(self, tmp_path):
        for _ in range(MOST_KILLS):
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
