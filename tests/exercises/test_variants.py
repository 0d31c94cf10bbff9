"""Variants: each student's values follow from seed, assignment and id, and what cannot be a choice is named."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from casebook.errors import CasebookError, Where
from casebook.exercises.variants import (
    Parameter,
    Parameters,
    all_values,
    default_values,
    parameters_text,
    read_parameters,
    values_for,
    variants_to_try,
)

WHERE = Where("assignment.yml", 7)
FIRM_AND_YEAR = """
seed: coalitions-2027
firm: {one_of: [Alibaba, Tencent]}
year: {from: 2015, to: 2020}
"""
STUDENTS = [f"s{number:03}" for number in range(600)]


def read(text: str) -> Parameters:
    return read_parameters(yaml.safe_load(text), WHERE)


class TestReading:
    def test_a_parameter_is_one_of_some_values_or_a_range_with_both_ends(self):
        found = read(FIRM_AND_YEAR)

        assert found == Parameters(
            "coalitions-2027",
            (Parameter("firm", ("Alibaba", "Tencent")), Parameter("year", (2015, 2016, 2017, 2018, 2019, 2020))),
        )
        assert found.combinations == 12

    def test_a_step_is_taken(self):
        assert read("{seed: s, year: {from: 2015, to: 2021, step: 3}}").choices[0].values == (2015, 2018, 2021)

    def test_values_keep_their_kind(self):
        values = read("{seed: s, a: {one_of: [2, 2.5, true, '2', 中国]}}").choices[0].values

        assert values == (2, 2.5, True, "2", "中国")
        assert [type(value) for value in values] == [int, float, bool, str, str]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[firm]", "`parameters` is ['firm'], not keys and values."),
            ("{firm: {one_of: [1, 2]}}", "`parameters` have no seed."),
            ("{seed: 7, firm: {one_of: [1, 2]}}", "the seed 7, which is no text"),
            ("{seed: ' ', firm: {one_of: [1, 2]}}", "the seed ' ', which is no text"),
            ("{seed: s}", "`parameters` names none."),
            ("{seed: s, the firm: {one_of: [1, 2]}}", "cannot be called 'the firm'"),
            ("{seed: s, class: {one_of: [1, 2]}}", "cannot be called 'class'"),
            ("{seed: s, firm: Tencent}", "'firm' is 'Tencent'"),
            ("{seed: s, firm: {any_of: [1, 2]}}", "'firm' is {'any_of': [1, 2]}"),
            ("{seed: s, firm: {one_of: [1, 2], step: 1}}", "'firm' is {"),
            ("{seed: s, firm: {one_of: Tencent}}", "is one of 'Tencent', which leaves no choice"),
            ("{seed: s, firm: {one_of: [Tencent]}}", "which leaves no choice"),
            ("{seed: s, firm: {one_of: [a, b, a]}}", "has the value 'a' more than once"),
            ("{seed: s, firm: {one_of: [a, [b]]}}", "has the value ['b'], which is neither text"),
            ("{seed: s, firm: {one_of: [a, null]}}", "has the value None, which is neither text"),
            ("{seed: s, day: {one_of: [2020-01-01, a]}}", "datetime.date(2020, 1, 1), which is neither text"),
            ("{seed: s, x: {one_of: [.nan, 1]}}", "has the value nan"),
            ('{seed: s, x: {one_of: ["\\ud83d", b]}}', "which is neither text"),
            ("{seed: s, year: {from: 2015}}", "'year' is {'from': 2015}"),
            ("{seed: s, year: {from: 2015, to: late}}", "has to: 'late', which is no whole number"),
            ("{seed: s, year: {from: 1.5, to: 3}}", "has from: 1.5, which is no whole number"),
            ("{seed: s, year: {from: false, to: true}}", "has from: False, which is no whole number"),
            ("{seed: s, year: {from: 2020, to: 2015}}", "counts from 2020 to 2015 in steps of 1"),
            ("{seed: s, year: {from: 2015, to: 2020, step: 0}}", "in steps of 0, which leaves no choice"),
            ("{seed: s, year: {from: 2015, to: 2020, step: 2}}", "which never reaches 2020"),
            ("{seed: s, n: {from: 1, to: 20150}}", "'n' has 20150 values"),
            ("{seed: s, n: {from: 1, to: 99999999999999999999999}}", "'n' has 99999999999999999999999 values"),
        ],
    )
    def test_what_is_no_choice_is_named_with_its_place_and_a_mend(self, text, said, problems_of):
        (problem,) = problems_of(read_parameters, yaml.safe_load(text), WHERE)

        assert said in problem.what
        assert problem.where == WHERE
        assert problem.mend

    def test_a_range_that_misses_its_end_is_told_which_ends_it_reaches(self, problems_of):
        entry = yaml.safe_load("{seed: s, year: {from: 2015, to: 2020, step: 2}}")

        (problem,) = problems_of(read_parameters, entry, WHERE)

        assert "`to: 2019` or `to: 2021`" in problem.mend

    def test_all_that_is_wrong_is_told_at_once(self, problems_of):
        found = problems_of(read_parameters, {"a b": {"one_of": [1, 2]}, "c": 3, "d": {"from": 2, "to": 1}}, WHERE)

        assert len(found) == 4

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["seed", "from", "to", "step", "one_of", "x"]), inner)
            ),
        )
    )
    def test_anything_is_read_or_is_told_as_a_problem(self, entry):
        try:
            found = read_parameters(entry, WHERE)
        except CasebookError:
            return

        assert json.loads(parameters_text(default_values(found))) == default_values(found)


class TestValuesOfAStudent:
    def test_they_are_the_same_today_as_when_this_was_written(self):
        values = [values_for(read(FIRM_AND_YEAR), "coalitions", student) for student in ("ada", "ben", "李雷")]

        assert values == [
            {"firm": "Alibaba", "year": 2018},
            {"firm": "Alibaba", "year": 2015},
            {"firm": "Tencent", "year": 2016},
        ]

    def test_they_do_not_depend_on_the_process(self):
        code = (
            "from casebook.exercises.variants import *\n"
            "p = Parameters('s', (Parameter('n', tuple(range(1000))),))\n"
            "print([values_for(p, 'a', f's{i}')['n'] for i in range(20)])"
        )

        said = {
            subprocess.run(
                [sys.executable, "-c", code],
                env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }

        assert len(said) == 1

    @pytest.mark.parametrize("change", ["seed", "assignment", "parameter"])
    def test_another_seed_assignment_or_parameter_draws_anew(self, change):
        def drawn(seed: str, assignment: str, name: str) -> list[object]:
            parameters = Parameters(seed, (Parameter(name, tuple(range(100))),))
            return [values_for(parameters, assignment, student)[name] for student in STUDENTS]

        ours = ["seed", "assignment", "parameter"]
        theirs = ["other" if word == change else word for word in ours]

        same = sum(a == b for a, b in zip(drawn(*ours), drawn(*theirs), strict=True))

        assert same < 30

    def test_each_value_comes_about_as_often_as_another(self):
        counts = Counter(str(values_for(read(FIRM_AND_YEAR), "coalitions", student)) for student in STUDENTS)

        assert len(counts) == 12
        assert min(counts.values()) > 25
        assert max(counts.values()) < 80

    def test_a_new_parameter_leaves_the_values_of_the_others(self):
        more = read(FIRM_AND_YEAR + "table: {one_of: [a, b]}")

        for student in STUDENTS[:20]:
            few = values_for(read(FIRM_AND_YEAR), "coalitions", student)
            assert values_for(more, "coalitions", student).items() >= few.items()


class TestSetsOfValues:
    def test_the_default_is_the_first_value_of_each(self):
        assert default_values(read(FIRM_AND_YEAR)) == {"firm": "Alibaba", "year": 2015}

    def test_all_sets_come_once_the_default_first(self):
        found = list(all_values(read(FIRM_AND_YEAR)))

        assert found[0] == default_values(read(FIRM_AND_YEAR))
        assert len(found) == len({str(values) for values in found}) == 12

    def test_up_to_twelve_are_all_tried(self):
        assert variants_to_try(read(FIRM_AND_YEAR)) == list(all_values(read(FIRM_AND_YEAR)))

    @given(st.lists(st.integers(2, 40), min_size=1, max_size=5))
    def test_of_more_twelve_are_tried_that_differ_and_reach_every_end(self, sizes):
        parameters = Parameters(
            "s", tuple(Parameter(f"p{index}", tuple(range(size))) for index, size in enumerate(sizes))
        )

        found = variants_to_try(parameters)

        assert found[0] == default_values(parameters)
        assert len({str(values) for values in found}) == len(found) == min(12, parameters.combinations)
        for parameter in parameters.choices:
            tried = sorted({int(values[parameter.name]) for values in found})
            assert tried[-1] == len(parameter.values) - 1
            assert max(after - before for before, after in pairwise(tried)) <= math.ceil(
                (len(parameter.values) - 1) / 11
            )


def test_the_file_is_read_back_as_it_was_written():
    values = {"firm": "蚂蚁", "year": 2017, "share": 0.5, "log": True}

    text = parameters_text(values)

    assert json.loads(text) == values
    assert "蚂蚁" in text
