"""Lesson 3, superapps: the numbers in its words, worked out afresh from the tables, and its cases."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"

CASES: tuple[str, ...] = (
    "WeChat",
    "Alipay",
    "60 functions in 11 clusters",
    "Ping An Good Doctor",
    "Songxia",
    "umbrella",
    "Italy",
    "Carpi",
    "Copying as a norm",
    "Open source",
    "protocol",
    "gate",
    "antitrust",
    "KakaoTalk",
    "LINE",
    "Grab",
    "Gojek",
    "WhatsApp",
    "mini-program",
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers() -> dict[str, list[str]]:
    """Words of the lesson that hold numbers, each with the numbers from the tables."""
    functions = table("superapp_functions")
    of_app = functions.groupby("app").size()
    of_article = functions[functions["source_id"] == "ivey_copying_2021"].groupby("app").size()
    apps_with = functions.groupby("function")["app"].nunique()
    users = table("superapp_users").set_index(["app", "measure", "period"])["value"].sort_index()
    mini = users["WeChat", "daily_users_of_mini_programs"]
    alipay = users["Alipay", "monthly_active_users"]["2020"]
    line = users["LINE"]
    grab = users["Grab", "monthly_transacting_users"]
    home = users["KakaoTalk", "monthly_active_users_at_home"]
    tracked = users["KakaoTalk", "monthly_active_users_at_home_tracked"]
    abroad = users["KakaoTalk", "monthly_active_users_worldwide"] - home
    messaging = table("messaging_users").set_index(["app", "basis", "period"])["users_million"].sort_index()
    wechat = messaging["WeChat", "monthly active"]
    clusters = table("clusters").set_index(["cluster", "metric", "year"])["value"].sort_index()
    songxia = clusters["Songxia"]
    dongshi = clusters["Dongshi"]
    villages = clusters["Taobao villages", "villages"]
    doctor = table("online_health").set_index(["metric", "period"])["value"].sort_index()
    active, paying = doctor["monthly_active_users"], doctor["monthly_paying_users"]
    visits = doctor["visits_20_january_to_10_february", "2020-02-10"]
    surge = doctor["consultations_a_day_on_early_january", "2020-02-06"]
    part = 100 * paying / active
    pay = table("mobile_payment_shares").query("counter == 'Analysys'")
    shares = pay.set_index(["quarter", "provider"])["share_percent"].sort_index()
    two = {quarter: shares[quarter][["Alipay", "Tenpay"]] for quarter in ("2015-Q3", "2018-Q4")}
    rules = table("platform_rules").set_index(["date", "company", "kind"])["amount"].sort_index()
    fines = {year: rules[year, "all", "fines of the year"] for year in ("2020", "2021")}
    alibaba = rules["2021-04-10", "Alibaba", "fine"]
    largest = alibaba + rules["2021", "Meituan", "fine"]
    early = 100 * ((wechat["2016-Q4"] / wechat["2013-Q4"]) ** (1 / 3) - 1)
    late = 100 * ((wechat["2024-Q4"] / wechat["2016-Q4"]) ** (1 / 8) - 1)
    at_base = {
        "WeChat": 100 * wechat["2023-Q4"] / wechat["2013-Q4"],
        "home": 100 * home["2023-Q4"] / home["2013-Q4"],
        "abroad": 100 * abroad["2023-Q4"] / abroad["2013-Q4"],
    }
    squares = {quarter: (values**2).sum() for quarter, values in two.items()}
    world = {
        "Songxia": 100 * songxia["annual_output", 2023] / songxia["share_of_world_output", 2023],
        "Dongshi": 100 * dongshi["annual_output", 2022] / dongshi["share_of_world_output", 2022],
    }
    return {
        "with some {} billion active accounts a month": [f"{wechat['2021-Q1'] / 1000:.1f}"],
        "Alibaba was fined {} billion yuan": [f"{alibaba / 1000:.1f}"],
        "Alipay has {} rows.": [f"{of_app['Alipay']}"],
        "{} apps ({} rows; sources": [f"{functions['app'].nunique()}", f"{len(functions)}"],
        "Alipay has {} kinds of function and WeChat {}.": [f"{of_app['Alipay']}", f"{of_app['WeChat']}"],
        "and Alipay has {} and WeChat {}: the order": [
            f"{of_app['Alipay'] - of_article['Alipay']}",
            f"{of_app['WeChat'] - of_article['WeChat']}",
        ],
        "some {} million people a day": [f"{mini['2021']:g}"],
        "against {} million in January 2018": [f"{mini['2018-01']:g}"],
        "fits the {} million a month": [f"{alipay:g}"],
        "when WeChat had some {} billion": [f"{wechat['2020-Q1'] / 1000:.1f}"],
        "more than {} umbrella firms, {} million umbrellas": [
            f"{songxia['firms', 2023]:,.0f}",
            f"{songxia['annual_output', 2023]:g}",
        ],
        "There were {} such villages in 2009 and {} in 2021": [f"{villages[2009]:g}", f"{villages[2021]:,.0f}"],
        "{} villages were added from 2019 to 2021": [f"{villages[2021] - villages[2019]:,.0f}"],
        "times {} from 2014 to 2015, times {} in the *two* years to 2021": [
            f"{villages[2015] / villages[2014]:.1f}",
            f"{villages[2021] / villages[2019]:.1f}",
        ],
        "(The {} for 2014": [f"{villages[2014] / villages[2013]:.1f}"],
        "differ by a factor of about {},": [f"{round(visits / paying['2019-06-30'], -2):.0f}"],
        "rose from {} to {} million, and those who paid fell from {} to {} million": [
            f"{active['2018-12-31']:g}",
            f"{active['2019-06-30']:g}",
            f"{paying['2018-12-31']:.2f}",
            f"{paying['2019-06-30']:.2f}",
        ],
        "consultations a day were {} times": [{9: "nine"}[int(surge)]],
        "to 2016, at {} per cent a year, then bends: {} per cent": [f"{early:.0f}", f"{late:.0f}"],
        "WeChat stood at {}, KakaoTalk at home at {}, abroad at {}.": [f"{at_base[key]:.0f}" for key in at_base],
        "{} million at home in a nation of 52 million, and {} million abroad, down from {}.": [
            f"{home['2023-Q4']:.1f}",
            f"{abroad['2023-Q4']:.1f}",
            f"{abroad['2013-Q4']:.1f}",
        ],
        "of {} million active users in four countries in June 2019, {} million lived outside": [
            f"{line['monthly_active_users_four_countries', '2019-06']:g}",
            f"{line['monthly_active_users_four_countries', '2019-06'] - line['monthly_active_users_at_home', '2019-06']:g}",
        ],
        "told of {} million active users in the world, months after celebrating {} million": [
            f"{line['monthly_active_users_worldwide', '2014-11']:g}",
            f"{line['registered_users_worldwide', '2014-04']:g}",
        ],
        "grew from {} to {} million buyers a month": [f"{grab['2022-Q4']}", f"{grab['2024-Q3']}"],
        "counted {} million buyers in a quarter in autumn 2025, up from {} million": [
            f"{users['Mercado Libre', 'buyers_in_the_quarter', '2025-Q3']:g}",
            f"{users['Mercado Libre', 'buyers_in_the_quarter', '2023-Q3']:g}",
        ],
        "{} and {} functions named": [f"{of_app['WeChat']}", f"{of_app['WhatsApp']}"],
        "Two gates took nearly all: {} per cent in 2015, {} in 2018": [
            f"{two['2015-Q3'].sum():.0f}",
            f"{two['2018-Q4'].sum():.0f}",
        ],
        "Alipay fell from {} to {} per cent while Tenpay rose from {} to {}.": [
            f"{two[quarter][firm]:g}" for firm in ("Alipay", "Tenpay") for quarter in two
        ],
        "some {} per cent was left": [f"{100 - two['2018-Q4'].sum():.0f}"],
        "fines were {} million yuan in 2020 and {} million in 2021, {} times": [
            f"{fines['2020']:g}",
            f"{fines['2021']:,.0f}",
            f"{fines['2021'] / fines['2020']:.0f}",
        ],
        "Alibaba and Meituan, paid {} per cent": [f"{100 * largest / fines['2021']:.0f}"],
        "growth at home ({} to {} million)": [f"{home['2023-Q1']:.1f}", f"{home['2023-Q4']:.1f}"],
        "sees a fall ({} to {})": [f"{tracked['2023-Q1']:.1f}", f"{tracked['2023-Q4']:.1f}"],
        "{} of Alipay's {} rows come from the article": [f"{of_article['Alipay']}", f"{of_app['Alipay']}"],
        "{} million visits, {} million active a month": [f"{visits:,.0f}", f"{active['2019-06-30']}"],
        "index {} at home, {} abroad": [f"{at_base['home']:.0f}", f"{at_base['abroad']:.0f}"],
        "Payments, for {} of {}. Messaging is named for {} only": [
            f"{apps_with['payments']}",
            f"{functions['app'].nunique()}",
            f"{apps_with['messaging']}",
        ],
        "About {} per cent a year, then {}. On a log scale": [f"{early:.1f}", f"{late:.1f}"],
        "About {} million by Songxia's claim and {} million": [
            f"{world['Songxia']:,.0f}",
            f"{world['Dongshi']:,.0f}",
        ],
        "About {} per cent, then {}. The {} million": [
            f"{part['2018-12-31']:.1f}",
            f"{part['2019-06-30']:.1f}",
            f"{doctor['paying_users_in_the_year', '2021']:g}",
        ],
        "It fell, from {} to {}, although": [f"{squares['2015-Q3']:,.0f}", f"{squares['2018-Q4']:,.0f}"],
    }
