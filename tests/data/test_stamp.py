from __future__ import annotations

import hashlib
import json

import pytest

from casebook.data.check import check_data
from casebook.data.stamp import stamp_tables
from casebook.errors import CasebookError
from casebook.project import Project


def edit(project: Project) -> None:
    table = project.data / "express_parcels.csv"
    table.write_text(table.read_text("utf-8").replace("83.36", "83.37"), "utf-8")


def test_a_stamp_makes_a_changed_table_sound_again(spoilt: Project):
    edit(spoilt)
    assert len(check_data(spoilt)) == 1

    (stamp,) = stamp_tables(spoilt, ("express_parcels",))

    assert stamp.changed
    assert stamp.sha256 == hashlib.sha256((spoilt.data / "express_parcels.csv").read_bytes()).hexdigest()
    assert check_data(spoilt) == []


def test_a_stamp_changes_two_lines_of_the_passport_file_and_no_other_character(spoilt: Project):
    file = spoilt.data / "datapackage.json"
    table = spoilt.data / "express_parcels.csv"
    before = file.read_text("utf-8").splitlines()
    table.write_text(table.read_text("utf-8") + "2025,200,china_daily_2025,invented\n", "utf-8")

    stamp_tables(spoilt)

    after = file.read_text("utf-8").splitlines()
    changed = [new.split(":")[0].strip() for old, new in zip(before, after, strict=True) if old != new]
    assert changed == ['"bytes"', '"hash"']


def test_stamping_what_has_not_changed_writes_nothing(spoilt: Project):
    file = spoilt.data / "datapackage.json"
    before = file.stat().st_mtime_ns

    stamps = stamp_tables(spoilt)

    assert not any(stamp.changed for stamp in stamps)
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("indent", [None, 2])
def test_a_passport_that_never_had_a_stamp_gets_one(spoilt: Project, indent: int | None):
    file = spoilt.data / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    del package["resources"][0]["hash"], package["resources"][0]["bytes"]
    file.write_text(json.dumps(package, indent=indent, ensure_ascii=False), "utf-8")
    assert "has no size and hash" in check_data(spoilt)[0].what

    stamp_tables(spoilt, (package["resources"][0]["name"],))

    assert check_data(spoilt) == []


def test_an_unknown_name_and_a_missing_file_are_refused_and_nothing_is_written(spoilt: Project):
    edit(spoilt)
    before = (spoilt.data / "datapackage.json").read_bytes()
    (spoilt.data / "mask_output.csv").unlink()

    with pytest.raises(CasebookError) as error:
        stamp_tables(spoilt, ("express_parcels", "mask_output", "masks"))

    assert [problem.what for problem in error.value.problems] == [
        'There is no table "masks" (known: ' + ", ".join(sorted(names(spoilt))) + ").",
        "The table to stamp is missing.",
    ]
    assert (spoilt.data / "datapackage.json").read_bytes() == before


def names(project: Project) -> list[str]:
    return [entry["name"] for entry in json.loads((project.data / "datapackage.json").read_text("utf-8"))["resources"]]
