"""What a passport leaves out, or gets wrong, is named with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.data.check import check_data, report_on
from casebook.data.passport import read_package
from casebook.errors import CasebookError
from casebook.project import Project, find_project

TEXT = (find_project(Path(__file__).parent).data / "datapackage.json").read_text("utf-8")


def spoil(project: Project, old: str, new: str) -> None:
    file = project.data / "datapackage.json"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_a_sound_file_becomes_a_package_with_every_column_described(project: Project):
    package, problems = read_package(project.data / "datapackage.json")

    table = package.table("amazon_third_party")
    share = table.field("share_percent")
    assert problems == []
    assert (share.type, share.unit, share.constraints.maximum) == ("number", "percent", 100)
    assert table.primary_key == ("year", "basis")
    assert TEXT.splitlines()[share.line - 1].strip().startswith('{"name": "share_percent"')


# what stood there, what stands there now, words of the message
BAD_PASSPORTS = [
    ('"unit": "percent", ', "", '"unit" of "share_percent" is missing'),
    ('"description": "What to know about this one figure; blank = nothing to add"', '"description": " "', '"description" of "note"'),
    ('"type": "number"', '"type": "decimal"', 'unknown type "decimal"'),
    ('"name": "share_percent"', '"name": "Share"', '"Share" is no name for a column'),
    ('"minimum": 1999', '"minimun": 1999', '"minimun" is no constraint (near it: minimum)'),
    ('"minimum": 1999', '"minimum": "early"', "early cannot be the minimum of a column of type integer"),
    ('"minimum": 1999', '"minimum": [1999]', '"minimum" cannot be [1999]'),
    ('"minimum": 1999', '"pattern": "^1"', "A column of type integer cannot have a pattern"),
    ('"enum": ["value", "units"]', '"enum": ["value", 3]', "3 cannot be a value of a column of type string"),
    ('"enum": ["value", "units"]', '"enum": "value"', '"enum" cannot be "value"'),
    ('"enum": ["value", "units"]', '"pattern": "("', '"(" is no regular expression'),
    ('"constraints": {"required": true, "minimum": 1999', '"constraints": {"required": "yes", "minimum": 1999', '"required" cannot be "yes"'),
    ('"primaryKey": ["year", "basis"]', '"primaryKey": ["year", "bases"]', '"bases", which is no column (near it: basis)'),
    ('"primaryKey": ["year", "basis"]', '"primaryKey": ["note"]', '"note" is in the primary key but may be blank'),
    ('"primaryKey": ["year", "basis"],', "", '"primaryKey" is missing'),
    ('"resource": "sources"', '"resource": "source"', "leads to source.source_id, which does not exist"),
    ('"foreignKeys": [{"fields": ["source_id"]', '"foreignKeys": [{"fields": ["source"]', 'starts at "source", which is no column'),
    ('"foreignKeys": [{"fields": ["source_id"]', '"foreignKeys": [{"fields": ["source_id", "year"]', "joins one column to one column"),
    ('"question": "Is Amazon', '"query": "Is Amazon', '"question" of "amazon_third_party" is missing'),
    ('"tags": ["data-sharing"],', '"tags": [],', '"tags" of "amazon_third_party" cannot be []'),
    ('"path": "amazon_third_party.csv"', '"path": "../secret.csv"', 'has the path "../secret.csv"'),
    ('"retrieved": "2026-11-22"', '"retrieved": "22 November"', '"22 November" is no date'),
    ('"hash": "sha256:', '"hash": "md5:', "is no hash"),
    ('"bytes": 847', '"bytes": "847"', '"bytes" of "amazon_third_party" cannot be "847"'),
    ('"name": "amazon_sales"', '"name": "amazon_third_party"', 'Two passports are for the table "amazon_third_party"'),
    ('"name": "amazon_sales"', '"name": "Amazon sales"', '"Amazon sales" is no name for a table'),
    ('"name": "amazon_sales"', '"title": ""', '"name" is missing'),
    ('"title": "Simulated: 400 orders', '"title": "400 orders', "The title of a simulated table does not say so"),
    ('"seed": 20200316', '"seed": "today"', '"seed" cannot be "today"'),
    ('"version": "0.1.0",', '"version": "0.1.0", "version": "0.2.0",', '"version" stands twice'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what"), BAD_PASSPORTS)
def test_a_passport_that_leaves_something_out_is_named_with_line_and_mend(
    spoilt: Project, old: str, new: str, what: str
):
    spoil(spoilt, old, new)

    found = [each for each in check_data(spoilt) if what in each.what]

    assert len(found) == 1
    assert Path(found[0].where.file).name == "datapackage.json"
    assert found[0].where.line > 1
    assert found[0].mend


def test_a_table_whose_rows_lead_to_no_source_is_refused(spoilt: Project):
    text = (spoilt.data / "datapackage.json").read_text("utf-8")
    start = text.index('        "foreignKeys"')
    spoil(spoilt, text[start : text.index("\n", start) + 1], "")

    problem = check_data(spoilt)[0]

    assert problem.what == 'The rows of "amazon_third_party" do not lead to their sources.'


def test_broken_json_is_named_by_line_and_column(spoilt: Project):
    spoil(spoilt, '"version": "0.1.0",', '"version": "0.1.0"')

    (problem,) = check_data(spoilt)

    assert problem.where.line == 7
    assert "Expecting ',' delimiter, at line 7, column 3" in problem.what


@pytest.mark.parametrize("text", ["", "[]", "3", '{"resources": []}', '{"resources": {}}', "[" * 100_000])
def test_a_file_that_lists_no_tables_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "datapackage.json"
    file.write_text(text, "utf-8")

    with pytest.raises(CasebookError) as error:
        read_package(file)

    assert all(problem.mend and problem.where for problem in error.value.problems)


def test_a_passport_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path):
    file = tmp_path / "datapackage.json"
    file.write_bytes(b'{\n  "title": "caf\xe9"}')

    with pytest.raises(CasebookError, match="byte 0xe9") as error:
        read_package(file)

    assert error.value.problems[0].where.line == 2


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({})


def with_any_value_anywhere(data: st.DataObject) -> str:
    """The passports of the first table and of the sources, with one value replaced."""
    package = json.loads(TEXT)
    package["resources"] = [package["resources"][0], *(e for e in package["resources"] if e["name"] == "sources")]
    place, steps = package, data.draw(st.integers(0, 6))
    for _ in range(steps):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner = [key for key in keys if isinstance(place[key], (dict, list)) and place[key]]
        if not inner:
            break
        place = place[data.draw(st.sampled_from(inner))]
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    place[data.draw(st.sampled_from(keys))] = data.draw(LEAVES)
    return json.dumps(package)


@given(st.data())
def test_any_value_put_anywhere_in_the_file_gives_a_package_or_our_error(tmp_path_factory, data: st.DataObject):
    file = tmp_path_factory.mktemp("passport") / "datapackage.json"
    file.write_text(with_any_value_anywhere(data), "utf-8")

    try:
        _, problems = read_package(file)
    except CasebookError as error:
        problems = list(error.problems)

    assert all(problem.where and problem.mend for problem in problems)


CELLS = st.sampled_from(["", " ", "5", "-1", "1e400", "nan", "2020", "2020/13", "9999-12-31", "percent", "\ufffd", "é"])


@given(st.data(), st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_passports_and_tables_the_check_ends_in_a_report(
    tmp_path: Path, data: st.DataObject, rows: list[list[str]]
):
    project = Project(tmp_path)
    project.data.mkdir(exist_ok=True)
    (project.data / "datapackage.json").write_text(with_any_value_anywhere(data), "utf-8")
    lines = ["year,basis,share_percent,source_id,note", *(",".join(row) for row in rows)]
    (project.data / "amazon_third_party.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (project.data / "sources.csv").write_text("source_id,title\nA,B\n", "utf-8")

    report = report_on(project, to_the_letter=False)

    assert report.problems
    assert all(problem.where and problem.mend for problem in report.problems)
    assert all(isinstance(report.value(problem), str | None) for problem in report.problems)
