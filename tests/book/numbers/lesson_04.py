"""The numbers and the cases of lesson 4, User-driven innovation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = (
    *("noodle stand", "Why cash, and why a code?", "QQ reminder", "Launch, engage, innovate", "Xiaomi's users vote"),
    *("2,000 products of 85 brands", "235 million devices", "Haier", "lifelong participant", "micro-innovation"),
    *("Powa", "Apple", "Quirky", "Li Jiaqi", "cūnbō", "Uncle Farmer", "Escrow", "eBay gave up its own site"),
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def fall(yuan: pd.Series) -> float:
    """How many per cent smaller a payment was in 2021 than in 2016."""
    return 100 * (1 - yuan["2021"] / yuan["2016"])


def payments() -> dict[str, list[str]]:
    """Numbers about paying: size of a payment, who pays by phone."""
    by_year = table("mobile_payments_china").query("period_type == 'year'")
    wide = by_year.pivot_table(index=["channel", "period"], columns="measure", values="value")
    yuan = 1000 * wide["value"] / wide["transactions"]
    firms, banks = yuan["payment firms"], yuan["banks"]
    assert round(fall(firms)) == round(fall(banks))
    estimates = table("mobile_payment_estimates").query("country == 'CHN' and measure == 'share_paying_by_phone'")
    by_basis = estimates[estimates["period"] == "2019"].set_index(["counter", "basis"])["value"]
    everybody = by_basis["eMarketer", "whole population, in shops"]
    model = by_basis["Statista", "whole population, in shops, model"]
    payers = table("online_payers")
    asked = payers.query("country == 'CHN' and year == 2019")["share_percent"].item()
    singapore = payers.query("country == 'SGP'").set_index("year")["share_percent"]
    up = singapore[2019] - singapore[2018]
    in_2007 = table("card_networks").query("network == 'UnionPay' and year == 2007").set_index("metric")["value"]
    cards, shops = 1000 * in_2007["cards_issued"], in_2007["merchants_in_china"]
    return {
        "UnionPay counted more than {} million cards.": [f"{cards:,.0f}"],
        "a shop that could take one: {} million, one for every {} cards": [
            f"{shops:g}",
            f"{round(cards / shops, -3):,.0f}",
        ],
        "firms like Alipay was about {} yuan": [f"{round(firms['2016'], -2):.0f}"],
        "Banks fall from {} to {}, payment firms from {} to {}.": [
            f"{banks['2016']:,.0f}",
            f"{banks['2021']:,.0f}",
            f"{firms['2016']:.0f}",
            f"{firms['2021']:.0f}",
        ],
        "From {} yuan in 2016 to {} in 2021: the guess": [f"{firms['2016']:.0f}", f"{firms['2021']:.0f}"],
        "Payments through banks shrank by {} per cent too": [f"{fall(banks):.0f}"],
        "a payment of {} yuan, by bank {}, in 2021": [f"{firms['2021']:.0f}", f"{banks['2021']:,.0f}"],
        "web shoppers {}, smartphone owners {}, ": [
            f"{by_basis['PwC', 'people asked in an online survey of consumers']:g}",
            f"{by_basis['eMarketer', 'owners of smartphones, in shops']:g}",
        ],
        "everybody {} by one count and {} by another": [f"{everybody:g}", f"{model:g}"],
        "PwC's {} per cent comes from a survey": [f"{asked:g}"],
        "{} to {} per cent of everybody, 2019": [f"{model:g}", f"{everybody:g}"],
        "About {} times. A ratio of two means": [f"{banks['2021'] / firms['2021']:.1f}"],
        "By {} points, or {} per cent.": [f"{up:g}", f"{100 * up / singapore[2018]:.1f}"],
    }


def complaints() -> dict[str, list[str]]:
    """Numbers of the simulated tickets."""
    tickets = table("feedback_tickets_simulated")
    opened = pd.to_datetime(tickets["opened_on"])
    tickets["start"] = (opened - pd.Timestamp("2019-12-31")).dt.days
    tickets["end"] = tickets["start"] + tickets["days_open"]
    faults = tickets[tickets["kind"] == "fault"].groupby("pace")["issue"]
    issues, reports = faults.nunique(), faults.count()
    still_open = 100 * (tickets["state"] == "open").groupby(tickets["pace"]).mean()
    quarterly = tickets[tickets["pace"] == "every quarter"]
    releases = sorted(quarterly.loc[quarterly["state"] == "mended", "end"].unique())
    early = tickets[tickets["start"] <= 60]
    over = early["end"] <= 60
    so_far = early["days_open"].where(over, 60 - early["start"]).groupby(early["pace"]).mean()
    quick = early[over].groupby("pace")["days_open"].mean()
    in_the_end = early.groupby("pace")["days_open"]
    week, quarter = "every week", "every quarter"
    assert quarter not in quick.index
    assert (early["state"] == "mended").all()
    return {
        "the apps had {} faults and {} tickets about them; every quarter, {} faults and {} tickets": [
            f"{issues[week]}",
            f"{reports[week]}",
            f"{issues[quarter]}",
            f"{reports[quarter]:,}",
        ],
        "the end of the year, {} per cent of weekly tickets": [f"{still_open[week]:.1f}"],
        "open are {} per cent of quarterly and {} of weekly tickets": [
            f"{still_open[quarter]:.1f}",
            f"{still_open[week]:.1f}",
        ],
        "two paces ({} tickets by day 366)": [f"{len(tickets):,}"],
        "(days {}, {} and {})": [f"{release}" for release in releases],
        "says {} days where the truth became {}.": [f"{so_far[quarter]:.1f}", f"{in_the_end.mean()[quarter]:.1f}"],
        "quick answer is {} days against {}.": [f"{quick[week]:.1f}", f"{in_the_end.mean()[week]:.1f}"],
        "The median, {}, says": [f"{in_the_end.median()[week]:g}"],
        "About {} every week and {} every quarter.": [
            f"{reports[week] / issues[week]:.1f}",
            f"{reports[quarter] / issues[quarter]:.1f}",
        ],
    }


def devices() -> dict[str, list[str]]:
    """Numbers of Xiaomi and Haier."""
    wide = table("smart_devices").pivot_table(index="period_end", columns="metric", values="value")
    joined, users = wide["connected_devices"], wide["system_monthly_users"]
    five = wide["users_with_five_or_more_devices"]
    first, last = "2020-06-30", "2025-09-30"
    names = ["connected_devices", "system_monthly_users", "users_with_five_or_more_devices"]
    points = int(wide.loc[first:, names].notna().to_numpy().sum())
    stakes = table("ecosystem_stakes")
    haier = stakes[stakes["metric"] == "share_of_world_appliances_brand"].set_index("as_of")["value"]
    xiaomi = stakes[stakes["company"] == "Xiaomi"].set_index(["metric", "as_of"])["value"]
    return {
        "right for December 2019 ({}).": [f"{joined['2019-12-31']:g}"],
        "published {} million, for September 2020": [f"{joined['2020-09-30']:g}"],
        "{} million in December 2019 |": [f"{joined['2019-12-31']:g}"],
        "reach {}, devices {}, monthly users {}.": [
            f"{100 * five[last] / five[first]:.0f}",
            f"{100 * joined[last] / joined[first]:.0f}",
            f"{100 * users[last] / users[first]:.0f}",
        ],
        "June 2020 = 100 ({} points": [f"{points}"],
        "there were {} million people with five or more, about {} for every 100": [
            f"{five[last]:g}",
            f"{100 * five[last] / users[last]:.0f}",
        ],
        "About {} per cent or more: {} million people with at least five each own at least {} million of about {} million": [
            f"{100 * 5 * five[last] / joined[last]:.1f}",
            f"{five[last]:g}",
            f"{5 * five[last]:.0f}",
            f"{joined[last]:,.0f}",
        ],
        "over {} kinds of product and {} partners in 2023": [
            f"{xiaomi['kinds_of_product', '2023']:g}",
            f"{xiaomi['partners_of_device_platform', '2023']:,.0f}",
        ],
        "shares in over {} firms in 2020": [f"{xiaomi['firms_invested_in', '2020-03']:g}"],
        "{} per cent of the pieces sold in 2013, {} in 2017": [
            f"{haier['2013']:g}",
            f"{haier['2017']:g}",
        ],
    }


def shops() -> dict[str, list[str]]:
    """Numbers of livestreams and of eBay in China."""
    cny, usd = table("singles_day").query("seller == 'Alibaba' and year == 2019")["sales_billion"]
    live = table("livestream_retail")
    taobao_live = live[live["entity"] == "Taobao Live"]["value"].item()
    article = 0.01416 * cny / usd
    half = live[live["period"] == "2023-06"].set_index("metric")["value"]
    each = 1000 * half["sales"] / half["active_hosts"]
    evening = live[(live["entity"] == "Li Jiaqi") & (live["source_id"] == "jiemian_livestream_2021")]["value"].item()
    shares = table("taobao_ebay_share").set_index(["year", "platform", "basis"])["share_percent"]
    survey, value = "survey of traders, 3 cities", "value of goods sold"
    ebay = [round(shares[2005, "eBay EachNet", basis]) for basis in (value, survey)]
    minutes = live[live["metric"] == "minutes_to_sell_15000_lipsticks"]["value"]
    assert sorted(minutes) == [5, 15]
    assert len(table("taobao_ebay_share").query("platform in ['Taobao', 'eBay EachNet']")) == 11
    return {
        "all of Alibaba {}, all livestreams {}, ": [f"{cny:g}", f"{taobao_live:g}"],
        "Li's group by the article {}.": [f"{article:.1f}"],
        "Alibaba's two totals, {})": [f"{cny / usd:.2f}"],
        "All livestreams took about {} yuan in 1,000. The article's group would have taken {}": [
            f"{1000 * taobao_live / cny:.0f}",
            f"{1000 * article / cny:.1f}",
        ],
        "14.16 million dollars is very nearly {} million yuan": [f"{round(1000 * article, -2):.0f}"],
        "{} yuan in 1,000, all livestreams {} |": [f"{1000 * article / cny:.1f}", f"{1000 * taobao_live / cny:.0f}"],
        "platforms had {} million active hosts and sales of {} billion yuan": [
            f"{half['active_hosts']:g}",
            f"{half['sales']:,.0f}",
        ],
        "About {} yuan in half a year": [f"{round(each, -4):,.0f}"],
        "orders for {} billion were reported for Li Jiaqi, as much as some {} such means": [
            f"{evening:g}",
            f"{round(1e9 * evening / each, -2):,.0f}",
        ],
        "eBay falls from {} to below 30 per cent": [
            f"{shares[2003, 'eBay EachNet', 'case study, measure not stated']:g}"
        ],
        "gives {} and {} per cent for 2005": [
            f"{int(shares[2005, 'Taobao', survey])}",
            f"{round(shares[2005, 'eBay EachNet', survey])}",
        ],
        "{} to {} per cent before January 2006": [f"{share}" for share in ebay],
    }


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    return payments() | complaints() | devices() | shops()
