"""The numbers and the cases of lesson 5, Digital lifestyle."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = (
    *("Meituan", "Eleme", "Blue Knights", "online-to-offline", "O2O", "Ant Forest", "mini-programs"),
    *("superapps", "three million", "700 million", "over 60 functions in 11 groups", "GoLife"),
)
THE_ARTICLE = "ivey_copying_2021"


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    return {**_of_payments(), **_of_apps(), **_of_meals(), **_of_buyers(), **_of_cohorts()}


def _of_payments() -> dict[str, list[str]]:
    yearly = table("mobile_payments_china").query("period_type == 'year'")
    value = yearly.set_index(["channel", "measure", "period"])["value"].sort_index()
    firms, sums = value["payment firms", "transactions"], value["payment firms", "value"]
    banks = 1000 * value["banks", "value", "2021"] / value["banks", "transactions", "2021"]
    small = 1000 * sums["2021"] / firms["2021"]
    a_day = firms["2021"] / 1.4 / 365
    return {
        "these firms handled {} billion payments": [f"{firms['2016']:.0f}"],
        "The number grew to {} times that of 2016, about {} a day": [
            f"{firms['2021'] / firms['2016']:.1f}",
            f"{a_day:.1f}",
        ],
        "shrank from {} yuan to {}": [f"{1000 * sums['2016'] / firms['2016']:.0f}", f"{small:.0f}"],
        "about {} payments a day per person, 2021": [f"{a_day:.1f}"],
        "Bars: {} billion payments in 2016, {} in 2017, {} in 2018, {} in 2021.": [
            *(f"{firms[year]:,.0f}" for year in ("2016", "2017", "2018", "2021"))
        ],
        "About {} yuan, ten times that": [f"{banks:,.0f}"],
        '"mobile payments" of {} trillion yuan': [f"{value['banks', 'value', '2021']:.0f}"],
        "found {} billion by phone alone in 2021": [
            f"{value['payment firms, by phone only', 'transactions', '2021']:.0f}"
        ],
    }


def _of_apps() -> dict[str, list[str]]:
    functions = table("superapp_functions")
    kinds = functions.groupby("app").size()
    named = functions[functions["source_id"] == THE_ARTICLE].groupby("app").size()
    users = table("superapp_users").set_index(["app", "measure", "period"])["value"].sort_index()
    facts = table("case_facts").set_index(["subject", "metric"])["value"].sort_index()
    rules = table("platform_rules").set_index(["date", "company", "kind"])["amount"].sort_index()
    daily, programs = users["WeChat", "daily_users_of_mini_programs"], users["WeChat", "mini_programs"]
    monthly = users["Alipay", "monthly_active_users", "2020"]
    return {
        "Of Eleme's {} kinds, all {} come from the article that we are testing; of Alipay's {}, {}.": [
            *(f"{kinds['Eleme']}", f"{named['Eleme']}", f"{kinds['Alipay']}", f"{named['Alipay']}")
        ],
        "{} of {} and {} of {} kinds from the article itself": [
            *(f"{named['Eleme']}", f"{kinds['Eleme']}", f"{named['Alipay']}", f"{kinds['Alipay']}")
        ],
        "With {} million monthly users": [f"{monthly:.0f}"],
        "{} million a month, 2020": [f"{monthly:.0f}"],
        "It opened in {} as a group-buying site": [f"{facts['Meituan', 'year of launch as a group-buying site']:.0f}"],
        "group buying, {} |": [f"{facts['Meituan', 'year of launch as a group-buying site']:.0f}"],
        "fined {} billion yuan": [f"{rules['2021', 'Meituan', 'fine'] / 1000:g}"],
        "from {} million in January 2018 to {} million in 2021": [f"{daily['2018-01']:g}", f"{daily['2021']:g}"],
        "About {}, then {}. The dates differ": [
            f"{daily['2018-01'] / programs['2018-01']:.0f}",
            f"{daily['2021'] / programs['2022']:.0f}",
        ],
    }


def _of_meals() -> dict[str, list[str]]:
    food = table("food_delivery")
    value = food.set_index(["company", "metric", "period", "basis"])["value"].sort_index()
    shares = value.xs("share_of_china", level="metric")
    big, trust = shares.xs("BigData-Research", level="basis"), shares.xs("Trustdata", level="basis")
    press = value.xs("press report on internal data", level="basis")
    own = value.xs("company accounts", level="basis")["Meituan"]
    fee = own["order_value", "2020"] * own["revenue_of_food_sales", "2020"] / 100
    orders = food.query("metric == 'orders_per_day' and period >= '2025'").set_index("company")["value"]
    rivals = orders.sum() - orders["Meituan"]
    return {
        "Eleme {} against Meituan {} in 2016, then {} against {} in the first half of 2018": [
            *(f"{big['Eleme', '2016']:g}", f"{big['Meituan', '2016']:g}"),
            *(f"{trust['Eleme', '2018-H1']:g}", f"{trust['Meituan', '2018-H1']:g}"),
        ],
        "with about {} per cent of the market, was said to carry {} million orders a day": [
            f"{press['Meituan', 'share_of_china', '2025']:g}",
            f"{orders['Meituan']:g}",
        ],
        "two rivals with coupons carry {} million orders a day": [f"{rivals:g}"],
        "JD reached {} million within months": [f"{orders['JD.com']:g}"],
        "when it delivered {} million meals a day": [f"{own['orders_per_day', '2020']:g}"],
        "rivals at {} million a day, 2025": [f"{rivals:g}"],
        "About {} per cent. The rivals' figures": [f"{100 * orders['Meituan'] / orders.sum():.0f}"],
        "Of {} yuan Meituan took {} and kept {}.": [
            f"{own['order_value', '2020']:.2f}",
            f"{fee:.2f}",
            f"{fee * own['food_operating_margin', '2020'] / 100:.2f}",
        ],
    }


def _of_buyers() -> dict[str, list[str]]:
    meituan = table("users_and_revenue").query("company == 'Meituan'").set_index(["metric", "period"])["value"]
    buyers, each = meituan["buyers_12_months"], meituan["orders_per_buyer_12_months"]
    was, now = buyers["2018-Q3"], buyers["2019-Q3"]
    more_buyers, more_each = now / was, each["2019-Q3"] / each["2018-Q3"]
    all_was, all_now = was * each["2018-Q3"], now * each["2019-Q3"]
    return {
        "Meituan had {} million buyers; in the next, {} million. Each placed {} orders, then {}.": [
            *(f"{was}", f"{now}", f"{each['2018-Q3']}", f"{each['2019-Q3']}")
        ],
        "At 75 per cent {} million stayed and {} are new; all sums are {}.": [
            *(f"{0.75 * was:.0f}", f"{now - 0.75 * was:.0f}", f"{now}")
        ],
        "loses {} million people a year and wins {} million": [f"{was / 2:.0f}", f"{now - was / 2:.0f}"],
        "They rose {} per cent, buyers {}.": [f"{100 * (more_each - 1):.1f}", f"{100 * (more_buyers - 1):.1f}"],
        "orders per buyer up {} per cent, 2018-2019": [f"{100 * (more_each - 1):.1f}"],
        "About {} million, then {} million: {} per cent more. The growth factors multiply: {} times {}.": [
            *(f"{all_was:,.0f}", f"{all_now:,.0f}", f"{100 * (all_now / all_was - 1):.0f}"),
            *(f"{more_buyers:.3f}", f"{more_each:.3f}"),
        ],
    }


def _of_cohorts() -> dict[str, list[str]]:
    cohorts = table("customer_cohorts_simulated").query("months_since_joining <= 24")
    active = cohorts.groupby(["model", "months_since_joining"])["active_users"].sum()
    one, many = active["advertising"], active["services"]
    joined = one[0]
    kinds = cohorts.query("model == 'advertising' and months_since_joining <= 12")
    of_kind = kinds.groupby(["kind", "months_since_joining"])["active_users"].sum()
    monthly = {kind: 100 * (1 - (of_kind[kind, 12] / of_kind[kind, 0]) ** (1 / 12)) for kind in of_kind.index.levels[0]}
    first, last = 100 * (1 - one[1] / one[0]), 100 * (1 - one[12] / one[11])
    devoted = cohorts.query("model == 'services' and kind == 'devoted'").groupby("months_since_joining")["active_users"]
    part = 100 * devoted.sum() / many
    return {
        "two apps with {} users each": [f"{joined:,}"],
        "In that app {} users in 100 leave in the first month": [f"{first:.0f}"],
        "The line for all users falls from {} to {} per cent": [f"{first:.1f}", f"{last:.1f}"],
        "flat but for chance: {}, {} and {} per cent": [
            *(f"{monthly[kind]:.0f}" for kind in ("passing", "regular", "devoted"))
        ],
        "After two years {} in 100 users": [f"{100 * one[24] / joined:.0f}"],
        "{} against {}. Why so little?": [f"{100 * many[24] / joined:.1f}", f"{100 * one[24] / joined:.1f}"],
        "{} per cent, then {}: half of those": [f"{part[0]:.0f}", f"{part[24]:.0f}"],
    }
