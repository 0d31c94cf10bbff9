"""Verification finds what is planted: tests that lean on something, give away, add nothing; and notebooks beyond their limits."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from casebook.exercises.assignment import load_assignment
from casebook.grading.verification import Report, verify
from casebook.project import Project

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests" / "notebooks" / "tiny-casebook"

ANSWER = """\
---
reason: {reason}
{expect}---

```{{code-cell}} ipython3
---
graded: {{id: {cell}}}
---
{source}
```
"""
pytestmark = pytest.mark.slow


def casebook_at(folder: Path) -> Project:
    shutil.copytree(TINY, folder / "casebook")
    return Project(folder / "casebook")


def verified(project: Project) -> Report:
    return verify(project, load_assignment(project, "tiny"))


def add_answers(project: Project, answers: dict[str, tuple[str, str, str, str]]) -> None:
    for name, (reason, expect, cell, source) in answers.items():
        text = ANSWER.format(reason=reason, expect=expect, cell=cell, source=source)
        (project.exercises / "tiny" / f"{name}.md").write_text(text)


def said(report: Report, part: str) -> list[str]:
    """What the problems say that have some words in them."""
    return [problem.what for problem in report.problems if part in problem.what]


CELL = """
```{{code-cell}} ipython3
---
graded: {{id: {name}, kind: {kind}{points}}}
---
{source}
```
"""


def write_assignment(project: Project, *cells: tuple[str, str, str], more: str = "") -> None:
    """An assignment of one notebook: (id, kind, source) for each cell; tests are worth a point."""
    folder = project.exercises / "tiny"
    shutil.rmtree(folder)
    (folder / "wrong-answers").mkdir(parents=True)
    text = "---\njupytext:\n  text_representation: {extension: .md, format_name: myst}\n---\n\n# Counting\n"
    for name, kind, source in cells:
        body = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION" if kind == "answer" else source
        text += CELL.format(name=name, kind=kind, points=", points: 1" if kind == "tests" else "", source=body)
    (folder / "counting.md").write_text(text)
    points = sum(kind == "tests" for _, kind, _ in cells)
    (folder / "assignment.yml").write_text(
        "title: Counting\nchapter: 01-parcels\nsummary: Count.\nminutes: 5\n"
        f"points: {points}\nnotebooks: [counting]\ndata: []\n{more}"
    )


def _tomorrow() -> int:
    import datetime as dt

    return dt.datetime.now(dt.UTC).date().toordinal() + 2


@pytest.fixture(scope="session")
def leaning(tmp_path_factory) -> Report:
    """Each test leans on something else that is not its own."""
    project = casebook_at(tmp_path_factory.mktemp("leaning"))
    write_assignment(
        project,
        ("x", "answer", "x = 3"),
        ("first", "tests", "right = 3\nassert x == right, 'x is not the number that was asked for.'"),
        ("second", "tests", "assert x == right, 'x is not the number that was asked for.'"),
        ("y", "answer", "y = 4"),
        (
            "on-the-day",
            "tests",
            (
                "import datetime\nassert y == 4, 'y is not the number that was asked for.'\n"
                f"assert datetime.date.today() < datetime.date.fromordinal({_tomorrow()}), 'It is too late for this.'"
            ),
        ),
        (
            "on-the-zone",
            "tests",
            "import time\nassert y == 4 and time.strftime('%z') == '+0000', 'y is not the number that was asked for.'",
        ),
        (
            "on-chance",
            "tests",
            "import random\nassert y == 4 and abs(random.random() - 0.4523795535) > 1e-6, 'y is not the number that was asked for.'",
        ),
        (
            "on-the-network",
            "tests",
            (
                "import socket\nwith socket.socketpair()[0]:\n"
                "    assert socket.getaddrinfo('127.0.0.1', 80) and y == 4, 'y is not the number that was asked for.'"
            ),
        ),
    )
    return verified(project)


@pytest.fixture(scope="session")
def loose(tmp_path_factory) -> Report:
    """Messages that give away, limits that are too low, explanations that explain nothing."""
    project = casebook_at(tmp_path_factory.mktemp("loose"))
    write_assignment(
        project,
        ("load", "readonly", "numbers = {2013: 9, 2014: 14, 2015: 21}"),
        ("mean", "answer", "mean = sum(numbers.values()) / 3"),
        (
            "mean-check",
            "tests",
            (
                "assert mean > 0\n### BEGIN HIDDEN TESTS\n"
                "assert abs(mean - 44 / 3) < 0.01, 'The mean of the three years is 14.67, and not this.'\n"
                "### END HIDDEN TESTS"
            ),
        ),
        ("most", "answer", "most = max(numbers.values())"),
        (
            "most-check",
            "tests",
            (
                "assert most == 21, 'That is not the most of all the years.'\n### BEGIN HIDDEN TESTS\n"
                "assert most == 21, 'That is not the most of all the years.'\n### END HIDDEN TESTS"
            ),
        ),
        more=(
            "limits: {notebook_seconds: 1, memory_mb: 1}\n"
            "survivors:\n  mean/wrong-way-round-9: there is none\n  mean/none-1: it is killed\n"
        ),
    )
    add_answers(
        project,
        {
            "wrong-answers/two-years": (
                "two",
                "expect: {mean-check: 0}\n",
                "mean",
                "mean = sum(numbers.values()) / 2",
            ),
            "wrong-answers/a-list": ("list", "expect: {mean-check: 0}\n", "mean", "mean = [14]"),
        },
    )
    return verified(project)


def test_a_test_that_needs_another_is_named(leaning):
    assert "The solution does not get full points in second when the other test cells are left out." in said(
        leaning, " second "
    )
    assert "The solution does not get full points in second when the tests of an answer run in reverse order." in said(
        leaning, " second "
    )
    assert said(leaning, " first ") == []


@pytest.mark.parametrize(
    ("test", "cause"),
    [
        ("on-the-day", "the day is another"),
        ("on-the-zone", "the time zone is another"),
        ("on-chance", "chance is another"),
        ("on-the-network", "there is no network"),
    ],
)
def test_a_test_that_needs_what_is_not_the_same_everywhere_is_named_with_the_cause(leaning, test, cause):
    found = [each for each in said(leaning, f" in {test} ") if "is another" in each or "no network" in each]

    assert found == [f"The solution does not get full points in {test} when {cause}."]


def test_what_leans_by_its_syntax_is_named_with_line_and_cell(leaning):
    asking = [problem for problem in leaning.problems if "another time" in problem.what]

    assert {problem.where.cell for problem in asking} == {"on-the-day", "on-chance", "on-the-network"}
    (chance,) = [problem for problem in asking if problem.where.cell == "on-chance"]
    assert chance.what == "random.random() asks chance, so that it may give something else another time."
    assert chance.where.line is not None


def test_a_message_that_holds_the_answer_is_named(loose):
    assert said(loose, "two-years") == [
        (
            "wrong-answers/two-years fails mean-check, but its message holds the answer: "
            "14.67 in 'The mean of the three years is 14.67, and not this.'."
        )
    ]


def test_a_bare_error_of_the_test_is_named(loose):
    (found,) = said(loose, "a-list")

    assert found.startswith("wrong-answers/a-list fails mean-check, but it ends in TypeError: '>' not supported")


def test_hidden_tests_that_add_nothing_are_named(loose):
    (found,) = said(loose, "add nothing")

    assert found.startswith("The hidden tests of most-check add nothing")


def test_explanations_of_what_does_not_live_are_named(loose):
    assert said(loose, "survivors:") == [
        "survivors: there is no mutant 'mean/wrong-way-round-9'.",
        "survivors: 'mean/none-1' does not live: it is killed.",
    ]


def test_a_notebook_that_holds_more_than_its_limit_is_named(loose):
    (found,) = said(loose, " MB; the limit is 1 MB.")

    assert found.startswith("The solution or its tests hold ")


def test_a_mutant_that_is_explained_is_no_problem_and_one_whose_answers_are_the_same_is_not_counted(tmp_path):
    project = casebook_at(tmp_path)
    write_assignment(
        project,
        ("load", "readonly", "import pandas as pd\ntable = pd.DataFrame({'a': [1, 2]})"),
        ("x", "answer", "x = table.sort_values('a')['a']"),
        ("x-check", "tests", "assert set(x) == {1, 2}, 'x should hold both of the numbers.'"),
        more="survivors: {x/reversed-1: any order will do}\n",
    )
    report = verified(project)
    fates = {tried.mutant.id: tried.fate for tried in report.mutants}

    assert fates["x/unsorted-1"] == "equivalent"
    assert fates["x/reversed-1"] == "explained"
    assert said(report, "x/reversed-1") == said(report, "x/unsorted-1") == []
    assert fates["x/row-twice-1"] == "survived"


def test_a_notebook_that_takes_too_long_is_named(tmp_path):
    project = casebook_at(tmp_path)
    write_assignment(
        project,
        ("x", "answer", "import time\ntime.sleep(1.1)\nx = 3"),
        ("x-check", "tests", "assert x == 3, 'x is not the number that was asked for.'"),
        more="limits: {notebook_seconds: 1}\n",
    )

    assert any("the limit is 1 s." in what for what in said(verified(project), "The solution and its tests run "))


def test_a_test_that_needs_the_order_of_a_set_is_named_with_the_cause(tmp_path, run_casebook, monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    ours = subprocess.run([sys.executable, "-c", "print(hash('a'))"], capture_output=True, text=True, check=True)
    project = casebook_at(tmp_path)
    write_assignment(
        project,
        ("x", "answer", "x = 3"),
        ("x-check", "tests", f"assert x == 3 and hash('a') == {ours.stdout.strip()}, 'x is not what was asked for.'"),
    )

    result = run_casebook("exercises", "verify", "--json", cwd=project.root)

    found = [each["what"] for each in map(json.loads, result.stdout.splitlines()) if each["kind"] == "problem"]
    assert (
        "The solution does not get full points in x-check when the hash seed (the order of a set) is another." in found
    )
