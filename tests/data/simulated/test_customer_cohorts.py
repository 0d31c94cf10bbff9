from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from casebook.data.simulated.customer_cohorts import CUSTOMER_COHORTS, CustomerCohorts, customer_cohorts

AGE = "months_since_joining"


def by_age(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Sums over cohorts and kinds, by model and months since joining, with what one user brings in."""
    columns = ["joined_users", "active_users", "services_used", "revenue_usd"]
    sums = cohorts.groupby(["model", AGE])[columns].sum()
    return sums.assign(
        each_active=sums["revenue_usd"] / sums["active_users"],
        each_joined=sums["revenue_usd"] / sums["joined_users"],
        retention=100 * sums["active_users"] / sums["joined_users"],
        services_each=sums["services_used"] / sums["active_users"],
    )


def overtakes_in(cohorts: pd.DataFrame) -> int | None:
    """First month in which a user who joined brings in more by services; None: never."""
    each = by_age(cohorts)["each_joined"]
    ahead = each.index.levels[1][each.loc["services"] > each.loc["advertising"]]
    return int(ahead[0]) if len(ahead) else None


def test_the_passport_states_what_comes_out_by_advertising(stored, stated):
    cohorts = stored(CUSTOMER_COHORTS)
    found = by_age(cohorts).loc["advertising"]
    by_advertising = cohorts[cohorts["model"] == "advertising"]
    active = by_advertising.pivot_table(index=AGE, columns="kind", values="active_users", aggfunc="sum")
    passing = (100 * active["passing"] / active.sum(axis=1)).round()
    words = stated(CUSTOMER_COHORTS)

    first, later = found["each_active"][[0, 24]]
    assert f"brings in {first:.2f} dollars in the month of joining and {later:.2f} dollars two years on" in words
    assert f"{passing[0]:.0f} percent of users are passing at the start and {passing[24]:.0f} percent" in words
    assert f"brings in {found['each_joined'][24]:.2f} dollars by then" in words


def test_the_passport_states_what_comes_out_by_services(stored, stated):
    cohorts = stored(CUSTOMER_COHORTS)
    found = by_age(cohorts)
    services, advertising = found.loc["services"], found.loc["advertising"]
    first, later = services["each_active"][[0, 24]]
    summed = [model["each_joined"].loc[:24].sum() for model in (advertising, services)]
    words = stated(CUSTOMER_COHORTS)

    assert f"{first:.2f} dollars an active user at the start and {later:.2f} dollars two years on" in words
    assert f"{services['retention'][24]:.1f} percent are still active after two years" in words
    assert f"against {advertising['retention'][24]:.1f} percent by advertising" in words
    assert f"from month {overtakes_in(cohorts)} on" in words
    assert f"advertising still leads, {summed[0]:.2f} to {summed[1]:.2f} dollars" in words


def test_the_passport_states_what_the_result_hangs_on(stored, stated):
    given = CustomerCohorts()
    slow = {name: replace(kind, adds_ppm=kind.adds_ppm // 4) for name, kind in given.kinds.items()}
    slowly = customer_cohorts(replace(given, kinds=slow))
    loose = customer_cohorts(replace(given, bind_per_mille=1_000))
    growth, slow_growth = (
        round(100 * (by_age(cohorts).loc["services", "services_each"][12] - 1))
        for cohorts in (stored(CUSTOMER_COHORTS), slowly)
    )
    words = stated(CUSTOMER_COHORTS)

    assert f"grow by {growth} percent in the first year" in words
    assert f"({slow_growth} percent a year, near Meituan's 17 percent" in words
    assert overtakes_in(slowly) is None
    assert f"without it they overtake in month {overtakes_in(loose)}" in words


def test_by_advertising_no_kind_brings_in_more_with_time_though_the_mean_rises(stored):
    cohorts = stored(CUSTOMER_COHORTS)
    sums = cohorts[cohorts["model"] == "advertising"].groupby(["kind", AGE])[["active_users", "revenue_usd"]].sum()
    each_active = sums["revenue_usd"] / sums["active_users"]

    for name, kind in CustomerCohorts().kinds.items():
        assert np.allclose(each_active[name].loc[:24], kind.advertising_cents / 100, rtol=0.05)
    assert by_age(cohorts).loc["advertising", "each_active"].loc[:24:3].is_monotonic_increasing


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_any_seed_services_start_lower_and_overtake_in_the_second_year(seed):
    cohorts = customer_cohorts(CustomerCohorts(seed=seed))
    first = by_age(cohorts)["each_active"].xs(0, level=AGE)

    assert first["services"] < 0.5 * first["advertising"]
    assert 13 <= overtakes_in(cohorts) <= 21


def test_services_that_do_not_bind_keep_exactly_the_users_that_advertising_keeps():
    loose = customer_cohorts(CustomerCohorts(bind_per_mille=1_000))
    active = loose.pivot_table(index=["joined_in", "kind", AGE], columns="model", values="active_users")

    assert (active["services"] == active["advertising"]).all()


def test_nobody_comes_back_and_nobody_is_counted_who_did_not_join(stored):
    cohorts = stored(CUSTOMER_COHORTS)
    steps = cohorts.groupby(["model", "joined_in", "kind"])["active_users"].diff().dropna()
    joining = cohorts[cohorts[AGE] == 0]

    assert (steps <= 0).all()
    assert (joining["active_users"] == joining["joined_users"]).all()
    assert (joining.groupby(["model", "joined_in"])["joined_users"].sum() == 1_000).all()


def test_users_use_one_to_six_services_and_one_if_by_advertising(stored):
    cohorts = stored(CUSTOMER_COHORTS)
    by_advertising = cohorts["model"] == "advertising"

    assert (cohorts["services_used"] >= cohorts["active_users"]).all()
    assert (cohorts["services_used"] <= 6 * cohorts["active_users"]).all()
    assert (cohorts["services_used"] == cohorts["active_users"])[by_advertising].all()
    assert ((cohorts["revenue_usd"] > 0) == (cohorts["active_users"] > 0)).all()


def test_each_cohort_is_followed_to_december_2020(stored):
    cohorts = stored(CUSTOMER_COHORTS)
    last = cohorts.groupby("joined_in")[AGE].max()

    assert last.tolist() == [36 - month for month in range(1, 13)]
    assert len(cohorts) == 2 * 3 * sum(range(25, 37))
    assert not cohorts.duplicated(["model", "joined_in", "kind", AGE]).any()


def published(figures: pd.DataFrame, company: str, metric: str, period: str) -> float:
    """One figure of ``users_and_revenue``."""
    row = figures[(figures["company"] == company) & (figures["metric"] == metric) & (figures["period"] == period)]
    return float(row["value"].item())


def test_advertising_starts_at_a_third_of_what_facebook_took_in_for_a_user_in_a_quarter(stored):
    facebook = published(stored("users_and_revenue"), "Facebook", "revenue_per_monthly_user", "2019-Q4")
    kinds = CustomerCohorts().kinds.values()

    assert sum(kind.per_mille * kind.advertising_cents for kind in kinds) / 1_000 == round(100 * facebook / 3)


def test_the_figures_that_the_passport_sets_against_its_assumptions_are_published(stored, stated):
    figures, words = stored("users_and_revenue"), stated(CUSTOMER_COHORTS)
    before, later = (
        published(figures, "Facebook", "advertising_per_daily_user", f"{year}-Q2") for year in (2015, 2020)
    )
    orders = [published(figures, "Meituan", "orders_per_buyer_12_months", f"{year}-Q3") for year in (2018, 2019)]

    assert f"{before:.2f} dollars for each daily user" in words
    assert f"{later:.2f} dollars five years later" in words
    assert f"Meituan's {100 * (orders[1] / orders[0] - 1):.0f} percent more orders a buyer" in words
