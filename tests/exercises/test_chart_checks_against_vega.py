"""What the checks take a chart to draw is what Vega draws: compared with the marks of real pictures."""

from __future__ import annotations

import html
import itertools
import math
import re
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert

from casebook.exercises.chart_checks import drawn

pytestmark = pytest.mark.slow

MARK = re.compile(r'aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="(?:bar|point)"')

# Halves and holes, figures below zero, and groups of one row and of several.
TABLE = pd.DataFrame(
    {
        "k": ["a", "b", "a", "c", "b", "a", "c", "b", "a"],
        "n": [1.5, None, 3.25, -4.0, 2.0, 12.75, None, 8.5, 3.25],
        "m": [3, 7, 2, 9, 4, 1, 6, 3, 8],
        "year": [2010, 2010, 2011, 2012, 2012, 2013, 2014, 2015, 2015],
    }
)
NUMBERS = ([0.4, 3, 9.9, 12, 17.5, 31], [-40, -3, 2, 77], [1014.5, 1020, 1071, 1099.9], [5])
BINS: list[Any] = [True, {"maxbins": 3}, {"maxbins": 20}, {"step": 7}, {"nice": False}, {"minstep": 5}]
TRANSFORMS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "a comparison": [{"filter": "datum.n > 3"}],
    "a comparison with what may be missing": [{"filter": "datum.n < 3 || datum.m >= 7"}],
    "a comparison that is turned round": [{"filter": "!(datum.m > 3 && datum['k'] !== 'a')"}],
    "a field's range": [{"filter": {"field": "m", "range": [2, 6]}}],
    "a field's least": [{"filter": {"field": "n", "gte": 2}}],
    "one of": [{"filter": {"or": [{"field": "k", "oneOf": ["a", "c"]}, {"field": "year", "equal": 2012}]}}],
    "not missing": [{"filter": {"field": "n", "valid": True}}],
    "a formula": [{"calculate": "datum.m * 2 - datum.year % 7 + (datum.m > 4 ? 1 : -1)", "as": "n"}],
    "a formula with what may be missing": [{"calculate": "datum.n / 4 + 1", "as": "n"}],
    "a formula of functions": [{"calculate": "round(sqrt(datum.m) * 10) + max(datum.m, 3)", "as": "n"}],
    "text put together": [{"calculate": "datum.k + datum.year", "as": "k"}],
    "sums": [
        {
            "aggregate": [{"op": "sum", "field": "n", "as": "n"}, {"op": "mean", "field": "m", "as": "m"}],
            "groupby": ["k", "year"],
        }
    ],
    "sums beside rows": [
        {"joinaggregate": [{"op": "max", "field": "m", "as": "n"}], "groupby": ["k"]},
        {"filter": "datum.m == datum.n"},
    ],
    "folded": [{"fold": ["n", "m"], "as": ["k", "n"]}],
    "folded, then filtered": [
        {"fold": ["m", "year"]},
        {"filter": "datum.key == 'm'"},
        {"calculate": "datum.value", "as": "n"},
    ],
    "bins": [{"bin": True, "field": "m", "as": "n"}],
}
OPERATIONS = [
    "",
    "sum",
    "mean",
    "median",
    "min",
    "max",
    "count",
    "distinct",
    "valid",
    "missing",
    "product",
    "stdevp",
    "variancep",
]


def marks_in_picture(charts: list[alt.Chart]) -> dict[str, list[tuple[str, float]]]:
    """Category and figure of each mark in the SVG that Vega draws, by the title of the y axis."""
    found: dict[str, list[tuple[str, float]]] = {}
    for label in MARK.findall(vl_convert.vegalite_to_svg(alt.hconcat(*charts).to_dict())):
        first, second, *_ = html.unescape(label).replace("\N{MINUS SIGN}", "-").split("; ")
        title, _, figure = second.rpartition(": ")
        found.setdefault(title, []).append((first.rpartition(": ")[2], float(figure.replace(",", ""))))
    return {title: sorted(marks) for title, marks in found.items()}


def marks_in_table(chart: alt.Chart) -> list[tuple[str, float]]:
    (table,) = drawn(chart)
    return sorted((str(x), float(y)) for x, y in zip(table["x"], table["y"], strict=True) if not math.isnan(y))


def assert_same(charts: dict[str, alt.Chart]) -> None:
    vegas = marks_in_picture(list(charts.values()))
    assert len(vegas) > len(charts) / 2
    for title, chart in charts.items():
        ours, theirs = marks_in_table(chart), vegas.get(title, [])
        assert [x for x, _ in ours] == [x for x, _ in theirs], title
        assert [y for _, y in ours] == pytest.approx([y for _, y in theirs], rel=1e-4, abs=1e-6), title


@pytest.mark.parametrize("transforms", TRANSFORMS.values(), ids=TRANSFORMS)
def test_what_is_drawn_is_what_vega_draws(transforms):
    charts: dict[str, alt.Chart] = {}
    for operation in OPERATIONS:
        y = alt.Y("n:Q", aggregate=operation or alt.Undefined, title=f"by {operation}")
        charts[f"by {operation}"] = alt.Chart(TABLE).mark_point().encode(x="k:N", y=y)
        charts[f"by {operation}"].transform = transforms or alt.Undefined

    assert_same(charts)


def test_bins_are_those_of_vega():
    charts = {
        f"bins {number}": alt.Chart(pd.DataFrame({"n": numbers}))
        .mark_bar()
        .encode(x=alt.X("n:Q", bin=bins), y=alt.Y("count():Q", title=f"bins {number}"))
        for number, (numbers, bins) in enumerate(itertools.product(NUMBERS, BINS))
    }
    vegas = marks_in_picture(list(charts.values()))

    for title, chart in charts.items():
        (table,) = drawn(chart)
        ours = sorted(table[["x", "y"]].itertuples(index=False, name=None))
        lows = sorted((float(x.replace(",", "").partition(" \N{EN DASH} ")[0]), y) for x, y in vegas[title])
        assert [y for _, y in ours] == [y for _, y in lows], title
        assert [x for x, _ in ours] == pytest.approx([x for x, _ in lows], abs=0.01, rel=1e-3), title


def test_names_of_columns_lead_where_they_lead_in_vega():
    flat = alt.Data(values=[{"k": "x", "a.b": 1, "a[0]": 3, "c": 5}, {"k": "y", "c": 6}])
    nested = alt.Data(values=[{"k": "x", "a": {"b": 2}}, {"k": "y", "a": [4]}])
    fields = [(flat, r"a\.b"), (flat, r"a\[0\]"), (flat, "['a.b']"), (flat, "c"), (nested, "a.b"), (nested, "a[0]")]
    charts = {
        f"field {number}": alt.Chart(table)
        .mark_point()
        .encode(x="k:N", y=alt.Y(field=field, type="quantitative", title=f"field {number}"))
        for number, (table, field) in enumerate(fields)
    }

    assert_same(charts)
