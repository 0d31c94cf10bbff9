"""What is installed, what is missing, and what does each missing thing disable?"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 12)

PACKAGES = {
    "jupyter-book": "building the site",
    "myst-nb": "building the site",
    "altair": "drawing charts",
    "vl-convert-python": "drawing charts for the site",
    "pandas": "running chapters and exercises",
    "ipykernel": "running chapters and exercises",
    "jupyterlab": "working on notebooks (make lab)",
    "jupytext": "reading text notebooks",
    "nbgrader": "releasing and grading exercises",
    "frictionless": "checking data",
    "sphinx-autobuild": "serving the site with live reload (make serve)",
    "playwright": "testing pages in a browser (make test)",
    "pytest": "running the tests (make test)",
}
PROGRAMS = {
    "chromium": "testing pages in a browser (make test)",
    "bwrap": "running students' code in a box",
    "git": "following changes",
}
INSTALL_PACKAGES = "run: make setup"
INSTALL_PROGRAMS = "run: deploy/system-packages"


@dataclass(frozen=True)
class Finding:
    """One thing looked for.

    Parameters
    ----------
    name
        What it is called.
    version
        The version found; empty if it is missing.
    disables
        What cannot be done without it.
    mend
        How to get it.
    """

    name: str
    version: str
    disables: str
    mend: str

    @property
    def found(self) -> bool:
        """Whether it is there."""
        return bool(self.version)


def examine() -> list[Finding]:
    """Everything that the kit stands on, with what was found of it."""
    return [
        _python(),
        *(Finding(name, _package(name), disables, INSTALL_PACKAGES) for name, disables in PACKAGES.items()),
        *(Finding(name, _program(name), disables, INSTALL_PROGRAMS) for name, disables in PROGRAMS.items()),
    ]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON
    return Finding("python", version if good else "", "everything", f"install Python 3.11 or 3.12; this is {version}")


def _package(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        return ""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "there, but does not answer"
    lines = answer.stdout.strip().splitlines()
    return lines[0] if lines else "there"
