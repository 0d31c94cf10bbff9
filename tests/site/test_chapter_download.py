import io
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from casebook.course.model import Links
from casebook.exercises.model import Assignment, Release
from casebook.project import Project
from casebook.site.collection import add_collection, launchable, read_settings
from casebook.site.editions import Extras
from casebook.site.text_chapter import read_chapter
from casebook.site.toc import read_toc

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "tests/notebooks/tables-casebook"
CHAPTER = "chapters/01-parcels/chapter"
PAGES = ["book/index", "book/how-to-use", "data/index", CHAPTER]
SITE_ONLY = re.compile(r"\{[\w:+-]+\}`|(?:`{3,}|:{3,})\{|^\([\w-]+\)=$|mystnb", re.MULTILINE)


@pytest.fixture
def collection(tmp_path) -> Project:
    """A copy of a small casebook with passports: two tables, and a chapter that reads one of them."""
    shutil.copytree(TABLES, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


def downloads(project, pages, links=None):
    found = Extras()
    problems = add_collection(found, project, pages, [], links or Links())
    return {str(path): content for path, content in found.downloads.items()}, problems


def unpacked(content: bytes, folder: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    (inside,) = folder.iterdir()
    return inside


@pytest.fixture
def taken_home(collection, tmp_path):
    files, problems = downloads(collection, PAGES)
    assert problems == []
    return unpacked(files["chapters/01-parcels.zip"], tmp_path / "home")


@pytest.fixture
def notebook(taken_home):
    return nbformat.read(taken_home / "01-parcels.ipynb", as_version=4)


def text_of(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_a_zip_holds_the_notebook_what_it_reads_and_what_it_runs_with(taken_home):
    files = {str(path.relative_to(taken_home)) for path in taken_home.rglob("*") if path.is_file()}

    assert files == {
        "01-parcels.ipynb",
        "README.md",
        "requirements.txt",
        "data/datapackage.json",
        "data/parcels.csv",
        "data/sources.csv",
        "pictures/van.svg",
    }


def test_the_requirements_are_the_versions_that_the_book_was_run_with(taken_home):
    assert (taken_home / "requirements.txt").read_text() == (
        "altair==6.3.0\njupyterlab==4.6.6\npandas==3.1.1 ; python_version > '3'\n"
    )


def test_a_library_without_a_version_is_named_with_its_cell(collection, edit):
    edit(collection.root / f"{CHAPTER}.md", "import pandas as pd\n", "import pandas as pd\nimport scipy.stats\n")

    _, (problem,) = downloads(collection, PAGES)

    assert 'imports "scipy", of which requirements.txt names no version' in problem.what
    assert (problem.where.line, problem.where.cell) == (15, "2")
    assert "make lock" in problem.mend


def test_the_same_chapter_gives_the_same_bytes(collection):
    assert downloads(collection, PAGES) == downloads(collection, PAGES)


def test_what_goes_into_a_zip_makes_it_anew_and_nothing_else_does(collection, edit):
    kept = collection.build / "downloads"
    first, _ = downloads(collection, PAGES)
    (made,) = kept.iterdir()
    downloads(collection, PAGES)
    assert list(kept.iterdir()) == [made]

    edit(collection.book / "how-to-use.md", "# How to use it", "# Another title")
    edit(collection.root / f"{CHAPTER}.md", "It doubled.", "It did not.")
    second, _ = downloads(collection, PAGES)

    assert len(list(kept.iterdir())) == 2
    assert first["chapters/01-parcels.zip"] != second["chapters/01-parcels.zip"]
    assert first["data/small-data.zip"] == second["data/small-data.zip"]


def test_the_notebook_is_standard_and_has_no_outputs(notebook):
    nbformat.validate(notebook)

    assert notebook.metadata.kernelspec.name == "python3"
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_code_is_unchanged_but_for_the_paths_of_the_tables(notebook, collection):
    chapter = read_chapter(CHAPTER, collection.root / f"{CHAPTER}.md", read_settings(collection).config)

    written = [cell.source.replace("../../data/", "data/") for cell in chapter.code_cells]

    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == written
    assert any('read_csv("data/parcels.csv")' in code for code in written)


def test_the_notebook_begins_with_the_title_and_says_how_to_run_it(notebook):
    title, note = notebook.cells[:2]

    assert title.source == "# Parcels, and who carries them"
    assert note.source.startswith("This is a chapter of *A small casebook* as a notebook.")


def test_a_cell_that_the_site_hides_is_folded_and_still_runs(notebook):
    hidden = next(cell for cell in notebook.cells if "import pandas" in cell.source)

    assert hidden.metadata == {"jupyter": {"source_hidden": True, "outputs_hidden": True}}


def test_a_figure_has_its_caption_below_it(notebook):
    chart = next(n for n, cell in enumerate(notebook.cells) if "alt.Chart" in cell.source)

    assert notebook.cells[chart].metadata == {}
    assert notebook.cells[chart + 1].source == "**Figure 1.** Parcels a year (Zeng, 2018)."


def test_the_text_is_plain_and_ends_with_the_works_that_it_cites(notebook):
    text = text_of(notebook)

    assert not SITE_ONLY.search(text)
    assert "See Figure 1 and (Zeng, 2018). More under How to." in text
    assert "<details>\n<summary>Answer</summary>\n\nIt doubled.\n\n</details>" in text
    assert "![A van](pictures/van.svg)" in text
    assert "## References\n\n- **Zeng, 2018.** Ming Zeng. *Smart Business*. P, 2018." in text


def test_links_lead_to_the_site_where_its_address_is_known(collection, tmp_path):
    files, _ = downloads(collection, PAGES, Links(site="https://book.example/casebook/"))

    home = unpacked(files["chapters/01-parcels.zip"], tmp_path / "home")
    text = text_of(nbformat.read(home / "01-parcels.ipynb", as_version=4))

    assert "[How to](https://book.example/casebook/book/how-to-use.html)" in text
    assert "[*A small casebook*](https://book.example/casebook/chapters/01-parcels/chapter.html)" in text


def test_a_notebook_that_is_launched_alone_reads_its_tables_from_the_site(collection):
    files = launchable(collection, PAGES, [], Links(site="https://book.example"))

    notebook = nbformat.reads(files[f"{CHAPTER}.ipynb"].decode(), as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert 'pd.read_csv("https://book.example/data/parcels.csv")' in code
    assert set(files) == {f"{CHAPTER}.ipynb", "requirements.txt", "chapters/01-parcels/pictures/van.svg"}


def test_assignments_are_launched_as_students_get_them(collection, tmp_path):
    folder = tmp_path / "released"
    folder.mkdir()
    for name in ("counting.ipynb", "parameters.json"):
        (folder / name).write_text("{}", "utf-8")
    (tmp_path / "counting.md").write_text("### BEGIN SOLUTION", "utf-8")
    assignment = Assignment("count", "Count", "01-parcels", "Count.", 10, 2, ("counting",), (), tmp_path)
    release = Release(assignment, folder, tmp_path / "count.zip", (folder / "counting.ipynb",))

    files = launchable(collection, PAGES, [release], Links())

    names = {name for name in files if name.startswith("exercises/")}
    assert names == {"exercises/count/counting.ipynb", "exercises/count/parameters.json"}


def test_without_an_address_the_tables_lie_beside_a_launched_notebook(collection):
    files = launchable(collection, PAGES, [], Links())

    assert files["chapters/01-parcels/data/parcels.csv"] == (collection.data / "parcels.csv").read_bytes()


def test_a_bibliography_that_cannot_be_read_is_named(collection, edit):
    from casebook.errors import CasebookError

    edit(collection.book / "references.bib", "@book{zeng2018,", "@book{zeng2018,,,{")

    with pytest.raises(CasebookError) as raised:
        downloads(collection, PAGES)

    assert "The bibliography cannot be read" in str(raised.value)
    assert "references.bib" in str(raised.value)


@pytest.mark.slow
def test_a_claim_of_this_book_leads_from_a_notebook_to_its_place_on_the_site_or_is_plain_words():
    project, pages, chapters = own_chapters()
    page = next(page for page in chapters if page.startswith("chapters/01-"))

    with_site, without = (
        text_of(nbformat.reads(launchable(project, pages, [], links)[f"{page}.ipynb"].decode(), as_version=4))
        for links in (Links(site="https://book.example"), Links())
    )

    assert "it was [built in ten days](https://book.example/book/claims.html#hbr-hospital-10-days) " in with_site
    assert "it was built in ten days " in without


def own_chapters():
    """The chapters of this repository's own book, and all of its pages."""
    project = Project(ROOT)
    everything = {str(file.relative_to(ROOT).with_suffix("")) for file in ROOT.glob("chapters/*/chapter.md")}
    entries, _ = read_toc(project.toc_file, everything)
    pages = [entry.page for entry in entries]
    return project, pages, [page for page in pages if page in everything]


@pytest.mark.slow
@pytest.mark.parametrize("page", own_chapters()[2])
def test_each_chapter_of_the_book_runs_with_its_answers_in_a_folder_of_its_own(page, tmp_path):
    project, pages, _ = own_chapters()
    for name in ("_config.yml", "book", "chapters", "data", "requirements.txt"):
        (tmp_path / "book").mkdir(exist_ok=True)
        (tmp_path / "book" / name).symlink_to(project.root / name)
    files, problems = downloads(Project(tmp_path / "book"), pages)
    assert problems == []

    name = page.split("/")[1]
    home = unpacked(files[f"chapters/{name}.zip"], tmp_path / "home")
    notebook = nbformat.read(home / f"{name}.ipynb", as_version=4)
    assert not SITE_ONLY.search(text_of(notebook))
    answers = re.findall(r"^(~~~|```)python\n(.*?)^\1$", text_of(notebook), re.DOTALL | re.MULTILINE)
    assert len(answers) >= 5 or name == "10-capstone"
    notebook.cells += [new_code_cell(answer) for _, answer in answers]
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(home)}}).execute()

    charts = [cell for cell in notebook.cells if cell.cell_type == "code" and "alt.Chart" in cell.source]
    assert charts
    assert all(cell.outputs for cell in charts)
