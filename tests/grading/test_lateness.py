"""What lateness costs where a ``course.yml`` says it: case by case, and by the real commands."""

from __future__ import annotations

import json

import nbformat
import pytest

from casebook.course.model import LatePolicy
from casebook.errors import CasebookError
from casebook.grading.lateness import late_policy_of, points_off

HOUR = 60 * 60
DAY = 24 * HOUR

# In summer time: 23:59 in London is 22:59 in UTC.
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
late: {percent_per_day: 10, cap_percent: 50, grace_hours: 2}
"""


@pytest.mark.parametrize(
    ("late_s", "off"),
    [
        (-DAY, 0),
        (0, 0),
        (1, 0),
        (2 * HOUR, 0),
        # Grace is no gift: past it, the day counts from when the work was due.
        (2 * HOUR + 1, 2),
        (DAY, 2),
        (DAY + 1, 4),
        (2 * DAY, 4),
        (5 * DAY, 10),
        (5 * DAY + 1, 10),
        (400 * DAY, 10),
    ],
)
def test_each_day_begun_costs_its_share_of_what_the_work_is_worth_after_the_grace_and_up_to_the_cap(late_s, off):
    policy = LatePolicy(percent_per_day=10, cap_percent=50, grace_hours=2)

    assert points_off(policy, 20, late_s) == off


def test_without_grace_a_second_is_a_day_begun():
    assert points_off(LatePolicy(percent_per_day=5, cap_percent=100, grace_hours=0), 20, 1) == 1


def test_a_cap_below_a_days_share_is_all_that_is_taken():
    assert points_off(LatePolicy(percent_per_day=30, cap_percent=10, grace_hours=0), 20, DAY) == 2


def test_grace_longer_than_a_day_is_followed_by_the_days_since_the_work_was_due():
    policy = LatePolicy(percent_per_day=10, cap_percent=50, grace_hours=48)

    assert [points_off(policy, 10, late_s) for late_s in (2 * DAY, 2 * DAY + 1)] == [0, 3]


def test_the_policy_of_a_course_directory_is_that_of_the_casebook_around_it(tiny_casebook):
    (tiny_casebook.root / "course.yml").write_text(COURSE)
    course = tiny_casebook.root / "courses" / "spring"
    course.mkdir(parents=True)

    assert late_policy_of(course, "tiny") == LatePolicy(percent_per_day=10, cap_percent=50, grace_hours=2)


def test_an_assignment_that_the_course_does_not_list_has_no_policy(tiny_casebook):
    (tiny_casebook.root / "course.yml").write_text(COURSE)

    assert late_policy_of(tiny_casebook.root, "another") is None


def test_there_is_no_policy_without_one_in_course_yml_without_course_yml_and_without_a_casebook(
    tiny_casebook, tmp_path
):
    (tmp_path / "elsewhere").mkdir()
    assert late_policy_of(tiny_casebook.root, "tiny") is None
    assert late_policy_of(tmp_path / "elsewhere", "tiny") is None

    (tiny_casebook.root / "course.yml").write_text(COURSE.partition("late:")[0])
    assert late_policy_of(tiny_casebook.root, "tiny") is None


def test_a_course_yml_that_is_wrong_is_named_with_its_line_and_nothing_is_guessed(tiny_casebook):
    (tiny_casebook.root / "course.yml").write_text(COURSE.replace("percent_per_day: 10", "percent_per_day: ten"))

    with pytest.raises(CasebookError, match=r"course\.yml:11"):
        late_policy_of(tiny_casebook.root, "tiny")


@pytest.fixture
def late_course(tiny_casebook, run_casebook):
    """The tiny casebook with a due date, released; and how to hand in at some time and to grade."""
    (tiny_casebook.root / "course.yml").write_text(COURSE)
    result = run_casebook("exercises", "release", "tiny", cwd=tiny_casebook.root)
    assert (result.returncode, result.stderr) == (0, "")
    return Late(tiny_casebook.root, run_casebook)


class Late:
    """A casebook with a course directory, in which work comes late."""

    def __init__(self, root, run_casebook):
        self.root, self.course, self._run = root, root / "course", run_casebook

    def hand_in(self, student, when, answers):
        for name in ("counting", "arguing"):
            notebook = nbformat.read(self.course / "release" / "tiny" / f"{name}.ipynb", as_version=4)
            for cell in notebook.cells:
                cell.source = answers.get(cell.id, cell.source)
            target = self.course / "submitted" / student / "tiny" / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, target)
        (target.parent / "timestamp.txt").write_text(when)

    def scores(self):
        result = self._run("grade", "tiny", "--json", cwd=self.root)
        assert (result.returncode, result.stderr) == (0, "")
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        return {line["student"]: line["score"] for line in lines}


# Three points in one notebook, one in the other; each of the two is worth three.
SOLVED = {
    "parcels-in-all": "parcels_in_all = sum(parcels.values())",
    "busiest-year": "busiest_year = 2015",
    "sure": "sure = 0.3",
}


@pytest.mark.slow
def test_release_enters_the_due_date_in_utc_and_late_work_loses_what_course_yml_says(late_course):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{late_course.course / 'gradebook.db'}") as gradebook:
        assert str(gradebook.find_assignment("tiny").duedate) == "2027-04-01 22:59:00"

    late_course.hand_in("in-time", "2027-04-01 22:59:00 UTC", SOLVED)
    late_course.hand_in("in-grace", "2027-04-02 00:59:00 UTC", SOLVED)
    late_course.hand_in("two-days", "2027-04-03 22:59:00 UTC", SOLVED)
    late_course.hand_in("in-may", "2027-05-01 12:00:00 UTC", SOLVED)
    late_course.hand_in("in-may-and-blank", "2027-05-01 12:00:00 UTC", {})

    scores = late_course.scores()

    # In May each notebook loses half of its three points; but the second earned one only, and none goes below nothing.
    assert scores == pytest.approx(
        {"in-time": 4, "in-grace": 4, "two-days": 4 - 6 * 0.2, "in-may": 1.5, "in-may-and-blank": 0}
    )
    with Gradebook(f"sqlite:///{late_course.course / 'gradebook.db'}") as gradebook:
        late = gradebook.find_submission("tiny", "two-days")
        assert [notebook.late_submission_penalty for notebook in late.notebooks] == pytest.approx([0.6, 0.6])


@pytest.mark.slow
def test_a_late_plugin_in_nbgraders_settings_takes_precedence(late_course):
    (late_course.course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    )
    late_course.hand_in("in-grace", "2027-04-01 23:00:00 UTC", SOLVED)
    late_course.hand_in("in-time", "2027-04-01 22:00:00 UTC", SOLVED)

    assert late_course.scores() == {"in-grace": 0, "in-time": 4}
