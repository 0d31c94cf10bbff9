"""nbgrader's formgrader, opened on a gradebook that ``casebook grade`` wrote: reading it, and grading by hand in it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SOLVED = {
    "parcels-in-all": "parcels_in_all = sum(parcels.values())",
    "busiest-year": "busiest_year = 2015",
    "sure": "sure = 0.3",
    "argument": "It will, for villages join; but postage may rise.",
}
# Without the written answer, which a person marks.
SCORES = {"right": 4, "wrong": 2, "blank": 0}
ANSWERS = {"right": SOLVED, "wrong": SOLVED | {"parcels-in-all": "parcels_in_all = len(parcels)"}, "blank": {}}
ANSWERS["wrong"]["argument"] = "Yes."


@dataclass(frozen=True)
class Course:
    """A graded course directory, and formgrader in it."""

    root: Path
    address: str

    def show(self, page: Page, *path: str) -> Page:
        page.goto("/".join([self.address, "formgrader", *path]))
        return page


def grade(run_casebook, root: Path, *words: str) -> dict[str, dict]:
    result = run_casebook("grade", "tiny", "--json", *words, cwd=root.parent)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    return {line["student"]: line for line in map(json.loads, result.stdout.splitlines())}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, run_casebook, request) -> Path:
    """A course directory in which three students were graded."""
    casebook = tmp_path_factory.mktemp("formgrader") / "casebook"
    shutil.copytree(request.config.rootpath / "tests" / "notebooks" / "tiny-casebook", casebook)
    assert run_casebook("exercises", "release", "tiny", cwd=casebook).returncode == 0
    root = casebook / "course"
    for student, answers in ANSWERS.items():
        (root / "submitted" / student / "tiny").mkdir(parents=True)
        for released in (root / "release" / "tiny").glob("*.ipynb"):
            notebook = nbformat.read(released, as_version=4)
            for cell in notebook.cells:
                cell.source = answers.get(cell.id, cell.source)
            nbformat.write(notebook, root / "submitted" / student / "tiny" / released.name)
    assert {student: line["score"] for student, line in grade(run_casebook, root).items()} == SCORES
    return root


@pytest.fixture(scope="module")
def course(graded, tmp_path_factory, jupyter_server) -> Iterator[Course]:
    """A real Jupyter server with nbgrader's extension, in the course directory."""
    settings = tmp_path_factory.mktemp("jupyter")
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False, "notebook": False}
    (settings / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}))
    with jupyter_server("jupyter_server", graded, settings) as address:
        yield Course(graded, address)


@pytest.fixture
def page(chromium, course) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 1200})
    # nbgrader's pages ask the world for MathJax, and do without it.
    context.route(lambda url: not url.startswith((course.address, "file:", "data:")), lambda route: route.abort())
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert [error for error in errors if error != "MathJax is not defined"] == []


def test_manage_assignments_shows_the_assignment_with_all_its_submissions(course, page):
    course.show(page, "manage_assignments")

    row = page.locator("#main-table tr").filter(has_text="tiny")
    expect(row.locator(".num-submissions")).to_have_text("3")
    row.locator(".num-submissions a").click()

    rows = page.locator("#main-table tr")
    expect(rows).to_have_count(3)
    for student, score in SCORES.items():
        expect(rows.filter(has_text=student).locator(".score")).to_have_text(f"{score} / 6")
    expect(rows.filter(has_text="right").locator(".status")).to_have_text("needs manual grading")
    expect(rows.filter(has_text="blank").locator(".status")).to_have_text("graded")


def test_manage_students_shows_our_scores(course, page):
    course.show(page, "manage_students")

    rows = page.locator("#main-table tr")
    expect(rows).to_have_count(3)
    for student, score in SCORES.items():
        expect(rows.filter(has_text=student).locator(".score")).to_have_text(f"{score} / 6")


def test_the_gradebook_counts_tests_and_written_answers_apart(course, page):
    course.show(page, "gradebook", "tiny", "counting")

    rows = page.locator("#main-table tr")
    expect(rows).to_have_count(3)
    scores = sorted(rows.nth(number).locator(".code-score").inner_text() for number in range(3))
    assert scores == ["0 / 3", "1 / 3", "3 / 3"]
    course.show(page, "gradebook", "tiny", "arguing")
    expect(rows).to_have_count(3)
    written = sorted(rows.nth(number).locator(".written-score").inner_text() for number in range(3))
    assert written == ["0 / 2"] * 3
    # The third wrote nothing.
    expect(page.locator("#main-table .needs-manual-grade .glyphicon-ok")).to_have_count(2)


def test_a_submission_is_shown_as_it_ran_with_the_points_of_each_test(course, page):
    course.show(page, "gradebook", "tiny", "counting")
    open_submission(page, "wrong")

    expect(page.locator("#parcels-in-all-check")).to_have_attribute("placeholder", "0")
    expect(page.locator("#busiest-year-check")).to_have_attribute("placeholder", "1")
    expect(page.locator("body")).to_contain_text("The three years make forty-four billion parcels.")
    expect(page.locator("body")).to_contain_text("parcels_in_all = len(parcels)")


def test_a_grade_and_a_comment_given_by_hand_survive_a_regrade_and_reach_the_student(course, page, run_casebook):
    course.show(page, "gradebook", "tiny", "arguing")
    open_submission(page, "right")
    expect(page.locator("body")).to_contain_text(SOLVED["argument"])
    with page.expect_response(lambda answer: "/api/grade/" in answer.url and answer.request.method == "PUT"):
        page.locator("#argument").fill("1.5")
        page.locator("#argument").blur()
    with page.expect_response(lambda answer: "/api/comment/" in answer.url and answer.request.method == "PUT"):
        page.locator("#argument-comment").fill("Which villages?")
        page.locator("#argument-comment").blur()

    after = grade(run_casebook, course.root, "--fresh")

    assert {student: (line["status"], line["score"]) for student, line in after.items()} == {
        "right": ("graded", 5.5),
        "wrong": ("graded", 2),
        "blank": ("graded", 0),
    }
    page.reload()
    expect(page.locator("#argument")).to_have_value("1.5")
    expect(page.locator("#argument-comment")).to_have_value("Which villages?")
    nbgrader = [sys.executable, "-m", "nbgrader", "generate_feedback", "tiny"]
    made = subprocess.run(nbgrader, cwd=course.root, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    page.goto((course.root / "feedback" / "right" / "tiny" / "arguing.html").as_uri())
    expect(page.locator("body")).to_contain_text("Which villages?")
    expect(page.locator("body")).to_contain_text("(Score: 2.5 / 3.0)")


def open_submission(page: Page, student: str) -> None:
    """From the list of a notebook's submissions, which hides the names until it is told to show them."""
    row = page.locator("#main-table tr").filter(has_text=student)
    row.locator(".glyphicon-eye-open").click()
    row.get_by_role("link", name=student).click()
    page.wait_for_url("**/formgrader/submissions/**")
