"""The parts of a Vega-Lite spec that the kit asks about: its words, its plots and their axes.

A spec is JSON whose grammar belongs to Vega-Lite, so it stays a mapping here; what is read out of
it leaves as dataclasses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Spec: TypeAlias = Mapping[str, Any]

SIDE_BY_SIDE = ("hconcat", "vconcat", "concat")
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
    """

    channel: str
    field: str
    kind: str
    title: str | None
    titled: bool
    counts_whole: bool


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
        return " ".join(filter(None, (_own_or_inner(layer, read) for layer in spec["layer"])))
    if "spec" in spec:
        return _own_or_inner(spec["spec"], read)
    parts = [_own_or_inner(part, read) for key in SIDE_BY_SIDE for part in spec.get(key, [])]
    return " ".join(parts) if all(parts) else ""


def is_composed(spec: Spec) -> bool:
    """Whether the spec draws several plots, so that Vega-Lite cannot fit it to a width by itself."""
    channels = spec.get("encoding", {})
    return any(key in spec for key in (*SIDE_BY_SIDE, "facet", "repeat")) or any(
        key in channels for key in ("row", "column", "facet")
    )


def axes_of(spec: Spec) -> list[Axis]:
    """Every axis that the chart shows, in the order of its plots."""
    return [axis for plot in _plots(spec) for axis in _axes_of_plot(plot)]


def _plots(spec: Spec) -> Iterator[list[Mapping[str, Any]]]:
    """For each plot, the encodings of all its layers."""
    for key in SIDE_BY_SIDE:
        for part in spec.get(key, []):
            yield from _plots(part)
    if "spec" in spec:
        yield from _plots(spec["spec"])
    elif "layer" in spec:
        yield _layers(spec, {})
    elif "mark" in spec:
        yield [spec.get("encoding", {})]


def _layers(spec: Spec, shared: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    encoding = {**shared, **spec.get("encoding", {})}
    if "layer" in spec:
        return [inner for layer in spec["layer"] for inner in _layers(layer, encoding)]
    return [encoding]


def _axes_of_plot(encodings: list[Mapping[str, Any]]) -> Iterator[Axis]:
    for channel in POSITIONS:
        # Layers share their axes, and a title that one of them gives stands for all.
        drawn = [e[channel] for e in encodings if channel in e and _draws_axis(e[channel])]
        if drawn:
            said = [definition for definition in drawn if _title_is_given(definition)]
            chosen = said[0] if said else drawn[0]
            yield Axis(
                channel=channel,
                field=str(chosen.get("field", chosen.get("aggregate", "?"))),
                kind=str(chosen.get("type", "quantitative" if "aggregate" in chosen else "nominal")),
                title=words_of(_title(chosen)) or None,
                titled=bool(said),
                counts_whole=any((definition.get("axis") or {}).get("format") == "d" for definition in drawn),
            )


def _draws_axis(definition: Mapping[str, Any]) -> bool:
    has_values = "field" in definition or "aggregate" in definition
    return has_values and definition.get("axis", {}) is not None


def _title_is_given(definition: Mapping[str, Any]) -> bool:
    return "title" in definition or "title" in (definition.get("axis") or {})


def _title(definition: Mapping[str, Any]) -> object:
    axis = definition.get("axis") or {}
    return axis["title"] if "title" in axis else definition.get("title")
