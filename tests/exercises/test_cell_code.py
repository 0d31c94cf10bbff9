"""What code says by its syntax: what it asserts, reads and binds. Words in comments and texts say nothing."""

from __future__ import annotations

import pytest

from casebook.exercises.cell_code import assertions, bound_names, files_read, parsed, same_code


def asserted(source: str) -> list[str]:
    return [each.constant for each in assertions(parsed(source))]


@pytest.mark.parametrize(
    "source",
    [
        "assert x",
        "assert x == 1, 'why'",
        "if x != 1:\n    raise ValueError('no')",
        "if x != 1:\n    assert False, 'no'",
        "assert_frame_equal(x, wanted)",
        "pd.testing.assert_series_equal(x, y)",
        "np.testing.assert_allclose(x, 1)",
        "chart_checks.assert_chart(x)",
        "unittest.TestCase().assertEqual(x, 1)",
        "with pytest.raises(ValueError):\n    f(1)",
        "pytest.fail(f'{x}')",
        "def check(v):\n    assert v\ncheck(x)",
        "%matplotlib inline\nassert x",
        "points = 2 * (x == 1)\npoints",
        "2 if x == 1 else 0",
        "sum([x == 1, y == 2]) / 2",
        "await f()\nassert x",
    ],
)
def test_what_may_fail_or_give_part_of_the_points_is_a_test(source):
    assert "" in asserted(source)


@pytest.mark.parametrize(
    "source",
    ["print(x)", "# assert x", "'assert x'", "'''\nassert x\n'''", "x == 1", "x is None", "x.head()", "", "3"],
)
def test_what_only_shows_or_speaks_of_tests_is_none(source):
    assert asserted(source) == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("assert True", "it asserts a constant"),
        ("assert 1 == 1", "it asserts a constant"),
        ("assert 'x' in 'xy', why", "it asserts a constant"),
        ("assert (x == 1, 'why')", "it asserts a pair in parentheses, which is always true"),
        ("assert_equal(1, 1)", "it is given constants only"),
    ],
)
def test_what_can_never_depend_on_an_answer_is_told(source, why):
    assert asserted(source) == [why]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("pd.read_csv('a.csv')", ["a.csv"]),
        ("read_csv(filepath_or_buffer='a.csv')", ["a.csv"]),
        ("with open('a.txt') as f: pass", ["a.txt"]),
        ("json.load(open('a.json', encoding='utf-8'))", ["a.json"]),
        ("Path('data/a.csv').read_text()", ["data/a.csv"]),
        ("pd.read_excel('a.xlsx', 'Sheet 1')", ["a.xlsx"]),
        ("alt.Chart('a.json')", ["a.json"]),
        ("open('out.txt', 'w')", []),
        ("open('out.txt', mode='a')", []),
        ("table.to_csv('out.csv')", []),
        ("pd.read_csv(name)", []),
        ("pd.read_csv(f'{name}.csv')", []),
        ("pd.read_csv('https://example.org/a.csv')", []),
        ("print('a.csv')", []),
        ("# pd.read_csv('a.csv')", []),
    ],
)
def test_files_are_those_that_a_reading_call_names(source, names):
    assert [name for name, _ in files_read(parsed(source))] == names


def test_names_are_bound_at_the_top_level_and_not_by_imports_or_inside_functions():
    source = (
        "import a\nfrom b import c\nx = 1\ny, (z, *w) = v\nfor i in x:\n    j = i\n"
        "def f(p):\n    q = p\nclass K:\n    m = 1\nn = [o for o in x]\nwith x as s:\n    pass\nt += 1\n(u := 2)\n"
    )

    assert set(bound_names(parsed(source))) == {"x", "y", "z", "w", "i", "j", "f", "K", "n", "s", "t", "u"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x=1  # one", True),
        ("x = 'a'", 'x = ("a")', True),
        ("x = 1", "x = 2", False),
        ("x = 1", "y = 1", False),
        ("x = (", "x = (", True),
        ("x = (", "x = 1", False),
        ("%%bash\nls", "%%bash\nls\n", True),
    ],
)
def test_code_is_the_same_if_only_its_layout_differs(one, other, same):
    assert same_code(one, other) is same


def test_what_is_no_python_is_told_with_its_line():
    with pytest.raises(SyntaxError) as caught:
        parsed("x = 1\n!ls\ny = (")

    assert caught.value.lineno == 3
    assert parsed("%%html\n<b>") is None
