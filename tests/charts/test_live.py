import json

import altair as alt
import pandas as pd
import pytest

from casebook.charts.faces import faces_of
from casebook.charts.interaction import NOTHING, PARAMETERS, VALUES, controls_of, interaction_of, selections_of
from casebook.charts.live import themes_document
from casebook.charts.theme import DARK

MANY = pd.DataFrame({"n": range(200), "square": [n * n for n in range(200)]})


@pytest.fixture
def large() -> alt.Chart:
    return alt.Chart(MANY).mark_point().encode(x="n:Q", y="square:Q", tooltip=["n", "square"])


def document_of(chart) -> dict:
    return json.loads(faces_of(chart.to_dict()).live.document)


def control_of(param, chart):
    [control] = controls_of(chart.add_params(param).to_dict())
    return control


def test_a_control_of_a_selection_stands_where_the_selection_starts(chart):
    buttons = alt.binding_radio(options=["2013", "2014"], name="Year: ")

    assert control_of(alt.selection_point(fields=["year"], bind=buttons, value="2014"), chart).value == "2014"
    assert control_of(alt.selection_point(fields=["year"], bind=buttons), chart).value is None


def test_a_chart_that_answers_nothing_has_no_live_face(chart):
    assert interaction_of(chart.to_dict()) == NOTHING
    assert faces_of(chart.to_dict()).live is None


def test_a_chart_with_tooltips_tells_values_and_one_with_a_selection_has_parameters(chart):
    pick = alt.selection_point()

    assert interaction_of(chart.encode(tooltip="year").to_dict()) == VALUES
    assert interaction_of(chart.mark_bar(tooltip=True).to_dict()) == VALUES
    assert interaction_of(chart.add_params(pick).to_dict()) == PARAMETERS
    assert interaction_of(alt.hconcat(chart, chart.add_params(pick)).to_dict()) == PARAMETERS
    assert interaction_of(chart.add_params(alt.param(name="fixed", value=3)).to_dict()) == NOTHING


def test_the_live_spec_holds_no_rows_and_names_the_same_file_for_layers_of_the_same_table(large):
    drawn = large + large.mark_line()

    live = faces_of(drawn.to_dict()).live

    assert len(live.data) == 1
    assert json.loads(live.data[0].content) == MANY.to_dict("records")
    assert "39601" not in live.document
    assert live.document.count(live.data[0].name) >= 2


def test_two_charts_of_one_table_share_its_file(large):
    one, other = (faces_of(chart.to_dict()).live for chart in (large, large.mark_line(tooltip=True)))

    assert one.data == other.data


def test_a_few_rows_stay_in_the_spec(chart):
    live = faces_of(chart.encode(tooltip="year").to_dict()).live

    assert live.data == ()
    assert "20.65" in live.document


def test_values_written_into_the_spec_by_hand_are_taken_out_too(large):
    spec = large.to_dict()
    [rows] = spec.pop("datasets").values()
    spec |= {"data": {"values": rows}}

    assert [json.loads(file.content) for file in faces_of(spec).live.data] == [rows]


def test_text_data_keep_their_format():
    text = "n,square\n" + "\n".join(f"{n},{n * n}" for n in range(100))
    data = alt.Data(values=text, format=alt.DataFormat(type="csv"))
    live = faces_of(alt.Chart(data).mark_point(tooltip=True).encode(x="n:Q", y="square:Q").to_dict()).live

    assert [file.name.endswith(".csv") for file in live.data] == [True]
    assert json.loads(live.document)["wide"]["spec"]["data"]["format"] == {"type": "csv"}


def test_the_live_chart_is_laid_out_as_its_pictures_are(large):
    document = document_of(large.properties(title="A title that does not fit on a single line of a narrow screen"))

    assert len(document["narrow"]["spec"]["title"]["text"]) > len(document["wide"]["spec"]["title"]["text"])
    assert document["narrow"]["spec"]["width"] < document["wide"]["spec"]["width"]


def test_plots_side_by_side_are_as_wide_live_as_in_the_picture(large):
    document = document_of(alt.hconcat(large, large))

    assert document["wide"]["config"]["view"]["continuousWidth"] < 344
    assert "hconcat" in document["wide"]["spec"]
    assert "vconcat" in document["narrow"]["spec"]


def test_a_tooltip_uses_the_words_of_the_axes_unless_the_author_chose_others(chart):
    drawn = chart.encode(tooltip=["parcels:Q", "who:N", alt.Tooltip("year:O", title="In the year")])

    tooltip = document_of(drawn)["wide"]["spec"]["encoding"]["tooltip"]

    assert [definition["title"] for definition in tooltip] == ["Parcels (billion)", "Who", "In the year"]


def test_a_tooltip_sets_thousands_apart_but_not_in_years(chart):
    drawn = chart.encode(
        x=alt.X("parcels:Q").axis(format="d"),
        tooltip=["year:Q", "parcels:Q", "other:Q", alt.Tooltip("share:Q", format=".1f"), "who:N"],
    )

    tooltip = document_of(drawn)["wide"]["spec"]["encoding"]["tooltip"]

    assert [definition.get("format") for definition in tooltip] == [None, None, ",", ".1f", None]


def test_colours_of_live_charts_are_those_of_the_pictures():
    assert json.loads(themes_document())["dark"]["narrow"]["mark"]["color"] == DARK.marks[0]


def test_a_slider_has_its_name_and_limits(chart):
    bound = alt.binding_range(min=0, max=40, step=5, name="At least: ")

    control = control_of(alt.param(name="least", value=10, bind=bound), chart)

    assert (control.kind, control.label, control.signal) == ("range", "At least", "least")
    assert (control.low, control.high, control.step, control.value) == (0, 40, 5, 10)


def test_a_slider_without_limits_has_those_that_vega_would_give_it(chart):
    control = control_of(alt.param(name="least_size", value=10, bind=alt.binding_range()), chart)

    assert (control.low, control.high, control.step, control.label) == (0, 100, 1, "least size")


def test_lists_know_their_labels_and_an_option_for_all(chart):
    bound = alt.binding_select(options=[None, "a", "b"])

    control = control_of(alt.selection_point(name="pick", fields=["who"], bind=bound), chart)

    assert control.options == ((None, "All"), ("a", "a"), ("b", "b"))
    assert control.signal == "pick_who"


def test_how_marks_are_chosen_is_known(chart):
    def selected(param):
        selections = selections_of(chart.add_params(param).to_dict())
        return [kind for kind in ("point", "legend", "interval", "zoom") if getattr(selections, kind)]

    assert selected(alt.selection_point()) == ["point"]
    assert selected(alt.selection_point(fields=["who"], bind="legend")) == ["legend"]
    assert selected(alt.selection_interval()) == ["interval"]
    assert selected(alt.selection_interval(bind="scales")) == ["zoom"]
    assert selected(alt.selection_point(fields=["who"], bind=alt.binding_select(options=["a"]))) == []
