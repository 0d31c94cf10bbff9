"""A tiny book to build and to break: two pages and one table, with the real book's configuration."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from casebook.project import Project

ROOT = Path(__file__).parents[2]

CHAPTER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

# Parcels

See [the start](../../book/index.md). A formula: $a^2$.

```{code-cell} ipython3
import altair as alt
import pandas as pd

parcels = pd.read_csv("../../data/parcels.csv")
print("rows:", len(parcels))
```

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-parcels
    caption: Parcels a year. Source, test data.
---
alt.Chart(parcels, title="Parcels doubled", description="Bars by year.").mark_bar().encode(
    x=alt.X("year:O").title(None), y=alt.Y("parcels:Q").title("Parcels (billion)")
)
```
"""


def write_tiny_book(root: Path) -> Project:
    files = {
        "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n  - file: chapters/01-parcels/chapter\n",
        "_config.yml": (ROOT / "_config.yml").read_text(encoding="utf-8"),
        "book/index.md": "# A tiny book\n\n[Parcels](../chapters/01-parcels/chapter.md)\n",
        "book/references.bib": "",
        "book/theme/casebook.css": (ROOT / "book/theme/casebook.css").read_text(encoding="utf-8"),
        "chapters/01-parcels/chapter.md": CHAPTER,
        "chapters/01-parcels/teaching-note.md": "# Not for readers\n",
        "data/parcels.csv": "year,parcels\n2013,9.19\n2014,14\n",
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Project(root)


def build(project: Project, *more: str) -> subprocess.CompletedProcess[str]:
    """As a person would: in a process of its own, in the folder of the book."""
    command = [sys.executable, "-c", "from casebook.cli import main; main()", "site", "build", *more]
    return subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)


@pytest.fixture
def tiny_book(tmp_path) -> Project:
    return write_tiny_book(tmp_path / "book")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Project:
    project = write_tiny_book(tmp_path_factory.mktemp("built") / "book")
    result = build(project)
    assert result.returncode == 0, result.stdout + result.stderr
    return project


@pytest.fixture
def built_book(built_once, tmp_path) -> Project:
    """A tiny book that has been built, and may be changed and built again."""
    shutil.copytree(built_once.root, tmp_path / "book")
    return Project(tmp_path / "book")


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    def replace(file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture(name="build")
def build_fixture() -> Callable[..., subprocess.CompletedProcess[str]]:
    return build


@pytest.fixture(scope="session")
def build_process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``build`` for fixtures that several tests share."""
    return build


@pytest.fixture
def small_pages(tmp_path) -> Callable[..., dict[str, str]]:
    """Builds pages of Markdown with some extensions of the kit, in this process; gives their HTML by name."""

    def make(pages: dict[str, str], *extensions: str, **settings: object) -> dict[str, str]:
        for name, text in pages.items():
            (tmp_path / "pages" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "pages" / name).write_text(text, encoding="utf-8")
        names = ["myst_parser", "casebook.site.page_frame", *extensions]
        with patch_docutils(None), docutils_namespace():
            app = Sphinx(
                srcdir=tmp_path / "pages",
                confdir=None,
                outdir=tmp_path / "out",
                doctreedir=tmp_path / "doctrees",
                buildername="html",
                confoverrides={"extensions": names, "html_title": "A small book", "root_doc": "start", **settings},
                status=None,
                warningiserror=True,
            )
            app.build()
        made = (file for file in (tmp_path / "out").rglob("*") if file.suffix in {".html", ".xml", ".txt", ".js"})
        return {str(file.relative_to(tmp_path / "out")): file.read_text(encoding="utf-8") for file in made}

    return make
