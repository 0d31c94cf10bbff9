"""``casebook new``: what is printed, and with which exit code it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from casebook.cli.data import data
from casebook.cli.new import new
from casebook.errors import CasebookError


@pytest.fixture
def casebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ten_tables) -> Path:
    """A casebook with ten of the real tables, as the working directory, and a file to start from."""
    ten_tables(tmp_path)
    (tmp_path / "_config.yml").write_text("title: Test\n", "utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n", "utf-8")
    (tmp_path / "given.csv").write_text("Year,Shops\n2019,5\n2020,7\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(new, list(words))


def test_a_table_is_added_and_what_is_left_to_do_is_counted(casebook: Path):
    result = run("table", "shops", "--from", "given.csv", "--source", "amazon_letter_2018")

    checked = CliRunner().invoke(data, ["check", "shops"])
    found = checked.output.count("  Mend: ")
    assert result.output == (
        "data/shops.csv: 2 rows, read as utf-8.\n"
        '  The column "Year" is now called year.\n'
        '  The column "Shops" is now called shops.\n'
        "data/datapackage.json: a passport with blanks.\n"
        f"{found} things are left to do. Each is named by:\n"
        "  casebook data check shops\n"
    )
    assert result.exit_code == 0
    assert (casebook / "data" / "shops.csv").read_text("utf-8").splitlines()[1] == "2019,5,amazon_letter_2018"


def test_nothing_is_overwritten(casebook: Path):
    before = (casebook / "data" / "express_parcels.csv").read_bytes()

    result = run("table", "express_parcels", "--from", "given.csv")

    assert isinstance(result.exception, CasebookError)
    assert 'There is a passport of a table "express_parcels" already.' in str(result.exception)
    assert "nothing is overwritten" in str(result.exception)
    assert (casebook / "data" / "express_parcels.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["table", "shops"], "Missing option '--from'"),
        (["table", "--from", "given.csv"], "Missing argument 'NAME'"),
        (["table", "shops", "--from", "nowhere.csv"], "'nowhere.csv' does not exist"),
        (["table", "shops", "--from", "data"], "'data' is a directory"),
        (["tabel", "shops"], "No such command 'tabel'"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2(casebook: Path, words: list[str], said: str):
    result = run(*words)

    assert result.exit_code == 2
    assert said in result.output


def test_a_file_in_another_encoding_is_told_how_to_go_on(casebook: Path):
    (casebook / "given.csv").write_bytes("name,city\na,上海\n".encode("gb18030"))

    refused = run("table", "shops", "--from", "given.csv")
    added = run("table", "shops", "--from", "given.csv", "--encoding", "gb18030")

    assert "Mend: name the encoding with --encoding" in str(refused.exception)
    assert added.exit_code == 0
    assert "上海" in (casebook / "data" / "shops.csv").read_text("utf-8")


def test_an_assignment_is_started_and_it_is_said_what_else_to_do(tiny_casebook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tiny_casebook.root)

    result = run("assignment", "first-steps", "--chapter", "01-parcels")

    assert result.output == (
        "exercises/first-steps: an assignment that verifies as it stands, of the chapter 01-parcels.\n"
        "Then:\n"
        "  change what its comments name, and run: casebook exercises verify first-steps\n"
        "  name its page in _toc.yml: exercises/first-steps/index\n"
        "  give it a weight and dates in course.yml, under assignments: first-steps\n"
    )
    assert result.exit_code == 0
    assert (tiny_casebook.exercises / "first-steps" / "wrong-answers").is_dir()


def test_an_assignment_that_exists_is_not_overwritten(tiny_casebook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tiny_casebook.root)

    result = run("assignment", "tiny")

    assert isinstance(result.exception, CasebookError)
    assert "nothing is overwritten" in str(result.exception)
