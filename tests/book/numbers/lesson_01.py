"""The numbers and the cases of lesson 1, Data sharing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = (
    *("Taobao", "Freshippo", "Cainiao", "Amazon", "Ming Zeng", "Huoshenshan", "3,000", "horizontal", "vertical"),
    *("make others rich first", "share data and ideas at speed"),
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    taobao = table("taobao_ebay_share").set_index(["year", "platform", "basis"])["share_percent"]
    amazon = table("amazon_third_party").set_index(["year", "basis"])["share_percent"]
    value = amazon.xs("value", level="basis")
    first_above_half = table("amazon_third_party").query("basis == 'value' and share_percent > 50")["year"].min()
    alibaba = table("alibaba_revenue").set_index(["line", "fiscal_year"])["revenue_cny_billion"]
    commission = 100 * alibaba["commission"] / alibaba["all revenue"]
    direct = alibaba["other and direct sales"]
    own_percent = 100 * direct[2020] / 6589
    logistics = table("logistics_models").set_index(["company", "period", "metric"])["value"]
    parcels = table("express_parcels").set_index("year")["parcels_billion"]
    stakes = table("alibaba_stakes").set_index(["company", "as_of"])["stake_percent"]
    masks = table("mask_output").query("kind == 'all masks'").set_index("date")["output_million_per_day"]
    usual_masks = table("mask_capacity").set_index(["goods", "date", "metric"])["value"][
        "all masks", "2019-12-31", "capacity"
    ]
    cainiao = alibaba["Cainiao logistics"]
    hospital = table("construction_covid").set_index(["hospital", "metric"])["value"]["Huoshenshan"]
    share_of_parcels = 100 * 42 / (1000 * parcels[2017] / 365)
    units = table("platform_orders_simulated").groupby(["goods", "signal"])[["demand_units", "sold_units"]].sum()
    unmet = 100 * (1 - units["sold_units"] / units["demand_units"])
    return {
        "step from {} to {} is not growth": [
            f"{taobao[2005, 'Taobao', 'survey of traders, 3 cities']:g}",
            f"{taobao[2006, 'Taobao', 'survey of traders, 5 cities']:g}",
        ],
        "In 1999 only {} dollars in 100": [f"{value[1999]}"],
        "passes half in {} and ends at {}.": [
            f"{first_above_half}",
            f"{value[2018]}",
        ],
        "The year 2018 appears twice: {} per cent of the value of physical goods, and roughly {} per cent": [
            f"{value[2018]}",
            f"{amazon[2018, 'units']}",
        ],
        "Among units the share rose, from {} to {}.": [f"{amazon[2018, 'units']}", f"{amazon[2023, 'units']}"],
        "Fashion, which comes in waves: {} per cent, {} (`rough`), {} (`close`). Staples: {}, {}, {}.": [
            f"{unmet[goods, signal]:.1f}" for goods in ("fashion", "staple") for signal in ("none", "rough", "close")
        ],
        "about {} yuan from advertising for each yuan of commission": [
            f"{alibaba['online marketing'][2020] / alibaba['commission'][2020]:.1f}"
        ],
        "sold about {} yuan in 100, against Amazon's {} dollars": [f"{own_percent:.1f}", f"{100 - value[2018]}"],
        "direct sales {} to {} billion yuan, fiscal 2016 to 2020": [f"{direct[2016]:.1f}", f"{direct[2020]:.1f}"],
        "A network of {} rests on 1.5 million": [f"{logistics['Cainiao', '2016-03', 'own_headcount']:,.0f}"],
        "In 2013 Chinese couriers carried {} billion parcels": [f"{parcels[2013]:.1f}"],
        "the number grew {} times; from 2021, a pandemic year, only {} times": [
            f"{parcels[2023] / parcels[2013]:.1f}",
            f"{parcels[2023] / parcels[2021]:.1f}",
        ],
        "Last year Alibaba owned {} per cent of it": [f"{stakes['Cainiao', '2016']:g}"],
        "made about {} million masks a day": [f"{masks.iloc[0]:g}"],
        "from {} to {} million a day in five weeks": [f"{masks.iloc[0]:g}", f"{masks.iloc[-1]:g}"],
        "a design plan within {} hours, but {} hours to all drawings to build from, and over {} of its own staff": [
            f"{hospital['hours_to_the_design_plan']:g}",
            f"{hospital['hours_to_all_drawings_to_build_from']:g}",
            f"{hospital['staff_of_the_design_institute']:g}",
        ],
        "{} against {} per cent of value on one site": [f"{100 - value[2018]}", f"{value[2018]}"],
        "{} to {} million masks a day; {} days;": [
            f"{masks.iloc[0]:g}",
            f"{masks.iloc[-1]:g}",
            f"{hospital['handed_over']:g}",
        ],
        "the rise is {} times": [f"{masks.iloc[-1] / masks.iloc[0]:.1f}"],
        "{cite}`scmp2020` it is {}.": [f"{masks.iloc[-1] / usual_masks:.1f}"],
        "About {} per cent a year: it grew {} times": [
            f"{100 * ((cainiao[2021] / cainiao[2019]) ** 0.5 - 1):.0f}",
            f"{cainiao[2021] / cainiao[2019]:.1f}",
        ],
        "About {} per cent, then {}.": [f"{commission[2014]:.1f}", f"{commission[2020]:.1f}"],
        "About {} per cent. The 42 million": [f"{share_of_parcels:.0f}"],
        "The table gives {} per cent, and nobody is wrong": [f"{100 * (parcels[2024] / parcels[2023] - 1):.1f}"],
    }
