"""The casebook is found from anywhere in it."""

from __future__ import annotations

import pytest

from casebook.errors import CasebookError
from casebook.project import Project, find_project


def test_the_casebook_is_found_from_its_root_and_from_a_folder_deep_in_it(tiny_casebook):
    deep = tiny_casebook.exercises / "tiny" / "wrong-answers"

    assert find_project(tiny_casebook.root) == find_project(deep) == Project(tiny_casebook.root.resolve())


def test_the_working_directory_is_where_the_search_begins(tiny_casebook, monkeypatch):
    monkeypatch.chdir(tiny_casebook.data)

    assert find_project().root == tiny_casebook.root.resolve()


@pytest.mark.parametrize("missing", ["_config.yml", "_toc.yml"])
def test_outside_a_casebook_the_message_says_what_was_looked_for(tiny_casebook, missing):
    (tiny_casebook.root / missing).unlink()

    with pytest.raises(CasebookError, match=r"No casebook here: .*_config\.yml and _toc\.yml") as caught:
        find_project(tiny_casebook.root)

    assert str(tiny_casebook.root.resolve()) in str(caught.value)
