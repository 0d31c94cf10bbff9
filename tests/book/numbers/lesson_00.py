"""The numbers and the cases of the opening chapter, From copycat to innovator."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = (
    *("Baidu", "Renren", "Taobao", "Fiorina", "Zuckerberg", "TikTok", "CamScanner", "QQMail", "Weibo", "Reels"),
    *("PayPal", "M-Pesa", "Made in Germany", "*Oslo Manual*", "new to the firm"),
)
# Not in a table: the World Bank's populations, in millions, as the chapter gives them.
PEOPLE_2022 = {"CHN": 1412.2, "IND": 1425.4, "JPN": 125.1, "KOR": 51.7, "USA": 334.0}


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    return {**_of_new_things(), **_of_payments(), **_of_scale(), **_of_the_ledger(), **_of_practice()}


def _filed() -> pd.Series:
    published = table("patent_filings").query("basis == 'published, all fields'")
    return published.set_index(["country", "year"])["applications"]


def _of_new_things() -> dict[str, list[str]]:
    filed = _filed()
    heads = {country: f"{filed[country, 2022] / people:.0f}" for country, people in PEOPLE_2022.items()}
    facts = table("case_facts").set_index(["subject", "metric"])
    invented = int(facts.loc[("QR code", "year of invention"), "value"])
    launched = int(facts.loc[("WeChat Pay", "year of launch"), "value"])
    remark = facts.loc[("Carly Fiorina", "year of the remark that the Chinese cannot innovate"), "period"]
    tour = facts.loc[("Mark Zuckerberg", "year of his first visit to Chinese web firms"), "period"]
    assert (remark, tour, 2011 - invented) == ("2015-05", "2010-12", 17)
    return {
        "invented in {} for car parts": [str(invented)],
        "WeChat Pay came in August {},": [str(launched)],
        "WeChat Pay: August {} |": [str(launched)],
        "with {} applications to {} from the United States": [
            f"{filed['CHN', 2022]:,}",
            f"{filed['USA', 2022]:,}",
        ],
        "Korea has {}, Japan {}, the United States {} and China {}.": [
            *(heads["KOR"], heads["JPN"], heads["USA"], heads["CHN"])
        ],
        "In {} China had {} such applications": ["2000", f"{filed['CHN', 2000]}"],
        "{} international patent applications in 2000, {} in 2022; but {} per million people": [
            f"{filed['CHN', 2000]}",
            f"{filed['CHN', 2022]:,}",
            heads["CHN"],
        ],
        "launched 5 August 2020, in over {} countries": [
            f"{facts.loc[('Instagram Reels', 'countries at its launch'), 'value']:g}"
        ],
        "TikTok went abroad, and passed {} million users": [
            f"{facts.loc[('TikTok', 'monthly users in the United States'), 'value']:g}"
        ],
    }


def _of_payments() -> dict[str, list[str]]:
    estimates = table("mobile_payment_estimates")
    shares = estimates.query("measure == 'share_paying_by_phone' and country == 'CHN' and period == '2019'")
    share = shares.set_index("basis")["value"]
    of_all, by_model = share["whole population, in shops"], share["whole population, in shops, model"]
    counted = estimates.query("measure == 'people_paying_by_phone' and basis == 'in shops'")["value"].item()
    paid = estimates.query("measure == 'value_paid_by_phone'").set_index(["country", "period", "counter"])["value"]
    mckinsey = "McKinsey Global Institute"
    china, states = paid["CHN", "2016", mckinsey], paid["USA", "2016", mckinsey]
    firms = estimates.query("unit == 'usd_billion' and counter == 'iResearch'")["value"].item()
    yearly = 4 * paid["CHN", "2019-Q3", "quoted by EqualOcean"] / paid["USA", "2019", "quoted by EqualOcean"]
    spend = estimates.query("measure == 'spend_per_user'").set_index(["country", "period"])["value"]
    online = table("online_payers").query("year == 2019").set_index("country")["share_percent"]
    return {
        'title = "One country, one year: from {} to {} per cent"': [f"{share.min():g}", f"{share.max():g}"],
        "And {} million Chinese pay in shops by phone": [f"{counted:.0f}"],
        "Of all people, {} million are {} per cent, not {}.": [
            f"{counted:g}",
            f"{100 * counted / 1408:.0f}",
            f"{of_all:g}",
        ],
        "The {} fits about {} million people": [f"{of_all:g}", f"{100 * counted / of_all:,.0f}"],
        "{} per cent, then {} in Thailand, {} on average": [
            *(f"{online['CHN']:g}", f"{online['THA']:g}", f"{online['WLD']:g}")
        ],
        "| {} against {} in Thailand, 2019 |": [f"{online['CHN']:g}", f"{online['THA']:g}"],
        "The {} of the slide sets payments": [f"{firms / paid['USA', '2016', 'Forrester']:.0f}"],
        "The {} multiplies a Chinese quarter by four": [f"{yearly:.0f}"],
        "Divide by people, and {} becomes {}.": [
            f"{china / states:.0f}",
            f"{china / states * 324.4 / 1387.8:.1f}",
        ],
        "| {} to {} billion dollars, consumption, 2016; {} times per head |": [
            f"{china:g}",
            f"{states:g}",
            f"{china / states * 324.4 / 1387.8:.1f}",
        ],
        "almost {} dollars a year by phone in shops, a Chinese user about {}: {} times as much": [
            f"{spend['USA', '2019']:,.0f}",
            f"{spend['CHN', '2019']:,.0f}",
            f"{spend['USA', '2019'] / spend['CHN', '2019']:.1f}",
        ],
        "{} to {} per cent of the population in 2019": [f"{by_model:g}", f"{of_all:.0f}"],
    }


def _of_scale() -> dict[str, list[str]]:
    singles = table("singles_day").query("currency == 'CNY'").set_index(["seller", "year"])["sales_billion"]
    alibaba, jd = singles["Alibaba"], singles["JD.com"]
    apps = table("messaging_users")
    wechat = apps.query("app == 'WeChat' and basis == 'monthly active'").set_index("period")["users_million"]
    told = apps.query("app == 'WhatsApp' and basis == 'milestone told by the company'").set_index("period")
    money = table("account_access").query("indicator == 'mobile money account' and year == 2014")
    money_share = money.set_index("country")["share_percent"]
    last_year = f"{100 * (wechat['2024-Q4'] / wechat['2023-Q4'] - 1):.1f}"
    return {
        "In 2019 the sum was {} billion yuan, in 2020 it was {}.": [f"{alibaba[2019]:g}", f"{alibaba[2020]:g}"],
        "The sum rose by {} per cent": [f"{100 * (alibaba[2020] / alibaba[2019] - 1):.0f}"],
        "brought {} billion, less than half of 2019's {}": [f"{alibaba[2020] - 372.3:.1f}", f"{alibaba[2019]:g}"],
        "gives Alibaba {} per cent more in 2021": [f"{100 * (alibaba[2021] / alibaba[2020] - 1):.1f}"],
        "grew by {} per cent in 2020": [f"{100 * (jd[2020] / jd[2019] - 1):.1f}"],
        "WeChat had {} million monthly accounts at the end of 2013 and {} million a year later: {} per cent more": [
            f"{wechat['2013-Q4']:g}",
            f"{wechat['2014-Q4']:g}",
            f"{100 * (wechat['2014-Q4'] / wechat['2013-Q4'] - 1):.0f}",
        ],
        "({} quarters, accounts in all countries)": [f"{len(wechat)}"],
        "By the end of 2024 growth was {} per cent a year": [last_year],
        "| WeChat {} to {} million accounts, 2013 to 2024; growth now {} per cent |": [
            f"{wechat['2013-Q4']:g}",
            f"{wechat['2024-Q4']:,.0f}",
            last_year,
        ],
        "told of {} million users in February 2020": [f"{told.loc['2020', 'users_million']:,.0f}"],
        "By 2014, {} per cent of Kenya's adults had a mobile money account, against {} per cent of the world's": [
            f"{money_share['KEN']:g}",
            f"{money_share['WLD']:g}",
        ],
    }


def _of_the_ledger() -> dict[str, list[str]]:
    claims = table("claims")
    of = claims["verdict"].value_counts()
    return {
        "We cut them into {} claims": [f"{len(claims)}"],
        "Of {} claims {} are supported, {} not settled, {} right only by another definition and {} contradicted.": [
            f"{len(claims)}",
            *(f"{of[verdict]}" for verdict in ("supported", "not settled", "definition differs", "contradicted")),
        ],
        "Of {} claims, {} are supported, {} contradicted, {} open": [
            f"{len(claims)}",
            *(f"{of[verdict]}" for verdict in ("supported", "contradicted", "not settled")),
        ],
        "Bars: {} supported, {} not settled, {} definition differs, {} contradicted.": [
            *(f"{of[verdict]}" for verdict in ("supported", "not settled", "definition differs", "contradicted")),
        ],
    }


def _of_practice() -> dict[str, list[str]]:
    filed = _filed()
    heads = {country: filed[country, 2022] / people for country, people in PEOPLE_2022.items()}
    online = table("account_access").query(
        "country == 'CHN' and year == 2024 and indicator == 'bought something online'"
    )
    bought = online.set_index("group")["share_percent"]
    pinduoduo = table("valuations").query("company == 'Pinduoduo' and as_of == '2018-07-26'")
    closes = pinduoduo.loc[pinduoduo["basis"] == "market value, first close", "value_billion"]
    worth = pinduoduo.set_index("basis")["value_billion"]
    umbrellas = table("clusters").query("product == 'umbrellas' and metric == 'share_of_world_output'")["value"]
    counted = table("clusters").set_index(["cluster", "year", "metric"])["value"]
    made = [counted["Songxia", 2023, "annual_output"], counted["Dongshi", 2022, "annual_output"]]
    rd = table("rd_firms").query("region == 'China' and metric == 'share_of_rd'").set_index("edition")["value"]
    samples = table("rd_firms").drop_duplicates("edition").set_index("edition")["sample"]
    return {
        "About {} times as many.": [f"{heads['CHN'] / heads['IND']:.0f}"],
        "{} per cent of all adults, {} of the poorest 40 per cent, {} of rural adults": [
            f"{bought['all adults']:g}",
            f"{bought['poorest 40%']:g}",
            f"{bought['rural']:g}",
        ],
        "From {} billion dollars at the offer price to {} or {} at the first close": [
            f"{worth['market value at offer price'].iloc[0]:g}",
            *(f"{value:g}" for value in sorted(closes)),
        ],
        "one report of {} is probably an error. Leave out the money raised, {} billion": [
            f"{worth['market value, first day']:g}",
            f"{worth['money raised']:g}",
        ],
        "{} and {} per cent: together {}. That leaves {} for everybody else": [
            *(f"{value:g}" for value in umbrellas),
            f"{umbrellas.sum():g}",
            f"{100 - umbrellas.sum():g}",
        ],
        "the outputs ({} and {} million) imply worlds of {} and {} billion umbrellas": [
            *(f"{output:g}" for output in made),
            *(f"{output / share / 10:.1f}" for output, share in zip(made, umbrellas, strict=True)),
        ],
        "{}, then {}, then {} per cent: up, then a little down": [f"{rd[year]:g}" for year in (2020, 2024, 2025)],
        "shrank from {} firms to {}": [f"{samples[2020]:,}", f"{samples[2024]:,}"],
    }
