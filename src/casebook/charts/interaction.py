"""What can a reader do with a chart, and which controls does its author give them?

Controls (sliders, lists, buttons that an author binds to a parameter) are read out of the Vega
that Vega-Lite makes of the spec, where each has become a named signal.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import vl_convert

from casebook.charts.spec import Spec, parts_of

# From least to most. "values": marks tell their values when pointed at.
# "parameters": something can be chosen, brushed, moved or set.
NOTHING, VALUES, PARAMETERS = "nothing", "values", "parameters"


@dataclass(frozen=True)
class Control:
    """Something beside the chart by which a reader sets a value.

    Parameters
    ----------
    signal
        What it sets.
    label
        What it is called.
    kind
        "range", "select", "radio", "checkbox", or another kind of HTML's input.
    value
        What it is at first.
    options
        For lists and radio buttons: (value, label) each.
    low, high, step
        For ranges.
    """

    signal: str
    label: str
    kind: str
    value: Any
    options: tuple[tuple[Any, str], ...] = ()
    low: float = 0
    high: float = 100
    step: float = 1


@dataclass(frozen=True)
class Selections:
    """How marks can be chosen.

    Parameters
    ----------
    point
        One by one.
    legend
        By the entries of a legend.
    interval
        By drawing a box round them.
    zoom
        Not at all, but the axes can be moved and stretched.
    """

    point: bool = False
    legend: bool = False
    interval: bool = False
    zoom: bool = False


def interaction_of(spec: Spec) -> str:
    """``NOTHING``, ``VALUES`` or ``PARAMETERS``: the most that the chart offers."""
    if any("select" in param or "bind" in param for param in _params(spec)):
        return PARAMETERS
    return VALUES if any(_tells_values(part) for part in parts_of(spec)) else NOTHING


def selections_of(spec: Spec) -> Selections:
    """How marks can be chosen in the plot itself."""
    chosen = [(param, _kind_of_selection(param)) for param in _params(spec) if "select" in param]
    return Selections(
        point=any(kind == "point" and "bind" not in param for param, kind in chosen),
        legend=any(_is_bound_to_legend(param) for param, _ in chosen),
        interval=any(kind == "interval" and param.get("bind") != "scales" for param, kind in chosen),
        zoom=any(kind == "interval" and param.get("bind") == "scales" for param, kind in chosen),
    )


def controls_of(spec: Spec) -> list[Control]:
    """The controls in the order in which Vega would show them."""
    if not any(isinstance(param.get("bind"), Mapping) for param in _params(spec)):
        return []
    signals = vl_convert.vegalite_to_vega(json.dumps(spec)).get("signals", [])
    return [_control(signal) for signal in signals if "input" in signal.get("bind", {})]


def _params(spec: Spec) -> list[Mapping[str, Any]]:
    return [param for part in parts_of(spec) for param in part.get("params", [])]


def _kind_of_selection(param: Mapping[str, Any]) -> str:
    select = param["select"]
    return str(select.get("type") if isinstance(select, Mapping) else select)


def _is_bound_to_legend(param: Mapping[str, Any]) -> bool:
    bind = param.get("bind")
    return bind == "legend" or (isinstance(bind, Mapping) and "legend" in bind)


def _tells_values(part: Spec) -> bool:
    mark = part.get("mark")
    return bool("tooltip" in part.get("encoding", {}) or (isinstance(mark, Mapping) and mark.get("tooltip")))


def _control(signal: Mapping[str, Any]) -> Control:
    bind = signal["bind"]
    name = str(signal["name"])
    kind = str(bind["input"])
    value = _start(signal)
    options = bind.get("options", [])
    labels = bind.get("labels") or ["All" if option is None else str(option) for option in options]
    number = value if isinstance(value, int | float) else 0
    # Vega's own defaults.
    low, high = float(bind.get("min", min(0, number))), float(bind.get("max", max(100, number)))
    return Control(
        signal=name,
        label=str(bind.get("name") or name).strip(" :").replace("_", " "),
        kind=kind,
        value=low if kind == "range" and value is None else value,
        options=tuple(zip(options, map(str, labels), strict=False)),
        low=low,
        high=high,
        step=float(bind.get("step") or _round_step(high - low)),
    )


def _start(signal: Mapping[str, Any]) -> Any:
    """What a control stands at first."""
    try:
        # Of a selection with a start, Vega-Lite writes it as an expression; those of controls are plain values.
        return json.loads(signal["init"]) if "init" in signal else signal.get("value")
    except ValueError:
        return None


def _round_step(span: float) -> float:
    """About a hundredth of the span: 1, 2 or 5 times a power of ten."""
    if span <= 0:
        return 1
    power = 10 ** math.floor(math.log10(span / 100))
    return min((power * factor for factor in (1, 2, 5, 10)), key=lambda step: abs(span / step - 100))
