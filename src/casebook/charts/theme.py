"""The book's colours, type and sizes for charts: one palette, drawn for light and for dark pages.

The colours start from the set of Okabe and Ito, "Color Universal Design" (2008), which people with
any common kind of colour vision can tell apart. Those too pale for a white page, or too deep for a
dark one, are darkened or lightened until each stands out 3 : 1 from its page (WCAG 2.2, 1.4.11);
text stands out at least 4.5 : 1 (1.4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Fonts that every system has, and whose letters are as wide as those the layout is computed with
# (Liberation Sans): what fits when drawn fits when read. "system-ui" would not: it may be wider.
FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', Roboto, sans-serif"

# About how far apart the ticks of an axis stand.
TICK_X_PX = 90
TICK_Y_PX = 50


@dataclass(frozen=True)
class Palette:
    """Colours for one kind of page.

    Parameters
    ----------
    name
        "light" or "dark".
    page
        The page's own background, which shows through the chart. ``book/theme`` uses the same.
    text, quiet
        Titles, and the labels and axis titles around the plot.
    line, grid
        Axis lines, and the faint lines behind the marks.
    marks
        For categories, in the order in which they are used. The first is also the colour of a chart
        that needs only one.
    ramp
        From low to high, for quantities shown by colour.
    """

    name: str
    page: str
    text: str
    quiet: str
    line: str
    grid: str
    marks: tuple[str, ...]
    ramp: tuple[str, ...]


LIGHT = Palette(
    name="light",
    page="#ffffff",
    text="#1b1f24",
    quiet="#4a525c",
    line="#8a939d",
    grid="#e3e7eb",
    marks=("#0072b2", "#c4500a", "#00805e", "#a8457c", "#8a6500", "#3d4650"),
    ramp=("#d3e6f3", "#7db6dc", "#0072b2", "#003a5c"),
)

DARK = Palette(
    name="dark",
    page="#14181e",
    text="#eceff2",
    quiet="#b4bcc5",
    line="#6b7580",
    grid="#2c333c",
    marks=("#56b4e9", "#f0883e", "#2fc79b", "#e39ac4", "#e8c33a", "#c3cad2"),
    ramp=("#173c54", "#2a739f", "#56b4e9", "#cbe8fa"),
)


@dataclass(frozen=True)
class Size:
    """How large a chart is drawn.

    Parameters
    ----------
    name
        "wide" or "narrow".
    width_px
        Of the whole picture, axes and legend included.
    plot_height_px
        Of the plot alone, when its height does not follow from its rows.
    title_px, label_px
        Font sizes of the title, and of everything else.
    legend_columns
        How many entries of a legend stand side by side.
    """

    name: str
    width_px: int
    plot_height_px: int
    title_px: int
    label_px: int
    legend_columns: int


# As wide as the text of a page on a desk, so that the picture is shown in its own size.
WIDE = Size("wide", width_px=688, plot_height_px=340, title_px=17, label_px=13, legend_columns=4)
# A phone 390 px wide leaves 358 for the text; on one of 360 px the picture shrinks to 328,
# and 13 px become 11.9.
NARROW = Size("narrow", width_px=358, plot_height_px=260, title_px=16, label_px=13, legend_columns=1)


def vega_config(palette: Palette, size: Size) -> dict[str, Any]:
    """Vega-Lite's ``config`` for a chart in this palette and size."""
    return {
        "background": None,
        "padding": {"left": 0, "right": 4, "top": 2, "bottom": 2},
        "font": FONT,
        "view": {
            "stroke": None,
            "continuousWidth": size.width_px,
            "continuousHeight": size.plot_height_px,
            "step": 30,
        },
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": palette.text,
            "subtitleColor": palette.quiet,
            "fontSize": size.title_px,
            "subtitleFontSize": size.label_px,
            "fontWeight": 600,
            "lineHeight": round(size.title_px * 1.3),
            "offset": 14,
        },
        "axis": {
            "labelColor": palette.quiet,
            "titleColor": palette.quiet,
            "labelFontSize": size.label_px,
            "titleFontSize": size.label_px,
            "titleFontWeight": 400,
            "titleLineHeight": round(size.label_px * 1.3),
            "domainColor": palette.line,
            "tickColor": palette.line,
            "gridColor": palette.grid,
            "labelLimit": size.width_px // 2 - 30,
            "labelPadding": 6,
            "titlePadding": 10,
        },
        "axisX": {"grid": False, "labelFlush": False, "tickCount": {"expr": f"ceil(width / {TICK_X_PX})"}},
        "axisY": {"domain": False, "ticks": False, "tickCount": {"expr": f"ceil(height / {TICK_Y_PX})"}},
        "axisXQuantitative": {"grid": True, "domain": False, "ticks": False},
        "header": {"labelColor": palette.text, "titleColor": palette.quiet, "labelFontSize": size.label_px},
        "legend": {
            "orient": "top",
            "columns": size.legend_columns,
            "labelColor": palette.text,
            "titleColor": palette.quiet,
            "labelFontSize": size.label_px,
            "titleFontSize": size.label_px,
            "titleFontWeight": 400,
            "labelLimit": size.width_px - 40,
            "symbolType": "square",
        },
        "range": {
            "category": list(palette.marks),
            "ordinal": list(palette.ramp),
            "ramp": list(palette.ramp),
            "heatmap": list(palette.ramp),
        },
        "mark": {"color": palette.marks[0]},
        "bar": {"color": palette.marks[0]},
        "line": {"color": palette.marks[0], "strokeWidth": 2.5},
        "point": {"color": palette.marks[0], "filled": True, "size": 55},
        "rule": {"color": palette.quiet},
        "text": {"color": palette.text, "fontSize": size.label_px},
        "tick": {"color": palette.marks[0], "thickness": 2},
    }
