"""Bad input through the whole engine: one clear line, everything else goes on, and the upload stays as it was."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from casebook.errors import CasebookError
from casebook.exercises.course_directory import CourseDirectory
from casebook.grading.grade import submissions
from casebook.grading.graded import Status
from casebook.grading.model import Tests as Mode

pytestmark = pytest.mark.slow

V3 = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [
        {"cells": [{"cell_type": "code", "input": "1", "language": "python", "outputs": []}], "metadata": {}}
    ],
}
# What a student's browser, mail program or editor makes of a notebook -> what is said of it.
FILES = {
    "truncated": (b'{"cells": [{"cell_type": "code", "sour', "Not a notebook: "),
    "empty": (b"", "Empty, not a notebook."),
    "blanks": (b" \n", "Not a notebook: "),
    "binary": (bytes(range(256)) * 40, "is not UTF-8 text"),
    "zip": (b"PK\x03\x04" + b"\0" * 500, "Not a notebook: "),
    "page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "Not a notebook: "),
    "script": (b"# %%\ncount = 3\n", "Not a notebook: "),
    "utf-16": ('{"cells": []}'.encode("utf-16"), "is not UTF-8 text"),
    "latin-1": ('{"cells": [], "metadata": {"a": "caf\xe9"}}'.encode("latin-1"), "is not UTF-8 text"),
    "list": (b"[1, 2]", "Not a "),
    "number": (b"3", "Not a "),
    "no cells": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "Not a "),
    "cells that are none": (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}', "Not a "),
    "format of the future": (b'{"nbformat": 7, "nbformat_minor": 0, "metadata": {}, "cells": []}', "Not a "),
    "brackets": (b"[" * 100_000, "brackets within brackets"),
}


def digests(course) -> dict[str, str]:
    files = sorted(path for path in (course.root / "submitted").rglob("*") if path.is_file())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def is_one_line(reason: str) -> bool:
    return bool(reason) and "\n" not in reason and "Traceback" not in reason and len(reason) < 600


def the_problem(course, **options) -> str:
    with pytest.raises(CasebookError) as caught:
        course.grade(**options)
    (problem,) = caught.value.problems
    assert "\n" not in problem.what
    assert problem.mend
    return str(problem)


class TestFilesThatAreNoNotebooks:
    def test_each_goes_to_a_person_with_one_line_and_the_class_is_graded(self, week, work):
        for number, (content, _) in enumerate(FILES.values()):
            (week.hand_in(f"s{number:02}", work) / "first.ipynb").write_bytes(content)
        week.hand_in("ada", work)
        before = digests(week)

        graded = week.grade(workers=2)

        assert graded["ada"].score == 7
        for number, (name, (_, said)) in enumerate(FILES.items()):
            student = graded[f"s{number:02}"]
            assert (name, student.status) == (name, Status.NEEDS_ATTENTION)
            assert said in student.reason
            assert f"submitted/s{number:02}/week/first.ipynb" in student.reason
            assert is_one_line(student.reason)
        assert digests(week) == before
        with week.gradebook() as gradebook:
            assert [each.student.id for each in gradebook.find_assignment("week").submissions] == ["ada"]

    def test_one_of_the_old_format_is_read_as_a_notebook(self, week, work):
        (week.hand_in("ada", work) / "first.ipynb").write_text(json.dumps(V3))

        graded = week.grade()["ada"]

        # Its cells are nobody's; those of the assignment are put back and earn nothing.
        assert (graded.status, graded.score) == (Status.GRADED, 2)
        assert "was missing" in graded.reason

    def test_a_notebook_of_another_name_is_named_with_the_right_one(self, week, work):
        folder = week.hand_in("ada", work)
        (folder / "first.ipynb").rename(folder / "first (1).ipynb")
        (folder / "second.ipynb").rename(folder / "Second.IPYNB")

        graded = week.grade()["ada"]

        assert "found only Second.IPYNB, first (1).ipynb" in graded.reason
        assert "rename the notebook to first.ipynb or second.ipynb" in graded.reason
        assert is_one_line(graded.reason)

    def test_a_folder_where_the_notebook_should_be_is_no_notebook(self, week, work):
        folder = week.hand_in("ada", work)
        (folder / "first.ipynb").unlink()
        (folder / "first.ipynb").mkdir()

        assert week.grade()["ada"].score == 2


class TestHugeNotebooks:
    def test_sixty_megabytes_of_output_cost_seconds_and_are_not_kept(self, week, work):
        def bloat(notebook):
            picture = base64.b64encode(b"\0" * 45_000_000).decode()
            output = nbformat.v4.new_output("display_data", {"image/png": picture})
            notebook.cells.append(new_code_cell("2", outputs=[output], id="bloated"))

        week.hand_in("ada", work, ["first"], change=bloat)
        began = time.monotonic()

        assert week.grade()["ada"].score == 5

        assert time.monotonic() - began < 60
        assert (week.directory.autograded("ada", "week") / "first.ipynb").stat().st_size < 100_000

    def test_a_hundred_thousand_cells_go_to_a_person_at_once(self, week, work):
        file = week.hand_in("ada", work, ["first"]) / "first.ipynb"
        content = json.loads(file.read_text())
        content["cells"] += [
            {"cell_type": "markdown", "id": f"n{number}", "metadata": {}, "source": "x"} for number in range(100_000)
        ]
        file.write_text(json.dumps(content))
        week.hand_in("ben", work)
        began = time.monotonic()

        graded = week.grade()

        assert graded["ben"].score == 7
        assert "It has 100,008 cells; up to 20,000 are graded." in graded["ada"].reason
        assert is_one_line(graded["ada"].reason)
        assert time.monotonic() - began < 20

    def test_a_file_that_would_fill_the_memory_is_not_read(self, week, work):
        with (week.hand_in("ada", work) / "first.ipynb").open("r+b") as file:
            # It takes no room on the disk.
            file.truncate(300_000_001)

        assert "It has 300,000,001 bytes; up to 300,000,000 are read." in week.grade()["ada"].reason


class TestDamagedCells:
    def change(self, week, work, change):
        week.hand_in("ada", work, ["first"], change=change)
        return week.grade()["ada"]

    def test_of_a_cell_that_is_there_twice_the_last_one_counts_and_a_person_is_told(self, week, work):
        # nbgrader 0.9.6 ends the whole run at such a notebook.
        def double(notebook):
            first = next(cell for cell in notebook.cells if cell.id == "count")
            notebook.cells.insert(1, nbformat.from_dict({**first, "id": "copy", "source": "count = 99"}))

        graded = self.change(week, work, double)

        assert (graded.status, graded.score) == (Status.GRADED, 5)
        assert graded.reason == "first, cell 'count': This cell was there more than once; the last one counts."

    def test_cells_that_were_deleted_are_put_back_and_a_person_is_told_of_answers(self, week, work):
        def delete(notebook):
            notebook.cells = [cell for cell in notebook.cells if cell.id not in {"count", "part-check", "load"}]

        graded = self.change(week, work, delete)

        assert (graded.status, graded.score) == (Status.GRADED, 3)
        assert "first, cell 'count': This answer cell was missing" in graded.reason
        assert "part-check" not in graded.reason

    def test_cells_in_another_order_are_put_in_order_and_a_person_is_told(self, week, work):
        def turn(notebook):
            notebook.cells.reverse()

        graded = self.change(week, work, turn)

        assert (graded.score, "another order" in graded.reason) == (5, True)

    def test_changed_ids_points_and_marks_change_nothing(self, week, work):
        # nbgrader stops at some of these.
        def forge(notebook):
            by_id = {cell.id: cell for cell in notebook.cells}
            by_id["count-check"].source = "assert True"
            by_id["count-check"].metadata.nbgrader.points = 1000
            by_id["part-check"].metadata.nbgrader.update(points=-3, solution=True, schema_version=1)
            by_id["why"].metadata.nbgrader = {"grade_id": "why"}
            stranger = new_code_cell("2", id="stranger")
            stranger.metadata["nbgrader"] = dict(by_id["count-check"].metadata.nbgrader, grade_id="bonus")
            notebook.cells.append(stranger)

        graded = self.change(week, work | {"count": "count = 0"}, forge)

        assert (graded.status, graded.score, graded.max_score) == (Status.GRADED, 3, 16)
        with week.gradebook() as gradebook:
            assert gradebook.find_submission("week", "ada").max_score == 16

    def test_metadata_of_any_shape_is_no_reason_to_stop(self, week, work):
        shapes = [3, [], "x", {"grade_id": []}, {"grade_id": None}, {"grade_id": "count", "points": "many"}, None]

        def twist(notebook):
            for shape in shapes:
                cell = new_code_cell("1")
                cell.metadata["nbgrader"] = shape
                notebook.cells.insert(0, cell)

        graded = self.change(week, work, twist)

        assert (graded.status, graded.score) == (Status.GRADED, 5)


class TestCodeThatEndsTheProcess:
    @pytest.mark.parametrize(
        "code", ["import os\nos._exit(0)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "exit()"]
    )
    def test_what_came_before_counts_and_a_person_is_told(self, week, work, code):
        # nbgrader loses the whole submission.
        week.hand_in("ada", work | {"part": code})
        week.hand_in("ben", work)

        graded = week.grade()

        assert (graded["ada"].status, graded["ada"].score) == (Status.GRADED, 4)
        assert "its process ended in cell 'part" in graded["ada"].reason
        assert week.points("ada")["part-check"] == 0
        assert graded["ben"].score == 7


class TestNames:
    def test_files_of_any_name_are_kept(self, week, work):
        folder = week.hand_in("ada", work)
        names = ["caf\u00e9 \u2615.txt", "two\nlines.txt", "-rf", "x" * 240, "[a]*.csv"]
        for name in names:
            (folder / name).write_text("x")

        graded = week.grade()["ada"]

        assert (graded.status, graded.score) == (Status.GRADED, 7)
        left = {file.name for file in week.directory.autograded("ada", "week").iterdir()}
        assert set(names) <= left

    def test_a_name_of_another_encoding_costs_nobody_else_a_mark(self, week, work):
        (week.hand_in("ada", work) / os.fsdecode(b"latin-\xe9.txt")).write_text("x")
        week.hand_in("ben", work)

        graded = week.grade()

        assert graded["ben"].score == 7
        assert graded["ada"].score == 7

    def test_students_of_any_name_are_graded(self, week, work):
        names = ["O'Brien", "\u00dcnal", "a b", "x@y.edu", "100%", "--fresh", "s{1}"]
        for name in names:
            week.hand_in(name, work)

        graded = week.grade(workers=2)

        assert {name: each.score for name, each in graded.items()} == dict.fromkeys(names, 7)


class TestTheCourse:
    def test_without_the_instructors_copy_isolated_tests_say_what_is_missing(self, week, work):
        week.hand_in("ada", work)
        (week.directory.source("week") / "first.ipynb").unlink()

        said = the_problem(week, tests=Mode.ISOLATED)

        assert "source/week/first.ipynb" in said
        assert "The instructor's notebook is not there, and isolated tests need it." in said
        assert week.grade(tests=Mode.SHARED)["ada"].score == 7

    def test_a_gradebook_that_another_program_holds_is_named_and_the_next_run_goes_on(self, week, work):
        week.hand_in("ada", work)
        holder = sqlite3.connect(week.root / "gradebook.db", isolation_level=None)
        chosen = submissions(week.directory, "week")
        holder.execute("BEGIN EXCLUSIVE")
        try:
            with pytest.raises(CasebookError, match=r"gradebook\.db: It is locked by another program"):
                submissions(week.directory, "week")
            said = locked(week, chosen)
        finally:
            holder.close()

        assert "It is locked by another program, and stayed so." in said
        assert week.grade()["ada"].score == 7

    def test_one_that_can_be_read_and_not_written_keeps_what_was_executed(self, week, work):
        week.hand_in("ada", work | {"part": "from pathlib import Path\nPath(RUNS).open('a').write('x')\npart = 3"})
        runs = week.root / "runs.txt"
        notebook = week.folder("ada") / "first.ipynb"
        notebook.write_text(notebook.read_text().replace("RUNS", json.dumps(str(runs))[1:-1].join(["'", "'"])))
        holder = sqlite3.connect(week.root / "gradebook.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            said = the_problem(week, patience_s=0.1)
        finally:
            holder.close()

        assert "It is locked by another program" in said
        assert week.grade()["ada"].score == 7
        # It was not run a second time.
        assert runs.read_text() == "x"

    def test_a_gradebook_of_an_older_nbgrader_is_said_to_be_one(self, week, work):
        week.hand_in("ada", work)
        with sqlite3.connect(week.root / "gradebook.db") as database:
            database.execute("ALTER TABLE student DROP COLUMN lms_user_id")

        assert "nbgrader db upgrade" in the_problem(week)

    def test_a_gradebook_that_is_none_is_said_to_be_none(self, week, work):
        week.hand_in("ada", work)
        (week.root / "gradebook.db").write_bytes(b"not a database at all" * 100)

        assert "It is damaged, or no gradebook." in the_problem(week)


def locked(course, chosen) -> str:
    from casebook.grading.grade import Options, grade

    with pytest.raises(CasebookError) as caught:
        list(grade(course.directory, "week", chosen, Options(workers=1, patience_s=0.1)))
    (problem,) = caught.value.problems
    return str(problem)


@contextmanager
def small_disk(folder: Path, size: str):
    """A disk of its own under ``folder``; whoever may not have one cannot see these tests fail."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this person may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def disk(week, work, tmp_path):
    """The course on a disk of 12 MB."""
    with small_disk(tmp_path / "disk", "12m") as folder:
        shutil.copytree(week.root, folder / "course")
        course = type(week)(folder / "course")
        course.hand_in("ada", work)
        course.hand_in("ben", work)
        yield course


def fill(folder: Path, left: int = 0) -> Path:
    file = folder / "ballast"
    with file.open("wb", buffering=0) as ballast:
        with suppress(OSError):
            while True:
                ballast.write(b"\0" * 4096)
        ballast.truncate(max(0, ballast.tell() - left))
    return file


class TestTheDisk:
    @pytest.mark.parametrize("left", [0, 40_000, 120_000])
    def test_a_full_disk_is_said_to_be_full_and_the_next_run_goes_on(self, disk, left):
        before = digests(disk)
        ballast = fill(disk.root, left)
        try:
            graded = disk.grade()
        except CasebookError as error:
            (problem,) = error.problems
            reasons = [problem.what]
            assert problem.mend
        else:
            reasons = [each.reason for each in graded.values() if each.status is Status.NEEDS_ATTENTION]
            assert reasons
        assert all(is_one_line(reason) for reason in reasons)
        assert digests(disk) == before
        ballast.unlink()

        assert {student: each.score for student, each in disk.grade().items()} == {"ada": 7, "ben": 7}

    def test_a_disk_that_cannot_be_written_to_is_said_to_be_one(self, disk):
        folder = disk.root.parent
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        try:
            said = the_problem(disk)
        finally:
            subprocess.run(["mount", "-o", "remount,rw", folder], check=True)

        assert "Read-only file system" in said
        assert disk.grade()["ada"].score == 7

    def test_graded_work_that_cannot_be_put_away_goes_to_a_person_and_the_rest_is_graded(self, week, work):
        week.hand_in("ada", work)
        week.hand_in("ben", work)
        (week.root / "autograded").mkdir()
        (week.root / "autograded" / "ada").write_text("a file in the way")

        graded = week.grade()

        assert (graded["ada"].status, graded["ben"].score) == (Status.NEEDS_ATTENTION, 7)
        assert "The graded work could not be written" in graded["ada"].reason
        assert is_one_line(graded["ada"].reason)


def test_a_course_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CasebookError, match="There is no such course directory"):
        submissions(CourseDirectory(tmp_path / "nowhere"), "week")
