import altair as alt

from casebook.charts.checks import problems_in
from casebook.errors import Where


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
