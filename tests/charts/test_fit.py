from copy import deepcopy

import altair as alt
from hypothesis import given
from hypothesis import strategies as st

from casebook.charts.fit import fitted, lines_that_fit
from casebook.charts.theme import NARROW, WIDE

LONG = "Others have sold more on Amazon than Amazon has since 2015, by value"


def test_a_title_is_broken_between_words():
    lines = lines_that_fit(LONG, 350, 16, bold=True)

    assert len(lines) > 1
    assert " ".join(lines) == LONG


def test_lines_that_the_author_broke_stay_apart():
    assert lines_that_fit(["One", "Two"], 700, 16) == ["One", "Two"]


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=200), st.integers(1, 900))
def test_breaking_loses_no_word_and_no_line_is_too_long_unless_it_is_one_word(text, width_px):
    lines = lines_that_fit(text, width_px, 13)

    assert " ".join(lines).split() == text.split()
    assert all(len(line) * 13 * 0.52 <= width_px or len(line.split()) == 1 for line in lines)


def test_titles_fill_fewer_lines_on_a_wide_screen(spec):
    spec = spec | {"title": LONG}

    assert len(fitted(spec, WIDE)["title"]["text"]) < len(fitted(spec, NARROW)["title"]["text"])


def test_titles_of_axes_and_legends_are_broken_too(chart):
    chart = chart.encode(y=alt.Y("parcels:Q").title(f"{LONG} (percent)"), color=alt.Color("who:N").title(LONG))

    encoding = fitted(chart.to_dict(), NARROW)["encoding"]

    assert len(encoding["y"]["title"]) > 1
    assert len(encoding["color"]["title"]) > 1


def test_a_title_as_an_object_keeps_what_else_it_says(spec):
    spec = spec | {"title": {"text": LONG, "subtitle": LONG, "anchor": "middle"}}

    title = fitted(spec, NARROW)["title"]

    assert title["anchor"] == "middle"
    assert len(title["subtitle"]) > 1


def test_labels_of_years_are_level_unless_the_author_turned_them(chart):
    turned = chart.encode(x=alt.X("year:O").title(None).axis(labelAngle=-45))

    assert fitted(chart.to_dict(), NARROW)["encoding"]["x"]["axis"]["labelAngle"] == 0
    assert fitted(turned.to_dict(), NARROW)["encoding"]["x"]["axis"]["labelAngle"] == -45


def test_the_spec_given_is_not_changed(spec):
    before = deepcopy(spec)

    fitted(spec, NARROW)

    assert spec == before
