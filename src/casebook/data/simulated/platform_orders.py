"""What is a look at the platform's demand worth to the sellers who stock by it?

Invented sellers order one product from a factory that takes two weeks. The same customers come in
each of three worlds; only what a seller knows when ordering differs:

``none``
    The seller expects the mean of its own last sales. It has never seen those whom it sent away.
``rough``, ``close``
    The platform tells how many will want the product in each of the next two weeks, as it sees
    searches and baskets; the number is wrong by up to a given share, up or down.

In all three a seller orders up to what it expects for the next two weeks and a reserve on top.
With a moving average, that rule makes orders swing more than sales (Chen, Drezner, Ryan and
Simchi-Levi, Management Science 46(3), 2000): the bullwhip effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from casebook.data.simulated.chance import THOUSAND, Chance, Whole

PLATFORM_ORDERS = "platform_orders_simulated"

# Weeks from order to shelf. The arithmetic below holds for two, so this is no parameter.
_LEAD = 2
# Weeks at the start of each part of the year in which no wave begins: nobody could prepare for one
# in the first weeks, as the world has no time before them.
_CALM = 4


@dataclass(frozen=True)
class PlatformOrders:
    """Parameters of the sellers and of what they are told.

    Parameters
    ----------
    seed
        Of the stream of chance.
    sellers
        How many sell each kind of goods.
    weeks
        How many weeks.
    least_base, base_width
        A seller's demand at the start, in units a week: ``least_base`` plus up to ``base_width`` - 1.
    growth_per_mille
        By how much demand grows in a straight line over all weeks. 299: as parcels did in China
        from 2020 to 2021 (``express_parcels``: 83.36 to 108.3 billion).
    own_spread_per_mille
        Standard deviation of a seller's weekly demand round its trend.
    wave_per_mille
        The course of a wave, week by week, as a multiple of demand without it. Its top of 3
        times is that of China's parcels in 2018: 0.42 billion on the peak day against 0.14 on the
        average day (People's Daily Online on the State Post Bureau's report, 15 April 2019).
    waves
        How many such waves a seller meets in these weeks, by kind of goods.
    remembered_weeks
        Over how many weeks of own sales a seller without a signal takes the mean.
    reserve_per_mille
        What is ordered on top of what is expected for two weeks; 250: half a week's sales.
    signal_error_per_mille
        By how much the signal is wrong at most, by name of the world; None: there is no signal.
    """

    seed: int = 20_210_101
    sellers: int = 8
    weeks: int = 52
    least_base: int = 60
    base_width: int = 101
    growth_per_mille: int = 299
    own_spread_per_mille: int = 200
    wave_per_mille: tuple[int, ...] = (1500, 2200, 3000, 2400, 1700, 1300)
    waves: Mapping[str, int] = field(default_factory=lambda: {"staple": 0, "fashion": 2})
    remembered_weeks: int = 4
    reserve_per_mille: int = 250
    signal_error_per_mille: Mapping[str, int | None] = field(
        default_factory=lambda: {"none": None, "rough": 300, "close": 100}
    )


def platform_orders(parameters: PlatformOrders | None = None) -> pd.DataFrame:
    """One row for each seller and week in each of the worlds.

    Parameters
    ----------
    parameters
        None: those of the table in ``data/``.

    Returns
    -------
    pandas.DataFrame
        ``signal`` (the world), ``seller``, ``goods`` ("staple" or "fashion"), ``week`` (1 on), and
        in units ``demand_units`` (the same in each world), ``stock_units`` (on the shelf when the
        week begins), ``sold_units``, ``expected_units`` (for the next two weeks together) and
        ``ordered_units`` (at the end of the week; on the shelf two weeks on). No cell is missing.
    """
    given = parameters or PlatformOrders()
    chance = Chance(given.seed)
    goods = [name for name in given.waves for _ in range(given.sellers)]
    base = given.least_base + chance.below(given.base_width, len(goods))
    demand = _demand(given, chance, base, [given.waves[name] for name in goods])
    # A week is foretold twice, two weeks and one week ahead; the draws are the same in all worlds.
    errors = chance.below(2 * THOUSAND + 1, len(goods), given.weeks, _LEAD) - THOUSAND

    tables: list[pd.DataFrame] = []
    for signal, error in given.signal_error_per_mille.items():
        told = None if error is None else _told(demand, errors * error // THOUSAND)
        columns = _year_of(given, base, demand, told)
        tables.append(
            pd.DataFrame(
                {
                    "signal": signal,
                    "seller": np.repeat([f"seller-{number:02d}" for number in range(1, len(goods) + 1)], given.weeks),
                    "goods": np.repeat(goods, given.weeks),
                    "week": np.tile(np.arange(1, given.weeks + 1), len(goods)),
                    "demand_units": demand[:, : given.weeks].ravel(),
                    **{name: values.ravel() for name, values in columns.items()},
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _demand(given: PlatformOrders, chance: Chance, base: Whole, waves: list[int]) -> Whole:
    """Units wanted from each seller in each week, and in the two weeks after the last."""
    weeks = given.weeks + _LEAD
    trend = THOUSAND + given.growth_per_mille * np.arange(weeks, dtype=np.int64) // given.weeks
    wave = np.full((len(base), weeks), THOUSAND, np.int64)
    long = len(given.wave_per_mille)
    for seller, times in enumerate(waves):
        # One wave in each equal part of the year, so that two never run into each other.
        part = given.weeks // max(times, 1)
        starts = _CALM + chance.below(part - long - _CALM, max(times, 1))
        for number in range(times):
            first = number * part + int(starts[number])
            wave[seller, first : first + long] = given.wave_per_mille
    own = np.maximum(0, THOUSAND + given.own_spread_per_mille * chance.bell(len(base), weeks) // THOUSAND)
    return base[:, None] * trend * wave * own // THOUSAND**3


def _told(demand: Whole, errors: Whole) -> Whole:
    """What the platform tells at the end of each week about the next two together, in units."""
    weeks = errors.shape[1]
    ahead = np.stack([demand[:, 1 : weeks + 1], demand[:, 2 : weeks + 2]], axis=-1)
    return (ahead * (THOUSAND + errors) // THOUSAND).sum(axis=-1)


def _year_of(given: PlatformOrders, base: Whole, demand: Whole, told: Whole | None) -> dict[str, Whole]:
    """Let all sellers go through the weeks side by side."""
    shape = (len(base), given.weeks)
    stock, sold, expected, ordered = (np.zeros(shape, np.int64) for _ in range(4))
    # Before the first week all was calm: sales at the base, and stock for a week and a half.
    remembered = [base] * given.remembered_weeks
    shelf, on_the_way = base + base // 2, base
    for week in range(given.weeks):
        stock[:, week] = shelf
        sold[:, week] = np.minimum(shelf, demand[:, week])
        left = shelf - sold[:, week]
        remembered = [*remembered[1:], sold[:, week]]
        own = _LEAD * sum(remembered) // given.remembered_weeks
        expected[:, week] = own if told is None else told[:, week]
        upto = expected[:, week] * (THOUSAND + given.reserve_per_mille) // THOUSAND
        ordered[:, week] = np.maximum(0, upto - left - on_the_way)
        shelf, on_the_way = left + on_the_way, ordered[:, week]
    return {"stock_units": stock, "sold_units": sold, "expected_units": expected, "ordered_units": ordered}
