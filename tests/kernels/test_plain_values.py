import json
import math
import subprocess
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from io import StringIO
from pathlib import PosixPath, PurePosixPath
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.kernels.plain_values import CannotCrossError, NotPlainDataError, PlainLimits, decode, encode


def crossed(value):
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


def parts(value):
    """A value taken apart, so that what is equal to others but not the same can be told from them."""
    if isinstance(value, dict):
        return [parts(pair) for pair in value.items()]
    if isinstance(value, list | tuple | deque):
        return [type(value).__name__, *map(parts, value)]
    if isinstance(value, set | frozenset):
        return sorted((parts(each) for each in value), key=repr)
    if isinstance(value, datetime | time):
        return [value.replace(tzinfo=None), value.fold, repr(value.tzinfo)]
    # NaN is NaN, and 0.0 is not -0.0; Python writes no integers of that length.
    return value if isinstance(value, int) else repr(value)


def is_same(one, other):
    """Whether two values are equal and of the same types, all the way down."""
    return type(one) is type(other) and repr_of_types(one) == repr_of_types(other) and parts(one) == parts(other)


def repr_of_types(value):
    within = value.items() if isinstance(value, dict) else value if isinstance(value, list | tuple | deque) else ()
    return [type(value).__name__, *map(repr_of_types, within)]


ANY_TEXT = st.text(st.characters(codec=None))
ZONES = st.one_of(
    st.none(),
    st.just(UTC),
    st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(timezone),
    st.just(timezone(timedelta(hours=1), "a name")),
    st.sampled_from(["Europe/London", "Asia/Shanghai", "UTC"]).map(ZoneInfo),
)
HASHABLE = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(2**300), 2**300),
        st.floats(),
        st.complex_numbers(),
        ANY_TEXT,
        st.binary(),
        st.dates(),
        st.times(timezones=ZONES),
        st.datetimes(timezones=ZONES),
        st.timedeltas(),
        # What signals can be no key.
        st.decimals().filter(lambda number: not number.is_snan()),
        st.fractions(),
        st.builds(range, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 9)),
        st.just(...),
        st.sampled_from([int, str, list, ValueError, Counter, type, Decimal]),
        st.sampled_from([PosixPath("/a/b"), PurePosixPath("c")]),
    ),
    lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(inner, max_size=3)),
    max_leaves=3,
)
ANYTHING = st.recursive(
    st.one_of(
        HASHABLE,
        st.binary().map(bytearray),
        st.builds(slice, st.none() | st.integers(), st.none() | st.text(), st.none()),
    ),
    lambda inner: st.one_of(
        st.lists(inner),
        st.tuples(inner, inner),
        st.dictionaries(HASHABLE, inner),
        st.dictionaries(HASHABLE, inner).map(OrderedDict),
        st.dictionaries(HASHABLE, inner).map(lambda items: defaultdict(list, items)),
        st.dictionaries(HASHABLE, st.integers()).map(Counter),
        st.sets(HASHABLE),
        st.lists(inner).map(lambda items: deque(items, 20)),
    ),
    max_leaves=5,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(ANYTHING)
def test_what_goes_over_comes_out_equal_and_of_the_same_types(value):
    assert is_same(crossed(value), value)


@given(st.lists(st.one_of(st.integers(), st.floats())) | st.lists(st.floats()) | st.lists(ANY_TEXT))
def test_lists_of_one_type_and_of_several_come_out_the_same(values):
    assert is_same(crossed(values), values)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        -math.inf,
        -0.0,
        2**63 - 1,
        2**63,
        -(2**63),
        10**5000,
        "\ud83d\ude00",
        "\U0001f600",
        "",
        (),
        {1: "a", "1": "b", (1, 2): "c"},
        {True: 1},
        [True, 1, 1.0],
        datetime(2024, 10, 27, 1, 30, fold=1, tzinfo=ZoneInfo("Europe/London")),
        Decimal("1.10"),
        Decimal("-0"),
        Decimal("sNaN"),
        deque([1], 3),
        defaultdict(None, {1: 2}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_odd_values_come_out_the_same(value):
    assert is_same(crossed(value), value)


def test_views_of_a_dictionary_come_out_as_views():
    named = {"a": 1, "b": [2]}

    keys, values, items = crossed((named.keys(), named.values(), named.items()))

    assert (keys, list(values), list(items)) == (named.keys(), [1, [2]], [("a", 1), ("b", [2])])
    assert [type(each).__name__ for each in (keys, values, items)] == ["dict_keys", "dict_values", "dict_items"]


def test_a_value_that_stands_twice_becomes_two():
    row = [1]

    first, second = crossed([row, row])

    assert first == second == [1]
    assert first is not second


class Text(str):
    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Colour(Enum):
    RED = 1


class Point(NamedTuple):
    x: int


class Liar(type):
    @property
    def __name__(cls):
        raise AssertionError

    def __eq__(cls, other):
        return True

    __hash__ = type.__hash__


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ((each for each in []), "a generator cannot cross; make a list of it: list(...)"),
        (
            iter([]),
            "a list_iterator object cannot cross, because it gives its items only once; make a list of it: list(...)",
        ),
        (sys, "a module cannot cross"),
        (Point, "a class cannot cross"),
        (Point(1), "a Point object cannot cross; make a tuple of it"),
        (Text("a"), "a Text object cannot cross; make a str of it"),
        (Colour.RED, "a Colour object cannot cross"),
        (object(), "an object object cannot cross"),
        (len, "a function cannot cross here"),
        (lambda: 1, "a function cannot cross here"),
        (StringIO(), "an open file cannot cross; read it"),
        (defaultdict(lambda: 1), "a function cannot cross here"),
        (ValueError(1), "a ValueError object cannot cross"),
    ],
)
def test_what_cannot_cross_is_refused_with_a_sentence(value, sentence):
    for within in (value, [value], {"a": (value,)}):
        with pytest.raises(CannotCrossError) as refused:
            encode(within)

        assert str(refused.value) == sentence


def test_no_method_of_a_subclass_runs():
    def runs(self, *words):
        raise AssertionError

    names = ("__eq__", "__hash__", "__len__", "__iter__", "__str__", "__repr__", "__getattribute__", "__reduce_ex__")
    for base in (int, str, list, dict, tuple, float, bytes, date, Decimal):
        kind = type("Own", (base,), dict.fromkeys(names, runs))

        with pytest.raises(CannotCrossError, match="an Own object cannot cross"):
            encode(base.__new__(kind) if base is not date else date.__new__(kind, 2020, 1, 1))


def test_no_method_of_a_class_of_classes_runs():
    odd = Liar("Odd", (), {})

    with pytest.raises(CannotCrossError, match="an Odd object cannot cross"):
        encode(odd())
    with pytest.raises(CannotCrossError, match="a class cannot cross"):
        encode(odd)


def test_a_value_that_contains_itself_is_refused():
    rows, named = [], {}
    rows.append(rows)
    named["a"] = (named,)

    with pytest.raises(CannotCrossError, match="a list that contains itself cannot cross"):
        encode(rows)
    with pytest.raises(CannotCrossError, match="a dict that contains itself cannot cross"):
        encode(named)


def test_values_nested_too_deep_are_refused_on_both_sides():
    deep = []
    for _ in range(49):
        deep = [deep]

    assert is_same(crossed(deep), deep)
    with pytest.raises(CannotCrossError, match="nested more than 50 deep"):
        encode([deep])
    with pytest.raises(NotPlainDataError, match="nested more than 50 deep"):
        decode([deep])


def test_values_that_are_too_large_are_refused():
    few = PlainLimits(items=100, size_bytes=1000)

    assert encode([1] * 98, limits=few)
    with pytest.raises(CannotCrossError, match="a value with more than 100 items cannot cross; keep less of it"):
        encode([1] * 101, limits=few)
    with pytest.raises(CannotCrossError, match="more than 100 items"):
        encode([[1] * 60, {2} | set(range(60))], limits=few)
    for large in ("a" * 1001, ["a" * 501] * 2, b"a" * 1000, 2**4004):
        with pytest.raises(CannotCrossError, match=r"a value larger than 0.001 MB cannot cross; keep less of it"):
            encode(large, limits=few)


def test_what_is_shared_many_times_over_is_refused_in_time():
    laughs = ["ha"] * 10
    for _ in range(30):
        laughs = [laughs] * 10

    with pytest.raises(CannotCrossError, match="a value with more than 20,000 items"):
        encode(laughs, limits=PlainLimits(items=20_000))


def test_no_library_is_loaded_until_a_value_of_it_crosses():
    code = (
        "import sys; from casebook.kernels.functions import FunctionTable; from casebook.kernels.plain_values import *\n"
        "decode(encode([1, {'a': (2.5, b'x')}, len], functions=FunctionTable()), call=print)\n"
        "print({'numpy', 'pandas', 'altair'} & set(sys.modules))"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ran.stdout, ran.stderr) == ("set()\n", "")
