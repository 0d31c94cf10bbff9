"""The tables themselves: sound, sourced, and true to the turning points of their sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from casebook.data.check import load_package, load_sources, report_on
from casebook.data.model import NUMERIC_TYPES
from casebook.project import Project, find_project

PROJECT = find_project(Path(__file__).parent)
PACKAGE = load_package(PROJECT)
TABLES = [table.name for table in PACKAGE.tables]


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT.data / f"{name}.csv")


def test_every_table_is_sound_and_keeps_to_the_frictionless_standard(project: Project):
    report = report_on(project)

    assert [str(problem) for problem in report.problems] == []


def test_the_report_counts_what_lies_in_the_folder(project: Project):
    report = report_on(project, to_the_letter=False)

    files = [file for file in project.data.glob("*.csv") if file.stem != "sources"]
    sources = read("sources")
    assert report.tables == len(files) == len(TABLES) - 1
    assert report.rows == sum(len(pd.read_csv(file)) for file in files)
    assert report.sources == len(sources) == len(load_sources(project))
    assert report.grades == sources["grade"].value_counts().to_dict()


@pytest.mark.parametrize("name", TABLES)
def test_every_row_leads_to_a_source_that_is_listed(name: str):
    frame = read(name)
    simulated = PACKAGE.table(name).simulated

    assert ("source_id" in frame) is (simulated is None)
    if simulated is None:
        assert set(frame["source_id"]) <= set(read("sources")["source_id"])


@pytest.mark.parametrize("name", TABLES)
def test_pandas_reads_every_column_with_the_type_of_its_passport_and_no_options(name: str):
    table = PACKAGE.table(name)
    frame = read(name)

    assert list(frame.columns) == [field.name for field in table.fields]
    for field in table.fields:
        column = frame[field.name]
        if field.type in NUMERIC_TYPES:
            assert pd.api.types.is_numeric_dtype(column), field.name
        elif field.type == "boolean":
            assert column.dtype == "bool", field.name
        else:
            assert column.dtype == "str", field.name
        if field.type == "integer":
            assert column.dtype == "int64", field.name


@pytest.mark.parametrize("name", TABLES)
def test_every_passport_has_a_question_that_is_one(name: str):
    table = PACKAGE.table(name)

    assert table.question.endswith("?")
    assert all(caveat.endswith(".") for caveat in table.caveats)


def test_every_source_has_a_grade_and_a_way_to_find_it():
    for source in load_sources(PROJECT):
        assert source.grade in {"primary", "secondary", "weak"}
        # One without an address is looked up by these, as the caveats of the list of sources say.
        assert all((source.title, source.publisher, source.published, source.how_read)), source.source_id
    caveats = PACKAGE.table("sources").caveats
    assert any("look the source up by title, publisher and date" in caveat for caveat in caveats)


def test_independent_sellers_first_pass_half_of_amazons_sales_value_in_2015():
    letter = read("amazon_third_party").query("basis == 'value'")

    assert list(letter["year"]) == list(range(1999, 2019))
    assert letter.query("share_percent > 50")["year"].min() == 2015
    assert letter.set_index("year")["share_percent"].loc[[1999, 2014, 2015, 2018]].to_list() == [3, 49, 51, 58]
    assert set(letter["source_id"]) == {"amazon_letter_2018"}


def test_units_and_value_differ_in_2018_and_stay_apart():
    amazon = read("amazon_third_party")

    in_2018 = amazon.query("year == 2018").set_index("basis")["share_percent"]

    assert in_2018.to_dict() == {"value": 58, "units": 50}
    assert amazon.query("basis == 'units'")["year"].to_list() == [2018, 2020, 2023]


def test_the_sums_of_amazons_letter_give_the_share_it_states_for_2018():
    sales = read("amazon_sales").query("year == 2018").set_index("seller")["sales_usd_billion"]
    share = sales["independent sellers"] / (sales["independent sellers"] + sales["Amazon itself"])

    assert round(100 * share) == 58


@pytest.mark.parametrize(("seller", "percent"), [("Amazon itself", 25), ("eBay (all sellers)", 20)])
def test_growth_in_amazons_letter_can_be_computed_again(seller: str, percent: int):
    sales = read("amazon_sales").query("seller == @seller").set_index("year")["sales_usd_billion"]
    growth = (sales[2018] / sales[1999]) ** (1 / 19) - 1

    assert round(100 * growth) == percent


def test_parcels_pass_a_hundred_billion_in_2021_and_reach_175_in_2024():
    parcels = read("express_parcels").set_index("year")["parcels_billion"]

    assert parcels[parcels > 100].index.min() == 2021
    assert parcels[2024] == 175.08
    assert parcels.index.to_list() == [2013, 2014, 2015, 2017, 2020, 2021, 2022, 2023, 2024]


def test_a_parcel_earned_14_60_yuan_in_2014_and_9_10_in_2023():
    both = read("express_revenue").merge(read("express_parcels"), on="year").set_index("year")
    yuan = both["revenue_cny_billion"] / both["parcels_billion"]

    assert yuan.round(1).loc[[2014, 2023]].to_list() == [14.6, 9.1]


def test_alibaba_earned_more_from_being_seen_than_from_commission_in_every_year():
    lines = read("alibaba_revenue").pivot_table(index="fiscal_year", columns="line", values="revenue_cny_billion")
    apart = lines.loc[2014:2020]

    assert (apart["online marketing"] > apart["commission"]).all()


def test_the_merged_line_of_alibaba_is_the_sum_of_the_two_it_replaces():
    lines = read("alibaba_revenue").pivot_table(index="fiscal_year", columns="line", values="revenue_cny_billion")
    both = lines["online marketing"] + lines["commission"]

    assert (both - lines["online marketing with commission"]).loc[[2019, 2020]].abs().max() < 0.0005


def test_alibabas_own_sales_pass_its_commission_in_the_year_to_march_2020():
    lines = read("alibaba_revenue").pivot_table(index="fiscal_year", columns="line", values="revenue_cny_billion")
    ahead = lines.index[lines["other and direct sales"] > lines["commission"]]

    assert ahead.min() == 2020


def test_alibaba_has_the_majority_of_cainiao_from_september_2017():
    cainiao = read("alibaba_stakes").query("company == 'Cainiao'").set_index("as_of")["stake_percent"]

    assert cainiao[cainiao > 50].to_dict() == {"2017-09": 51}


def test_mask_output_reaches_116_million_a_day_at_the_end_of_february_2020():
    masks = read("mask_output").query("kind == 'all masks'").set_index("date")["output_million_per_day"]

    assert masks.loc["2020-02-29"] == 116
    assert masks.is_monotonic_increasing


def test_taobaos_share_of_2005_depends_on_who_counted():
    taobao = read("taobao_ebay_share").query("platform == 'Taobao' and year == 2005").set_index("basis")

    assert taobao["share_percent"].to_dict() == {"survey of traders, 3 cities": 67.3, "value of goods sold": 72}


def test_shares_of_one_basis_in_one_year_do_not_pass_the_whole():
    shares = read("taobao_ebay_share").groupby(["year", "basis"])["share_percent"].sum()

    assert shares.max() <= 100.2  # rounded by the source
