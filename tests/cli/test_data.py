"""``casebook data``: what is printed, and with which exit code it ends."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from casebook.cli.data import data
from casebook.errors import CasebookError


@pytest.fixture
def casebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ten_tables) -> Path:
    """A casebook with ten of the real tables, as the working directory."""
    ten_tables(tmp_path)
    (tmp_path / "_config.yml").write_text("title: Test\n", "utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(data, list(words))


def spoil(folder: Path) -> None:
    table = folder / "data" / "amazon_third_party.csv"
    table.write_text(
        table.read_text("utf-8").replace("2015,value,51,amazon_letter_2018", "2015,value,51%,amazon"), "utf-8"
    )


def rows_of(*files: Path) -> int:
    return sum(len(pd.read_csv(file)) for file in files)


def test_sound_tables_are_counted_and_the_exit_code_is_0(casebook: Path):
    sources = pd.read_csv(casebook / "data" / "sources.csv")
    tables = [file for file in (casebook / "data").glob("*.csv") if file.stem != "sources"]

    result = run("check")

    grades = ", ".join(f"{count} {grade}" for grade, count in sources["grade"].value_counts().items())
    counts = f"{len(tables)} tables, {rows_of(*tables)} rows, {len(sources)} sources ({grades})"
    assert result.output == f"{counts}: sound.\n"
    assert result.exit_code == 0


def test_claims_are_counted_by_verdict(casebook: Path):
    (casebook / "data" / "mask_output.csv").rename(casebook / "data" / "claims.csv")
    file = casebook / "data" / "datapackage.json"
    text = file.read_text("utf-8").replace('"mask_output"', '"claims"').replace("mask_output.csv", "claims.csv")
    file.write_text(text.replace('{"name": "kind"', '{"name": "verdict"'), "utf-8")
    claims = casebook / "data" / "claims.csv"
    claims.write_text(claims.read_text("utf-8").replace("date,kind", "date,verdict"), "utf-8")

    counts = json.loads(run("check", "--json").output.splitlines()[-1])

    assert counts["verdicts"] == pd.read_csv(claims)["verdict"].value_counts().to_dict()


def test_problems_are_printed_with_their_mends_and_the_exit_code_is_1(casebook: Path):
    spoil(casebook)

    result = run("check")

    assert 'data/amazon_third_party.csv:18 (column share_percent): "51%" is no number (percent).' in result.output
    assert "  Mend: write 51 if that is in the unit of the column" in result.output
    assert result.output.splitlines()[-1] == "3 problems in 10 tables."
    assert result.exit_code == 1


def test_json_gives_one_object_per_problem_and_then_the_counts(casebook: Path):
    before = run("check", "--json").output
    spoil(casebook)

    result = run("check", "--json")

    *problems, counts = [json.loads(line) for line in result.output.splitlines()]
    assert {"file": "data/amazon_third_party.csv", "line": 18, "column": "share_percent"}.items() <= problems[0].items()
    assert all(each["mend"] for each in problems)
    assert problems[0]["table"] == "amazon_third_party"
    assert problems[0]["value"] == "51%"
    assert counts == json.loads(before) | {"problems": 3}
    assert result.exit_code == 1


def test_only_the_named_tables_are_checked(casebook: Path):
    spoil(casebook)

    result = run("check", "express_parcels", "express_revenue")

    rows = rows_of(*(casebook / "data" / f"{name}.csv" for name in ("express_parcels", "express_revenue")))
    assert result.output.startswith(f"2 tables, {rows} rows, ")
    assert result.output.endswith(": sound.\n")


def test_unused_tables_are_notices_that_leave_the_exit_code_alone(casebook: Path):
    (casebook / "book").mkdir()
    (casebook / "book" / "a.md").write_text('pd.read_csv("data/express_parcels.csv")', "utf-8")

    words = run("check", "--unused")
    plain = [json.loads(line) for line in run("check", "--unused", "--json").output.splitlines()]

    assert words.output.count("Notice: ") == 9
    assert 'page uses the table "express_revenue".\n  Mend: ' in words.output
    assert "express_parcels" not in words.output
    assert words.exit_code == 0
    assert [each.get("notice") for each in plain] == [True] * 9 + [None]
    assert plain[-1]["unused"] == 9
    assert "Notice" not in run("check").output


def test_show_gives_a_table_with_its_passport_as_a_person_reads_it(casebook: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "160")

    shown = run("show", "amazon_third_party", "--rows", "2").output

    assert shown.startswith("Share of Amazon's sales made by independent sellers, 1999-2023\nIs Amazon a shop ")
    assert "- A share of sales says nothing about who earned the profit" in shown
    assert "* these tell rows apart" in shown
    assert "\nThe first 2 of 23 rows\n" in shown
    assert "[primary, 20 rows]" in shown
    assert "CC-BY-4.0" in shown
    assert "\n2000 " in shown
    assert "\n2001 " not in shown


def test_addresses_of_sources_stay_whole_on_a_narrow_terminal(casebook: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    address = pd.read_csv(casebook / "data" / "sources.csv").set_index("source_id").loc["amazon_letter_2018", "url"]

    assert f"  {address}\n" in run("show", "amazon_third_party", "--rows", "0").output


def test_show_without_rows_shows_none_and_a_simulated_table_names_its_generator(casebook: Path):
    shown = run("show", "marketplace_orders_simulated", "--rows", "0").output

    assert "order-001" not in shown
    assert "None: simulated by" in shown


@pytest.mark.parametrize("table", ["amazon_third_party", "marketplace_orders_simulated", "sources"])
def test_show_as_json_is_one_object_with_all_rows(casebook: Path, table: str):
    found = json.loads(run("show", table, "--json").output)

    assert found["table"] == table
    assert len(found["rows"]) == found["row_count"] == rows_of(casebook / "data" / f"{table}.csv")
    assert [each["name"] for each in found["fields"]] == list(found["rows"][0])
    assert len(json.loads(run("show", table, "--json", "--rows", "3").output)["rows"]) == 3


def git(folder: Path, *words: str) -> None:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *own, *words], check=True, capture_output=True)


@pytest.fixture
def history(casebook: Path) -> Path:
    """The casebook with two commits and a change after them."""
    git(casebook, "init", "-q")
    git(casebook, "add", ".")
    git(casebook, "commit", "-q", "-m", "first")
    table = casebook / "data" / "express_parcels.csv"
    table.write_text(table.read_text("utf-8").replace("2020,83.36", "2020,83.5"), "utf-8")
    git(casebook, "commit", "-q", "-a", "-m", "second")
    table.write_text(table.read_text("utf-8").replace("2013,9.19,parcels_repost_2014,\n", ""), "utf-8")
    return casebook


def test_diff_tells_what_changed_as_a_person_reads_it(history: Path):
    assert run("diff", "HEAD~1").output.splitlines() == [
        "express_parcels",
        "  year 2020: parcels_billion 83.36 -> 83.5 (billions of parcels)",
        "  - year 2013: parcels_billion 9.19 (billions of parcels); source_id parcels_repost_2014",
        "1 row removed, 1 cell changed.",
    ]
    assert "1 cell changed." in run("diff", "HEAD~1", "HEAD").output
    assert run("diff", "HEAD", "HEAD").output == "No table changed between HEAD and HEAD.\n"


def test_diff_as_json_is_one_object_per_change_and_then_the_counts(history: Path):
    *changes, counts = [json.loads(line) for line in run("diff", "HEAD~1", "--json").output.splitlines()]

    assert changes[0] == {
        "table": "express_parcels",
        "kind": "cell",
        "key": {"year": "2020"},
        "column": "parcels_billion",
        "old": "83.36",
        "new": "83.5",
        "unit": "billions of parcels",
    }
    assert counts == {"row removed": 1, "cell": 1}


def test_diff_of_passports_and_tables_is_told_in_lines(history: Path):
    file = history / "data" / "datapackage.json"
    text = file.read_text("utf-8").replace('"version": "0.1.0"', '"version": "0.2.0"')
    package = json.loads(text)
    package["resources"] = [each for each in package["resources"] if each["name"] != "mask_output"]
    package["resources"][0]["caveats"].append("A new caveat.")
    file.write_text(json.dumps(package), "utf-8")

    lines = run("diff", "HEAD").output.splitlines()

    assert lines[:4] == [
        "the collection",
        "  passport, version: 0.1.0 -> 0.2.0",
        "amazon_third_party",
        "  passport, caveats: + A new caveat.",
    ]
    assert lines[-2].startswith("  table removed: Masks made a day in China")
    assert lines[-1] == "1 table removed, 1 row removed, 2 changes of passports."


@pytest.mark.parametrize(
    ("words", "said"),
    [(["diff", "nope"], 'git knows no commit "nope".'), (["diff", "HEAD", "nope"], 'git knows no commit "nope".')],
)
def test_a_commit_that_git_does_not_know_is_said_without_a_traceback(history: Path, words: list[str], said: str):
    result = run(*words)

    assert isinstance(result.exception, CasebookError)
    assert said in str(result.exception)
    assert "Mend: name a commit, a branch or a tag" in str(result.exception)


@pytest.mark.parametrize("command", ["check", "stamp", "show"])
def test_an_unknown_table_is_wrong_usage_answered_with_the_near_ones(casebook: Path, command: str):
    result = run(command, "express_parcel")

    assert 'no table "express_parcel" (near it: express_parcels' in result.output
    assert result.exit_code == 2


@pytest.mark.parametrize("content", [b"", b"{", b'{"resources": [', b"\xff\xfe", b"[1, 2]", b'{"resources": [1]}'])
@pytest.mark.parametrize("words", [["check"], ["check", "express_parcels"]])
def test_a_broken_passport_file_ends_in_a_message_and_never_in_a_traceback(
    casebook: Path, content: bytes, words: list[str]
):
    (casebook / "data" / "datapackage.json").write_bytes(content)

    result = run(*words)

    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1 or (result.exit_code == 2 and content == b'{"resources": [1]}')
    assert "Traceback" not in result.output


def test_stamp_says_what_it_stamped(casebook: Path):
    table = casebook / "data" / "amazon_third_party.csv"
    table.write_text(table.read_text("utf-8").replace("2015,value,51", "2015,value,52"), "utf-8")

    result = run("stamp", "amazon_third_party", "express_parcels")

    first, second = result.output.splitlines()
    assert first.startswith("amazon_third_party: stamped, 847 bytes, sha256 ")
    assert second.startswith("express_parcels: unchanged, ")
    assert run("check").exit_code == 0


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in data.commands)])
def test_help_shows_examples(words: list[str]):
    result = run(*words)

    assert re.search(r"Examples?:\n    casebook data", result.output)
    assert result.exit_code == 0
