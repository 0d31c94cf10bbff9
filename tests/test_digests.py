"""A digest changes with names and contents, and with nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from casebook.digests import files_digest, folder_digest

NAMES = st.text("abc", min_size=1, max_size=3)
TREES = st.dictionaries(NAMES, st.binary(max_size=4), max_size=4)


def folder(root: Path, name: str, files: dict[str, bytes]) -> Path:
    made = root / name
    made.mkdir()
    for file, content in files.items():
        (made / file).write_bytes(content)
    return made


@given(TREES, TREES)
def test_two_folders_have_the_same_digest_exactly_if_they_hold_the_same(tmp_path_factory, one, other):
    root = tmp_path_factory.mktemp("digests")
    first, second = folder(root, "first", one), folder(root, "second", other)

    assert (folder_digest(first) == folder_digest(second)) is (one == other)


def test_dates_and_permissions_make_no_difference(tmp_path):
    made = folder(tmp_path, "made", {"a": b"1"})
    before = folder_digest(made)
    os.utime(made / "a", (0, 0))
    (made / "a").chmod(0o600)

    assert folder_digest(made) == before


def test_a_file_that_moves_into_a_folder_within_changes_the_digest(tmp_path):
    made = folder(tmp_path, "made", {"a": b"1"})
    before = folder_digest(made)
    (made / "deep").mkdir()
    (made / "a").rename(made / "deep" / "a")

    assert folder_digest(made) != before


def test_it_matters_in_which_of_two_folders_a_file_lies(tmp_path):
    full, empty = folder(tmp_path, "full", {"a": b"1"}), folder(tmp_path, "empty", {})

    assert folder_digest(full, empty) != folder_digest(empty, full)


def test_files_are_told_apart_by_name_and_content(tmp_path):
    first = folder(tmp_path, "first", {"a": b"1", "b": b"1"})
    second = folder(tmp_path, "second", {"a": b"1", "b": b"2"})

    assert files_digest(first / "a") == files_digest(second / "a")
    assert files_digest(first / "a") != files_digest(first / "b")
    assert files_digest(first / "b") != files_digest(second / "b")
    assert len(files_digest()) == 64
