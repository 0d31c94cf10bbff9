"""What changed between two commits is told by table, row and column, with units."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.data.changes import Change
from casebook.data.difference import changes_between
from casebook.data.revisions import at_revision
from casebook.errors import CasebookError
from casebook.project import Project

from .conftest import field

PARCELS = "express_parcels.csv"


@pytest.fixture
def before(tmp_path: Path, ten_tables: Callable[[Path], Project]) -> Project:
    """The same as ``spoilt`` is before a test spoils it."""
    return ten_tables(tmp_path / "before")


def change(project: Project, name: str, old: str, new: str) -> None:
    file = project.data / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_the_same_tables_have_no_changes(before: Project, spoilt: Project):
    assert changes_between(before, spoilt) == []


def test_a_figure_is_told_with_its_row_column_and_unit(before: Project, spoilt: Project):
    change(spoilt, PARCELS, "2020,83.36", "2020,83.5")

    assert changes_between(before, spoilt) == [
        Change(
            "express_parcels", "cell", (("year", "2020"),), "parcels_billion", "83.36", "83.5", "billions of parcels"
        )
    ]


def test_the_unit_of_a_row_is_that_of_its_column_of_units(before: Project, spoilt: Project):
    change(spoilt, "logistics_models.csv", "average_daily_packages,33,", "average_daily_packages,35,")

    (found,) = changes_between(before, spoilt)

    assert (found.old, found.new, found.unit) == ("33", "35", "million_packages")


def test_rows_that_came_and_went_are_told_whole(before: Project, spoilt: Project):
    change(spoilt, PARCELS, "2013,9.19,parcels_repost_2014,\n", "2012,5.69,parcels_repost_2014,about\n")

    came, went = changes_between(before, spoilt)

    assert came == Change(
        "express_parcels",
        "row added",
        (("year", "2012"),),
        new="parcels_billion 5.69 (billions of parcels); source_id parcels_repost_2014; note about",
    )
    assert (went.kind, went.key, went.new) == ("row removed", (("year", "2013"),), None)


def test_a_number_written_in_another_way_is_the_same_figure(before: Project, spoilt: Project):
    change(spoilt, "alibaba_revenue.csv", "77.530", "77.53")

    assert changes_between(before, spoilt) == [Change("alibaba_revenue", "rewritten")]


def test_rows_in_another_order_are_the_same_rows(before: Project, spoilt: Project):
    file = spoilt.data / PARCELS
    header, *lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join([header, *reversed(lines)]), "utf-8")

    assert changes_between(before, spoilt) == [Change("express_parcels", "rewritten")]


def test_a_table_that_came_and_one_that_went_are_told_with_title_and_rows(before: Project, spoilt: Project):
    file = spoilt.data / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    entry = next(each for each in package["resources"] if each["name"] == "mask_output")
    entry |= {"name": "masks", "path": "masks.csv"}
    file.write_text(json.dumps(package), "utf-8")
    (spoilt.data / "mask_output.csv").rename(spoilt.data / "masks.csv")

    found = {each.table: each for each in changes_between(before, spoilt)}

    assert found["masks"].kind == "table added"
    assert found["mask_output"].kind == "table removed"
    assert found["masks"].new == found["mask_output"].old
    assert found["masks"].new.startswith("Masks made a day in China, January and February 2020 (")


def test_a_column_that_came_is_told_once_and_not_in_each_row(before: Project, spoilt: Project):
    file = spoilt.data / "express_revenue.csv"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},scope", *(f"{line},all" for line in lines[1:])]) + "\n", "utf-8")
    change(
        spoilt,
        "datapackage.json",
        '{"name": "revenue_cny_billion"',
        '{"name": "scope", "type": "string", "description": "x"},\n {"name": "revenue_cny_billion"',
    )

    assert changes_between(before, spoilt) == [Change("express_revenue", "column added", column="scope")]


def test_a_new_key_that_the_old_rows_lack_does_not_hide_the_rows(before: Project, spoilt: Project):
    file = spoilt.data / "express_revenue.csv"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([f"{lines[0]},scope", *(f"{line},all" for line in lines[1:])]) + "\n", "utf-8")
    text = (spoilt.data / "datapackage.json").read_text("utf-8")
    at = text.index('"name": "express_revenue"')
    new = text[at:].replace('"primaryKey": ["year"]', '"primaryKey": ["year", "scope"]', 1)
    (spoilt.data / "datapackage.json").write_text(text[:at] + new, "utf-8")

    kinds = [each.kind for each in changes_between(before, spoilt)]

    assert kinds == ["column added", "passport"]


def test_what_a_passport_says_otherwise_is_told_item_by_item(before: Project, spoilt: Project):
    change(spoilt, "datapackage.json", '"Physical goods only: no digital', '"Goods only: no digital')
    change(spoilt, "datapackage.json", '"unit": "percent"', '"unit": "percent of value"')
    change(spoilt, "datapackage.json", '"version": "0.1.0"', '"version": "0.2.0"')

    found = [(each.table, each.column, each.old, each.new) for each in changes_between(before, spoilt)]

    end = "goods, no cloud services, no advertising."
    assert found == [
        (None, "version", "0.1.0", "0.2.0"),
        ("amazon_third_party", "caveats", f"Physical goods only: no digital {end}", None),
        ("amazon_third_party", "caveats", None, f"Goods only: no digital {end}"),
        ("amazon_third_party", "share_percent: unit", "percent", "percent of value"),
    ]


def test_a_table_whose_file_is_missing_is_told(before: Project, spoilt: Project):
    (spoilt.data / PARCELS).unlink()

    assert changes_between(before, spoilt) == [Change("express_parcels", "passport", (), "file", "there", "missing")]


ROWS = st.dictionaries(st.integers(2000, 2030), st.integers(0, 9), min_size=1, max_size=8)


@given(ROWS, ROWS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_changes_lead_from_the_old_rows_to_the_new(one_table, tmp_path: Path, old: dict, new: dict):
    columns = [field("year", "integer", "year"), field("shops", "integer", "shops")]
    states = []
    for name, rows in (("old", old), ("new", new)):
        made = one_table(["year"], columns, [f"{year},{shops}" for year, shops in rows.items()])
        kept = tmp_path / name / "data"
        kept.mkdir(parents=True, exist_ok=True)
        for file in made.data.iterdir():
            (kept / file.name).write_bytes(file.read_bytes())
        states.append(Project(tmp_path / name))

    replayed = {str(year): str(shops) for year, shops in old.items()}
    for each in changes_between(*states):
        year = dict(each.key).get("year")
        if each.kind == "row removed":
            del replayed[year]
        elif each.kind == "row added":
            assert year not in replayed
            replayed[year] = each.new.split()[1].rstrip(";")
        elif each.kind == "cell":
            assert replayed[year] == each.old
            replayed[year] = each.new

    assert replayed == {str(year): str(shops) for year, shops in new.items()}


# --- commits ------------------------------------------------------------------------------------


def git(folder: Path, *words: str) -> None:
    own = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *own, *words], check=True, capture_output=True)


@pytest.mark.parametrize("inside", ["", "books/one"])
def test_the_tables_of_a_commit_are_those_that_were_committed(tmp_path: Path, ten_tables, inside: str):
    top = tmp_path / "repository"
    project = ten_tables(top / inside)
    git(tmp_path, "init", "-q", str(top))
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "first")
    change(project, PARCELS, "2020,83.36", "2020,83.5")
    git(top, "commit", "-q", "-a", "-m", "second")
    change(project, PARCELS, "2021,108.3", "2021,108")

    with at_revision(project, "HEAD~1") as first, at_revision(project, "HEAD") as second:
        committed = changes_between(first, second)
        since = changes_between(second, project)
        kept = first.root
    assert [(each.old, each.new) for each in committed] == [("83.36", "83.5")]
    assert [(each.old, each.new) for each in since] == [("108.3", "108")]
    assert not kept.exists()


@pytest.mark.parametrize("revision", ["nowhere", "HEAD~99", "--all", "", "HEAD:data", "a b"])
def test_an_unknown_commit_is_named(tmp_path: Path, ten_tables, revision: str):
    project = ten_tables(tmp_path / "repository")
    git(tmp_path, "init", "-q", str(project.root))
    git(project.root, "add", ".")
    git(project.root, "commit", "-q", "-m", "first")

    with pytest.raises(CasebookError, match=f'git knows no commit "{revision}"'), at_revision(project, revision):
        pass


def test_a_commit_without_passports_is_named(tmp_path: Path, ten_tables):
    project = ten_tables(tmp_path / "repository")
    git(tmp_path, "init", "-q", str(project.root))
    git(project.root, "commit", "-q", "--allow-empty", "-m", "empty")

    with (
        pytest.raises(CasebookError, match=r'At "HEAD" there is no data/datapackage\.json'),
        at_revision(project, "HEAD"),
    ):
        pass


def test_a_commit_whose_passports_cannot_be_read_is_named_and_not_the_copy(tmp_path: Path, ten_tables):
    project = ten_tables(tmp_path / "repository")
    good = (project.data / "datapackage.json").read_bytes()
    (project.data / "datapackage.json").write_text('{\n"a": 1,,\n}', "utf-8")
    git(tmp_path, "init", "-q", str(project.root))
    git(project.root, "add", ".")
    git(project.root, "commit", "-q", "-m", "broken")
    (project.data / "datapackage.json").write_bytes(good)

    with pytest.raises(CasebookError) as error, at_revision(project, "HEAD"):
        pass

    assert str(error.value).startswith('data/datapackage.json:2: At "HEAD": This is not JSON')


def test_what_git_itself_refuses_is_handed_on(spoilt: Project):
    git(spoilt.root, "init", "-q")
    (spoilt.root / ".git" / "config").write_text("[core", "utf-8")

    with pytest.raises(CasebookError, match="git rev-parse failed: fatal: bad config"), at_revision(spoilt, "HEAD"):
        pass


def test_a_folder_without_history_is_named(spoilt: Project, monkeypatch: pytest.MonkeyPatch):
    # The folder of the test could itself lie in a repository.
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(spoilt.root.parent))

    with pytest.raises(CasebookError, match="in no git repository"), at_revision(spoilt, "HEAD"):
        pass


def test_a_machine_without_git_is_told_so(spoilt: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(spoilt.root))

    with pytest.raises(CasebookError, match="git is not installed"), at_revision(spoilt, "HEAD"):
        pass
