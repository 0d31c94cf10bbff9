"""``casebook course``: what is printed, and with which exit code it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from casebook.cli.course import course
from casebook.errors import CasebookError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def casebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The casebook with a course of six weeks, as the working directory."""
    for folder in ("chapters", "exercises", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copyfile(ROOT / "tests/course/six-weeks.yml", tmp_path / "course.yml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(course, list(words))


def spoil(folder: Path) -> None:
    file = folder / "course.yml"
    file.write_text(file.read_text("utf-8").replace("weekday: Monday", "weekday: Moonday"), "utf-8")


def test_a_sound_course_is_counted_and_the_exit_code_is_0(casebook):
    result = run("check")

    assert result.output == "6 weeks, 11 meetings, 1 assignment: sound.\n"
    assert result.exit_code == 0


def test_problems_are_printed_with_line_and_mend_and_the_exit_code_is_1(casebook):
    spoil(casebook)

    result = run("check")

    assert result.output.startswith("course.yml:")
    assert '"weekday": "Moonday" is no day of the week.\n  Mend: write Monday.\n' in result.output
    assert result.exit_code == 1


def test_json_gives_one_object_per_problem_and_then_the_counts(casebook):
    sound = json.loads(run("check", "--json").output)
    spoil(casebook)
    result = run("check", "--json")

    problem, counts = [json.loads(line) for line in result.output.splitlines()]
    assert sound == {"weeks": 6, "meetings": 11, "assignments": 1, "problems": 0}
    assert (problem["file"], problem["mend"]) == ("course.yml", "write Monday.")
    assert counts == {"problems": 1}
    assert result.exit_code == 1


def test_the_calendar_is_written_where_it_is_wanted(casebook):
    result = run("calendar", "-o", "made/outside-in.ics")

    assert result.output == "The calendar is in made/outside-in.ics\n"
    assert len(Calendar.from_ical((casebook / "made/outside-in.ics").read_bytes()).events) == 13


@pytest.mark.parametrize("words", [["check"], ["calendar"]])
def test_without_a_course_the_message_says_where_to_describe_one(casebook, words):
    (casebook / "course.yml").unlink()

    result = run(*words)

    assert isinstance(result.exception, CasebookError)
    assert str(result.exception).startswith(
        "course.yml: This casebook has no course.\n  Mend: describe one in course.yml"
    )


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["calendar", "--help"]])
def test_help_shows_examples(words):
    result = run(*words)

    assert "casebook course" in result.output.split("Example", 1)[1]
    assert result.exit_code == 0
