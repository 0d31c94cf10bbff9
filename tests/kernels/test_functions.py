import functools
import inspect
import json
import linecache
import math
import sys
import time
import traceback
import warnings
from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from casebook.kernels.functions import AnswerError, FunctionTable
from casebook.kernels.plain_values import CannotCrossError, NotPlainDataError, PlainLimits, decode, encode


def through_json(data):
    return json.loads(json.dumps(data, allow_nan=False))


class Sides:
    """A process that keeps functions and one that calls them, with JSON between."""

    def __init__(self):
        self.table = FunctionTable()
        self.asked = []

    def call(self, number, question):
        self.asked.append((number, question))
        return through_json(self.table.answer(through_json(question)))

    def far(self, value):
        return decode(through_json(encode(value, functions=self.table)), call=self.call)


@pytest.fixture
def sides():
    return Sides()


@pytest.fixture
def far(sides):
    return sides.far


# As if it were written in a notebook's cell.
CELL = '''def mean_of(values, digits: int = 2, *more, unit="yuan", **named) -> float:
    """The mean."""
    # It counts.
    return round(sum(values) / len(values), digits)
'''


def written_in_a_notebook(source, name):
    names = {"__name__": "__main__"}
    file = f"<cell {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)  # noqa: S102 - what a notebook does
    return names[name]


def test_a_function_that_crossed_gives_what_the_function_gives(far):
    mean_of = far(written_in_a_notebook(CELL, "mean_of"))

    assert mean_of([1, 2, 2]) == 1.67
    assert mean_of([1, 2, 2], 0) == 2.0
    assert mean_of(values=(1, 2), digits=1) == 1.5


def test_a_function_that_crossed_looks_like_the_function(far):
    real = written_in_a_notebook(CELL, "mean_of")

    mean_of = far(real)

    assert inspect.isfunction(mean_of)
    assert (mean_of.__name__, mean_of.__doc__, mean_of.__module__) == ("mean_of", "The mean.", "__main__")
    assert inspect.signature(mean_of) == inspect.signature(real)
    assert mean_of.__annotations__ == {"digits": int, "return": float}
    assert inspect.getsource(mean_of) == CELL


def test_words_that_python_would_evaluate_do_not_cross(far):
    def own(a: "sys.exit()", b: list[int], *, c=sys) -> "len(sys.path)":
        return 1

    signature = inspect.signature(far(own))

    assert str(signature) == "(a, b, *, c=Ellipsis)"
    assert far(own).__annotations__ == {}


@pytest.mark.parametrize(
    ("function", "arguments", "value"),
    [
        (lambda a: a * 2, (3,), 6),
        (len, ("abc",), 3),
        (math.sqrt, (4,), 2.0),
        (np.sqrt, (4.0,), np.float64(2.0)),
        ("a".upper, (), "A"),
        (str.upper, ("a",), "A"),
        ([3, 1].index, (1,), 1),
        ((3).__add__, (4,), 7),
        (functools.partial(pow, 2), (3,), 8),
        (functools.cache(abs), (-1,), 1),
        (Counter("aab").most_common, (1,), [("a", 2)]),
        (pd.Series([1, 2]).sum, (), np.int64(3)),
    ],
)
def test_callables_of_all_sorts_cross(far, function, arguments, value):
    out = far(function)(*arguments)

    assert out == value
    assert type(out) is type(value)


def test_a_function_within_a_value_and_one_that_a_function_returns_can_be_called(far):
    tools = far({"add": lambda a: lambda b: a + b})

    assert tools["add"](1)(2) == 3


def test_a_function_that_came_from_there_can_go_back(far):
    twice, apply = far((lambda a: a * 2, lambda function, value: function(value)))

    assert apply(twice, 4) == 8
    assert apply(function=twice, value=1) == 2


def test_a_function_of_the_other_side_or_of_another_home_is_refused(far):
    apply = far(lambda function, value: function(value))
    elsewhere = Sides().far(abs)

    for function in (abs, lambda a: a, elsewhere):
        with pytest.raises(CannotCrossError) as refused:
            apply(function, 1)
        assert str(refused.value) == (
            "argument 1 of <lambda>: a function of the test cannot be handed to a function of the notebook"
        )


def test_an_argument_or_a_value_that_cannot_cross_is_named(far):
    with pytest.raises(CannotCrossError, match="argument rows of <lambda>: a generator cannot cross"):
        far(lambda **_: 1)(rows=(row for row in []))
    with pytest.raises(CannotCrossError, match="what <lambda> returns: a generator cannot cross"):
        far(lambda: (row for row in []))()


def raising(error):
    def fails():
        raise error

    return fails


@pytest.mark.parametrize(
    "error",
    [
        KeyError("a"),
        ValueError("one", 2),
        ZeroDivisionError("division by zero"),
        AssertionError(),
        NotImplementedError("not yet"),
        FileNotFoundError(2, "No such file or directory", "a.csv"),
        StopIteration(3),
        UserWarning("careful"),
    ],
    ids=repr,
)
def test_an_exception_of_python_is_raised_as_itself(far, error):
    with pytest.raises(type(error)) as raised:
        far(raising(error))()

    assert type(raised.value) is type(error)
    assert (str(raised.value), raised.value.args) == (str(error), error.args)


def test_an_exception_of_another_type_has_its_name_its_words_and_its_nearest_type(far):
    class TooFewError(LookupError):
        def __str__(self):
            return "too few rows"

    with pytest.raises(LookupError) as raised:
        far(raising(TooFewError(object())))()

    assert isinstance(raised.value, AnswerError)
    assert (type(raised.value).__name__, str(raised.value)) == ("TooFewError", "too few rows")
    assert traceback.format_exception_only(raised.value) == ["TooFewError: too few rows\n"]
    with pytest.raises(ValueError, match="Expecting value"):
        far(json.loads)("?")


def test_a_syntax_error_names_no_file_that_would_be_read(far):
    with pytest.raises(SyntaxError, match="odd words") as raised:
        far(raising(SyntaxError("odd words", ("/etc/passwd", 1, 1, None))))()

    assert raised.value.filename is None


def test_an_exception_that_lies_about_itself_is_raised_all_the_same(far):
    class LyingError(OSError):
        @property
        def args(self):
            raise RuntimeError

        filename = args

    with pytest.raises(AnswerError) as raised:
        far(raising(LyingError("a")))()

    assert (type(raised.value).__name__, str(raised.value)) == ("LyingError", "a")
    assert isinstance(raised.value, OSError)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit("x")], ids=repr)
def test_what_would_end_the_caller_is_an_error_like_others(far, error):
    with pytest.raises(AnswerError) as raised:
        far(raising(error))()

    assert type(raised.value).__name__ == type(error).__name__


def test_an_exception_whose_words_fail_is_raised_without_words(far):
    class OddError(Exception):
        def __str__(self):
            raise RuntimeError

    with pytest.raises(AnswerError, match=r"^$"):
        far(raising(OddError()))()


def test_the_last_place_of_an_exception_is_the_functions_first_line(far):
    fails = far(written_in_a_notebook("def fails(a):\n    b = a\n    return b + 1\n", "fails"))

    with pytest.raises(TypeError) as raised:
        fails("x")

    frames = traceback.extract_tb(raised.value.__traceback__)
    assert [(frame.name, frame.line) for frame in frames[1:]] == [("fails", "def fails(a):")]


def test_what_a_function_prints_is_printed_where_it_is_called(far, capsys):
    def speaks():
        print("one")  # noqa: T201
        print("two", file=sys.stderr)  # noqa: T201
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        far(speaks)()

    assert capsys.readouterr() == ("one\n", "two\n")


def test_a_function_that_prints_without_end_fills_no_memory(sides):
    def speaks():
        for _ in range(300):
            sys.stdout.write("a" * 1000)

    encode(speaks, functions=sides.table)

    assert len(sides.table.answer({"function": 0, "arguments": [], "named": {}})["printed"]) == 100_000


def changes(value):
    """Change whatever it is in a way that it has."""
    if isinstance(value, list | bytearray | deque):
        value.append(7)
    elif isinstance(value, set):
        value.add(7)
    elif isinstance(value, dict):
        value["new"] = 7
        value.pop("old", None)
    elif isinstance(value, pd.DataFrame):
        value.insert(0, "new", 7.5)
        value.index = range(5, 5 + len(value))
    elif isinstance(value, pd.Series):
        value.iloc[0] = 7
        value.name = "changed"
    else:
        value[0] = 7
    return "done"


CHANGING = [
    [1],
    bytearray(b"a"),
    deque([1], 5),
    {1, 2},
    {"old": 1, "kept": 2},
    OrderedDict(old=1, kept=2),
    defaultdict(list, old=1),
    Counter("aab"),
    np.array([1, 2]),
    np.array([[1, 2], [3, 4]], dtype="f4"),
    np.array([[1], None], dtype=object),
    pd.DataFrame({"old": [1, 2]}),
    pd.DataFrame({"old": ["a", None]}, index=["x", "y"]),
    pd.Series([1, 2], name="s"),
]


@pytest.mark.parametrize("value", CHANGING, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("by_name", [False, True])
def test_what_a_function_does_to_its_arguments_is_done_to_those_of_the_caller(far, value, by_name):
    there = decode(encode(value))
    expected = decode(encode(value))
    changes(expected)

    done = far(changes)(value=there) if by_name else far(changes)(there)

    assert done == "done"
    assert json.dumps(encode(there)) == json.dumps(encode(expected))


def test_a_table_that_was_changed_is_still_the_same_object_with_its_notes(far):
    table = pd.DataFrame({"a": [1, 2]})
    table.attrs["source"] = "yearbook"
    kept, column = table, table["a"]

    far(changes)(table)

    assert_frame_equal(kept, pd.DataFrame({"new": [7.5, 7.5], "a": [1, 2]}, index=range(5, 7)))
    assert kept.attrs == {"source": "yearbook"}
    assert_series_equal(column, pd.Series([1, 2], name="a"))


def test_arguments_are_changed_also_if_the_function_fails_afterwards(far):
    def fails(rows):
        rows.clear()
        raise ValueError

    rows = [1]
    with pytest.raises(ValueError, match=r"^$"):
        far(fails)(rows)

    assert rows == []


def test_one_changed_to_a_number_that_is_equal_is_seen(far):
    rows = [1, 2]

    far(lambda rows: rows.__setitem__(0, True))(rows)

    assert rows[0] is True


@pytest.mark.parametrize(
    ("ignored", "quiet"), [((), False), ((DeprecationWarning,), False), ((UserWarning,), False), ((Warning,), True)]
)
def test_who_ignores_all_warnings_asks_for_quiet(sides, far, ignored, quiet):
    with warnings.catch_warnings():
        for kind in ignored:
            warnings.simplefilter("ignore", kind)
        far(lambda: 3)()

    assert sides.asked[0][1]["quiet"] is quiet


@pytest.mark.parametrize(("quiet", "outcome"), [(True, "value"), (False, "raised"), ("yes", "raised")])
def test_a_function_that_is_called_quietly_does_not_warn(sides, quiet, outcome):
    def warn():
        # Here, tests make errors of all warnings.
        warnings.warn("A later version does without this.", UserWarning, stacklevel=1)
        return 3

    encode(warn, functions=sides.table)

    answer = sides.table.answer({"function": 0, "arguments": [], "named": {}, "quiet": quiet})

    assert outcome in answer


def test_arguments_that_are_not_changed_do_not_come_back(sides):
    encode(lambda *_, **__: 1, functions=sides.table)

    answer = sides.table.answer(
        {"function": 0, "arguments": [[1], 2, encode({1, 2, "a"})], "named": {"a": encode(pd.DataFrame({"a": [1]}))}}
    )

    assert answer == {"value": 1, "printed": "", "warned": "", "changed": []}


@pytest.mark.parametrize(
    ("value", "change", "sentence"),
    [
        (
            ([1],),
            lambda value: value[0].append(2),
            "changed its argument 1: what changes inside a tuple does not cross",
        ),
        (
            np.zeros(2),
            lambda value: value.resize(3, refcheck=False),
            "changed its argument 1: an array whose shape or type changes does not cross",
        ),
        ([1], lambda value: value.append(iter([])), "changed its argument 1, and now a list_iterator object cannot"),
    ],
)
def test_a_change_that_cannot_cross_is_said(far, value, change, sentence):
    with pytest.raises(CannotCrossError, match=f"<lambda> {sentence}"):
        far(change)(value)


@settings(max_examples=40)
@given(
    st.recursive(
        st.one_of(st.integers(), st.text(), st.floats()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda value: [value])
)
def test_lists_and_dictionaries_changed_there_are_what_they_would_be_here(value):
    def turns(rows):
        rows.reverse()
        for row in rows:
            if isinstance(row, list):
                turns(row)
            elif isinstance(row, dict):
                row["new"] = list(row)

    here, there = decode(encode(value)), decode(encode(value))
    turns(here)
    Sides().far(turns)(there)

    assert encode(there) == encode(here)


@pytest.mark.parametrize(
    "question",
    [
        None,
        [],
        {},
        {"function": 0},
        {"function": 1, "arguments": [], "named": {}},
        {"function": -1, "arguments": [], "named": {}},
        {"function": True, "arguments": [], "named": {}},
        {"function": 0, "arguments": [{"kind": "nothing"}], "named": {}},
        {"function": 0, "arguments": [{"kind": "own function", "function": 5}], "named": {}},
        {"function": 0, "arguments": [], "named": {"a": {"kind": "function", "function": 0}}},
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(sides, question):
    encode(abs, functions=sides.table)

    assert set(sides.table.answer(question)) == {"cannot"}


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"value": {"kind": "nothing"}},
        {"value": 1, "printed": 3},
        {"value": 1, "changed": 3},
        {"value": 1, "changed": [3]},
        {"value": 1, "changed": [{"place": 4, "now": 1}]},
        {"value": 1, "changed": [{"place": True, "now": [1]}]},
        {"value": 1, "changed": [{"place": 0, "now": 1}]},
        {"value": 1, "changed": [{"place": [], "now": 1}]},
        {"raised": 3},
        {"raised": {"base": "SystemExit", "is_base": True, "arguments": [], "type": "a", "message": "b"}},
        {"raised": {"base": "print", "is_base": True, "arguments": [], "type": "a", "message": "b"}},
        {"raised": {"base": "ValueError", "is_base": False, "type": "\x1b[2J", "message": "b"}},
        {"raised": {"base": "ValueError", "is_base": False, "type": "A" * 300, "message": "b"}},
        {"cannot": 3},
    ],
)
def test_an_answer_that_makes_no_sense_is_refused(answer):
    table = FunctionTable()
    ask = decode(encode(abs, functions=table), call=lambda *_: answer)

    with pytest.raises(NotPlainDataError):
        ask([1])


def test_a_function_where_none_is_expected_is_refused():
    with pytest.raises(NotPlainDataError, match="no function is expected"):
        decode(encode(abs, functions=FunctionTable()))


def test_there_are_limits_to_what_is_asked_and_answered():
    table = FunctionTable(PlainLimits(items=10))
    large = decode(encode(lambda: list(range(100)), functions=table), call=lambda _, question: table.answer(question))

    with pytest.raises(CannotCrossError, match="a value with more than 10 items cannot cross"):
        large()


def test_a_function_that_is_mentioned_twice_is_kept_once(sides):
    first, second = encode([abs, abs], functions=sides.table)

    assert first["function"] == second["function"] == 0


def test_a_call_takes_well_under_a_millisecond(far):
    same = far(lambda value: value)
    seconds = []

    for _ in range(50):
        began = time.perf_counter()
        same([1, 2, 3])
        seconds.append(time.perf_counter() - began)

    # Measured: 0.00005, JSON and all.
    assert min(seconds) < 0.001
