"""The tiny assignment, to spoil one thing of it at a time."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.errors import CasebookError, Problem
from casebook.exercises.assignment import load_assignment
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.model import Assignment, Release
from casebook.exercises.release import release_assignment
from casebook.project import Project

TINY = Path(__file__).parents[1] / "notebooks" / "tiny-casebook"


@pytest.fixture
def folder(tiny_casebook: Project) -> Path:
    """Where the tiny assignment's text lies."""
    return tiny_casebook.exercises / "tiny"


@pytest.fixture
def tiny(tiny_casebook: Project) -> Callable[[], Assignment]:
    """The tiny assignment as it is when this is called."""
    return lambda: load_assignment(tiny_casebook, "tiny")


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replace a text that stands in a file exactly once."""

    def replace(file: Path, old: str, new: str) -> None:
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def problems_of() -> Callable[..., list[Problem]]:
    """The problems with which a call fails."""

    def call(function: Callable[..., object], *arguments: object) -> list[Problem]:
        with pytest.raises(CasebookError) as caught:
            function(*arguments)
        return list(caught.value.problems)

    return call


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Release:
    """The tiny assignment released in a course directory; tests only read it."""
    root = tmp_path_factory.mktemp("released")
    shutil.copytree(TINY, root / "casebook")
    project = Project(root / "casebook")
    return release_assignment(project, load_assignment(project, "tiny"), CourseDirectory(root / "course"))
