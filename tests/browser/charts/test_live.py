"""What a reader can do with a live chart, with a mouse, a finger and keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def ids(page: Page, selector: str = ".chart") -> list[str]:
    return page.eval_on_selector_all(selector, "charts => charts.map(chart => chart.id)")


def marks(page: Page, name: str) -> list[str]:
    """The opacity or colour of each mark, as it is drawn."""
    inside = f"#fig-{name}-chart .chart-plot .role-mark path"
    return page.eval_on_selector_all(inside, "all => all.map(p => p.getAttribute('opacity') ?? p.getAttribute('fill'))")


def test_all_charts_become_live_with_files_of_the_site_alone_and_nothing_is_complained_of(
    open_chapter, explore, address
):
    page = open_chapter()

    for chart in ids(page, ".chart[data-live]"):
        explore(page, chart.removeprefix("fig-").removesuffix("-chart"))

    assert all(url.startswith(address) for url in page.asked)
    assert len([url for url in page.asked if "/vega-" in url]) == 1
    assert [text for text in page.said if "404" not in text] == []


def test_a_chart_that_only_tells_values_waits_until_it_is_pointed_at(open_chapter):
    page = open_chapter()
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(300)

    assert "/vega-" not in " ".join(page.asked)
    page.locator("#fig-values-chart .chart-stage").hover()

    page.wait_for_selector('#fig-values-chart[data-state="live"]')


def test_a_chart_with_something_to_choose_is_ready_when_a_moving_reader_comes_near(open_chapter):
    page = open_chapter()
    page.locator("#fig-legend-chart").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert "/vega-" not in " ".join(page.asked)

    page.mouse.wheel(0, 50)

    page.wait_for_selector('#fig-legend-chart[data-state="live"]')


def test_a_tap_makes_a_chart_live_and_tells_the_value_that_was_tapped(open_chapter):
    page = open_chapter(width=390, has_touch=True, is_mobile=True)
    stage = page.locator("#fig-layers-chart .chart-stage")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()

    page.touchscreen.tap(box["x"] + box["width"] * 0.85, box["y"] + box["height"] * 0.75)

    expect(page.locator(".chart-tip")).to_contain_text("Parcels (billion): 31.28")


def test_the_live_chart_stands_exactly_where_its_picture_stood(open_chapter, explore):
    for width in (1440, 700, 390, 360):
        page = open_chapter(width=width)
        for name in ("values", "brush", "facets", "map"):
            stage = page.locator(f"#fig-{name}-chart .chart-stage")
            before = stage.bounding_box()
            explore(page, name)
            after = page.locator(f"#fig-{name}-chart .chart-plot svg").bounding_box()
            assert after["width"] == pytest.approx(before["width"], abs=0.6), (width, name)
            assert after["height"] == pytest.approx(before["height"], abs=0.6), (width, name)


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_while_a_reader_scrolls_through_the_chapter_and_charts_become_live(open_chapter, width):
    page = open_chapter(width=width)

    for _ in range(25):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(60)
    page.wait_for_selector('#fig-zoom-chart[data-state="live"]', state="attached")
    page.wait_for_load_state("networkidle")

    assert page.evaluate("window.shifts") == []


def test_pointing_at_a_mark_tells_its_value_in_the_words_of_the_axes(open_chapter, explore):
    page = open_chapter()
    explore(page, "values")

    page.locator("#fig-values-chart .chart-plot .mark-symbol path").nth(1).hover()

    tip = page.locator(".chart-tip")
    expect(tip).to_contain_text("Calendar year: 2014")
    expect(tip).to_contain_text("Parcels (billion): 14")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_arrow_keys_read_every_value_aloud(open_chapter, explore):
    page = open_chapter()
    host = explore(page, "values")
    said = host.get_by_role("status")

    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Calendar year: 2013; Parcels (billion): 9.19; Revenue cny: 1,441.7. 1 of 4.")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Calendar year: 2014")
    page.keyboard.press("End")
    expect(said).to_contain_text("Calendar year: 2016")
    expect(page.locator(".chart-tip")).to_contain_text("Calendar year: 2016")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator('.chart-explore[aria-controls="fig-values-chart"]')).to_be_focused()


def test_bars_and_their_numbers_are_read_once(open_chapter, explore):
    page = open_chapter()
    host = explore(page, "layers")

    page.keyboard.press("Home")

    expect(host.get_by_role("status")).to_contain_text("1 of 4.")


@pytest.mark.parametrize("width", [1440, 700, 360])
def test_a_mouse_chooses_a_bar(open_chapter, explore, width):
    page = open_chapter(width=width)
    explore(page, "choose")

    page.locator("#fig-choose-chart .chart-plot .role-mark path").nth(2).click()

    expect(page.locator("#fig-choose-chart .chart-plot .role-mark path").nth(0)).to_have_attribute("opacity", "0.3")
    assert marks(page, "choose") == ["0.3", "0.3", "1", "0.3"]


def test_the_keyboard_chooses_a_bar_and_lets_it_go(open_chapter, explore):
    page = open_chapter()
    explore(page, "choose")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#fig-choose-chart .chart-plot .role-mark path").nth(1)).to_have_attribute("opacity", "0.3")
    assert marks(page, "choose") == ["1", "0.3", "0.3", "0.3"]
    page.keyboard.press("Escape")

    expect(page.locator("#fig-choose-chart .chart-plot .role-mark path").nth(1)).to_have_attribute("opacity", "1")


def test_mouse_and_keyboard_bring_out_an_entry_of_the_legend(open_chapter, explore):
    page = open_chapter()
    host = explore(page, "legend")

    page.locator("#fig-legend-chart .chart-plot .role-legend-label text").first.click()
    expect(page.locator("#fig-legend-chart .chart-plot .role-mark path").nth(1)).to_have_attribute("opacity", "0.2")
    assert marks(page, "legend") == ["1", "0.2", "1", "0.2"]
    host.focus()
    page.keyboard.press("End")
    expect(host.get_by_role("status")).to_contain_text("Legend: private")
    page.keyboard.press("Enter")

    expect(page.locator("#fig-legend-chart .chart-plot .role-mark path").nth(0)).to_have_attribute("opacity", "0.2")
    assert marks(page, "legend") == ["0.2", "1", "0.2", "1"]


@pytest.mark.parametrize("width", [1440, 700, 360])
def test_a_mouse_draws_a_choice_round_marks_also_where_the_chart_is_shown_smaller(open_chapter, explore, width):
    page = open_chapter(width=width)
    explore(page, "brush")
    points = page.locator("#fig-brush-chart .chart-plot .mark-symbol.role-mark path")
    second, third = points.nth(1).bounding_box(), points.nth(2).bounding_box()

    page.mouse.move(second["x"] - 8, second["y"] + 30)
    page.mouse.down()
    page.mouse.move(third["x"], third["y"] + 30, steps=4)
    page.mouse.move(third["x"] + third["width"] + 8, third["y"] + 30)
    page.mouse.up()

    expect(points.nth(0)).to_have_attribute("fill", "#8a939d")
    colours = [points.nth(n).get_attribute("fill") for n in range(4)]
    assert colours == ["#8a939d", "#c4500a", "#c4500a", "#8a939d"]


def test_the_keyboard_draws_a_choice_from_mark_to_mark(open_chapter, explore):
    page = open_chapter()
    host = explore(page, "brush")
    points = page.locator("#fig-brush-chart .chart-plot .mark-symbol.role-mark path")

    for key in ("ArrowRight", "Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)

    expect(host.get_by_role("status")).to_contain_text("Chosen up to here")
    expect(points.nth(3)).to_have_attribute("fill", "#8a939d")
    assert [points.nth(n).get_attribute("fill") for n in range(4)] == ["#c4500a", "#c4500a", "#8a939d", "#8a939d"]
    page.keyboard.press("Escape")
    expect(points.nth(3)).to_have_attribute("fill", "#c4500a")


def test_keys_stretch_an_axis_and_a_wheel_scrolls_the_page_unless_the_chart_is_in_use(open_chapter, explore):
    page = open_chapter()
    page.locator("#fig-zoom-chart").scroll_into_view_if_needed()
    page.mouse.move(600, 450)
    page.wait_for_selector('#fig-zoom-chart[data-state="live"]')
    labels = page.locator("#fig-zoom-chart .chart-plot .role-axis-label text")
    before, top = labels.all_text_contents(), page.evaluate("scrollY")
    assert len(before) > 4
    page.locator("#fig-zoom-chart .chart-plot").hover()

    page.mouse.wheel(0, -120)
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") != top
    assert labels.all_text_contents() == before
    explore(page, "zoom")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.wait_for_timeout(200)

    assert labels.all_text_contents() != before


def test_the_switch_between_light_and_dark_redraws_live_charts_and_keeps_what_was_chosen(open_chapter, explore):
    from casebook.charts.theme import DARK, LIGHT

    page = open_chapter(color_scheme="light")
    explore(page, "choose")
    page.locator("#fig-choose-chart .chart-plot .role-mark path").nth(2).click()
    bar = page.locator("#fig-choose-chart .chart-plot .role-mark path").nth(0)
    expect(bar).to_have_attribute("fill", LIGHT.marks[0])

    page.evaluate("document.documentElement.dataset.theme = 'dark'")

    expect(bar).to_have_attribute("fill", DARK.marks[0])
    assert marks(page, "choose") == ["0.3", "0.3", "1", "0.3"]
    assert page.locator("#fig-choose-chart .chart-plot").count() == 1


def test_turning_a_phone_draws_the_live_chart_for_the_other_width(open_chapter, explore):
    page = open_chapter(width=390)
    explore(page, "values")

    page.set_viewport_size({"width": 844, "height": 390})

    page.wait_for_function("document.querySelector('#fig-values-chart svg').viewBox.baseVal.width > 500")
    stage = page.locator("#fig-values-chart .chart-stage").bounding_box()
    assert page.locator("#fig-values-chart .chart-plot svg").bounding_box()["width"] == pytest.approx(
        stage["width"], abs=1
    )


def test_the_focus_of_a_live_chart_can_be_seen_and_says_which_keys_there_are(open_chapter, explore):
    page = open_chapter()
    host = explore(page, "choose")

    assert host.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    expect(host.locator(".chart-hint")).to_be_visible()
    expect(host).to_have_accessible_name(re.compile("Choose a bar"))
    expect(host).to_have_accessible_description(re.compile("Arrow keys read the values"))
