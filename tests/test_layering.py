"""Imports point down the layers that ``src/casebook/__init__.py`` draws, and never sideways."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"

# Top to bottom. A module may import what stands below its layer, and its own package.
LAYERS = [
    {"cli"},
    {"site", "grading", "lms", "doctor"},
    {"course"},
    {"charts", "exercises", "kernels", "data"},
    {"project", "whole_files", "digests", "late_imports"},
    {"errors"},
]
ONLY_UNDER = {
    "click": ("casebook.cli",),
    "rich": ("casebook.cli",),
    "sphinx": ("casebook.site",),
    "myst_nb": ("casebook.site",),
    "docutils": ("casebook.site",),
    "nbgrader": ("casebook.exercises.course_directory", "casebook.grading.gradebook"),
    "icalendar": ("casebook.course",),
}


def imported(code: str, module: str) -> Iterator[tuple[int, str]]:
    """Line and full name of each module that some code imports, inside functions too."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # `from casebook import project` names a module behind the word import.
            names = [f"{base}.{alias.name}" for alias in node.names] if base == "casebook" else [base]
            yield from ((node.lineno, name) for name in names)


def depth(name: str) -> int | None:
    """How far down a module of the kit stands; None: it is in no layer."""
    part = name.split(".")[1] if "." in name else ""
    return next((depth for depth, layer in enumerate(LAYERS) if part in layer), None)


def violations(code: str, module: str) -> list[str]:
    """Each import that breaks a rule, with its line."""
    found: list[str] = []
    for line, name in imported(code, module):
        homes = ONLY_UNDER.get(name.split(".")[0], ())
        if homes and not any(module == home or module.startswith(f"{home}.") for home in homes):
            found.append(f"{module}:{line}: {name} is imported outside {' and '.join(homes)}")
        if not name.startswith("casebook.") or name.split(".")[1] == module.split(".")[1]:
            continue
        own, other = depth(module), depth(name)
        # The package itself holds the version and nothing else.
        if name == "casebook.__version__":
            continue
        if own is None or other is None:
            found.append(f"{module}:{line}: {name} or the module itself is in no layer")
        elif other <= own:
            found.append(f"{module}:{line}: {name} does not stand below it")
    return found


# `casebook.site.__init__`: what it imports counts as imported inside the package.
MODULES = {
    ".".join(file.relative_to(SOURCE).with_suffix("").parts): file
    for file in sorted((SOURCE / "casebook").rglob("*.py"))
}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_below(module):
    assert violations(MODULES[module].read_text("utf-8"), module) == []


def test_every_module_of_the_kit_is_in_a_layer():
    assert [name for name in MODULES if depth(name) is None] == ["casebook.__init__"]


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("casebook.data.check", "from casebook.site.build import build_site"),
        ("casebook.data.check", "def late():\n    from casebook import cli"),
        ("casebook.data.check", "from ..exercises import regions"),
        ("casebook.charts.faces", "import casebook.data.passport"),
        ("casebook.grading.grade", "from casebook.lms.csv_export import rows"),
        ("casebook.errors", "from casebook.project import Project"),
        ("casebook.exercises.release", "import casebook.somewhere_new"),
        ("casebook.grading.grade", "import click"),
        ("casebook.site.build", "from rich.console import Console"),
        ("casebook.charts.faces", "from docutils import nodes"),
        ("casebook.grading.gradebook_rows", "from nbgrader.api import Base"),
        ("casebook.exercises.release", "if True:\n    from nbgrader.apps import NbGraderAPI"),
    ],
)
def test_an_import_that_breaks_a_rule_is_found(module, code):
    assert len(violations(code, module)) == 1


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("casebook.cli.site", "import click\nfrom casebook.site.build import build_site"),
        ("casebook.grading.grade", "from casebook.exercises.model import Kind\nfrom casebook import __version__"),
        ("casebook.exercises.leaks", "from casebook.exercises import regions\nfrom . import model"),
        ("casebook.project", "from casebook.errors import Where\nimport pathlib"),
    ],
)
def test_imports_from_below_and_from_the_same_package_are_fine(module, code):
    assert violations(code, module) == []
