"""The parts of a Vega-Lite spec that the kit asks about: its words, its plots and what they draw.

A spec is JSON whose grammar belongs to Vega-Lite, so it stays a mapping here; what is read out of
it leaves as dataclasses.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Spec: TypeAlias = Mapping[str, Any]

SIDE_BY_SIDE = ("hconcat", "vconcat", "concat")
FACETS = ("facet", "row", "column")
# Marks a definition whose column came out of "repeat", where no title of its own can be given.
REPEATED = "casebookRepeated"


@dataclass(frozen=True)
class Unit:
    """One set of marks: what draws it, and what it inherits from the plots around it.

    Parameters
    ----------
    spec
        The part with the ``mark``; the very object in the whole spec.
    encoding
        Its channels, with those that its layers share.
    facets
        The channels that part the plot into small multiples.
    data
        Where its rows come from: its own ``data``, or that of the nearest plot around it. None: nowhere.
    transformed
        Whether transforms may make columns that the data do not have.
    title
        The title of the nearest plot that has one, the unit's own first.
    plot
        The same for all layers of one plot.
    """

    spec: Spec
    encoding: Mapping[str, Any]
    facets: tuple[Mapping[str, Any], ...]
    data: Mapping[str, Any] | None
    transformed: bool
    title: str
    plot: int


def words_of(text: object) -> str:
    """A title as one string, whatever form Vega-Lite allows it: text, lines, or an object with ``text``."""
    if isinstance(text, Mapping):
        return words_of(text.get("text"))
    if isinstance(text, str):
        return text.strip()
    if isinstance(text, list):
        return " ".join(str(line).strip() for line in text)
    return ""


def title_of(spec: Spec) -> str:
    """The title: the chart's own, or those of its layers or plots if every plot has one."""
    return _own_or_inner(spec, lambda part: words_of(part.get("title")))


def description_of(spec: Spec) -> str:
    """The chart in words: its own description, or those of its layers or plots if every plot has one."""
    return _own_or_inner(spec, lambda part: str(part.get("description") or "").strip())


def _own_or_inner(spec: Spec, read: Callable[[Spec], str]) -> str:
    own = read(spec)
    if own:
        return own
    # Altair leaves title and description where the author wrote them: a + b keeps them in its first layer.
    if "layer" in spec:
        # Layers made from one chart all carry its words.
        return " ".join(dict.fromkeys(filter(None, (_own_or_inner(layer, read) for layer in spec["layer"]))))
    if "spec" in spec:
        return _own_or_inner(spec["spec"], read)
    parts = [_own_or_inner(part, read) for key in SIDE_BY_SIDE for part in spec.get(key, [])]
    return " ".join(dict.fromkeys(parts)) if all(parts) else ""


def is_composed(spec: Spec) -> bool:
    """Whether the spec draws several plots, so that Vega-Lite cannot fit it to a width by itself."""
    channels = spec.get("encoding", {})
    return any(key in spec for key in (*SIDE_BY_SIDE, "facet", "repeat")) or any(key in channels for key in FACETS)


def parts_of(spec: Spec) -> Iterator[Spec]:
    """The spec itself and every plot and layer in it, outer ones first."""
    yield spec
    for key in (*SIDE_BY_SIDE, "layer"):
        for part in spec.get(key, []):
            yield from parts_of(part)
    if "spec" in spec:
        yield from parts_of(spec["spec"])


def units_of(spec: Spec) -> list[Unit]:
    """Every set of marks, in the order in which the spec names them."""
    return list(_units(spec, Unit(spec, {}, (), None, transformed=False, title="", plot=0), itertools.count(1)))


def _units(spec: Spec, around: Unit, numbers: Iterator[int], *, in_layer: bool = False) -> Iterator[Unit]:
    channels = spec.get("encoding", {})
    facet = spec.get("facet", {})
    facets = [facet] if "field" in facet else [facet[key] for key in FACETS if key in facet]
    facets += [channels[key] for key in FACETS if key in channels]
    here = Unit(
        spec,
        {**around.encoding, **{name: channel for name, channel in channels.items() if name not in FACETS}},
        (*around.facets, *facets),
        spec.get("data") or around.data,
        around.transformed or bool(spec.get("transform")),
        words_of(spec.get("title")) or around.title,
        around.plot if in_layer else next(numbers),
    )
    if "mark" in spec:
        yield here
    for layer in spec.get("layer", []):
        yield from _units(layer, here, numbers, in_layer=True)
    # Plots side by side share their data, but not their channels.
    for key in SIDE_BY_SIDE:
        for part in spec.get(key, []):
            yield from _units(part, here, numbers)
    if "spec" in spec:
        yield from _units(spec["spec"], here, numbers)


def without_repeats(spec: Spec) -> dict[str, Any]:
    """A copy in which ``repeat`` has become plots, or layers, that each name their own columns."""
    if "repeat" not in spec:
        copied = dict(spec)
        for key in (*SIDE_BY_SIDE, "layer"):
            if key in spec:
                copied[key] = [without_repeats(part) for part in spec[key]]
        if "spec" in spec:
            copied["spec"] = without_repeats(spec["spec"])
        return copied
    repeated = spec["repeat"] if isinstance(spec["repeat"], Mapping) else {"repeat": spec["repeat"]}
    arranged = "layer" if set(repeated) == {"layer"} else "concat"
    outer = {key: value for key, value in spec.items() if key not in {"repeat", "spec", "columns"}}
    plots = [
        without_repeats(_with_columns(spec["spec"], dict(zip(repeated, columns, strict=True))))
        for columns in itertools.product(*repeated.values())
    ]
    return {**outer, arranged: plots}


def _with_columns(part: Any, columns: Mapping[str, str]) -> Any:
    if isinstance(part, list):
        return [_with_columns(item, columns) for item in part]
    if not isinstance(part, Mapping):
        return part
    filled = {key: _with_columns(value, columns) for key, value in part.items()}
    field = part.get("field")
    if isinstance(field, Mapping) and field.get("repeat") in columns:
        filled |= {"field": columns[str(field["repeat"])], REPEATED: True}
    return filled
