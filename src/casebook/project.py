"""Where things are in a casebook's repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casebook.errors import CasebookError, Where


@dataclass(frozen=True)
class Project:
    """The folders of one casebook.

    Parameters
    ----------
    root
        The folder that holds ``_config.yml`` and ``_toc.yml``; absolute.
    """

    root: Path

    @property
    def config_file(self) -> Path:
        """Jupyter Book's configuration."""
        return self.root / "_config.yml"

    @property
    def toc_file(self) -> Path:
        """Jupyter Book's table of contents."""
        return self.root / "_toc.yml"

    @property
    def book(self) -> Path:
        """Pages that are not lessons, the bibliography and the theme."""
        return self.root / "book"

    @property
    def chapters(self) -> Path:
        """One folder for each lesson."""
        return self.root / "chapters"

    @property
    def data(self) -> Path:
        """The tables and their passports."""
        return self.root / "data"

    @property
    def exercises(self) -> Path:
        """One folder for each assignment."""
        return self.root / "exercises"

    @property
    def build(self) -> Path:
        """Everything that is made and may be thrown away."""
        return self.root / "_build"

    @property
    def releases(self) -> Path:
        """What students get: one folder and one zip for each assignment."""
        return self.build / "releases"


def find_project(start: Path | None = None) -> Project:
    """The casebook that ``start`` lies in.

    Parameters
    ----------
    start
        A folder in the repository, or its root. None: the working directory.

    Raises
    ------
    CasebookError
        Neither ``start`` nor a folder above it holds ``_config.yml`` and ``_toc.yml``.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_config.yml").is_file() and (folder / "_toc.yml").is_file():
            return Project(folder)
    raise CasebookError.one(
        "No casebook here: neither this folder nor one above it holds _config.yml and _toc.yml.",
        where=Where(here),
        mend="change to the folder of the casebook, or clone it first.",
    )
