"""A copy of the real tables that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casebook.project import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project() -> Project:
    """The casebook of this repository; tests only read it."""
    return Project(ROOT)


@pytest.fixture
def spoilt(tmp_path: Path) -> Project:
    """A copy of ``data/`` alone."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return Project(tmp_path)
