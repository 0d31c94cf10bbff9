"""How a chart is laid out for a wide or a narrow screen: which plots stand where, and how wide each is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import vl_convert

from casebook.charts.fit import fitted
from casebook.charts.spec import SIDE_BY_SIDE, Spec, is_composed
from casebook.charts.theme import FONT, LIGHT, NARROW, TICK_X_PX, TICK_Y_PX, Palette, Size, vega_config

# What Altair's own theme puts into every spec; not a wish of the author.
ALTAIR_VIEW = {"continuousWidth": 300, "continuousHeight": 300}


@dataclass(frozen=True)
class Picture:
    """A drawn chart: SVG, and its size in CSS pixels."""

    svg: str
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Layout:
    """A spec ready to be drawn at a size.

    Parameters
    ----------
    spec
        Vega-Lite, its words broken into lines, its plots where they stand.
    config
        What it changes in the theme's ``config``, part by part.
    size
        What it is laid out for.
    """

    spec: Mapping[str, Any]
    config: Mapping[str, Mapping[str, Any]]
    size: Size

    def drawn(self, palette: Palette) -> Picture:
        """The picture, in a palette's colours.

        Raises
        ------
        UndrawableError
            The spec is not Vega-Lite that can be drawn, or asks another host for its data.
        """
        return _svg(self.spec, {**vega_config(palette, self.size), **self.config})


class UndrawableError(Exception):
    """Vega-Lite refuses the spec; the message is its own, on one line."""


def laid_out(spec: Spec, size: Size) -> Layout:
    """The chart as it is drawn for this size.

    Raises
    ------
    UndrawableError
        The spec cannot be drawn, so that it is not known how wide its plots may be.
    """
    plain = _without_altair_view(spec)
    if is_composed(plain):
        arranged = _stacked(plain) if size is NARROW else plain
        return _laid_out_in_parts(fitted(arranged, size), size)
    width = plain.get("width")
    room = min(width, size.width_px) if isinstance(width, int | float) else size.width_px
    fit = {"width": room, "autosize": {"type": "fit-x", "contains": "padding"}}
    return Layout({**fitted(plain, size), **fit}, {}, size)


def _laid_out_in_parts(spec: Spec, size: Size) -> Layout:
    """Several plots: the picture's width grows evenly with that of each, so drafts tell the right one."""
    height_px = size.plot_height_px * 0.7

    def at(width_px: float, drawn: Spec = spec) -> Layout:
        sizes = {"continuousWidth": width_px, "discreteWidth": width_px, "continuousHeight": height_px}
        theme = vega_config(LIGHT, size)
        # The theme reckons the ticks from the plot's own size, which has no name where there are several plots.
        axes = {
            "axisX": theme["axisX"] | {"tickCount": math.ceil(width_px / TICK_X_PX)},
            "axisY": theme["axisY"] | {"tickCount": math.ceil(height_px / TICK_Y_PX)},
        }
        return Layout(drawn, {"view": {"stroke": None, **sizes}, **axes}, size)

    # Titles are as wide as they are, whatever the plots are.
    bare = _untitled(spec)
    small_px, large_px = (at(width_px, bare).drawn(LIGHT).width_px for width_px in (150, 300))
    growth = (large_px - small_px) / 150
    if growth <= 0:
        return at(150)
    room_px = 150 + (size.width_px - small_px) / growth
    # Bars are drawn in whole pixels, so the first estimate may be a little off.
    excess_px = at(max(60, room_px), bare).drawn(LIGHT).width_px - size.width_px
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
    if isinstance(spec.get("repeat"), list):
        stacked["columns"] = 1
    elif "repeat" in spec and set(spec["repeat"]) == {"column"}:
        stacked["repeat"] = {"row": spec["repeat"]["column"]}
        stacked["spec"] = _repeating_rows(stacked["spec"])
    return stacked


def _repeating_rows(part: Any) -> Any:
    if isinstance(part, list):
        return [_repeating_rows(item) for item in part]
    if not isinstance(part, Mapping):
        return part
    if part == {"repeat": "column"}:
        return {"repeat": "row"}
    return {key: _repeating_rows(value) for key, value in part.items()}


def _without_altair_view(spec: Spec) -> dict[str, Any]:
    copied = deepcopy(dict(spec))
    view = copied.get("config", {}).get("view", {})
    for key, value in ALTAIR_VIEW.items():
        if view.get(key) == value:
            del view[key]
    return copied


def _svg(spec: Mapping[str, Any], config: Mapping[str, object]) -> Picture:
    try:
        # No base address is allowed: a page never needs another host, and neither does its build.
        svg = vl_convert.vegalite_to_svg(json.dumps(spec), config=dict(config), allowed_base_urls=[])
    except ValueError as error:
        raise UndrawableError(_reason(str(error))) from error
    size = re.search(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', svg)
    if size is None:
        raise UndrawableError("the drawing has no size")
    # Said once for the whole picture; Vega says it again for every label.
    svg = svg.replace(f' font-family="{FONT}"', "").replace("<svg ", f'<svg font-family="{FONT}" ', 1)
    return Picture(svg, round(float(size[1])), round(float(size[2])))


def _reason(said: str) -> str:
    """Vega-Lite's own words, out of what vl-convert makes of them: a heading, the error, where in the scripts."""
    lines = [line for line in said.splitlines() if not line.lstrip().startswith("at ")]
    words = lines[1] if len(lines) > 1 else said.strip().splitlines()[0]
    return words.removeprefix("Error: ").rstrip(".")
