"""Class lists as spreadsheets save them, and ids that cannot be folders."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.errors import CasebookError
from casebook.exercises.variants_class import read_class_list


@pytest.fixture
def listed(tmp_path):
    def read(text: str, encoding: str = "utf-8") -> list[str]:
        (tmp_path / "students.csv").write_bytes(text.encode(encoding))
        return read_class_list(tmp_path / "students.csv")

    return read


@pytest.mark.parametrize(
    "text",
    [
        "student_id\nada\nben\n",
        "id\nada\nben",
        "name,student_id,group\nAda,ada,1\nBen,ben,2\n",
        "id,student_id\n1,ada\n2,ben\n",
        "Name;Student_ID;Group\r\nAda;ada;1\r\nBen;ben;2\r\n",
        "name\tid\nAda\tada\nBen\tben\n",
        'name,id\n"Lovelace, Ada",ada\n"two\nlines",ben\n',
        "id,name\n ada ,Ada\n\n,\nben,Ben\n",
    ],
)
def test_ids_stand_in_the_column_student_id_or_else_id(listed, text):
    assert listed(text) == ["ada", "ben"]


def test_the_mark_that_excel_puts_first_is_no_part_of_the_columns_name(listed):
    assert listed("student_id\nada\n", "utf-8-sig") == ["ada"]


@pytest.mark.parametrize("student", ["李雷", "ada@example.org", "00417", "d'Arcy", "ada-b_c.d", "x+y"])
def test_any_id_that_a_folder_can_have_is_taken(listed, student):
    assert listed(f"id\n{student}\n") == [student]


@pytest.mark.parametrize(
    ("student", "why"),
    [
        ("../ben", "holds /"),
        ("a\\b", "holds \\"),
        ("c:ada", "holds :"),
        ("..", "begins or ends with a dot"),
        (".hidden", "begins or ends with a dot"),
        ("ada.", "begins or ends with a dot"),
        ("a\x07da", "cannot be printed"),
        ("NUL", "means a device"),
        ("com1.txt", "means a device"),
        ("é" * 101, "is too long"),
    ],
)
def test_an_id_that_is_unsafe_as_a_folder_is_named_with_its_line(listed, student, why, problems_of):
    (problem,) = problems_of(listed, f"id\nada\n{student}\n")

    assert repr(student) in problem.what
    assert why in problem.what
    assert problem.where.line == 3
    assert problem.mend


def test_all_that_is_wrong_is_told_at_once_each_in_one_line(listed, problems_of):
    found = problems_of(listed, "name,id\nAda,ada\nBen,\nEva,a/b\nAda,ada\nAnn,ADA\nKim,kim\n")

    assert [problem.where.line for problem in found] == [3, 4, 5, 6]
    assert [problem.what for problem in found] == [
        "This row has no id.",
        "The id 'a/b' holds /, so it cannot be the name of a folder.",
        "The id 'ada' stands in line 2 already.",
        "The id 'ADA' stands in line 2 already, as 'ada': on many machines, their folders would be one.",
    ]
    assert not any("\n" in problem.what for problem in found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "there is none"),
        ("name,mail\nAda,a@b\n", "there is 'name', 'mail'."),
        ("ada\nben\n", "there is 'ada'."),
        ("id\n", "It lists nobody."),
        ("id,name\n,\n", "It lists nobody."),
    ],
)
def test_a_file_without_ids_says_what_it_has(listed, problems_of, text, what):
    (problem,) = problems_of(listed, text)

    assert what in problem.what


def test_a_file_in_another_encoding_is_named(listed, problems_of):
    (problem,) = problems_of(listed, "id\nada\n", "utf-16")

    assert "Not UTF-8" in problem.what


@given(
    text=st.text() | st.lists(st.text(), max_size=5).map("\n".join), column=st.sampled_from(["", "id\n", "name,id\n"])
)
def test_anything_is_read_or_is_told_as_a_problem(tmp_path_factory, text, column):
    file = tmp_path_factory.getbasetemp() / "anything.csv"
    file.write_bytes((column + text).encode("utf-8", "surrogatepass"))

    try:
        found = read_class_list(file)
    except CasebookError:
        return

    assert found
    assert all(student and "/" not in student and not student.startswith(".") for student in found)
