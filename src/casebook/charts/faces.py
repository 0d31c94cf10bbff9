"""From a Vega-Lite spec to what a reader can have of it: pictures, a live chart, tables, words.

Each chart is drawn four times: for light and for dark pages, and for wide and for narrow screens,
because a picture made for a desk shrinks to print nobody can read on a phone. The text in the SVG
is text, set in the reader's own system font. The live chart is laid out exactly as the pictures
are, so that nothing moves when it takes their place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import vl_convert

from casebook.charts.layout import Picture, UndrawableError, laid_out
from casebook.charts.live import LiveChart, live_chart
from casebook.charts.spec import Spec, description_of, title_of
from casebook.charts.table import DataTable, tables_of
from casebook.charts.theme import DARK, LIGHT, NARROW, WIDE

__all__ = ["ChartFaces", "Picture", "UndrawableError", "csv_of", "faces_of"]

# Sharp on screens with two dots for each pixel, and in slides.
PNG_SCALE = 2


@dataclass(frozen=True)
class ChartFaces:
    """What a reader can have of a chart.

    Parameters
    ----------
    title
        The chart's title, on one line.
    alt
        The author's description: the chart in words.
    pictures
        Keyed by page and screen: ("light" or "dark", "wide" or "narrow").
    tables
        The numbers that it shows, plot by plot. Empty: it shows none, as a map of outlines does.
    live
        What a browser needs to draw a chart that answers. None: there is nothing to answer.
    svg, png
        The picture to take away: on white, since nobody knows where it will be put.
    """

    title: str
    alt: str
    pictures: Mapping[tuple[str, str], Picture]
    tables: tuple[DataTable, ...]
    live: LiveChart | None
    svg: str
    png: bytes


def faces_of(spec: Spec) -> ChartFaces:
    """All faces of a chart.

    Parameters
    ----------
    spec
        Vega-Lite, as Altair writes it; data from files within.

    Raises
    ------
    UndrawableError
        The spec is not Vega-Lite that can be drawn, or asks another host for its data.
    """
    layouts = {size.name: laid_out(spec, size) for size in (WIDE, NARROW)}
    pictures = {
        (palette.name, name): layout.drawn(palette) for name, layout in layouts.items() for palette in (LIGHT, DARK)
    }
    svg = _on_white(pictures["light", "wide"].svg)
    return ChartFaces(
        title=title_of(spec),
        alt=description_of(spec),
        pictures=pictures,
        tables=tuple(tables_of(spec)),
        live=live_chart(spec, layouts),
        svg=svg,
        png=vl_convert.svg_to_png(svg, scale=PNG_SCALE),
    )


def _on_white(svg: str) -> str:
    end = svg.index(">") + 1
    return f'{svg[:end]}<rect width="100%" height="100%" fill="{LIGHT.page}"/>{svg[end:]}'


def csv_of(tables: tuple[DataTable, ...]) -> str:
    """All rows of all tables, as CSV; where there are several, the first column says which.

    Columns of the same title are one.
    """
    names = [table.title for table in tables]
    # Plots may share one title, that of the whole chart.
    distinct = len(set(names)) == len(names)
    parts = names if distinct else [str(number) for number in range(1, len(names) + 1)]
    first = [] if len(tables) == 1 else ["Plot" if distinct else "Part"]
    titles = list(dict.fromkeys(column.title for table in tables for column in table.columns))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*first, *titles])
    for part, table in zip(parts, tables, strict=True):
        for row in table.rows:
            values = dict(zip((column.title for column in table.columns), row, strict=True))
            writer.writerow([*([part] if first else []), *(values.get(title, "") for title in titles)])
    return written.getvalue()
