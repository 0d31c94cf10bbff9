"""Numbers in the words of lesson 6, worked out afresh from the tables, and the cases it treats."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"

CASES: tuple[str, ...] = (
    "Meta",
    "Alphabet",
    "Tencent",
    "Alibaba",
    "Pinduoduo",
    "Baidu",
    "ByteDance",
    "treadmill",
    "wallet share",
    "Sticky",
    "Meituan",
    "Just Eat Takeaway",
    "Grubhub",
    "Delivery Hero",
    "Team purchase",
    "Consumer to manufacturer",
    "Ant",
    "After 2021",
)


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def _whole_years_of_advertising() -> pd.Series:
    """Percent of revenue by firm, year and definition, whole years only."""
    ads = _table("advertising_share").query("months == 12").set_index(["company", "year", "definition"]).sort_index()
    return 100 * ads["advertising_billion"] / ads["revenue_billion"]


def _a_year(first: float, last: float, years: int) -> float:
    return 100 * ((last / first) ** (1 / years) - 1)


def numbers() -> dict[str, list[str]]:
    """Words that hold a number from a table, each with the number worked out afresh."""
    share = _whole_years_of_advertising()
    plain, merged = "online marketing", "online marketing with commission"
    tencent = share["Tencent"].droplevel("definition")
    segments = (
        _table("revenue_segments").set_index(["company", "year", "months", "segment"])["revenue_billion"].sort_index()
    )
    alibaba = {year: segments["Alibaba", year, 12] for year in (2016, 2020)}
    added = alibaba[2020].sub(alibaba[2016], fill_value=0)
    part = 100 * added / added["all revenue"]
    line = _table("alibaba_revenue").set_index(["line", "fiscal_year"])["revenue_cny_billion"].sort_index()
    all_tencent = {year: segments["Tencent", year, 12, "all revenue"] for year in (2021, 2022)}

    ads = _table("advertising_share").set_index(["company", "period_end"]).sort_index()
    meta_2025 = ads.loc[("Meta", "2025-06-30")]
    meta_money = _table("advertising_share").query("company == 'Meta' and months == 12").set_index("year")
    meta_times = segments["Meta", 2025, 12, "all revenue"] / meta_money["revenue_billion"][2020]

    pdd = _table("pinduoduo_quarters").set_index(["metric", "period_end"])["value"].sort_index()
    ends = [f"{year}-12-31" for year in (2018, 2019, 2020, 2021)]
    buyers, spend, sales = (
        pdd[metric].loc[ends] for metric in ("active_buyers_12_months", "spend_per_buyer_12_months", "gmv_12_months")
    )
    more = {name: 100 * (s / s.shift() - 1) for name, s in (("buyers", buyers), ("spend", spend), ("sales", sales))}
    times = [s.iloc[-1] / s.iloc[0] for s in (sales, buyers, spend)]
    taken_2020 = sum(value for end, value in pdd["revenue_of_quarter"].items() if end.startswith("2020"))
    taken_2018 = pdd["revenue_of_year", "2018-12-31"]

    users = _table("users_and_revenue").set_index(["company", "region", "metric", "period"])["value"].sort_index()
    daily, each = (users["Facebook", "USA and Canada", m] for m in ("daily_users", "advertising_per_daily_user"))
    world = users["Facebook", "world", "monthly_users"]
    world_times = world["2020-Q4"] / world["2011-Q4"]
    money_times = meta_money["revenue_billion"][2020] / meta_money["revenue_billion"][2011]
    orders_each = users["Meituan", "China", "orders_per_buyer_12_months"]
    arpu = {
        region: users["Facebook", region, "revenue_per_monthly_user", "2018-Q4"]
        for region in ("USA and Canada", "Asia-Pacific", "world")
    }

    made_up = _table("customer_cohorts_simulated").query("months_since_joining <= 24")
    months = made_up.groupby(["model", "months_since_joining"])[["joined_users", "active_users", "revenue_usd"]].sum()
    there = months["revenue_usd"] / months["active_users"]
    joined = months["revenue_usd"] / months["joined_users"]
    overtakes = (joined["services"] > joined["advertising"]).idxmax()

    food = _table("food_delivery").query("basis == 'company accounts'").set_index(["company", "period", "metric"])
    value = food["value"].sort_index()
    meituan = value["Meituan", "2020"]
    jet = value["Just Eat Takeaway", "2020"]
    hero_orders = {year: value["Delivery Hero", str(year), "orders"] for year in (2019, 2020)}
    orders = 366 * meituan["orders_per_day"]
    grubhub = sum(value["Grubhub", f"2020-Q{quarter}", "food_sales"] for quarter in (2, 3, 4))
    with_grubhub = meituan["food_sales"] / (7.9 * jet["food_sales"] + 6.9 * grubhub)
    by_meals = meituan["food_sales"] / 7.9 / jet["food_sales"]
    by_revenue = meituan["food_revenue"] / 7.9 / value["Delivery Hero", "2020", "all_revenue"]
    jet_orders = orders / jet["orders"]

    worth = _table("valuations")
    pinduoduo = worth[worth["company"] == "Pinduoduo"].set_index("basis")["value_billion"]
    closes = pinduoduo["market value, first close"].tolist()
    october = worth.query("company == 'Pinduoduo' and as_of == '2019-10'")["value_billion"].item()
    ant = worth[worth["company"] == "Ant Group"].set_index("basis")["value_billion"].sort_index()
    held = float(_table("case_facts").query("subject == 'Ant Group' and metric == 'stake of Alibaba'")["value"].item())
    return {
        "{} million accounts bought on your app in the year, {} per cent more than the year before": [
            f"{buyers.iloc[2]}",
            f"{more['buyers'].iloc[2]:.0f}",
        ],
        "Each spent {} yuan, {} per cent more": [f"{spend.iloc[2]:,.0f}", f"{more['spend'].iloc[2]:.0f}"],
        "{} per cent in 2020, and {} in 2019, the year it names": [
            f"{share['Meta', 2020, 'advertising']:.1f}",
            f"{share['Meta', 2019, 'advertising']:.1f}",
        ],
        "Alphabet, {} in 2023, fits too": [f"{share['Alphabet', 2023, 'advertising']:.1f}"],
        "took {} per cent of its revenue from advertising in 2016, and Pinduoduo, the article's own example, {} in": [
            f"{share['Baidu', 2016, plain]:.1f}",
            f"{share['Pinduoduo', 2018, plain]:.1f}",
        ],
        "Tencent earns little from advertising: {} per cent in 2020": [f"{tencent[2020]:.1f}"],
        "For fiscal 2020 both {} and {} per cent are right": [
            f"{share['Alibaba', 2020, plain]:.1f}",
            f"{share['Alibaba', 2020, merged]:.1f}",
        ],
        "by {} points overnight": [f"{share['Alibaba', 2020, merged] - share['Alibaba', 2020, plain]:.0f}"],
        "a large one: {} per cent in fiscal 2014, and still {} in 2017": [
            f"{share['Alibaba', 2014, plain]:.1f}",
            f"{share['Alibaba', 2017, plain]:.1f}",
        ],
        "revenue grew by {} billion yuan": [f"{added['all revenue']:.0f}"],
        "the line whose share fell, brought {} per cent of that": [f"{part['online marketing']:.1f}"],
        "brought {}, commission {}, cloud {}, and meals and other local services {}.": [
            f"{part[name]:.1f}" for name in ("other and direct sales", "commission", "cloud", "local services")
        ],
        "If buyers grow {} times and each spends {} times as much, sales grow 1.35 × 1.23 = {} times": [  # noqa: RUF001
            f"{1 + more['buyers'].iloc[2] / 100:.2f}",
            f"{1 + more['spend'].iloc[2] / 100:.2f}",
            f"{1 + more['sales'].iloc[2] / 100:.2f}",
        ],
        "Spend of each buyer led in 2019, by {} to {} per cent": [
            f"{more['spend'].iloc[1]:.1f}",
            f"{more['buyers'].iloc[1]:.1f}",
        ],
        "buyers led by {} to {}. Only in 2021, when buyers grew by just {} per cent": [
            f"{more['buyers'].iloc[2]:.1f}",
            f"{more['spend'].iloc[2]:.1f}",
            f"{more['buyers'].iloc[3]:.1f}",
        ],
        "sales grew {} times: buyers {} times, spend of each {} times": [f"{number:.2f}" for number in times],
        "daily users grew by {} per cent a year, advertising for each of them by {}: from {} to {} dollars": [
            f"{_a_year(daily['2015-Q2'], daily['2020-Q2'], 5):.1f}",
            f"{_a_year(each['2015-Q2'], each['2020-Q2'], 5):.1f}",
            f"{each['2015-Q2']}",
            f"{each['2020-Q2']}",
        ],
        "Facebook's users grew {} times and revenue for each {} times": [
            f"{world_times:.1f}",
            f"{money_times / world_times:.1f}",
        ],
        "did order more, {} times a year against {}:": [f"{orders_each['2019-Q3']}", f"{orders_each['2018-Q3']}"],
        "Facebook's {} dollars come from advertisers": [f"{each['2020-Q2']}"],
        "the ratio climbs from {} to {} dollars": [f"{there['advertising', 0]:.2f}", f"{there['advertising', 24]:.2f}"],
        "Divide by all who ever joined, and the money falls to {}.": [f"{joined['advertising', 24]:.2f}"],
        "takes in more a month from month {} on": [f"{overtakes}"],
        "over the two years together, with {} dollars to {} for each user who joined": [
            f"{joined['advertising'].sum():.2f}",
            f"{joined['services'].sum():.2f}",
        ],
        "Meituan was {} times Just Eat Takeaway at 7.9": [f"{by_meals:.1f}"],
        "quarters of 2020 alone, {} billion dollars, bring the multiple down to about {}, at": [
            f"{grubhub:.1f}",
            f"{with_grubhub:.1f}",
        ],
        "orders almost doubled, from {} to {} million": [f"{hero_orders[2019]:.0f}", f"{hero_orders[2020]:,.0f}"],
        "an order at Meituan was worth {} yuan, at Just Eat Takeaway about {} euros": [
            f"{meituan['order_value']}",
            f"{1000 * jet['food_sales'] / jet['orders']:.0f}",
        ],
        "Meituan kept {} of every 100 yuan ordered, and of that revenue earned {} per cent": [
            f"{meituan['revenue_of_food_sales']}",
            f"{meituan['food_operating_margin']}",
        ],
        "listed on NASDAQ at {} billion dollars, and closed its first day at {} or {}, depending": [
            f"{pinduoduo['market value at offer price'].iloc[0]:g}",
            f"{min(closes):g}",
            f"{max(closes):g}",
        ],
        "nor is the {} of October 2019": [f"{october:g}"],
        "expected to be worth {} to {} billion": [
            f"{ant['market value expected'].min():g}",
            f"{ant['market value expected'].max():g}",
        ],
        "from {} million buyers in 2017 to {} million in 2020, a newcomer": [
            f"{pdd['active_buyers_12_months', '2017-12-31']}",
            f"{buyers.iloc[2]}",
        ],
        "fell from {} to {} billion yuan in 2022. Its share of advertising, {} per cent": [
            f"{all_tencent[2021]:.1f}",
            f"{all_tencent[2022]:.1f}",
            f"{tencent[2022]:.1f}",
        ],
        "Meta's revenue in 2025 was {} times that of 2020, and in the first half of 2025 {} per cent": [
            f"{meta_times:.1f}",
            f"{100 * meta_2025['advertising_billion'] / meta_2025['revenue_billion']:.1f}",
        ],
        "Pinduoduo's {} million buyers exceed": [f"{buyers.iloc[2]}"],
        "| supported | {} per cent, 2019; Alphabet {}, 2019 |": [
            f"{share['Meta', 2019, 'advertising']:.1f}",
            f"{share['Alphabet', 2019, 'advertising']:.1f}",
        ],
        "| {} to {} billion to be raised; Alibaba held {} per cent |": [
            f"{ant['money to be raised'].min():g}",
            f"{ant['money to be raised'].max():g}",
            f"{held:g}",
        ],
        "| supported | {} per cent, 2020 |": [f"{tencent[2020]:.1f}"],
        "| {} or {} per cent, fiscal 2020; {} in 2014 |": [
            f"{share['Alibaba', 2020, plain]:.1f}",
            f"{share['Alibaba', 2020, merged]:.1f}",
            f"{share['Alibaba', 2014, plain]:.1f}",
        ],
        "| Baidu {} per cent, 2016; Pinduoduo {}, 2018 |": [
            f"{share['Baidu', 2016, plain]:.1f}",
            f"{share['Pinduoduo', 2018, plain]:.1f}",
        ],
        "| Pinduoduo's buyers +{} per cent, 2020; Facebook at home +{} a year |": [
            f"{more['buyers'].iloc[2]:.1f}",
            f"{_a_year(daily['2015-Q2'], daily['2020-Q2'], 5):.1f}",
        ],
        "| {} to {} times, 2020 |": [f"{by_revenue:.1f}", f"{jet_orders:.1f}"],
        "| {} to {} billion dollars, July 2018 |": [
            f"{pinduoduo['market value at offer price'].iloc[0]:g}",
            f"{max(closes):g}",
        ],
        "| supported | {} to {} million buyers, 2017 to 2020 |": [
            f"{pdd['active_buyers_12_months', '2017-12-31']}",
            f"{buyers.iloc[2]}",
        ],
        "In 2021 Pinduoduo's buyers grew by {} per cent and the spend of each by {}.": [
            f"{more['buyers'].iloc[3]:.1f}",
            f"{more['spend'].iloc[3]:.1f}",
        ],
        "About {} per cent a year, against {} for all revenue": [
            f"{_a_year(line[name][2014], line[name][2020], 6):.1f}" for name in ("online marketing", "all revenue")
        ],
        "Yes: {} times {} is {}, and sales grew {} times": [
            f"{times[1]:.2f}",
            f"{times[2]:.2f}",
            f"{times[1] * times[2]:.2f}",
            f"{times[0]:.2f}",
        ],
        "{} and {} make {} per cent, but sales grew by {}.": [
            f"{100 * (number - 1):.0f}" for number in (times[1], times[2], times[1] + times[2] - 1, times[0])
        ],
        "{} yuan in 2018, {} in 2020: from {} to {} per cent of sales": [
            f"{taken_2018 / buyers.iloc[0]:.0f}",
            f"{taken_2020 / buyers.iloc[2]:.0f}",
            f"{taken_2018 / sales.iloc[0] / 10:.1f}",
            f"{taken_2020 / sales.iloc[2] / 10:.1f}",
        ],
        "{} times: {} against {} dollars for the quarter": [
            f"{arpu['USA and Canada'] / arpu['Asia-Pacific']:.1f}",
            f"{arpu['USA and Canada']}",
            f"{arpu['Asia-Pacific']}",
        ],
        "the world's average of {} down": [f"{arpu['world']}"],
        "It fell from {} per cent in 2018 to {} in 2022 and rose to {} in 2023": [
            f"{tencent[year]:.1f}" for year in (2018, 2022, 2023)
        ],
    }
