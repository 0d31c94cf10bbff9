"""Does a chart say what it shows? The house's rules for charts, each with its mend."""

from __future__ import annotations

from collections.abc import Iterator

from casebook.charts.spec import Axis, Spec, axes_of, description_of, title_of
from casebook.errors import Problem, Where


def problems_in(spec: Spec, where: Where | None = None) -> list[Problem]:
    """What a chart lacks: a title, words for those who cannot see it, axes with units.

    Parameters
    ----------
    spec
        Vega-Lite, as Altair writes it.
    where
        The cell that drew it.
    """
    return list(_problems(spec, where))


def _problems(spec: Spec, where: Where | None) -> Iterator[Problem]:
    if not title_of(spec):
        yield Problem(
            "The chart has no title.",
            where,
            'say what it shows: alt.Chart(..., title="...") or .properties(title="...").',
        )
    if not description_of(spec):
        yield Problem(
            "The chart has no description, so that nobody who cannot see it knows what it shows.",
            where,
            'add description="..." to alt.Chart(...): the kind of chart, its axes, the one thing to see.',
        )
    for axis in axes_of(spec):
        yield from _problems_of_axis(axis, where)


def _problems_of_axis(axis: Axis, where: Where | None) -> Iterator[Problem]:
    shorthand = f'alt.{axis.channel.upper()}("{axis.field}")'
    if not axis.titled:
        yield Problem(
            f"The {axis.channel} axis ({axis.field}) has no title of its own.",
            where,
            f'{shorthand}.title("... (unit)"), or .title(None) where the labels speak for themselves, as years do.',
        )
    elif axis.kind == "quantitative" and not axis.counts_whole and axis.title is not None and "(" not in axis.title:
        yield Problem(
            f'The title of the {axis.channel} axis, "{axis.title}", names no unit.',
            where,
            f'put it in brackets: {shorthand}.title("{axis.title} (unit)").',
        )
