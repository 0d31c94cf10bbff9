"""Does this chart show what it should, and can a reader trust it?

Questions that ask for an Altair chart are checked with the functions below. They read what the chart
says of itself (marks, channels, scales, titles) and the table behind it, so any honest way to draw it
will do: bars or points, tables long or wide, a total computed in pandas or by ``sum(...)`` in the chart.

For students: the file lies beside your notebook because the cells with checks import it. You need not
read it or change it; the graders use their own copy. Each function is silent if all is well, and
otherwise says in a sentence what is missing and what to do. To see what the tests see, try
``drawn(your_chart)``: one table for each layer, with a row for each mark.

For instructors: import it in a test cell and call what the question asks for, with the name that the
answer should have. Nothing is ever raised but AssertionError, and no message tells an expected
figure. It needs pandas and Altair, and nothing of the kit that it comes from.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, ParamSpec, TypeAlias, TypeVar, cast

# By their whole names, so that nothing here reads like the first lines of a notebook beside it.
import altair  # noqa: ICN001
import pandas  # noqa: ICN001

__all__ = [
    "Layer",
    "assert_axis_title",
    "assert_chart",
    "assert_described",
    "assert_draws",
    "assert_group_legible",
    "assert_marks",
    "assert_points_visible",
    "assert_quantitative",
    "assert_sorted",
    "assert_title",
    "assert_years_to_scale",
    "assert_zero_based",
    "drawn",
    "layers",
]

GROUPS = ("color", "fill", "stroke", "shape", "detail", "strokeDash", "xOffset", "yOffset", "row", "column", "facet")
ANNOTATIONS = {"text", "rule"}
POINTS = {"point", "circle", "square"}
OWN_MARKS = POINTS | {"bar", "tick", "rect", "arc", "image", "boxplot", "rule"}
DISCRETE = {"nominal", "ordinal"}
# Channels that put nothing on the page that could be compared.
UNSEEN = {"tooltip", "order", "href", "url", "description", "key"}
SIDE_BY_SIDE = ("hconcat", "vconcat", "concat")
# nbgrader shows 86 characters of a line, and the first begins with "AssertionError: " and an indent.
LINE = 66
IN_PANDAS = "Compute it in pandas first, then draw the table."
FIRST_YEAR, LAST_YEAR = 1000, 2999
# Differences this small, as parts of a figure, are the computer's own rounding.
ROUNDING = 1e-9

Inputs = ParamSpec("Inputs")
Output = TypeVar("Output")
Spec = Mapping[str, Any]
Row = dict[str, Any]
# pandas says of most results that they may be of many kinds.
Table: TypeAlias = Any


class _NotFollowed(Exception):  # noqa: N818  (never leaves this file)
    """Something that Vega-Lite would compute and this file does not; its text is a sentence."""


@dataclass(frozen=True)
class Layer:
    """One mark of a chart, with all that it inherits from the chart around it.

    Parameters
    ----------
    mark
        Its kind, such as ``bar``.
    mark_options
        What else the mark was given: ``{"point": True}``.
    channels
        What each channel shows: ``{"x": {"field": "year", "type": "quantitative"}, ...}``. Facets count
        as channels ``row``, ``column`` and ``facet``.
    rows
        Its data, a mapping for each row, after the chart's transforms.
    unknown
        Empty; or why the rows are not known: what the chart computes that cannot be followed.
    config
        The settings of the whole chart.
    plot
        The same number for layers that lie over each other.
    title
        The title of the nearest plot that has one.
    """

    mark: str
    mark_options: dict[str, Any]
    channels: dict[str, dict[str, Any]]
    rows: list[Row]
    unknown: str
    config: dict[str, Any]
    plot: int
    title: str

    @property
    def carries_data(self) -> bool:
        """Whether it draws a column of its table, and not only a given text or line."""
        shows = any("field" in channel or "aggregate" in channel for channel in self.channels.values())
        return shows and bool(self.rows or self.unknown)


def _fail(message: str) -> NoReturn:
    raise AssertionError(message)


def _only_sentences(check: Callable[Inputs, Output]) -> Callable[Inputs, Output]:
    """Whatever goes wrong is said in a sentence, and libraries' warnings do not get between."""

    @functools.wraps(check)
    def checked(*args: Inputs.args, **kwargs: Inputs.kwargs) -> Output:
        # IPython then shows the line of the test and the sentence, and nothing of what lies between.
        __tracebackhide__ = True
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return check(*args, **kwargs)
        except (AssertionError, _NotFollowed) as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001  (a student's chart can hold anything)
            reason = (
                f"{_name_in(kwargs)} cannot be read ({type(error).__name__}). Draw it in a simpler way. {IN_PANDAS}"
            )
        raise AssertionError(_in_lines(reason))

    return checked


def _in_lines(sentence: str) -> str:
    """A sentence in lines that ``nbgrader validate`` shows whole: it cuts what is longer."""
    return textwrap.fill(sentence, LINE, break_long_words=False, break_on_hyphens=False)


def _name_in(kwargs: Mapping[str, object]) -> str:
    name = kwargs.get("name")
    return name if isinstance(name, str) else "The chart"


# --- The public functions ---------------------------------------------------------------------------


@_only_sentences
def assert_chart(chart: object, name: str = "chart") -> None:
    """Fail unless this is an Altair chart with a mark and data.

    Of charts beside each other, each must have both.

    Parameters
    ----------
    chart
        The answer; anything at all.
    name
        What the student calls it; it stands in the messages of all these functions.
    """
    _read(chart, name)


@_only_sentences
def layers(chart: object, name: str = "chart") -> list[Layer]:
    """Every mark of a chart, with what it inherits.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.

    Returns
    -------
    list of Layer
        In the order in which the chart names them; charts that repeat or facet themselves included.
    """
    return _read(chart, name)


@_only_sentences
def assert_marks(chart: object, *allowed: str, name: str = "chart", message: str = "") -> None:
    """Fail unless every layer that carries data uses one of these marks.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    *allowed
        Kinds of marks: ``"bar"``, ``"line"``, ``"area"``... ``"point"`` stands for circles and squares
        as well. Text and rules are taken for annotations unless they are named here.
    message
        Said instead of the usual sentence.
    """
    good = set(allowed) | (POINTS if "point" in allowed else set())
    found = [layer.mark for layer in _with_data(_read(chart, name))]
    counted = [mark for mark in found if mark not in ANNOTATIONS or mark in good]
    wrong = next((mark for mark in counted if mark not in good), None)
    if wrong is None and counted:
        return
    kinds = _listed([f"mark_{mark}()" for mark in allowed])
    now = f"is drawn with mark_{wrong or found[0]}()"
    _fail(message or f"{name} {now}. For this question, use {kinds}.")


@_only_sentences
def drawn(chart: object, name: str = "chart") -> list[pandas.DataFrame]:
    """For each layer a table of what it draws: a row for each mark, a column for each channel.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.

    Returns
    -------
    list of DataFrame
        One for each layer that draws data which can be followed; ``table.attrs["mark"]`` is its kind.
        Figures are what stands on the page, after aggregation and the chart's transforms; what is
        missing is NaN. Of binned numbers ``x`` is the lower end and ``x2`` the upper. Dates are
        timestamps; a bare year drawn as a date stays a number, see ``assert_years_to_scale``.
    """
    return [table for _, table in _tables(_read(chart, name))]


@_only_sentences
def assert_draws(
    chart: object,
    expected: pandas.DataFrame,
    *,
    name: str = "chart",
    either_way: bool = False,
    tolerance: float = 1e-6,
    message: str = "",
) -> None:
    """Fail unless some layer draws exactly these marks, in any order.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    expected
        A row for each mark; columns among ``x``, ``y``, ``group`` (whatever tells groups apart: colour,
        shape, small multiples...) and ``size``. What is not named here is not compared. Years may be
        drawn as numbers, text or dates. Rows without x or y draw nothing, here and in the chart.
    either_way
        Whether x and y may be swapped, as in bars that lie down.
    tolerance
        By how much a number may be off.
    message
        Said instead of the usual sentence.

    Notes
    -----
    In a pie, the slice is taken for y and its colour for x; in a grid of coloured cells, the colour is
    taken for y and one of the axes for the group. Stacked bars also pass if their whole heights are
    what is expected. Groups may be layers or charts of their own, told apart by title or colour.
    """
    found = _tables(_read(chart, name))
    table: Table = expected
    kinds: dict[str, str] = {column: _kind(table[column]) for column in table.columns}
    wanted = _marks_of(table, kinds, {column: column for column in kinds})
    nearest = ""
    best = -1
    for drawing, ways in _candidates(found, list(kinds), either_way=either_way):
        for way in ways:
            marks = _marks_of(drawing, kinds, way)
            if _same_marks(marks, wanted, tolerance):
                return
            progress, sentence = _difference(marks, wanted, kinds, way, tolerance=tolerance, name=name)
            if progress > best:
                best, nearest = progress, sentence
    axes = _listed([column for column in kinds if column != "group"], last="and")
    missing = f"{name} should have a column of its table on {axes}" + (
        " and one that tells the groups apart." if "group" in kinds else "."
    )
    _fail(message or nearest or missing)


@_only_sentences
def assert_quantitative(chart: object, channel: str, *, name: str = "chart") -> None:
    """Fail unless a channel carries numbers, drawn as numbers and not as names.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    channel
        ``"x"``, ``"y"``, or ``"value"``: the axis that carries the numbers, whichever way round the
        chart stands.
    """
    for layer, where in _carrying(chart, channel, name):
        definition = layer.channels[where]
        what = _shown(definition)
        if definition.get("type") != "quantitative":
            _fail(
                f"{name} draws {what} on {where} as {_type_in_words(definition)}. Draw it as numbers: "
                f'write its name with ":Q" behind it, and see that the column holds numbers.'
            )
        values = (
            [_get(row, definition["field"]) for row in layer.rows]
            if "aggregate" not in definition and "field" in definition
            else []
        )
        known = [value for value in values if value is not None]
        if known and not any(math.isfinite(_number(value)) for value in known):
            _fail(
                f"{name} draws {what} on {where} as numbers, and the column holds none. Make numbers of it in pandas first."
            )


@_only_sentences
def assert_years_to_scale(chart: object, channel: str = "x", *, name: str = "chart") -> None:
    """Fail unless years stand on a true scale, on which years without a figure leave a gap.

    Numbers and dates do; names do if they are evenly spaced, the missing ones being listed.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    channel
        ``"x"`` or ``"y"``.
    """
    for layer, where in _carrying(chart, channel, name):
        definition = layer.channels[where]
        kind = definition.get("type")
        raw = [_get(row, definition["field"]) for row in layer.rows] if "field" in definition else []
        if kind == "temporal" and any(_is_bare_year(value) for value in raw):
            _fail(
                f"{name} draws bare numbers as dates: as a date, 2014 means 2,014 milliseconds after New Year 1970. "
                "Make dates of the years first, or draw them as numbers (:Q)."
            )
        if kind == "quantitative" and _scale(definition).get("type", "linear") != "linear":
            _fail(f"{name} draws the years on a scale that is not even. Leave out the type of the scale.")
        if kind in DISCRETE and not _is_even(_years_in_order(layer, where)):
            _fail(
                f"{name} draws the years as names, so that missing ones vanish without a gap. "
                "Draw them as numbers (:Q) or dates (:T), or name every year in the scale's domain."
            )


@_only_sentences
def assert_zero_based(chart: object, channel: str = "value", *, name: str = "chart") -> None:
    """Fail unless an axis is even, begins at zero and cuts nothing off.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    channel
        ``"x"``, ``"y"`` or ``"value"``, as in ``assert_quantitative``.
    """
    found = _carrying(chart, channel, name)
    for layer, where in found:
        definition = layer.channels[where]
        if where not in {"x", "y", "theta", "radius"}:
            _fail(f"{name} shows its numbers by {where} alone. Draw them along an axis that begins at zero.")
        if definition.get("type") != "quantitative":
            _fail(
                f"{name} draws {_shown(definition)} on {where} as {_type_in_words(definition)}. Draw it as numbers (:Q)."
            )
        scale = _scale(definition)
        if scale.get("type", "linear") != "linear":
            _fail(
                f"The {where} axis of {name} is not even ({scale['type']}), and cannot begin at zero. Leave out the type of the scale."
            )
        if any(key in scale for key in ("domain", "domainMin", "domainMax")):
            _check_domain(layer, where, scale, name)
        elif scale.get("zero", layer.config.get("scale", {}).get("zero", True)) is not True:
            _fail(_cut(where, name))


@_only_sentences
def assert_points_visible(chart: object, *, name: str = "chart") -> None:
    """Fail unless each figure has a mark of its own, so that nobody takes a line for data.

    Bars and points do, and lines with ``point=True`` or with a layer of points over them.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    """
    found = [layer for layer in _with_data(_read(chart, name)) if layer.mark != "text"]
    for layer in found:
        if _shows_each(layer):
            continue
        over = [other for other in found if other.plot == layer.plot and _shows_each(other)]
        if layer.mark in ANNOTATIONS and over:
            continue
        if not any(_positions(layer) <= _positions(other) for other in over):
            _fail(
                f"{name} joins its figures, and one cannot see which are known. Give each a mark of its own: "
                "bars, points, or mark_line(point=True)."
            )
    if not found:
        _fail(f"{name} has no mark for its figures, only text. Draw bars, points, or a line with points.")


@_only_sentences
def assert_sorted(chart: object, order: str = "descending", *, name: str = "chart") -> None:
    """Fail unless the categories stand in the order of the values drawn.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    order
        ``"descending"``: the largest first, at the top or at the left; or ``"ascending"``.
    """
    wanted = "largest" if order == "descending" else "smallest"
    checked = 0
    for layer in _main(_with_data(_read(chart, name))):
        value = _value_channel(layer)
        other = "y" if value == "x" else "x"
        if value not in {"x", "y"} or layer.channels.get(other, {}).get("type") not in DISCRETE:
            continue
        table = _table(layer)
        totals: dict[str, float] = {
            key: float(rows[value].sum()) for key, rows in table.groupby(table[other].astype(str), sort=False)
        }
        shown = [totals[key] for key in _categories_in_order(layer, other, totals) if key in totals]
        steps = [after - before for before, after in itertools.pairwise(shown)]
        slack = ROUNDING * max((abs(number) for number in shown), default=0)
        if not all(step <= slack if order == "descending" else step >= -slack for step in steps):
            hint = f'"{"-" if order == "descending" else ""}{value}"'
            _fail(
                f"{name} should have the category with the {wanted} value first, and then go on in order. "
                f"Sort the {other} channel by what is drawn: sort={hint}."
            )
        checked += 1
    if not checked:
        _fail(
            f"{name} has no axis of categories that could be sorted. Put the names on one axis, and the numbers on the other."
        )


@_only_sentences
def assert_title(chart: object, *, words: int = 4, avoid: Sequence[str] = (), name: str = "chart") -> None:
    """Fail unless the chart has a title that says something.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    words
        How many it needs at least; of Chinese, characters.
    avoid
        Names of columns, which are for the computer and must not stand in it.
    """
    title = _own_or_inner(_specification(chart, name), lambda part: _text_of(part.get("title")))
    if not title:
        _fail(f"{name} has no title yet: alt.Chart(..., title=...) or .properties(title=...).")
    if _word_count(title) < words:
        _fail(f"Let the title of {name} say what there is to see, in {words} words or more.")
    for column in [avoid] if isinstance(avoid, str) else avoid:
        if re.search(rf"(?<!\w){re.escape(column)}(?!\w)", title):
            _fail(f"Write the title of {name} for a reader, in words; {column!r} is a name for the computer.")


@_only_sentences
def assert_axis_title(chart: object, channel: str, *words: str, name: str = "chart") -> None:
    """Fail unless the title of an axis says one of these words.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    channel
        ``"x"``, ``"y"``, ``"value"`` as in ``assert_quantitative``, or ``"group"``: the legend, or what
        else tells groups apart.
    *words
        Whole words in capitals or not, or signs such as a currency's. None: any title will do.
    """
    titles = [_axis_title(layer, where) for layer, where in _carrying(chart, channel, name)]
    what = (
        "what tells its groups apart"
        if channel == "group"
        else "the axis of its numbers"
        if channel == "value"
        else f"its {channel} axis"
    )
    if not any(titles):
        _fail(f"{name} has no title for {what}. Give it one, in words a reader knows: .title(...).")
    if words and not any(_says(title, word) for title in titles for word in words):
        _fail(
            f"The title that {name} has for {what} does not say what is asked for. "
            "A number without its unit can be anything: write it into the title, in words or as a sign that a reader knows."
        )


@_only_sentences
def assert_described(chart: object, *, words: int = 8, name: str = "chart") -> None:
    """Fail unless the chart is described for those who do not see it.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    words
        How many words it needs at least; of Chinese, characters.
    """
    said = _own_or_inner(_specification(chart, name), lambda part: _text_of(part.get("description")))
    if not said:
        _fail(f"{name} has no description for readers who cannot see it: .properties(description=...).")
    if _word_count(said) < words:
        _fail(
            f"Let the description of {name} say what kind of chart it is and what there is to see, in {words} words or more."
        )


@_only_sentences
def assert_group_legible(chart: object, *, name: str = "chart") -> None:
    """Fail if colours tell groups apart and nothing says which is which.

    A legend does, or names beside the marks, on an axis, or over small multiples.

    Parameters
    ----------
    chart, name
        As in ``assert_chart``.
    """
    found = _with_data(_read(chart, name))
    for layer in found:
        beside = [other for other in found if other.plot == layer.plot]
        for channel in ("color", "fill", "stroke", "shape", "strokeDash"):
            definition = layer.channels.get(channel, {})
            if definition.get("type") not in DISCRETE or "field" not in definition:
                continue
            hidden = definition.get("legend", ...) is None or layer.config.get("legend", {}).get("disable") is True
            several = len({str(_get(row, definition["field"])) for row in layer.rows}) > 1 or bool(layer.unknown)
            if hidden and several and not any(_names(other, definition["field"]) for other in beside):
                _fail(
                    f"{name} tells groups apart by {channel} and does not say which is which. Keep the legend, or write the names beside the marks."
                )
    _check_layers_named(found, name)


def _check_layers_named(found: list[Layer], name: str) -> None:
    for _, beside in itertools.groupby(found, key=lambda layer: layer.plot):
        plot = list(beside)
        lines = [layer for layer in plot if layer.mark in {"line", "area", "trail"}]
        fields = {layer.channels.get(axis, {}).get("field") for layer in lines for axis in ("x", "y")}
        axes = len({layer.channels.get("x", {}).get("field") for layer in lines})
        named = any(
            layer.mark == "text"
            or any("datum" in layer.channels.get(c, {}) or "field" in layer.channels.get(c, {}) for c in GROUPS)
            for layer in plot
        )
        if len(lines) > 1 and len(fields) > axes + 1 and not named:
            _fail(
                f"{name} has several lines and does not say which is which. Put the names into one column and give it to color, or write them beside the lines."
            )


# --- Reading a chart --------------------------------------------------------------------------------


def _specification(chart: object, name: str) -> Spec:
    if not isinstance(chart, altair.TopLevelMixin):
        _fail(
            f"{name} should be an Altair chart, for example alt.Chart(table).mark_bar().encode(...). "
            f"It is of the type {type(chart).__name__}."
        )
    drawing = cast("Any", chart)
    reason = ""
    with altair.data_transformers.enable("default", max_rows=None):
        try:
            return drawing.to_dict()
        except Exception as error:  # noqa: BLE001  (Altair says what is wrong by many kinds of errors)
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        try:
            plots = list(_walk(_without_repeats(drawing.to_dict(validate=False)), _Around(), itertools.count(1)))
        except Exception:  # noqa: BLE001
            plots = []
    if any(not plot.mark for plot in plots):
        _fail(_without_mark(name))
    _fail(f"{name} cannot be drawn. Altair says: {reason}")


def _without_mark(name: str) -> str:
    return f"{name} needs a mark, for example alt.Chart(table).mark_bar()."


def _read(chart: object, name: str) -> list[Layer]:
    spec = _without_repeats(_specification(chart, name))
    around = _Around(datasets=spec.get("datasets", {}), config=spec.get("config", {}))
    plots = list(_walk(spec, around, itertools.count(1)))
    if not plots or any(not plot.mark for plot in plots):
        _fail(_without_mark(name))
    found = [_layer(plot) for plot in plots]
    address = next((layer.unknown for layer, plot in zip(found, plots, strict=True) if "url" in (plot.data or {})), "")
    if address:
        _fail(f"{name} {address}")
    for number in {layer.plot for layer in found}:
        part = [layer for layer in found if layer.plot == number]
        if not any(layer.rows or layer.unknown for layer in part):
            _fail(
                f"{name} has no rows of data to draw. Give alt.Chart a table that is not empty, and see that filters leave something."
            )
        if not any(layer.carries_data for layer in part):
            _fail(f"{name} shows no column of its table yet: .encode(x=..., y=...).")
    return found


@dataclass(frozen=True)
class _Around:
    """What a part of a chart has from the chart around it, and the part's own."""

    datasets: Spec | None = None
    config: Spec | None = None
    data: Spec | None = None
    transforms: tuple[Spec, ...] = ()
    channels: Spec | None = None
    title: str = ""
    plot: int = 0
    parameters: tuple[Spec, ...] = ()
    mark: Any = None


def _walk(spec: Spec, around: _Around, numbers: Iterator[int], *, in_layer: bool = False) -> Iterator[_Around]:
    own = spec.get("data")
    facet = spec.get("facet", {})
    facets = {"facet": facet} if "field" in facet else {key: facet[key] for key in ("row", "column") if key in facet}
    here = _Around(
        around.datasets,
        around.config,
        own or around.data,
        (*(() if own else around.transforms), *spec.get("transform", ())),
        {**(around.channels or {}), **facets, **spec.get("encoding", {})},
        _text_of(spec.get("title")) or around.title,
        around.plot if in_layer else next(numbers),
        (*around.parameters, *spec.get("params", ())),
        spec.get("mark"),
    )
    inner = [part for key in SIDE_BY_SIDE for part in spec.get(key, ())]
    if not inner and "layer" not in spec and "spec" not in spec:
        yield here
    for part in spec.get("layer", ()):
        yield from _walk(part, here, numbers, in_layer=True)
    for part in inner:
        yield from _walk(part, here, numbers)
    if "spec" in spec:
        yield from _walk(spec["spec"], here, numbers)


def _layer(part: _Around) -> Layer:
    mark = part.mark if isinstance(part.mark, dict) else {"type": part.mark}
    channels: dict[str, dict[str, Any]] = {}
    for channel, definition in (part.channels or {}).items():
        several = definition if isinstance(definition, list) else [definition]
        for number, one in enumerate(several, start=1):
            if isinstance(one, dict):
                channels[channel if number == 1 else f"{channel}_{number}"] = _with_condition(one)
    rows: list[Row] = []
    unknown = ""
    try:
        rows = _rows(part)
    except _NotFollowed as error:
        unknown = str(error)
    options = {key: value for key, value in mark.items() if key != "type"}
    return Layer(str(mark["type"]), options, channels, rows, unknown, dict(part.config or {}), part.plot, part.title)


def _with_condition(definition: dict[str, Any]) -> dict[str, Any]:
    """A channel that shows a column only under a condition shows it."""
    conditions = definition.get("condition", [])
    for condition in conditions if isinstance(conditions, list) else [conditions]:
        if "field" not in definition and "field" in condition:
            return {**condition, **definition}
    return definition


def _without_repeats(spec: Spec) -> dict[str, Any]:
    """The same chart with each repetition written out."""
    if "repeat" not in spec:
        parts = {key: [_without_repeats(part) for part in spec[key]] for key in (*SIDE_BY_SIDE, "layer") if key in spec}
        inner = {"spec": _without_repeats(spec["spec"])} if "spec" in spec else {}
        return {**spec, **parts, **inner}
    repeated = spec["repeat"] if isinstance(spec["repeat"], dict) else {"repeat": spec["repeat"]}
    arranged = "layer" if set(repeated) == {"layer"} else "concat"
    outer = {key: value for key, value in spec.items() if key not in {"repeat", "spec", "columns"}}
    plots = [
        _without_repeats(_with_columns(spec["spec"], dict(zip(repeated, columns, strict=True))))
        for columns in itertools.product(*repeated.values())
    ]
    return {**outer, arranged: plots}


def _with_columns(part: Any, columns: Mapping[str, str]) -> Any:
    if isinstance(part, list):
        return [_with_columns(item, columns) for item in part]
    if not isinstance(part, dict):
        return part
    if set(part) == {"repeat"} and part["repeat"] in columns:
        return columns[part["repeat"]]
    return {key: _with_columns(value, columns) for key, value in part.items()}


def _text_of(text: object) -> str:
    """A title as one string, in whatever form Vega-Lite allows it."""
    if isinstance(text, dict):
        return _text_of(text.get("text"))
    if isinstance(text, list):
        return " ".join(str(line).strip() for line in text).strip()
    return text.strip() if isinstance(text, str) else ""


def _own_or_inner(spec: Spec, read: Callable[[Spec], str]) -> str:
    """What a chart says of itself; or its layers, or each of the charts beside each other."""
    own = read(spec)
    if own:
        return own
    if "layer" in spec:
        return next(filter(None, (_own_or_inner(part, read) for part in spec["layer"])), "")
    if "spec" in spec:
        return _own_or_inner(spec["spec"], read)
    parts = [_own_or_inner(part, read) for key in SIDE_BY_SIDE for part in spec.get(key, ())]
    return " / ".join(dict.fromkeys(parts)) if all(parts) else ""


def _word_count(text: str) -> int:
    chinese = re.findall(r"[\u3400-\u9fff]", text)
    return len(chinese) + len(re.sub(r"[\u3400-\u9fff]", " ", text).split())


def _listed(items: list[str], last: str = "or") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else "none"


# --- What a channel shows ---------------------------------------------------------------------------


def _with_data(found: list[Layer]) -> list[Layer]:
    return [layer for layer in found if layer.carries_data]


def _main(found: list[Layer]) -> list[Layer]:
    """Layers without annotations, unless there is nothing else."""
    return [layer for layer in found if layer.mark not in ANNOTATIONS] or found


def _carrying(chart: object, channel: str, name: str) -> list[tuple[Layer, str]]:
    """Layers that show a column on a channel, and which channel that is."""
    found: list[tuple[Layer, str]] = []
    everything = _with_data(_read(chart, name))
    for layer in _main(everything) if channel == "value" else everything:
        where: str | None = channel
        if channel == "value":
            where = _value_channel(layer)
        if channel == "group":
            where = next((group for group in GROUPS if _shows_column(layer, group)), None)
        if where and _shows_column(layer, where):
            found.append((layer, where))
    if not found:
        what = {"value": "numbers on an axis", "group": "a column that tells groups apart, for example color"}
        _fail(f"{name} needs {what.get(channel, f'a column on {channel}')}: .encode(...).")
    return found


def _shows_column(layer: Layer, channel: str) -> bool:
    definition = layer.channels.get(channel, {})
    return "field" in definition or "aggregate" in definition


def _value_channel(layer: Layer) -> str | None:
    """The channel that carries the numbers."""
    if layer.mark == "arc":
        return next((channel for channel in ("theta", "radius") if _shows_column(layer, channel)), None)
    axes = [axis for axis in ("y", "x") if _shows_column(layer, axis)]
    numbers = [
        axis
        for axis in axes
        if layer.channels[axis].get("type") == "quantitative" and not layer.channels[axis].get("bin")
    ]
    if len(numbers) > 1:
        return _value_of_two(layer)
    if numbers:
        (number,) = numbers
        # Beside years, numbers drawn as names are still the numbers.
        mistaken = [
            axis for axis in axes if axis != number and _holds_years(layer, number) and _holds_numbers(layer, axis)
        ]
        return mistaken[0] if mistaken else number
    coloured = next(
        (channel for channel in ("color", "size") if layer.channels.get(channel, {}).get("type") == "quantitative"),
        None,
    )
    # Numbers drawn as names are still the numbers; they stand on the axis that has no names or dates of its own.
    return coloured or next((axis for axis in axes if _holds_numbers(layer, axis)), axes[0] if axes else None)


def _value_of_two(layer: Layer) -> str:
    aggregated = [axis for axis in ("y", "x") if "aggregate" in layer.channels[axis]]
    if len(aggregated) == 1:
        return aggregated[0]
    orient = layer.mark_options.get("orient")
    if orient in {"horizontal", "vertical"} and layer.mark in {"bar", "area", "tick"}:
        return "x" if orient == "horizontal" else "y"
    years = {axis: _holds_years(layer, axis) for axis in ("x", "y")}
    return "x" if years["y"] and not years["x"] else "y"


def _holds_years(layer: Layer, axis: str) -> bool:
    return all(_is_bare_year(_get(row, layer.channels[axis].get("field"))) for row in layer.rows)


def _holds_numbers(layer: Layer, axis: str) -> bool:
    values = [_get(row, layer.channels[axis].get("field")) for row in layer.rows]
    known = [value for value in values if value is not None]
    return bool(known) and all(math.isfinite(_number(value)) and not _is_bare_year(value) for value in known)


def _scale(definition: Spec) -> Spec:
    scale = definition.get("scale", {})
    # Without a scale, numbers are pixels.
    return {"type": "identity"} if scale is None else scale if isinstance(scale, dict) else {}


def _shown(definition: Spec) -> str:
    field = definition.get("field")
    return repr(_column(field)) if isinstance(field, str) else "the count" if "aggregate" in definition else "a column"


def _type_in_words(definition: Spec) -> str:
    if definition.get("bin"):
        return "bins"
    return {"temporal": "dates", "nominal": "names", "ordinal": "names"}.get(
        str(definition.get("type")), "something else"
    )


def _cut(where: str, name: str) -> str:
    return f"The {where} axis of {name} should begin at zero: cut off, a small difference looks like a large one."


def _check_domain(layer: Layer, where: str, scale: Spec, name: str) -> None:
    domain = scale.get("domain")
    ends = [end for end in domain if isinstance(end, int | float)] if isinstance(domain, list) else []
    low = scale.get("domainMin", min(ends, default=None))
    high = scale.get("domainMax", max(ends, default=None))
    values = [] if layer.unknown else [value for value in map(_number, _table(layer)[where]) if math.isfinite(value)]
    least = min([0.0, *values])
    if isinstance(low, int | float):
        if low > least or (low < 0 and least == 0):
            _fail(_cut(where, name))
    elif isinstance(domain, dict) and "unionWith" in domain:
        pass
    elif scale.get("zero", layer.config.get("scale", {}).get("zero", True)) is not True:
        _fail(_cut(where, name))
    if isinstance(high, int | float) and high < max([0.0, *values]):
        _fail(f"The {where} axis of {name} ends before its largest figure. Let it show all of them.")


def _years_in_order(layer: Layer, channel: str) -> list[int]:
    """The years along an axis of names, in the order in which they stand."""
    definition = layer.channels[channel]
    domain = _scale(definition).get("domain")
    if isinstance(domain, list):
        return [year for year in map(_year_of, domain) if year is not None]
    if layer.unknown:
        return []
    table = _table(layer)
    other = "y" if channel == "x" else "x"
    if other in table:
        # A year that has no figure may get no place on the axis.
        table = table[table[other].notna()]
    named = dict.fromkeys(table[channel].dropna())
    sort = definition.get("sort", "ascending")
    years = [year for year in map(_year_of, named) if year is not None]
    if isinstance(sort, list):
        listed = [year for year in map(_year_of, sort) if year in years]
        return [*dict.fromkeys([*listed, *sorted(years)])]
    if sort in {"ascending", "descending"}:
        return sorted(years)
    return years if sort is None else []


def _is_even(years: list[int]) -> bool:
    steps = {after - before for before, after in itertools.pairwise(years)}
    return bool(years) and (not steps or (len(steps) == 1 and 0 not in steps))


def _shows_each(layer: Layer) -> bool:
    opacity = layer.channels.get("opacity", {}).get("value", layer.mark_options.get("opacity", 1))
    if layer.mark in OWN_MARKS:
        return opacity != 0 and (layer.mark != "rule" or all(_shows_column(layer, axis) for axis in ("x", "y")))
    settings = (layer.mark_options, layer.config.get(layer.mark, {}), layer.config.get("mark", {}))
    point = next((options["point"] for options in settings if "point" in options), None)
    if isinstance(point, dict):
        return point.get("opacity", 1) != 0 and point.get("size", 1) != 0
    return point not in {None, False, "transparent"}


def _positions(layer: Layer) -> set[tuple[str, str]]:
    table = _table(layer)
    if "x" not in table or "y" not in table:
        return set()
    table = table[["x", "y"]].dropna()
    return {(_place(x), _place(y)) for x, y in zip(table["x"], table["y"], strict=True)}


def _place(value: object) -> str:
    year = _year_of(value)
    number = _number(value)
    return str(year) if year is not None else f"{number:.9g}" if math.isfinite(number) else str(value)


def _categories_in_order(layer: Layer, channel: str, totals: Mapping[str, float]) -> list[str]:
    definition = layer.channels[channel]
    scale = _scale(definition)
    sort = definition.get("sort", "ascending")
    domain = scale.get("domain")
    present = list(totals)
    if isinstance(domain, list):
        order = [str(item) for item in domain]
    elif isinstance(sort, list):
        listed = [str(item) for item in sort if str(item) in totals]
        order = [*dict.fromkeys([*listed, *present])]
    elif sort is None:
        order = present
    else:
        order = _sorted_by(layer, channel, sort, totals)
    return order[::-1] if scale.get("reverse") is True else order


def _sorted_by(layer: Layer, channel: str, sort: Any, totals: Mapping[str, float]) -> list[str]:
    value = "y" if channel == "x" else "x"
    if isinstance(sort, str) and sort not in {"ascending", "descending"}:
        sort = {"encoding": sort.lstrip("-"), "order": "descending" if sort.startswith("-") else "ascending"}
    if isinstance(sort, str):
        sort = {"order": sort}
    backwards = sort.get("order") == "descending"
    if sort.get("encoding") == value:
        return sorted(totals, key=lambda key: totals[key], reverse=backwards)
    field = sort.get("field")
    if "encoding" in sort and sort["encoding"] != channel:
        field = layer.channels.get(sort["encoding"], {}).get("field")
    if field is None and sort.get("op") != "count":
        return sorted(
            totals,
            key=lambda key: (_number(key), key) if math.isfinite(_number(key)) else (math.inf, key),
            reverse=backwards,
        )
    by: dict[str, list[Any]] = {}
    for row in layer.rows:
        by.setdefault(str(_plain(_get(row, layer.channels[channel]["field"]))), []).append(
            _get(row, field) if field else 1
        )
    operation = sort.get("op") or ("sum" if any(_shows_column(layer, group) for group in GROUPS) else "min")
    keys = {key: _number(_aggregated(operation, values, [])) for key, values in by.items() if key in totals}
    return sorted(keys, key=lambda key: keys[key], reverse=backwards)


def _axis_title(layer: Layer, channel: str) -> str:
    definition = layer.channels[channel]
    guide_name = {"x": "axis", "y": "axis", "row": "header", "column": "header", "facet": "header"}.get(
        channel, "legend"
    )
    guide = definition.get(guide_name, {})
    if guide is None:
        return ""
    for holder in (guide, definition):
        if "title" in holder:
            return _text_of(holder["title"])
    field = definition.get("field")
    operation = definition.get("aggregate")
    named = _column(field) if isinstance(field, str) else ""
    return f"{operation} of {named}" if isinstance(operation, str) and named else named or str(operation or "")


def _says(title: str, word: str) -> bool:
    if not word.isascii() or not re.fullmatch(r"\w+( \w+)*", word):
        return word.casefold() in title.casefold()
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", title, re.IGNORECASE) is not None


def _names(layer: Layer, field: str) -> bool:
    """Whether a layer writes a column's values out: as text, on an axis, over small multiples or in a legend."""
    places = ("text", "x", "y", "row", "column", "facet")
    if any(layer.channels.get(place, {}).get("field") == field for place in places):
        return True
    legends = (layer.channels.get(channel, {}) for channel in ("color", "fill", "stroke", "shape", "strokeDash"))
    disabled = layer.config.get("legend", {}).get("disable") is True
    return any(one.get("field") == field and one.get("legend", ...) is not None for one in legends) and not disabled


# --- What is drawn ----------------------------------------------------------------------------------


def _tables(found: list[Layer]) -> list[tuple[Layer, Table]]:
    tables: list[tuple[Layer, Table]] = []
    reasons: list[str] = []
    for layer in _with_data(found):
        try:
            tables.append((layer, _table(layer)))
        except _NotFollowed as error:
            reasons.append(str(error))
    if not tables:
        _fail(reasons[0] if reasons else "The chart draws nothing that could be followed.")
    return tables


def _table(layer: Layer) -> Table:
    """A row for each mark, a column for each channel."""
    if layer.unknown:
        raise _NotFollowed(layer.unknown)
    if layer.mark in {"boxplot", "errorbar", "errorband"}:
        raise _NotFollowed(f"What mark_{layer.mark}() computes cannot be checked. {IN_PANDAS}")
    columns: dict[str, list[Any]] = {}
    for channel, definition in layer.channels.items():
        if "impute" in definition:
            raise _NotFollowed(f"Figures that the chart fills in by impute cannot be checked. {IN_PANDAS}")
        if "aggregate" in definition:
            continue
        if "field" in definition:
            columns |= _field_columns(layer, channel, definition)
        elif "datum" in definition and channel not in UNSEEN:
            columns[channel] = [_typed(definition["datum"], definition)] * len(layer.rows)
    if any("aggregate" in definition for definition in layer.channels.values()):
        columns = _grouped(layer, columns)
    # In the order in which the chart names them; what is made beside them comes last.
    columns = {channel: columns[channel] for channel in [*layer.channels, *columns] if channel in columns}
    seen = {channel: values for channel, values in columns.items() if channel.partition("_")[0] not in UNSEEN}
    table = pandas.DataFrame({channel: pandas.Series(values, dtype=_dtype(values)) for channel, values in seen.items()})
    table.attrs["mark"] = layer.mark
    return _normalized(layer, table)


def _dtype(values: list[Any]) -> Any:
    numbers = all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)
    return (
        "float64"
        if numbers and any(value is None or isinstance(value, float) for value in values)
        else "int64"
        if numbers and values
        else object
    )


def _field_columns(layer: Layer, channel: str, definition: dict[str, Any]) -> dict[str, list[Any]]:
    values = [_get(row, definition["field"]) for row in layer.rows]
    if definition.get("timeUnit"):
        values = [_time_unit(value, definition["timeUnit"]) for value in values]
    binned = definition.get("bin")
    if binned is True or isinstance(binned, dict):
        default = (
            6 if channel in {"row", "column", "facet", "size", "color", "fill", "stroke", "shape", "strokeDash"} else 10
        )
        starts, step = _bins(values, binned, default)
        ends = [None if start is None else start + step for start in starts]
        return {channel: starts, **({f"{channel}2": ends} if channel in {"x", "y"} else {})}
    return {channel: [_typed(value, definition) for value in values]}


def _typed(value: Any, definition: Spec) -> Any:
    """A value as its channel draws it."""
    value = _plain(value)
    kind = definition.get("type")
    if value is None:
        return None
    if kind == "quantitative":
        number = _number(value)
        return (
            None if math.isnan(number) else value if isinstance(value, int) and not isinstance(value, bool) else number
        )
    if kind == "temporal":
        return value if _is_bare_year(value) else _timestamp(value)
    return value


def _grouped(layer: Layer, columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    groups: dict[tuple[Any, ...], list[int]] = {}
    for number in range(len(layer.rows)):
        groups.setdefault(tuple(_key(values[number]) for values in columns.values()), []).append(number)
    members = list(groups.values())
    grouped = {channel: [values[rows[0]] for rows in members] for channel, values in columns.items()}
    for channel, definition in layer.channels.items():
        if "aggregate" in definition:
            field = definition.get("field")
            grouped[channel] = [
                _aggregated(
                    definition["aggregate"],
                    [_get(layer.rows[row], field) if field else None for row in rows],
                    [layer.rows[row] for row in rows],
                )
                for rows in members
            ]
    return grouped


def _key(value: Any) -> Any:
    return str(value) if isinstance(value, dict | list) else value


def _aggregated(operation: Any, values: list[Any], rows: list[Row]) -> Any:
    """What Vega-Lite makes of the values of one group; None: of no values."""
    if isinstance(operation, dict):
        # argmin and argmax: the value in the row where another column is least or largest.
        (which, by), *_ = operation.items()
        known = [
            (number, value)
            for row, value in zip(rows, values, strict=True)
            if math.isfinite(number := _number(_get(row, by)))
        ]
        choose = min if which == "argmin" else max
        return choose(known, key=lambda pair: pair[0])[1] if known else None
    if operation == "count":
        return len(values)
    if operation == "distinct":
        return len({_key(value) for value in values})
    known = [number for number in map(_number, values) if not math.isnan(number)]
    if operation in {"valid", "missing"}:
        return len(known) if operation == "valid" else sum(value is None for value in values)
    if operation not in SUMMARIES:
        raise _NotFollowed(f"What the chart computes by {operation} cannot be checked. {IN_PANDAS}")
    # Of one figure alone, Vega knows no spread, and draws nothing.
    enough = len(known) > (operation in SPREADS)
    summary = SUMMARIES[operation](pandas.Series(known, dtype="float64")) if enough else math.nan
    return None if math.isnan(summary) else summary


SPREADS = {"stdev", "stdevp", "variance", "variancep"}
SUMMARIES: dict[Any, Callable[[Table], float]] = {
    "sum": math.fsum,
    "mean": lambda values: math.fsum(values) / len(values),
    "average": lambda values: math.fsum(values) / len(values),
    "median": lambda values: float(values.median()),
    "min": lambda values: float(values.min()),
    "max": lambda values: float(values.max()),
    "product": lambda values: float(values.prod()),
    "stdev": lambda values: float(values.std()),
    "stdevp": lambda values: float(values.std(ddof=0)),
    "variance": lambda values: float(values.var()),
    "variancep": lambda values: float(values.var(ddof=0)),
}


def _normalized(layer: Layer, table: Table) -> Table:
    """Where parts are stacked to a whole of one, the marks are shares."""
    for value in ("x", "y", "theta"):
        if layer.channels.get(value, {}).get("stack") == "normalize" and value in table:
            other = {"x": "y", "y": "x"}.get(value)
            within = [channel for channel in (other, "row", "column", "facet") if channel and channel in table]
            numbers: Table = pandas.to_numeric(table[value], errors="coerce")
            wholes: Table = (
                numbers.groupby([table[channel].astype(str) for channel in within]).transform("sum")
                if within
                else numbers.sum()
            )
            table[value] = numbers / wholes
            table.attrs["shares"] = value
    return table


def _candidates(
    found: list[tuple[Layer, Table]], wanted: list[str], *, either_way: bool
) -> Iterator[tuple[Table, list[dict[str, str]]]]:
    """Tables that may be what was asked for, each with the channels that may stand for its columns."""
    for layer, table in found:
        for form in _forms(layer, table):
            yield form, list(_ways(form, wanted, either_way=either_way))
    together: dict[str, list[Table]] = {}
    for layer, table in found:
        told_apart = any(channel in table for channel in GROUPS)
        own = [layer.channels[axis].get("field") for axis in (_value_channel(layer),) if axis]
        apart = table if told_apart else table.assign(detail=next(filter(None, own), ""))
        together.setdefault(f"{layer.mark} by detail", []).append(apart)
        together.setdefault(f"{layer.mark} by title", []).append(table.assign(facet=layer.title))
    for tables in together.values():
        if len(tables) > 1:
            joined = pandas.concat([table.astype(object) for table in tables], ignore_index=True)
            yield joined, list(_ways(joined, wanted, either_way=either_way))


def _forms(layer: Layer, table: Table) -> Iterator[Table]:
    yield table
    if "shares" in table.attrs:
        value = table.attrs["shares"]
        yield table.assign(**{value: table[value] * 100})
    groups = [channel for channel in GROUPS if channel in table]
    value = _value_channel(layer)
    stacks = (
        layer.mark in {"bar", "area"}
        and groups
        and value in {"x", "y"}
        and layer.channels[value].get("stack", "zero") in {"zero", "center", True}
    )
    if stacks and not any(channel in table for channel in ("xOffset", "yOffset")):
        other = "y" if value == "x" else "x"
        for keep in ([], *([group] for group in groups)):
            keys = [key for key in (other, *keep) if key in table]
            if keys and value is not None:
                yield table.groupby(keys, sort=False, dropna=False, as_index=False)[value].sum()


def _ways(table: Table, wanted: list[str], *, either_way: bool) -> Iterator[dict[str, str]]:
    pairs = [{"x": "x", "y": "y"}, *([{"x": "y", "y": "x"}] if either_way else [])]
    if "theta" in table:
        pairs += [{"x": "color", "y": "theta"}]
    grids = (
        [{"x": axis, "y": "color", "group": other} for axis, other in (("x", "y"), ("y", "x"))]
        if "x" in table and "y" in table
        else []
    )
    for pair in pairs:
        for group in GROUPS if "group" in wanted else [""]:
            way = {**pair, "group": group, "size": "size"}
            if all(way.get(column) in table for column in wanted):
                yield {column: way[column] for column in wanted}
    if "group" in wanted:
        for way in grids:
            if all(way.get(column) in table for column in wanted):
                yield {column: way[column] for column in wanted}


def _kind(column: Table) -> str:
    known = [_plain(value) for value in column.dropna()]
    if known and all(_is_bare_year(value) for value in known):
        return "year"
    if known and all(isinstance(value, int | float) and not isinstance(value, bool) for value in known):
        return "number"
    return "date" if known and all(isinstance(value, pandas.Timestamp) for value in known) else "text"


def _marks_of(table: Table, kinds: Mapping[str, str], way: Mapping[str, str]) -> list[tuple[Any, ...]]:
    present = table.dropna(subset=[way[column] for column in kinds if column in {"x", "y"}])
    columns = [[_comparable(value, kind) for value in present[way[column]]] for column, kind in kinds.items()]
    return list(zip(*columns, strict=True))


def _comparable(value: Any, kind: str) -> Any:
    value = _plain(value)
    if kind == "text":
        year = value.year if isinstance(value, pandas.Timestamp) else None
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        return str(year if year is not None else whole).strip()
    if kind == "date":
        found = _timestamp(str(value) if _is_bare_year(value) else value)
        return math.nan if found is None else float(found.timestamp())
    if kind == "year" and isinstance(value, str | pandas.Timestamp):
        year = _year_of(value)
        return math.nan if year is None else float(year)
    return _number(value)


def _same_marks(found: list[tuple[Any, ...]], wanted: list[tuple[Any, ...]], tolerance: float) -> bool:
    if len(found) != len(wanted):
        return False
    left = sorted(found, key=_sort_key)
    for mark in sorted(wanted, key=_sort_key):
        match = next((number for number, other in enumerate(left) if _same_mark(other, mark, tolerance)), None)
        if match is None:
            return False
        del left[match]
    return True


def _sort_key(mark: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(f"{part:024.6f}" if isinstance(part, float) else part for part in mark)


def _same_mark(mark: tuple[Any, ...], wanted: tuple[Any, ...], tolerance: float) -> bool:
    return all(
        abs(part - other) <= max(tolerance, ROUNDING * abs(other))
        if isinstance(other, float) and isinstance(part, float)
        else part == other
        for part, other in zip(mark, wanted, strict=True)
    )


def _difference(
    found: list[tuple[Any, ...]],
    wanted: list[tuple[Any, ...]],
    kinds: Mapping[str, str],
    way: Mapping[str, str],
    *,
    tolerance: float,
    name: str,
) -> tuple[int, str]:
    """How near a layer comes to what is expected, and the first thing to mend."""
    columns = list(kinds)
    right = 0
    for number, column in enumerate(columns):
        if _same_marks([(mark[number],) for mark in found], [(mark[number],) for mark in wanted], tolerance):
            right += 1
            continue
        what = "the groups" if column == "group" else f"what stands on {way[column]}"
        if (
            {mark[number] for mark in found}
            and kinds[column] != "text"
            and all(isinstance(mark[number], float) and math.isnan(mark[number]) for mark in found)
        ):
            return (
                right,
                f"{name} draws no numbers on {way[column]}. If the column's name has a dot or brackets, rename the column; and see that it holds numbers.",
            )
        if len(found) > len(wanted):
            return (
                right,
                f"{name} draws more marks than it should. See that only the rows asked for are drawn, and each group once: filter or aggregate first.",
            )
        if len(found) < len(wanted):
            return (
                right,
                f"{name} draws fewer marks than it should. See that no row that was asked for is lost, and that nothing is added up that should stand apart.",
            )
        return (
            right,
            f"In {name}, {what} is not what was asked for. Look at the column and at how it is computed: drawn({name}) shows what is drawn.",
        )
    return (
        right,
        f"{name} has the right values, but not beside each other. See that each x has the y that belongs to it.",
    )


# --- Values, as Vega takes them ----------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """A value without numpy or pandas, None for all that is missing."""
    if isinstance(value, pandas.Timestamp | str | bool | dict | list) or value is None:
        return value
    if hasattr(value, "item"):
        value = value.item()
    if value is pandas.NaT or value is pandas.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def _number(value: Any) -> float:
    """A value as a number; NaN where it is none."""
    if value is None or isinstance(value, pandas.Timestamp):
        return math.nan
    if isinstance(value, str) and not re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", value):
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _is_bare_year(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and FIRST_YEAR <= value <= LAST_YEAR and float(value).is_integer()


def _year_of(value: Any) -> int | None:
    value = _plain(value)
    if isinstance(value, pandas.Timestamp):
        return value.year
    if _is_bare_year(value):
        return int(value)
    if isinstance(value, dict):
        return _year_of(value.get("year"))
    found = re.match(r"\s*([12]\d{3})(?![\d.])", value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def _timestamp(value: Any) -> pandas.Timestamp | None:
    try:
        if isinstance(value, dict):
            found = pandas.Timestamp(year=value["year"], month=value.get("month", 1), day=value.get("date", 1))
        else:
            found = pandas.Timestamp(value, unit="ms") if isinstance(value, int | float) else pandas.Timestamp(value)
    except (TypeError, ValueError, OverflowError, KeyError):
        return None
    if not isinstance(found, pandas.Timestamp):
        return None
    return found.tz_convert(None) if found.tzinfo else found


def _time_unit(value: Any, unit: Any) -> Any:
    name = str(unit.get("unit") if isinstance(unit, dict) else unit)
    periods = {"year": "Y", "yearquarter": "Q", "yearmonth": "M", "yearmonthdate": "D"}
    period = periods.get(name.removeprefix("utc"))
    if period is None:
        raise _NotFollowed(f"Dates that the chart cuts to {name} cannot be checked. {IN_PANDAS}")
    # Vega, too, takes a bare number for milliseconds; what was meant is the year.
    moment = None if value is None else _timestamp(str(value) if _is_bare_year(value) else value)
    if _is_bare_year(value):
        return value
    return None if moment is None else moment.to_period(period).to_timestamp()


@functools.cache
def _path(field: str) -> tuple[str, ...]:
    r"""A field's name as Vega reads it: dots and brackets lead into nested data unless ``\`` stands before them."""
    parts: list[str] = [""]
    for escaped, dot, quoted, index, other in re.findall(
        r"\\(.)|(\.)|\[(?:'([^']*)'|\"?([^'\"\]]*)\"?)\]|(.)", field, re.DOTALL
    ):
        if dot or quoted or index:
            parts.append(quoted or index)
        else:
            parts[-1] += escaped or other
    return tuple(part for part in parts if part) or ("",)


def _column(field: str) -> str:
    return ".".join(_path(field))


def _get(row: Mapping[str, Any], field: Any) -> Any:
    """The value of a row's field; None where there is none."""
    value: Any = row
    for part in _path(field) if isinstance(field, str) else ():
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return None if isinstance(value, float) and math.isnan(value) else value if value is not row else None


# --- Vega-Lite's data and transforms -------------------------------------------------------------------


def _rows(part: _Around) -> list[Row]:
    rows = _given_rows(part.data, part.datasets or {})
    for transform in part.transforms:
        rows = _transformed(rows, transform, part)
    return rows


def _given_rows(data: Spec | None, datasets: Spec) -> list[Row]:
    if not data:
        return []
    if "url" in data:
        raise _NotFollowed("takes its data from an address. Read the table with pandas, and give alt.Chart the table.")
    if "sequence" in data:
        numbers = data["sequence"]
        start, stop, step = numbers["start"], numbers["stop"], numbers.get("step", 1)
        count = max(0, math.ceil((stop - start) / step))
        return [{numbers.get("as", "data"): start + step * number} for number in range(count)]
    values = data.get("values", datasets.get(data.get("name", "")))
    if isinstance(values, dict):
        values = [values]
    if values == [{}]:
        # Altair's own, of a chart that was given nothing.
        return []
    if not isinstance(values, list):
        raise _NotFollowed("The data of the chart are no table. Give alt.Chart a DataFrame.")
    return [row if isinstance(row, dict) else {"data": row} for row in values]


def _transformed(rows: list[Row], transform: Spec, part: _Around) -> list[Row]:
    for name, step in TRANSFORMS.items():
        if name in transform:
            return step(rows, transform, part)
    known = (
        "window",
        "stack",
        "impute",
        "regression",
        "loess",
        "density",
        "quantile",
        "pivot",
        "flatten",
        "sample",
        "extent",
    )
    name = next((key for key in known if key in transform), next(iter(transform), "something"))
    raise _NotFollowed(f"What the chart computes by transform_{name} cannot be checked. {IN_PANDAS}")


def _filtered(rows: list[Row], transform: Spec, part: _Around) -> list[Row]:
    test = _predicate(transform["filter"], part)
    return [row for row in rows if test(row)]


def _calculated(rows: list[Row], transform: Spec, part: _Around) -> list[Row]:
    value = _Expression(transform["calculate"], part).meaning()
    return [{**row, transform["as"]: value(row)} for row in rows]


def _joined(rows: list[Row], transform: Spec, _part: _Around) -> list[Row]:
    groups, summaries = _summaries(rows, transform["joinaggregate"], transform)
    summary = {id(row): summed for members, summed in zip(groups, summaries, strict=True) for row in members}
    return [{**row, **summary[id(row)]} for row in rows]


def _summed(rows: list[Row], transform: Spec, _part: _Around) -> list[Row]:
    groups, summaries = _summaries(rows, transform["aggregate"], transform)
    by = transform.get("groupby", [])
    return [
        {**{_column(field): _get(members[0], field) for field in by}, **summed}
        for members, summed in zip(groups, summaries, strict=True)
    ]


def _summaries(rows: list[Row], operations: list[Spec], transform: Spec) -> tuple[list[list[Row]], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(_key(_get(row, field)) for field in transform.get("groupby", [])), []).append(row)
    summaries = [
        {
            one["as"]: _aggregated(one["op"], [_get(row, one.get("field")) for row in members], members)
            for one in operations
        }
        for members in groups.values()
    ]
    return list(groups.values()), summaries


def _folded(rows: list[Row], transform: Spec, _part: _Around) -> list[Row]:
    key, value = (
        [*transform.get("as", []), "key", "value"][:2]
        if len(transform.get("as", [])) != 1
        else (transform["as"][0], "value")
    )
    return [{**row, key: _column(field), value: _get(row, field)} for row in rows for field in transform["fold"]]


def _looked_up(rows: list[Row], transform: Spec, part: _Around) -> list[Row]:
    source = transform["from"]
    if "data" not in source or not isinstance(source.get("fields"), list):
        raise _NotFollowed(f"What the chart looks up cannot be checked. {IN_PANDAS}")
    others = {_key(_get(row, source["key"])): row for row in _given_rows(source["data"], part.datasets or {})}
    names = transform.get("as", source["fields"])
    names = names if isinstance(names, list) else [names]
    return [
        {
            **row,
            **{
                name: _get(others.get(_key(_get(row, transform["lookup"])), {}), field)
                for name, field in zip(names, source["fields"], strict=False)
            },
        }
        for row in rows
    ]


def _binned(rows: list[Row], transform: Spec, _part: _Around) -> list[Row]:
    names = transform["as"] if isinstance(transform["as"], list) else [transform["as"]]
    starts, step = _bins([_get(row, transform["field"]) for row in rows], transform["bin"], 10)
    return [
        {**row, **dict(zip(names, (start, None if start is None else start + step), strict=False))}
        for row, start in zip(rows, starts, strict=True)
    ]


def _cut_to_unit(rows: list[Row], transform: Spec, _part: _Around) -> list[Row]:
    return [{**row, transform["as"]: _time_unit(_get(row, transform["field"]), transform["timeUnit"])} for row in rows]


TRANSFORMS: dict[str, Callable[[list[Row], Spec, _Around], list[Row]]] = {
    "filter": _filtered,
    "calculate": _calculated,
    "joinaggregate": _joined,
    "aggregate": _summed,
    "fold": _folded,
    "lookup": _looked_up,
    "bin": _binned,
    "timeUnit": _cut_to_unit,
}


def _bins(values: list[Any], settings: Any, most: int) -> tuple[list[float | None], float]:
    """The lower end of each value's bin, and the width of bins, as Vega chooses them."""
    given = settings if isinstance(settings, dict) else {}
    if set(given) - {"maxbins", "step", "nice", "base", "extent", "minstep", "binned"} or not all(
        isinstance(given.get(key, 0), int | float | list) for key in given
    ):
        raise _NotFollowed(f"Bins of this kind cannot be checked. {IN_PANDAS}")
    numbers = [_number(value) for value in values]
    known = [number for number in numbers if math.isfinite(number)]
    if not known:
        return [None] * len(values), 1.0
    low, high = given.get("extent", [min(known), max(known)])
    span = (high - low) or abs(low) or 1
    base, most = given.get("base", 10), given.get("maxbins", most)
    step = given.get("step")
    if step is None:
        level = math.ceil(math.log(most) / math.log(base))
        step = max(given.get("minstep", 0), base ** (round(math.log(span) / math.log(base)) - level))
        while math.ceil(span / step) > most:
            step *= base
        for divisor in (5, 2):
            if step / divisor >= given.get("minstep", 0) and span / (step / divisor) <= most:
                step /= divisor
    start = low
    if given.get("nice", True) is not False:
        start = math.floor(low / step + ROUNDING) * step
        start = start - step if low < start else start
    # Multiples of the width, so that sums of steps do not drift.
    ends = max(1, math.ceil((high - start) / step - ROUNDING))
    places = [
        min(ends - 1, max(0, math.floor((number - start) / step + 1e-14))) if math.isfinite(number) else None
        for number in numbers
    ]
    return [None if place is None else round(start + place * step, 12) for place in places], step


def _predicate(test: Any, part: _Around) -> Callable[[Row], bool]:
    if isinstance(test, str):
        meaning = _Expression(test, part).meaning()
        return lambda row: bool(meaning(row))
    for word, combine in (("and", all), ("or", any)):
        if word in test:
            inner = [_predicate(one, part) for one in test[word]]
            return lambda row: combine(one(row) for one in inner)
    if "not" in test:
        negated = _predicate(test["not"], part)
        return lambda row: not negated(row)
    if "param" in test:
        chosen = next((one for one in part.parameters if one.get("name") == test["param"]), {})
        if "value" in chosen or test.get("empty") is False:
            raise _NotFollowed(f"Rows that the chart chooses by a selection cannot be checked. {IN_PANDAS}")
        # Before a reader chooses anything, everything is drawn.
        return lambda _row: True
    return _field_predicate(test)


def _field_predicate(test: Spec) -> Callable[[Row], bool]:
    simple = all(not isinstance(value, dict) for value in test.values()) and "timeUnit" not in test
    comparisons: dict[str, Callable[[Any, Any], bool]] = {
        "equal": lambda value, other: value == other,
        "lt": lambda value, other: value is not None and _ordered(value, other) < 0,
        "lte": lambda value, other: value is not None and _ordered(value, other) <= 0,
        "gt": lambda value, other: value is not None and _ordered(value, other) > 0,
        "gte": lambda value, other: value is not None and _ordered(value, other) >= 0,
        "oneOf": lambda value, other: value in other,
        "range": lambda value, other: value is not None and other[0] <= _number(value) <= other[1],
        "valid": lambda value, other: (value is not None) is other,
    }
    for word, compare in comparisons.items():
        if word in test and simple:
            wanted = test[word]
            return lambda row: compare(_get(row, test["field"]), wanted)
    raise _NotFollowed(f"Rows that the chart filters in this way cannot be checked. {IN_PANDAS}")


def _ordered(value: Any, other: Any) -> int:
    """Less than zero, zero or more, as JavaScript compares: text by letters, everything else by number."""
    if not (isinstance(value, str) and isinstance(other, str)):
        value, other = (0.0 if one is None else _number(one) for one in (value, other))
        if math.isnan(value) or math.isnan(other):
            raise _NotFollowed(f"The chart compares text with numbers. {IN_PANDAS}")
    return (value > other) - (value < other)


TOKENS = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|([A-Za-z_$][\w$]*)|(===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:()\[\],.]))"
)
STRENGTHS = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "===": 3,
    "!=": 3,
    "!==": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
SIGNS: dict[str, Callable[[Any], Any]] = {
    "!": lambda value: not value,
    "-": lambda value: -_number(value),
    "+": _number,
}
ONE_INPUT: dict[str, Callable[[Any], Any]] = {
    "abs": lambda value: abs(_number(value)),
    "round": lambda value: math.floor(_number(value) + 0.5),
    "floor": lambda value: math.floor(_number(value)),
    "ceil": lambda value: math.ceil(_number(value)),
    "sqrt": lambda value: math.sqrt(_number(value)),
    "log": lambda value: math.log(_number(value)),
    "exp": lambda value: math.exp(_number(value)),
    "toNumber": lambda value: None if value is None else _number(value),
    "toString": lambda value: None if value is None else _as_text(value),
    "isValid": lambda value: value is not None,
    "year": lambda value: _year_of(_timestamp(value)),
}
SEVERAL_INPUTS: dict[str, Callable[[list[Any]], Any]] = {
    "pow": lambda values: math.pow(*map(_number, values)),
    "min": lambda values: min(map(_number, values)),
    "max": lambda values: max(map(_number, values)),
    "if": lambda values: values[1] if values[0] else values[2],
}


def _as_text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class _Expression:
    """A formula in Vega's language, as far as rows are compared and reckoned with in it."""

    def __init__(self, text: Any, part: _Around) -> None:
        self._refusal = _NotFollowed(f"The formula {str(text)!r} in the chart cannot be checked. {IN_PANDAS}")
        self._parameters = {
            one.get("name"): one["value"] for one in part.parameters if "value" in one and "select" not in one
        }
        self._tokens: list[tuple[str, str]] = []
        place, text = 0, str(text).strip()
        while place < len(text):
            found = TOKENS.match(text, place)
            if not found:
                raise self._refusal
            kind = ("number", "text", "name", "sign")[(found.lastindex or 1) - 1]
            self._tokens.append((kind, found[found.lastindex or 1]))
            place = found.end()
        self._place = 0

    def meaning(self) -> Callable[[Row], Any]:
        """What it is for a row."""
        value = self._choice()
        if self._place != len(self._tokens):
            raise self._refusal

        def of(row: Row) -> Any:
            try:
                return value(row)
            except (TypeError, ValueError, ZeroDivisionError, OverflowError, KeyError):
                raise self._refusal from None

        return of

    def _next(self) -> str:
        return (
            self._tokens[self._place][1]
            if self._place < len(self._tokens) and self._tokens[self._place][0] == "sign"
            else ""
        )

    def _take(self, sign: str) -> bool:
        taken = self._next() == sign
        self._place += taken
        return taken

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._refusal

    def _choice(self) -> Callable[[Row], Any]:
        test = self._pair(0)
        if not self._take("?"):
            return test
        then = self._choice()
        self._need(":")
        otherwise = self._choice()
        return lambda row: then(row) if test(row) else otherwise(row)

    def _pair(self, least: int) -> Callable[[Row], Any]:
        left = self._single()
        while STRENGTHS.get(self._next(), 0) > least:
            sign = self._next()
            self._place += 1
            left = _operation(sign, left, self._pair(STRENGTHS[sign]))
        return left

    def _single(self) -> Callable[[Row], Any]:
        for sign, operate in SIGNS.items():
            if self._take(sign):
                return _applied(operate, self._single())
        if self._take("("):
            inner = self._choice()
            self._need(")")
            return inner
        if self._place >= len(self._tokens) or self._next():
            raise self._refusal
        kind, text = self._tokens[self._place]
        self._place += 1
        if kind == "number":
            number = float(text)
            return lambda _row: number
        if kind == "text":
            words = re.sub(r"\\(.)", r"\1", text[1:-1])
            return lambda _row: words
        return self._named(text)

    def _named(self, name: str) -> Callable[[Row], Any]:
        constants = {"true": True, "false": False, "null": None, "PI": math.pi, "E": math.e, **self._parameters}
        if name == "datum":
            return self._datum()
        if name in constants:
            return lambda _row: constants[name]
        if name not in ONE_INPUT and name not in SEVERAL_INPUTS:
            raise self._refusal
        self._need("(")
        inputs = [self._choice()]
        while self._take(","):
            inputs.append(self._choice())
        self._need(")")
        if name in SEVERAL_INPUTS:
            several = SEVERAL_INPUTS[name]
            return lambda row: several([one(row) for one in inputs])
        if len(inputs) != 1:
            raise self._refusal
        single = ONE_INPUT[name]
        return lambda row: single(inputs[0](row))

    def _datum(self) -> Callable[[Row], Any]:
        found: list[str] = []
        while self._next() in {".", "["}:
            bracket = self._take("[")
            if not bracket:
                self._need(".")
            if self._place >= len(self._tokens) or self._tokens[self._place][0] == "sign":
                raise self._refusal
            kind, text = self._tokens[self._place]
            self._place += 1
            found.append(text[1:-1] if kind == "text" else text)
            if bracket:
                self._need("]")
        if not found:
            raise self._refusal

        def value(row: Row) -> Any:
            inner: Any = row
            for key in found:
                inner = inner.get(key) if isinstance(inner, dict) else None
            return inner

        return value


def _applied(operate: Callable[[Any], Any], inner: Callable[[Row], Any]) -> Callable[[Row], Any]:
    return lambda row: operate(inner(row))


def _operation(sign: str, left: Callable[[Row], Any], right: Callable[[Row], Any]) -> Callable[[Row], Any]:
    if sign == "&&":
        return lambda row: left(row) and right(row)
    if sign == "||":
        return lambda row: left(row) or right(row)
    operate = OPERATIONS[sign]
    return lambda row: operate(left(row), right(row))


def _zero_for_none(value: Any) -> float:
    return 0.0 if value is None else _number(value)


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "===": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "!==": lambda a, b: a != b,
    "<": lambda a, b: _ordered(a, b) < 0,
    ">": lambda a, b: _ordered(a, b) > 0,
    "<=": lambda a, b: _ordered(a, b) <= 0,
    ">=": lambda a, b: _ordered(a, b) >= 0,
    "+": lambda a, b: (
        _as_text(a) + _as_text(b) if isinstance(a, str) or isinstance(b, str) else _zero_for_none(a) + _zero_for_none(b)
    ),
    "-": lambda a, b: _zero_for_none(a) - _zero_for_none(b),
    "*": lambda a, b: _zero_for_none(a) * _zero_for_none(b),
    "/": lambda a, b: _zero_for_none(a) / _zero_for_none(b),
    "%": lambda a, b: math.fmod(_zero_for_none(a), _zero_for_none(b)),
}
