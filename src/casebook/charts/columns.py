"""Which columns does a set of marks draw, what are they called, and how are their values written?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casebook.charts.datasets import rows_of
from casebook.charts.spec import Spec, Unit, words_of

# Channels in the order in which a reader would name them; those left out say nothing by themselves.
CHANNELS = (
    *("x", "x2", "y", "y2", "theta", "radius", "longitude", "latitude", "xOffset", "yOffset", "color", "fill"),
    *("stroke", "shape", "size", "opacity", "strokeDash", "strokeWidth", "angle", "text", "detail", "tooltip"),
)
GUIDES = ("axis", "legend", "header")
# What makes two channels draw the same values.
IDENTITY = ("field", "aggregate", "bin", "timeUnit")
ISO = "%Y-%m-%dT%H:%M:%S"
AGGREGATES = {"mean": "average", "average": "average", "stdev": "standard deviation", "distinct": "number of different"}


@dataclass(frozen=True)
class Column:
    """A column of a chart's table.

    Parameters
    ----------
    title
        As on the axis or legend.
    kind
        "number", "date" or "text".
    grouped
        Whether thousands are set apart when a person reads it; not so for years.
    definition
        Vega-Lite's, reduced to what makes its values. Empty: a column of the data themselves.
    """

    title: str
    kind: str
    grouped: bool
    definition: Mapping[str, Any]

    @property
    def measures(self) -> bool:
        """Whether it holds amounts, and not names, dates or years."""
        return self.kind == "number" and self.grouped

    @classmethod
    def plain(cls, name: str, rows: Sequence[Mapping[str, Any]]) -> Column:
        """A column of the data, by its name."""
        values = [row.get(name) for row in rows]
        numbers = all(value is None or (isinstance(value, int | float)) for value in values)
        return cls(spelled(name), "number" if numbers else "text", not names_a_year(name), {})

    def read(self, drawn: str) -> str:
        """A value out of a drawing, as a machine reads it."""
        if drawn in {"null", "undefined", "NaN", "Invalid Date"}:
            return ""
        if self.kind == "number":
            # Vega writes a true minus sign.
            return drawn.replace("\u2212", "-")
        return drawn.removesuffix("T00:00:00") if self.kind == "date" else drawn

    def shown(self, value: str) -> str:
        """A value as a person reads it."""
        if self.kind == "number" and self.grouped:
            whole, point, rest = value.partition(".")
            return re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole) + point + rest
        if self.kind == "date" and value:
            time = datetime.fromisoformat(value)
            day = f"{time.day} {time:%B %Y}"
            return day if "T" not in value else f"{day}, {time:%H:%M}"
        return value


def columns_of(unit: Unit, units: Sequence[Unit], spec: Spec) -> list[Column]:
    """The columns that a set of marks draws, each once, with the best title that the chart has for it.

    What names a row, such as a year, comes before what is measured.
    """
    same_plot = [unit, *(other for other in units if other.plot == unit.plot)]
    near, anywhere = titles_by_identity(same_plot), titles_by_identity(units)
    rows = rows_of(unit.data, spec) or []
    columns: dict[str, Column] = {}
    for channel, definition in _channels_of(unit):
        identity = identity_of(definition)
        if identity not in columns:
            title = near.get(identity) or _title_of_axis(channel, same_plot) or anywhere.get(identity)
            columns[identity] = _column(definition, title, rows)
    return sorted(columns.values(), key=lambda column: column.measures)


def probe(column: Column, name: str) -> dict[str, Any]:
    """The column as part of a mark's description, under a name to find it by."""
    return {**column.definition, "title": name}


def title_given(definition: Mapping[str, Any]) -> str:
    """What an author calls a channel: on itself, or on its axis, legend or header. Empty: nothing."""
    holders = [definition, *(definition.get(guide) or {} for guide in GUIDES)]
    return next((words for holder in holders if (words := words_of(holder.get("title")))), "")


def identity_of(definition: Mapping[str, Any]) -> str:
    """The same for two channels that draw the same values."""
    return json.dumps({key: definition[key] for key in IDENTITY if definition.get(key)}, sort_keys=True)


def definitions_of(unit: Unit) -> list[Mapping[str, Any]]:
    """What each channel draws, those that depend on a condition included."""
    return [definition for _, definition in _channels_of(unit)]


def titles_by_identity(units: Iterable[Unit]) -> dict[str, str]:
    """What each thing that is drawn is called by the first channel that gives it a title."""
    titles: dict[str, str] = {}
    for unit in units:
        for definition in definitions_of(unit):
            given = title_given(definition)
            if given:
                titles.setdefault(identity_of(definition), given)
    return titles


def spelled(name: str) -> str:
    """A column's name for readers: ``share_percent`` as "Share percent"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _channels_of(unit: Unit) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from (("facet", facet) for facet in unit.facets if _draws_values(facet))
    for name in CHANNELS:
        given = unit.encoding.get(name)
        for definition in given if isinstance(given, list) else [given]:
            if not isinstance(definition, Mapping):
                continue
            if _draws_values(definition):
                yield name, _with_type_of_partner(name, definition, unit)
            condition = definition.get("condition")
            for case in condition if isinstance(condition, list) else [condition]:
                if isinstance(case, Mapping) and _draws_values(case):
                    yield name, case


def _title_of_axis(channel: str, units: Iterable[Unit]) -> str:
    """The title of the axis that layers share, for one that gives it none."""
    if channel not in {"x", "y"}:
        return ""
    titles = (title_given(unit.encoding[channel]) for unit in units if channel in unit.encoding)
    return next(filter(None, titles), "")


def _with_type_of_partner(name: str, definition: Mapping[str, Any], unit: Unit) -> Mapping[str, Any]:
    if name not in {"x2", "y2"} or "type" in definition:
        return definition
    return {"type": unit.encoding.get(name[0], {}).get("type", "quantitative"), **definition}


def _draws_values(definition: Mapping[str, Any]) -> bool:
    return isinstance(definition.get("field"), str) or "aggregate" in definition


def _column(definition: Mapping[str, Any], title: str | None, rows: Sequence[Mapping[str, Any]]) -> Column:
    field = str(definition.get("field", ""))
    kind = str(definition.get("type") or ("quantitative" if "aggregate" in definition else "nominal"))
    made = {key: definition[key] for key in IDENTITY if definition.get(key)} | {"type": kind}
    title = title or _own_title(definition)
    if definition.get("bin") or definition.get("timeUnit"):
        return Column(title, "text", grouped=False, definition=made)
    if kind == "temporal":
        return Column(title, "date", grouped=False, definition={**made, "format": ISO})
    if kind == "quantitative":
        axis = definition.get("axis") or {}
        return Column(title, "number", axis.get("format") != "d" and not names_a_year(field), made)
    numbers = bool(rows) and all(isinstance(row.get(field), int | float | None) for row in rows)
    return Column(title, "number" if numbers else "text", grouped=False, definition=made)


def _own_title(definition: Mapping[str, Any]) -> str:
    field = str(definition.get("field", ""))
    aggregate = definition.get("aggregate")
    if aggregate == "count":
        return "Number of rows"
    if isinstance(aggregate, str):
        return spelled(f"{AGGREGATES.get(aggregate, aggregate)} of {spelled(field).lower()}")
    return spelled(field)


def names_a_year(name: str) -> bool:
    """Whether a column by this name holds years, whose thousands are not set apart."""
    return "year" in re.split(r"[\W_]+", name.lower())
