"""What is written comes into place whole, or not at all."""

from __future__ import annotations

import pytest

from casebook.whole_files import replaced_folder, write_bytes, write_text


class Stop(BaseException):
    """A run that is stopped, as by Ctrl-C."""


def test_a_file_is_written_with_the_folders_above_it_and_others_can_read_it(tmp_path):
    target = tmp_path / "new" / "folder" / "a.txt"

    write_text(target, "grün\n")

    assert target.read_bytes() == "grün\n".encode()
    assert target.stat().st_mode & 0o777 == 0o644


def test_a_file_takes_the_place_of_an_older_one_and_leaves_nothing_else(tmp_path):
    write_bytes(tmp_path / "a", b"old")
    write_bytes(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_cannot_be_put_in_place_leaves_the_folder_as_it_was(tmp_path):
    (tmp_path / "a").mkdir()

    with pytest.raises(OSError, match="a"):
        write_bytes(tmp_path / "a", b"a folder stands here")

    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_is_replaced_whole(tmp_path):
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").write_text("old")

    with replaced_folder(target) as draft:
        (draft / "new").write_text("new")
        assert (target / "old").exists()

    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    assert target.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("failure", [ValueError, Stop])
def test_a_folder_stays_as_it_was_if_the_new_one_fails(tmp_path, failure):
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").write_text("old")

    with pytest.raises(failure), replaced_folder(target) as draft:  # noqa: PT012  (the block is what fails)
        (draft / "new").write_text("half")
        raise failure

    assert [path.name for path in target.iterdir()] == ["old"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_new_folder_is_made_with_the_folders_above_it(tmp_path):
    with replaced_folder(tmp_path / "deep" / "folder") as draft:
        (draft / "a").write_text("a")

    assert (tmp_path / "deep" / "folder" / "a").read_text() == "a"


def test_a_folder_that_fails_where_there_was_none_leaves_none(tmp_path):
    with pytest.raises(Stop), replaced_folder(tmp_path / "folder"):
        raise Stop

    assert list(tmp_path.iterdir()) == []
