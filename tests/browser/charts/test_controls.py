"""Sliders, lists and buttons beside a chart set what it shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_slider_moves_the_chart_with_keys_and_with_a_mouse(open_chapter, width):
    page = open_chapter(width=width)
    slider = page.get_by_role("slider", name="At least (billion)")
    bars = page.locator("#fig-slider-chart .chart-plot .role-mark path")
    slider.focus()
    page.wait_for_selector('#fig-slider-chart[data-state="live"]')
    expect(bars).to_have_count(3)

    page.keyboard.press("ArrowRight")
    expect(bars).to_have_count(2)
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)

    expect(bars).to_have_count(0)
    expect(page.locator("#fig-slider-chart output")).to_have_text("40")


def test_a_slider_moved_before_the_chart_is_live_counts(open_chapter):
    page = open_chapter()

    page.get_by_role("slider", name="At least (billion)").fill("30")

    page.wait_for_selector('#fig-slider-chart[data-state="live"]')
    expect(page.locator("#fig-slider-chart .chart-plot .role-mark path")).to_have_count(1)


def test_lists_and_radio_buttons_set_what_is_shown(open_chapter):
    page = open_chapter()
    points = page.locator("#fig-lists-chart .chart-plot .role-mark path")
    page.get_by_role("radio", name="Post", exact=True).check()
    page.wait_for_selector('#fig-lists-chart[data-state="live"]')
    expect(points).to_have_count(2)
    small = points.first.bounding_box()["width"]

    page.get_by_role("combobox", name="Points").select_option("Large")
    page.get_by_role("radio", name="All").check()

    expect(points).to_have_count(4)
    assert points.first.bounding_box()["width"] > small


def test_a_slider_keeps_its_value_when_the_page_turns_dark(open_chapter):
    page = open_chapter(color_scheme="light")
    slider = page.get_by_role("slider", name="At least (billion)")
    slider.fill("25")
    bars = page.locator("#fig-slider-chart .chart-plot .role-mark path")
    expect(bars).to_have_count(1)

    page.evaluate("document.documentElement.dataset.theme = 'dark'")

    expect(bars).to_have_attribute("fill", re.compile("#56b4e9"))
    expect(bars).to_have_count(1)
    expect(slider).to_have_value("25")
