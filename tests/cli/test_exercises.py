"""``casebook exercises``: what is printed, and with which exit code it ends."""

from __future__ import annotations

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


def test_a_course_yml_that_is_wrong_is_named_before_anything_is_released(tiny_casebook, run_casebook):
    (tiny_casebook.root / "course.yml").write_text(COURSE.replace("due: 2027-04-01", "due: soon"))

    result = run_casebook("exercises", "release", "tiny", cwd=tiny_casebook.root)

    assert result.stdout.startswith("course.yml:10")
    assert result.returncode == 1
    assert not (tiny_casebook.root / "course" / "release").exists()
