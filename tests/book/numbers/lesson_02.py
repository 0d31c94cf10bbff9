"""The numbers in the words of lesson 2, worked out afresh from the tables, and the cases it must treat."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"

CASES: tuple[str, ...] = (
    "Alipay",
    "WeChat",
    "ten million people took up in six weeks",
    "Suíshēnmǎ",
    "What were the rules?",
    "UnionPay",
    "NetsUnion",
    "whole-of-society goals",
    "race to the moon",
    "Affordable housing",
    "A firm does well to join when",
    "Who sees?",
    "three exits",
    "UPI",
    "Pix",
    "TraceTogether",
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def s_curve(day: int, steep: float) -> float:
    """Users in millions: the formula of the chart with the slider."""
    return 34 / (1 + 2.4 * math.exp(-steep * (day - 42)))


def numbers() -> dict[str, list[str]]:
    """Words in lesson 2 that hold a number, each with the number worked out afresh from the tables."""
    codes = pd.read_csv(DATA / "health_code_adoption.csv", parse_dates=["date"])
    shanghai = codes[codes["operator"] == "city government with Alipay and WeChat"]
    uses = shanghai[shanghai["metric"] == "uses_since_launch"].set_index("date")["value"]
    users = shanghai[shanghai["metric"] == "users"]["value"].item()
    start, first, second = pd.Timestamp("2020-02-16"), uses.index.min(), uses.index.max()
    per_day = uses[first] / (first - start).days
    later = (uses[second] - uses[first]) / (second - first).days
    other_start = uses[first] / (first - pd.Timestamp("2020-02-12")).days
    tencent = codes[codes["operator"] == "Tencent, for governments"].set_index(["metric", "date"])["value"]
    covered = tencent["people_in_the_places_covered"]
    used = tencent["users"].iloc[0]
    alipay = codes[codes["metric"] == "cities_live"].set_index("date")["value"]

    cards = table("card_networks").set_index(["network", "metric", "year"])["value"].sort_index()
    in_circulation = "share_of_global_brand_cards_in_circulation"

    owners = table("coalition_ownership").query("coalition == 'NetsUnion Clearing' and as_of == '2017-08'")
    stake = owners.set_index("member")["stake_percent"]
    big = stake["Alipay"] + stake["Tenpay (Tencent)"]
    shares = table("mobile_payment_shares").query("market == 'mobile'")
    two = shares[shares["provider"].isin(["Alipay", "Tenpay"])].set_index(["counter", "quarter", "provider"])
    share = two["share_percent"].sort_index()
    together = share["iResearch"].groupby("quarter").sum()
    late_2018 = share["Analysys", "2018-Q4"]

    china = table("mobile_payments_china").set_index(["channel", "measure", "period"])["value"].sort_index()
    cleared = china["NetsUnion"] / china["payment firms"] * 100
    rules = table("platform_rules")
    alibaba = rules.query("company == 'Alibaba' and kind == 'fine'")["amount"].item()

    instant = table("instant_payments")
    upi = instant.query("system == 'UPI' and period_type == 'year to March'")
    upi = upi.set_index(["measure", "period"])["value"]
    pix = instant.query("system == 'Pix' and period_type == 'calendar year' and measure == 'transactions'")
    pix = pix.set_index("period")["value"]
    months = instant.query("system == 'Pix' and period_type == 'month' and measure == 'transactions'")
    in_2021 = months[months["period"].str.startswith("2021")].set_index("period")["value"]
    last_month = in_2021.max()
    rupees = 1000 * upi["value"] / upi["transactions"]
    access = table("account_access")
    poor = access.query("country == 'IND' and group == 'poorest 40%' and indicator == 'any account'")
    poor = poor.set_index("year")["share_percent"]
    banked = access.query("year == 2011 and indicator == 'account at a bank or similar' and group == 'all adults'")
    in_2011 = banked.set_index("country")["share_percent"]
    consumption = table("mobile_payment_estimates").query(
        "basis == 'consumption of individuals' and measure == 'value_paid_by_phone'"
    )
    paid = consumption.set_index("country")["value"]
    facts = table("case_facts").set_index("metric")["value"]

    return {
        "it carried {} per cent of the value of mobile payments at the end of 2018 and you {}.": [
            f"{late_2018['Alipay']:g}",
            f"{late_2018['Tenpay']:g}",
        ],
        "when there were {} million {cite}`shine2020role`. Then draw": [f"{users:g}"],
        "about {} million people have the code after two weeks and {} million after eight": [
            f"{s_curve(14, 0.05):.0f}",
            f"{s_curve(56, 0.05):.0f}",
        ],
        "almost nobody has it after two weeks and nearly {} million after eight": [f"{s_curve(56, 0.5):.0f}"],
        "Ten million would be {} per cent; {} million users is more than everybody": [
            f"{100 * 10 / 25:.0f}",
            f"{users:g}",
        ],
        "opened {} million times a day in its first {} days, and {} million times a day after": [
            f"{per_day:.1f}",
            f"{(first - start).days}",
            f"{later:.1f}",
        ],
        "A billion covered in May, {} million users by January": [f"{used:g}"],
        "covered {} and then {}; used it {}.": [
            f"{covered.min():g}",
            f"{covered.max():,.0f}",
            f"{used:g}",
        ],
        "Alipay's went from one city to more than {} in under three weeks": [f"{alipay.max():g}"],
        "{} billion in 2023 against Visa's {}.)": [
            f"{cards['UnionPay', 'transactions_worldwide', 2023]:g}",
            f"{cards['Visa', 'transactions_worldwide', 2023]:g}",
        ],
        "For 2015 one compilation puts {} per cent of the value": [
            f"{cards['UnionPay', 'share_of_payment_value_outside_china', 2015]:g}"
        ],
        "UnionPay leads in cards ({} to {}), value ({} to {}) ": [
            f"{cards['UnionPay', in_circulation, 2015]:.0f}",
            f"{cards['Visa', in_circulation, 2015]:.0f}",
            f"{cards['UnionPay', 'share_of_total_card_volume', 2022]:g}",
            f"{cards['Visa', 'share_of_total_card_volume', 2022]:g}",
        ],
        "debit ({} to {}); Visa in all purchases ({} to {}) and credit ({} to {}).": [
            f"{cards['UnionPay', 'share_of_debit_card_purchases', 2022]:.0f}",
            f"{cards['Visa', 'share_of_debit_card_purchases', 2022]:.0f}",
            f"{cards['Visa', 'share_of_global_network_purchase_transactions', 2022]:.0f}",
            f"{cards['UnionPay', 'share_of_global_network_purchase_transactions', 2022]:.0f}",
            f"{cards['Visa', 'share_of_credit_card_purchases', 2022]:.0f}",
            f"{cards['UnionPay', 'share_of_credit_card_purchases', 2022]:.0f}",
        ],
        "In 2014 UnionPay already had {} per cent": [f"{cards['UnionPay', in_circulation, 2014]:.0f}"],
        "In early 2017 Alipay and Tenpay together carried {} per cent": [f"{together['2017-Q1']:.0f}"],
        "Two firms: {} per cent of the payments, {} of the shares": [f"{together['2017-Q1']:.0f}", f"{big:.0f}"],
        "{} and {}, other firms {} and {}, state bodies 0 and {}.": [
            f"{together['2017-Q1']:.0f}",
            f"{big:.0f}",
            f"{100 - together['2017-Q1']:.0f}",
            f"{stake['All 38 payment firms'] - big:.0f}",
            f"{stake['All seven state bodies']:g}",
        ],
        "bodies of the state hold {} per cent, less than half": [f"{stake['All seven state bodies']:g}"],
        "together they had {} per cent in early 2017 and {} in early 2020": [
            f"{together['2017-Q1']:.1f}",
            f"{together['2020-Q1']:.1f}",
        ],
        "Alipay's fall, from {} per cent in 2014, came before the order: Tenpay, with at most {} then, had risen to {}": [
            f"{share['iResearch', '2014-Q2', 'Alipay']:g}",
            f"{100 - share['iResearch', '2014-Q2', 'Alipay']:g}",
            f"{share['iResearch', '2017-Q1', 'Tenpay']:g}",
        ],
        "Alipay {} per cent in 2014, {} in 2017, then flat; Tenpay flat near {} from 2017": [
            f"{share['iResearch', '2014-Q2', 'Alipay']:g}",
            f"{share['iResearch', '2017-Q1', 'Alipay']:g}",
            f"{share['iResearch', '2017-Q1', 'Tenpay']:g}",
        ],
        "NetsUnion cleared {} billion payments in the third quarter of 2019 and {} billion in that of 2025": [
            f"{china['NetsUnion', 'transactions', '2019-Q3']:.1f}",
            f"{china['NetsUnion', 'transactions', '2025-Q3']:.1f}",
        ],
        "In April 2021 Alibaba was fined {} billion yuan": [f"{alibaba / 1000:g}"],
        "In its fourth full year UPI carried {} billion payments": [f"{upi['transactions', '2021-03']:.0f}"],
        "UPI {} in year 4 and {} in year 8; Pix {} in year 2, {} in year 4": [
            f"{upi['transactions', '2021-03']:.0f}",
            f"{upi['transactions', '2025-03']:.0f}",
            f"{pix['2022']:.0f}",
            f"{pix['2024']:.0f}",
        ],
        "The second: {} billion. (Its first, 2021, ended with a month of {} billion; twelve such months make only {}.)": [
            f"{pix['2022']:.1f}",
            f"{last_month:g}",
            f"{12 * last_month:.0f}",
        ],
        "an answer within {} days on joint projects": [
            {7: "seven"}[int(facts["time promised for an answer on joint work against Covid-19"])]
        ],
        "{} million uses in 13 days; {} million users by September 2020": [f"{uses[first]:g}", f"{users:g}"],
        "{} per cent of card value, 2022; {} outside China, 2015": [
            f"{cards['UnionPay', 'share_of_total_card_volume', 2022]:g}",
            f"{cards['UnionPay', 'share_of_payment_value_outside_china', 2015]:g}",
        ],
        "a bank account, {} against {} per cent of adults in 2011": [f"{in_2011['CHN']:.0f}", f"{in_2011['USA']:g}"],
        "accounts: {} against {} per cent, 2011;": [f"{in_2011['CHN']:.0f}", f"{in_2011['USA']:g}"],
        "{} against {} billion dollars, people's consumption, 2016": [
            f"{paid[country]:g}" for country in ("CHN", "USA")
        ],
        "UnionPay {} per cent of global-brand cards, 2014": [f"{cards['UnionPay', in_circulation, 2014]:.0f}"],
        "About {} million a day over 17 days, against {} over 13": [f"{other_start:.1f}", f"{per_day:.1f}"],
        "{}. It is a curve of decisions by governments": [
            {19: "Nineteen"}[(alipay.index.max() - alipay.index.min()).days]
        ],
        "By number {} and {} per cent, by value {} and {}": [
            f"{cleared['transactions', '2019-Q3']:.0f}",
            f"{cleared['transactions', '2022-Q2']:.0f}",
            f"{cleared['value', '2019-Q3']:.0f}",
            f"{cleared['value', '2022-Q2']:.0f}",
        ],
        "About {} rupees, then {}": [f"{rupees['2019-03']:,.0f}", f"{rupees['2025-03']:,.0f}"],
        "By {} points from 2014 to 2017, and by {} after. UPI carried {} billion payments": [
            f"{poor[2017] - poor[2014]:.1f}",
            f"{poor[2024] - poor[2017]:.1f}",
            f"{upi['transactions', '2017-03']:g}",
        ],
    }
