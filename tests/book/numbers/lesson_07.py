"""The numbers and the cases of lesson 7, Ecosystems."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = (
    *("Empire or ecosystem", "Outside-in", "Inside-out", "others rich first", "drop the ego", "participant for life"),
    *("Taobao", "eBay", "Huawei", "5G", "Unique or important", "Jack Ma", "WeChat", "Xiaomi", "85 brands", "Haier"),
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    return {**of_the_hubs(), **of_the_towns(), **of_the_partners(), **of_huawei(), **of_the_participants()}


def of_the_hubs() -> dict[str, list[str]]:
    segments = table("revenue_segments").set_index(["company", "year", "segment"])["revenue_billion"]
    alibaba, amazon = segments["Alibaba"], segments["Amazon"][2023]
    whole = {year: alibaba[year, "all revenue"] for year in range(2016, 2022)}
    own = {year: 100 * alibaba[year, "other and direct sales"] / whole[year] for year in range(2016, 2022)}
    paid_2016 = 100 * (alibaba[2016, "online marketing"] + alibaba[2016, "commission"]) / whole[2016]
    paid_2021 = 100 * alibaba[2021, "online marketing with commission"] / whole[2021]
    shops = 100 * (amazon["own online shops"] + amazon["physical shops"]) / amazon["all revenue"]
    services = 100 * (amazon["services to independent sellers"] + amazon["advertising"]) / amazon["all revenue"]
    third_party = table("amazon_third_party").query("basis == 'value'").set_index("year")["share_percent"]
    singles = table("singles_day").query("seller == 'Taobao Mall' and currency == 'CNY'").set_index("year")
    brands = table("ecosystem_stakes").query("metric == 'brands_in_singles_day'").set_index("as_of")["value"]
    rules = table("platform_rules")
    fine = rules[(rules["company"] == "Alibaba") & (rules["kind"] == "fine")]["amount"].item()
    rivals = table("taobao_ebay_share").set_index(["year", "platform", "basis"])["share_percent"]
    return {
        "is what Jack Ma described: {} per cent from goods of its own, {} from sellers": [
            f"{own[2016]:.1f}",
            f"{paid_2016:.1f}",
        ],
        "the two figures are {} and {}. Amazon, in 2023, has {} and {}.": [
            f"{own[2021]:.1f}",
            f"{paid_2021:.1f}",
            f"{shops:.1f}",
            f"{services:.1f}",
        ],
        "own goods {} per cent of Alibaba's revenue in fiscal 2016, {} in 2021; Amazon {} in 2023": [
            f"{own[2016]:.1f}",
            f"{own[2021]:.1f}",
            f"{shops:.1f}",
        ],
        "already in 2016 others sold {} per cent of the goods there": [f"{third_party[2016]}"],
        "With it Alibaba's revenue grew {} per cent": [f"{100 * (whole[2021] / whole[2020] - 1):.0f}"],
        "Last year it brought {} million yuan": [f"{1000 * singles['sales_billion'][2010]:.0f}"],
        "Ten years later more than {} brands": [f"{brands['2021']:,.0f}"],
        "fined Alibaba {} billion yuan": [f"{fine / 1000:.1f}"],
        "{}, {}, {}, {}, {} and {} per cent: it began in fiscal 2018": [
            f"{own[year]:.1f}" for year in range(2016, 2022)
        ],
        "The site had {} per cent of traders in three cities (2005), {} in five cities (2006), and {} per cent of the volume": [
            f"{rivals[2005, 'eBay EachNet', 'survey of traders, 3 cities']:g}",
            f"{rivals[2006, 'eBay EachNet', 'survey of traders, 5 cities']:g}",
            f"{rivals[2007, 'eBay EachNet', 'volume of trade']:g}",
        ],
        "site only in 2008, with {} per cent in 2007": [f"{rivals[2007, 'eBay EachNet', 'volume of trade']:g}"],
        "had {} per cent of traders in five cities in 2006. Its later owner": [
            f"{rivals[2006, 'Paipai', 'survey of traders, 5 cities']:g}"
        ],
    }


def of_the_towns() -> dict[str, list[str]]:
    sim = table("two_sided_adoption_simulated")
    end = sim[sim["week"] == sim["week"].max()]
    free = end[end["terms"] == "free code"]["wallets"]
    paid = end[end["terms"] == "paid terminal"]
    by_start = paid.groupby("early_users")["wallets"].agg(["min", "max", "mean"])
    few, close, spread = (by_start.loc[name] for name in ("few", "many close together", "many spread out"))
    part = 100 * paid[["stalls", "shops", "chains"]].mean() / [120, 60, 20]
    start = sim[sim["week"] == 0]["wallets"]
    return {
        'A town starts with {} wallets ("few") or with {}.': [f"{start.min()}", f"{start.max()}"],
        "every town ends between {} and {}, whatever the start": [f"{free.min()}", f"{free.max()}"],
        "{} to {} after few, {} to {} after many close together, {} to {} after many spread out": [
            *(f"{few['min']:.0f}", f"{few['max']:.0f}", f"{close['min']:.0f}", f"{close['max']:.0f}"),
            *(f"{spread['min']:.0f}", f"{spread['max']:.0f}"),
        ],
        "the right start gives {} wallets in place of {}": [f"{spread['mean']:.0f}", f"{few['mean']:.0f}"],
        "None of the 120 stalls, {} per cent of the 60 shops, {} per cent of the 20 chain stores": [
            f"{part['shops']:.0f}",
            f"{part['chains']:.0f}",
        ],
    }


def of_the_partners() -> dict[str, list[str]]:
    clusters = table("clusters").query("cluster == 'Taobao villages'")
    villages = clusters.pivot_table(index="year", columns="metric", values="value")
    count, in_2017 = villages["villages"], villages.loc[2017]
    jobs = (villages["direct_jobs"] / villages["online_sellers"]).dropna()
    poor = in_2017["villages_in_poor_counties_of_the_nation"]
    stakes = table("ecosystem_stakes")
    xiaomi = stakes[stakes["company"] == "Xiaomi"].set_index(["as_of", "metric"])["value"]
    firms = xiaomi["2017-03", "firms_invested_in"]
    over = xiaomi["2017-03", "invested_firms_over_cny_100_million"]
    return {
        "There were {} such villages in 2009.": [f"{count[2009]:.0f}"],
        "And of the {} in 2017": [f"{count[2017]:,.0f}"],
        "From {} Taobao villages to {} in twelve years": [f"{count[2009]:.0f}", f"{count[2021]:,.0f}"],
        "Zhejiang, had {} per cent of the villages. The nation's poor counties had {} per cent, that is {} villages": [
            f"{100 * in_2017['villages_in_zhejiang'] / count[2017]:.1f}",
            f"{100 * poor / count[2017]:.1f}",
            f"{poor:.0f}",
        ],
        "{} of {} makers; {} of {} villages in poor counties": [
            f"{over:.0f}",
            f"{firms:.0f}",
            f"{poor:.0f}",
            f"{count[2017]:,.0f}",
        ],
        "Exactly {} in both years.": [f"{jobs.unique().item():g}"],
        "About {} per cent a year from 2009, about {} from 2019.": [
            f"{100 * ((count[2021] / count[2009]) ** (1 / 12) - 1):.0f}",
            f"{100 * ((count[2021] / count[2019]) ** (1 / 2) - 1):.0f}",
        ],
        "Xiaomi had put money into {} such firms": [f"{firms:.0f}"],
        "Of {} firms with Xiaomi's money, {} sold for over 100 million yuan": [f"{firms:.0f}", f"{over:.0f}"],
        "which then had {} firms": [f"{xiaomi['2016-03', 'firms_invested_in']:.0f}"],
        "{} of {} is {} per cent": [f"{over:.0f}", f"{firms:.0f}", f"{100 * over / firms:.0f}"],
    }


def of_huawei() -> dict[str, list[str]]:
    rows = table("huawei_rd")
    years = rows.query("company == 'Huawei' and first_year == year")
    wide = years.pivot_table(index="year", columns="metric", values="value")
    revenue, research = wide["revenue"], wide["rd_spending"]
    fell = 100 * (1 - revenue[2021] / revenue[2020])
    in_2014 = rows.query("metric == 'rd_of_revenue' and year == 2014").set_index("company")["value"]
    return {
        "Its revenue in 2020 was {} billion yuan": [f"{revenue[2020]:.0f}"],
        "revenue {}, {}, {}, {}, {} billion yuan from 2019 to 2023; research {}, ": [
            *(f"{value:.0f}" for value in revenue.loc[2019:2023]),
            f"{research[2019]:.0f}",
        ],
        "not read, {}, {}, {}.": [f"{value:.0f}" for value in research.loc[2021:2023]],
        "Revenue fell by {} per cent in 2021": [f"{fell:.1f}"],
        "In 2023 it was still {} per cent below 2020": [f"{100 * (1 - revenue[2023] / revenue[2020]):.0f}"],
        "from {} billion yuan in 2019 to {} in 2021": [f"{research[year]:.0f}" for year in (2019, 2021)],
        "revenue down {} per cent, 2021": [f"{fell:.1f}"],
        "In 2014 Huawei spent {} per cent of revenue on research, close to Google's {}": [
            f"{in_2014['Huawei']:g}",
            f"{in_2014['Google']:g}",
        ],
        'everybody\'s example of "unique", spent {}. In 2023 Huawei was at {}.': [
            f"{in_2014['Apple']:g}",
            f"{100 * research[2023] / revenue[2023]:.1f}",
        ],
        "research {} per cent at Huawei, {} at Apple, 2014": [f"{in_2014['Huawei']:g}", f"{in_2014['Apple']:g}"],
        "research was {} per cent of revenue in 2021": [f"{100 * research[2021] / revenue[2021]:.1f}"],
        "{} per cent, against {} in 2019.": [
            f"{100 * research[2021] / revenue[2019]:.1f}",
            f"{100 * research[2019] / revenue[2019]:.1f}",
        ],
    }


def of_the_participants() -> dict[str, list[str]]:
    stakes = table("ecosystem_stakes")
    haier = stakes[stakes["company"] == "Haier"].set_index(["as_of", "metric"])["value"]
    whole, cold = "share_of_world_appliances_brand", "share_of_world_refrigerators_brand"
    price = table("valuations").query("company == 'GE Appliances' and as_of == '2016-01-15'")["value_billion"].item()
    devices = table("smart_devices").pivot_table(index="period_end", columns="metric", values="value")
    keen = 100 * devices["users_with_five_or_more_devices"] / devices["system_monthly_users"]
    return {
        "In 2009 Haier's brand had {} per cent of the refrigerators": [f"{haier['2009', cold]:g}"],
        "Refrigerators rose from {} to {} per cent.": [f"{haier['2009', cold]:g}", f"{haier['2017', cold]:g}"],
        "All large appliances went from {} (2013) to {} (2017).": [
            f"{haier['2013', whole]:g}",
            f"{haier['2017', whole]:g}",
        ],
        "from {} per cent in 2009; that is another count": [f"{haier['2009', 'share_of_world_appliances']:g}"],
        "GE Appliances (2016, {} billion dollars)": [f"{price:g}"],
        "{} per cent, 2017; first before its platform": [f"{haier['2017', whole]:g}"],
        "In June 2020 they were {} per hundred monthly users of its system, and {} in September 2025:": [
            f"{keen['2020-06-30']:.1f}",
            f"{keen['2025-09-30']:.1f}",
        ],
        "{} per hundred of Xiaomi's users own five or more devices, 2025": [f"{keen['2025-09-30']:.1f}"],
    }
