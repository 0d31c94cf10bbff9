from __future__ import annotations

import os
import sqlite3

import pytest

from casebook.errors import CasebookError
from casebook.grading.journal import Journal

CLASS = {"ann": "a1", "bob": "b1", "cem": "c1"}
RESULT = {"notebooks": {"counting": {"cells": ["ä", 1.5, None, b"\x00"]}}}


def graded(journal, student, assignment="tiny"):
    journal.start(assignment, student)
    journal.executed(assignment, student, RESULT)
    journal.recorded(assignment, student)


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


def test_what_is_kept_can_be_read_by_a_person(tmp_path):
    with Journal(tmp_path) as journal:
        journal.enqueue("tiny", CLASS)
        journal.start("tiny", "ann")
        journal.needs_attention("tiny", "ann", "counting.ipynb is empty.")
    connection = sqlite3.connect(tmp_path / ".casebook" / "grading.db")
    row = connection.execute("SELECT state, attempts, reason FROM submissions WHERE student = 'ann'").fetchone()
    connection.close()
    assert row == ("attention", 1, "counting.ipynb is empty.")
