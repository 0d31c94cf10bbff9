"""Small charts without fault, to draw, to judge and to spoil."""

import altair as alt
import pandas as pd
import pytest

PARCELS = pd.DataFrame({"year": [2013, 2014, 2015], "parcels": [9.19, 14.0, 20.65], "who": ["a", "b", "a"]})


@pytest.fixture
def chart() -> alt.Chart:
    return (
        alt.Chart(
            PARCELS,
            title="Parcels more than doubled in the two years that the table covers",
            description="Bars by year: 9, 14 and 21 billion parcels.",
        )
        .mark_bar()
        .encode(x=alt.X("year:O").title(None), y=alt.Y("parcels:Q").title("Parcels (billion)"))
    )


@pytest.fixture
def spec(chart) -> dict:
    return chart.to_dict()
