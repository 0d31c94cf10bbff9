"""How do Altair's charts cross? As the validated Vega-Lite that they stand for, with their data.

A chart that has crossed gives the same ``to_dict()``. Its parts are those that a chart read from a
file has: its mark is no longer the word, and its data stands in the specification, not as a table.
"""

from __future__ import annotations

import copy
import functools
import json
import warnings
from typing import Any

import altair as alt

from casebook.kernels.plain_model import (
    CannotCrossError,
    NotPlainDataError,
    Plain,
    Reader,
    Reading,
    Writer,
    Writing,
    field,
)

CHARTS = {
    kind.__name__: kind
    for kind in (
        alt.Chart,
        alt.LayerChart,
        alt.HConcatChart,
        alt.VConcatChart,
        alt.ConcatChart,
        alt.FacetChart,
        alt.RepeatChart,
    )
}


@functools.cache
def writers() -> dict[type, Writer]:
    """Give what writes charts."""
    return dict.fromkeys(CHARTS.values(), _chart)


def _chart(value: Any, writing: Writing) -> Plain:
    try:
        with warnings.catch_warnings():
            # Altair says these again when the chart is shown.
            warnings.simplefilter("ignore")
            specification = value.to_dict()
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CannotCrossError(f"a chart that is not valid cannot cross: {reason}") from error
    return {"kind": "altair chart", "type": type(value).__name__, "specification": writing.plain(specification)}


def _read_chart(data: dict[str, Any], reading: Reading) -> Any:
    specification = reading.value(data["specification"])
    if type(specification) is not dict:
        raise NotPlainDataError("a chart is missing")
    # To read a chart takes ten times as long as to copy it, and each test asks for it anew.
    return copy.deepcopy(_chart_read(field(data, "type", str), json.dumps(specification)))


@functools.lru_cache(maxsize=8)
def _chart_read(kind_name: str, specification: str) -> Any:
    kind = CHARTS[kind_name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chart = kind.from_dict(json.loads(specification))
    if type(chart) is not kind:
        raise NotPlainDataError("a chart is of another type than it says")
    return chart


READERS: dict[str, Reader] = {"altair chart": _read_chart}
