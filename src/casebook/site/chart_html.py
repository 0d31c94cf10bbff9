"""How is a chart written into a page? HTML that says everything without a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from casebook.charts.interaction import Control
from casebook.charts.table import DataTable

# Up to this width of the screen the narrow picture is shown.
NARROW_SCREEN = "(max-width: 600px)"
# More rows than this are a file to download, not something to read on a page.
ROWS_ON_PAGE = 40
# Characters; a longer cell may be broken into lines.
LONG_TEXT = 24


@dataclass(frozen=True)
class PagePicture:
    """A picture beside the pages: the name of its file, and its size in CSS pixels."""

    file: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class PageChart:
    """A chart as its page needs it; files are names in one folder of the site.

    Parameters
    ----------
    title, alt
        In words.
    pictures
        By page and screen: ("light" or "dark", "wide" or "narrow").
    tables
        With no more rows than a page shows.
    rows
        How many rows each table has altogether.
    csv
        All rows. None: the chart shows no numbers.
    svg, png
        To take away.
    live
        What a browser needs to draw it. None: it does not answer.
    data
        The files with its rows that ``live`` names.
    interaction
        Of ``casebook.charts.interaction``.
    controls
        Set by a reader.
    """

    title: str
    alt: str
    pictures: dict[tuple[str, str], PagePicture]
    tables: tuple[DataTable, ...]
    rows: tuple[int, ...]
    csv: str | None
    svg: str
    png: str
    live: str | None
    data: tuple[str, ...]
    interaction: str
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Link:
    """A link to another page: its words and its address."""

    words: str
    address: str


def picture_html(chart: PageChart, chart_id: str, folder: str, *, at_once: bool = False) -> str:
    """The pictures, of which the style sheet shows the one that suits the page, and the controls.

    Parameters
    ----------
    chart
        The chart.
    chart_id
        Unique on the page.
    folder
        Where its files are, from the page.
    at_once
        Fetch the pictures with the page, as for its first chart, and not when the reader comes near.
    """
    live = ""
    if chart.live is not None:
        live = (
            f' data-live="{folder}/{chart.live}" data-interaction="{chart.interaction}"'
            f' data-rows="{" ".join(f"{folder}/{name}" for name in chart.data)}"'
            f' data-title="{escape(chart.title)}"'
        )
    lazy = "" if at_once else ' loading="lazy"'
    # A box of their own, because the theme hides a caption that follows a hidden picture.
    parts = [f'<div class="chart" id="{escape(chart_id)}"{live}>\n<div class="chart-stage">\n']
    for theme in ("light", "dark"):
        narrow, wide = chart.pictures[theme, "narrow"], chart.pictures[theme, "wide"]
        parts.append(
            f'<picture class="only-{theme}">'
            f'<source media="{NARROW_SCREEN}" srcset="{folder}/{narrow.file}"'
            f' width="{narrow.width_px}" height="{narrow.height_px}">'
            f'<img class="only-{theme}" src="{folder}/{wide.file}" width="{wide.width_px}" height="{wide.height_px}"'
            f'{lazy} alt="{escape(chart.alt)}"></picture>\n'
        )
    parts.append("</div>\n")
    if chart.controls:
        inner = "".join(_control(control, f"{chart_id}-{n}") for n, control in enumerate(chart.controls, start=1))
        name = escape(f"Settings of the chart: {chart.title}")
        parts.append(f'<form class="chart-controls" aria-label="{name}" autocomplete="off">\n{inner}</form>\n')
    parts.append("</div>\n")
    return "".join(parts)


def tools_html(chart: PageChart, chart_id: str, folder: str, file_stem: str, data: Sequence[Link] = ()) -> str:
    """What stands under a chart and its caption: the live chart, the table, the downloads, the data's own pages.

    Parameters
    ----------
    chart, chart_id, folder
        As for ``picture_html``.
    file_stem
        What downloaded files are called.
    data
        Pages of the tables that the chart was made from.
    """
    parts = [f'<div class="chart-tools" role="group" aria-label="{escape(f"The chart: {chart.title}")}">\n']
    parts.append('<div class="chart-links">\n')
    if chart.live is not None:
        parts.append(
            f'<button type="button" class="chart-explore" aria-controls="{escape(chart_id)}">'
            "Explore this chart</button>\n"
        )
    if chart.csv is not None:
        parts.append(_download(folder, chart.csv, f"{file_stem}.csv", "Download data (CSV)"))
    parts.append(_download(folder, chart.svg, f"{file_stem}.svg", "Download picture (SVG)"))
    parts.append(_download(folder, chart.png, f"{file_stem}.png", "(PNG)", "Download picture (PNG)"))
    parts.append("</div>\n")
    if data:
        links = ", ".join(f'<a href="{escape(link.address)}">{escape(link.words)}</a>' for link in data)
        parts.append(f'<p class="chart-data">About the data: {links}</p>\n')
    if chart.tables:
        tables = "".join(
            _table(chart, place, table, rows)
            for place, (table, rows) in enumerate(zip(chart.tables, chart.rows, strict=True), start=1)
        )
        parts.append(f'<details class="chart-table"><summary>Show as table</summary>\n{tables}</details>\n')
    parts.append("</div>\n")
    return "".join(parts)


def _download(folder: str, file: str, name: str, words: str, label: str | None = None) -> str:
    said = "" if label is None else f' aria-label="{escape(label)}"'
    return f'<a href="{folder}/{file}" download="{escape(name)}"{said}>{escape(words)}</a>\n'


def _table(chart: PageChart, place: int, table: DataTable, rows: int) -> str:
    caption = table.title or chart.title
    if len(chart.tables) > 1:
        caption = f"{caption} ({place} of {len(chart.tables)})"
    if rows > len(table.rows):
        caption = f"{caption}. The first {len(table.rows)} of {rows:,} rows; all are in the CSV file."
    numbers = [column.measures for column in table.columns]
    head = "".join(
        f'<th scope="col"{_number(number)}>{escape(column.title)}</th>'
        for column, number in zip(table.columns, numbers, strict=True)
    )
    body = "".join(f"<tr>{_cells(table, row, numbers)}</tr>\n" for row in table.rows)
    # It scrolls sideways on a narrow screen, so it must be within reach of the keyboard.
    return (
        f'<div class="chart-table-box" role="region" tabindex="0" aria-label="{escape(f"Table: {caption}")}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )


def _cells(table: DataTable, row: Sequence[str], numbers: Sequence[bool]) -> str:
    shown = [escape(column.shown(value)) for column, value in zip(table.columns, row, strict=True)]
    classes = [
        _number(number) or (' class="long"' if len(text) > LONG_TEXT else "")
        for text, number in zip(shown, numbers, strict=True)
    ]
    first = f'<th scope="row"{classes[0]}>{shown[0]}</th>'
    return first + "".join(f"<td{said}>{text}</td>" for said, text in zip(classes[1:], shown[1:], strict=True))


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _control(control: Control, control_id: str) -> str:
    label = escape(control.label)
    if control.kind == "radio":
        buttons = "".join(
            f'<label><input type="radio" name="{control_id}" value="{_json(value)}"{_signal(control)}'
            f"{' checked' if value == control.value else ''}> {escape(words)}</label>\n"
            for value, words in control.options
        )
        return f"<fieldset><legend>{label}</legend>\n{buttons}</fieldset>\n"
    if control.kind == "select":
        options = "".join(
            f'<option value="{_json(value)}"{" selected" if value == control.value else ""}>{escape(words)}</option>'
            for value, words in control.options
        )
        return f"<label>{label} <select{_signal(control)}>{options}</select></label>\n"
    if control.kind == "range":
        value = f"{control.value:g}"
        limits = f'min="{control.low:g}" max="{control.high:g}" step="{control.step:g}" value="{value}"'
        return (
            f'<label>{label} <input type="range" {limits}{_signal(control)}> '
            # As wide as the widest number, so that nothing moves when it changes.
            f'<output style="min-width: {_widest(control)}ch">{value}</output></label>\n'
        )
    if control.kind == "checkbox":
        checked = " checked" if control.value else ""
        return f'<label><input type="checkbox"{checked}{_signal(control)}> {label}</label>\n'
    text = "" if control.value is None else escape(str(control.value))
    return f'<label>{label} <input type="{escape(control.kind)}" value="{text}"{_signal(control)}></label>\n'


def _signal(control: Control) -> str:
    return f' data-signal="{escape(control.signal)}"'


def _json(value: Any) -> str:
    # As JavaScript writes it, so that the two can be compared.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _widest(control: Control) -> int:
    return max(len(f"{value:g}") for value in (control.low, control.high, control.low + control.step))
