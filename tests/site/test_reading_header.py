"""What a lesson asks of its reader, under its title."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree

from casebook.exercises.model import Assignment, Release
from casebook.site.reading_header import ExerciseLink, exercises_by_chapter, reading_minutes, tables_read


def page(text: str) -> nodes.document:
    return publish_doctree(text, settings_overrides={"report_level": 5})


def words(count: int) -> str:
    return "word " * count


def test_time_is_words_at_a_careful_pace_rounded_up_to_five_minutes():
    assert reading_minutes(page(words(10))) == 5
    assert reading_minutes(page(words(1000))) == 5
    assert reading_minutes(page(words(1001))) == 10


def test_a_prediction_takes_a_minute_and_a_chart_half_of_one():
    predict = ".. admonition:: Predict\n   :class: predict\n\n   Write it down.\n\n"
    chart = ".. figure:: a.svg\n\n   What is drawn.\n\n"

    assert reading_minutes(page(predict * 5)) == 10
    assert reading_minutes(page(chart * 10)) == 10
    assert reading_minutes(page(chart * 3)) == 5


def test_code_is_looked_at_line_by_line():
    code = "::\n\n" + "   x = 1\n" * 150

    assert reading_minutes(page(code)) == 5
    assert reading_minutes(page(code + "   x = 1\n" * 10)) == 10


def test_tables_are_those_that_the_code_reads_in_order_and_once():
    code = 'a = pd.read_csv("../../data/parcels.csv")\nb = pd.read_csv("../../data/masks.csv", parse_dates=["date"])\n'

    found = tables_read(
        page(f"::\n\n   {code.replace(chr(10), chr(10) + '   ')}\n\nText\n\n::\n\n   {code.splitlines()[0]}\n")
    )

    assert found == ["parcels", "masks"]


def test_exercises_stand_under_the_chapter_that_they_belong_to():
    assignment = Assignment(
        name="sharing",
        title="Sharing",
        chapter="01-parcels",
        summary="",
        minutes=80,
        points=22,
        notebooks=("one",),
        data=(),
        folder=Path("exercises/sharing"),
    )
    release = Release(assignment, Path("r"), Path("r.zip"), ())

    assert exercises_by_chapter([release]) == {
        "01-parcels": [ExerciseLink("exercises/sharing/index", "Sharing", 22, 80)]
    }
