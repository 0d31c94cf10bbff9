"""What does it change if what was mended reaches users every week, or every quarter?

Invented apps live the same year twice. Developers make the same changes, users have the same
wishes and report at the same rates; only the days on which a release goes out differ, with what
that costs in either world: a release every week is tested less, so more of its changes break
something, and takes a part of each week; a quarterly one stops all mending while it is tested.

Whoever meets a fault reports it again as long as it is there. So users see tickets, developers see
issues, and the two counts need not agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from casebook.data.simulated.chance import THOUSAND, Chance, Whole

FEEDBACK_TICKETS = "feedback_tickets_simulated"

_WEEK = 7
_SEVERITIES = ("high", "medium", "low")
_NEVER = 1_000_000


@dataclass(frozen=True)
class Pace:
    """How often a release goes out, and what that costs.

    Parameters
    ----------
    days
        From one release to the next; whole weeks.
    breaks_per_mille
        How many of a thousand changes bring a fault into the app.
    mended_a_week
        How many issues the developers mend in a week.
    frozen_weeks
        Weeks before each release in which nothing is mended, as it is being tested.
    """

    days: int
    breaks_per_mille: int
    mended_a_week: int
    frozen_weeks: int


@dataclass(frozen=True)
class FeedbackTickets:
    """Parameters of the apps, their users and their developers.

    Parameters
    ----------
    seed
        Of the stream of chance.
    apps
        How many, each living the year once at each pace.
    first_day, weeks
        The first release goes out on ``first_day``, a Friday as at Xiaomi, whose MIUI had a
        build for developers every week, and a stable one every two months or more (miui.it,
        2018, https://miui.it/miui-10-stabile-in-arrivo-a-novembre-per-mi-4-mi-4c-e-mi-4s).
    faults_at_start, wishes_at_start
        Issues in each app on the first day.
    changes_a_week, wish_per_mille
        Changes that developers make in a week, and the chance that a new wish comes up in it.
    severity_per_mille
        Of a thousand faults, how many are of high and how many of medium severity; others are low.
        A wish is medium or low.
    tickets_ppm
        Chance in a million that an issue is reported on a day, by severity.
    paces
        By name.
    """

    seed: int = 20_100_816
    apps: int = 3
    first_day: date = date(2020, 1, 3)
    weeks: int = 52
    faults_at_start: int = 8
    wishes_at_start: int = 6
    changes_a_week: int = 5
    wish_per_mille: int = 400
    severity_per_mille: tuple[int, int] = (200, 350)
    tickets_ppm: tuple[int, int, int] = (200_000, 100_000, 40_000)
    paces: Mapping[str, Pace] = field(
        default_factory=lambda: {
            "every week": Pace(days=7, breaks_per_mille=250, mended_a_week=2, frozen_weeks=0),
            "every quarter": Pace(days=91, breaks_per_mille=200, mended_a_week=3, frozen_weeks=2),
        }
    )


def feedback_tickets(parameters: FeedbackTickets | None = None) -> pd.DataFrame:
    """One row for each ticket that a user wrote, by pace, app and day.

    Parameters
    ----------
    parameters
        None: those of the table in ``data/``.

    Returns
    -------
    pandas.DataFrame
        ``ticket``, ``pace``, ``app``, ``opened_on`` (YYYY-MM-DD), ``release`` (in use that day; 1
        on), ``issue`` (what it is about; the same name at both paces is the same change or wish), ``kind``
        ("fault" or "wish"), ``severity``, ``days_open`` (until the release that mends it is out,
        or until the last day of the year) and ``state`` ("mended" or "open" on the last day). No
        cell is missing.
    """
    given = parameters or FeedbackTickets()
    chance = Chance(given.seed)
    years = [_Year(given, chance, f"app-{number}") for number in range(1, given.apps + 1)]
    tables: list[pd.DataFrame] = []
    for name, pace in given.paces.items():
        table = pd.concat([year.tickets(pace) for year in years])
        table.insert(0, "pace", name)
        # A stable sort: tickets of one day stay in the order of their apps and issues.
        tables.append(table.sort_values("opened_on", kind="stable"))
    tickets = pd.concat(tables, ignore_index=True)
    tickets.insert(0, "ticket", [f"t{number:04d}" for number in range(1, len(tickets) + 1)])
    return tickets


class _Year:
    """One app's year with all its draws, so that the same chances can meet two paces."""

    def __init__(self, given: FeedbackTickets, chance: Chance, app: str) -> None:
        self._given = given
        self._app = app
        self._days = given.weeks * _WEEK
        weekly = given.weeks * given.changes_a_week
        self._breaks = chance.below(THOUSAND, weekly)
        wished = chance.below(THOUSAND, given.weeks) < given.wish_per_mille
        wishes = np.concatenate([np.zeros(given.wishes_at_start, np.int64), np.flatnonzero(wished) * _WEEK])
        self._wish_days = wishes
        # Every issue that may come to be: what is wrong at the start, each change, each wish.
        self._count = given.faults_at_start + weekly + len(wishes)
        self._is_wish = np.arange(self._count) >= given.faults_at_start + weekly
        drawn = chance.below(THOUSAND, self._count)
        high, medium = given.severity_per_mille
        # A wish cannot be of high severity: its draws for high count as medium.
        self._severity = np.where(drawn < high, np.where(self._is_wish, 1, 0), np.where(drawn < high + medium, 1, 2))
        rate = np.array(given.tickets_ppm, np.int64)[self._severity]
        self._reports = chance.million(self._count, self._days) < rate[:, None]

    def tickets(self, pace: Pace) -> pd.DataFrame:
        """Live the year at one pace."""
        comes = self._first_days(pace)
        ends = self._mended(pace, comes)
        days = np.arange(self._days)
        alive = (days >= comes[:, None]) & (days < ends[:, None])
        issue, day = np.nonzero(self._reports & alive)
        end = ends[issue]
        first = np.datetime64(self._given.first_day)
        return pd.DataFrame(
            {
                "app": self._app,
                "opened_on": (first + day.astype("timedelta64[D]")).astype(str),
                "release": day // pace.days + 1,
                "issue": [f"{self._app}-{number:03d}" for number in issue + 1],
                "kind": np.where(self._is_wish[issue], "wish", "fault"),
                "severity": np.array(_SEVERITIES)[self._severity[issue]],
                "days_open": np.minimum(end, self._days) - day,
                "state": np.where(end < self._days, "mended", "open"),
            }
        )

    def _first_days(self, pace: Pace) -> Whole:
        """Day from which users may meet each issue; never for a change that breaks nothing."""
        given = self._given
        made = np.arange(len(self._breaks)) // given.changes_a_week * _WEEK
        out = _next_release(made, pace)
        changes = np.where(self._breaks < pace.breaks_per_mille, out, _NEVER)
        return np.concatenate([np.zeros(given.faults_at_start, np.int64), changes, self._wish_days])

    def _mended(self, pace: Pace, comes: Whole) -> Whole:
        """Day of the release that mends each issue; never for those not mended in the year."""
        ends = np.full(self._count, _NEVER, np.int64)
        for week in range(1, self._given.weeks):
            day = week * _WEEK
            # The release of this week's end is the first to hold what is mended in this week.
            release = _next_release(np.array([day], np.int64), pace)[0]
            if (release - day) // _WEEK <= pace.frozen_weeks and pace.frozen_weeks:
                continue
            reports = self._told(comes, day)
            waiting = np.flatnonzero((reports > 0) & (ends == _NEVER))
            # The worst first; among equals, what most users asked for; then the oldest.
            order = np.lexsort((waiting, -reports[waiting], self._severity[waiting]))
            ends[waiting[order][: pace.mended_a_week]] = release
        return ends

    def _told(self, comes: Whole, day: int) -> Whole:
        """How often each issue was reported before a day."""
        days = np.arange(day)
        return (self._reports[:, :day] & (days >= comes[:, None])).sum(axis=1)


def _next_release(day: Whole, pace: Pace) -> Whole:
    """Day of the first release after a day."""
    return (day // pace.days + 1) * pace.days
