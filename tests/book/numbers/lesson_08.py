"""Numbers in the words of lesson 8, each worked out afresh from the tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES: tuple[str, ...] = (
    "customers, competitors, costs and competencies",
    "customers, culture, capabilities and cash",
    "just in time",
    "zaibatsu",
    "MITI",
    "bullet train",
    "IBM",
    "McKinsey",
    "Sanyo",
    "GE Appliances",
    "zero-sum",
    "knowledge management",
    "Market intelligence",
    "98 per cent of Huawei's equity",
    "5 to 15 per cent",
    "Lei Jun",
    "Failure is forgiven",
    "critics allege",
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers() -> dict[str, list[str]]:
    """Words in lesson 8 that hold a number, each with the number worked out afresh from the tables."""
    rd = table("rd_spending").set_index(["edition", "metric", "country", "year"])["value"].sort_index()
    share = rd[2022, "rd_of_gdp"]
    china, korea = share["CHN"], share["KOR"]
    like_china = (korea - china[2019]).abs().idxmin()
    spending = table("rd_spending").query("edition == 2022 and metric == 'rd_spending'")
    money = spending.pivot_table(index="year", columns="country", values="value")
    yearly = 100 * ((money.loc[2019] / money.loc[1991]) ** (1 / 28) - 1)
    ahead_of_europe = (share["CHN"] > share["EUU"]).idxmax()
    business, state = (
        rd[2024, "funded_by_business"].droplevel("year"),
        rd[2024, "funded_by_government"].droplevel("year"),
    )

    pct = table("patent_filings").query("applicant == 'all'")
    filed = pct.pivot_table(index=["basis", "year"], columns="country", values="applications")
    first = filed[filed["CHN"] > filed["USA"]].reset_index().groupby("basis")["year"].min()
    by_filing, by_publishing, electrical = (
        first["filed, as first announced"],
        first["published, all fields"],
        first["published, electrical engineering"],
    )
    in_2019 = filed.loc[("filed, as first announced", 2019)]
    field = 100 * filed.loc[("published, electrical engineering", 2022)] / filed.loc[("published, all fields", 2022)]

    firms = table("rd_firms").query("metric == 'share_of_rd'").set_index(["region", "financial_year"])["value"]
    huawei = (
        table("huawei_rd").query("first_year == year").set_index(["company", "metric", "year"])["value"].sort_index()
    )
    sums = table("huawei_rd").query("metric == 'rd_spending_over_years'").set_index(["first_year", "year"])["value"]
    research, revenue = huawei["Huawei", "rd_spending"], huawei["Huawei", "revenue"]
    ratio = 100 * research / revenue
    held = 100 * research[2021] / revenue[2019]
    owners = 100 * huawei["Huawei", "employee_shareholders"] / huawei["Huawei", "employees"]
    research_2020 = sums[2014, 2023] - sums[2014, 2018] - research[[2019, 2021, 2022, 2023]].sum()

    stakes = table("ecosystem_stakes").query("company == 'Haier'").set_index(["metric", "as_of"])["value"]
    fridges = stakes["share_of_world_refrigerators_brand"]
    washers = stakes["share_of_world_washing_machines_brand"]
    brand = stakes["share_of_world_appliances_brand"]
    trade_union = table("case_facts").query("metric.str.contains('trade union committee') and subject == 'Huawei'")
    toyota = table("case_facts").query("subject == 'Toyota'")["value"].item()
    return {
        "with {} per cent of large appliances in 2015": [f"{brand['2015']}"],
        "China went from {} to {} per cent: three times, and {} points.": [
            f"{china[1991]}",
            f"{china[2019]}",
            f"{china[2019] - china[1991]:.2f}",
        ],
        "South Korea went from {} to {}, which is {} points. In 2019 China stood where Korea had been in {}.": [
            f"{korea[1991]}",
            f"{korea[2019]}",
            f"{korea[2019] - korea[1991]:.2f}",
            f"{like_china}",
        ],
        "grew by {} per cent a year over the 28 years, Korea's by {},": [
            f"{yearly['CHN']:.1f}",
            f"{yearly['KOR']:.1f}",
        ],
        "in one machine shop in {},": [f"{toyota:.0f}"],
        "firms paid {} per cent in China and government {}. In the European Union it was {} and {}.": [
            f"{business['CHN']:g}",
            f"{state['CHN']:g}",
            f"{business['EUU']:g}",
            f"{state['EUU']:g}",
        ],
        "By year of filing, China passed in {} ({} against {}). By year of publication it passed in {}, "
        "and in electrical engineering alone in {}.": [
            f"{by_filing}",
            f"{in_2019['CHN']:,.0f}",
            f"{in_2019['USA']:,.0f}",
            f"{by_publishing}",
            f"{electrical}",
        ],
        'title = "China passed the United States in {}, {} or {}"': [
            f"{electrical}",
            f"{by_filing}",
            f"{by_publishing}",
        ],
        "British R&D was {} per cent of GDP in 2019 by the edition of 2022, and {} in 2021": [
            f"{share['GBR', 2019]}",
            f"{rd[2024, 'rd_of_gdp', 'GBR', 2021]}",
        ],
        "the edition of 2024 gives {} for 2021, the one of 2025 gives {} for 2022": [
            f"{rd[2024, 'rd_of_gdp', 'CHN', 2021]}",
            f"{rd[2025, 'rd_of_gdp', 'CHN', 2022]}",
        ],
        "In 2017 Chinese firms did {} per cent of this spending, American firms {}.": [
            f"{firms['China', 2017]:g}",
            f"{firms['USA', 2017]:g}",
        ],
        "from 2017 to 2020, China gained {} points and the United States {}.": [
            f"{firms['China', 2020] - firms['China', 2017]:.1f}",
            f"{firms['USA', 2020] - firms['USA', 2017]:.1f}",
        ],
        "from 2023 to 2024, China lost {} and the United States gained {}.": [
            f"{firms['China', 2023] - firms['China', 2024]:.1f}",
            f"{firms['USA', 2024] - firms['USA', 2023]:.1f}",
        ],
        "China went from {} to {} per cent and American firms from {} to {}.": [
            f"{firms['China', 2017]:g}",
            f"{firms['China', 2024]:g}",
            f"{firms['USA', 2017]:g}",
            f"{firms['USA', 2024]:g}",
        ],
        "(Change revenue first, and it is {}:": [f"{ratio[2021] - 100 * research[2019] / revenue[2021]:.1f}"],
        "gives the brand Haier {} per cent of large appliances and the maker Haier {}.": [
            f"{brand['2013']}",
            f"{stakes['share_of_world_appliances_maker', '2013']}",
        ],
        "research was {} per cent of its revenue in 2019 and {} in 2021. How many of those {} points": [
            f"{ratio[2019]:.1f}",
            f"{ratio[2021]:.1f}",
            f"{ratio[2021] - ratio[2019]:.1f}",
        ],
        "Research grew by {} per cent from 2019 to 2021, while revenue fell by {},": [
            f"{100 * (research[2021] / research[2019] - 1):.0f}",
            f"{100 * (1 - revenue[2021] / revenue[2019]):.0f}",
        ],
        "the ratio of 2021 would be {} per cent, so {} of the {} points": [
            f"{held:.1f}",
            f"{held - ratio[2019]:.1f}",
            f"{ratio[2021] - ratio[2019]:.1f}",
        ],
        "A report that gives {} per cent for 2019": [f"{huawei['Huawei', 'rd_of_revenue', 2019]}"],
        "fits 2018 ({} per cent) and is too low by 2020 ({}).": [f"{owners[2018]:.1f}", f"{owners[2020]:.1f}"],
        "A trade union committee holds {} per cent": [f"{trade_union['value'].item()}"],
        "Refrigerators gained {} points in six years, then {} in two: {} and {} points a year, much the same. "
        "Washing machines slowed from {} to {}.": [
            f"{fridges['2015'] - fridges['2009']:.1f}",
            f"{fridges['2017'] - fridges['2015']:.1f}",
            f"{(fridges['2015'] - fridges['2009']) / 6:.1f}",
            f"{(fridges['2017'] - fridges['2015']) / 2:.1f}",
            f"{(washers['2015'] - washers['2009']) / 6:.1f}",
            f"{(washers['2017'] - washers['2015']) / 2:.2f}",
        ],
        "| R&D {} to {} per cent of GDP, 1991 to 2019 |": [f"{china[1991]}", f"{china[2019]}"],
        "Korea's {} points |": [f"{korea[2019] - korea[1991]:.2f}"],
        "business pays {} per cent, 2021;": [f"{business['CHN']:g}"],
        "{}, {} or {}; firms {} against {} per cent, 2024 |": [
            f"{electrical}",
            f"{by_filing}",
            f"{by_publishing}",
            f"{firms['China', 2024]:g}",
            f"{firms['USA', 2024]:g}",
        ],
        "| {} per cent in 2018, {} in 2020 |": [f"{owners[2018]:.1f}", f"{owners[2020]:.1f}"],
        "{}: {} against {} per cent. Filter on the edition first.": [
            f"{ahead_of_europe}",
            f"{share['CHN', ahead_of_europe]:.2f}",
            f"{share['EUU', ahead_of_europe]:.2f}",
        ],
        "{} and {}. Divide the last by the first": [f"{yearly['CHN']:.1f}", f"{yearly['USA']:.1f}"],
        "{} per cent, against {} in fact.": [f"{held:.1f}", f"{ratio[2021]:.1f}"],
        "{} per cent against {}. China's lead rests on one field": [f"{field['CHN']:.1f}", f"{field['USA']:.1f}"],
        "give {} billion yuan for 2014 to 2018 and {} for 2014 to 2023": [
            f"{sums[2014, 2018]:.0f}",
            f"{sums[2014, 2023]:,.0f}",
        ],
        "About {} billion yuan. All the rounding": [f"{research_2020:.0f}"],
    }
