"""From a Vega-Lite spec to what a reader sees of it before any script has run.

Each chart is drawn four times: for light and for dark pages, and for wide and for narrow screens,
because a picture made for a desk shrinks to print nobody can read on a phone. The text in the SVG
is text, set in the reader's own system font.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import vl_convert

from casebook.charts.fit import fitted
from casebook.charts.spec import SIDE_BY_SIDE, Spec, description_of, is_composed, title_of
from casebook.charts.theme import DARK, FONT, LIGHT, NARROW, WIDE, Palette, Size, vega_config

# What Altair's own theme puts into every spec; not a wish of the author.
ALTAIR_VIEW = {"continuousWidth": 300, "continuousHeight": 300}


@dataclass(frozen=True)
class Picture:
    """A drawn chart: SVG, and its size in CSS pixels."""

    svg: str
    width_px: int
    height_px: int


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
    """

    title: str
    alt: str
    pictures: Mapping[tuple[str, str], Picture]


class UndrawableError(Exception):
    """Vega-Lite refuses the spec; the message is its own, on one line."""


def faces_of(spec: Spec) -> ChartFaces:
    """All faces of a chart.

    Raises
    ------
    UndrawableError
        The spec is not Vega-Lite that can be drawn, or asks another host for its data.
    """
    pictures = {
        (palette.name, size.name): _drawn(spec, palette, size) for size in (WIDE, NARROW) for palette in (LIGHT, DARK)
    }
    return ChartFaces(title_of(spec), description_of(spec), pictures)


def _drawn(spec: Spec, palette: Palette, size: Size) -> Picture:
    config = vega_config(palette, size)
    plain = _without_altair_view(spec)
    if is_composed(plain):
        arranged = _stacked(plain) if size is NARROW else plain
        return _drawn_in_parts(fitted(arranged, size), config, size)
    width = plain.get("width")
    room = min(width, size.width_px) if isinstance(width, int | float) else size.width_px
    fit = {"width": room, "autosize": {"type": "fit-x", "contains": "padding"}}
    return _svg({**fitted(plain, size), **fit}, config)


def _drawn_in_parts(spec: Spec, config: dict[str, object], size: Size) -> Picture:
    """Several plots: the picture's width grows evenly with that of each, so drafts tell the right one."""

    def at(width_px: float, drawn: Spec = spec) -> Picture:
        view = {"stroke": None, "continuousWidth": width_px, "discreteWidth": width_px}
        return _svg(drawn, {**config, "view": view | {"continuousHeight": size.plot_height_px * 0.7}})

    # Titles are as wide as they are, whatever the plots are.
    bare = _untitled(spec)
    small, large = at(150, bare), at(300, bare)
    growth = (large.width_px - small.width_px) / 150
    if growth <= 0:
        return at(150)
    room_px = 150 + (size.width_px - small.width_px) / growth
    # Bars are drawn in whole pixels, so the first estimate may be a little off.
    excess_px = at(max(60, room_px), bare).width_px - size.width_px
    return at(max(60, room_px - max(0, excess_px) / growth))


def _untitled(spec: Spec) -> dict[str, Any]:
    bare = {key: value for key, value in spec.items() if key != "title"}
    for key in (*SIDE_BY_SIDE, "layer"):
        if key in spec:
            bare[key] = [_untitled(part) for part in spec[key]]
    if "spec" in spec:
        bare["spec"] = _untitled(spec["spec"])
    return bare


def _stacked(spec: Spec) -> dict[str, Any]:
    """The spec with its plots one below the other, each as wide as there is room."""
    # A width that the author chose for a desk would not shrink.
    stacked = {key: value for key, value in spec.items() if key not in {*SIDE_BY_SIDE, "columns", "width"}}
    parts = next((spec[key] for key in SIDE_BY_SIDE if key in spec), None)
    if parts is not None:
        stacked["vconcat"] = [_stacked(part) for part in parts]
    if "field" in spec.get("facet", {}):
        stacked["columns"] = 1
    if "facet" in spec.get("encoding", {}):
        stacked["encoding"] = {**spec["encoding"], "facet": {**spec["encoding"]["facet"], "columns": 1}}
    if "spec" in stacked:
        stacked["spec"] = _stacked(stacked["spec"])
    return stacked


def _without_altair_view(spec: Spec) -> dict[str, Any]:
    copied = deepcopy(dict(spec))
    view = copied.get("config", {}).get("view", {})
    for key, value in ALTAIR_VIEW.items():
        if view.get(key) == value:
            del view[key]
    return copied


def _svg(spec: Mapping[str, Any], config: dict[str, object]) -> Picture:
    try:
        # No base address is allowed: a page never needs another host, and neither does its build.
        svg = vl_convert.vegalite_to_svg(json.dumps(spec), config=config, allowed_base_urls=[])
    except ValueError as error:
        raise UndrawableError(str(error).strip().splitlines()[0]) from error
    size = re.search(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', svg)
    if size is None:
        raise UndrawableError("the drawing has no size")
    # Said once for the whole picture; Vega says it again for every label.
    svg = svg.replace(f' font-family="{FONT}"', "").replace("<svg ", f'<svg font-family="{FONT}" ', 1)
    return Picture(svg, round(float(size[1])), round(float(size[2])))
