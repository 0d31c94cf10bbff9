"""``casebook data``: what is printed, and with which exit code it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from casebook.cli.data import data

ROOT = Path(__file__).parents[2]


@pytest.fixture
def casebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A casebook with the real tables, as the working directory."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
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


def test_sound_tables_are_counted_and_the_exit_code_is_0(casebook: Path):
    result = run("check")

    assert result.output == "10 tables, 549 rows, 40 sources: sound.\n"
    assert result.exit_code == 0


def test_problems_are_printed_with_their_mends_and_the_exit_code_is_1(casebook: Path):
    spoil(casebook)

    result = run("check")

    assert 'data/amazon_third_party.csv:18 (column share_percent): "51%" is no number (percent).' in result.output
    assert "  Mend: write 51 if that is in the unit of the column" in result.output
    assert result.output.endswith("3 problems in 10 tables.\n")
    assert result.exit_code == 1


def test_json_gives_one_object_per_problem_and_then_the_counts(casebook: Path):
    spoil(casebook)

    result = run("check", "--json")

    *problems, counts = [json.loads(line) for line in result.output.splitlines()]
    assert {"file": "data/amazon_third_party.csv", "line": 18, "column": "share_percent"}.items() <= problems[0].items()
    assert all(each["mend"] for each in problems)
    assert counts == {"tables": 10, "rows": 549, "sources": 40, "problems": 3}
    assert result.exit_code == 1


def test_only_the_named_tables_are_checked(casebook: Path):
    spoil(casebook)

    result = run("check", "express_parcels", "express_revenue")

    assert result.output == "2 tables, 15 rows, 40 sources: sound.\n"


@pytest.mark.parametrize("command", ["check", "stamp"])
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


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["stamp", "--help"]])
def test_help_shows_examples(words: list[str]):
    result = run(*words)

    assert "Examples:\n    casebook data" in result.output
    assert result.exit_code == 0
