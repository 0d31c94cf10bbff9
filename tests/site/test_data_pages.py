import hashlib
import io
import re
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from casebook.course.model import Links
from casebook.data.check import load_package, load_sources
from casebook.exercises.model import Assignment, Release
from casebook.project import Project
from casebook.site.collection import add_collection, table_pages
from casebook.site.data_pages import (
    DataShelf,
    archive_name,
    data_downloads,
    data_page_names,
    data_page_problems,
    data_pages,
)
from casebook.site.editions import Extras
from casebook.site.uses import Uses

CHAPTER = "chapters/01-parcels/chapter"
TABLES = Path(__file__).parents[2] / "tests/notebooks/tables-casebook"


@pytest.fixture
def collection(tmp_path) -> Project:
    """A copy of a small casebook with passports: two tables, and a chapter that reads one of them."""
    shutil.copytree(TABLES, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


@pytest.fixture
def release(tmp_path) -> Release:
    """An assignment that comes with the other table."""
    assignment = Assignment(
        name="counting",
        title="Counting orders",
        chapter="01-parcels",
        summary="You count.",
        minutes=10,
        points=2,
        notebooks=(),
        data=("orders_simulated",),
        folder=tmp_path / "counting",
    )
    return Release(assignment, tmp_path / "released", tmp_path / "counting.zip", ())


@pytest.fixture
def pages(collection):
    package = load_package(collection)
    uses = Uses({CHAPTER: ("parcels",)}, {"counting": ("orders_simulated",)})
    titles = {CHAPTER: "Parcels, and who carries them", "exercises/counting/index": "Counting orders"}

    def made(site=None):
        return data_pages(DataShelf(package, load_sources(collection), uses, titles, site))

    return made


def test_each_table_has_a_page_and_the_catalogue_leads_to_all(pages, collection):
    texts = pages()

    names = data_page_names(load_package(collection))
    assert [f"{name}.md" for name in names] == list(texts)
    assert names[0] == "data/index"
    for name in names[1:]:
        assert f"(/{name}.md)" in texts["data/index.md"]


def test_a_page_says_question_columns_units_caveats_licence_and_hash(pages):
    page = pages()["data/parcels.md"]

    assert page.startswith("# Parcels a year, 2013-2014\n\n**What can parcels tell?**\n")
    assert "`parcels`\n: Parcels carried\\\n  *billions of parcels, 0 or more*" in page
    assert "`note`\n: What to know; blank = nothing\\\n  *text, may be blank*" in page
    assert "- Only two years: no \\* growth." in page
    assert "CC-BY-4.0" in page
    assert re.search(r"```text\n  [0-9a-f]{64}\n", page)


def test_each_source_says_what_was_read_how_sure_it_is_and_for_how_many_rows(pages):
    page = pages()["data/parcels.md"]

    assert "[Bulletin \\| 2014](https://post.example/a). The State Post Bureau, 2014. What was read: the page." in page
    assert "Primary source; licence: public. `post_2014`, 1 row." in page
    assert "Weak source: use with care; licence: all rights reserved. `blog_2015`, 1 row." in page


def test_the_line_to_copy_reads_the_file_beside_it_or_the_site(pages):
    assert 'parcels = pd.read_csv("parcels.csv")' in pages()["data/parcels.md"]
    assert 'pd.read_csv("https://book.example/data/parcels.csv")' in pages("https://book.example")["data/parcels.md"]


def test_dates_are_read_as_dates(collection, edit):
    edit(
        collection.data / "datapackage.json",
        '"order_id",\n            "type": "string"',
        '"order_id",\n            "type": "date"',
    )
    package = load_package(collection)

    page = data_pages(DataShelf(package, (), Uses(), {}))["data/orders_simulated.md"]

    assert 'pd.read_csv("orders_simulated.csv", parse_dates=["order_id"])' in page


def test_a_short_table_is_shown_whole_and_a_long_one_begun(pages):
    assert "## All rows\n" in pages()["data/parcels.md"]
    assert "| 2014 | 14 | blog_2015 | rounded \\| about \\{cite\\}\\`x\\` |" in pages()["data/parcels.md"]
    long = pages()["data/orders_simulated.md"]
    assert "## The first 8 of 30 rows\n" in long
    assert long.count("| o") == 8


def test_a_simulated_table_names_what_made_it(pages):
    page = pages()["data/orders_simulated.md"]

    assert "this table is simulated. The function `casebook.data.simulate.orders` made the rows, with seed 7." in page


def test_pages_name_the_lessons_and_exercises_that_use_a_table(pages):
    texts = pages()

    assert "- The lesson [Parcels, and who carries them](/chapters/01-parcels/chapter.md)" in texts["data/parcels.md"]
    assert "Used in the exercise [Counting orders](/exercises/counting/index.md)." in texts["data/index.md"]
    assert "Every row of every other table" in texts["data/sources.md"]


def test_the_whole_collection_is_one_zip_whose_checksums_hold(collection):
    package = load_package(collection)
    files = data_downloads(package)

    name = archive_name(package)
    archive = zipfile.ZipFile(io.BytesIO(files[f"data/{name}.zip"]))

    assert name == "small-data"
    sums = dict(line.split("  ")[::-1] for line in archive.read(f"{name}/SHA256SUMS").decode().splitlines())
    assert {f"{name}/{file}" for file in sums} | {f"{name}/SHA256SUMS"} == set(archive.namelist())
    for file, expected in sums.items():
        assert hashlib.sha256(archive.read(f"{name}/{file}")).hexdigest() == expected
    assert files["data/parcels.csv"] == (collection.data / "parcels.csv").read_bytes()
    assert data_downloads(package) == files


def test_the_zip_is_a_sound_data_package(collection, tmp_path):
    package = load_package(collection)
    zipfile.ZipFile(io.BytesIO(data_downloads(package)["data/small-data.zip"])).extractall(tmp_path)

    report = Package(tmp_path / "small-data/datapackage.json").validate()

    assert report.valid, report.flatten(["rowNumber", "message"])
    assert len(pd.read_csv(tmp_path / "small-data/parcels.csv")) == 2


def test_a_table_called_index_would_take_the_place_of_the_catalogue(collection, edit):
    edit(collection.data / "datapackage.json", '"name": "orders_simulated"', '"name": "index"')

    (problem,) = data_page_problems(load_package(collection))

    assert 'No table can be called "index"' in problem.what


def test_the_edition_lists_the_tables_below_the_catalogue(collection, release):
    found = Extras()

    problems = add_collection(found, collection, ["book/index", "data/index", CHAPTER], [release], Links())

    assert problems == []
    assert found.below == {"data/index": ["data/parcels", "data/orders_simulated", "data/sources"]}
    assert {str(path) for path in found.files} == {f"{name}.md" for name in table_pages(collection)}
    assert {str(path) for path in found.downloads} >= {"data/parcels.csv", "data/small-data.zip"}


def test_a_casebook_without_passports_has_none_of_this(tiny_book):
    found = Extras()

    assert add_collection(found, tiny_book, ["book/index", CHAPTER], [], Links()) == []
    assert table_pages(tiny_book) == []
    assert found == Extras()


def test_without_the_catalogue_in_the_table_of_contents_the_book_has_no_pages_of_tables(collection):
    found = Extras()

    add_collection(found, collection, ["book/index", CHAPTER], [], Links())

    assert found.files == {}
    assert found.below == {}
