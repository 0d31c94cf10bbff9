"""The HTML of a chart, read as a browser would read it."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from casebook.charts.columns import Column
from casebook.charts.interaction import PARAMETERS, Control
from casebook.charts.table import DataTable
from casebook.site.chart_html import Link, PageChart, PagePicture, picture_html, tools_html

FACES = [(page, screen) for page in ("light", "dark") for screen in ("wide", "narrow")]
TABLE = DataTable(
    "", (Column("Year", "number", grouped=False, definition={}), Column("A < B", "number", grouped=True, definition={})),
    (("2013", "1234.5"), ("2014", "")),
)  # fmt: skip
CHART = PageChart(
    title='"More" & more',
    alt="Bars <up>.",
    pictures={face: PagePicture(f"{'-'.join(face)}.svg", 688, 400) for face in FACES},
    tables=(TABLE,),
    rows=(2,),
    csv="c.csv",
    svg="s.svg",
    png="p.png",
    live="l.json",
    data=("r1.json", "r2.csv"),
    interaction=PARAMETERS,
    controls=(),
)


def parsed(html: str) -> ET.Element:
    # HTML leaves empty elements open.
    closed = re.sub(r"<((?:img|input|source)\b[^>]*)>", r"<\1/>", html)
    closed = re.sub(r" (checked|selected)(?=[ />])", r' \1="\1"', closed)
    return ET.fromstring(f"<root>{closed}</root>")  # noqa: S314 - our own HTML


def tools(chart: PageChart, **more) -> ET.Element:
    return parsed(tools_html(chart, "fig-x-chart", "../charts", "fig-x", **more))


def control(**fields) -> ET.Element:
    chart = replace(CHART, controls=(Control(**fields),))
    return parsed(picture_html(chart, "fig-x-chart", "../charts"))


def test_words_of_authors_are_written_as_words():
    root = parsed(picture_html(CHART, "fig-x-chart", "../charts"))

    assert root.find("div").get("data-title") == '"More" & more'
    assert {img.get("alt") for img in root.iter("img")} == {"Bars <up>."}


def test_a_live_chart_names_every_file_that_it_will_ask_for():
    box = parsed(picture_html(CHART, "fig-x-chart", "../charts")).find("div")

    assert box.get("data-live") == "../charts/l.json"
    assert box.get("data-rows") == "../charts/r1.json ../charts/r2.csv"


def test_every_picture_says_its_size_and_where_it_is():
    root = parsed(picture_html(CHART, "fig-x-chart", "../charts"))

    for picture in [*root.iter("img"), *root.iter("source")]:
        assert (picture.get("width"), picture.get("height")) == ("688", "400")
        assert (picture.get("src") or picture.get("srcset")).startswith("../charts/")


def test_a_table_has_a_caption_heads_with_scope_and_numbers_as_people_write_them():
    root = tools(CHART)

    assert root.find(".//caption").text == '"More" & more'
    assert [(th.text, th.get("scope")) for th in root.iter("th")] == [
        ("Year", "col"),
        ("A < B", "col"),
        ("2013", "row"),
        ("2014", "row"),
    ]
    assert [td.text for td in root.iter("td")] == ["1,234.5", None]


def test_a_table_that_is_cut_says_so():
    assert (
        "The first 2 of 1,400 rows; all are in the CSV file."
        in tools(replace(CHART, rows=(1400,))).find(".//caption").text
    )


def test_several_tables_are_counted():
    root = tools(replace(CHART, tables=(TABLE, replace(TABLE, title="Right")), rows=(2, 2)))

    assert [caption.text for caption in root.iter("caption")] == ['"More" & more (1 of 2)', "Right (2 of 2)"]


def test_files_are_saved_under_the_name_of_the_figure():
    links = {a.get("download"): a.get("href") for a in tools(CHART).iter("a")}

    assert links == {"fig-x.csv": "../charts/c.csv", "fig-x.svg": "../charts/s.svg", "fig-x.png": "../charts/p.png"}


def test_a_chart_without_numbers_or_answers_offers_neither():
    root = tools(replace(CHART, tables=(), rows=(), csv=None, live=None))

    assert [a.get("download") for a in root.iter("a")] == ["fig-x.svg", "fig-x.png"]
    assert list(root.iter("details")) == list(root.iter("button")) == []
    assert parsed(picture_html(replace(CHART, live=None), "x", "y")).find("div").get("data-live") is None


def test_pages_of_the_tables_are_linked():
    root = tools(CHART, data=[Link("Parcels & post", "../data/parcels.html")])

    assert root.find(".//p/a").text == "Parcels & post"


def test_a_slider_has_limits_and_shows_its_value_without_moving_anything():
    root = control(signal="least", label="At least", kind="range", value=10, low=0, high=1000, step=0.5)

    slider = root.find(".//input")
    assert [slider.get(key) for key in ("min", "max", "step", "value")] == ["0", "1000", "0.5", "10"]
    assert root.find(".//output").get("style") == "min-width: 4ch"
    assert "At least" in root.find(".//label").text


@pytest.mark.parametrize(("kind", "tag"), [("radio", "input"), ("select", "option")])
def test_choices_carry_any_value_and_mark_the_first_one(kind, tag):
    options = ((None, "All"), ("a b", "A"), (2.0, "Two"), (True, "Yes"))

    root = control(signal="s", label="Who", kind=kind, value="a b", options=options)

    values = {choice.get("value"): bool(choice.get("checked") or choice.get("selected")) for choice in root.iter(tag)}
    assert values == {"null": False, '"a b"': True, "2": False, "true": False}


def test_radio_buttons_are_a_group_with_a_name():
    root = control(signal="s", label="Who", kind="radio", value=None, options=((None, "All"), ("a", "A")))

    assert root.find(".//fieldset/legend").text == "Who"
    assert len({choice.get("name") for choice in root.iter("input")}) == 1


@pytest.mark.parametrize(
    ("kind", "value"), [("checkbox", True), ("text", "words"), ("number", 3), ("color", "#ff0000")]
)
def test_other_kinds_of_input_are_those_of_html(kind, value):
    field = control(signal="s", label="L", kind=kind, value=value).find(".//input")

    assert field.get("type") == kind
    assert field.get("data-signal") == "s"
