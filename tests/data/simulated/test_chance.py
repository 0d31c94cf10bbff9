from __future__ import annotations

import numpy as np
import pytest

from casebook.data.simulated.chance import MILLION, Chance


def test_a_seed_gives_these_draws_on_every_machine_and_with_every_numpy():
    chance = Chance(20_210_101)

    assert chance.below(1_000, 6).tolist() == [691, 394, 770, 390, 927, 80]
    assert chance.million(2, 2).tolist() == [[227_246, 901_839], [126_781, 366_865]]
    assert chance.bell(4).tolist() == [424, -932, 457, 971]


@pytest.mark.parametrize("bound", [1, 2, 7, 2**32])
def test_draws_lie_below_their_bound_and_reach_both_ends(bound):
    draws = Chance(1).below(bound, 20_000)

    assert draws.min() >= 0
    assert draws.max() < bound
    assert draws.min() <= bound / 1_000
    assert draws.max() >= bound - 1 - bound / 1_000


def test_all_numbers_come_with_equal_chance():
    counts = np.bincount(Chance(2).below(10, 100_000), minlength=10)

    assert np.allclose(counts, 10_000, rtol=0.04)


def test_what_has_a_chance_of_a_quarter_happens_a_quarter_of_the_time():
    assert np.isclose((Chance(3).million(100_000) < MILLION // 4).mean(), 0.25, atol=0.005)


def test_bell_shaped_draws_have_mean_0_and_standard_deviation_1000():
    draws = Chance(4).bell(100_000)

    assert abs(draws.mean()) < 10
    assert np.isclose(draws.std(), 1_000, rtol=0.01)
    assert np.isclose((np.abs(draws) < 1_000).mean(), 0.683, atol=0.01)


def test_draws_are_whole_numbers_of_the_shape_asked_for():
    draws = Chance(5).below(6, 2, 3, 4)

    assert draws.shape == (2, 3, 4)
    assert draws.dtype == np.int64
