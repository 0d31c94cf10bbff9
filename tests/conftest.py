"""A tiny casebook with one assignment, ten of the real tables, and the command as a person runs it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from casebook.data.passport_text import passport_text
from casebook.data.stamp import stamp_tables
from casebook.project import Project

# How long an example takes says more about the machine than about the code.
settings.register_profile("casebook", deadline=None)
settings.load_profile("casebook")

TINY = Path(__file__).parent / "notebooks" / "tiny-casebook"
DATA = Path(__file__).parents[1] / "data"
TEN = (
    *("amazon_third_party", "amazon_sales", "express_parcels", "express_revenue", "alibaba_revenue"),
    *("alibaba_stakes", "logistics_models", "mask_output", "taobao_ebay_share", "marketplace_orders_simulated"),
)


@pytest.fixture
def tiny_casebook(tmp_path: Path) -> Project:
    """A copy that a test may spoil; its assignment is called ``tiny`` and is worth 6 points."""
    shutil.copytree(TINY, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


@pytest.fixture
def ten_tables() -> Callable[[Path], Project]:
    """Put ten real tables, their passports and their sources into a folder, for a test to spoil."""

    def put(folder: Path) -> Project:
        project = Project(folder)
        project.data.mkdir(parents=True)
        used: set[str] = set()
        for name in TEN:
            shutil.copy(DATA / f"{name}.csv", project.data)
            with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                used |= {row["source_id"] for row in csv.DictReader(file) if "source_id" in row}
        lines = (DATA / "sources.csv").read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines[1:] if line.split(",")[0] in used]
        (project.data / "sources.csv").write_text("".join([lines[0], *kept]), "utf-8")
        package = json.loads((DATA / "datapackage.json").read_text("utf-8"))
        passports = {each["name"]: each for each in package["resources"]}
        package["resources"] = []
        text = json.dumps(package, ensure_ascii=False, indent=2)
        entries = ",\n    ".join(passport_text(passports[name], 4) for name in (*TEN, "sources"))
        text = text.replace('"resources": []', f'"resources": [\n    {entries}\n  ]') + "\n"
        (project.data / "datapackage.json").write_text(text, "utf-8")
        stamp_tables(project, ("sources",))
        return project

    return put


@pytest.fixture(scope="session")
def run_casebook() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``casebook WORD...`` in a process of its own, in the folder ``cwd``."""

    def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from casebook.cli import main; main()", *map(str, words)]
        # A wide terminal, so that tables are not folded.
        environment = os.environ | {"COLUMNS": "200"}
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    return run
