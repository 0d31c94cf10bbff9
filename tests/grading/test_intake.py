"""Intake: whatever a student hands in is either readable or refused in one clear sentence."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.grading.intake import HAND_IN_AGAIN, notebooks_in

HANDED_IN = Path(__file__).parents[1] / "notebooks" / "handed-in"
NOTEBOOK = (HANDED_IN / "sound.ipynb").read_bytes()


@pytest.fixture
def hand_in(tmp_path):
    """The problems of a submission of these files to an assignment of the notebooks first and second."""

    def call(**files: bytes):
        for name, content in files.items():
            (tmp_path / name.replace("__", ".")).write_bytes(content)
        return notebooks_in(tmp_path, ["first", "second"])[1]

    return call


@pytest.mark.parametrize("name", ["sound", "cells-without-ids", "id-used-twice", "later-minor-version"])
def test_a_notebook_that_nbgrader_can_read_is_let_through(hand_in, name):
    assert hand_in(first__ipynb=(HANDED_IN / f"{name}.ipynb").read_bytes()) == []


def test_a_notebook_that_is_missing_is_no_problem_and_other_files_are_not_looked_at(hand_in):
    assert hand_in(second__ipynb=NOTEBOOK, photo__ipynb=b"not looked at", notes__txt=b"\xff") == []


def test_a_notebook_as_an_old_jupyter_saves_it_is_let_through(hand_in):
    notebook = nbformat.convert(nbformat.reads(NOTEBOOK.decode(), as_version=4), 3)
    assert notebook.worksheets[0].cells[1].input == "parcels = 44"

    assert hand_in(first__ipynb=json.dumps(notebook).encode()) == []


@pytest.mark.parametrize(
    ("content", "what", "line"),
    [
        (b"", "Empty, not a notebook.", 1),
        (b"  \n\n ", "Not a notebook: Expecting value.", 3),
        (NOTEBOOK[:-4], "Not a notebook: Expecting", None),
        (NOTEBOOK[: len(NOTEBOOK) // 2], "Not a notebook: ", None),
        (b"Dear teacher,\nmy notebook is attached.", "Not a notebook: Expecting value.", 1),
        (b"\x89PNG\r\n\x1a\n\x00", "Not a notebook: byte 0 is not UTF-8 text.", None),
        (b"PK\x03\x04\xff", "Not a notebook: byte 4 is not UTF-8 text.", None),
        (NOTEBOOK.replace(b"Counting", "Zählen".encode("latin-1")), "Not a notebook: byte", None),
        (NOTEBOOK.decode().encode("utf-16"), "Not a notebook: byte 0 is not UTF-8 text.", None),
        (b"[]", "Not a notebook: JSON of another shape.", None),
        (b"null", "Not a notebook: JSON of another shape.", None),
        (b"[" * 100_000, "Not a notebook: brackets within brackets without end.", None),
        (b"{}", "Not a sound notebook: ", None),
        (b'{"nbformat": 5, "metadata": {}, "cells": []}', "Not a sound notebook: Unsupported nbformat version 5", None),
        (b'{"nbformat": "4", "nbformat_minor": 5}', "Not a sound notebook: Unsupported nbformat version 4", None),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": null}', "Not a notebook: JSON of", None),
        (NOTEBOOK.replace(b'"markdown"', b'"heading"'), "Not a sound notebook: ", None),
    ],
)
def test_what_is_no_sound_notebook_is_refused_in_one_sentence(hand_in, tmp_path, content, what, line):
    (problem,) = hand_in(first__ipynb=content, second__ipynb=NOTEBOOK)

    assert problem.what.startswith(what)
    assert "\n" not in problem.what
    assert problem.where.file == tmp_path / "first.ipynb"
    assert line in {None, problem.where.line}
    assert problem.mend == HAND_IN_AGAIN


def test_each_notebook_that_cannot_be_read_is_named(hand_in):
    problems = hand_in(first__ipynb=b"", second__ipynb=b"")

    assert [problem.where.file.name for problem in problems] == ["first.ipynb", "second.ipynb"]


def test_a_notebook_under_another_name_is_told_with_the_names_that_are_looked_for(hand_in, tmp_path):
    (problem,) = hand_in(**{"first (1)__ipynb": NOTEBOOK, "a__csv": b""})

    assert problem.what == "No notebook of the assignment is here: found only a.csv, first (1).ipynb."
    assert problem.where.file == tmp_path
    assert problem.mend.startswith("rename the notebook to first.ipynb or second.ipynb, or ask for it")


def test_an_empty_folder_is_told(hand_in):
    (problem,) = hand_in()

    assert problem.what == "No notebook of the assignment is here: the folder is empty."


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
almost_notebooks = st.fixed_dictionaries(
    {},
    optional={
        "nbformat": st.integers(-1, 6) | json_values,
        "nbformat_minor": st.integers(-1, 9) | json_values,
        "metadata": json_values,
        "worksheets": json_values,
        "cells": st.lists(
            st.fixed_dictionaries(
                {},
                optional={
                    "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | json_values,
                    "source": json_values,
                    "metadata": json_values,
                    "outputs": json_values,
                    "id": json_values,
                },
            ),
            max_size=3,
        )
        | json_values,
    },
)


@given(st.binary(max_size=40) | almost_notebooks.map(json.dumps).map(str.encode))
def test_any_file_is_let_through_or_refused_and_never_stops_the_others(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("any")
    (folder / "first.ipynb").write_bytes(content)

    for problem in notebooks_in(folder, ["first"])[1]:
        assert problem.what.startswith(("Not a", "Empty"))
