from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from casebook.data.simulated.feedback_tickets import FEEDBACK_TICKETS, FeedbackTickets, feedback_tickets

DAYS = {"every week": 7, "every quarter": 91}
FIRST_DAY = pd.Timestamp("2020-01-03")


def issues(tickets: pd.DataFrame) -> pd.DataFrame:
    """One row for each issue that was reported at a pace."""
    return tickets.groupby(["pace", "issue"], as_index=False).agg(kind=("kind", "first"), tickets=("ticket", "count"))


def with_days(tickets: pd.DataFrame) -> pd.DataFrame:
    """The day of the year on which each was opened, and on which it ended; 0 is the first."""
    opened = (pd.to_datetime(tickets["opened_on"]) - FIRST_DAY).dt.days
    return tickets.assign(opened=opened, ended=opened + tickets["days_open"])


def test_the_passport_states_how_many_tickets_issues_and_faults_there_are(stored, stated):
    tickets = stored(FEEDBACK_TICKETS)

    for pace in DAYS:
        found = issues(tickets)[lambda table, pace=pace: table["pace"] == pace]
        faults = (found["kind"] == "fault").sum()
        words = (
            f"{pace}, {found['tickets'].sum():,} tickets about {len(found)} issues, {faults} of them faults "
            f"({found['tickets'].mean():.1f} tickets an issue)"
        )
        assert words in stated(FEEDBACK_TICKETS)


def test_the_passport_states_how_long_users_waited(stored, stated):
    tickets = stored(FEEDBACK_TICKETS)
    mended = tickets[tickets["state"] == "mended"]
    days = mended.groupby("pace")["days_open"].median()
    high = mended[mended["severity"] == "high"].groupby("pace")["days_open"].median()
    still_open = 100 * (tickets["state"] == "open").groupby(tickets["pace"]).mean()
    words = stated(FEEDBACK_TICKETS)

    assert f"within {days['every week']:g} days (every week) and {days['every quarter']:g} days" in words
    assert f"of high severity, within {high['every week']:g} and {high['every quarter']:g} days" in words
    assert f"{still_open['every quarter']:.1f} percent of the quarterly tickets are still open" in words
    assert f"against {still_open['every week']:.1f} percent of the weekly ones" in words


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_any_seed_weekly_releases_have_more_faults_fewer_tickets_and_shorter_waits(seed):
    tickets = feedback_tickets(FeedbackTickets(seed=seed))
    faults = issues(tickets)[lambda table: table["kind"] == "fault"]["pace"].value_counts()
    written = tickets["pace"].value_counts()
    days = tickets[tickets["state"] == "mended"].groupby("pace")["days_open"].median()

    assert faults["every week"] > 1.2 * faults["every quarter"]
    assert written["every week"] < 0.6 * written["every quarter"]
    assert days["every week"] < 0.4 * days["every quarter"]


def test_at_one_pace_under_two_names_the_two_years_are_the_same():
    pace = FeedbackTickets().paces["every week"]
    tickets = feedback_tickets(FeedbackTickets(paces={"one": pace, "other": pace}))
    one, other = (tickets[tickets["pace"] == name].drop(columns=["pace", "ticket"]) for name in ("one", "other"))

    assert one.reset_index(drop=True).equals(other.reset_index(drop=True))


def test_if_as_many_changes_break_something_the_faults_left_over_are_those_not_out_yet():
    given = FeedbackTickets()
    alike = {name: replace(pace, breaks_per_mille=200) for name, pace in given.paces.items()}
    faults = issues(feedback_tickets(replace(given, paces=alike)))[lambda table: table["kind"] == "fault"]
    first = FeedbackTickets().faults_at_start + 39 * given.changes_a_week
    early = faults[faults["issue"].str[-3:].astype(int) <= first]["pace"].value_counts()

    assert abs(early["every week"] - early["every quarter"]) <= 0.15 * early["every quarter"]


def test_a_mended_ticket_ends_with_a_release_and_an_open_one_with_the_year(stored):
    tickets = with_days(stored(FEEDBACK_TICKETS))
    mended = tickets["state"] == "mended"

    assert (tickets["ended"][mended] % tickets["pace"][mended].map(DAYS) == 0).all()
    assert (tickets["ended"][mended] < 364).all()
    assert (tickets["ended"][~mended] == 364).all()
    assert (tickets["days_open"] >= 1).all()


def test_the_release_is_the_one_in_use_on_the_day(stored):
    tickets = with_days(stored(FEEDBACK_TICKETS))

    assert (tickets["release"] == tickets["opened"] // tickets["pace"].map(DAYS) + 1).all()
    assert tickets["opened"].between(0, 363).all()


def test_all_tickets_about_one_issue_agree_on_what_it_is_and_when_it_ended(stored):
    tickets = with_days(stored(FEEDBACK_TICKETS))
    same = tickets.groupby(["pace", "issue"])[["app", "kind", "severity", "state", "ended"]].nunique()

    assert (same == 1).all(axis=None)
    assert not ((tickets["kind"] == "wish") & (tickets["severity"] == "high")).any()


def test_tickets_are_numbered_and_stand_by_pace_and_day(stored):
    tickets = stored(FEEDBACK_TICKETS)

    assert tickets["ticket"].tolist() == [f"t{number:04d}" for number in range(1, len(tickets) + 1)]
    assert tickets["pace"].drop_duplicates().tolist() == list(DAYS)
    assert tickets.groupby("pace")["opened_on"].is_monotonic_increasing.all()
