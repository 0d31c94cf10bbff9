import json
import warnings

import altair as alt
import pandas as pd
import pytest

from casebook.kernels.plain_values import CannotCrossError, NotPlainDataError, decode, encode

TABLE = pd.DataFrame({"year": [2001, 2002], "kind": ["a", None], "amount": [1.5, float("nan")]})
BARS = alt.Chart(TABLE, title="t").mark_bar().encode(x=alt.X("year:O").title(None), y="amount", color="kind:N")
LINE = alt.Chart(TABLE).mark_line(point=True).encode(x="year:Q", y="amount:Q")


def crossed(value):
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


@pytest.mark.parametrize(
    "chart",
    [
        BARS,
        BARS + LINE,
        BARS | LINE,
        BARS & LINE,
        alt.concat(BARS, LINE, columns=1),
        LINE.facet("kind:N"),
        LINE.repeat(["year", "amount"]),
        LINE.add_params(alt.selection_point(fields=["kind"], name="chosen")),
        (LINE.interactive(name="zoom") | BARS).resolve_scale(y="shared"),
        BARS.properties(width=300).configure_axis(grid=False),
        alt.Chart("table.csv").mark_point().encode(x="a:Q"),
        alt.Chart(alt.sphere()).mark_geoshape().project("mercator"),
        alt.Chart(TABLE).transform_filter("datum.year > 2001").mark_text().encode(text="kind"),
    ],
    ids=lambda chart: type(chart).__name__,
)
def test_a_chart_comes_out_as_the_same_kind_of_chart_with_the_same_specification(chart):
    out = crossed(chart)

    assert type(out) is type(chart)
    assert out.to_dict() == chart.to_dict()


def test_a_chart_that_is_not_valid_is_refused_with_the_reason():
    with pytest.raises(CannotCrossError, match=r"a chart that is not valid cannot cross: .*nope"):
        encode(alt.Chart(TABLE).mark_bar().encode(x="nope"))
    with pytest.raises(CannotCrossError, match=r"a chart that is not valid cannot cross: '3' is an invalid value for"):
        encode(alt.Chart(TABLE).mark_bar().encode(x=alt.X("year", axis=3)))


def test_a_warning_about_a_chart_is_not_said_again_when_it_crosses():
    twice = LINE.interactive(name="one") + LINE.interactive(name="one")
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert type(crossed(twice)) is alt.LayerChart


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "JupyterChart"},
        {"type": "LayerChart"},
        {"type": 1},
        {"specification": None},
        {"specification": {"kind": "dict", "keys": ["mark"], "values": ["nothing"]}},
    ],
)
def test_a_chart_that_is_not_what_it_says_is_refused(changes):
    with pytest.raises(NotPlainDataError):
        decode(encode(BARS) | changes)
