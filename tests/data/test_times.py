from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.data.model import Field
from casebook.data.times import first_day, says_when


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020", date(2020, 1, 1)),
        ("2020-08", date(2020, 8, 1)),
        ("2020-Q3", date(2020, 7, 1)),
        ("2020-H2", date(2020, 7, 1)),
        ("2020-02-29", date(2020, 2, 29)),
        ("2019-Q4/2020-Q1", date(2020, 1, 1)),
    ],
)
def test_a_time_begins_on_its_first_day(text: str, day: date):
    assert first_day(text) == day


@pytest.mark.parametrize(
    "text", ["", "2020/13", "2020-13", "2020-02-30", "2020-Q5", "2020-8", "20-08", "August 2020", "2021/2020", "2020/"]
)
def test_what_is_no_time_has_no_first_day(text: str):
    assert first_day(text) is None


@given(st.dates(date(1500, 1, 1)))
def test_every_day_is_read_as_it_is_written(day: date):
    assert first_day(day.isoformat()) == day


@given(st.text(max_size=12))
def test_any_text_is_a_time_or_none(text: str):
    assert first_day(text) is None or text[:4].isdigit()


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field("anything", "date", ""), True),
        (Field("period", "string", ""), True),
        (Field("listing_date", "string", ""), True),
        (Field("joined_on", "date", ""), True),
        (Field("based_on", "string", ""), False),
        (Field("day", "string", ""), False),
        (Field("fiscal_year", "integer", "", unit="year"), True),
        (Field("age", "integer", "", unit="years of a firm"), False),
        (Field("share", "number", "", unit="percent"), False),
        (Field("company", "string", ""), False),
    ],
)
def test_a_column_says_when_by_its_type_unit_or_name(field: Field, expected: bool):
    assert says_when(field) is expected
