"""Which chapters run again, and which do not? Each run of a chapter writes a line outside the book."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from casebook.project import Project
from casebook.site import chapter_runs
from casebook.site.chapter_runs import run_chapters
from casebook.site.source_tree import SourceTree

pytestmark = pytest.mark.slow

HEAD = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# A chapter
"""


class Book:
    """Sources of an edition, and a count of how often each chapter ran."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kept = root / "executed"

    def write(self, path: str, text: str, edition: str = "reader") -> None:
        file = self.root / edition / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def chapter(self, name: str, *cells: str, words: str = "Words.", edition: str = "reader") -> None:
        counts = f"open({str(self.root / 'ran.txt')!r}, 'a').write('{name}\\n')"
        code = "\n\n".join(f"```{{code-cell}} ipython3\n{cell}\n```" for cell in (counts, *cells))
        self.write(f"chapters/{name}/chapter.md", f"{HEAD}\n{words}\n\n{code}\n", edition)

    def run(self, edition: str = "reader") -> list[str]:
        """What is wrong, after a run of what has to run."""
        tree = SourceTree(self.root / edition, Project(self.root), ())
        pages = sorted(
            file.relative_to(tree.folder).with_suffix("").as_posix() for file in tree.folder.glob("chapters/*/*.md")
        )
        return [str(problem) for problem in run_chapters(tree, pages, self.kept, [])]

    def ran(self) -> list[str]:
        """The chapters that ran since this was last asked."""
        record = self.root / "ran.txt"
        names = sorted(record.read_text(encoding="utf-8").split()) if record.is_file() else []
        record.unlink(missing_ok=True)
        return names

    def output(self, name: str, edition: str = "reader") -> str:
        """What the last cell of a chapter gave."""
        shown = json.loads((self.kept / f"{edition}.json").read_text(encoding="utf-8"))
        kept = self.kept / "executed" / shown[f"chapters/{name}/chapter"]["key"] / "base.ipynb"
        return json.loads(kept.read_text(encoding="utf-8"))["cells"][-1]["outputs"][0]["data"]["text/plain"]


@pytest.fixture
def book(tmp_path) -> Book:
    return Book(tmp_path)


READ = "import pandas as pd\nint(pd.read_csv('../../data/{}.csv')['x'].sum())"


def test_a_changed_table_runs_exactly_the_chapters_that_read_it(book):
    for table in ("a", "b"):
        book.write(f"data/{table}.csv", "x\n1\n")
    book.chapter("one", READ.format("a"))
    book.chapter("two", READ.format("b"))
    book.chapter("both", READ.format("a"), READ.format("b"))
    book.chapter("none", "1 + 1")
    assert book.run() == []
    assert book.ran() == ["both", "none", "one", "two"]

    book.write("data/a.csv", "x\n1\n2\n")
    assert book.run() == []

    assert book.ran() == ["both", "one"]
    assert (book.output("one"), book.output("two")) == ("3", "1")
    assert book.run() == []
    assert book.ran() == []


def test_changed_words_run_nothing_and_changed_code_runs_that_chapter_alone(book):
    book.chapter("one", "1")
    book.chapter("two", "2")
    book.run()
    book.ran()

    book.chapter("one", "1", words="Other words.")
    book.run()
    assert book.ran() == []

    book.chapter("two", "22")
    book.run()
    assert book.ran() == ["two"]
    assert book.output("two") == "22"


@pytest.mark.parametrize(
    ("cell", "change"),
    [
        ("name = 'a'\nopen('../../data/' + name + '.csv').read()", ("data/a.csv", "new")),
        ("import pathlib\nlen(list(pathlib.Path('../../data').glob('*.csv')))", ("data/z.csv", "new")),
        ("import os\nos.path.exists('../../data/later.csv')", ("data/later.csv", "new")),
        ("import subprocess\nsubprocess.check_output(['cat', '../../data/a.csv'])", ("data/a.csv", "new")),
        ("import ctypes\nctypes.CDLL(None).fopen(b'../../data/a.csv', b'r')", ("data/a.csv", "new")),
        ("import beside\nbeside.VALUE", ("chapters/one/beside.py", "VALUE = 'new and longer'")),
        (
            "import sqlite3\nsqlite3.connect('own.db').execute('pragma user_version').fetchall()",
            ("chapters/one/own.db", ""),
        ),
    ],
    ids=[
        "a path made while running",
        "a listed folder",
        "a file looked for",
        "another program",
        "a library in C",
        "a module",
        "a database",
    ],
)
def test_a_chapter_runs_again_when_what_it_read_in_whatever_way_has_changed(book, cell, change):
    book.write("data/a.csv", "x\n1\n")
    book.write("data/other.csv", "x\n1\n")
    book.write("chapters/one/beside.py", "VALUE = 1")
    book.chapter("one", cell)
    book.chapter("two", "2")
    assert book.run() == []
    assert book.run() == []
    assert book.ran() == ["one", "two"]

    path, text = change
    if path.endswith(".db"):
        (book.root / "reader" / path).unlink()
    else:
        book.write(path, text)
    assert book.run() == []

    assert book.ran() == ["one"]


def test_a_table_that_is_gone_is_named_and_once_it_is_back_nothing_need_run(book):
    book.write("data/a.csv", "x\n1\n")
    book.chapter("one", READ.format("a"))
    book.run()
    book.ran()

    (book.root / "reader/data/a.csv").unlink()
    [problem] = book.run()
    assert "chapters/one/chapter.md:15 (cell 3): This cell failed: FileNotFoundError" in problem
    assert book.ran() == ["one"]

    book.write("data/a.csv", "x\n1\n")
    assert book.run() == []
    assert book.ran() == []


def test_chapters_that_fail_are_named_in_the_order_of_the_book_and_run_again_until_mended(book):
    book.chapter("a", "import time; time.sleep(1)\nraise ValueError('first')")
    book.chapter("b", "raise ValueError('second')")
    book.chapter("c", "1")

    for expected in (["a", "b", "c"], ["a", "b"]):
        first, second = book.run()
        assert "chapters/a/chapter.md" in first
        assert "ValueError: first" in first
        assert "ValueError: second" in second
        assert book.ran() == expected


def test_the_same_code_in_two_folders_reads_what_lies_in_each(book):
    for name in ("one", "two"):
        book.write(f"chapters/{name}/own.txt", name)
        book.chapter(name, "open('own.txt').read()")
    text = (book.root / "reader/chapters/one/chapter.md").read_text(encoding="utf-8")
    book.write("chapters/two/chapter.md", text)

    assert book.run() == []

    assert (book.output("one"), book.output("two")) == ("'one'", "'two'")
    assert len(book.ran()) == 2


def test_what_one_edition_ran_another_need_not(book):
    for edition in ("reader", "student"):
        book.write("data/a.csv", "x\n1\n", edition)
        book.chapter("one", READ.format("a"), edition=edition)
    book.run("reader")
    book.ran()

    assert book.run("student") == []

    assert book.ran() == []
    assert book.output("one", "student") == "1"


def test_everything_runs_again_with_other_libraries(book, monkeypatch):
    book.chapter("one", "1")
    book.run()
    book.ran()

    monkeypatch.setattr(chapter_runs, "environment_digest", lambda: "pandas of tomorrow")
    book.run()

    assert book.ran() == ["one"]


def test_outputs_that_no_edition_shows_are_thrown_away(book):
    for edition in ("reader", "student"):
        book.chapter("one", "1", edition=edition)
        book.run(edition)
    book.chapter("one", "2")
    book.run()
    assert len(list((book.kept / "executed").iterdir())) == 2

    book.chapter("one", "2", edition="student")
    book.run("student")

    assert len(list((book.kept / "executed").iterdir())) == 1


def test_a_page_of_plain_markdown_is_no_chapter(book):
    book.write("chapters/one/chapter.md", "---\ntitle: Words\n---\n\n# Only words\n")

    assert book.run() == []

    assert json.loads((book.kept / "reader.json").read_text(encoding="utf-8")) == {}
