"""A rubric has one part that students read and one that they never see."""

from __future__ import annotations

import pytest

from casebook.exercises.rubric import rubric_for_students, rubric_key

RUBRIC = """# For the person who marks

Look twice.

## For students

A figure with its **unit** earns a point.

### What costs some

```
## not a heading
```

Length.

## Anchor answers

> Yes.
"""


@pytest.fixture
def rubric(tiny, folder):
    def write(text: str):
        (folder / "rubric.md").write_text(text, encoding="utf-8")
        return tiny()

    return write


def test_the_section_for_students_goes_up_to_the_next_heading_of_its_rank(rubric):
    text = rubric_for_students(rubric(RUBRIC))

    assert text.startswith("A figure with its **unit** earns a point.")
    assert text.endswith("## not a heading\n```\n\nLength.")


def test_everything_else_is_the_key_and_keeps_its_line_numbers(rubric):
    key = dict(rubric_key(rubric(RUBRIC)))

    assert key[3] == "Look twice."
    assert key[19] == "> Yes."
    assert not any("unit" in line or "not a heading" in line or "Length" in line for line in key.values())


@pytest.mark.parametrize("text", ["# Rubric\n\nAll secret.\n", "## For students of nothing\n\nsecret", ""])
def test_a_rubric_without_such_a_section_shows_nothing(rubric, text):
    assert rubric_for_students(rubric(text)) == ""


def test_an_assignment_without_a_rubric_shows_nothing(tiny, folder):
    (folder / "rubric.md").unlink()

    assert rubric_for_students(tiny()) == ""
    assert rubric_key(tiny()) == []


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (RUBRIC + "\n## for students\n\nMore.\n", 21, "a second time; the first is in line 5"),
        ("# R\n\n## For students\n\n## Key\n", 3, "says nothing"),
    ],
)
def test_two_sections_or_an_empty_one_are_named_with_their_line(rubric, problems_of, text, line, what):
    (problem,) = problems_of(rubric_for_students, rubric(text))

    assert problem.where.line == line
    assert what in problem.what
    assert problem.mend


def test_every_line_is_either_public_or_part_of_the_key(rubric):
    assignment = rubric(RUBRIC)
    key = {line for _, line in rubric_key(assignment) if line}
    public = {line for line in rubric_for_students(assignment).split("\n") if line}

    assert key | public | {"## For students"} == {line for line in RUBRIC.split("\n") if line}
    assert not key & public - {"```"}
