"""Folders in which submissions run: one each, and none of a killed run stays for good."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from casebook.grading import working_folder

HOLD = """
import sys
from casebook.grading.working_folder import working_folder
with working_folder() as folder:
    (folder / "submission").mkdir()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for temporary files, which no run of this process has looked through."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    working_folder._clear.cache_clear()
    return tmp_path


@pytest.fixture
def other(place):
    """Another process in which a submission runs; ends with the test."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=os.environ | {"TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.folder = place / process.stdout.readline().strip()
    yield process
    process.kill()
    process.communicate()


def test_each_run_has_an_empty_folder_of_its_own_that_goes_with_it(place):
    with working_folder.working_folder() as one, working_folder.working_folder() as two:
        assert one != two
        assert list(one.iterdir()) == []
        (two / "submission").mkdir()
    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_is_taken_away_by_the_next(place, other):
    (place / "casebook-submission-just-begun").mkdir()
    (other.folder / "submission" / "data.csv").write_text("1")
    other.kill()
    other.wait()

    with working_folder.working_folder() as folder:
        assert list(place.iterdir()) == [folder]


def test_what_still_runs_keeps_its_folder_and_so_does_whatever_is_not_ours(place, other):
    (place / "casebook-else").mkdir()
    link = place / "casebook-submission-link"
    link.symlink_to(other.folder)

    working_folder.clear_what_killed_runs_left()

    assert (other.folder / "submission").is_dir()
    assert (place / "casebook-else").is_dir()
    assert link.is_symlink()


def test_a_folder_that_another_run_takes_for_left_is_not_used(place, monkeypatch):
    opened = os.open

    def taken_just_before(path, *words, **options):
        if Path(path).name.startswith("casebook-submission-") and not taken:
            taken.append(path)
            working_folder._clear.cache_clear()
            working_folder.clear_what_killed_runs_left()
        return opened(path, *words, **options)

    taken = []
    working_folder.clear_what_killed_runs_left()
    monkeypatch.setattr(os, "open", taken_just_before)
    with working_folder.working_folder() as folder:
        assert folder.is_dir()
        assert not Path(taken[0]).exists()
    assert list(place.iterdir()) == []


@pytest.mark.slow
def test_a_long_path_to_temporary_files_is_no_obstacle(course, tmp_path):
    long = tmp_path / ("a-long-name" * 10)
    long.mkdir()

    words = ["--json", "--fresh", "--student", "right", "--course", str(course.root)]
    result = subprocess.run(
        [sys.executable, "-c", "from casebook.cli import main; main()", "grade", "tiny", *words],
        env=os.environ | {"TMPDIR": str(long)},
        capture_output=True,
        text=True,
        check=False,
    )

    line = json.loads(result.stdout)
    assert (line["status"], line["score"], line["reason"]) == ("graded", 4, "")
    assert list(long.iterdir()) == []
