"""The figures of the opening chapter are numbered as those of the lessons are."""

from __future__ import annotations

import re

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from casebook.site.figure_numbers import from_nought

FIGURE = "```{{figure}} https://book.example/van.svg\n:name: {name}\nA van.\n```\n"
PAGES = {
    "start.md": "# Start\n\n"
    + FIGURE.format(name="fig-start")
    + "\n```{toctree}\nchapters/00-opening/chapter\n```\n\n```{toctree}\n:numbered:\nchapters/01-parcels/chapter\n```\n",
    "chapters/00-opening/chapter.md": "# Opening\n\nSee {numref}`fig-b`.\n\n"
    + FIGURE.format(name="fig-a")
    + "\n## Part\n\n"
    + FIGURE.format(name="fig-b"),
    "chapters/01-parcels/chapter.md": "# Parcels\n\nAs {numref}`fig-a` has it.\n\n" + FIGURE.format(name="fig-c"),
}


@pytest.fixture
def book(tmp_path):
    """Builds a book with a landing page, an opening chapter and a lesson; gives the names of pages written."""
    for name, text in PAGES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    def build() -> list[str]:
        written: list[str] = []
        extensions = ["myst_parser", "casebook.site.page_frame", "casebook.site.figure_numbers"]
        settings = {"extensions": extensions, "html_title": "Small", "root_doc": "start", "numfig": True}
        with patch_docutils(None), docutils_namespace():
            app = Sphinx(tmp_path, None, tmp_path / "_out", tmp_path / "_trees", "html", settings, None, None)
            app.connect(
                "html-page-context", lambda app, page, *_: written.append(page) if page in app.env.found_docs else None
            )
            app.build()
        return sorted(written)

    return build


def numbers(page) -> list[str]:
    return re.findall(r"Fig\. (\d+(?:\.\d+)*)", page.read_text("utf-8"))


@pytest.mark.slow
def test_figures_of_the_opening_chapter_begin_at_nought_and_others_keep_their_numbers(book, tmp_path):
    book()

    assert numbers(tmp_path / "_out/start.html") == ["1"]
    assert numbers(tmp_path / "_out/chapters/00-opening/chapter.html") == ["0.2", "0.1", "0.2"]
    assert numbers(tmp_path / "_out/chapters/01-parcels/chapter.html") == ["0.1", "1.1"]


@pytest.mark.slow
def test_a_build_after_which_nothing_has_changed_writes_no_page(book, tmp_path):
    assert book() == sorted(page.removesuffix(".md") for page in PAGES)

    assert book() == []
    assert numbers(tmp_path / "_out/chapters/00-opening/chapter.html") == ["0.2", "0.1", "0.2"]


@pytest.mark.slow
def test_a_figure_that_comes_before_moves_the_numbers_of_those_behind_it(book, tmp_path):
    book()
    chapter = tmp_path / "chapters/00-opening/chapter.md"
    chapter.write_text(
        PAGES["chapters/00-opening/chapter.md"].replace("# Opening\n", "# Opening\n\n" + FIGURE.format(name="fig-new")),
        "utf-8",
    )

    book()

    assert numbers(chapter.parents[2] / "_out/chapters/00-opening/chapter.html") == ["0.1", "0.3", "0.2", "0.3"]


def test_each_kind_is_counted_by_itself_and_a_number_with_a_chapter_stays():
    given = {"figure": {"a": (2,), "b": (3,)}, "table": {"c": (1,)}, "code-block": {"d": (4, 1)}}

    assert from_nought(given) == {
        "figure": {"a": (0, 1), "b": (0, 2)},
        "table": {"c": (0, 1)},
        "code-block": {"d": (4, 1)},
    }
