import altair as alt
import pandas as pd
import pytest

from casebook.charts.faces import csv_of
from casebook.charts.table import DataTable, tables_of

SHAPES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x, 5], [x + 5, 5], [x + 5, 0], [x, 0]]]},
        }
        for name, x in (("West", 0), ("East", 10))
    ],
}


def read(table: DataTable) -> list[tuple[str, ...]]:
    """Titles first, then the rows as a person reads them."""
    shown = [tuple(c.shown(v) for c, v in zip(table.columns, row, strict=True)) for row in table.rows]
    return [tuple(column.title for column in table.columns), *shown]


def only(chart) -> list[tuple[str, ...]]:
    [table] = tables_of(chart.to_dict())
    return read(table)


def test_columns_are_called_as_on_the_axes_and_rows_stand_as_drawn(chart):
    assert only(chart) == [("Year", "Parcels (billion)"), ("2013", "9.19"), ("2014", "14"), ("2015", "20.65")]


def test_bars_sorted_by_length_give_rows_sorted_by_length(chart):
    drawn = chart.encode(x=alt.X("parcels:Q").title("Parcels (billion)"), y=alt.Y("year:O").sort("-x").title(None))

    assert [row[0] for row in only(drawn)[1:]] == ["2015", "2014", "2013"]


def test_sums_filters_and_shares_are_in_the_table_as_they_are_in_the_chart(chart):
    drawn = chart.transform_filter("datum.year > 2013").encode(
        x=alt.X("who:N").title("Carrier"), y=alt.Y("sum(parcels):Q").title("Parcels (billion)")
    )

    assert only(drawn) == [("Carrier", "Parcels (billion)"), ("a", "20.65"), ("b", "14")]


def test_a_histogram_gives_ranges_and_counts(chart):
    drawn = chart.encode(
        x=alt.X("parcels:Q").bin(step=10).title("Parcels (billion)"), y=alt.Y("count()").title("Years (number)")
    )

    assert only(drawn)[1:] == [("0 \u2013 10", "1"), ("10 \u2013 20", "1"), ("20 \u2013 30", "1")]


def test_what_a_tooltip_adds_is_in_the_table(chart):
    assert only(chart.encode(tooltip=["year", "who"]))[1] == ("2013", "a", "9.19")


def test_a_line_and_its_points_are_told_once(chart):
    drawn = chart.mark_line(point=True).encode(x=alt.X("year:Q").axis(format="d").title("Year"))

    assert [row[0] for row in only(drawn)] == ["Year", "2013", "2014", "2015"]


def test_bars_and_the_numbers_on_them_are_told_once(chart):
    assert len(only(chart + chart.mark_text().encode(text="parcels:Q"))) == 4


def test_a_layer_of_other_data_has_a_table_of_its_own_named_by_the_axis_it_shares(chart):
    limit = alt.Chart(pd.DataFrame({"limit": [15]})).mark_rule().encode(y="limit:Q")

    bars, rule = tables_of((chart + limit).to_dict())

    assert len(bars.rows) == 3
    assert read(rule) == [("Parcels (billion)",), ("15",)]


def test_small_multiples_name_their_plot_in_each_row(chart):
    assert only(chart.facet(alt.Facet("who:N").title("Carrier")))[1:] == [
        ("a", "2013", "9.19"),
        ("a", "2015", "20.65"),
        ("b", "2014", "14"),
    ]


def test_plots_side_by_side_have_a_table_each_and_one_file(chart):
    other = chart.encode(y=alt.Y("year:Q").axis(format="d").title("Year")).properties(title="Years")

    tables = tables_of(alt.hconcat(chart, other).to_dict())

    assert [table.title for table in tables] == [chart.title, "Years"]
    assert csv_of(tuple(tables)).splitlines()[0] == "Plot,Year,Parcels (billion)"


def test_repeated_plots_have_a_table_each(chart):
    chart.data = pd.DataFrame({"year": [2013, 2014], "parcels": [9.19, 14], "revenue": [1441.7, 2045.4]})
    drawn = chart.encode(y=alt.Y(alt.repeat("row"), type="quantitative")).repeat(row=["parcels", "revenue"])

    first, second = tables_of(drawn.to_dict())

    assert read(first)[0] == ("Year", "Parcels")
    assert read(second)[0] == ("Year", "Revenue")


def test_dates_are_written_for_machines_in_the_file_and_for_people_on_the_page():
    days = pd.DataFrame({"day": pd.to_datetime(["2020-01-25", "2020-02-03"]), "n": [1200, None]})
    chart = alt.Chart(days).mark_line().encode(x=alt.X("day:T").title("Date"), y=alt.Y("n:Q").title("Orders (number)"))

    [table] = tables_of(chart.to_dict())

    assert read(table) == [("Date", "Orders (number)"), ("25 January 2020", "1,200"), ("3 February 2020", "")]
    assert csv_of((table,)) == "Date,Orders (number)\n2020-01-25,1200\n2020-02-03,\n"


def test_negative_numbers_can_be_read_by_machines():
    chart = alt.Chart(pd.DataFrame({"change": [-1234.5]})).mark_point().encode(x="change:Q")

    [table] = tables_of(chart.to_dict())

    assert table.rows == (("-1234.5",),)
    assert read(table)[1] == ("-1,234.5",)


def test_years_have_no_thousands_apart(chart):
    drawn = chart.encode(x=alt.X("year:Q").title("Calendar year"))

    assert only(drawn)[1][0] == "2013"


def test_a_map_gives_the_values_of_its_regions():
    data = alt.Data(values=SHAPES, format=alt.DataFormat(property="features", type="json"))
    chart = alt.Chart(data).mark_geoshape().encode(tooltip=alt.Tooltip("properties.name:N", title="Region"))

    assert only(chart) == [("Region",), ("West",), ("East",)]


def test_a_map_of_outlines_alone_gives_no_table():
    assert tables_of(alt.Chart(alt.graticule()).mark_geoshape(filled=False).to_dict()) == []


def test_generated_rows_are_in_the_table():
    chart = alt.Chart(alt.sequence(0, 3, 1, as_="n")).transform_calculate(square="datum.n * datum.n").mark_line()

    drawn = chart.encode(x=alt.X("n:Q").title("Side (m)"), y=alt.Y("square:Q").title("Area (m²)"))

    assert only(drawn)[1:] == [("0", "0"), ("1", "1"), ("2", "4")]


def test_marks_that_stand_for_many_rows_give_the_rows_themselves(chart):
    assert len(only(chart.mark_boxplot())) == 4


@pytest.mark.parametrize("word", ["; ", ": ", "a; b: c", 'a "quoted" name', "<b>"])
def test_any_words_in_the_data_come_through_whole(word):
    chart = alt.Chart(pd.DataFrame({"name": [word], "n": [1]})).mark_bar().encode(y="name:N", x="n:Q")

    assert tables_of(chart.to_dict())[0].rows == ((word, "1"),)


def test_two_tables_of_one_title_are_numbered_in_the_file(chart):
    limit = alt.Chart(pd.DataFrame({"limit": [15]})).mark_rule().encode(y="limit:Q")

    lines = csv_of(tuple(tables_of((chart + limit).to_dict()))).splitlines()

    assert lines[0] == "Part,Year,Parcels (billion)"
    assert lines[-1] == "2,,15"
