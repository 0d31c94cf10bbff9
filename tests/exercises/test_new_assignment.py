"""A new assignment is sound as it stands, shows each kind of cell, and never overwrites anything."""

from __future__ import annotations

import pytest

from casebook.exercises.compilation import notebooks_and_problems
from casebook.exercises.model import Kind
from casebook.exercises.new_assignment import new_assignment
from casebook.exercises.soundness import sound_assignment
from casebook.grading.verification import verify


def test_it_is_sound_and_has_one_of_each_kind_of_cell(tiny_casebook):
    made = new_assignment(tiny_casebook, "first-steps")

    assignment = sound_assignment(tiny_casebook, "first-steps")
    ((notebook,), _) = notebooks_and_problems(assignment)
    assert (made.folder, made.chapter) == (assignment.folder, "01-parcels")
    assert assignment.title == "First steps"
    assert {cell.kind for cell in notebook.cells} == {None, *Kind}
    assert "CHAPTER" not in assignment.file.read_text()
    assert "TITLE" not in notebook.file.read_text()


@pytest.mark.slow
def test_it_verifies_as_it_stands(tiny_casebook):
    new_assignment(tiny_casebook, "first-steps")

    report = verify(tiny_casebook, sound_assignment(tiny_casebook, "first-steps"))

    assert report.problems == []
    assert report.mutants


def test_nothing_is_overwritten(tiny_casebook, folder, problems_of):
    (problem,) = problems_of(new_assignment, tiny_casebook, "tiny")

    assert problem.what == "There is 'tiny' already."
    assert (folder / "counting.md").is_file()


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("First Steps", "call it first-steps."),
        ("first_steps", "call it first-steps."),
        ("../first", "call it first."),
        ("-first", "call it first."),
        ("课", "give it a name such as data-sharing."),
        ("", "give it a name such as data-sharing."),
        ("a" * 61, f"call it {'a' * 60}."),
    ],
)
def test_a_name_that_will_not_do_is_answered_with_one_that_will(tiny_casebook, problems_of, name, mend):
    (problem,) = problems_of(new_assignment, tiny_casebook, name)

    assert "cannot be the name of an assignment" in problem.what
    assert problem.mend == mend


def test_an_unknown_chapter_is_answered_with_those_that_exist(tiny_casebook, problems_of):
    def with_chapter(name):
        return new_assignment(tiny_casebook, name, chapter="01-parcel")

    (problem,) = problems_of(with_chapter, "first-steps")

    assert problem.mend == "did you mean '01-parcels'?"
    assert not (tiny_casebook.exercises / "first-steps").exists()
