import altair as alt
import pandas as pd

from casebook.charts.checks import problems_in, problems_in_caption
from casebook.charts.shape import fault_in_shape
from casebook.errors import Where

PARCELS = pd.DataFrame({"year": [2013, 2014, 2015], "parcels": [9.19, 14.0, 20.65], "who": ["a", "b", "a"]})


def said(chart) -> list[str]:
    return [str(problem) for problem in problems_in(chart.to_dict())]


def test_a_chart_that_says_what_it_shows_has_no_problem(spec):
    assert problems_in(spec) == []


def test_a_chart_without_a_title_is_a_problem_with_place_and_mend(spec):
    del spec["title"]

    [problem] = problems_in(spec, Where("chapter.md", 40, cell="fig-parcels"))

    assert str(problem).startswith("chapter.md:40 (cell fig-parcels): The chart has no title.\n  Mend: ")
    assert 'title="..."' in str(problem)


def test_a_chart_without_words_for_those_who_cannot_see_it_is_a_problem(spec):
    [problem] = problems_in(spec | {"description": "  "})

    assert "no description" in problem.what
    assert 'description="..."' in (problem.mend or "")


def test_an_axis_named_by_its_column_is_a_problem(chart):
    [problem] = said(chart.encode(y="parcels:Q"))

    assert "The y axis (parcels) has no title of its own." in problem
    assert 'alt.Y("parcels").title("... (unit)")' in problem


def test_an_axis_of_quantities_names_its_unit(chart):
    [problem] = said(chart.encode(y=alt.Y("parcels:Q").title("Parcels")))

    assert 'The title of the y axis, "Parcels", names no unit.' in problem
    assert '.title("Parcels (unit)")' in problem


def test_years_need_no_unit_and_no_title(chart):
    by_number = alt.X("year:Q").axis(format="d").title("Calendar year")

    assert said(chart.encode(x=by_number)) == []
    assert said(chart.encode(x=alt.X("year:Q").axis(format="d", title=None))) == []


def test_an_axis_that_is_not_drawn_needs_no_title(chart):
    assert said(chart.encode(y=alt.Y("parcels:Q").axis(None))) == []


def test_one_layer_speaks_for_an_axis_that_layers_share(chart):
    points = chart.mark_point().encode(y="parcels:Q")
    limit = alt.Chart().mark_rule().encode(y=alt.datum(10))

    assert said(chart + points + limit) == []


def test_a_layered_chart_may_carry_its_words_in_its_first_layer(chart):
    assert said(chart + alt.Chart().mark_rule().encode(y=alt.datum(10))) == []


def test_each_plot_of_several_side_by_side_is_judged(chart):
    [problem] = said(alt.hconcat(chart, chart.encode(y="parcels:Q")))

    assert "y axis (parcels)" in problem


def test_several_plots_need_one_title_for_all_or_one_each(chart):
    untitled = chart.copy()
    untitled.title = alt.Undefined
    half_titled = alt.hconcat(chart, untitled)

    assert said(alt.hconcat(chart, chart)) == []
    assert said(half_titled.properties(title="Both")) == []
    assert any("no title" in problem for problem in said(half_titled))


def test_the_axes_of_small_multiples_are_judged(chart):
    [problem] = said(chart.encode(y="parcels:Q").facet("who:N"))

    assert "y axis (parcels)" in problem


def test_repeated_plots_are_named_by_their_columns(chart):
    def repeated(column: str) -> list[str]:
        chart.data = PARCELS.rename(columns={"parcels": column})
        return said(chart.encode(y=alt.Y(alt.repeat("row"), type="quantitative")).repeat(row=[column]))

    [problem] = repeated("parcels")

    assert 'The title of the y axis, "parcels", names no unit.' in problem
    assert 'table.rename(columns={"parcels": "... (unit)"})' in problem
    assert repeated("Parcels (billion)") == []


def test_a_chart_that_draws_columns_of_no_table_is_a_problem(chart):
    bare = alt.Chart(title="A", description="B").mark_bar().encode(x=alt.X("year:O").title(None))

    [problem] = said(bare)

    assert "The chart has no data to draw." in problem
    assert "alt.Chart(table, ...)" in problem
    assert said(alt.layer(bare, data=PARCELS)) == []


def test_a_map_of_no_shapes_is_a_problem():
    [problem] = said(alt.Chart(title="A", description="B").mark_geoshape())

    assert "no data to draw" in problem


def test_generated_data_are_data():
    generated = alt.Chart(alt.sequence(0, 9, as_="x"), title="A", description="B").mark_point()

    assert said(generated.encode(x=alt.X("x:Q").title("Side (m)"))) == []
    assert said(alt.Chart(alt.graticule(), title="A", description="B").mark_geoshape()) == []


def test_a_table_whose_rows_are_all_filtered_away_is_a_problem(chart):
    chart.data = PARCELS[PARCELS["year"] > 2100]

    [problem] = said(chart)

    assert "The chart's table has no rows." in problem


def test_a_column_that_the_table_does_not_have_is_a_problem_that_names_those_it_has(chart):
    [problem] = said(chart.encode(y=alt.Y("parcel:Q").title("Parcels (billion)")))

    assert 'the column "parcel", which its table does not have' in problem
    assert "write one of: year, parcels, who." in problem


def test_a_column_that_a_transform_makes_is_no_problem(chart):
    made = chart.transform_calculate(double="2 * datum.parcels").encode(y=alt.Y("double:Q").title("Twice (billion)"))

    assert said(made) == []


def test_more_rows_than_a_page_bears_are_a_problem_with_a_way_out(chart):
    spec = chart.to_dict()
    [name] = spec["datasets"]
    spec["datasets"][name] = [{"year": 2013, "parcels": n} for n in range(5001)]

    [problem] = problems_in(spec)

    assert "5,001 rows" in problem.what
    assert "groupby" in (problem.mend or "")
    spec["datasets"][name].pop()
    assert problems_in(spec) == []


def test_a_caption_names_its_source():
    assert problems_in_caption("Parcels a year. Source: State Post Bureau.") == []
    [missing] = problems_in_caption("Parcels a year.")
    [empty] = problems_in_caption(" ", Where("chapter.md", 3, cell="4"))

    assert missing.what == "The caption names no source."
    assert "chapter.md:3 (cell 4): The chart has no caption." in str(empty)


def test_what_is_no_chart_is_told_in_its_own_words():
    assert fault_in_shape({"mark": "bars"}).startswith('there is no mark "bars"; there are arc, area, bar')
    assert fault_in_shape({"hconcat": 5}) == '"hconcat" is 5, not a list'
    assert fault_in_shape({"title": "x"}) == "it has no mark and no plots in it"
    assert fault_in_shape([1]) == "it is [1], not a chart"
    assert fault_in_shape({"layer": [{"mark": "bar", "encoding": {"x": "a"}}]}) == "\"encoding\" is {'x': 'a'}"


def test_every_chart_that_altair_makes_is_a_chart(chart):
    for made in (chart, chart + chart, chart | chart, chart.facet("who:N"), chart.interactive()):
        assert fault_in_shape(made.to_dict()) is None
