"""Real builds: does the site follow code and data, and does nothing else happen?"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from casebook.project import Project

pytestmark = pytest.mark.slow

SECOND = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# Others

```{code-cell} ipython3
print("rows:", len(open("../../data/others.csv").read().split()))
```
"""


@pytest.fixture(scope="module")
def two_chapters(tmp_path_factory, build_process, built_once):
    root = tmp_path_factory.mktemp("two") / "book"
    shutil.copytree(built_once.root, root, ignore=shutil.ignore_patterns("_build"))
    project = Project(root)
    (project.chapters / "02-others").mkdir()
    (project.chapters / "02-others/chapter.md").write_text(SECOND, encoding="utf-8")
    (project.data / "others.csv").write_text("x\n1\n", encoding="utf-8")
    with project.toc_file.open("a", encoding="utf-8") as toc:
        toc.write("  - file: chapters/02-others/chapter\n")
    for edition in ("reader", "student"):
        result = build_process(project, "--edition", edition)
        assert result.returncode == 0, result.stdout + result.stderr
    return project


def pages_read(project) -> dict[str, int]:
    """When Sphinx last read each page of the readers' edition."""
    doctrees = project.build / "work/reader/doctrees"
    return {
        file.relative_to(doctrees).with_suffix("").as_posix(): file.stat().st_mtime_ns
        for file in doctrees.rglob("*.doctree")
    }


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}


def page(project, name: str, site: str = "html") -> str:
    return (project.build / site / f"chapters/{name}/chapter.html").read_text(encoding="utf-8")


def test_changed_data_make_sphinx_read_exactly_the_pages_that_show_them(two_chapters, build):
    before = pages_read(two_chapters)
    (two_chapters.data / "others.csv").write_text("x\n1\n2\n", encoding="utf-8")

    assert build(two_chapters).returncode == 0

    assert changed(before, pages_read(two_chapters)) == {"chapters/02-others/chapter"}
    assert "rows: 3" in page(two_chapters, "02-others")


def test_an_edition_shows_new_data_also_when_another_edition_has_run_the_chapter(two_chapters, build):
    (two_chapters.data / "others.csv").write_text("x\n1\n2\n3\n4\n", encoding="utf-8")

    assert build(two_chapters).returncode == 0
    assert build(two_chapters, "--edition", "student").returncode == 0

    assert "rows: 5" in page(two_chapters, "02-others")
    assert "rows: 5" in page(two_chapters, "02-others", "html-student")


def test_changed_words_make_sphinx_read_that_page_alone(two_chapters, build, edit):
    assert build(two_chapters).returncode == 0
    before = pages_read(two_chapters)
    edit(two_chapters.chapters / "01-parcels/chapter.md", "See [the start]", "Look at [the start]")

    assert build(two_chapters).returncode == 0

    assert changed(before, pages_read(two_chapters)) == {"chapters/01-parcels/chapter"}


def test_a_build_with_nothing_to_do_loads_neither_sphinx_nor_jupyter(built_book, build):
    assert build(built_book).returncode == 0
    code = "from casebook.cli import main; main()"
    # Python names every module that it imports.
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, "site", "build"],
        cwd=built_book.root,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert str(built_book.build / "html") in result.stdout
    assert not loaded & {"sphinx", "docutils", "nbformat", "jupyter_client", "altair", "pandas"}


@pytest.mark.parametrize("damage", ["a page is gone", "a page is edited", "a file is added"])
def test_a_site_that_somebody_has_touched_is_made_whole_again(built_book, build, damage):
    site = built_book.build / "html"
    assert build(built_book).returncode == 0
    whole = page(built_book, "01-parcels")
    if damage == "a page is gone":
        (site / "chapters/01-parcels/chapter.html").unlink()
    elif damage == "a page is edited":
        (site / "chapters/01-parcels/chapter.html").write_text("spoilt", encoding="utf-8")
    else:
        (site / "draft.html").write_text("not of the book", encoding="utf-8")

    assert build(built_book).returncode == 0

    assert page(built_book, "01-parcels") == whole
    assert not (site / "draft.html").exists()
