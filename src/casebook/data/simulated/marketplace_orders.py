"""Why do a share of orders and a share of value differ?

The orders of one invented marketplace. Nothing here is measured. The parameters are chosen so that
two counts of the same thing differ: independent sellers take most orders, and the platform's own
shop sells the dearer goods, so their share of the value is clearly smaller than their share of
the orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

MARKETPLACE_ORDERS = "marketplace_orders_simulated"


@dataclass(frozen=True)
class Category:
    """What is sold in one category.

    Parameters
    ----------
    weight
        Share of all orders, 0 to 1; the weights of all categories sum to 1.
    median_price_cny
        Median price of one unit at an independent seller, in yuan.
    independent_share
        Chance that an order goes to an independent seller, 0 to 1.
    """

    weight: float
    median_price_cny: float
    independent_share: float


@dataclass(frozen=True)
class MarketplaceOrders:
    """Parameters of the simulated marketplace.

    Parameters
    ----------
    seed
        Of numpy's PCG64 generator.
    orders
        How many orders.
    first_day, days
        Orders fall on each of ``days`` days from ``first_day`` on with equal chance.
    platform_price_factor
        How many times dearer the platform's own shop sells in the same category.
    price_spread
        Standard deviation of the logarithm of the price.
    extra_units
        Mean number of units beyond the first (Poisson).
    categories
        By name.
    """

    seed: int = 20_200_316
    orders: int = 400
    first_day: date = date(2020, 3, 1)
    days: int = 31
    platform_price_factor: float = 1.8
    price_spread: float = 0.5
    extra_units: float = 0.6
    categories: Mapping[str, Category] = field(
        default_factory=lambda: {
            "clothing": Category(weight=0.34, median_price_cny=90, independent_share=0.80),
            "electronics": Category(weight=0.16, median_price_cny=900, independent_share=0.35),
            "food": Category(weight=0.28, median_price_cny=55, independent_share=0.60),
            "home": Category(weight=0.22, median_price_cny=150, independent_share=0.72),
        }
    )


def marketplace_orders(parameters: MarketplaceOrders | None = None) -> pd.DataFrame:
    """The orders of one invented marketplace, one row each, in the order of their dates.

    Parameters
    ----------
    parameters
        None: those of the table in ``data/``.

    Returns
    -------
    pandas.DataFrame
        ``order_id``, ``ordered_on`` (YYYY-MM-DD), ``category``, ``seller_kind`` ("platform" or
        "independent"), ``units`` (1 or more) and ``value_cny`` (yuan for the whole order, to the
        fen). No cell is missing.
    """
    given = parameters or MarketplaceOrders()
    chance = np.random.Generator(np.random.PCG64(given.seed))
    names = list(given.categories)
    weights = [given.categories[name].weight for name in names]
    category = chance.choice(len(names), size=given.orders, p=weights)
    shares = np.array([given.categories[name].independent_share for name in names])
    medians = np.array([given.categories[name].median_price_cny for name in names])

    day = np.sort(chance.integers(0, given.days, size=given.orders))
    independent = chance.random(given.orders) < shares[category]
    units = 1 + chance.poisson(given.extra_units, size=given.orders)
    factor = np.where(independent, 1.0, given.platform_price_factor)
    price = medians[category] * factor * np.exp(given.price_spread * chance.standard_normal(given.orders))

    return pd.DataFrame(
        {
            "order_id": [f"order-{number:03d}" for number in range(1, given.orders + 1)],
            "ordered_on": (np.datetime64(given.first_day) + day.astype("timedelta64[D]")).astype(str),
            "category": [names[number] for number in category],
            "seller_kind": np.where(independent, "independent", "platform"),
            "units": units,
            "value_cny": (units * price).round(2),
        }
    )
