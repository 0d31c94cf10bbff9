"""A release for each student: only ``parameters.json`` differs, and what was given stays given."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest

from casebook.errors import CasebookError
from casebook.exercises.assignment import load_assignment
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import build_source
from casebook.exercises.variants import parameters_text, values_for
from casebook.exercises.variants_record import (
    Record,
    own_files,
    read_record,
    record_file,
    refuse_if_changed,
    write_record,
)
from casebook.exercises.variants_release import release_for_each
from casebook.project import Project

VARIED = Path(__file__).parents[1] / "notebooks" / "varied-casebook"


@pytest.fixture
def project(tmp_path) -> Project:
    shutil.copytree(VARIED, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


@pytest.fixture
def course(tmp_path) -> CourseDirectory:
    return CourseDirectory(tmp_path / "course")


@pytest.fixture
def varied(project):
    """The assignment as it is when this is called."""
    return lambda: load_assignment(project, "varied")


def rewrite(project: Project, old: str, new: str) -> None:
    file = project.exercises / "varied" / "assignment.yml"
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


class TestRecord:
    def test_it_is_read_back_as_it_was_written(self, tmp_path, varied):
        record = Record(varied().parameters, {"李雷": {"year": 2014}, "ada": {"year": 2013}})

        write_record(tmp_path, "varied", record)

        assert read_record(tmp_path, "varied") == record
        assert json.loads(record_file(tmp_path, "varied").read_text("utf-8"))["students"]["ada"] == {"year": 2013}

    def test_without_a_release_for_each_there_is_none(self, tmp_path):
        assert read_record(tmp_path, "varied") is None
        (tmp_path / "a-file").write_text("in the way")
        assert read_record(tmp_path / "a-file" / "course", "varied") is None
        assert own_files(None, "ada") == {}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[]",
            '{"seed": "s", "choices": {"year": [1, 2]}}',
            '{"seed": "s", "choices": {"year": [1]}, "students": {}}',
            '{"seed": "s", "choices": {"year": [1, 2]}, "students": ["ada"]}',
            '{"seed": "s", "choices": {"year": [1, 2]}, "students": {"ada": {"month": 1}}}',
            '{"seed": "s", "choices": {"year": [1, 2]}, "students": {"ada": {"year": [1]}}}',
            '{"seed": "s", "choices": {"year": [1, 2]}, "students": {"ada": 1}}',
        ],
    )
    def test_one_that_was_damaged_is_told_in_one_line(self, tmp_path, text, problems_of):
        record_file(tmp_path, "varied").parent.mkdir()
        record_file(tmp_path, "varied").write_text(text, "utf-8")

        (problem,) = problems_of(read_record, tmp_path, "varied")

        assert problem.where.file == record_file(tmp_path, "varied")
        assert "\n" not in problem.what
        assert "from a copy" in problem.mend

    @pytest.mark.parametrize(
        ("old", "new", "named"),
        [
            ("parcels-2034", "another", "The seed"),
            ("to: 2015", "to: 2014", "The parameter 'year'"),
            ("year: {from: 2013, to: 2015}", "years: {from: 2013, to: 2015}", "'year', The parameter 'years'"),
            ("{from: 2013, to: 2015}", "{one_of: [2014, 2013, 2015]}", "The parameter 'year'"),
        ],
    )
    def test_a_change_after_a_release_is_refused_and_named(
        self, project, course, varied, problems_of, *, old, new, named
    ):
        write_record(course.root, "varied", Record(varied().parameters, {"ada": {"year": 2014}}))
        rewrite(project, old, new)

        (problem,) = problems_of(build_source, project, varied(), course)

        assert f"{named}: changed since students (in number 1) were given their values." in problem.what
        assert problem.where.file == varied().file
        assert "--force" in problem.mend
        assert not course.source("varied").exists()

    def test_parameters_that_have_gone_are_refused(self, course, varied):
        write_record(course.root, "varied", Record(varied().parameters, {"ada": {"year": 2014}}))

        with pytest.raises(CasebookError, match="The parameters: changed"):
            refuse_if_changed(course.root, "varied", None, varied().file)

    def test_values_written_in_another_way_are_no_change(self, project, course, varied):
        write_record(course.root, "varied", Record(varied().parameters, {"ada": {"year": 2014}}))
        rewrite(project, "{from: 2013, to: 2015}", "{one_of: [2013, 2014, 2015]}")

        build_source(project, varied(), course)


def test_the_instructors_folder_holds_the_default_values(project, course, varied):
    folder = build_source(project, varied(), course)

    assert json.loads((folder / "parameters.json").read_text("utf-8")) == {"year": 2013}


def test_an_assignment_without_parameters_has_no_such_file_and_none_for_each(tiny_casebook, tiny, course, problems_of):
    assert not (build_source(tiny_casebook, tiny(), course) / "parameters.json").exists()

    (problem,) = problems_of(release_for_each, tiny_casebook, tiny(), course, ["ada"])

    assert problem.what == "tiny has no parameters, so that all students would get the same."
    assert not record_file(course.root, "tiny").exists()


@pytest.mark.slow
class TestReleaseForEach:
    def test_only_the_values_differ_from_the_release_for_all(self, project, course, varied):
        made = release_for_each(project, varied(), course, ["ada", "ben"])

        assert made.folder == course.root / "release-for-each" / "varied"
        for_all = {file.name: file.read_bytes() for file in made.for_all.folder.iterdir()}
        assert json.loads(for_all["parameters.json"]) == {"year": 2013}
        for student in ("ada", "ben"):
            own = {file.name: file.read_bytes() for file in (made.folder / student / "varied").iterdir()}
            values = values_for(varied().parameters, "varied", student)
            assert own == for_all | {"parameters.json": parameters_text(values).encode()}
            with zipfile.ZipFile(made.folder / student / "varied.zip") as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == {
                    f"varied/{name}": content for name, content in own.items()
                }
        notebook = nbformat.read(made.folder / "ada" / "varied" / "own-year.ipynb", as_version=4)
        assert "SOLUTION" not in str(notebook)

    def test_more_students_later_leave_those_before_with_what_they_have(self, project, course, varied):
        release_for_each(project, varied(), course, ["ada"])
        record = read_record(course.root, "varied")
        assert record is not None
        # As if a person had given her another year.
        write_record(course.root, "varied", Record(record.parameters, {"ada": {"year": 2014}}))

        made = release_for_each(project, varied(), course, ["ben", "ada", "eva"])

        after = read_record(course.root, "varied")
        assert after is not None
        assert list(after.students) == ["ada", "ben", "eva"]
        assert after.students["ada"] == {"year": 2014}
        assert json.loads((made.folder / "ada" / "varied" / "parameters.json").read_text("utf-8")) == {"year": 2014}
        assert (made.students, made.new) == (3, 2)

    def test_who_is_missing_from_a_later_list_keeps_folder_and_values(self, project, course, varied):
        release_for_each(project, varied(), course, ["ada"])

        made = release_for_each(project, varied(), course, ["ben"])

        assert sorted(folder.name for folder in made.folder.iterdir()) == ["ada", "ben"]

    def test_force_draws_everybodys_values_anew_from_what_the_text_says_now(self, project, course, varied):
        release_for_each(project, varied(), course, ["ada", "ben", "eva"])
        rewrite(project, "{from: 2013, to: 2015}", "{from: 1990, to: 1999}")
        with pytest.raises(CasebookError, match="The parameter 'year': changed since students \\(in number 3"):
            release_for_each(project, varied(), course, ["ada"])

        release_for_each(project, varied(), course, ["ada"], force=True)

        record = read_record(course.root, "varied")
        assert record is not None
        assert record.students == {
            student: values_for(varied().parameters, "varied", student) for student in ("ada", "ben", "eva")
        }
        release_for_each(project, varied(), course, ["ada"])

    def test_a_release_that_fails_records_nothing(self, project, course, varied):
        with (project.data / "parcels.csv").open("a") as table:
            table.write("parcels_then = parcels[year],0\n")

        with pytest.raises(CasebookError, match="must not see"):
            release_for_each(project, varied(), course, ["ada"])

        assert not record_file(course.root, "varied").exists()
        assert not (course.root / "release-for-each").exists()

    def test_a_secret_in_the_values_of_some_students_is_named_with_the_file_of_one(self, project, course, varied):
        rewrite(project, "{from: 2013, to: 2015}", '{one_of: [2013, "parcels_then = parcels[year]"]}')
        students = [f"student-{number}" for number in range(12)]

        with pytest.raises(CasebookError, match="must not see") as caught:
            release_for_each(project, varied(), course, students)

        assert len(caught.value.problems) == 1
        assert "parameters.json" in str(caught.value)
        assert not record_file(course.root, "varied").exists()

    def test_the_command_takes_a_class_list_and_says_what_it_made(self, project, run_casebook):
        (project.root / "students.csv").write_text("student_id,name\nada,Ada\nben,Ben\neva,Eva\n", "utf-8")

        made = run_casebook("exercises", "release", "varied", "--for-each", "students.csv", cwd=project.root)

        assert (made.returncode, made.stderr) == (0, "")
        assert made.stdout.splitlines()[-1] == (
            f"varied: for each of 3 students, 3 of them new, in {project.root / 'course' / 'release-for-each' / 'varied'}; "
            "3 different sets of values of 3 that there are"
        )

    def test_the_command_names_each_unfit_id_and_makes_nothing(self, project, run_casebook):
        (project.root / "students.csv").write_text("id\nada\n../ben\nada\n", "utf-8")

        made = run_casebook("exercises", "release", "varied", "--for-each", "students.csv", cwd=project.root)

        assert made.returncode == 1
        assert "students.csv:3: The id '../ben' holds /" in made.stdout
        assert "students.csv:4: The id 'ada' stands in line 2 already." in made.stdout
        assert not (project.root / "course").exists()

    def test_a_class_list_goes_with_one_assignment(self, project, run_casebook):
        (project.root / "students.csv").write_text("id\nada\n", "utf-8")

        made = run_casebook("exercises", "release", "--for-each", "students.csv", cwd=project.root)

        assert made.returncode == 2
        assert "--for-each goes with one ASSIGNMENT." in made.stderr
