from __future__ import annotations

import pandas as pd
import pytest

from casebook.data.simulated.two_sided_adoption import TWO_SIDED_ADOPTION, TwoSidedAdoption, two_sided_adoption

STARTS = ["few", "many spread out", "many close together"]


def at_the_end(towns: pd.DataFrame, terms: str) -> pd.DataFrame:
    return towns[(towns["week"] == towns["week"].max()) & (towns["terms"] == terms)]


def ends(towns: pd.DataFrame) -> list[str]:
    """Fewest and most people with the wallet at the end with paid terminals, for each start."""
    wallets = at_the_end(towns, "paid terminal").groupby("early_users")["wallets"].agg(["min", "max"]).loc[STARTS]
    return [f"{least} to {most}" for least, most in wallets.itertuples(index=False)]


def test_the_passport_states_where_the_towns_end(stored, stated):
    towns = stored(TWO_SIDED_ADOPTION)
    words = stated(TWO_SIDED_ADOPTION)
    free = at_the_end(towns, "free code")
    few, spread, close = ends(towns)

    assert f"with the free code {free['wallets'].min()} to {free['wallets'].max()} of 1,000 people have" in words
    assert (free["stalls"] == 120).all()
    assert f"{few} have it after a start with few, {spread} after a start with many spread out, {close}" in words
    assert (at_the_end(towns, "paid terminal")["stalls"] == 0).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_any_seed_the_start_decides_only_where_joining_costs(seed):
    towns = two_sided_adoption(TwoSidedAdoption(seed=seed))
    free = at_the_end(towns, "free code")["wallets"]
    paid = at_the_end(towns, "paid terminal").groupby("early_users")["wallets"]

    assert free.min() > 780
    assert paid.max()["few"] < 210
    assert paid.min()["many spread out"] > 280
    assert paid.max()["many close together"] < paid.min()["many spread out"]


def test_at_equal_cost_the_two_worlds_are_the_same():
    equal = TwoSidedAdoption(terms_cny={"free code": 50, "paid terminal": 50})
    towns = two_sided_adoption(equal)
    free, paid = (towns[towns["terms"] == terms].drop(columns="terms") for terms in equal.terms_cny)

    assert free.reset_index(drop=True).equals(paid.reset_index(drop=True))


def test_if_people_do_not_mind_the_merchants_both_worlds_fill_alike():
    blind = TwoSidedAdoption(join_alone_ppm=60_000, join_full_ppm=0, drop_ppm=0)
    towns = two_sided_adoption(blind)

    assert at_the_end(towns, "free code")["wallets"].tolist() == at_the_end(towns, "paid terminal")["wallets"].tolist()


def test_each_town_begins_as_its_name_for_the_start_says(stored):
    towns = stored(TWO_SIDED_ADOPTION)
    begins = towns[towns["week"] == 0]

    assert (
        begins["wallets"] == begins["early_users"].map({start: 40 if start == "few" else 240 for start in STARTS})
    ).all()
    assert (begins[["stalls", "shops", "chains"]] == 0).all(axis=None)


def test_no_town_has_more_people_or_merchants_than_it_holds(stored):
    towns = stored(TWO_SIDED_ADOPTION)
    most = {"wallets": 800, "stalls": 120, "shops": 60, "chains": 20}

    assert (towns[list(most)] >= 0).all(axis=None)
    assert (towns[list(most)].max() == pd.Series(most)).all()


def test_each_town_has_each_week_once_in_each_world(stored):
    towns = stored(TWO_SIDED_ADOPTION)

    assert len(towns) == 2 * 12 * 105
    assert not towns.duplicated(["terms", "town", "week"]).any()
    assert (towns.groupby("early_users")["town"].nunique() == 4).all()


def test_as_many_people_never_join_as_paid_no_merchant_digitally_in_2021(stored):
    given = TwoSidedAdoption()
    estimates = stored("mobile_payment_estimates")
    paid = estimates[
        (estimates["country"] == "CHN") & estimates["basis"].str.contains("paid a merchant by card, phone")
    ]

    assert 1 - given.never / given.people_each_street == paid["value"].item() / 100


def test_the_arithmetic_of_the_passport_holds(stated):
    given = TwoSidedAdoption()
    free, paid = given.terms_cny.values()
    reached = 1 - given.never / given.people_each_street
    stalls = given.merchants["stalls"]

    assert f"less than {paid / reached:.0f} yuan can never pay {paid} for a terminal" in stated(TWO_SIDED_ADOPTION)
    assert f"for a code at {free} yuan, {100 * free / stalls.least_gain:.0f} percent" in stated(TWO_SIDED_ADOPTION)
