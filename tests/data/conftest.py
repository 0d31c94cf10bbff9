"""Tables that a test may spoil: ten of the real ones, and tables that a test makes up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casebook.data.stamp import stamp_tables
from casebook.project import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project() -> Project:
    """The casebook of this repository; tests only read it."""
    return Project(ROOT)


@pytest.fixture
def spoilt(tmp_path: Path, ten_tables: Callable[[Path], Project]) -> Project:
    """A folder with ten of the real tables and nothing else."""
    return ten_tables(tmp_path)


def field(name: str, kind: str = "string", unit: str | None = None, **constraints: object) -> dict[str, Any]:
    """A column as a passport describes it; required unless a test says otherwise."""
    described: dict[str, Any] = {"name": name, "type": kind, "description": f"What {name} says"}
    if unit is not None:
        described["unit"] = unit
    return described | {"constraints": {"required": True} | constraints}


SOURCES = ["source_id", "title", "publisher", "published", "url", "licence", "how_read", "grade"]


@pytest.fixture
def one_table(tmp_path: Path) -> Callable[..., Project]:
    """A collection with one table called ``figures``, of the lines and columns given, all from one source.

    ``field`` describes a column. The column ``source_id`` is added; what else is given goes into the passport.
    """

    def make(key: list[str], columns: list[dict[str, Any]], lines: list[str], **more: object) -> Project:
        project = Project(tmp_path / "made")
        project.data.mkdir(parents=True, exist_ok=True)
        fields = [*columns, field("source_id")]
        to_sources = {"fields": ["source_id"], "reference": {"resource": "sources", "fields": ["source_id"]}}
        common = {"caveats": ["Made up."], "tags": ["a"], "licenses": [{"name": "CC-BY-4.0"}]}
        common |= {"question": "What?", "description": "One row is one.", "retrieved": "2026-11-22"}
        table = {"name": "figures", "path": "figures.csv", "profile": "tabular-data-resource", "title": "Figures"}
        schema = {"fields": fields, "primaryKey": key, "foreignKeys": [to_sources], "missingValues": [""]}
        sources = table | {"name": "sources", "path": "sources.csv", "title": "Sources"}
        of_sources = {"fields": [field(name) for name in SOURCES], "primaryKey": ["source_id"]}
        package = {
            "profile": "tabular-data-package",
            "name": "made",
            "title": "Made",
            "version": "1",
            "resources": [table | common | {"schema": schema} | more, sources | common | {"schema": of_sources}],
        }
        header = ",".join(each["name"] for each in fields)
        (project.data / "figures.csv").write_text(
            "".join(f"{line}\n" for line in [header, *(f"{line},s1" for line in lines)]), "utf-8"
        )
        source = "s1,Title,Publisher,2020-05,https://a.example,public,page,primary"
        (project.data / "sources.csv").write_text(f"{','.join(SOURCES)}\n{source}\n", "utf-8")
        (project.data / "datapackage.json").write_text(json.dumps(package, indent=1), "utf-8")
        stamp_tables(project)
        return project

    return make
