"""What ``nbgrader autograde`` is known to do, one by one: files beside the notebooks, and times of handing in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from casebook.grading.graded import Status

pytestmark = pytest.mark.slow


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


class TestFiles:
    def test_the_instructors_files_lie_over_the_students_in_nested_folders_too(self, week, work):
        week.configure('c.Autograde.exclude_overwriting = {"week": ["own.py", "deep/own.py"]}')
        source = week.directory.source("week")
        (source / "deep").mkdir()
        for name in ("own.py", "deep/own.py", "tools.py"):
            (source / name).write_text("the instructor's")
        own = {"own.py": "ada's", "deep/own.py": "ada's", "tools.py": "ada's", "deep/more/notes.txt": "ada's"}
        week.hand_in("ada", work, files=own | {"data/deep/rows.txt": "forged"})

        # The test counts the rows of the instructor's table.
        assert week.grade()["ada"].score == 7

        graded = week.directory.autograded("ada", "week")
        assert {name: (graded / name).read_text() for name in (*own, "data/deep/rows.txt")} == {
            "own.py": "ada's",
            "deep/own.py": "ada's",
            "tools.py": "the instructor's",
            "deep/more/notes.txt": "ada's",
            "data/deep/rows.txt": "a b c",
        }
        assert (week.folder("ada") / "tools.py").read_text() == "ada's"

    def test_modules_and_tables_that_were_handed_in_are_found_by_the_notebook(self, week, work):
        week.hand_in("ada", work | {"part": "import mine\npart = mine.PART"}, files={"mine.py": "PART = 2"})

        week.grade()

        assert week.points("ada")["part-check"] == 2

    def test_files_that_the_settings_ignore_are_not_copied(self, week, work):
        week.configure('c.CourseDirectory.ignore.append("*.tmp")')
        files = ("a.tmp", "b.pyc", "__pycache__/c.txt", ".ipynb_checkpoints/d.txt", "kept.txt")
        week.hand_in("ada", work, files=dict.fromkeys(files, "x"))

        week.grade()

        graded = week.directory.autograded("ada", "week")
        assert names(graded) == ["data/deep/rows.txt", "first.ipynb", "kept.txt", "second.ipynb"]

    def test_what_code_writes_is_there_for_the_next_cell_and_notebook_and_is_not_kept(self, week, work):
        # nbgrader runs in the folder of the graded work, and leaves there whatever was written.
        first = work | {"part": "from pathlib import Path\nPath('side.txt').write_text('3')", "sketch": "part = 3"}
        reads = {"share": "share = float(open('side.txt').read()) / 6"}
        week.hand_in("ada", first | reads)

        week.grade()

        assert week.points("ada")["share-check"] == 2
        assert "side.txt" not in names(week.directory.autograded("ada", "week"))
        assert names(week.folder("ada")) == ["first.ipynb", "second.ipynb"]

    def test_a_file_that_is_missing_costs_the_cell_that_reads_it(self, week, work):
        week.hand_in("ada", work | {"part": "part = float(open('D:/ada/rows.txt').read())"})

        week.grade()

        assert week.points("ada")["part-check"] == 0
        assert week.points("ada")["count-check"] == 2
        (error,) = week.outputs("ada", "first")["part"]
        assert error.ename == "FileNotFoundError"

    def test_links_that_lead_out_of_a_submission_are_not_followed(self, week, work, tmp_path):
        (tmp_path / "secret.txt").write_text("marks of others")
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "more.txt").write_text("marks of others")
        folder = week.hand_in("ada", work | {"part": "part = open('secret.txt').read()"}, files={"real.txt": "mine"})
        (folder / "secret.txt").symlink_to(tmp_path / "secret.txt")
        (folder / "folder").symlink_to(tmp_path / "folder")
        (folder / "loop").symlink_to(".")
        (folder / "inside.txt").symlink_to("real.txt")

        assert week.grade()["ada"].status is Status.GRADED

        graded = week.directory.autograded("ada", "week")
        assert names(graded) == ["data/deep/rows.txt", "first.ipynb", "inside.txt", "real.txt", "second.ipynb"]
        assert "marks of others" not in str(week.graded_notebook("ada", "first"))
        assert week.points("ada")["part-check"] == 0

    def test_a_course_whose_source_has_gone_is_graded_from_the_gradebook(self, week, work):
        week.hand_in("ada", work, files={"data/deep/rows.txt": "a b c"})
        (week.directory.source("week")).rename(week.root / "elsewhere")

        assert week.grade()["ada"].score == 7

    @pytest.mark.parametrize(
        ("settings", "files", "folder"),
        [
            ((), "444", None),
            (("c.CourseDirectory.groupshared = True",), "664", "2775"),
            (("c.Autograde.permissions = 640",), "640", None),
        ],
    )
    def test_graded_files_have_the_permissions_of_the_settings(self, week, work, settings, files, folder):
        week.configure(*settings)
        week.hand_in("ada", work)

        week.grade()

        graded = week.directory.autograded("ada", "week")
        assert {mode(graded / name) for name in names(graded)} == {files}
        if folder is not None:
            assert {mode(each) for each in (graded, graded / "data", week.root / "autograded")} == {folder}


class TestTimes:
    DUE = "2026-03-01 12:00:00 UTC"

    def handed_in(self, week, work, when, student="ada"):
        week.hand_in(student, work, when=when)
        with week.gradebook() as gradebook:
            gradebook.update_or_create_assignment("week", duedate=self.DUE)
        return week.grade()[student]

    def late(self, week, student="ada"):
        with week.gradebook() as gradebook:
            submission = gradebook.find_submission("week", student)
            return submission.total_seconds_late, [each.late_submission_penalty for each in submission.notebooks]

    @pytest.mark.parametrize(
        ("when", "seconds"),
        [
            ("2026-03-01 12:00:00 UTC", 0),
            ("2026-03-01 12:00:01.5 UTC", 1.5),
            ("2026-03-01 13:30:00 Europe/Berlin", 1800),
            ("2026-03-01T13:00:00+01:00", 0),
            ("2026-02-28 23:59:59 America/Los_Angeles", 0),
        ],
    )
    def test_a_time_in_any_zone_is_the_time_of_handing_in(self, week, work, when, seconds):
        assert self.handed_in(week, work, when).status is Status.GRADED

        assert self.late(week) == (seconds, [None, None])
        assert (week.directory.autograded("ada", "week") / "timestamp.txt").read_text() == when

    def test_without_a_time_or_with_an_empty_one_nothing_is_late(self, week, work):
        week.hand_in("ben", work, files={"timestamp.txt": ""})

        assert self.handed_in(week, work, "").score == 7

        assert self.late(week)[0] == 0
        assert self.late(week, "ben")[0] == 0

    def test_a_time_that_is_none_goes_to_a_person_and_the_others_are_graded(self, week, work):
        week.hand_in("ben", work)

        graded = self.handed_in(week, work, "On Tuesday, I think")

        assert graded.status is Status.NEEDS_ATTENTION
        assert "'On Tuesday, I think' is no time." in graded.reason
        assert "timestamp.txt" in graded.reason
        assert (week.points("ben")["count-check"], "\n" in graded.reason) == (2, False)

    def test_by_itself_nothing_is_taken_off_for_being_late(self, week, work):
        assert self.handed_in(week, work, "2026-03-01 13:00:00 UTC").score == 7
        assert self.late(week) == (3600, [None, None])

    def test_with_the_method_zero_late_work_is_worth_nothing_until_it_is_no_longer_late(self, week, work):
        week.configure("c.LateSubmissionPlugin.penalty_method = 'zero'")

        assert self.handed_in(week, work, "2026-03-01 13:00:00 UTC").score == 0
        assert self.late(week) == (3600, [5, 2])

        (week.folder("ada") / "timestamp.txt").write_text("2026-03-01 11:00:00 UTC")
        assert week.grade()["ada"].score == 7
        assert self.late(week) == (0, [None, None])

    def test_the_courses_own_plug_in_takes_off_what_it_says_and_no_more_than_there_is(self, week, work):
        week.configure("c.AssignLatePenalties.plugin_class = 'week_late.PointAnHour'")
        (week.root / "week_late.py").write_text(
            "from nbgrader.plugins import BasePlugin\n\n\n"
            "class PointAnHour(BasePlugin):\n"
            "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
            "        return None if student_id == 'excused' else int(total_seconds_late / 3600)\n"
        )
        week.hand_in("excused", work, when="2026-03-01 15:00:00 UTC")

        assert self.handed_in(week, work, "2026-03-01 15:10:00 UTC").score == 7 - 3 - 2
        assert self.late(week) == (11400, [3, 2])
        assert self.late(week, "excused") == (10800, [None, None])

    def test_an_extension_moves_the_end_for_one_student(self, week, work):
        week.configure("c.LateSubmissionPlugin.penalty_method = 'zero'")
        self.handed_in(week, work, "2026-03-01 13:00:00 UTC")
        with week.gradebook() as gradebook:
            gradebook.grant_extension("week", "ada", hours=2)

        assert week.grade(fresh=True)["ada"].score == 7
        assert self.late(week) == (0, [None, None])

    def test_a_newer_version_replaces_the_one_before(self, week, work):
        self.handed_in(week, {}, "2026-03-01 10:00:00 UTC")

        assert self.handed_in(week, work, "2026-03-01 11:00:00 UTC").score == 7
        graded = week.directory.autograded("ada", "week")
        assert (graded / "timestamp.txt").read_text() == "2026-03-01 11:00:00 UTC"
        with week.gradebook() as gradebook:
            assert gradebook.find_submission("week", "ada").timestamp.hour == 11

    def test_a_version_that_is_older_than_the_graded_one_is_graded_too(self, week, work):
        # nbgrader passes over it; here whatever is in the folder counts, and a person put it there.
        self.handed_in(week, {}, "2026-03-01 10:00:00 UTC")

        assert self.handed_in(week, work, "2026-03-01 09:00:00 UTC").score == 7


def test_a_file_that_is_no_file_is_passed_over(week, work):
    folder = week.hand_in("ada", work)
    os.mkfifo(folder / "pipe")

    assert week.grade()["ada"].score == 7
    assert "pipe" not in {file.name for file in week.directory.autograded("ada", "week").iterdir()}
