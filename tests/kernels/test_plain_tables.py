import json
import time
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_index_equal, assert_series_equal

from casebook.kernels.plain_values import CannotCrossError, NotPlainDataError, decode, encode


def crossed(value):
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


FEW = st.integers(-3, 3) | st.none()
DAYS = ["2020-01-01", "2020-07-01 12:00", "1700-05-06"]
COLUMNS = {
    "int64": [1, -2, 2**62],
    "uint8": [0, 1, 255],
    "float32": [1.5, np.nan, -0.0],
    "bool": [True, False, True],
    "complex128": [1j, np.nan, 0],
    "object": [(1, [2]), None, "a"],
    "str": ["a", None, "é"],
    "string": ["a", None, ""],
    "Int64": [1, None, 2**62],
    "UInt8": [1, None, 255],
    "Float64": [1.5, None, 2.0],
    "boolean": [True, None, False],
    "category": ["a", None, "b"],
    "datetime64[s]": DAYS,
    "datetime64[ns]": [*DAYS[:2], None],
    "datetime64[us, Europe/London]": DAYS,
    "datetime64[ns, UTC]": [*DAYS[:2], None],
    "datetime64[ms, UTC+02:00]": DAYS,
    "timedelta64[us]": [timedelta(1), None, timedelta(-1)],
    "period[Q-DEC]": ["2020Q1", None, "1950Q3"],
    "interval[int64, left]": [pd.Interval(1, 2, "left"), pd.Interval(5, 9, "left"), pd.Interval(0, 0, "left")],
}


def column(dtype):
    return pd.Series(COLUMNS[dtype], name="n", index=["x", "y", "x"]).astype(dtype)


@pytest.mark.parametrize("dtype", COLUMNS)
def test_a_column_comes_out_with_its_type_its_values_and_its_gaps(dtype):
    series = column(dtype)

    out = crossed(series)

    assert str(series.dtype).startswith(dtype.partition("64[us,")[0])
    assert_series_equal(out, series, check_freq=True)
    assert out.dtype == series.dtype
    assert type(out.array) is type(series.array)
    assert out.isna().tolist() == series.isna().tolist()


@pytest.mark.parametrize("dtype", COLUMNS)
def test_an_index_comes_out_with_its_type(dtype):
    index = pd.Index(column(dtype).array, name=("a", 1))

    out = crossed(index)

    assert_index_equal(out, index, exact=True)
    assert type(out) is type(index)


@pytest.mark.parametrize("dtype", COLUMNS)
def test_columns_without_rows_keep_their_type(dtype):
    empty = column(dtype).iloc[:0]

    assert_series_equal(crossed(empty), empty)


@pytest.mark.parametrize("dtype", COLUMNS)
def test_an_array_of_pandas_comes_out_by_itself(dtype):
    array = column(dtype).array

    out = crossed(array)

    assert type(out) is type(array)
    assert_series_equal(pd.Series(out), pd.Series(array))


ALL = pd.DataFrame({dtype: column(dtype).array for dtype in COLUMNS})


@pytest.mark.parametrize(
    "table",
    [
        ALL,
        ALL.set_index(["int64", "category", "datetime64[us, Europe/London]"]),
        ALL.set_axis(pd.MultiIndex.from_product([["top"], ALL.columns], names=["a", None]), axis=1),
        ALL[["bool", "bool", "str"]],
        ALL.set_axis(range(len(ALL.columns)), axis=1),
        ALL.rename_axis(index="rows", columns="names"),
        ALL.iloc[::-1],
        ALL.iloc[:, :1].T,
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame(columns=["a", "b"]),
        pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2020", periods=2, freq="MS")),
        pd.DataFrame({"a": [1, 2]}, index=pd.date_range("2020", periods=2, freq="W-MON", tz="Asia/Shanghai")),
        pd.DataFrame({"a": [1, 2]}, index=pd.timedelta_range("1h", periods=2, freq="90min")),
        pd.DataFrame({"a": [1, 2], "b": [1, 2]}, index=pd.RangeIndex(9, 1, -4, name="down")),
        pd.DataFrame({"a": [1], "b": [[pd.DataFrame({"c": [1]})]]})[["a"]],
        ALL.groupby("str").agg({"int64": ["sum", "mean"]}),
        ALL["str"].value_counts().to_frame(),
        ALL[["uint8", "Int64", "str"]].describe(include="all"),
        pd.crosstab(ALL["str"], ALL["bool"], dropna=False),
        pd.cut(pd.Series([1, 5, 9]), 3).to_frame(),
    ],
)
def test_a_table_comes_out_with_its_index_its_names_and_its_types(table):
    out = crossed(table)

    assert type(out) is pd.DataFrame
    assert_frame_equal(out, table, check_freq=True, check_column_type=True)
    assert out.dtypes.tolist() == table.dtypes.tolist()
    assert out.columns.names == table.columns.names


def test_a_table_that_came_out_can_be_worked_with():
    out = crossed(ALL)

    out["new"] = out["int64"] * 2
    out.loc[0, "str"] = "changed"

    assert out["new"].tolist()[:2] == [2, -4]
    assert out.loc[0, "str"] == "changed"
    assert out.groupby("category", observed=True)["int64"].sum().to_dict() == {"a": 1, "b": 2**62}


@pytest.mark.parametrize(
    "value",
    [
        pd.NA,
        pd.NaT,
        pd.Timestamp("2020-01-01 12:00:00.123456789"),
        pd.Timestamp("0005-01-01").as_unit("s"),
        pd.Timestamp(2024, 10, 27, 1, 30, tz=ZoneInfo("Europe/London"), fold=1),
        pd.Timestamp("2020-01-01", tz=UTC),
        pd.Timestamp("2020-07-01", tz=timezone(timedelta(hours=-3))),
        pd.Timedelta("-1 days 3 ns"),
        pd.Timedelta(3, unit="s").as_unit("s"),
        pd.Period("2020-03", "M"),
        pd.Period("2020-03-01", "W-TUE"),
        pd.Interval(1, 2.5, "both"),
        pd.Interval(pd.Timestamp("2020"), pd.Timestamp("2021"), "left"),
    ],
    ids=repr,
)
def test_single_values_of_pandas_come_out_the_same(value):
    out = crossed(value)

    assert type(out) is type(value)
    assert repr(out) == repr(value)
    if value is pd.NA or value is pd.NaT:
        assert out is value
    else:
        assert out == value
        assert getattr(out, "unit", None) == getattr(value, "unit", None)
        assert getattr(out, "fold", None) == getattr(value, "fold", None)


@given(
    st.lists(st.tuples(FEW, st.text(max_size=3) | st.none(), st.floats(), st.lists(FEW, max_size=2)), max_size=5),
    st.sampled_from([None, "a", 1, ("a", None)]),
)
def test_any_table_of_numbers_texts_and_objects_comes_out_the_same(rows, name):
    table = pd.DataFrame(rows, columns=["whole", "text", "real", "list"]).astype({"whole": "Int64"})
    table.index.name = name

    assert_frame_equal(crossed(table), table)


def test_division_by_zero_in_a_column_that_knows_gaps_comes_out_the_same():
    divided = pd.Series([0.0, 1.0, None], dtype="Float64") / 0

    assert_series_equal(crossed(divided), divided)


def test_that_dates_are_evenly_spaced_is_kept_only_if_it_is_simple():
    dates = pd.date_range("2020", periods=3, freq=pd.DateOffset(months=1))

    assert crossed(dates).tolist() == dates.tolist()
    assert crossed(dates).freq is None
    assert crossed(pd.date_range("2020", periods=3, freq="2QS-FEB")).freqstr == "2QS-FEB"


class OwnTable(pd.DataFrame):
    pass


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (OwnTable({"a": [1]}), "an OwnTable object cannot cross; make a DataFrame of it"),
        (ALL.groupby("str"), "a grouped table cannot cross; aggregate it"),
        (ALL.groupby("str")["bool"], "a grouped column cannot cross; aggregate it"),
        (ALL.rolling(2), "a Rolling object cannot cross"),
        (pd.Series([len]), "a function cannot cross here"),
        (pd.Series(pd.arrays.SparseArray([1, 0])), "a SparseArray object cannot cross"),
        (pd.Series([1], name=len), "a function cannot cross here"),
        (pd.offsets.MonthEnd(), "a MonthEnd object cannot cross"),
        (pd.RangeIndex(10**12), "an index that is longer than any column can be cannot cross"),
    ],
)
def test_what_is_no_plain_table_is_refused(value, words):
    with pytest.raises(CannotCrossError, match=words):
        encode(value)


SERIES = encode(pd.Series([1, 2], name="a"))
TEXTS = encode(pd.Series(["a", None]).array)
DATES = encode(pd.date_range("2020", periods=2, freq="D"))


@pytest.mark.parametrize(
    "data",
    [
        SERIES | {"index": [1, 2]},
        SERIES | {"index": encode(pd.RangeIndex(3))},
        SERIES | {"index": {"kind": "pandas RangeIndex", "items": [0, 10**12, 1], "name": None}},
        SERIES | {"index": {"kind": "pandas RangeIndex", "items": [0, 2, 0], "name": None}},
        SERIES | {"array": [1, 2]},
        SERIES | {"array": encode(np.zeros((2, 2)))},
        SERIES | {"name": []},
        TEXTS | {"gaps": [7]},
        TEXTS | {"gaps": [True]},
        TEXTS | {"items": [1]},
        TEXTS | {"storage": "nowhere"},
        DATES | {"freq": "h"},
        DATES | {"freq": "nonsense"},
        DATES | {"freq": "__import__('os')"},
        encode(pd.Categorical(["a"])) | {"codes": encode(np.array([7]))},
        encode(pd.Categorical(["a"])) | {"categories": encode(pd.Index(["a", "a"]))},
        encode(pd.interval_range(0, 2)) | {"array": None},
        encode(pd.MultiIndex.from_tuples([(1, 2)])) | {"names": []},
        encode(pd.Timestamp("2020")) | {"zone": 3},
        encode(pd.Timestamp("2020", tz="Europe/London")) | {"zone": {"kind": "ZoneInfo", "key": "../../etc/passwd"}},
        encode(pd.Interval(1, 2)) | {"items": [2, 1, "left"]},
        encode(ALL) | {"arrays": []},
    ],
)
def test_a_table_that_is_not_what_it_says_is_refused(data):
    with pytest.raises(NotPlainDataError, match="This is not plain data: "):
        decode(json.loads(json.dumps(data)))


def test_a_table_of_ten_thousand_rows_crosses_in_a_moment():
    rows, draw = 10_000, np.random.default_rng(1)
    table = pd.DataFrame({f"number {place}": draw.random(rows) for place in range(7)})
    table = table.assign(text=draw.choice(["a", "b", None], rows), day=pd.date_range("2000", periods=rows), whole=1)
    seconds = []

    for _ in range(5):
        began = time.perf_counter()
        out = decode(encode(table))
        seconds.append(time.perf_counter() - began)

    assert_frame_equal(out, table)
    # Measured: 0.01. Other programs may run on this machine.
    assert min(seconds) < 0.1


def test_a_table_that_somebody_damaged_is_refused():
    table = pd.DataFrame({"a": [1, 2]})
    table._mgr = None

    with pytest.raises(CannotCrossError, match="a DataFrame cannot cross, because it is damaged"):
        encode(table)
