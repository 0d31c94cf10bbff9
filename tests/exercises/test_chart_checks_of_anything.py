"""Whatever a student calls a chart: checks are silent, or they fail in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import altair as alt
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.exercises.chart_checks import (
    assert_axis_title,
    assert_chart,
    assert_described,
    assert_draws,
    assert_group_legible,
    assert_marks,
    assert_points_visible,
    assert_quantitative,
    assert_sorted,
    assert_title,
    assert_years_to_scale,
    assert_zero_based,
    drawn,
    layers,
)

EXPECTED = pd.DataFrame({"x": [2014, 2015], "y": [1.0, 2.0], "group": ["a", "b"]})
CHECKS = [
    assert_chart,
    layers,
    drawn,
    assert_group_legible,
    assert_points_visible,
    assert_sorted,
    assert_title,
    assert_described,
    assert_zero_based,
    assert_years_to_scale,
    lambda chart: assert_marks(chart, "bar"),
    lambda chart: assert_draws(chart, EXPECTED, either_way=True),
    lambda chart: assert_draws(chart, EXPECTED[["x", "y"]]),
    lambda chart: assert_quantitative(chart, "value"),
    lambda chart: assert_quantitative(chart, "x"),
    lambda chart: assert_axis_title(chart, "value", "yuan"),
    lambda chart: assert_axis_title(chart, "group"),
]

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
values = plain | st.dates(min_value=date(1900, 1, 1)) | st.datetimes(min_value=datetime(1900, 1, 1))  # noqa: DTZ001
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


class Hostile:
    """An answer that resists being looked at."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)

    def __repr__(self) -> str:
        raise ValueError


def said_by(check: Callable[[object], object], chart: object) -> str:
    try:
        check(chart)
    except AssertionError as error:
        return str(error)
    return ""


def only_sentences(chart: object) -> None:
    for check in CHECKS:
        said = said_by(check, chart)
        assert not said or said[-1] in ".)"


@settings(max_examples=40, deadline=None)
@given(anything | st.sampled_from([Hostile(), Hostile, alt.Chart, alt, EXPECTED, EXPECTED["x"], print, 1j]))
def test_what_is_no_chart_fails_in_a_sentence(answer):
    only_sentences(answer)


def definitions(draw, columns: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"field": "year"},
                {"field": "v"},
                {"field": "g"},
                {"field": "a.b"},
                {"field": r"a\.b"},
                {"field": "a[0]"},
                {"datum": 3},
                {"value": 7},
                {"aggregate": "count"},
            ]
        )
    )
    found = dict(found)
    if "field" in found or "aggregate" in found:
        found["type"] = draw(st.sampled_from(["quantitative", "nominal", "ordinal", "temporal"]))
        extra = {
            "aggregate": st.sampled_from(["sum", "mean", "median", "q1", "distinct", "values", {"argmax": "v"}]),
            "bin": st.sampled_from([True, False, None, "binned", {"maxbins": 3}, {"step": 2}]),
            "timeUnit": st.sampled_from(["year", "month", "yearmonth", {"unit": "year", "step": 2}]),
            "sort": st.sampled_from(
                ["x", "-y", None, "descending", ["a", 1], {"field": "v", "op": "sum"}, {"encoding": "size"}]
            ),
            "scale": st.sampled_from(
                [
                    None,
                    {"zero": False},
                    {"domain": [1, 3]},
                    {"domain": ["a"]},
                    {"domain": {"unionWith": [1]}},
                    {"type": "log"},
                    {"domainMin": {"expr": "3"}},
                    {"reverse": True},
                ]
            ),
            "axis": st.sampled_from([None, {"title": None}, {"title": ["a", "yuan"]}]),
            "title": st.sampled_from([None, "Yuan", ["a", "b"], ""]),
            "legend": st.none(),
            "stack": st.sampled_from([None, True, "normalize", "zero"]),
            "impute": st.sampled_from([{"value": 0}]),
            "condition": st.sampled_from(
                [{"test": "datum.v > 1", "field": "g", "type": "nominal"}, [{"test": "true", "value": 3}]]
            ),
        }
        for key in draw(st.sets(st.sampled_from(sorted(extra)), max_size=3)):
            found[key] = draw(extra[key])
    return found


transforms = st.sampled_from(
    [
        {"filter": "datum.v > 1"},
        {"filter": "datum['v'] >"},
        {"filter": "datum.g > 1 && (datum.v < 'b' || !datum.year)"},
        {"filter": {"field": "v", "gt": 1}},
        {"filter": {"not": {"field": "g", "oneOf": ["a"]}}},
        {"filter": {"param": "chosen"}},
        {"filter": {"and": [{"field": "v", "valid": True}, "isValid(datum.g)"]}},
        {"filter": {"field": "v", "range": [0, None]}},
        {"calculate": "datum.v / 0", "as": "v"},
        {"calculate": "datum.v % datum.year + 'x'", "as": "v"},
        {"calculate": "sqrt(-1) ^ 2", "as": "v"},
        {"aggregate": [{"op": "sum", "field": "v", "as": "v"}], "groupby": ["g"]},
        {"joinaggregate": [{"op": "count", "as": "n"}]},
        {"fold": ["v", "year"]},
        {"fold": ["v"], "as": ["g", "v"]},
        {"bin": True, "field": "v", "as": "v"},
        {"timeUnit": "year", "field": "year", "as": "year"},
        {"window": [{"op": "rank", "as": "r"}]},
        {"lookup": "g", "from": {"data": {"values": [{"k": "a", "w": 1}]}, "key": "k", "fields": ["w"]}},
        {"lookup": "g", "from": {"data": {"url": "x.csv"}, "key": "k", "fields": ["w"]}},
        {"stack": "v", "groupby": ["g"], "as": "s"},
    ]
)


@st.composite
def specifications(draw, depth: int = 2) -> dict[str, Any]:
    kinds = ["unit"] * 3 + (["layer", "hconcat", "vconcat", "concat", "facet", "repeat"] if depth else [])
    kind = draw(st.sampled_from(kinds))
    spec: dict[str, Any] = {}
    if depth == 2 or draw(st.booleans()):
        rows = draw(
            st.lists(
                st.fixed_dictionaries(
                    {"year": st.integers(2010, 2020) | plain, "v": plain, "g": plain | st.just({"b": 1})}
                ),
                max_size=5,
            )
        )
        spec["data"] = draw(
            st.sampled_from(
                [
                    {"values": rows},
                    {"name": "t"},
                    {"url": "t.csv"},
                    {"sequence": {"start": 0, "stop": 4}},
                    {"values": "a,b"},
                ]
            )
        )
    if draw(st.booleans()):
        spec["transform"] = draw(st.lists(transforms, max_size=2))
    if draw(st.booleans()):
        spec["title"] = draw(
            st.sampled_from(["A title of four words", ["two", "lines"], {"text": "text"}, {"text": {"expr": "1"}}])
        )
    if kind in {"unit", "layer"}:
        channels = draw(
            st.lists(
                st.sampled_from(["x", "y", "color", "size", "detail", "theta", "xOffset", "row", "text", "tooltip"]),
                max_size=4,
                unique=True,
            )
        )
        spec["encoding"] = {channel: definitions(draw, []) for channel in channels}
    if kind == "unit":
        mark = draw(
            st.sampled_from(
                ["bar", "line", "area", "point", "rule", "text", "arc", "rect", "boxplot", "errorbar", "geoshape"]
            )
        )
        spec["mark"] = draw(
            st.sampled_from([mark, {"type": mark, "point": True}, {"type": mark, "orient": "horizontal", "opacity": 0}])
        )
    elif kind in {"facet", "repeat"}:
        spec[kind] = {"field": "g", "type": "nominal"} if kind == "facet" else ["v", "year"]
        spec["spec"] = draw(specifications(depth=0))
    else:
        spec[kind] = draw(st.lists(specifications(depth=depth - 1), max_size=3))
    if depth == 2:
        spec["config"] = draw(
            st.sampled_from([{}, {"scale": {"zero": False}}, {"line": {"point": True}}, {"legend": {"disable": True}}])
        )
        spec["datasets"] = {"t": [{"year": 2014, "v": 1, "g": "a"}, {"year": 2015, "v": 2, "g": "b"}]}
    return spec


class Drawing(alt.TopLevelMixin):
    """A chart that says whatever Vega-Lite could be told."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec

    def to_dict(self, **_: object) -> dict[str, Any]:
        return self.spec


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(specifications())
def test_whatever_a_chart_says_checks_are_silent_or_fail_in_a_sentence(spec):
    only_sentences(Drawing(spec))


columns = st.sampled_from(["n", "t", "d", "mixed"])


@st.composite
def charts(draw) -> Any:
    size = draw(st.integers(0, 6))
    table = pd.DataFrame(
        {
            "n": draw(st.lists(st.integers(2000, 2030) | st.none(), min_size=size, max_size=size)),
            "t": draw(st.lists(st.text(max_size=3), min_size=size, max_size=size)),
            "d": pd.to_datetime(
                draw(st.lists(st.dates(date(1990, 1, 1), date(2030, 1, 1)), min_size=size, max_size=size))
            ),
            "mixed": pd.Series(draw(st.lists(values, min_size=size, max_size=size)), dtype=object),
        }
    )
    channel = st.tuples(
        st.sampled_from(
            ["{}", "sum({})", "mean({})", "year({})", "{}:Q", "{}:N", "{}:O", "{}:T", "count()", "median({}):Q"]
        ),
        columns,
    )
    named = {
        name: draw(channel)
        for name in draw(st.sets(st.sampled_from(["x", "y", "color", "tooltip", "size", "column"]), max_size=4))
    }
    chart = alt.Chart(table, title=draw(st.none() | st.text(max_size=20)) or alt.Undefined)
    drawing = getattr(chart, f"mark_{draw(st.sampled_from(['bar', 'line', 'point', 'area', 'arc', 'tick']))}")()
    drawing = drawing.encode(**{name: form.format(column) for name, (form, column) in named.items()})
    arranged = draw(st.sampled_from(["alone", "layered", "beside", "faceted"]))
    if arranged == "layered" and "column" not in named:
        return drawing + drawing.mark_text().encode(text="n")
    if arranged == "faceted" and "column" not in named:
        return drawing.facet("t:N")
    return drawing | drawing if arranged == "beside" else drawing


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(charts())
def test_of_any_altair_chart_checks_are_silent_or_fail_in_a_sentence(chart):
    only_sentences(chart)
