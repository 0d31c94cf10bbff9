"""The axes that a chart shows, and what is written along them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from casebook.charts.spec import REPEATED, Spec, units_of, without_repeats, words_of

POSITIONS = ("x", "y")


@dataclass(frozen=True)
class Axis:
    """One axis of a plot, put together from all the layers that share it.

    Parameters
    ----------
    channel
        "x" or "y".
    field
        The column drawn along it, or the aggregate when there is no column.
    kind
        "quantitative", "temporal", "ordinal" or "nominal".
    title
        What the author wrote. None: nothing to show, on purpose.
    titled
        Whether the author said anything about the title, be it that there is none.
    counts_whole
        Whether its labels are plain whole numbers ("d"), which is how years are written.
    repeated
        Whether the plot is one of several that "repeat" makes, so that the column's name is the title.
    """

    channel: str
    field: str
    kind: str
    title: str | None
    titled: bool
    counts_whole: bool
    repeated: bool = False


def axes_of(spec: Spec) -> list[Axis]:
    """Every axis that the chart shows, in the order of its plots."""
    plots = groupby(units_of(without_repeats(spec)), key=lambda unit: unit.plot)
    return [axis for _, units in plots for axis in _axes_of_plot([unit.encoding for unit in units])]


def _axes_of_plot(encodings: list[Mapping[str, Any]]) -> Iterator[Axis]:
    for channel in POSITIONS:
        # Layers share their axes, and a title that one of them gives stands for all.
        drawn = [e[channel] for e in encodings if channel in e and _draws_axis(e[channel])]
        if drawn:
            said = [definition for definition in drawn if _title_is_given(definition)]
            chosen = said[0] if said else drawn[0]
            field = str(chosen.get("field", chosen.get("aggregate", "?")))
            by_name = REPEATED in chosen and not said
            yield Axis(
                channel=channel,
                field=field,
                kind=str(chosen.get("type", "quantitative" if "aggregate" in chosen else "nominal")),
                title=field if by_name else words_of(_title(chosen)) or None,
                titled=bool(said) or by_name,
                counts_whole=any((definition.get("axis") or {}).get("format") == "d" for definition in drawn),
                repeated=by_name,
            )


def _draws_axis(definition: Mapping[str, Any]) -> bool:
    has_values = "field" in definition or "aggregate" in definition
    return has_values and definition.get("axis", {}) is not None


def _title_is_given(definition: Mapping[str, Any]) -> bool:
    return "title" in definition or "title" in (definition.get("axis") or {})


def _title(definition: Mapping[str, Any]) -> object:
    axis = definition.get("axis") or {}
    return axis["title"] if "title" in axis else definition.get("title")
