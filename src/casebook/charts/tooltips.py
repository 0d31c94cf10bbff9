"""What marks tell when they are pointed at: in the words of the axes, and as people write numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.charts.columns import (
    definitions_of,
    identity_of,
    names_a_year,
    spelled,
    title_given,
    titles_by_identity,
)
from casebook.charts.spec import SIDE_BY_SIDE, Spec, units_of


def with_named_tooltips(spec: Spec) -> dict[str, Any]:
    """A copy whose tooltips name each column as its axis or legend does, unless the author named it.

    Thousands are set apart, unless the author chose a format or the numbers are years.
    """
    return _with_titles(spec, {}, _whole_numbers(spec))


def _with_titles(spec: Spec, around: Mapping[str, str], whole: set[str]) -> dict[str, Any]:
    # The plot's own titles first: two plots may call a column by two names.
    titles = {**around, **titles_by_identity(units_of(spec))}
    named = dict(spec)
    tooltip = spec.get("encoding", {}).get("tooltip")
    if tooltip is not None:
        several = isinstance(tooltip, list)
        filled = [_filled(definition, titles, whole) for definition in (tooltip if several else [tooltip])]
        named["encoding"] = {**spec["encoding"], "tooltip": filled if several else filled[0]}
    for key in (*SIDE_BY_SIDE, "layer"):
        if key in spec:
            named[key] = [_with_titles(part, titles, whole) for part in spec[key]]
    if "spec" in spec:
        named["spec"] = _with_titles(spec["spec"], titles, whole)
    return named


def _filled(definition: Any, titles: Mapping[str, str], whole: set[str]) -> Any:
    if not isinstance(definition, Mapping) or not isinstance(definition.get("field"), str):
        return definition
    field, identity = str(definition["field"]), identity_of(definition)
    filled = dict(definition)
    # Aggregates have good names of Vega-Lite's own.
    title = titles.get(identity) or (None if "aggregate" in definition else spelled(field))
    if title and not title_given(definition):
        filled["title"] = title
    measures = definition.get("type") == "quantitative" and not definition.get("bin")
    if measures and "format" not in definition and identity not in whole and not names_a_year(field):
        filled["format"] = ","
    return filled


def _whole_numbers(spec: Spec) -> set[str]:
    """What axes write as plain whole numbers ("d"), as years are."""
    drawn = [definition for unit in units_of(spec) for definition in definitions_of(unit)]
    return {identity_of(definition) for definition in drawn if (definition.get("axis") or {}).get("format") == "d"}
