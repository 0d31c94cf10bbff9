"""A release is what the public parts of the text say, however little there is to hide."""

from __future__ import annotations

import io
import json
import shutil
import zipfile

import nbformat
import pytest

from casebook.exercises.compilation import compiled
from casebook.exercises.release_shape import (
    archive_problems,
    clean_metadata,
    release_problems,
    without_instructors_metadata,
)


@pytest.fixture
def copy(released, tmp_path):
    """A released folder that a test may spoil."""
    return shutil.copytree(released.folder, tmp_path / "tiny")


def spoil(folder, change, name="counting"):
    file = folder / f"{name}.ipynb"
    notebook = json.loads(file.read_text())
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    change(notebook, cells)
    file.write_text(json.dumps(notebook))


@pytest.mark.slow
class TestFolder:
    def test_a_release_as_it_is_made_has_nothing_to_say_against_it(self, released):
        assert release_problems(released.assignment, released.folder) == []
        assert archive_problems(released.archive, released.archive.read_bytes(), released.folder) == []
        for notebook in released.notebooks:
            assert "casebook" not in nbformat.read(notebook, as_version=4).metadata

    @pytest.mark.parametrize(
        ("change", "cell", "said"),
        [
            (
                lambda _, cells: cells["busiest-year"].update(source="busiest_year = max(parcels, key=parcels.get)"),
                "busiest-year",
                "A line of this cell's region is left: 'busiest_year = max",
            ),
            (
                lambda _, cells: cells["load-parcels"].update(
                    outputs=[{"output_type": "stream", "name": "stdout", "text": "44"}]
                ),
                "load-parcels",
                "has an output",
            ),
            (lambda _, cells: cells["load-parcels"].update(execution_count=3), "load-parcels", "has an output"),
            (
                lambda _, cells: cells["load-parcels"].update(attachments={"a.png": {"image/png": ""}}),
                "load-parcels",
                "an attachment",
            ),
            (lambda notebook, _: notebook["metadata"].update(casebook={}), None, "metadata `casebook` stands here"),
            (
                lambda _, cells: cells["load-parcels"]["metadata"].update(graded={"id": "x"}),
                "load-parcels",
                "metadata `graded` stands here",
            ),
        ],
    )
    def test_what_is_more_than_the_text_says_is_named_with_its_cell(self, released, copy, change, cell, said):
        spoil(copy, change)

        (problem,) = release_problems(released.assignment, copy)

        assert said in problem.what
        assert (problem.where.file, problem.where.cell) == (copy / "counting.ipynb", cell)

    @pytest.mark.parametrize("name", ["notes.txt", ".hidden", "deep/parcels.csv", "counting.md", "other.csv"])
    def test_a_file_that_no_release_has_is_named(self, released, copy, name):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("")

        (problem,) = release_problems(released.assignment, copy)

        assert problem.where.file == copy / name

    @pytest.mark.parametrize("name", ["chart_checks.py", "parameters.json"])
    def test_what_travels_with_a_release_may_lie_there(self, released, copy, name):
        (copy / name).write_text("")

        assert release_problems(released.assignment, copy) == []

    def test_an_answer_of_two_letters_that_is_left_is_found_too(self, tiny, folder, edit, copy):
        edit(folder / "arguing.md", "sure = 0.6180339887", "n = 7")
        spoil(copy, lambda _, cells: cells["sure"].update(source="n = 7"), "arguing")

        (problem,) = release_problems(tiny(), copy)

        assert problem.where.cell == "sure"


@pytest.mark.slow
class TestArchive:
    @pytest.mark.parametrize(
        ("name", "comment", "before", "said"),
        [
            ("tiny/more.txt", b"", b"", "holds tiny/more.txt, which is not in the folder"),
            ("tiny/README.md", b"", b"", "holds tiny/README.md"),
            (None, b"x", b"", "a comment or other hidden text"),
            (None, b"", b"x", "a comment or other hidden text"),
        ],
    )
    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_what_its_folder_does_not_have_is_named(self, released, name, comment, before, said):
        buffer = io.BytesIO(released.archive.read_bytes())
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.comment = comment
            if name:
                archive.writestr(name, "")

        (problem,) = archive_problems(released.archive, before + buffer.getvalue(), released.folder)

        assert said in problem.what

    def test_what_is_no_zip_is_said_to_be_none(self, released):
        (problem,) = archive_problems(released.archive, b"no", released.folder)

        assert problem.what == "This is no zip file."


def test_the_instructors_metadata_is_taken_out_and_nbgraders_stays(tiny, tmp_path):
    for name, notebook in compiled(tiny()).items():
        notebook.cells[0].metadata["graded"] = {"id": "x"}
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")

    clean_metadata(tiny(), tmp_path)

    text = (tmp_path / "counting.ipynb").read_text()
    assert '"casebook"' not in text
    assert '"graded"' not in text
    assert '"nbgrader"' in text
    assert without_instructors_metadata(nbformat.reads(text, as_version=4)) == nbformat.reads(text, as_version=4)
