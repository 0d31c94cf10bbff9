"""Where pandas would read something else than the passport says, a person is told."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas._libs.parsers import STR_NA_VALUES

from casebook.data import reading
from casebook.data.check import check_data
from casebook.project import Project

from .conftest import field


def said(project: Project) -> list[tuple[int | None, str | None, str]]:
    return [(each.where.line, each.where.column, each.what) for each in check_data(project)]


def test_the_words_for_a_missing_value_are_those_of_pandas():
    assert set(reading._MISSING) == set(STR_NA_VALUES) - {""}


@pytest.mark.parametrize("word", ["NA", "None", "null", "n/a"])
def test_a_word_that_pandas_takes_for_a_missing_value_is_named(one_table: Callable[..., Project], word: str):
    (found,) = said(one_table(["country"], [field("country")], ["KEN", word]))

    assert found == (3, "country", f'"{word}" is text here, but pandas reads it as a missing value.')


@pytest.mark.parametrize(("cells", "guess"), [(["007", "010"], "numbers"), (["true", "False"], "true and false")])
def test_text_that_pandas_reads_as_something_else_is_named(
    one_table: Callable[..., Project], cells: list[str], guess: str
):
    (found,) = said(one_table(["code"], [field("code")], cells))

    assert found == (
        1,
        "code",
        f'The column "code" is text in its passport, but pandas reads {guess}, as in "{cells[0]}".',
    )


def test_a_whole_number_that_may_be_blank_becomes_a_decimal(one_table: Callable[..., Project]):
    shops = field("shops", "integer", "shops", required=False)

    (found,) = said(one_table(["name"], [field("name"), shops], ["a,5", "b,"]))

    assert found[:2] == (3, "shops")
    assert "pandas reads the whole numbers of this column as decimals" in found[2]


@pytest.mark.parametrize(
    ("cell", "mend"),
    [
        ("阿里巴巴".encode().decode("latin-1"), 'write "阿里巴巴".'),
        ("SÃ£o Paulo", 'write "São Paulo".'),
        ("Cafeâ€¦", 'write "Cafe…".'),
        ("\ufffdber", "as the source has it"),
        ("微信 SÃ£o", "as the source has it"),
    ],
)
def test_text_that_was_read_with_a_wrong_encoding_is_named(one_table: Callable[..., Project], cell: str, mend: str):
    (problem,) = check_data(one_table(["name"], [field("name")], [cell]))

    assert (problem.where.line, problem.where.column) == (2, "name")
    assert "wrong encoding" in problem.what
    assert mend in problem.mend


@pytest.mark.parametrize(
    "cell", ["São Paulo", "über", "阿里巴巴", "façade", "Citroën", "50 €", "ÂGE", "naïve", "Ørsted"]
)
def test_letters_of_other_languages_are_left_alone(one_table: Callable[..., Project], cell: str):
    assert said(one_table(["name"], [field("name")], [cell])) == []


@given(st.text(st.characters(categories=["L", "N"])).filter(lambda text: not text.isascii()))
def test_any_text_that_was_garbled_is_given_back(text: str):
    assert reading.meant_by(text.encode("utf-8").decode("latin-1")) == text


@given(st.lists(st.sampled_from(["1", "2.5", "-3", "x", "true", "KEN", "1e5", "0x1"]), min_size=1, max_size=4))
def test_a_text_column_is_named_exactly_if_pandas_reads_no_text(cells: list[str]):
    frame = pd.read_csv(io.StringIO("\n".join(["code", *cells]) + "\n"))

    numbers = all(reading._NUMBER.fullmatch(cell) for cell in cells)
    flags = all(reading._is_flag(cell) for cell in cells)

    assert (frame["code"].dtype != "str") is (numbers or flags)
