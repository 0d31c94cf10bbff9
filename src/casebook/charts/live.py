"""The chart that a browser draws, with everything it needs kept once and apart from the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from casebook.charts.datasets import DataFile, without_data
from casebook.charts.interaction import NOTHING, Control, controls_of, interaction_of, selections_of
from casebook.charts.layout import Layout
from casebook.charts.spec import Spec
from casebook.charts.theme import DARK, LIGHT, NARROW, WIDE, vega_config
from casebook.charts.tooltips import with_named_tooltips


@dataclass(frozen=True)
class LiveChart:
    """What a browser needs to draw a chart that answers.

    Parameters
    ----------
    interaction
        ``VALUES`` or ``PARAMETERS`` of ``casebook.charts.interaction``.
    document
        JSON: for each size its spec, without data, and what it changes in the theme; how marks can be chosen.
    data
        The files that the spec names.
    controls
        What the author lets a reader set, in order.
    """

    interaction: str
    document: str
    data: tuple[DataFile, ...]
    controls: tuple[Control, ...]


def live_chart(spec: Spec, layouts: Mapping[str, Layout]) -> LiveChart | None:
    """The live face of a chart; None when there is nothing that a reader could do with it.

    Parameters
    ----------
    spec
        Vega-Lite, its data within.
    layouts
        The same chart laid out, by the name of the size.
    """
    interaction = interaction_of(spec)
    if interaction == NOTHING:
        return None
    files: dict[str, DataFile] = {}
    document: dict[str, object] = {"selections": asdict(selections_of(spec))}
    for name, layout in layouts.items():
        bare, found = without_data(with_named_tooltips(layout.spec))
        files |= {file.name: file for file in found}
        document[name] = {"spec": bare, "config": dict(layout.config)}
    return LiveChart(
        interaction,
        json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        tuple(files.values()),
        tuple(controls_of(spec)),
    )


def themes_document() -> str:
    """JSON: Vega-Lite's ``config`` by page ("light", "dark") and screen ("wide", "narrow"), for all charts."""
    themes = {
        palette.name: {size.name: vega_config(palette, size) for size in (WIDE, NARROW)} for palette in (LIGHT, DARK)
    }
    return json.dumps(themes, ensure_ascii=False, separators=(",", ":"))
