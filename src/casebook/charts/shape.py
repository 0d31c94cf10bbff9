"""Is this JSON a Vega-Lite spec at all? Asked before anything reads it.

Altair's charts always are. A dictionary that a cell shows in Vega-Lite's mime type need not be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.charts.spec import SIDE_BY_SIDE

MARKS = (
    *("arc", "area", "bar", "boxplot", "circle", "errorband", "errorbar", "geoshape", "image", "line", "point"),
    *("rect", "rule", "square", "text", "tick", "trail"),
)
MAPPINGS = ("encoding", "config", "datasets")
LISTS = (*SIDE_BY_SIDE, "layer", "transform", "params")


def fault_in_shape(spec: Any) -> str | None:
    """What is wrong, as half a sentence; None if the parts are what their names say."""
    if not isinstance(spec, Mapping):
        return f"it is {_said(spec)}, not a chart"
    for key in MAPPINGS:
        if not _holds_mappings(spec.get(key, {}), key):
            return f'"{key}" is {_said(spec[key])}'
    for key in LISTS:
        if not isinstance(spec.get(key, []), list):
            return f'"{key}" is {_said(spec[key])}, not a list'
    if "mark" in spec and _mark(spec["mark"]) not in MARKS:
        return f'there is no mark "{_mark(spec["mark"])}"; there are {", ".join(MARKS)}'
    inner = [part for key in (*SIDE_BY_SIDE, "layer") for part in spec.get(key, [])]
    inner += [spec["spec"]] if "spec" in spec else []
    if "mark" not in spec and not inner:
        return "it has no mark and no plots in it"
    return next(filter(None, map(fault_in_shape, inner)), None)


def _holds_mappings(value: object, key: str) -> bool:
    if not isinstance(value, Mapping):
        return False
    return key != "encoding" or all(isinstance(channel, Mapping | list) for channel in value.values())


def _mark(mark: object) -> object:
    return mark.get("type") if isinstance(mark, Mapping) else mark


def _said(value: object) -> str:
    return repr(value)[:60]
