import re
import xml.etree.ElementTree as ET

import altair as alt
import pytest

from casebook.charts.faces import UndrawableError, faces_of
from casebook.charts.theme import DARK, LIGHT, NARROW, WIDE

ARRANGEMENTS = {
    "one": lambda chart: chart,
    "layers": lambda chart: chart + alt.Chart().mark_rule().encode(y=alt.datum(10)),
    "side by side": lambda chart: alt.hconcat(chart, chart, title=chart.title),
    "facets": lambda chart: chart.facet("who:N", columns=2),
    "repeated": lambda chart: chart.encode(y=alt.Y(alt.repeat("column"), type="quantitative")).repeat(
        column=["parcels", "year"]
    ),
}


def test_a_chart_is_drawn_for_light_and_dark_pages_and_for_wide_and_narrow_screens(spec):
    faces = faces_of(spec)

    assert set(faces.pictures) == {(page, screen) for page in ("light", "dark") for screen in ("wide", "narrow")}
    assert faces.alt == spec["description"]
    assert faces.title == spec["title"]


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_every_kind_of_chart_is_as_wide_as_there_is_room_and_no_wider(chart, arrangement):
    pictures = faces_of(ARRANGEMENTS[arrangement](chart).to_dict()).pictures

    assert WIDE.width_px * 0.9 <= pictures["light", "wide"].width_px <= WIDE.width_px
    assert NARROW.width_px * 0.9 <= pictures["light", "narrow"].width_px <= NARROW.width_px


@pytest.mark.parametrize("arrangement", ["side by side", "facets", "repeated"])
def test_plots_that_stand_side_by_side_stand_below_each_other_on_a_phone(chart, arrangement):
    pictures = faces_of(ARRANGEMENTS[arrangement](chart).to_dict()).pictures

    assert pictures["light", "narrow"].height_px > 1.5 * pictures["light", "wide"].height_px


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_every_axis_of_every_plot_has_ticks(chart, arrangement):
    svg = faces_of(ARRANGEMENTS[arrangement](chart).to_dict()).pictures["light", "wide"].svg

    assert ">20</text>" in svg


def test_the_picture_to_take_away_is_on_white(spec):
    faces = faces_of(spec)

    assert '<rect width="100%" height="100%" fill="#ffffff"/>' in faces.svg
    assert faces.png.startswith(b"\x89PNG")


def test_a_width_that_the_author_chose_holds_on_a_wide_screen_and_yields_on_a_narrow_one(chart):
    pictures = faces_of(chart.properties(width=400).to_dict()).pictures

    assert pictures["light", "wide"].width_px == 400
    assert pictures["light", "narrow"].width_px == NARROW.width_px


def test_the_picture_shows_the_page_through_and_writes_in_its_colours(spec):
    pictures = faces_of(spec).pictures

    for palette in (LIGHT, DARK):
        svg = pictures[palette.name, "wide"].svg
        assert f'fill="{palette.text}"' in svg
        assert palette.marks[0] in svg
        assert not re.search(r'<rect[^>]*fill="(white|#fff(fff)?)"', svg)


def test_the_words_of_the_picture_are_text_in_a_font_of_the_system(spec):
    svg = faces_of(spec).pictures["light", "narrow"].svg

    words = " ".join(ET.fromstring(svg).itertext()).split()  # noqa: S314 - our own picture

    assert {"Parcels", "(billion)", "2013"} <= set(words)
    assert set(spec["title"].split()) <= set(words)
    assert "sans-serif" in svg


def test_the_picture_refers_to_nothing_outside_itself(spec):
    svg = faces_of(spec).pictures["light", "wide"].svg

    assert not re.search(r'(href|src)="|url\((?!#)|@import', svg)


def test_the_same_spec_gives_the_same_picture(spec):
    assert faces_of(spec) == faces_of(spec)


def test_a_chart_that_asks_another_host_for_data_is_refused(spec):
    spec = spec | {"data": {"url": "https://example.org/data.csv"}}

    with pytest.raises(UndrawableError):
        faces_of(spec)


def test_a_spec_that_is_not_vega_lite_is_refused_in_one_line():
    with pytest.raises(UndrawableError) as refused:
        faces_of({"mark": "no such mark", "title": "x"})

    assert "\n" not in str(refused.value)


def test_why_vega_lite_refuses_a_spec_is_told_in_its_own_words(spec):
    spec["encoding"]["x"]["type"] = "kwantitative"

    with pytest.raises(UndrawableError, match=r"^Invalid field type"):
        faces_of(spec)
