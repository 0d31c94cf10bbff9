"""A claim's verdict rests on rows that exist, and whatever is wrong with it is named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.data.check import check_data, load_package
from casebook.data.claims import CLAIMS, VERDICTS, Condition, claim_problems, read_claims, rows_selected
from casebook.data.model import DataPackage, Simulation, Table
from casebook.data.table_file import Row, TableFile, read_table_file
from casebook.project import Project

HEADER = (
    *("claim_id", "article", "lesson", "claim", "figure", "unit", "as_of", "verdict"),
    *("evidence_table", "evidence_rows", "why", "source_id"),
)
SOUND = {
    "claim_id": "a-1",
    "article": "A 2020",
    "lesson": "ecosystems",
    "claim": "Parcels doubled.",
    "figure": "2",
    "unit": "times",
    "as_of": "2014",
    "verdict": "supported",
    "evidence_table": "parcels",
    "evidence_rows": "year=2013|2014;firm=Post",
    "why": "They did.",
    "source_id": "article_2020",
}
PARCELS = (
    *(("2013", "Post", "9", "bureau_2014"), ("2014", "Post", "18", "bureau_2015")),
    *(("2014", "Van", "1", "bureau_2015"), ("2020", "Post", "99", "article_2020")),
)
WORDS = st.text("abcé 12.-%'\"", min_size=1).map(str.strip).filter(bool)


def table(name: str, *, simulated: bool = False) -> Table:
    return Table(
        name=name,
        file=Path(f"{name}.csv"),
        title=name,
        question="?",
        description="",
        caveats=(),
        tags=(),
        licences=(),
        retrieved="2026-11-22",
        bytes=None,
        sha256=None,
        fields=(),
        primary_key=(),
        references=(),
        simulated=Simulation("make", 1) if simulated else None,
        line=None,
        hash_line=None,
    )


def table_file(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> TableFile:
    return TableFile(Path(f"{name}.csv"), 0, header, tuple(Row(number, row) for number, row in enumerate(rows, 2)))


def claims_file(*claims: dict[str, str]) -> TableFile:
    return table_file(CLAIMS, HEADER, [tuple((SOUND | claim)[name] for name in HEADER) for claim in claims])


def problems_of(*claims: dict[str, str]):
    names = ("parcels", "orders_simulated", "sources", CLAIMS)
    package = DataPackage(
        Path("datapackage.json"), "", "1", tuple(table(name, simulated="simulated" in name) for name in names)
    )
    parcels = table_file("parcels", ("year", "firm", "parcels_billion", "source_id"), list(PARCELS))
    orders = table_file("orders_simulated", ("order_id",), [("1",)])
    return claim_problems(package, {"parcels": parcels, "orders_simulated": orders, CLAIMS: claims_file(*claims)})


def test_a_claim_whose_rows_are_there_is_sound():
    assert problems_of({}) == []


def test_a_selection_gives_the_rows_that_meet_all_its_conditions():
    (claim,), _ = read_claims(claims_file({}))
    parcels = table_file("parcels", ("year", "firm", "parcels_billion", "source_id"), list(PARCELS))

    assert claim.conditions == (Condition("year", ("2013", "2014")), Condition("firm", ("Post",)))
    assert [row.line for row in rows_selected(claim.conditions, parcels)] == [2, 3]


@pytest.mark.parametrize(
    ("change", "column", "what", "mend"),
    [
        (
            {"evidence_table": "", "evidence_rows": ""},
            "evidence_table",
            'The verdict "supported" on a-1 has no evidence',
            "not settled",
        ),
        ({"evidence_table": ""}, "evidence_table", "selects rows of no table", "name the table"),
        (
            {"evidence_table": "parcel"},
            "evidence_table",
            '"parcel" is no table of this collection (near it: parcels)',
            'write "parcels"',
        ),
        ({"evidence_table": "claims"}, "evidence_table", '"claims" cannot be evidence', "name a table of figures"),
        (
            {"evidence_table": "orders_simulated", "evidence_rows": "order_id=1"},
            "evidence_table",
            "is simulated",
            "rows have sources",
        ),
        ({"evidence_rows": ""}, "evidence_rows", "none of its rows", "column=value"),
        ({"evidence_rows": "2014"}, "evidence_rows", '"2014" selects no rows', "write it as column=value"),
        ({"evidence_rows": "year="}, "evidence_rows", '"year=" selects no rows', "write it as column=value"),
        ({"evidence_rows": "year=2013||2014"}, "evidence_rows", "selects no rows", "write it as column=value"),
        (
            {"evidence_rows": "year=2013;year=2014"},
            "evidence_rows",
            'The column "year" stands twice',
            "a bar between the values",
        ),
        (
            {"evidence_rows": "yaer=2014"},
            "evidence_rows",
            'parcels.csv has no column "yaer" (near it: year)',
            'write "year"',
        ),
        (
            {"evidence_rows": "year=2015"},
            "evidence_rows",
            'No row of parcels.csv has "2015" in the column year',
            "a value that stands there",
        ),
        (
            {"evidence_rows": "year=2014|2015"},
            "evidence_rows",
            'No row of parcels.csv has "2015"',
            "a value that stands there",
        ),
        (
            {"evidence_rows": "year=2013;firm=Van"},
            "evidence_rows",
            '"year=2013;firm=Van" matches no row of parcels.csv',
            "leave out a condition",
        ),
        (
            {"evidence_rows": "year=2020"},
            "evidence_rows",
            "come from the article itself (article_2020)",
            "another source",
        ),
    ],
)
def test_evidence_that_does_not_stand_is_named_with_line_column_value_and_mend(change, column, what, mend):
    (problem,) = problems_of({}, {"claim_id": "a-1", "claim": "Parcels doubled again.", **change})

    assert (problem.where.file, problem.where.line, problem.where.column) == (Path("claims.csv"), 3, column)
    assert what in problem.what
    assert mend in problem.mend


def test_what_is_not_settled_needs_no_evidence_and_may_name_rows_that_come_near_it():
    assert problems_of({"verdict": "not settled", "evidence_table": "", "evidence_rows": ""}) == []
    assert problems_of({"verdict": "not settled", "evidence_rows": "year=2020"}) == []


def test_a_claim_made_twice_for_one_article_is_named_with_both_lines():
    (problem,) = problems_of({}, {"claim_id": "a-2", "claim": "parcels  Doubled."})

    assert problem.where.line == 3
    assert "stands already in line 2" in problem.what


def test_an_article_with_two_sources_is_named():
    (problem,) = problems_of({}, {"claim_id": "a-2", "claim": "Another.", "source_id": "other_2020"})

    assert problem.what == '"A 2020" is other_2020 here and article_2020 in line 2.'


def test_several_faults_come_in_one_report():
    found = problems_of({"evidence_rows": "year=2015;firm=Train"}, {"claim": "B.", "evidence_table": "nowhere"})

    assert [problem.where.line for problem in found] == [2, 2, 3]


@given(st.text())
def test_any_text_of_a_selection_is_read_or_named(text):
    claims, problems = read_claims(claims_file({"evidence_rows": text}))

    assert bool(claims) != bool(problems)


@given(st.dictionaries(WORDS, st.lists(WORDS, min_size=1), min_size=1))
def test_a_selection_is_read_as_it_was_written(wanted):
    text = ";".join(f"{column}={'|'.join(values)}" for column, values in wanted.items())
    (claim,), _ = read_claims(claims_file({"evidence_rows": text}))

    assert {each.column: list(each.values) for each in claim.conditions} == wanted


# --- the ledger of this book --------------------------------------------------------------------


def test_the_passport_allows_the_verdicts_that_the_check_knows(project):
    field = load_package(project).table(CLAIMS).field("verdict")

    assert sorted(field.constraints.enum) == sorted(VERDICTS)


def test_the_claims_of_this_book_rest_on_rows_that_are_there(project):
    assert check_data(project, (CLAIMS,)) == []


def test_a_verdict_that_loses_its_evidence_is_found_by_the_check_of_the_data(project, tmp_path):
    shutil.copytree(project.data, tmp_path / "data")
    facts = tmp_path / "data" / "case_facts.csv"
    facts.write_text(facts.read_text("utf-8").replace("TikTok,", "Douyin,", 1), "utf-8")

    found = [problem for problem in check_data(Project(tmp_path)) if problem.where.column == "evidence_rows"]

    assert [str(problem.what).split(" (")[0] for problem in found] == [
        'No row of case_facts.csv has "TikTok" in the column subject'
    ]


@pytest.mark.parametrize(
    ("words", "figure", "verdict"),
    [
        ("Pinduoduo was worth", "54", "contradicted"),
        ("times those of the United States", "over 11", "definition differs"),
        ("According to PwC", "86", "definition differs"),
        ("Facebook's revenue", "over 98", "supported"),
        ("fraction of Alibaba", "a fraction", "definition differs"),
        ("Just Eat Takeaway", "more than 4", "definition differs"),
        ("Delivery Hero", "nearly 7", "definition differs"),
        ("Huawei's equity", "98", "definition differs"),
        ("Half of Huawei's employees", "half", "supported"),
        ("took up Shanghai's QR code", "10", "not settled"),
        ("firms quickly made medical goods", "more than 3000", "definition differs"),
        ("Ping An Good Doctor gave", "more than 100", "not settled"),
        ("Alipay's home page", "over 60", "not settled"),
        ("functions of Alipay are grouped", "11", "not settled"),
        ("devices, without phones", "more than 235", "definition differs"),
        ("85 brands", "85", "not settled"),
        ("over 2,000 products", "over 2000", "not settled"),
    ],
)
def test_claims_known_to_need_care_are_judged(project: Project, words, figure, verdict):
    claims = read_claims(read_table_file(project.data / "claims.csv")[0])[0]

    (claim,) = [claim for claim in claims if words in claim.claim]

    assert (claim.figure, claim.verdict) == (figure, verdict)
    assert claim.table
