"""Who is left after two years, and does what they bring in grow or only their average?

The same invented users join in each of two worlds. One app lives on advertising: a user brings in
the same every month for as long as he or she stays. The other earns on services: each user starts
with one, brings in less at first, takes up others in time, and is the less likely to leave the
more of them he or she uses. In both, those who care little leave first, so the mean of those who
stay rises by itself: survivorship.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from casebook.data.simulated.chance import THOUSAND, Chance, Whole

CUSTOMER_COHORTS = "customer_cohorts_simulated"

_MONTHS_A_YEAR = 12
_CENTS = 100


@dataclass(frozen=True)
class Kind:
    """How much a user cares for the app; nobody outside the simulation can see it.

    Parameters
    ----------
    per_mille
        How many of a thousand who join.
    leaves_ppm
        Chance in a million to leave in a month while using one service, or an app with advertising.
    adds_ppm
        Chance in a million to take up one more service in a month.
    advertising_cents, service_cents
        What a user brings in a month, in US cents: by advertising, and by each service used.
    """

    per_mille: int
    leaves_ppm: int
    adds_ppm: int
    advertising_cents: int
    service_cents: int


@dataclass(frozen=True)
class CustomerCohorts:
    """Parameters of the users and of the two models.

    Parameters
    ----------
    seed
        Of the stream of chance.
    first_year
        A cohort joins in each month of this year, and nobody later.
    joined
        Users in each cohort.
    months
        From the first month of ``first_year`` to the last that is counted.
    most_services
        How many services one user can use.
    bind_per_mille
        What each further service leaves of the chance to leave; 1000: services do not bind.
    noise_per_mille
        Standard deviation of what a group brings in in a month, round its mean.
    kinds
        By name. Their mean by advertising is 2.84 dollars a month in the month of joining: what
        Facebook took in for each of its monthly users in the last quarter of 2019, 8.52 dollars
        (``users_and_revenue``), over three months.
    """

    seed: int = 20_180_101
    first_year: int = 2018
    joined: int = 1_000
    months: int = 36
    most_services: int = 6
    bind_per_mille: int = 750
    noise_per_mille: int = 30
    kinds: Mapping[str, Kind] = field(
        default_factory=lambda: {
            "passing": Kind(500, leaves_ppm=200_000, adds_ppm=20_000, advertising_cents=160, service_cents=60),
            "regular": Kind(350, leaves_ppm=50_000, adds_ppm=40_000, advertising_cents=300, service_cents=150),
            "devoted": Kind(150, leaves_ppm=10_000, adds_ppm=60_000, advertising_cents=660, service_cents=330),
        }
    )


def customer_cohorts(parameters: CustomerCohorts | None = None) -> pd.DataFrame:
    """One row for each model, cohort, kind of user and month since joining.

    Parameters
    ----------
    parameters
        None: those of the table in ``data/``.

    Returns
    -------
    pandas.DataFrame
        ``model`` ("advertising" or "services"), ``joined_in`` (YYYY-MM), ``kind``,
        ``months_since_joining`` (0: the month of joining), ``joined_users``, ``active_users`` (of
        them, still there), ``services_used`` (summed over them; one each if by advertising) and
        ``revenue_usd`` (dollars in the month, to the cent). No cell is missing.
    """
    given = parameters or CustomerCohorts()
    chance = Chance(given.seed)
    names = list(given.kinds)
    bounds = np.cumsum([kind.per_mille for kind in given.kinds.values()])
    tables: list[pd.DataFrame] = []
    for month in range(_MONTHS_A_YEAR):
        users = np.searchsorted(bounds, chance.below(THOUSAND, given.joined), side="right")
        cohort = _Cohort(given, chance, users, given.months - month)
        for model in ("advertising", "services"):
            for number, name in enumerate(names):
                ages = np.arange(given.months - month)
                told = {
                    "model": model,
                    "joined_in": f"{given.first_year}-{month + 1:02d}",
                    "kind": name,
                    "months_since_joining": ages,
                    "joined_users": int((users == number).sum()),
                }
                tables.append(pd.DataFrame({**told, **cohort.course(number, services=model == "services")}))
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values("model", kind="stable", ignore_index=True)


class _Cohort:
    """The users who joined in one month with all their draws, so that they can meet two models."""

    def __init__(self, given: CustomerCohorts, chance: Chance, users: Whole, months: int) -> None:
        self._given = given
        self._users = users
        self._months = months
        self._leaves = chance.million(months, len(users))
        self._adds = chance.million(months, len(users))
        self._noise = THOUSAND + given.noise_per_mille * chance.bell(len(given.kinds), months) // THOUSAND

    def course(self, number: int, *, services: bool) -> dict[str, Whole | pd.Series]:
        """Follow the users of one kind, month by month."""
        given = self._given
        kind = list(given.kinds.values())[number]
        mine = self._users == number
        here = np.ones(int(mine.sum()), bool)
        using = np.ones(int(mine.sum()), np.int64)
        active, used = np.zeros((2, self._months), np.int64)
        # The chance to leave by number of services in use; nobody uses none.
        leaves = [kind.leaves_ppm]
        for _ in range(1, given.most_services):
            leaves.append(leaves[-1] * given.bind_per_mille // THOUSAND)
        leave_ppm = np.array([0, *leaves], np.int64)
        for month in range(self._months):
            if month:
                here &= self._leaves[month, mine] >= leave_ppm[using]
                if services:
                    adds = (self._adds[month, mine] < kind.adds_ppm) & (using < given.most_services)
                    using = using + adds
            active[month] = here.sum()
            used[month] = using[here].sum()
        cents = kind.service_cents * used if services else kind.advertising_cents * active
        # A cent is the smallest part, so the two decimals in the file are exact.
        dollars = (cents * self._noise[number] // THOUSAND) / _CENTS
        return {"active_users": active, "services_used": used, "revenue_usd": dollars}
