"""Whoever takes all tables home finds what they are, what is allowed and how to cite them."""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from casebook.course.model import Links
from casebook.data.check import load_package
from casebook.project import Project
from casebook.site.collection import add_collection
from casebook.site.collection_papers import collection_papers
from casebook.site.editions import Extras

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests/notebooks/tables-casebook"


@pytest.fixture
def collection(tmp_path) -> Project:
    shutil.copytree(SMALL, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


def unpacked(project: Project, folder: Path) -> Path:
    """The zip of all tables as the build makes it, unpacked."""
    found = Extras()
    add_collection(found, project, ["book/index", "data/index"], [], Links())
    zipfile.ZipFile(io.BytesIO(found.downloads[Path("data/small-data.zip")])).extractall(folder)
    return folder / "small-data"


def test_the_zip_holds_tables_sources_passports_and_papers_and_their_checksums_hold(collection, tmp_path):
    (collection.root / "CITATION.cff").write_text("cff-version: 1.2.0\n", "utf-8")

    folder = unpacked(collection, tmp_path)

    assert {file.name for file in folder.iterdir()} == {
        *("parcels.csv", "orders_simulated.csv", "sources.csv", "datapackage.json"),
        *("README.md", "LICENSE", "CITATION.cff", "SHA256SUMS"),
    }
    sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines())
    assert sums == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.name != "SHA256SUMS"
    }


def test_the_readme_lists_every_table_with_its_rows_and_question(collection, tmp_path):
    readme = (unpacked(collection, tmp_path) / "README.md").read_text("utf-8")

    rows = len(pd.read_csv(collection.data / "parcels.csv"))
    assert f"- `parcels.csv` ({rows} rows): Parcels a year, 2013-2014. What can parcels tell?" in readme
    assert "`orders_simulated.csv`" in readme
    assert 'pd.read_csv("parcels.csv")' in readme
    assert "CITATION.cff" not in readme
    assert "Online" not in readme


def test_the_readme_leads_to_the_site_if_there_is_one(collection):
    readme = collection_papers(load_package(collection), collection.root, "https://book.example")["README.md"].decode()

    assert "https://book.example/data/index.html" in readme


def test_the_licence_names_that_of_the_collection_and_leads_to_those_of_the_sources():
    papers = collection_papers(load_package(Project(ROOT)), ROOT, None)

    licence = papers["LICENSE"].decode()
    assert "CC-BY-4.0" in licence
    assert "https://creativecommons.org/licenses/by/4.0/" in licence
    assert "column licence of sources.csv" in licence
    assert papers["CITATION.cff"] == (ROOT / "CITATION.cff").read_bytes()
