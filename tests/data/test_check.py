"""Each kind of bad table is named with file, line, column, value and mend."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from casebook.data.check import check_data, load_sources, report_on
from casebook.errors import Problem
from casebook.project import Project

AMAZON = "amazon_third_party.csv"
MASKS = "mask_output.csv"
STAKES = "alibaba_stakes.csv"
ORDERS = "marketplace_orders_simulated.csv"


def change(project: Project, name: str, old: str, new: str) -> None:
    file = project.data / name
    text = file.read_bytes().decode("utf-8")
    assert old in text
    file.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def problems_in(project: Project, name: str) -> list[Problem]:
    return [problem for problem in check_data(project) if Path(problem.where.file).name == name]


class Bad(NamedTuple):
    """One change to a sound table, and what a person must be told of it."""

    file: str
    stood: str
    stands: str
    line: int | None
    column: str | None
    what: str
    mend: str


BAD_CELLS = [
    Bad(AMAZON, "2015,value,51", '2015,value,"1,051"', 18, "share_percent", '"1,051" has thousands separators', "write 1051."),
    Bad(AMAZON, "2015,value,51", '2015,value,"51,5"', 18, "share_percent", '"51,5" has a decimal comma', "write 51.5."),
    Bad(AMAZON, "2015,value,51", "2015,value,51%", 18, "share_percent", '"51%" is no number', "write 51 if"),
    Bad(AMAZON, "2015,value,51", "2015,value,half", 18, "share_percent", '"half" is no number', "plain number"),
    Bad(AMAZON, "2015,value,51", "2015,value,NaN", 18, "share_percent", '"NaN" is no number', "leave the cell blank"),
    Bad(AMAZON, "2015,value,51", "2015,value,510", 18, "share_percent", '"510" lies above the maximum, 100', "correct it"),
    Bad(AMAZON, "2015,value,51", "2015,value,-51", 18, "share_percent", '"-51" lies below the minimum, 0', "correct it"),
    Bad(AMAZON, "2015,value,51", "2015.5,value,51", 18, "year", '"2015.5" is no whole number', "whole number"),
    Bad(AMAZON, "2015,value,51", "2015,price,51", 18, "basis", '"price" is none of the values', "add the value"),
    Bad(AMAZON, "2015,value,51", "2015,,51", 18, "basis", "The cell is empty", "write the value, or delete the row"),
    Bad(AMAZON, "2015,value,51", "2014,value,51", 18, "basis", "(year 2014, basis value) stands already in line 17", "delete"),
    Bad(AMAZON, "2015,value,51", "2015, value,51", 18, "basis", '" value" begins or ends with a space', 'write "value".'),
    Bad(AMAZON, "2015,value,51,amazon_letter", "2015,value,51,amazon_leter", 18, "source_id", '"amazon_leter_2018" is no source_id', '"amazon_letter_2018"'),
    Bad(AMAZON, "2015,value,51,amazon_letter_2018", "2015,value,51,qqq", 18, "source_id", '"qqq" is no source_id', "add it to sources.csv"),
    Bad(AMAZON, "2015,value,51", "2015,value,1,051", 18, None, "The row has 6 cells, the header 5: 2015,value,1,051", "thousands"),
    Bad(AMAZON, "2015,value,51,amazon_letter_2018,", "2015,value,51", 18, None, "The row has 3 cells", "source_id, note"),
    Bad(AMAZON, "2015,value,51,amazon_letter_2018,", "", 18, None, "The line is empty", "delete it"),
    Bad(AMAZON, "year,basis,share_percent", "year,basis,share_pct", 1, "share_percent", 'The column "share_percent" is missing', 'instead of "share_pct"'),
    Bad(AMAZON, "year,basis,share_percent", "year,basis,qq", 1, "qq", 'says nothing of the column "qq"', "describe it"),
    Bad(AMAZON, "year,basis", "basis,year", 1, None, "another order", "order them so: year,basis"),
    Bad(AMAZON, "year,basis", "year,year", 1, "year", "stands 2 times", "delete or rename"),
    Bad(MASKS, "2020-02-22", "2020/13", 5, "date", '"2020/13" is no date', "YYYY-MM-DD"),
    Bad(MASKS, "2020-02-22", "2020-02-30", 5, "date", '"2020-02-30" is no date', "that exists"),
    Bad(STAKES, "2016-12", "2016/13", 5, "as_of", '"2016/13" is not written as this column asks', "a year and month"),
    Bad(AMAZON, "2015,value,51,amazon_letter_2018,", "2015,value,51,,", 18, "source_id", "The row has no source", "name the source"),
    Bad(AMAZON, "2015,value,51", "2015,value,12 345", 18, "share_percent", '"12 345" has thousands separators', "write 12345."),
    Bad(MASKS, "2020-02-22", "2031-02-22", 5, "date", '"2031-02-22" was still to come', "a forecast says so"),
    Bad(STAKES, "2016-12", "2031-12", 5, "as_of", '"2031-12" was still to come', "a forecast says so"),
    Bad(STAKES, "YTO Express,2016-12", "YTO express,2016-12", 5, "company", '"YTO express" is none of the values', "correct it"),
    Bad("logistics_models.csv", "42,million_packages", "42,packages", None, "unit", '"packages" is another unit than the rest', "million_packages"),
    Bad("express_parcels.csv", "2021,108.3", "2021,108300", None, "parcels_billion", "times larger than its neighbours", "billions of parcels"),
    Bad(ORDERS, "order-003", "order-002", 4, "order_id", "(order_id order-002) stands already in line 3", "delete"),
    Bad("sources.csv", "weak", "dubious", None, "grade", '"dubious" is none of the values', "correct it"),
    Bad("sources.csv", "xinhua_2024", "xinhua_2025", None, "source_id", 'No row of any table comes from the source "xinhua_2025"', "delete"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_CELLS, ids=lambda bad: bad.what)
def test_a_bad_cell_is_named_with_file_line_column_value_and_mend(spoilt: Project, bad: Bad):
    change(spoilt, bad.file, bad.stood, bad.stands)

    found = [each for each in problems_in(spoilt, bad.file) if bad.what in each.what]

    assert len(found) == 1
    assert found[0].where.column == bad.column
    assert bad.line is None or found[0].where.line == bad.line
    assert bad.mend in found[0].mend


def test_several_problems_of_several_tables_come_in_one_report(spoilt: Project):
    change(spoilt, AMAZON, "2015,value,51", "2014,value,51%")
    change(spoilt, AMAZON, "2013,value,46,amazon_letter_2018", "2013,value,46,nobody")
    change(spoilt, MASKS, "2020-02-22", "2020/13")
    change(spoilt, "datapackage.json", '"unit": "percent", ', "")

    places = {(Path(each.where.file).name, each.where.line, each.where.column) for each in check_data(spoilt)}

    passports = (spoilt.data / "datapackage.json").read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(passports, start=1) if '"share_percent"' in text)
    assert {
        (AMAZON, 16, "source_id"),
        (AMAZON, 18, "basis"),
        (AMAZON, 18, "share_percent"),
        (MASKS, 5, "date"),
        ("datapackage.json", line, "share_percent"),
    } <= places


def test_everything_that_can_go_wrong_at_once_comes_in_one_report(spoilt: Project):
    revenue = spoilt.data / "express_revenue.csv"
    revenue.write_bytes(revenue.read_bytes().replace(b"a report in Japanese", b"a report \xe9 Japanese"))
    change(spoilt, AMAZON, "2015,value,51", '2015,value,"1,051"')
    change(spoilt, "logistics_models.csv", "42,million_packages", "42,packages")
    change(spoilt, "taobao_ebay_share.csv", "2005,Paipai", "2005,1pai")
    change(spoilt, STAKES, "alizila_2016", "")
    change(spoilt, MASKS, "2020-02-22", "2020/13")

    report = report_on(spoilt)

    found = {
        (report.table(each), each.where.line, each.where.column, report.value(each))
        for each in report.problems
        # Not: passports with another hash, and sources that no row names any more.
        if report.table(each) not in {None, "sources"}
    }
    assert found == {
        ("express_revenue", 2, "note", None),
        ("amazon_third_party", 18, "share_percent", "1,051"),
        ("logistics_models", 20, "unit", "packages"),
        ("taobao_ebay_share", 5, "basis", "survey of traders, 3 cities"),
        ("alibaba_stakes", 3, "source_id", ""),
        ("mask_output", 5, "date", "2020/13"),
    }
    assert all(each.mend for each in report.problems)


def test_one_unknown_source_in_many_rows_is_one_problem_with_all_its_lines(spoilt: Project):
    file = spoilt.data / AMAZON
    lines = file.read_text("utf-8").splitlines(keepends=True)
    bad = [
        line.replace("amazon_letter_2018", "unknown_letter") if n in {2, 3, 6} else line for n, line in enumerate(lines)
    ]
    file.write_text("".join(bad), "utf-8")

    (problem,) = (each for each in problems_in(spoilt, AMAZON) if "unknown_letter" in each.what)

    assert problem.where.line == 3
    assert "So in 3 rows: lines 3-4, 7." in problem.what


def test_what_a_source_column_must_be_is_said(spoilt: Project):
    change(
        spoilt, "datapackage.json", 'a row of sources.csv", "constraints": {"required": true}', 'a row of sources.csv"'
    )

    (problem,) = problems_in(spoilt, "datapackage.json")

    assert problem.what == 'A row of "amazon_third_party" may be without a source.'


def test_a_report_counts_tables_rows_sources_and_grades(spoilt: Project):
    report = report_on(spoilt)

    files = [file for file in spoilt.data.glob("*.csv") if file.stem != "sources"]
    assert (report.tables, report.rows) == (len(files), sum(len(pd.read_csv(file)) for file in files))
    sources = pd.read_csv(spoilt.data / "sources.csv")
    assert report.sources == len(sources)
    assert report.grades == sources["grade"].value_counts().to_dict()
    assert report.verdicts == {}


def test_a_report_finds_the_table_and_the_cell_of_a_problem(spoilt: Project):
    change(spoilt, AMAZON, "2015,value,51", "2015,value,51%")

    report = report_on(spoilt)

    found = {(report.table(each), report.value(each)) for each in report.problems}
    assert found == {("amazon_third_party", "51%"), (None, None)}


def test_problems_come_in_the_order_of_files_and_lines(spoilt: Project):
    change(spoilt, AMAZON, "2018,value,58", "2018,value,x")
    change(spoilt, AMAZON, "2001,value,6", "2001,value,x")

    lines = [each.where.line for each in problems_in(spoilt, AMAZON)]

    assert lines == [4, 21]


def test_lines_are_counted_as_an_editor_does_after_a_cell_of_two_lines_and_an_empty_line(spoilt: Project):
    change(spoilt, AMAZON, "amazon_letter_2018,\n2000", 'amazon_letter_2018,"two\nlines"\n\n2000')
    change(spoilt, AMAZON, "2015,value,51", "2015,value,x")

    problem = next(each for each in problems_in(spoilt, AMAZON) if '"x"' in each.what)

    assert (spoilt.data / AMAZON).read_text("utf-8").splitlines()[problem.where.line - 1].startswith("2015,value,x")


def test_a_table_that_is_not_utf_8_is_named_with_line_and_words(spoilt: Project):
    file = spoilt.data / AMAZON
    file.write_bytes(file.read_bytes().replace(b"given as roughly", b"donn\xe9 as roughly"))

    problem = problems_in(spoilt, AMAZON)[0]

    assert (problem.where.line, problem.where.column) == (22, "note")
    assert "byte 0xe9" in problem.what
    assert "donn" in problem.what
    assert problem.mend == "save the file with the encoding UTF-8."


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        (b"\xef\xbb\xbfyear,basis\n", 1, "byte order mark"),
        (b"year,basis\r\n2015,value\r\n", 1, "CR instead of LF"),
        (b'year,basis\n2015,"value\n', 2, "no sound CSV"),
        (b"year,basis\n2015,value", 2, "no line break"),
        (b"", 1, "no header"),
        (b"year,basis,share_percent,source_id,note\n", 1, "no rows"),
        (b"year,basis\n2015,val\x00ue\n", 2, "is no"),
    ],
)
def test_a_file_that_is_no_plain_csv_is_named_with_its_line(spoilt: Project, content: bytes, line: int, what: str):
    (spoilt.data / AMAZON).write_bytes(content)

    found = [(each.where.line, each.what) for each in problems_in(spoilt, AMAZON) if each.mend]

    assert any(at == line and what in text for at, text in found), found


def test_a_column_of_text_without_a_value_is_named(spoilt: Project):
    file = spoilt.data / "amazon_sales.csv"
    file.write_text(file.read_text("utf-8").replace('"as given by Amazon, not by eBay"', ""), "utf-8")

    (problem,) = problems_in(spoilt, "amazon_sales.csv")

    assert str(problem.where).endswith("amazon_sales.csv:1 (column note)")
    assert "blank in every row" in problem.what


def test_a_file_without_a_passport_and_a_passport_without_a_file_are_named(spoilt: Project):
    (spoilt.data / AMAZON).rename(spoilt.data / "amazon_renamed.csv")

    problems = check_data(spoilt)

    assert [(Path(each.where.file).name, each.what) for each in problems] == [
        ("amazon_renamed.csv", "The file has no passport."),
        (AMAZON, "The table cannot be read: No such file or directory."),
    ]


def test_a_table_that_changed_after_it_was_stamped_is_named_in_its_passport(spoilt: Project):
    change(spoilt, AMAZON, "2015,value,51", "2015,value,52")

    (problem,) = check_data(spoilt)

    passport = (spoilt.data / "datapackage.json").read_text("utf-8").splitlines()
    assert passport[problem.where.line - 1].strip().startswith('"hash"')
    assert "is not the file that was stamped" in problem.what
    assert "casebook data stamp amazon_third_party" in problem.mend


def test_only_the_tables_that_are_named_are_checked(spoilt: Project):
    change(spoilt, AMAZON, "2015,value,51", "2015,value,x")
    change(spoilt, "datapackage.json", '"unit": "percent", ', "")

    assert check_data(spoilt, ("express_parcels",)) == []
    assert {Path(each.where.file).name for each in check_data(spoilt, ("amazon_third_party",))} == {
        AMAZON,
        "datapackage.json",
    }


def test_an_unknown_table_is_answered_with_the_near_ones(spoilt: Project):
    (problem,) = check_data(spoilt, ("express_parcel",))

    assert 'no table "express_parcel" (near it: express_parcels' in problem.what


def test_a_folder_without_passports_is_a_problem_and_not_an_error(tmp_path: Path):
    report = report_on(Project(tmp_path))

    assert "cannot be read: No such file or directory" in report.problems[0].what


def test_sources_are_read_whole(project: Project):
    letter = next(source for source in load_sources(project) if source.source_id == "amazon_letter_2018")

    assert (letter.publisher, letter.published, letter.grade) == ("Amazon", "2019-04-11", "primary")
