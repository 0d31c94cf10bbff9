"""A tiny casebook with one assignment, and the command as a person runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from casebook.project import Project

# How long an example takes says more about the machine than about the code.
settings.register_profile("casebook", deadline=None)
settings.load_profile("casebook")

TINY = Path(__file__).parent / "notebooks" / "tiny-casebook"


@pytest.fixture
def tiny_casebook(tmp_path: Path) -> Project:
    """A copy that a test may spoil; its assignment is called ``tiny`` and is worth 6 points."""
    shutil.copytree(TINY, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


@pytest.fixture(scope="session")
def run_casebook() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``casebook WORD...`` in a process of its own, in the folder ``cwd``."""

    def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from casebook.cli import main; main()", *map(str, words)]
        # A wide terminal, so that tables are not folded.
        environment = os.environ | {"COLUMNS": "200"}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    return run
