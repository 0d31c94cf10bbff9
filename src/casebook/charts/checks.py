"""Does a chart say what it shows, and does it have something to show? Each fault with its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from casebook.charts.axes import Axis, axes_of
from casebook.charts.columns import definitions_of
from casebook.charts.datasets import row_counts, rows_of
from casebook.charts.spec import Spec, Unit, description_of, title_of, units_of, without_repeats
from casebook.errors import Problem, Where

# Altair's own limit: beyond it a page grows heavy, and a reader sees a cloud and no rows.
MOST_ROWS = 5000


def problems_in(spec: Spec, where: Where | None = None) -> list[Problem]:
    """What a chart lacks: a title, words for those who cannot see it, axes with units, rows to draw.

    Parameters
    ----------
    spec
        Vega-Lite, as Altair writes it; data from files within.
    where
        The cell that drew it.
    """
    return list(_problems(spec, where))


def problems_in_caption(caption: str, where: Where | None = None) -> list[Problem]:
    """What the caption under a chart lacks: words, and the source of the figures."""
    if not caption.strip():
        return [
            Problem(
                "The chart has no caption.",
                where,
                "open the cell with mystnb: figure: name and caption; say what is drawn, how many rows, and end "
                'with "Source: ...".',
            )
        ]
    if not re.search(r"\bSources?\b\W+\w", caption):
        return [Problem("The caption names no source.", where, 'end it with "Source: " and who published the figures.')]
    return []


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
    yield from _problems_of_data(spec, where)


def _problems_of_axis(axis: Axis, where: Where | None) -> Iterator[Problem]:
    shorthand = f'alt.{axis.channel.upper()}("{axis.field}")'
    by_name = f'name the column as readers should read it: table.rename(columns={{"{axis.field}": "... (unit)"}}).'
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
            by_name if axis.repeated else f'put it in brackets: {shorthand}.title("{axis.title} (unit)").',
        )


def _problems_of_data(spec: Spec, where: Where | None) -> Iterator[Problem]:
    for count in row_counts(spec):
        if count > MOST_ROWS:
            yield Problem(
                f"The chart holds {count:,} rows; at most {MOST_ROWS:,} go on a page.",
                where,
                "draw what the rows say: count or sum them with groupby before alt.Chart(...), or draw a sample "
                "with table.sample(1000, random_state=1) and say so in the caption.",
            )
    said: set[str] = set()
    for unit in units_of(without_repeats(spec)):
        problem = _problem_of_unit(unit, spec, where)
        if problem is not None and problem.what not in said:
            said.add(problem.what)
            yield problem


def _problem_of_unit(unit: Unit, spec: Spec, where: Where | None) -> Problem | None:
    fields = [str(definition["field"]) for definition in definitions_of(unit) if "field" in definition]
    if not definitions_of(unit) and not _draws_shapes(unit):
        return None
    rows = rows_of(unit.data, spec)
    # Altair's stand-in for no data is one row without columns.
    if not unit.data or rows == [{}] or (unit.data.keys() <= {"name"} and rows is None):
        return Problem(
            "The chart has no data to draw.",
            where,
            "give it a table: alt.Chart(table, ...); layers may share one, as in alt.layer(..., data=table).",
        )
    if rows is None or unit.transformed:
        return None
    if not rows:
        return Problem(
            "The chart's table has no rows.", where, "look at the filter before it; print(len(table)) tells."
        )
    known = list(dict.fromkeys(name for row in rows for name in row))
    # Dots and brackets in a name are a path into a value.
    missing = [field for field in fields if field not in known and not re.search(r"[.\[\\]", field)]
    if missing:
        return Problem(
            f'The chart draws the column "{missing[0]}", which its table does not have.',
            where,
            f"write one of: {', '.join(known)}.",
        )
    return None


def _draws_shapes(unit: Unit) -> bool:
    mark = unit.spec["mark"]
    return (mark.get("type") if isinstance(mark, Mapping) else mark) == "geoshape"
