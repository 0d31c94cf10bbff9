"""When do two sides that wait for each other get going?

Invented towns are rings of streets. A person takes up the phone wallet more readily the more of the
merchants within reach (own street and the two beside it) take it, and drops it when too few do. A
merchant takes it as long as the people within reach bring in what it costs. What it costs a month
is all that differs between the two worlds: a printed code, or a terminal that must be paid for.
Every draw is the same in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from casebook.data.simulated.chance import MILLION, THOUSAND, Chance, Whole

TWO_SIDED_ADOPTION = "two_sided_adoption_simulated"


@dataclass(frozen=True)
class Merchants:
    """One kind of merchant.

    Parameters
    ----------
    each_street
        How many there are in a street.
    least_gain, gain_width
        What a merchant gains a month, in yuan, if everybody within reach has the wallet:
        ``least_gain`` plus up to ``gain_width`` - 1.
    """

    each_street: int
    least_gain: int
    gain_width: int


@dataclass(frozen=True)
class Start:
    """Who has the wallet before the first week.

    Parameters
    ----------
    wallets
        How many people.
    streets
        In how many streets, one beside the other, they live.
    """

    wallets: int
    streets: int


@dataclass(frozen=True)
class TwoSidedAdoption:
    """Parameters of the towns and of the two sides.

    Parameters
    ----------
    seed
        Of the stream of chance.
    weeks
        How many weeks after the start.
    streets, people_each_street
        Size of a town.
    never
        People of a street who never take a wallet: 10 of 50, as 80 percent of people in China had
        paid a merchant by card, phone or internet in 2021 (``mobile_payment_estimates``).
    merchants
        By kind. Ten in each street.
    terms_cny
        What it costs a merchant a month, in yuan, by name of the world.
    join_alone_ppm, join_full_ppm
        Chance in a million that a person takes up the wallet in a week, if no merchant within
        reach takes it, and what is added if all do.
    drop_ppm
        Chance in a million that a person drops it in a week, if no merchant within reach takes it.
    reconsider_ppm
        Chance in a million that a merchant thinks again in a week.
    starts
        By name; ``towns_each`` towns begin so.
    """

    seed: int = 20_040_101
    weeks: int = 104
    streets: int = 20
    people_each_street: int = 50
    never: int = 10
    merchants: Mapping[str, Merchants] = field(
        default_factory=lambda: {
            "stalls": Merchants(each_street=6, least_gain=100, gain_width=301),
            "shops": Merchants(each_street=3, least_gain=400, gain_width=1201),
            "chains": Merchants(each_street=1, least_gain=2000, gain_width=6001),
        }
    )
    terms_cny: Mapping[str, int] = field(default_factory=lambda: {"free code": 3, "paid terminal": 200})
    join_alone_ppm: int = 1_000
    join_full_ppm: int = 60_000
    drop_ppm: int = 40_000
    reconsider_ppm: int = 150_000
    starts: Mapping[str, Start] = field(
        default_factory=lambda: {
            "few": Start(wallets=40, streets=20),
            "many spread out": Start(wallets=240, streets=20),
            "many close together": Start(wallets=240, streets=6),
        }
    )
    towns_each: int = 4


def two_sided_adoption(parameters: TwoSidedAdoption | None = None) -> pd.DataFrame:
    """One row for each town and week in each of the two worlds.

    Parameters
    ----------
    parameters
        None: those of the table in ``data/``.

    Returns
    -------
    pandas.DataFrame
        ``terms`` (the world), ``town``, ``early_users``, ``week`` (0: before the first), ``wallets``
        (people with the wallet) and, of each kind, merchants who take it: ``stalls``, ``shops``,
        ``chains``. No cell is missing.
    """
    given = parameters or TwoSidedAdoption()
    chance = Chance(given.seed)
    tables: list[pd.DataFrame] = []
    number = 0
    for name, start in given.starts.items():
        for _ in range(given.towns_each):
            number += 1
            town = _Town(given, chance, start)
            tables += [
                pd.DataFrame(
                    {
                        "terms": terms,
                        "town": f"town-{number:02d}",
                        "early_users": name,
                        "week": np.arange(given.weeks + 1),
                        **town.history(cost),
                    }
                )
                for terms, cost in given.terms_cny.items()
            ]
    return pd.concat(tables, ignore_index=True)


class _Town:
    """One town with all its draws, so that the same chances can meet two costs."""

    def __init__(self, given: TwoSidedAdoption, chance: Chance, start: Start) -> None:
        self._given = given
        kinds = given.merchants.values()
        gains = [kind.least_gain + chance.below(kind.gain_width, given.streets, kind.each_street) for kind in kinds]
        self._gains = np.concatenate(gains, axis=1)
        willing = given.people_each_street - given.never
        self._first = np.zeros((given.streets, willing), bool)
        self._first[: start.streets, : start.wallets // start.streets] = True
        self._people = chance.million(given.weeks, given.streets, willing)
        self._thinks = chance.million(given.weeks, *self._gains.shape) < given.reconsider_ppm

    def history(self, cost: int) -> dict[str, Whole]:
        """Count who is in, week by week, if it costs a merchant so many yuan a month."""
        given = self._given
        has = self._first.copy()
        takes = np.zeros(self._gains.shape, bool)
        wallets = [has.sum()]
        merchants = [takes.sum(axis=0)]
        for week in range(given.weeks):
            reach = _within_reach(has.sum(axis=1)) * THOUSAND // (3 * given.people_each_street)
            offered = _within_reach(takes.sum(axis=1)) * THOUSAND // (3 * self._gains.shape[1])
            joins = self._people[week] < (given.join_alone_ppm + given.join_full_ppm * offered // THOUSAND)[:, None]
            # The other end of the same draw, so that nobody joins and drops at once.
            drops = self._people[week] >= MILLION - (given.drop_ppm * (THOUSAND - offered) // THOUSAND)[:, None]
            worth = self._gains * reach[:, None] >= cost * THOUSAND
            takes = np.where(self._thinks[week], worth, takes)
            has = (has | joins) & ~drops
            wallets.append(has.sum())
            merchants.append(takes.sum(axis=0))
        ends = np.cumsum([kind.each_street for kind in given.merchants.values()])[:-1]
        by_kind = np.split(np.array(merchants, np.int64), ends, axis=1)
        counts = {name: kind.sum(axis=1) for name, kind in zip(given.merchants, by_kind, strict=True)}
        return {"wallets": np.array(wallets, np.int64), **counts}


def _within_reach(street: Whole) -> Whole:
    """Sum over each street and the two beside it; the last street lies beside the first."""
    return street + np.roll(street, 1) + np.roll(street, -1)
