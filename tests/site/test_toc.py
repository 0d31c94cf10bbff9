from pathlib import Path

import pytest

from casebook.site.toc import read_toc

PAGES = {"book/index", "book/how-to-use", "chapters/01-data-sharing/chapter", "exercises/data-sharing/index"}


@pytest.fixture
def toc(tmp_path):
    file = tmp_path / "_toc.yml"

    def write(text: str) -> Path:
        file.write_text(text, encoding="utf-8")
        return file

    return write


def test_pages_are_read_in_the_order_of_the_book(toc):
    file = toc("""\
format: jb-book
root: book/index
parts:
  - caption: Lessons
    chapters:
      - file: chapters/01-data-sharing/chapter.md
        sections:
          - file: exercises/data-sharing/index
""")

    entries, problems = read_toc(file, PAGES)

    assert [entry.page for entry in entries] == [
        "book/index",
        "chapters/01-data-sharing/chapter",
        "exercises/data-sharing/index",
    ]
    assert problems == []


def test_a_page_that_does_not_exist_is_named_with_its_line_and_what_it_may_have_meant(toc):
    file = toc("format: jb-book\nroot: book/index\nchapters:\n  - file: chapters/01-data-shering/chapter\n")

    _, [problem] = read_toc(file, PAGES)

    assert problem.where is not None
    assert problem.where.line == 4
    assert problem.what == 'There is no page "chapters/01-data-shering/chapter".'
    assert problem.mend == "write chapters/01-data-sharing/chapter, or add chapters/01-data-shering/chapter.md."


def test_a_page_that_is_listed_twice_is_named_with_both_lines(toc):
    file = toc("format: jb-book\nroot: book/index\nchapters:\n  - file: book/how-to-use\n  - file: book/how-to-use\n")

    _, [problem] = read_toc(file, PAGES)

    assert problem.what == 'The page "book/how-to-use" stands here and on line 4.'
    assert problem.where is not None
    assert problem.where.line == 5


def test_broken_yaml_is_named_with_its_line(toc):
    file = toc("format: jb-book\nroot: book/index\nchapters:\n  - file: [book/how-to-use\n")

    entries, [problem] = read_toc(file, PAGES)

    assert entries == []
    assert "not YAML" in problem.what
    assert problem.where is not None
    assert problem.where.line == 5


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words"])
def test_something_else_than_a_table_of_contents_is_refused(toc, text):
    _, [problem] = read_toc(toc(text), PAGES)

    assert problem.mend is not None


def test_a_table_of_contents_without_a_root_is_refused(toc):
    _, [problem] = read_toc(toc("format: jb-book\nchapters:\n  - file: book/how-to-use\n"), PAGES)

    assert "no root page" in problem.what


def test_every_problem_is_reported_at_once(toc):
    file = toc("format: jb-book\nroot: nowhere\nchapters:\n  - file: a\n  - file: b\n")

    _, problems = read_toc(file, PAGES)

    assert [problem.where.line for problem in problems if problem.where] == [2, 4, 5]
