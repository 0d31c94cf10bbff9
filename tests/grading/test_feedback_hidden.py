"""Hidden tests that stay hidden: feedback tells their message, and nothing else of them."""

from __future__ import annotations

import copy
import html
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from casebook.errors import CasebookError
from casebook.grading.feedback import make_feedback
from casebook.grading.feedback_hidden import hidden_in, hidden_secrets, hide_hidden_tests

SOURCE = """import pandas as pd

assert total > 0, "Count upwards."
### BEGIN HIDDEN TESTS
wanted_rows = pd.read_csv("parcels.csv").dropna()
assert total == 44, f"Of {len(wanted_rows)} years, one is missing."
### END HIDDEN TESTS"""


def failed(name: str, message: str, line: int, *, source: str = SOURCE, more: str = "") -> dict:
    """What IPython leaves of a failed cell, colours and context and all."""
    lines = source.splitlines()
    context = [
        f"\x1b[32m{'---->' if number == line else '     '} {number}\x1b[39m {text}"
        for number, text in enumerate(lines, start=1)
    ]
    return new_output(
        "error",
        ename=name,
        evalue=message,
        traceback=["-" * 75, name, f"Cell In[3], line {line}\n" + "\n".join(context), more, f"{name}: {message}"],
    )


def shown(*outputs, source: str = SOURCE):
    notebook = new_notebook(cells=[new_code_cell(source, outputs=list(outputs))])
    hide_hidden_tests(notebook, {})
    return notebook.cells[0]


def everything(cell) -> str:
    return nbformat.writes(new_notebook(cells=[cell]))


def test_the_code_of_hidden_tests_gives_way_to_a_line_that_says_so():
    cell = shown()

    assert cell.source.splitlines()[2:] == [
        'assert total > 0, "Count upwards."',
        "# More checks ran here; they are not shown.",
    ]


def test_the_message_of_a_hidden_test_stays_and_its_traceback_goes():
    cell = shown(failed("AssertionError", "Of 3 years, one is missing.", 6))

    assert cell.outputs[0].traceback == ["AssertionError: Of 3 years, one is missing."]
    assert not any(secret in everything(cell) for secret in ("wanted_rows", "44", "HIDDEN"))


def test_a_visible_test_that_fails_keeps_the_line_that_failed_and_shows_no_other():
    cell = shown(failed("AssertionError", "Count upwards.", 3))

    (text,) = cell.outputs[0].traceback
    assert text.startswith('----> 3 assert total > 0, "Count upwards."')
    assert text.endswith("AssertionError: Count upwards.")
    assert "wanted_rows" not in everything(cell)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("KeyError", "'wanted_column'"),
        ("NameError", "name 'wanted_rows' is not defined"),
        # A student's function that says what it was called with; pandas' own assertions.
        ("AssertionError", "called with [7, 8, 9]"),
        ("AssertionError", "DataFrame.iloc[:, 0] are different\n[left]: [1]\n[right]: [44]"),
        ("AssertionError", ""),
    ],
)
def test_what_another_than_the_author_says_of_a_hidden_test_is_not_told(name, message):
    cell = shown(failed(name, message, 6))

    assert "not shown here" in cell.outputs[0].evalue
    assert not message or message not in everything(cell)


def test_the_kits_own_checks_of_charts_speak_to_students():
    more = "File ~/exercise/chart_checks.py:40, in assert_title(chart)\n---> 40 raise AssertionError(said)"
    cell = shown(failed("AssertionError", "The chart has no title yet.", 6, more=more))

    assert cell.outputs[0].evalue == "The chart has no title yet."


def test_an_error_that_the_traceback_does_not_place_counts_as_hidden():
    cell = shown(new_output("error", ename="ValueError", evalue="wanted_rows", traceback=["ValueError"]))

    assert "wanted_rows" not in everything(cell)


def test_what_a_cell_with_hidden_tests_prints_is_not_shown():
    cell = shown(new_output("stream", name="stdout", text="the answer is 44\n"))

    assert cell.outputs == []


def test_a_region_that_is_never_closed_hides_the_whole_cell():
    cell = shown(source="assert a\n### BEGIN HIDDEN TESTS\nassert secret_name == 1")

    assert cell.source == "# More checks ran here; they are not shown."


@pytest.mark.parametrize("cell", [new_code_cell("print('HIDDEN')"), new_markdown_cell("Yes.")])
def test_cells_without_hidden_tests_stay_as_they_are(cell):
    before = everything(cell)
    hide_hidden_tests(new_notebook(cells=[cell]), {})

    assert everything(cell) == before


def test_what_the_student_wrote_or_sees_is_no_secret_of_the_hidden_tests():
    own = new_code_cell('mine = 1\nwanted_rows = pd.read_csv("parcels.csv").dropna()')

    both = hidden_secrets(new_notebook(cells=[own, new_code_cell(SOURCE)]), "counting")
    alone = hidden_secrets(new_notebook(cells=[new_code_cell(SOURCE)]), "counting")

    assert {secret.squeezed for secret in alone} - {secret.squeezed for secret in both} == {
        " wanted rows pd read csv parcels csv dropna "
    }


@pytest.mark.parametrize("config", [Config(), Config({"HTMLExporter": {"preprocessors": ["a.B"]}})])
def test_the_settings_of_a_course_are_as_before_when_the_pages_are_made(config):
    before = copy.deepcopy(config)
    with hidden_in(config):
        section = config.HTMLExporter if "preprocessors" in config.HTMLExporter else config.Exporter
        assert section["preprocessors"][-1] is hide_hidden_tests

    def said(settings):
        return {name: dict(section) for name, section in settings.items() if section}

    assert said(config) == said(before)


def test_hidden_tests_that_are_marked_in_another_way_are_refused():
    config = Config({"ClearHiddenTests": {"begin_test_delimeter": "BEGIN SECRET"}})

    with pytest.raises(CasebookError, match=r"begin_test_delimeter is 'BEGIN SECRET'"), hidden_in(config):
        pass


@pytest.mark.slow
class TestPages:
    def text(self, page) -> str:
        return html.unescape(re.sub(r"<[^>]*>", "", page.read_text()))

    def test_pages_tell_the_message_and_not_the_tests(self, course):
        (made,) = make_feedback(course.directory, "tiny", ["wrong"], hide_hidden_tests=True)

        text = self.text(made.pages[1])
        assert "AssertionError: The three years make forty-four billion parcels." in text
        assert "parcels_in_all == 44" not in text
        assert "max(parcels.values())" not in text
        assert "(Score: 1.0 / 3.0)" in text

    def test_by_default_they_are_shown_as_nbgrader_shows_them(self, course):
        (made,) = make_feedback(course.directory, "tiny", ["wrong"])

        assert "parcels_in_all == 44" in self.text(made.pages[1])

    def test_another_template_shows_as_little(self, course):
        (course.root / "nbgrader_config.py").write_text(
            "c = get_config()\nc.HTMLExporter.template_name = 'basic'\nc.HTMLExporter.preprocessors = []\n"
        )
        (made,) = make_feedback(course.directory, "tiny", ["wrong"], hide_hidden_tests=True)

        assert "Counting" in self.text(made.pages[1])
        assert "parcels_in_all == 44" not in self.text(made.pages[1])

    def test_a_page_on_which_a_student_printed_the_tests_is_not_given_out(self, course):
        file = course.root / "autograded" / "wrong" / "tiny" / "counting.ipynb"
        notebook = nbformat.read(file, as_version=4)
        notebook.cells[0].outputs = []
        own = next(cell for cell in notebook.cells if cell.id == "busiest-year")
        own.outputs = [
            new_output("stream", name="stdout", text="assert parcels[busiest_year] == max(parcels.values())")
        ]
        nbformat.write(notebook, file)

        (made,) = make_feedback(course.directory, "tiny", ["wrong"], hide_hidden_tests=True)

        assert made.pages == ()
        assert "hidden tests stand on the page" in made.reason
        assert not list((course.root / "feedback" / "wrong" / "tiny").glob("*.html"))
