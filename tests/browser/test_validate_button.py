"""The Validate button of nbgrader in JupyterLab, pressed by a student on what was released."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from casebook.exercises.assignment import load_assignment
from casebook.exercises.compilation import compiled
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import release_assignment
from casebook.project import Project

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).parents[2]
# Starting JupyterLab's page, or running a notebook, on a machine that does other things too.
WAIT_MS = 120_000
BARE_CHART = "price_chart = alt.Chart(price).mark_bar().encode(x='year:Q', y='yuan_per_parcel:N')"


@dataclass(frozen=True)
class Lab:
    """JupyterLab on a student's folder."""

    folder: Path
    address: str

    def open(self, page: Page, notebook: str) -> None:
        page.goto(f"{self.address}/lab/tree/{notebook}?reset")
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=WAIT_MS)

    def validate(self, page: Page) -> Locator:
        """Press the button, and give what it says."""
        page.get_by_role("button", name="Validate").click(timeout=WAIT_MS)
        said = page.locator(".jp-Dialog").filter(has_text="Validation Results")
        expect(said).to_be_visible(timeout=WAIT_MS)
        return said


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Two assignments as students get them; and of one the answers, good and not so good."""
    home = tmp_path_factory.mktemp("student")
    for name, where in {"tiny": ROOT / "tests" / "notebooks" / "tiny-casebook", "data-sharing": ROOT}.items():
        project = Project(where)
        assignment = load_assignment(project, name)
        release = release_assignment(project, assignment, CourseDirectory(tmp_path_factory.mktemp("course")))
        shutil.unpack_archive(release.archive, home)
        for each, notebook in compiled(assignment).items():
            nbformat.write(notebook, home / name / f"{each}-solved.ipynb")
    solved = nbformat.read(home / "data-sharing" / "who-carries-solved.ipynb", as_version=4)
    blank = nbformat.read(home / "data-sharing" / "who-carries.ipynb", as_version=4)
    answers = {cell.id: cell.source for cell in solved.cells if cell.metadata.get("nbgrader", {}).get("solution")}
    for cell in blank.cells:
        cell.source = (answers | {"price-chart": BARE_CHART}).get(cell.id, cell.source)
    nbformat.write(blank, home / "data-sharing" / "who-carries.ipynb")
    return home


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory, jupyter_server) -> Iterator[Lab]:
    """A real JupyterLab as ``make lab`` starts it, with all that nbgrader puts into it."""
    settings = tmp_path_factory.mktemp("jupyter")
    with jupyter_server("jupyterlab", folder, settings, JUPYTER_CONFIG_PATH=str(ROOT / "deploy" / "lab")) as address:
        yield Lab(folder, address)


@pytest.fixture
def page(chromium, lab) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    context.route(lambda url: not url.startswith((lab.address, "data:", "blob:")), lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_a_blank_notebook_is_told_what_fails_and_an_answer_typed_in_counts_at_once(lab, page):
    lab.open(page, "tiny/counting.ipynb")

    said = lab.validate(page)
    expect(said).to_contain_text("name 'parcels_in_all' is not defined")
    expect(said).to_contain_text("name 'busiest_year' is not defined")
    said.get_by_role("button", name="OK").click()

    answer = page.locator(".jp-CodeCell").nth(1).locator(".cm-content")
    expect(answer).to_contain_text("YOUR CODE HERE")
    answer.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("parcels_in_all = sum(parcels.values())")
    expect(answer).to_have_text("parcels_in_all = sum(parcels.values())")

    said = lab.validate(page)
    expect(said).to_contain_text("name 'busiest_year' is not defined")
    expect(said).not_to_contain_text("parcels_in_all")
    # The button saves first: what was validated is what would be handed in.
    assert "sum(parcels.values())" in (lab.folder / "tiny" / "counting.ipynb").read_text("utf-8")


@pytest.mark.parametrize(
    "notebook", ["tiny/counting", "tiny/arguing", "data-sharing/who-sells", "data-sharing/who-carries"]
)
def test_the_instructors_notebooks_pass(lab, page, notebook):
    lab.open(page, f"{notebook}-solved.ipynb")

    expect(lab.validate(page)).to_contain_text("Success! Your notebook passes all the tests.")


def test_of_a_chart_it_shows_whole_what_is_missing(lab, page):
    lab.open(page, "data-sharing/who-carries.ipynb")

    said = lab.validate(page)

    expect(said).to_contain_text("price_chart has no title yet: alt.Chart(..., title=...) or .properties(title=...).")
    expect(said).to_contain_text("price_chart draws 'yuan_per_parcel' on y as names. Draw it as numbers:")
    expect(said).not_to_contain_text("both")
