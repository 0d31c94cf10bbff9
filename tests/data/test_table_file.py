"""Whatever lies in a file, it is a table or there is a problem with a place and a mend."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.data.table_file import read_table_file


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_table_or_a_problem(tmp_path: Path, content: bytes):
    path = tmp_path / "any.csv"
    path.write_bytes(content)

    file, problems = read_table_file(path)

    assert file is not None or problems
    assert all(each.mend and each.where.line >= 1 for each in problems)
    assert file is None or all(row.line <= content.count(b"\n") + content.count(b"\r") + 1 for row in file.rows)


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"name,city\na,S\xe3o\n", 2, "city"),
        (b'name,city\n"a,b",S\xe3o\n', 2, "city"),
        (b"name,city\na,b\nx\xff,y\n", 3, "name"),
        (b"na\xffme,city\na,b\n", 1, None),
        (b"name\na,b\xff\n", 2, None),
        ("name,city\r\na,b\r\n".encode("utf-16"), 1, None),
        (b"name,city\na,b\r\xffc\n", 2, "name"),
    ],
)
def test_a_byte_that_is_no_utf_8_is_named_with_line_and_column(
    tmp_path: Path, content: bytes, line: int, column: str | None
):
    path = tmp_path / "any.csv"
    path.write_bytes(content)

    file, (problem,) = read_table_file(path)

    assert file is None
    assert (problem.where.line, problem.where.column) == (line, column)
    assert problem.what.startswith("This is not UTF-8 text: byte 0xff") or b"\xe3" in content
