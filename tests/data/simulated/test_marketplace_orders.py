from __future__ import annotations

import numpy as np

from casebook.data.simulated.marketplace_orders import MarketplaceOrders, marketplace_orders


def test_independent_sellers_have_most_orders_but_less_than_half_of_the_value():
    orders = marketplace_orders()
    independent = orders["seller_kind"] == "independent"

    of_orders = independent.mean()
    of_value = orders.loc[independent, "value_cny"].sum() / orders["value_cny"].sum()

    assert len(orders) == 400
    assert of_orders > 0.6
    assert of_value < 0.48


def test_many_orders_come_near_the_documented_parameters():
    given = MarketplaceOrders(seed=7, orders=60_000)
    orders = marketplace_orders(given)
    price = orders["value_cny"] / orders["units"]

    for name, category in given.categories.items():
        chosen = orders["category"] == name
        independent = orders["seller_kind"] == "independent"
        assert np.isclose(chosen.mean(), category.weight, atol=0.01)
        assert np.isclose(independent[chosen].mean(), category.independent_share, atol=0.02)
        assert np.isclose(price[chosen & independent].median(), category.median_price_cny, rtol=0.03)
    assert np.isclose(orders["units"].mean(), 1 + given.extra_units, atol=0.02)
    assert orders["ordered_on"].min() == "2020-03-01"
    assert orders["ordered_on"].max() == "2020-03-31"
