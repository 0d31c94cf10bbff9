import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from casebook.exercises.model import Assignment, Release
from casebook.project import Project
from casebook.site.editions import Extras
from casebook.site.source_tree import assemble, possible_pages


@pytest.fixture
def release(tmp_path) -> Release:
    folder = tmp_path / "released"
    folder.mkdir()
    (folder / "who-sells.ipynb").write_text("{}", encoding="utf-8")
    text = tmp_path / "text"
    text.mkdir()
    (text / "who-sells.md").write_text("---\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n# Who?\n")
    assignment = Assignment(
        name="data-sharing",
        title="Two firms, one question",
        chapter="01-parcels",
        summary="You measure a share.",
        minutes=60,
        points=20,
        notebooks=("who-sells",),
        data=("parcels",),
        folder=text,
    )
    archive = tmp_path / "data-sharing.zip"
    archive.write_bytes(b"zip")
    return Release(assignment, folder, archive, (folder / "who-sells.ipynb",))


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_the_tree_holds_what_readers_get_and_nothing_else(tiny_book: Project, tmp_path):
    tree = assemble(tiny_book, [], Extras(), tmp_path / "tree")

    assert "chapters/01-parcels/chapter.md" in files(tree.folder)
    assert "data/parcels.csv" in files(tree.folder)
    assert not any("teaching-note" in file for file in files(tree.folder))


def test_only_what_changed_is_written_again(tiny_book: Project, tmp_path):
    tree = assemble(tiny_book, [], Extras(), tmp_path / "tree")
    for file in files(tree.folder):
        os.utime(tree.folder / file, (1, 1))
    (tiny_book.book / "index.md").write_text("# Changed\n", encoding="utf-8")

    assemble(tiny_book, [], Extras(), tmp_path / "tree")

    assert {file for file in files(tree.folder) if (tree.folder / file).stat().st_mtime > 1} == {"book/index.md"}


def test_what_has_gone_from_the_repository_goes_from_the_tree(tiny_book: Project, tmp_path):
    (tiny_book.book / "old").mkdir()
    (tiny_book.book / "old/page.md").write_text("# Old\n", encoding="utf-8")
    tree = assemble(tiny_book, [], Extras(), tmp_path / "tree")
    (tiny_book.book / "old/page.md").unlink()

    assemble(tiny_book, [], Extras(), tmp_path / "tree")

    assert not (tree.folder / "book/old").exists()


def test_notebooks_of_an_assignment_stand_below_its_page_in_the_table_of_contents(
    tiny_book: Project, release: Release, tmp_path
):
    with tiny_book.toc_file.open("a", encoding="utf-8") as toc:
        toc.write("  - file: exercises/data-sharing/index\n")

    tree = assemble(tiny_book, [release], Extras(), tmp_path / "tree")

    *_, entry = yaml.safe_load(tree.toc_file.read_text(encoding="utf-8"))["chapters"]
    assert entry["sections"] == [{"file": "exercises/data-sharing/who-sells"}]
    assert {
        "exercises/index.md",
        "exercises/data-sharing/index.md",
        "exercises/data-sharing/who-sells.ipynb",
    } <= files(tree.folder)


def test_a_place_in_the_tree_leads_back_to_the_file_that_a_person_edits(tiny_book: Project, release: Release, tmp_path):
    tree = assemble(tiny_book, [release], Extras(), tmp_path / "tree")

    origins = {
        "chapters/01-parcels/chapter.md": tiny_book.chapters / "01-parcels/chapter.md",
        "exercises/index.md": tiny_book.exercises,
        "exercises/data-sharing/index.md": tiny_book.exercises / "data-sharing/assignment.yml",
        "exercises/data-sharing/who-sells.ipynb": tiny_book.exercises / "data-sharing/who-sells.md",
        "exercises/data-sharing/who-sells-solution.ipynb": tiny_book.exercises / "data-sharing/who-sells.md",
        "book/course/schedule.md": tiny_book.root / "course.yml",
        "data/parcels.md": tiny_book.data / "datapackage.json",
    }
    assert {path: tree.origin(tree.folder / path) for path in origins} == origins


def test_pages_that_may_be_listed_are_those_written_and_those_made(tiny_book: Project, release: Release):
    pages = possible_pages(tiny_book, [release, replace(release)])

    assert {"book/index", "chapters/01-parcels/chapter", "exercises/index", "exercises/data-sharing/who-sells"} <= pages
    assert "chapters/01-parcels/teaching-note" not in pages
