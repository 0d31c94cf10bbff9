"""The numbers and the cases of lesson 9, What transfers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parents[3] / "data"
CASES = (
    *("antitrust", "data protection", "Data protection", "decision canvas", "context", "principle"),
    *("interview", "selection on success", "better study", "listing of Ant", "Alibaba", "Didi", "Meituan", "Amazon"),
)
REASONS = (
    *("hbr-3000-firms", "hbr-demonstrated", "digest-natives-share"),
    *("ivey-cash-was-king", "ivey-escrow-ebay", "nexx-free-made-loyal"),
    *("nexx-huawei-openness", "nexx-haier-because", "lse-business-pays"),
)


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def per_cent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f}"


def numbers() -> dict[str, list[str]]:
    """Words of the chapter that hold a number, each with the number worked out afresh from the tables."""
    ledger = table("claims")
    verdicts = ledger["verdict"].value_counts()
    supported, contradicted = verdicts["supported"], verdicts["contradicted"]
    definition, unsettled = verdicts["definition differs"], verdicts["not settled"]
    why = ledger["claim_id"].isin(REASONS)
    words = {1: "One", 2: "two", 6: "Six", 9: "Nine"}
    of_why = ledger.loc[why, "verdict"].value_counts()
    of_what = ledger.loc[~why, "verdict"].value_counts()
    with_figure = ledger["figure"].notna()
    fared = 100 * pd.crosstab(with_figure, ledger["verdict"], normalize="index")
    by_lesson = pd.crosstab(ledger["lesson"], ledger["verdict"], margins=True)
    sources = table("sources")
    grades = sources["grade"].value_counts()
    excerpts = sources["how_read"].str.contains("excerpt").sum()
    coin = pd.Series([-1, 1]).sample(10_000, replace=True, random_state=2020, ignore_index=True)
    firms = coin.groupby(coin.index // 10).sum().to_frame("luck")
    firms["style"] = ["bold", "careful"] * 500
    firms["size"] = 100 + firms["luck"] * firms["style"].map({"bold": 10, "careful": 3})
    bold = firms.query("style == 'bold'")["size"]
    careful = firms.query("style == 'careful'")["size"]
    best = firms.loc[firms["size"] >= 120, "style"]
    top = firms.loc[firms["size"] >= 140, "style"]
    worst = firms.loc[firms["size"] <= 60, "style"]
    assert set(top) == set(worst) == {"bold"}
    upi = table("instant_payments").query("system == 'UPI'").set_index(["measure", "period"])["value"]
    number, value = upi["share_of_digital_payments"], upi["share_of_value_of_digital_payments"]
    rules = table("platform_rules").set_index(["date", "company", "kind"])["amount"]
    alibaba = rules["2021-04-10", "Alibaba", "fine"]
    merger = rules["2020-12-14", "Alibaba; China Literature; Hive Box", "fine"]
    years = {year: rules[year, "all", "fines of the year"] for year in ("2020", "2021")}
    revenue = table("alibaba_revenue").query("line == 'all revenue'").set_index("fiscal_year")["revenue_cny_billion"]
    seven = table("case_facts").query("subject == 'FTC and Department of Justice'")["value"].item()
    nexxworks_and_ivey = ledger["article"].value_counts()
    unnamed = ledger.loc[ledger["verdict"] == "not settled", "evidence_table"].isna().sum()
    return {
        "Of {} claims {} are supported, {} per cent. Only {} are contradicted.": [
            f"{len(ledger)}",
            f"{supported}",
            per_cent(supported, len(ledger)),
            f"{contradicted}",
        ],
        "{} are not settled, and {} are right of something else": [f"{unsettled}", f"{definition}"],
        "In all {} claims supported, {} definition differs, {} not settled, {} contradicted.": [
            *(f"{supported}", f"{definition}", f"{unsettled}", f"{contradicted}"),
        ],
        "Williamson and Liu have {} of them": [f"{nexxworks_and_ivey['Ivey 2021']}"],
        "{} claims in the ledger give a reason": [words[int(why.sum())]],
        '"says why ({})", False: "says what ({})"': [f"{why.sum()}", f"{(~why).sum()}"],
        "say what happened ({}) and on claims that give a reason ({})": [f"{(~why).sum()}", f"{why.sum()}"],
        "{} of nine. {} are not settled, {} turn on a definition, none is contradicted.": [
            *(words[of_why["supported"]], words[of_why["not settled"]], words[of_why["definition differs"]]),
        ],
        "Says what: {} supported, {} not settled. ": [
            per_cent(of_what["supported"], of_what.sum()),
            per_cent(of_what["not settled"], of_what.sum()),
        ],
        "Says why: {} supported, {} definition differs, {} not settled.": [
            per_cent(of_why["supported"], of_why.sum()),
            per_cent(of_why["definition differs"], of_why.sum()),
            per_cent(of_why["not settled"], of_why.sum()),
        ],
        "Of {} sources {} are primary and {} weak; {} were read in excerpts.": [
            *(f"{len(sources)}", f"{grades['primary']}", f"{grades['weak']}", f"{excerpts}"),
        ],
        "Bars: {} primary sources, {} secondary, {} weak.": [
            *(f"{grades['primary']}", f"{grades['secondary']}", f"{grades['weak']}"),
        ],
        "Both styles end at {} on average.": [f"{firms['size'].mean():.1f}"],
        "end between {} and {}, bold firms between {} and {}, both": [
            *(f"{careful.min()}", f"{careful.max()}", f"{bold.min()}", f"{bold.max()}"),
        ],
        "{} per cent are bold, and at 140 or more all {} are.": [
            f"{100 * (best == 'bold').mean():.1f}",
            f"{len(top)}",
        ],
        "all {} firms at 60 or less are bold too": [f"{len(worst)}"],
        "{} against {}: the filter alone makes bold firms look {} points larger": [
            f"{bold[bold >= 120].mean():.1f}",
            f"{bold.mean():.1f}",
            f"{bold[bold >= 120].mean() - bold.mean():.1f}",
        ],
        "From {} per cent of digital payments to {} in seven years.": [
            f"{number['2018-03']:g}",
            f"{number['2025-03']:g}",
        ],
        "By value UPI carries {} per cent": [f"{value['2025-03']:g}"],
        "By number: {} per cent in 2018, {}, {}, then {} in 2025. By value: {} in 2019, {} in 2025.": [
            *(f"{share:g}" for share in [*number.sort_index(), *value.sort_index()]),
        ],
        "China fined Alibaba {} billion yuan.": [f"{alibaba / 1000:g}"],
        "suspended the listing of Ant, which was to raise {} billion dollars": [
            f"{rules['2020-11-03', 'Ant Group', 'sum to be raised']:g}"
        ],
        "fined Alibaba {} yuan for a merger": [f"{1_000_000 * merger:,.0f}"],
        "All antitrust fines of 2021 came to {} billion yuan, {} times those of 2020.": [
            f"{years['2021'] / 1000:g}",
            f"{years['2021'] / years['2020']:.0f}",
        ],
        "{} million yuan twice, Alibaba {}, Meituan {}, Didi {}.": [
            f"{merger:g}",
            f"{alibaba:,.0f}",
            f"{rules['2021', 'Meituan', 'fine']:,.0f}",
            f"{rules['2022-07-21', 'Didi', 'fine']:,.0f}",
        ],
        "Didi's {} billion, in July 2022": [f"{rules['2022-07-21', 'Didi', 'fine'] / 1000:.0f}"],
        "promised an answer within {} days": [f"{seven:g}"],
        "{} per cent of {}. Many of its claims": [
            per_cent(by_lesson.loc["innovators", "supported"], by_lesson.loc["innovators", "All"]),
            f"{by_lesson.loc['innovators', 'All']}",
        ],
        "{} per cent of the {} claims with a figure are supported, {} per cent of the {} without.": [
            f"{fared.loc[True, 'supported']:.0f}",
            f"{with_figure.sum()}",
            f"{fared.loc[False, 'supported']:.0f}",
            f"{(~with_figure).sum()}",
        ],
        "not settled, {} against {} per cent": [
            f"{fared.loc[True, 'not settled']:.0f}",
            f"{fared.loc[False, 'not settled']:.0f}",
        ],
        "{} of {}. For these we found nothing to count; for the other {}": [
            *(f"{unnamed}", f"{unsettled}", f"{unsettled - unnamed}"),
        ],
        "{} per cent. The 4 per cent is of sales in China": [f"{alibaba / 10 / revenue[2021]:.1f}"],
        "{} of {} supported, {} contradicted |": [f"{supported}", f"{len(ledger)}", f"{contradicted}"],
        "UPI {} to {} per cent, 2018 to 2025": [f"{number['2018-03']:g}", f"{number['2025-03']:g}"],
    }
