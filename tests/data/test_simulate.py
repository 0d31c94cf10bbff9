from __future__ import annotations

import numpy as np

from casebook.data.check import load_package
from casebook.data.simulate import MARKETPLACE_ORDERS, MarketplaceOrders, csv_of, marketplace_orders
from casebook.project import Project


def test_the_generator_gives_the_table_in_the_repository_byte_for_byte(project: Project):
    made = csv_of(marketplace_orders())

    assert made == (project.data / f"{MARKETPLACE_ORDERS}.csv").read_bytes()


def test_the_passport_names_this_generator_and_its_seed(project: Project):
    table = load_package(project).table(MARKETPLACE_ORDERS)

    assert table.simulated.generator == f"{marketplace_orders.__module__}.{marketplace_orders.__name__}"
    assert table.simulated.seed == MarketplaceOrders().seed
    assert "Simulated" in table.title


def test_another_seed_gives_other_orders():
    assert not marketplace_orders(MarketplaceOrders(seed=1)).equals(marketplace_orders())


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
