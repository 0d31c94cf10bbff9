"""``casebook exercises``: what is printed, and with which exit code it ends."""

from __future__ import annotations

import json
import shutil

import pytest

COURSE = """\
title: Parcels
institution: Your institution
timezone: Europe/London
term: {start: 2027-03-01, end: 2027-04-09}
meetings:
  - {weekday: Monday, start: 10:00, end: 11:00, place: Room 1}
weeks:
  - {week: 1, topic: Counting}
assignments:
  tiny: {weight: 100, released: 2027-03-11, due: 2027-04-01}
"""


def test_building_says_where_the_instructors_notebooks_are(tiny_casebook, run_casebook):
    result = run_casebook("exercises", "build", "--course", "spring", cwd=tiny_casebook.root)

    folder = tiny_casebook.root / "spring" / "source" / "tiny"
    assert result.stdout == f"tiny: the instructor's notebooks are in {folder}\n"
    assert (result.returncode, result.stderr) == (0, "")
    assert (folder / "counting.ipynb").is_file()


@pytest.mark.slow
def test_notebooks_edited_by_hand_are_kept_unless_forced(tiny_casebook, run_casebook):
    run_casebook("exercises", "build", "tiny", cwd=tiny_casebook.root)
    edited = tiny_casebook.root / "course" / "source" / "tiny" / "counting.ipynb"
    edited.write_text("mine")

    refused = run_casebook("exercises", "build", "tiny", cwd=tiny_casebook.root)
    assert refused.stdout.startswith("course/source/tiny: These notebooks were edited, or were not made from text.\n")
    assert refused.returncode == 1
    assert edited.read_text() == "mine"

    assert run_casebook("exercises", "build", "tiny", "--force", cwd=tiny_casebook.root).returncode == 0
    assert edited.read_text() != "mine"


@pytest.mark.slow
def test_releasing_says_what_students_get(tiny_casebook, run_casebook):
    result = run_casebook("exercises", "release", cwd=tiny_casebook.root)

    release = tiny_casebook.root / "course" / "release"
    assert result.stdout == f"tiny: for students in {release / 'tiny'} and {release / 'tiny.zip'}\n"
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.slow
def test_releasing_says_when_it_is_due_by_the_clock_of_the_course(tiny_casebook, run_casebook):
    (tiny_casebook.root / "course.yml").write_text(COURSE)

    result = run_casebook("exercises", "release", "tiny", cwd=tiny_casebook.root)

    release = tiny_casebook.root / "course" / "release"
    due = "due 2027-04-01 23:59 BST"
    assert result.stdout == f"tiny: for students in {release / 'tiny'} and {release / 'tiny.zip'}; {due}\n"
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.slow
def test_solutions_wait_for_the_due_date_unless_forced(tiny_casebook, run_casebook):
    (tiny_casebook.root / "course.yml").write_text(
        COURSE.replace("2027-0", "2097-0").replace("2097-03-11", "2097-03-12").replace("2097-04-01", "2097-04-02")
    )
    solutions = tiny_casebook.root / "course" / "solutions"

    refused = run_casebook("exercises", "release", "tiny", "--solutions", cwd=tiny_casebook.root)

    assert refused.stdout.startswith("course.yml: tiny is due on 2097-04-02 at 23:59 BST; until then")
    assert (refused.returncode, solutions.exists()) == (1, False)

    forced = run_casebook("exercises", "release", "tiny", "--solutions", "--force", cwd=tiny_casebook.root)

    assert forced.stdout == (
        f"tiny: with solutions, to hand out, in {solutions / 'tiny'} and {solutions / 'tiny.zip'}\n"
        "tiny: keep it to yourself until 2097-04-02 23:59 BST, when it is due.\n"
    )
    assert (forced.returncode, forced.stderr) == (0, "")
    assert not (tiny_casebook.root / "course" / "release").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tiny", "--hidden-tests"], "--hidden-tests goes with --solutions."),
        (["--solutions"], "--solutions goes with the names of assignments."),
    ],
)
def test_options_of_solutions_that_do_not_go_together_are_a_usage_error(tiny_casebook, run_casebook, words, said):
    result = run_casebook("exercises", "release", *words, cwd=tiny_casebook.root)

    assert said in result.stderr
    assert result.returncode == 2


def test_a_course_yml_that_is_wrong_is_named_before_anything_is_released(tiny_casebook, run_casebook):
    (tiny_casebook.root / "course.yml").write_text(COURSE.replace("due: 2027-04-01", "due: soon"))

    result = run_casebook("exercises", "release", "tiny", cwd=tiny_casebook.root)

    assert result.stdout.startswith("course.yml:10")
    assert result.returncode == 1
    assert not (tiny_casebook.root / "course" / "release").exists()


def test_an_assignment_that_is_not_sound_is_named_before_anything_runs(tiny_casebook, run_casebook):
    notebook = tiny_casebook.exercises / "tiny" / "counting.md"
    notebook.write_text(notebook.read_text().replace("### BEGIN SOLUTION\nparcels", "parcels"))

    said = run_casebook("exercises", "verify", cwd=tiny_casebook.root)
    told = run_casebook("exercises", "verify", "--json", cwd=tiny_casebook.root)

    where = "exercises/tiny/counting.md:26 (cell parcels-in-all)"
    assert said.stdout.startswith(f'{where}: "END SOLUTION" closes nothing')
    assert json.loads(told.stdout.splitlines()[0])["where"] == where
    assert (said.returncode, told.returncode) == (1, 1)


@pytest.mark.parametrize("command", ["build", "release", "verify"])
def test_what_is_wrong_with_any_assignment_is_told_in_one_run_and_nothing_is_made(tiny_casebook, run_casebook, command):
    tiny = tiny_casebook.exercises / "tiny"
    shutil.copytree(tiny, tiny.with_name("second"))
    for name, old, new in (("assignment.yml", "minutes: 10", "minutes: soon"), ("rubric.md", "## For students", "##")):
        for folder, change in ((tiny, name == "assignment.yml"), (tiny.with_name("second"), name == "rubric.md")):
            if change:
                (folder / name).write_text((folder / name).read_text().replace(old, new))

    result = run_casebook("exercises", command, cwd=tiny_casebook.root)

    assert "exercises/tiny/assignment.yml:4: 'minutes' must be a whole number" in result.stdout
    assert "exercises/second/rubric.md: A cell is marked by hand" in result.stdout
    assert (result.returncode, result.stderr) == (1, "")
    assert not (tiny_casebook.root / "course" / "source").exists()


def edit_notebook(file, change) -> None:
    notebook = json.loads(file.read_text())
    change(notebook)
    file.write_text(json.dumps(notebook, indent=1))


@pytest.mark.slow
def test_notebooks_that_were_edited_come_back_as_text_and_it_is_said_which_files_change(tiny_casebook, run_casebook):
    run_casebook("exercises", "build", "tiny", cwd=tiny_casebook.root)
    notebook = tiny_casebook.root / "course" / "source" / "tiny" / "counting.ipynb"

    same = run_casebook("exercises", "text", "tiny", cwd=tiny_casebook.root)
    edit_notebook(notebook, lambda content: content["cells"][4]["metadata"]["nbgrader"].update(points=3))
    changed = run_casebook("exercises", "text", "tiny", cwd=tiny_casebook.root)
    built = run_casebook("exercises", "build", "tiny", cwd=tiny_casebook.root)

    assert same.stdout == "tiny: the notebooks say what the text says.\n"
    assert changed.stdout == (
        "exercises/tiny/counting.md: parcels-in-all-check changed\n"
        "exercises/tiny/assignment.yml: points or notebooks brought up to date\n"
    )
    # Text and notebooks say the same now, so nothing has to be forced.
    assert [result.returncode for result in (same, changed, built)] == [0, 0, 0]


@pytest.mark.slow
def test_a_course_that_was_never_text_becomes_text_with_what_is_left_to_say(tiny_casebook, run_casebook):
    run_casebook("exercises", "build", "tiny", "--course", "old", cwd=tiny_casebook.root)
    source = tiny_casebook.root / "old" / "source"
    (source / "tiny").rename(source / "ps1")
    (source / "ps1" / "map.png").write_bytes(b"PNG")

    result = run_casebook("exercises", "text", "ps1", "--course", "old", cwd=tiny_casebook.root)
    verified = run_casebook("exercises", "verify", "ps1", cwd=tiny_casebook.root)

    assert "exercises/ps1/counting.md: number 1, load-parcels" in result.stdout
    assert (
        "Left to do:\n  fill in title, chapter, summary and minutes in assignment.yml\n  map.png lies" in result.stdout
    )
    assert "exercises/ps1/assignment.yml:1: 'title' is blank." in verified.stdout
    text = (tiny_casebook.exercises / "ps1" / "assignment.yml").read_text()
    assert text.endswith("points: 6\nnotebooks: [arguing, counting]\ndata: [parcels]\n")
    assert (tiny_casebook.exercises / "ps1" / "counting.md").read_text() == (
        tiny_casebook.exercises / "tiny" / "counting.md"
    ).read_text()


def test_where_there_are_no_notebooks_it_is_said(tiny_casebook, run_casebook):
    result = run_casebook("exercises", "text", "tiny", "--course", "none", cwd=tiny_casebook.root)

    assert result.stdout == (
        "none/source/tiny: There are no notebooks here.\n  Mend: name another course directory with --course.\n"
    )
    assert result.returncode == 1
