"""A CSV file from anywhere becomes a table with a passport whose blanks are named one by one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.data.check import check_data
from casebook.data.inference import column_name
from casebook.data.new_table import add_table
from casebook.data.passport_text import passport_text, with_passport
from casebook.data.stamp import stamp_tables
from casebook.errors import CasebookError
from casebook.project import Project

GIVEN = (
    "Year,Company name,Share (%),Founded on,Shops,Note\n2019,Grab,51.5,2012-06-01,5,\n2020,Grab,53,2012-06-01,,good\n"
)


@pytest.fixture
def given_file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        file = tmp_path / "given.csv"
        file.write_bytes(content)
        return file

    return write


def passport(project: Project, name: str) -> dict:
    package = json.loads((project.data / "datapackage.json").read_text("utf-8"))
    return next(each for each in package["resources"] if each["name"] == name)


def test_columns_get_names_types_and_what_is_known_of_their_units(spoilt: Project, given_file):
    made = add_table(spoilt, "shops", given_file(GIVEN.encode()))

    fields = {each["name"]: each for each in passport(spoilt, "shops")["schema"]["fields"]}
    assert {name: each["type"] for name, each in fields.items()} == {
        "year": "integer",
        "company_name": "string",
        "share_percent": "number",
        "founded_on": "date",
        "shops": "number",
        "source_id": "string",
        "note": "string",
    }
    assert {name: each["unit"] for name, each in fields.items() if "unit" in each} == {
        "year": "year",
        "share_percent": "percent",
        "shops": "",
    }
    assert passport(spoilt, "shops")["schema"]["primaryKey"] == ["year"]
    assert ("Share (%)", "share_percent") in made.renamed
    assert made.rows == 2


def test_every_blank_is_named_and_when_all_are_filled_the_table_is_sound(spoilt: Project, given_file):
    add_table(spoilt, "shops", given_file(GIVEN.encode()), source="amazon_letter_2018")

    named = {(each.where.column, each.what.split(" of ")[0]) for each in check_data(spoilt, ("shops",))}

    blanks = {(None, f'"{key}"') for key in ("title", "question", "description", "caveats", "tags", "retrieved")}
    columns = ("year", "company_name", "share_percent", "founded_on", "shops", "note")
    blanks |= {(name, '"description"') for name in columns} | {("shops", '"unit"')}
    assert named == blanks | {(None, "The passport")}

    file = spoilt.data / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    entry = next(each for each in package["resources"] if each["name"] == "shops")
    entry |= {"title": "T", "question": "Q?", "description": "D", "caveats": ["C."], "tags": ["t"]}
    entry |= {"retrieved": "2026-11-22"}
    for column in entry["schema"]["fields"]:
        column["description"] = "what it says"
        if column["name"] == "shops":
            column["unit"] = "shops"
    file.write_text(json.dumps(package), "utf-8")
    stamp_tables(spoilt, ("shops",))

    assert [str(each) for each in check_data(spoilt)] == []


@pytest.mark.parametrize(
    ("content", "encoding", "read_as"),
    [
        ("name,city\na,São Paulo\n".encode(), None, "utf-8"),
        ("\ufeffname,city\r\na,São Paulo\r\n".encode(), None, "utf-8-sig"),
        ("name\tcity\na\tSão Paulo\n".encode("utf-16"), None, "utf-16"),
        ("name;city\n a ;São  Paulo".encode("cp1252"), "cp1252", "cp1252"),
        ('name,city\n\na,"São\nPaulo"\n'.encode(), None, "utf-8"),
    ],
)
def test_the_copy_is_utf_8_with_commas_and_lf_however_the_file_was_written(
    spoilt: Project, given_file, content: bytes, encoding: str | None, read_as: str
):
    file = given_file(content)

    made = add_table(spoilt, "shops", file, encoding=encoding)

    assert made.encoding == read_as
    assert made.file.read_bytes() == "name,city,source_id\na,São Paulo,\n".encode()
    assert file.read_bytes() == content


def test_cells_that_do_not_fit_keep_what_they_say_and_are_named_by_the_check(spoilt: Project, given_file):
    rows = "".join(f"{year},{value}\n" for year, value in [(2017, 5), (2018, '"1,234"'), (2019, 7), (2020, "8")])

    add_table(spoilt, "shops", given_file(f"year,shops\n{rows}2021/13,9\n".encode()), source="amazon_letter_2018")

    found = {(each.where.line, each.where.column): each.what for each in check_data(spoilt, ("shops",))}
    assert found[3, "shops"] == '"1,234" has thousands separators.'
    assert found[6, "year"].startswith('"2021/13" is no whole number')


def test_the_passport_goes_before_the_sources_and_nothing_else_changes(spoilt: Project, given_file):
    file = spoilt.data / "datapackage.json"
    before = file.read_text("utf-8")

    add_table(spoilt, "shops", given_file(GIVEN.encode()))

    after = file.read_text("utf-8")
    names = [each["name"] for each in json.loads(after)["resources"]]
    assert names[-2:] == ["shops", "sources"]
    start = after.index('{\n      "name": "shops"')
    end = after.index('{\n      "name": "sources"')
    assert after[:start] + after[end:] == before
    assert '          {"name": "shops", "type": "number", "unit": "", "description": ""}' in after


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("Shops", GIVEN.encode(), '"Shops" is no name for a table.'),
        ("../shops", GIVEN.encode(), '"../shops" is no name for a table.'),
        ("express_parcels", GIVEN.encode(), 'There is a passport of a table "express_parcels" already.'),
        ("left_over", GIVEN.encode(), "The file is there already."),
        ("shops", b"", "The file has no rows."),
        ("shops", b"name,city\n\n", "The file has no rows."),
        ("shops", b"name,city\na,b\xe9\n", "This is not utf-8 text: byte 0xe9."),
        ("shops", b"name,city\na,b,c\n", "The row has 3 cells, the header 2: a,b,c"),
        ("shops", b'name,city\na,"b\n', "This is no sound CSV"),
        ("shops", b"Name,name\na,b\n", 'Two columns would be called "name": Name and name.'),
    ],
)
def test_what_cannot_be_added_is_refused_with_a_mend_and_nothing_is_written(
    spoilt: Project, given_file, name: str, content: bytes, what: str
):
    (spoilt.data / "left_over.csv").write_text("mine\n", "utf-8")
    before = {file: file.read_bytes() for file in spoilt.data.iterdir()}

    with pytest.raises(CasebookError) as error:
        add_table(spoilt, name, given_file(content))

    (problem,) = error.value.problems
    assert problem.what.startswith(what)
    assert problem.mend
    assert {file: file.read_bytes() for file in spoilt.data.iterdir()} == before


def test_an_encoding_that_is_none_is_named(spoilt: Project, given_file):
    with pytest.raises(CasebookError, match=r'"utf-99" is no encoding\.\n  Mend: name one that Python knows'):
        add_table(spoilt, "shops", given_file(b"name\na\n"), encoding="utf-99")


def test_a_file_that_is_missing_is_named(spoilt: Project, tmp_path: Path):
    with pytest.raises(CasebookError, match=r"nowhere\.csv: The table cannot be read: No such file"):
        add_table(spoilt, "shops", tmp_path / "nowhere.csv")


@given(st.text(max_size=20), st.integers(1, 99))
def test_any_heading_becomes_a_name(written: str, number: int):
    name = column_name(written, number)

    assert name[0].isalpha()
    assert column_name(name, number) == name
    assert name.isascii()


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_pandas_reads_in_the_copy_is_what_stood_in_the_file(spoilt: Project, tmp_path: Path, rows):
    (spoilt.data / "copy.csv").unlink(missing_ok=True)
    package = json.loads((spoilt.data / "datapackage.json").read_text("utf-8"))
    package["resources"] = [each for each in package["resources"] if each["name"] != "copy"]
    (spoilt.data / "datapackage.json").write_text(json.dumps(package), "utf-8")
    file = tmp_path / "given.csv"
    frame = pd.DataFrame(rows, columns=["first", "second"])
    frame.to_csv(file, index=False)

    made = add_table(spoilt, "copy", file)

    read = pd.read_csv(made.file, dtype=str, keep_default_na=False)
    assert read[["first", "second"]].to_numpy().tolist() == frame.to_numpy().tolist()


def test_the_passports_of_this_collection_are_written_in_the_style_of_new_ones(project: Project):
    text = (project.data / "datapackage.json").read_text("utf-8")

    passports = json.loads(text)["resources"]

    assert [each["name"] for each in passports if passport_text(each, 4) not in text] == []


def test_a_passport_is_added_to_a_file_on_one_line_too():
    text = '{"resources": [{"name": "a"}], "title": "T"}'

    added = json.loads(with_passport(text, {"name": "b", "caveats": ["x", "y"], "schema": {"fields": [1]}}))

    assert [each["name"] for each in added["resources"]] == ["a", "b"]
    assert added["title"] == "T"
