from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from casebook.data.simulated.platform_orders import PLATFORM_ORDERS, PlatformOrders, platform_orders

SIGNALS = ["none", "rough", "close"]


def effects(orders: pd.DataFrame, goods: str) -> pd.DataFrame:
    """Lost sales in percent, how much orders vary against sales and demand, and weeks of too much stock, by signal."""
    chosen = orders[orders["goods"] == goods]
    by_seller = chosen.groupby(["signal", "seller"])
    following = by_seller["demand_units"].shift(-1)
    too_much = (chosen["stock_units"] - chosen["sold_units"] > following)[following.notna()]
    sums = chosen.groupby("signal")[["demand_units", "sold_units"]].sum()
    spread = by_seller[["demand_units", "sold_units", "ordered_units"]].var()
    return pd.DataFrame(
        {
            "lost": 100 * (1 - sums["sold_units"] / sums["demand_units"]),
            "against_sales": (spread["ordered_units"] / spread["sold_units"]).groupby("signal").median(),
            "against_demand": (spread["ordered_units"] / spread["demand_units"]).groupby("signal").median(),
            "too_much": 100 * too_much.groupby(chosen["signal"]).mean(),
        }
    ).loc[SIGNALS]


def three(values: pd.Series) -> str:
    first, second, third = values
    return f"{first:.1f}, {second:.1f} and {third:.1f}"


def test_the_passport_states_the_effects_on_fashion_goods(stored, stated):
    found = effects(stored(PLATFORM_ORDERS), "fashion")
    words = stated(PLATFORM_ORDERS)

    assert f"for fashion goods (signal none, rough, close): {three(found['lost'])} percent of demand is lost" in words
    assert f"the variance of orders is {three(found['against_sales'])} times that of sales (median" in words
    assert f"{three(found['too_much'])} percent of weeks end with more left over" in words
    assert f"vary less and not more ({found.loc['none', 'against_demand']:.1f} times)" in words


def test_the_passport_states_the_effects_on_staple_goods(stored, stated):
    found = effects(stored(PLATFORM_ORDERS), "staple")
    words = stated(PLATFORM_ORDERS)

    assert f"for staple goods (signal none, rough, close): {three(found['lost'])} percent of demand is lost" in words
    assert f"the variance of orders is {three(found['against_sales'])} times that of sales. Where" in words


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_any_seed_a_close_signal_helps_with_fashion_and_a_rough_one_unsettles_staples(seed):
    orders = platform_orders(PlatformOrders(seed=seed))
    fashion, staple = effects(orders, "fashion"), effects(orders, "staple")

    assert fashion.loc["none", "lost"] > 10
    assert fashion.loc["close", "lost"] < 1
    assert fashion.loc["close", "against_sales"] < fashion.loc["none", "against_sales"] - 0.5
    assert fashion.loc["close", "too_much"] < fashion.loc["none", "too_much"] / 2
    assert staple.loc["none", "lost"] < 3
    assert staple.loc["rough", "against_sales"] > staple.loc["none", "against_sales"] + 1


def test_without_waves_there_is_little_for_the_signal_to_tell():
    calm = platform_orders(PlatformOrders(waves={"staple": 0, "fashion": 0}))

    assert effects(calm, "fashion").loc["none", "lost"] < 3


def test_the_worse_the_signal_the_more_is_lost():
    errors = {"none": None, "rough": 900, "close": 0}
    lost = effects(platform_orders(PlatformOrders(signal_error_per_mille=errors)), "fashion")["lost"]

    assert lost["close"] < 0.5
    assert lost["rough"] > 5


def test_the_same_customers_come_in_each_world(stored):
    demand = stored(PLATFORM_ORDERS).pivot_table(index=["seller", "week"], columns="signal", values="demand_units")

    assert (demand["none"] == demand["rough"]).all()
    assert (demand["none"] == demand["close"]).all()


def test_no_seller_sells_what_it_has_not_and_nothing_is_lost_on_the_way(stored):
    orders = stored(PLATFORM_ORDERS)
    left = orders["stock_units"] - orders["sold_units"]
    by_seller = orders.assign(left=left).groupby(["signal", "seller"])
    arrives = by_seller["ordered_units"].shift(2)
    expected = (by_seller["left"].shift(1) + arrives)[arrives.notna()]

    assert (orders["sold_units"] == np.minimum(orders["stock_units"], orders["demand_units"])).all()
    assert (orders["stock_units"][arrives.notna()] == expected).all()
    assert (orders.select_dtypes("integer") >= 0).all(axis=None)


def test_each_seller_has_each_week_once_in_each_world(stored):
    orders = stored(PLATFORM_ORDERS)

    assert len(orders) == 3 * 16 * 52
    assert not orders.duplicated(["signal", "seller", "week"]).any()
    assert len(orders[["seller", "goods"]].drop_duplicates()) == 16


def test_demand_grows_as_parcels_did_from_2020_to_2021(stored):
    parcels = stored("express_parcels").set_index("year")["parcels_billion"]

    assert PlatformOrders().growth_per_mille == round(1_000 * (parcels[2021] / parcels[2020] - 1))
