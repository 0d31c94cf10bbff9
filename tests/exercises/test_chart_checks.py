"""Checks of charts: any honest way to draw it passes, and what is missing is said in a sentence."""

from __future__ import annotations

import ast
import subprocess
import sys
import warnings
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from casebook.exercises import chart_checks
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

PRICE = pd.DataFrame({"year": [2014, 2015, 2017, 2021], "yuan": [14.5, 13.5, 12.5, 9.5]})
FIRMS = pd.DataFrame(
    {
        "year": [2019, 2019, 2020, 2020, 2021, 2021],
        "firm": ["Ant", "Bee", "Ant", "Bee", "Ant", "Bee"],
        "sales": [1.0, 4.0, 2.0, 5.0, 3.0, 7.0],
    }
)
WIDE = FIRMS.pivot_table(index="year", columns="firm", values="sales").reset_index()
ORDERS = pd.DataFrame(
    {
        "kind": ["tea", "rice", "tea", "salt", "rice", "tea"],
        "value": [1, 5, 2, 2, 6, 3],
        "year": [2019, 2019, 2020, 2020, 2020, 2021],
    }
)
TOTALS = pd.DataFrame({"x": ["tea", "rice", "salt"], "y": [6, 11, 2]})
PRICE_MARKS = PRICE.set_axis(["x", "y"], axis="columns")
FIRM_MARKS = FIRMS.set_axis(["x", "group", "y"], axis="columns")

line = alt.Chart(PRICE).mark_line().encode(x="year:Q", y="yuan:Q")
bars = alt.Chart(ORDERS).mark_bar().encode(x="kind:N", y="sum(value):Q")
dated = PRICE.assign(day=pd.to_datetime(PRICE["year"].astype(str)))


def refusal(check, *args, **kwargs) -> str:
    """The sentence with which a check fails."""
    with pytest.raises(AssertionError) as caught:
        check(*args, **kwargs)
    text = str(caught.value)
    assert text[-1] in ".)"
    assert "\n" not in text
    return text


PRICES_DRAWN = {
    "a line": line,
    "bars": line.mark_bar(),
    "an area": line.mark_area(),
    "ticks": line.mark_tick(),
    "years as text": alt.Chart(PRICE.assign(year=PRICE["year"].astype(str)))
    .mark_point()
    .encode(x="year:O", y="yuan:Q"),
    "years as names": line.encode(x="year:N"),
    "years as dates": alt.Chart(dated).mark_line().encode(x="day:T", y="yuan"),
    "dates cut to years": alt.Chart(dated).mark_bar().encode(x="year(day):T", y="yuan:Q"),
    "dates cut to years, as names": alt.Chart(dated).mark_bar().encode(x=alt.X("day:O", timeUnit="year"), y="yuan:Q"),
    "text dates": alt.Chart(PRICE.assign(day=PRICE["year"].astype(str) + "-06-30"))
    .mark_line()
    .encode(x="day:T", y="yuan"),
    "an index with its name": alt.Chart(PRICE.set_index("year").reset_index()).mark_line().encode(x="year", y="yuan"),
    "a Series with its index": alt.Chart(PRICE.set_index("year")["yuan"].reset_index())
    .mark_line()
    .encode(x="year", y="yuan"),
    "unknown years empty": alt.Chart(PRICE.set_index("year").reindex(range(2014, 2022)).reset_index())
    .mark_bar()
    .encode(x="year:O", y="yuan"),
    "rows backwards": alt.Chart(PRICE.iloc[::-1]).mark_line().encode(x="year:Q", y="yuan:Q"),
    "dots escaped": alt.Chart(PRICE.rename(columns={"yuan": "price.in[yuan]"}))
    .mark_bar()
    .encode(x="year:Q", y=r"price\.in\[yuan\]:Q"),
    "a formula of the chart": alt.Chart(PRICE.assign(fen=PRICE["yuan"] * 100))
    .transform_calculate(yuan="datum.fen / 100")
    .mark_bar()
    .encode(x="year:Q", y="yuan:Q"),
    "a formula in Python": alt.Chart(PRICE.assign(fen=PRICE["yuan"] * 100))
    .transform_calculate(yuan=alt.datum.fen / 100)
    .mark_bar()
    .encode(x="year:Q", y="yuan:Q"),
    "filtered in the chart": alt.Chart(pd.concat([PRICE, PRICE.assign(year=PRICE["year"] - 50)]))
    .transform_filter("datum.year > 2000")
    .mark_bar()
    .encode(x="year:Q", y="yuan:Q"),
    "filtered by alt.datum": alt.Chart(pd.concat([PRICE, PRICE.assign(year=PRICE["year"] - 50)]))
    .transform_filter((alt.datum.year > 2000) & (alt.datum.yuan < 99))
    .mark_bar()
    .encode(x="year:Q", y="yuan:Q"),
    "filtered by a field": alt.Chart(pd.concat([PRICE, PRICE.assign(year=PRICE["year"] - 50)]))
    .transform_filter(alt.FieldGTPredicate("year", gt=2000))
    .mark_bar()
    .encode(x="year:Q", y="yuan:Q"),
    "filtered by range": alt.Chart(pd.concat([PRICE, PRICE.assign(year=PRICE["year"] - 50)]))
    .transform_filter(~alt.FieldRangePredicate("year", range=[1900, 2000]))
    .mark_bar()
    .encode(x="year:Q", y="yuan:Q"),
    "a layer with labels": line + line.mark_text(dy=-9).encode(text="yuan:Q"),
    "a rule at a given place": alt.layer(line, alt.Chart().mark_rule().encode(y=alt.datum(10)), data=PRICE),
    "beside another chart": alt.hconcat(bars, line),
    "data by hand": alt.Chart(alt.Data(values=PRICE.to_dict("records"))).mark_bar().encode(x="year:Q", y="yuan:Q"),
    "data as text": alt.Chart(PRICE.astype({"yuan": str})).mark_bar().encode(x="year:Q", y="yuan:Q"),
    "averaged though one of a kind": line.encode(y="mean(yuan):Q"),
    "interactive": line.encode(tooltip=["year", "yuan"]).interactive(),
    "a selection": line.add_params(alt.selection_interval(name="chosen")).transform_filter(
        alt.selection_interval(name="chosen")
    ),
    "configured": line.configure_view(stroke=None).configure_axis(grid=False),
    "given colour and size": line.encode(color=alt.value("red"), size=alt.value(3)),
    "highlighted": line.mark_bar().encode(
        color=alt.condition("datum.year > 2015", alt.value("red"), alt.value("grey"))
    ),
}


@pytest.mark.parametrize("chart", PRICES_DRAWN.values(), ids=PRICES_DRAWN)
def test_the_same_figures_pass_however_they_are_drawn(chart):
    assert_chart(chart)
    assert_draws(chart, PRICE_MARKS)


@pytest.mark.parametrize("chart", PRICES_DRAWN.values(), ids=PRICES_DRAWN)
def test_a_chart_that_was_read_from_its_specification_passes_too(chart):
    crossed = type(chart).from_dict(chart.to_dict())

    assert_chart(crossed)
    assert_draws(crossed, PRICE_MARKS)


def test_data_may_be_consolidated_or_not_and_more_than_altair_allows():
    with alt.data_transformers.enable(consolidate_datasets=False):
        assert_draws(line, PRICE_MARKS)
    many = pd.DataFrame({"x": range(6000), "y": range(6000)})
    assert len(drawn(alt.Chart(many).mark_point().encode(x="x:Q", y="y:Q"))[0]) == 6000


TOTALS_DRAWN = {
    "added up in the chart": bars,
    "added up in pandas": alt.Chart(ORDERS.groupby("kind", as_index=False)["value"].sum())
    .mark_bar()
    .encode(x="kind", y="value"),
    "added up by a transform": alt.Chart(ORDERS)
    .transform_aggregate(all="sum(value)", groupby=["kind"])
    .mark_bar()
    .encode(x="kind:N", y="all:Q"),
    "added up beside each row": alt.Chart(ORDERS)
    .transform_joinaggregate(all="sum(value)", groupby=["kind"])
    .mark_bar()
    .encode(x="kind:N", y="max(all):Q"),
    "points": bars.mark_circle(),
    "a pie": alt.Chart(ORDERS).mark_arc().encode(theta="sum(value):Q", color="kind:N"),
    "stacked by year": bars.encode(color="year:N"),
    "stacked rows": alt.Chart(ORDERS).mark_bar().encode(x="kind", y="value", color="year:N"),
}


@pytest.mark.parametrize("chart", TOTALS_DRAWN.values(), ids=TOTALS_DRAWN)
def test_totals_may_be_computed_in_pandas_or_in_the_chart(chart):
    assert_draws(chart, TOTALS)


def test_bars_may_lie_down_only_where_that_is_allowed():
    lying = alt.Chart(ORDERS).mark_bar().encode(y="kind:N", x="sum(value):Q")

    assert_draws(lying, TOTALS, either_way=True)
    assert "asked for" in refusal(assert_draws, lying, TOTALS)


base = alt.Chart(FIRMS).mark_line().encode(x="year:O", y="sales:Q")
FIRMS_DRAWN = {
    "by colour": base.encode(color="firm"),
    "by dashes": base.encode(strokeDash="firm"),
    "by shape": base.mark_point().encode(shape="firm"),
    "by detail": base.encode(detail="firm"),
    "bars side by side": base.mark_bar().encode(xOffset="firm", color="firm"),
    "stacked bars": base.mark_bar().encode(color="firm"),
    "stacked areas": base.mark_area().encode(color="firm"),
    "rows": base.mark_bar().encode(row="firm"),
    "small multiples": base.encode(facet="firm"),
    "facet() of a chart": base.facet("firm:N"),
    "facet() by columns": base.facet(column="firm:N"),
    "layers, then facets": (base + base.mark_point()).facet(row="firm:N"),
    "a selection's colours": base.encode(
        color=alt.condition(alt.selection_point(name="one"), "firm:N", alt.value("grey"))
    ).add_params(alt.selection_point(name="one")),
    "wide, folded in the chart": alt.Chart(WIDE)
    .transform_fold(["Ant", "Bee"], as_=["firm", "sales"])
    .mark_line()
    .encode(x="year:Q", y="sales:Q", color="firm:N"),
    "wide, folded with usual names": alt.Chart(WIDE)
    .transform_fold(["Ant", "Bee"])
    .mark_line()
    .encode(x="year:Q", y="value:Q", color="key:N"),
    "wide, a layer each": alt.layer(
        *(
            alt.Chart(WIDE).mark_line().encode(x="year:Q", y=f"{firm}:Q", color=alt.datum(firm))
            for firm in ("Ant", "Bee")
        )
    ),
    "wide, a layer each of one colour": alt.layer(
        *(alt.Chart(WIDE).mark_line().encode(x="year:Q", y=f"{firm}:Q") for firm in ("Ant", "Bee"))
    ),
    "wide, repeated layers": alt.Chart(WIDE)
    .mark_line()
    .encode(x="year:Q", y=alt.Y(alt.repeat("layer"), type="quantitative"), color=alt.datum(alt.repeat("layer")))
    .repeat(layer=["Ant", "Bee"]),
    "wide, repeated charts": alt.Chart(WIDE)
    .mark_line()
    .encode(x="year:Q", y=alt.Y(alt.repeat("row"), type="quantitative"))
    .repeat(row=["Ant", "Bee"]),
    "a chart each, by title": alt.vconcat(
        *(
            alt.Chart(FIRMS[FIRMS["firm"] == firm], title=firm).mark_bar().encode(x="year:Q", y="sales:Q")
            for firm in ("Ant", "Bee")
        )
    ),
    "a chart each, filtered": alt.hconcat(
        *(base.properties(title=firm).transform_filter(alt.datum.firm == firm) for firm in ("Ant", "Bee"))
    ),
    "a chart each, one of a list": alt.concat(
        *(
            base.properties(title=firm).transform_filter(alt.FieldOneOfPredicate("firm", [firm]))
            for firm in ("Ant", "Bee")
        )
    ),
    "coloured cells": alt.Chart(FIRMS).mark_rect().encode(x="year:O", y="firm:N", color="sales:Q"),
    "looked up": alt.Chart(FIRMS.assign(code=FIRMS["firm"].str[0]).drop(columns="firm"))
    .transform_lookup(
        "code", from_=alt.LookupData(pd.DataFrame({"code": ["A", "B"], "firm": ["Ant", "Bee"]}), "code", ["firm"])
    )
    .mark_line()
    .encode(x="year:Q", y="sales:Q", color="firm:N"),
}


@pytest.mark.parametrize("chart", FIRMS_DRAWN.values(), ids=FIRMS_DRAWN)
def test_groups_may_be_told_apart_in_any_way(chart):
    assert_draws(chart, FIRM_MARKS)
    assert_draws(type(chart).from_dict(chart.to_dict()), FIRM_MARKS)


def test_shares_of_a_whole_may_be_stacked_in_the_chart_as_fractions_or_as_percent():
    stacked = base.mark_bar().encode(y=alt.Y("sales:Q", stack="normalize"), color="firm")
    shares = FIRM_MARKS.assign(y=FIRMS["sales"] / FIRMS.groupby("year")["sales"].transform("sum"))

    assert_draws(stacked, shares)
    assert_draws(stacked, shares.assign(y=shares["y"] * 100))
    assert "not what was asked for" in refusal(assert_draws, stacked, FIRM_MARKS.assign(y=1.0))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (PRICE_MARKS.iloc[1:], "more marks than it should"),
        (pd.concat([PRICE_MARKS, PRICE_MARKS.iloc[:1].assign(x=1999)]), "fewer marks than it should"),
        (PRICE_MARKS.assign(y=PRICE["yuan"] + 0.1), "what stands on y is not what was asked for"),
        (PRICE_MARKS.assign(x=PRICE["year"] + 1), "what stands on x is not what was asked for"),
        (PRICE_MARKS.assign(y=PRICE["yuan"].to_numpy()[::-1]), "not beside each other"),
        (PRICE_MARKS.assign(group="one"), "tells the groups apart"),
        (PRICE_MARKS.assign(size=1), "x, y and size"),
    ],
)
def test_what_is_drawn_wrongly_is_said_without_the_figure(wrong, says):
    message = refusal(assert_draws, line, wrong, name="price_chart")

    assert says in message
    assert "price_chart" in message
    assert not any(figure in message for figure in ("14.", "13.", "12.", "9.5", "2014", "4"))


def test_an_instructors_own_message_and_tolerance_are_kept():
    off = PRICE_MARKS.assign(y=PRICE["yuan"] + 0.01)

    assert refusal(assert_draws, line, off, message="Draw the price.") == "Draw the price."
    assert_draws(line, off, tolerance=0.011)


def test_what_cannot_be_followed_is_said_with_what_to_do():
    smooth = alt.Chart(PRICE).transform_loess("year", "yuan").mark_line().encode(x="year:Q", y="yuan:Q")
    month = alt.Chart(dated).mark_bar().encode(x="month(day):T", y="yuan:Q")
    odd = alt.Chart(PRICE).transform_calculate(z="slice(datum.year, 2)").mark_bar().encode(x="z:Q", y="yuan:Q")
    boxes = alt.Chart(ORDERS).mark_boxplot().encode(x="kind", y="value")

    for chart, what in ((smooth, "transform_loess"), (month, "month"), (odd, "slice"), (boxes, "boxplot")):
        for check in (lambda answer: assert_draws(answer, PRICE_MARKS), drawn):
            message = refusal(check, chart)
            assert what in message
            assert "Compute it in pandas first, then draw" in message
        assert_chart(chart)
        assert layers(chart)


def test_a_layer_that_cannot_be_followed_does_not_spoil_the_others():
    smooth = alt.Chart(PRICE).transform_loess("year", "yuan").mark_line().encode(x="year:Q", y="yuan:Q")

    assert_draws(line.mark_point() + smooth, PRICE_MARKS)
    assert len(drawn(line.mark_point() + smooth)) == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "of the type NoneType"),
        (PRICE, "of the type DataFrame"),
        (alt.Chart, "should be an Altair chart"),
        ({"mark": "bar"}, "of the type dict"),
        (alt.Chart(PRICE), "needs a mark"),
        (alt.Chart(PRICE).encode(x="year"), "needs a mark"),
        (line + alt.Chart(PRICE).encode(x="year:Q"), "needs a mark"),
        (alt.Chart(PRICE).mark_bar(), "shows no column"),
        (alt.Chart(PRICE).mark_bar().encode(x="years"), "Altair says"),
        (alt.Chart(PRICE.iloc[:0]).mark_bar().encode(x="year:Q", y="yuan:Q"), "no rows of data"),
        (alt.Chart().mark_bar().encode(x="year:Q"), "no rows of data"),
        (alt.hconcat(line, alt.Chart().mark_bar().encode(x="year:Q")), "no rows of data"),
        (alt.Chart("prices.csv").mark_bar().encode(x="year:Q", y="yuan:Q"), "Read the table with pandas"),
        (alt.Chart("https://example.org/prices.csv").mark_bar().encode(x="year:Q"), "takes its data from an address"),
        (line.transform_filter("datum.year > 3000"), "filters leave something"),
    ],
)
def test_what_is_no_finished_chart_is_told_what_it_lacks(answer, says):
    message = refusal(assert_chart, answer, "price_chart")

    assert message.startswith("price_chart ")
    assert says in message
    for check in (
        layers,
        drawn,
        assert_points_visible,
        assert_zero_based,
        assert_title,
        assert_described,
        assert_sorted,
    ):
        refusal(check, answer)


def test_layers_have_what_they_inherit():
    shared = alt.layer(
        alt.Chart().mark_line(point=True), alt.Chart().mark_text(dx=3).encode(text="yuan:Q"), data=PRICE, title="Prices"
    ).encode(x="year:Q", y=alt.Y("yuan:Q").title("Yuan"))
    first, second = layers(shared.configure_line(size=2))

    assert (first.mark, first.mark_options, second.mark, second.mark_options) == (
        "line",
        {"point": True},
        "text",
        {"dx": 3},
    )
    assert first.channels["y"]["title"] == second.channels["y"]["title"] == "Yuan"
    assert first.rows == second.rows == PRICE.to_dict("records")
    assert (first.config["line"], first.title, first.plot) == ({"size": 2}, "Prices", second.plot)


class TestDrawn:
    def test_it_has_a_row_for_each_mark_and_a_column_for_each_channel(self):
        (table,) = drawn(
            alt.Chart(ORDERS).mark_bar().encode(x="kind:N", y="sum(value):Q", color="year:N", tooltip="kind")
        )

        assert set(table.columns) == {"x", "y", "color"}
        assert table["y"].sum() == ORDERS["value"].sum()
        assert table.attrs["mark"] == "bar"
        assert len(table) == 6

    @pytest.mark.parametrize(
        ("operation", "figure"),
        [
            ("sum", 6),
            ("mean", 2),
            ("median", 2),
            ("min", 1),
            ("max", 3),
            ("average", 2),
            ("count", 3),
            ("distinct", 3),
            ("valid", 3),
            ("missing", 0),
            ("stdev", 1),
        ],
    )
    def test_groups_are_summed_up_as_the_chart_says(self, operation, figure):
        (table,) = drawn(alt.Chart(ORDERS).mark_bar().encode(x="kind:N", y=f"{operation}(value):Q"))

        assert table.set_index("x")["y"]["tea"] == figure

    def test_the_value_of_the_largest_row_and_counts_are_followed(self):
        (latest,) = drawn(alt.Chart(ORDERS).mark_bar().encode(x="kind:N", y=alt.Y("value:Q").aggregate(argmax="year")))
        (counted,) = drawn(alt.Chart(ORDERS).mark_bar().encode(y="kind:N", x="count()"))

        assert latest.set_index("x")["y"].to_dict() == {"tea": 3, "rice": 6, "salt": 2}
        assert counted.set_index("y")["x"].to_dict() == {"tea": 3, "rice": 2, "salt": 1}

    def test_what_is_missing_is_nan_and_a_sum_of_nothing_is_missing(self):
        holes = pd.DataFrame({"k": ["a", "b", None], "v": [1.0, None, 3.0]})
        (rows,) = drawn(alt.Chart(holes).mark_point().encode(x="k:N", y="v:Q"))
        (sums,) = drawn(alt.Chart(holes).mark_bar().encode(x="k:N", y="sum(v):Q"))

        assert rows.isna().to_dict("list") == {"x": [False, False, True], "y": [False, True, False]}
        assert sums["y"].isna().to_list() == [False, True, False]

    def test_bins_are_those_that_vega_makes(self):
        numbers = pd.DataFrame({"n": [1, 4, 9, 15, 22, 37, 58, 71, 96]})
        (ten,) = drawn(alt.Chart(numbers).mark_bar().encode(x=alt.X("n:Q").bin(), y="count()"))
        (wide,) = drawn(alt.Chart(numbers).mark_bar().encode(x=alt.X("n:Q").bin(step=25), y="count()"))
        (early,) = drawn(
            alt.Chart(numbers)
            .transform_bin("low", "n", bin=alt.Bin(maxbins=3))
            .mark_bar()
            .encode(x="low:Q", y="count()")
        )

        assert ten[["x", "x2", "y"]].to_numpy().tolist() == [
            [0, 10, 3],
            [10, 20, 1],
            [20, 30, 1],
            [30, 40, 1],
            [50, 60, 1],
            [70, 80, 1],
            [90, 100, 1],
        ]
        assert wide[["x", "y"]].to_numpy().tolist() == [[0, 5], [25, 1], [50, 2], [75, 1]]
        assert early[["x", "y"]].to_numpy().tolist() == [[0, 6], [50, 3]]

    def test_a_dot_in_a_name_leads_into_nothing_as_in_vega(self):
        table = PRICE.rename(columns={"yuan": "in.yuan"})
        chart = alt.Chart(table).mark_bar().encode(x="year:Q", y="in.yuan:Q")

        assert drawn(chart)[0]["y"].isna().all()

    def test_a_formula_reckons_as_in_vega(self):
        formulas = {
            "datum.yuan * 2 + 1 > 20 && datum.year !== 2015": [True, False, True, False],
            "datum['year'] - 2 * (3 + 4) % 5": [2010, 2011, 2013, 2017],
            "datum.year < 2016 ? 'early' : 'late'": ["early", "early", "late", "late"],
            "'y' + datum.year": ["y2014", "y2015", "y2017", "y2021"],
            "-datum.yuan / 0.5": [-29, -27, -25, -19],
            "!(datum.yuan >= 13.5) || datum.year == 2014": [True, False, True, True],
            "round(datum.yuan) + max(1, 2) + pow(2, 3)": [25, 24, 23, 20],
            "if(isValid(datum.none), 1, toString(datum.year))": ["2014", "2015", "2017", "2021"],
        }
        for formula, values in formulas.items():
            (layer,) = layers(alt.Chart(PRICE).transform_calculate(made=formula).mark_bar().encode(x="made:N"))
            assert [row["made"] for row in layer.rows] == values


class TestMarks:
    def test_named_kinds_pass_and_annotations_with_them(self):
        assert_marks(bars, "bar")
        assert_marks(line + line.mark_point() + line.mark_text().encode(text="yuan"), "line", "point")
        assert_marks(line.mark_circle(), "point")
        assert_marks(bars + alt.Chart(ORDERS).mark_rule().encode(y="mean(value):Q"), "bar")
        assert_marks(line.mark_text().encode(text="yuan"), "text")

    def test_other_kinds_fail_and_the_right_ones_are_named(self):
        assert refusal(assert_marks, line, "bar", "point", name="price_chart").endswith(
            "use mark_bar() or mark_point()."
        )
        refusal(assert_marks, line + line.mark_bar(), "bar")
        refusal(assert_marks, alt.hconcat(bars, line), "bar")
        refusal(assert_marks, line.mark_text().encode(text="yuan"), "bar")
        assert refusal(assert_marks, line, "bar", message="Bars, please.") == "Bars, please."


class TestQuantitative:
    def test_numbers_drawn_as_numbers_pass_on_either_axis(self):
        assert_quantitative(bars, "value")
        assert_quantitative(alt.Chart(ORDERS).mark_bar().encode(y="kind", x="sum(value)"), "value")
        assert_quantitative(alt.Chart(ORDERS).mark_bar().encode(y="kind", x="count()"), "value")
        assert_quantitative(line, "x")
        assert_quantitative(TOTALS_DRAWN["a pie"], "value")

    def test_numbers_drawn_as_names_fail(self):
        named = alt.Chart(ORDERS).mark_bar().encode(x="kind:N", y="value:O")

        for channel in ("y", "value"):
            assert "as names. Draw it as numbers" in refusal(assert_quantitative, named, channel)
        assert "'kind'" in refusal(assert_quantitative, bars, "x")
        assert "holds none" in refusal(assert_quantitative, alt.Chart(ORDERS).mark_bar().encode(y="kind:Q"), "y")
        assert "a column on x" in refusal(assert_quantitative, alt.Chart(ORDERS).mark_bar().encode(y="value:Q"), "x")


class TestYears:
    @pytest.mark.parametrize(
        "x",
        [
            "year:Q",
            alt.X("year:Q").scale(zero=False),
            alt.X("year:O").scale(domain=list(range(2014, 2022))),
            alt.X("year:N").scale(domain=[str(year) for year in range(2014, 2022)]),
        ],
    )
    def test_a_true_scale_passes(self, x):
        assert_years_to_scale(line.encode(x=x))

    def test_dates_and_years_without_gaps_pass(self):
        assert_years_to_scale(PRICES_DRAWN["years as dates"])
        assert_years_to_scale(PRICES_DRAWN["text dates"])
        assert_years_to_scale(
            alt.Chart(PRICE.assign(year=PRICE["year"].astype(str))).mark_line().encode(x="year:T", y="yuan")
        )
        assert_years_to_scale(base.mark_bar())
        assert_years_to_scale(alt.Chart(FIRMS).mark_bar().encode(y="year:O", x="sales:Q"), "y")
        decades = pd.DataFrame({"year": [2020, 2000, 2010], "n": [1, 2, 3]})
        assert_years_to_scale(alt.Chart(decades).mark_bar().encode(x="year:O", y="n"))

    @pytest.mark.parametrize(
        ("x", "says"),
        [
            ("year:O", "vanish without a gap"),
            ("year:N", "vanish without a gap"),
            (alt.X("year:O").scale(domain=[2014, 2015, 2017, 2021]), "vanish without a gap"),
            (alt.X("year:O").sort("-y"), "vanish without a gap"),
            ("year:T", "milliseconds"),
            ("year(year):T", "milliseconds"),
            (alt.X("year:Q").scale(type="log"), "not even"),
        ],
    )
    def test_years_that_are_not_to_scale_fail(self, x, says):
        assert says in refusal(assert_years_to_scale, line.encode(x=x))

    def test_years_sorted_by_value_are_not_to_scale(self):
        refusal(assert_years_to_scale, base.mark_bar().encode(x=alt.X("year:O").sort("-y")))
        refusal(
            assert_years_to_scale,
            alt.Chart(FIRMS.iloc[[4, 0, 2]]).mark_bar().encode(x=alt.X("year:O").sort(None), y="sales"),
        )


class TestZero:
    @pytest.mark.parametrize(
        "y",
        [
            "yuan:Q",
            alt.Y("yuan:Q").scale(zero=True),
            alt.Y("yuan:Q").scale(domain=[0, 20]),
            alt.Y("yuan:Q").scale(domain=[20, 0]),
            alt.Y("yuan:Q").scale(domainMin=0),
            alt.Y("yuan:Q").scale(domainMax=20),
            alt.Y("yuan:Q").scale(nice=False),
            alt.Y("yuan:Q").scale(type="linear"),
        ],
    )
    def test_axes_that_begin_at_zero_pass(self, y):
        assert_zero_based(line.encode(y=y))
        assert_zero_based(line.mark_bar().encode(y=y, x=alt.X("year:Q").scale(zero=False)), "y")

    @pytest.mark.parametrize(
        ("y", "says"),
        [
            (alt.Y("yuan:Q").scale(zero=False), "begin at zero"),
            (alt.Y("yuan:Q").scale(domain=[8, 15]), "begin at zero"),
            (alt.Y("yuan:Q").scale(domain=[15, 8]), "begin at zero"),
            (alt.Y("yuan:Q").scale(domain=[-5, 15]), "begin at zero"),
            (alt.Y("yuan:Q").scale(domainMin=5), "begin at zero"),
            (alt.Y("yuan:Q").scale(domainMax=20, zero=False), "begin at zero"),
            (alt.Y("yuan:Q").scale(domain=[0, 10]), "largest"),
            (alt.Y("yuan:Q").scale(domainMax=10), "largest"),
            (alt.Y("yuan:Q").scale(type="log"), "not even"),
            (alt.Y("yuan:Q").scale(None), "not even"),
            ("yuan:O", "as names"),
        ],
    )
    def test_axes_that_are_cut_fail(self, y, says):
        for channel in ("y", "value"):
            assert says in refusal(assert_zero_based, line.encode(y=y), channel)

    def test_the_configuration_of_the_whole_chart_counts(self):
        refusal(assert_zero_based, line.configure_scale(zero=False))
        assert_zero_based(line.encode(y=alt.Y("yuan:Q").scale(zero=True)).configure_scale(zero=False))

    def test_bars_that_lie_down_pies_and_negative_figures_pass(self):
        assert_zero_based(alt.Chart(ORDERS).mark_bar().encode(y="kind", x="sum(value)"))
        assert_zero_based(TOTALS_DRAWN["a pie"])
        falls = alt.Chart(PRICE.assign(yuan=[-3, 2, 1, -1])).mark_bar()
        assert_zero_based(falls.encode(x="year:O", y=alt.Y("yuan:Q").scale(domain=[-4, 3])))
        refusal(assert_zero_based, falls.encode(x="year:O", y=alt.Y("yuan:Q").scale(domain=[-2, 3])))
        assert "along an axis" in refusal(assert_zero_based, FIRMS_DRAWN["coloured cells"])


class TestPoints:
    @pytest.mark.parametrize(
        "chart",
        [
            line.mark_bar(),
            line.mark_point(),
            line.mark_circle(),
            line.mark_tick(),
            line.mark_line(point=True),
            line.mark_area(point={"color": "red"}),
            line.configure_line(point=True),
            line.mark_area().configure_area(point=True),
            line + line.mark_point(),
            line + line.mark_point() + alt.Chart(PRICE).mark_rule().encode(x="year:Q"),
            line.mark_rule() + line.mark_circle(),
            alt.Chart(dated).mark_line().encode(x="day:T", y="yuan:Q")
            + alt.Chart(dated).mark_point().encode(x="day:T", y="yuan:Q"),
            base.mark_line(point=True).facet("firm:N"),
            alt.hconcat(line.mark_bar(), line + line.mark_square()),
        ],
    )
    def test_each_figure_with_a_mark_of_its_own_passes(self, chart):
        assert_points_visible(chart)

    @pytest.mark.parametrize(
        "chart",
        [
            line,
            line.mark_area(),
            line.mark_line(point=False),
            line.mark_line(point="transparent"),
            line.mark_line(point={"opacity": 0}),
            line.mark_line(point=False).configure_line(point=True),
            line + line.mark_point(opacity=0),
            line + alt.Chart(PRICE.iloc[:2]).mark_point().encode(x="year:Q", y="yuan:Q"),
            alt.hconcat(line.mark_bar(), line),
        ],
    )
    def test_a_bare_line_fails(self, chart):
        assert "mark_line(point=True)" in refusal(assert_points_visible, chart)

    def test_text_alone_is_no_mark(self):
        assert "only text" in refusal(assert_points_visible, line.mark_text().encode(text="yuan"))


class TestSorted:
    @pytest.mark.parametrize(
        "sort",
        [
            "-x",
            alt.EncodingSortField("value", op="sum", order="descending"),
            alt.SortByEncoding("x", "descending") if hasattr(alt, "SortByEncoding") else "-x",
            ["rice", "tea", "salt"],
            {"encoding": "x", "order": "descending"},
        ],
    )
    def test_the_largest_first_passes_by_every_kind_of_sorting(self, sort):
        assert_sorted(alt.Chart(ORDERS).mark_bar().encode(y=alt.Y("kind:N").sort(sort), x="sum(value)"))

    def test_tables_that_are_sorted_already_and_explicit_domains_pass(self):
        totals = TOTALS.sort_values("y", ascending=False)
        assert_sorted(alt.Chart(totals).mark_bar().encode(x=alt.X("x:N").sort(None), y="y:Q"))
        assert_sorted(alt.Chart(totals).mark_bar().encode(x=alt.X("x:N").sort(list(totals["x"])), y="y:Q"))
        assert_sorted(
            alt.Chart(TOTALS).mark_bar().encode(x=alt.X("x:N").scale(domain=["rice", "tea", "salt"]), y="y:Q")
        )
        ordered = TOTALS.assign(x=pd.Categorical(TOTALS["x"], ["rice", "tea", "salt"], ordered=True))
        assert_sorted(alt.Chart(ordered).mark_bar().encode(x="x", y="y"))
        labelled = alt.Chart(ORDERS).mark_bar().encode(y=alt.Y("kind:N").sort("-x"), x="sum(value)")
        assert_sorted(labelled + labelled.mark_text().encode(text="sum(value)"))
        assert_sorted(labelled.encode(color="year:N"))
        assert_sorted(alt.Chart(ORDERS).mark_bar().encode(y=alt.Y("kind:N").sort("x"), x="sum(value)"), "ascending")

    @pytest.mark.parametrize(
        "sort", [alt.Undefined, "x", "ascending", "descending", None, ["tea", "rice", "salt"], ["salt"]]
    )
    def test_any_other_order_fails(self, sort):
        message = refusal(
            assert_sorted, alt.Chart(ORDERS).mark_bar().encode(y=alt.Y("kind:N", sort=sort), x="sum(value)")
        )

        assert "largest value first" in message
        assert 'sort="-x"' in message

    def test_without_categories_nothing_can_be_sorted(self):
        assert "no axis of categories" in refusal(assert_sorted, line)


class TestWords:
    @pytest.mark.parametrize(
        "chart",
        [
            line.properties(title="A parcel earns less today"),
            line.properties(title=["A parcel", "earns less"]),
            line.properties(title=alt.TitleParams("A parcel earns less", subtitle="China")),
            alt.Chart(PRICE, title="A parcel earns less").mark_line().encode(x="year:Q"),
            line.properties(title="A parcel earns less") + line.mark_point(),
            alt.hconcat(line, line).properties(title="A parcel earns less"),
            alt.hconcat(line.properties(title="A parcel earns less"), line.properties(title="And less")),
            base.properties(title="A parcel earns less").facet("firm:N"),
            line.properties(title="每件快递收入下降"),
        ],
    )
    def test_titles_pass_wherever_they_stand(self, chart):
        assert_title(chart)

    def test_missing_short_and_technical_titles_fail(self):
        assert "no title yet" in refusal(assert_title, line)
        assert "4 words or more" in refusal(assert_title, line.properties(title="Prices of parcels"))
        assert_title(line.properties(title="Prices of parcels"), words=3)
        technical = line.properties(title="Chart of yuan_per_parcel by year")
        assert "'yuan_per_parcel'" in refusal(assert_title, technical, avoid=["yuan_per_parcel"])
        assert_title(technical, avoid=["yuan"])
        assert "no title yet" in refusal(assert_title, alt.hconcat(line.properties(title="One of the two only"), line))

    @pytest.mark.parametrize(
        "y",
        [
            alt.Y("yuan:Q").title("Price (Yuan)"),
            alt.Y("yuan:Q", title=["Price of a parcel", "in yuan"]),
            alt.Y("yuan:Q", axis=alt.Axis(title="CNY per parcel")),
            alt.Y("yuan:Q").title("Price, ¥"),
            alt.Y("yuan:Q").title("亿元"),
            "yuan:Q",
        ],
    )
    def test_units_are_found_in_words_and_signs(self, y):
        for channel in ("y", "value"):
            assert_axis_title(line.encode(y=y), channel, "yuan", "CNY", "¥", "元")

    @pytest.mark.parametrize(
        "y",
        [
            alt.Y("yuan:Q").title(None),
            alt.Y("yuan:Q").axis(None),
            alt.Y("yuan:Q", axis=alt.Axis(title="")),
            alt.Y("yuan:Q").title(""),
        ],
    )
    def test_an_axis_without_a_title_fails(self, y):
        assert "has no title for" in refusal(assert_axis_title, line.encode(y=y), "y", "yuan")
        assert "has no title for" in refusal(assert_axis_title, line.encode(y=y), "value")

    @pytest.mark.parametrize("title", ["Price", "yuan_per_parcel", "Yuanmingyuan"])
    def test_a_title_without_the_unit_fails(self, title):
        message = refusal(assert_axis_title, line.encode(y=alt.Y("yuan:Q").title(title)), "y", "yuan", "CNY")

        assert "without its unit" in message

    def test_a_legends_title_or_a_small_multiples_names_its_groups(self):
        named = alt.Color("firm:N").title("Seller")
        assert_axis_title(base.encode(color=named), "group", "seller")
        assert_axis_title(base.encode(color=alt.Color("firm:N", legend=alt.Legend(title="Seller"))), "group", "seller")
        assert_axis_title(
            base.encode(column=alt.Column("firm:N", header=alt.Header(title="Seller"))), "group", "seller"
        )
        assert "what tells its groups apart" in refusal(assert_axis_title, base.encode(color=named), "group", "buyer")
        assert "a column that tells groups apart" in refusal(assert_axis_title, line, "group")

    def test_descriptions_of_some_length_pass(self):
        said = "Line of four points that falls from left to right."
        assert_described(line.properties(description=said))
        assert_described(line.properties(description=said) + line.mark_point())
        assert_described(alt.Chart(PRICE, description=said).mark_bar().encode(x="year:Q"))
        assert "no description" in refusal(assert_described, line)
        assert "8 words or more" in refusal(assert_described, line.properties(description="A line."))
        assert_described(line.properties(description="A line."), words=2)


class TestLegibility:
    @pytest.mark.parametrize(
        "chart",
        [
            line,
            base.encode(color="firm"),
            base.encode(color=alt.Color("firm:N").legend(orient="bottom")),
            base.encode(color=alt.Color("firm:N").legend(None)) + base.mark_text().encode(text="firm"),
            base.encode(color=alt.Color("firm:N").legend(None), column="firm:N"),
            base.mark_bar().encode(x="firm:N", color=alt.Color("firm:N").legend(None)),
            base.encode(color=alt.Color("firm:N").legend(None)) + base.mark_point().encode(shape="firm:N"),
            base.transform_filter("datum.firm == 'Ant'").encode(color=alt.Color("firm:N").legend(None)),
            base.encode(color=alt.Color("sales:Q").legend(None)),
            FIRMS_DRAWN["wide, a layer each"],
            FIRMS_DRAWN["wide, repeated layers"],
            FIRMS_DRAWN["wide, repeated charts"],
            line.mark_bar() + line,
        ],
    )
    def test_groups_that_are_named_somewhere_pass(self, chart):
        assert_group_legible(chart)

    @pytest.mark.parametrize(
        "chart",
        [
            base.encode(color=alt.Color("firm:N").legend(None)),
            base.encode(strokeDash=alt.StrokeDash("firm:N", legend=None)),
            base.encode(color="firm").configure_legend(disable=True),
            base.encode(color=alt.Color("firm:N").legend(None)) + base.mark_text().encode(text="sales"),
            FIRMS_DRAWN["wide, a layer each of one colour"],
        ],
    )
    def test_colours_without_names_fail(self, chart):
        assert "which is which" in refusal(assert_group_legible, chart)


def test_nothing_of_a_chart_is_changed_by_looking_at_it():
    chart = base.encode(color="firm")
    before, table = chart.to_dict(), FIRMS.copy()

    assert_draws(chart, FIRM_MARKS)
    assert_group_legible(chart)

    assert chart.to_dict() == before
    pd.testing.assert_frame_equal(table, FIRMS)


def test_libraries_warnings_do_not_get_out():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chart = line + line.interactive() + line.mark_point().interactive()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_chart(chart)


ALONE = """
import sys
import chart_checks, altair as alt, pandas as pd

price = pd.DataFrame({"year": [2014, 2015], "yuan": [14.5, 13.5]})
chart = alt.Chart(price).mark_bar().encode(x="year:O", y="yuan:Q")
chart_checks.assert_draws(chart, price.set_axis(["x", "y"], axis="columns"))
chart_checks.assert_zero_based(chart)
own = {name.partition(".")[0] for name, module in sys.modules.items()}
assert "casebook" not in own and "nbgrader" not in own
"""


@pytest.mark.slow
def test_beside_a_notebook_it_needs_nothing_but_pandas_and_altair(tmp_path):
    source = Path(chart_checks.__file__).read_text(encoding="utf-8")
    (tmp_path / "chart_checks.py").write_text(source, encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_it_imports_the_standard_library_pandas_and_altair_only():
    source = ast.parse(Path(chart_checks.__file__).read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names}
    found |= {str(node.module) for node in ast.walk(source) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in found} <= sys.stdlib_module_names | {"altair", "pandas"}


def test_every_public_function_is_listed_and_explained():
    here = {name: value for name, value in vars(chart_checks).items() if name[0] != "_" and hasattr(value, "__doc__")}
    public = {name for name, value in here.items() if getattr(value, "__module__", "") == chart_checks.__name__}

    assert public - {"Inputs", "Output"} == set(chart_checks.__all__)
    assert all(here[name].__doc__ for name in chart_checks.__all__)
