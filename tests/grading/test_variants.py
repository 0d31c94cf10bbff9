"""A class in which each student has other numbers: graded by what each was given, whatever was handed in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from casebook.errors import CasebookError
from casebook.exercises.assignment import load_assignment
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.variants_record import NOT_IN_LIST, Record, read_record, record_file, write_record
from casebook.exercises.variants_release import release_for_each
from casebook.grading.grade import Options, grade, submissions
from casebook.grading.graded import Graded
from casebook.grading.model import Tests
from casebook.project import Project

pytestmark = pytest.mark.slow

VARIED = Path(__file__).parents[1] / "notebooks" / "varied-casebook"
CLASS = ("ada", "ben", "eva")
PARCELS = {2013: 9, 2014: 14, 2015: 21}
BY_NAME = "parcels_then = parcels[year]"


class Class:
    """A course in which ``varied`` was released for each of three students."""

    def __init__(self, casebook: Path) -> None:
        self.project = Project(casebook)
        self.root = casebook / "course"

    @property
    def directory(self) -> CourseDirectory:
        return CourseDirectory(self.root)

    def release(self, *students: str, force: bool = False):
        assignment = load_assignment(self.project, "varied")
        return release_for_each(self.project, assignment, self.directory, students, force=force)

    def folder_of(self, student: str) -> Path:
        """What a student was given; who is in no list got the release for all."""
        own = self.root / "release-for-each" / "varied" / student / "varied"
        return own if own.is_dir() else self.root / "release" / "varied"

    def year_of(self, student: str) -> int:
        return json.loads((self.folder_of(student) / "parameters.json").read_text("utf-8"))["year"]

    def hand_in(self, student: str, answer: str) -> Path:
        folder = self.directory.submitted(student, "varied")
        shutil.copytree(self.folder_of(student), folder, dirs_exist_ok=True)
        notebook = nbformat.read(folder / "own-year.ipynb", as_version=4)
        (cell,) = [cell for cell in notebook.cells if cell.id == "parcels-then"]
        cell.source = answer
        nbformat.write(notebook, folder / "own-year.ipynb")
        return folder

    def grade(self, *students: str, **options) -> dict[str, Graded]:
        chosen = submissions(self.directory, "varied", students)
        graded = grade(self.directory, "varied", chosen, Options(**({"workers": 1} | options)))
        return {each.student: each for each in graded}

    def scores(self, **options) -> dict[str, float | None]:
        return {student: each.score for student, each in self.grade(**options).items()}


@pytest.fixture(scope="module")
def released_class(tmp_path_factory) -> Class:
    """Tests only copy it."""
    casebook = tmp_path_factory.mktemp("varied") / "casebook"
    shutil.copytree(VARIED, casebook)
    room = Class(casebook)
    room.release(*CLASS)
    return room


@pytest.fixture
def room(released_class, tmp_path) -> Class:
    shutil.copytree(released_class.project.root, tmp_path / "casebook")
    return Class(tmp_path / "casebook")


def test_classmates_have_different_numbers(room):
    assert sorted(room.year_of(student) for student in CLASS) == [2013, 2014, 2015]


@pytest.mark.parametrize("tests", list(Tests))
def test_each_ones_right_answer_passes_by_name_and_as_a_number(room, tests):
    room.hand_in("ada", BY_NAME)
    room.hand_in("ben", BY_NAME)
    room.hand_in("eva", f"parcels_then = {PARCELS[room.year_of('eva')]}")

    assert room.scores(tests=tests) == {"ada": 2, "ben": 2, "eva": 2}


@pytest.mark.parametrize("tests", list(Tests))
def test_a_classmates_numbers_fail_also_with_the_classmates_file(room, tests):
    copied = f"parcels_then = {PARCELS[room.year_of('ada')]}"
    room.hand_in("ada", copied)
    room.hand_in("ben", copied)
    folder = room.hand_in("eva", copied)
    shutil.copy(room.folder_of("ada") / "parameters.json", folder / "parameters.json")

    assert room.scores(tests=tests) == {"ada": 2, "ben": 0, "eva": 0}


def test_what_is_handed_in_as_the_file_counts_for_nothing(room):
    for student, written in (("ada", "no JSON"), ("ben", '{"year": 1900}')):
        (room.hand_in(student, BY_NAME) / "parameters.json").write_text(written)
    folder = room.hand_in("eva", BY_NAME)
    (folder / "parameters.json").unlink()
    (folder / "parameters.json").mkdir()
    (folder / "parameters.json" / "inside.txt").write_text("in the way")

    assert room.scores() == {"ada": 2, "ben": 2, "eva": 2}


def test_the_graded_folder_holds_the_students_own_values(room):
    folder = room.hand_in("ben", BY_NAME)
    (folder / "parameters.json").write_text("{}")

    room.grade()

    graded = room.directory.autograded("ben", "varied") / "parameters.json"
    assert json.loads(graded.read_text("utf-8")) == {"year": room.year_of("ben")}


def test_who_is_in_no_list_is_graded_with_the_default_and_a_note_says_so(room):
    room.hand_in("late-comer", f"parcels_then = {PARCELS[2013]}")
    room.hand_in("ada", BY_NAME)

    graded = room.grade()

    assert (graded["late-comer"].score, graded["late-comer"].reason) == (2, NOT_IN_LIST)
    assert (graded["ada"].score, graded["ada"].reason) == (2, "")


def test_in_a_course_without_a_list_there_is_no_note(room):
    record_file(room.root, "varied").unlink()
    room.hand_in("ada", f"parcels_then = {PARCELS[2013]}")

    graded = room.grade()["ada"]

    assert (graded.score, graded.reason) == (2, "")


def test_grading_after_the_choices_changed_goes_by_what_was_given(room):
    years = {student: room.year_of(student) for student in CLASS}
    text = room.project.exercises / "varied" / "assignment.yml"
    text.write_text(text.read_text("utf-8").replace("parcels-2034", "another").replace("from: 2013", "from: 2014"))
    for student in CLASS:
        room.hand_in(student, f"parcels_then = {PARCELS[years[student]]}")

    assert room.scores() == {"ada": 2, "ben": 2, "eva": 2}


def test_who_is_given_other_values_is_graded_again_and_nobody_else(room):
    for student in CLASS:
        room.hand_in(student, f"parcels_then = {PARCELS[room.year_of(student)]}")
    room.grade()
    record = read_record(room.root, "varied")
    assert record is not None
    other = {"year": next(year for year in PARCELS if year != room.year_of("ben"))}

    write_record(room.root, "varied", Record(record.parameters, {**record.students, "ben": other}))
    graded = room.grade()

    said = {student: (each.status, each.score) for student, each in graded.items()}
    assert said == {"ada": ("unchanged", 2), "ben": ("graded", 0), "eva": ("unchanged", 2)}


def test_a_record_that_cannot_be_read_stops_the_run_and_grades_nobody(room):
    room.hand_in("ada", BY_NAME)
    record_file(room.root, "varied").write_text('{"seed": "s", "choices": {}')

    with pytest.raises(CasebookError, match="Who has which values cannot be read") as caught:
        room.grade()

    assert caught.value.problems[0].where.file == record_file(room.root, "varied")
    assert not room.directory.autograded("ada", "varied").exists()


def test_workers_elsewhere_get_each_students_own_values(room):
    from distributed import LocalCluster

    copied = f"parcels_then = {PARCELS[room.year_of('ada')]}"
    room.hand_in("ada", copied)
    room.hand_in("ben", copied)
    room.hand_in("eva", BY_NAME)

    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        scores = room.scores(scheduler=cluster.scheduler_address)

    assert scores == {"ada": 2, "ben": 0, "eva": 2}


def test_nbgraders_own_autograde_works_with_the_release_for_all(room):
    room.hand_in("late-comer", BY_NAME)

    outcome = room.directory.autograde("varied", "late-comer")

    assert outcome.success, outcome.log
    score = room.directory.graded_score("varied", "late-comer")
    assert score is not None
    assert score.score == 2
