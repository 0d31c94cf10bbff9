"""What a student reads when a test fails: a sentence, and not the answer."""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest

from casebook.errors import Where
from casebook.grading.verification_failures import Failure
from casebook.grading.verification_messages import message_faults, message_problems
from casebook.kernels.plain_values import encode

SHARE = {"share": {"value": encode(0.41837)}}
SENTENCE = "share is not the value of the others divided by the value of all."


def faults(message: str, error="AssertionError", answers=SHARE, seen="", *, own_error=False) -> list[str]:
    failed = Failure("q1-check", error, message, 3, hidden=True)
    return [what for what, _ in message_faults(failed, answers, seen, own_error=own_error)]


def answer(value) -> dict:
    return {"x": {"value": encode(value)}}


def test_a_sentence_that_says_what_was_expected_is_as_it_should_be():
    assert faults(SENTENCE) == []


def test_an_assert_without_a_message_is_named():
    assert faults("") == ["its assert has no message."]


def test_a_message_of_too_few_words_is_named():
    assert faults("Wrong answer.") == ["its message is 'Wrong answer.'."]


@pytest.mark.parametrize("error", ["KeyError", "TypeError", "AttributeError", "ValueError", "NameError"])
def test_a_bare_error_is_named_with_its_text(error):
    assert faults("'year'", error) == [
        f"it ends in {error}: 'year', and not in a sentence that says what was expected."
    ]


def test_a_name_that_is_missing_because_the_students_own_cell_stopped_says_enough():
    assert faults("name 'share' is not defined", "NameError", own_error=True) == []


def test_what_the_engine_says_by_itself_is_no_fault_of_the_test():
    assert faults("The tests cannot read 'x': a generator cannot cross.", "AnswerCannotCrossError") == []


@pytest.mark.parametrize("figure", ["0.418", "0.41837", "41.8", "-0.418", "0.42 or 0.418"])
def test_a_figure_of_the_answer_in_the_message_is_named(figure):
    (found,) = faults(f"Your share should be about {figure}, and it is not.")

    assert found.startswith("its message holds the answer: ")


@pytest.mark.parametrize("figure", ["0.4", "42", "2018", "0.573", "100"])
def test_other_figures_and_those_of_one_or_two_digits_may_stand_in_a_message(figure):
    assert faults(f"Your share should not be {figure}, if you look again.") == []


def test_a_figure_that_the_question_gives_may_stand_in_a_message():
    assert faults("Your share should not be 0.418 of all.", seen="Last year it was 0.418.") == []


@pytest.mark.parametrize(
    "value",
    [
        [1, 418.25],
        {"a": 418.25},
        pd.Series([1.5, 418.25]),
        pd.DataFrame({"a": [418.25], "b": ["x"]}),
    ],
    ids=["list", "dict", "series", "table"],
)
def test_figures_in_lists_and_tables_are_answers_too(value):
    (found,) = faults("One of the values should be 418.25 and is not.", answers=answer(value))

    assert "418.25" in found


def test_what_only_names_a_row_is_no_answer():
    series = pd.Series([1.5, 2.5], index=[2015, 2017])

    assert faults("The change up to 2017 is not what it should be.", answers=answer(series)) == []


def test_a_text_that_was_asked_for_is_not_told_unless_the_question_has_it():
    message = "The leading platform is Taobao, and not this one."

    assert len(faults(message, answers=answer("Taobao"))) == 1
    assert faults(message, answers=answer("Taobao"), seen="Compare taobao with eBay.") == []
    assert faults("It is in the far north of it.", answers=answer("far")) == []


@pytest.mark.parametrize(
    "value", [alt.Chart(pd.DataFrame({"a": [418.25]})).mark_bar().encode(x="a:Q"), None, float("nan")], ids=str
)
def test_answers_that_are_no_numbers_and_no_texts_give_nothing_away(value):
    assert faults("One of the values should be 418.25 and is not.", answers=answer(value)) == []


def test_a_problem_names_the_wrong_answer_its_file_and_the_test():
    failed = Failure("q1-check", "KeyError", "'a'", 3, hidden=False)
    where = Where("wrong-answers/made-up.md")
    (problem,) = message_problems("wrong-answers/made-up", where, [(failed, False)], {}, "")

    assert problem.what.startswith("wrong-answers/made-up fails q1-check, but it ends in KeyError: 'a'")
    assert str(problem.where) == "wrong-answers/made-up.md (cell q1-check)"
    assert problem.mend.startswith("assert what the test relies on")
