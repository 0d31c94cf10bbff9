"""What is kept of a cell's outputs: nbgrader's own preprocessors are the judges."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import IgnorePattern, LimitOutput

from casebook.grading.outputs import limited, without_ignored


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def error(entries):
    return new_output("error", ename="E", evalue="", traceback=[f"line {number}" for number in range(entries)])


OUTPUTS = st.lists(
    st.builds(printed, st.text("ab\n", max_size=12), st.sampled_from(["stdout", "stderr"]))
    | st.builds(error, st.integers(0, 12))
    | st.just(new_output("display_data", data={"text/plain": "a\nb\nc"})),
    max_size=6,
)


def judged(preprocessor, outputs):
    cell = new_code_cell("", outputs=copy.deepcopy(outputs))
    return preprocessor.preprocess_cell(cell, {}, 0)[0].outputs


@given(OUTPUTS, st.sampled_from(["", "a", "^b", "a.b", "a$", "(?s)a.b", "zz"]))
def test_what_is_ignored_is_what_nbgrader_ignores(outputs, pattern):
    before = copy.deepcopy(outputs)

    assert without_ignored(outputs, pattern) == judged(IgnorePattern(pattern=pattern), outputs)
    assert outputs == before


@given(OUTPUTS, st.integers(-1, 9), st.sampled_from([-1, *range(3, 14)]))
def test_what_is_cut_is_what_nbgrader_cuts(outputs, max_lines, max_traceback):
    before = copy.deepcopy(outputs)
    judge = LimitOutput(max_lines=max_lines, max_traceback=max_traceback)

    assert limited(outputs, max_lines=max_lines, max_traceback=max_traceback) == judged(judge, outputs)
    assert outputs == before


def test_the_limits_of_a_course_that_sets_none_are_nbgraders():
    outputs = [printed("x\n" * 2000), error(300)]

    kept = limited(outputs)

    assert kept == judged(LimitOutput(), outputs)
    assert kept[0]["text"].endswith("\n... Output truncated ...")
    assert kept[1]["traceback"][50] == "... Traceback truncated ..."


@pytest.mark.parametrize("entries", [0, 1, 2])
def test_a_very_short_traceback_stays_short(entries):
    (kept,) = limited([error(10)], max_traceback=entries)

    # nbgrader puts the whole traceback after the line that says that it was cut.
    assert kept["traceback"] == ["line 0", "... Traceback truncated ..."][-max(entries, 1) :]
