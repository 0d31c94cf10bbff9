"""``assignment.yml``: each thing that can be wrong in it is named with its line."""

from __future__ import annotations

import pytest

from casebook.exercises.assignment import assignment_names, load_assignment
from casebook.exercises.model import AssignmentLimits


def test_the_tiny_assignment_is_what_its_file_says(tiny, folder):
    assignment = tiny()

    assert (assignment.name, assignment.title, assignment.chapter) == ("tiny", "Counting parcels", "01-parcels")
    assert (assignment.minutes, assignment.points) == (10, 6)
    assert assignment.notebooks == ("counting", "arguing")
    assert assignment.data == ("parcels",)
    assert assignment.file == folder / "assignment.yml"


def test_assignments_are_the_folders_with_an_assignment_file(tiny_casebook):
    (tiny_casebook.exercises / "drafts").mkdir()

    assert assignment_names(tiny_casebook) == ["tiny"]


@pytest.mark.parametrize(("name", "hint"), [("tinny", "did you mean 'tiny'?"), ("week-9", "known: tiny.")])
def test_an_unknown_assignment_is_answered_with_those_that_exist(tiny_casebook, problems_of, name, hint):
    (problem,) = problems_of(load_assignment, tiny_casebook, name)

    assert problem.what == f"There is no assignment {name!r}."
    assert problem.mend == hint


def test_where_there_is_no_assignment_at_all_the_hint_says_so(tiny_casebook, folder, problems_of):
    (folder / "assignment.yml").unlink()

    (problem,) = problems_of(load_assignment, tiny_casebook, "tiny")

    assert problem.mend == "there is none yet."


@pytest.mark.parametrize("key", ["title", "chapter", "summary", "minutes", "points", "notebooks", "data"])
def test_a_missing_key_is_named(tiny, folder, problems_of, key):
    file = folder / "assignment.yml"
    lines = [line for line in file.read_text().splitlines() if not line.startswith(f"{key}:")]
    file.write_text("\n".join(lines))

    (problem,) = problems_of(tiny)

    assert problem.what == f"The key {key!r} is missing."
    assert problem.mend == f"add a line `{key}: ...`."


@pytest.mark.parametrize(
    ("change", "line", "what_and_mend"),
    [
        (("minutes: 10", "minutes: 10\nminits: 5"), 5, ("Unknown key 'minits'.", "did you mean 'minutes'?")),
        (("minutes: 10", "minutes: ten"), 4, ("'minutes' must be a whole number, not 'ten'.", "as a whole number")),
        (("minutes: 10", "minutes: true"), 4, ("'minutes' must be a whole number, not True.", "as a whole number")),
        (("points: 6", "points: '6'"), 5, ("'points' must be a number, not '6'.", "as a number")),
        (("title: Counting parcels", "title: 7"), 1, ("'title' must be text, not 7.", "as text")),
        (("[parcels]", "parcels"), 7, ("'data' must be a list of names, not 'parcels'.", "a list of names")),
        (("[parcels]", "[parcel]"), 7, ("There is no table data/parcel.csv.", "did you mean 'parcels'?")),
        (("[counting,", "[countin,"), 6, ("There is no notebook countin.md in this folder.", "mean 'counting'?")),
        (("[counting, arguing]", "[]"), 6, ("It has no notebooks.", "name at least one.")),
        (("01-parcels", "01-parcel"), 2, ("There is no chapter '01-parcel'.", "did you mean '01-parcels'?")),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_what_to_write(
    tiny, folder, edit, problems_of, *, change, line, what_and_mend
):
    edit(folder / "assignment.yml", *change)

    (problem,) = problems_of(tiny)

    what, mend = what_and_mend
    assert problem.what == what
    assert str(problem.where).endswith(f"assignment.yml:{line}")
    assert mend in problem.mend


def test_several_wrong_keys_are_told_of_at_once(tiny, folder, edit, problems_of):
    edit(folder / "assignment.yml", "minutes: 10\npoints: 6", "minutes: soon\nsize: 6")

    problems = problems_of(tiny)

    assert [problem.what for problem in problems] == [
        "The key 'points' is missing.",
        "Unknown key 'size'.",
        "'minutes' must be a whole number, not 'soon'.",
    ]


def test_several_missing_files_are_told_of_at_once(tiny, folder, edit, problems_of):
    edit(folder / "assignment.yml", "01-parcels", "99-nowhere")
    edit(folder / "assignment.yml", "data: [parcels]", "data: [letters]")

    assert [problem.what for problem in problems_of(tiny)] == [
        "There is no chapter '99-nowhere'.",
        "There is no table data/letters.csv.",
    ]


def test_broken_yaml_is_named_with_its_line(tiny, folder, edit, problems_of):
    edit(folder / "assignment.yml", "minutes: 10", "minutes: [10")

    (problem,) = problems_of(tiny)

    assert problem.what.startswith("Not valid YAML: ")
    # YAML notices at the colon of the next line that the bracket is open.
    assert str(problem.where).endswith("assignment.yml:5")


@pytest.mark.parametrize("content", [b"", b"- title\n", b"only words\n"])
def test_a_file_without_keys_and_values_is_refused(tiny, folder, problems_of, content):
    (folder / "assignment.yml").write_bytes(content)

    (problem,) = problems_of(tiny)

    assert problem.what == "An assignment is a list of keys and values."


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"title: gr\xfcn\n", "Not UTF-8: byte 9 cannot be read."),
        (b"title: \x00\n", "Not valid YAML: unacceptable character #x0000"),
        (b"title: 2026-13-01\n", "Not valid YAML: month must be in 1..12"),
    ],
)
def test_what_is_no_text_or_no_yaml_is_refused(tiny, folder, problems_of, content, what):
    (folder / "assignment.yml").write_bytes(content)

    (problem,) = problems_of(tiny)

    assert problem.what.startswith(what)


def test_a_mark_that_an_editor_put_before_the_first_letter_does_no_harm(tiny, folder):
    file = folder / "assignment.yml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())

    assert tiny().title == "Counting parcels"


def test_a_casebook_without_chapters_is_told_that_there_is_none(tiny, tiny_casebook, problems_of):
    (tiny_casebook.chapters / "01-parcels" / "chapter.md").unlink()
    (tiny_casebook.chapters / "01-parcels").rmdir()
    tiny_casebook.chapters.rmdir()

    (problem,) = problems_of(tiny)

    assert problem.mend == "there is none yet."


def test_without_optional_keys_an_assignment_has_the_usual_limits_and_nothing_that_varies(tiny):
    assignment = tiny()

    assert assignment.limits == AssignmentLimits(notebook_seconds=60, memory_mb=1000)
    assert assignment.install == ("pandas>=3", "altair>=6")
    assert (assignment.parameters, assignment.survivors) == ({}, {})


def test_optional_keys_are_read(tiny, folder):
    add(
        folder,
        "limits: {notebook_seconds: 20}",
        'install: ["pandas>=3, <4", "jupyter-lsp[all]", polars]',
        "parameters: {seed: x, year: {from: 2015, to: 2020}}",
        'survivors: {"shares/sum-for-mean-1": "each group has one row"}',
    )

    assignment = tiny()

    assert assignment.limits == AssignmentLimits(notebook_seconds=20, memory_mb=1000)
    assert assignment.install == ("pandas>=3, <4", "jupyter-lsp[all]", "polars")
    assert assignment.parameters == {"seed": "x", "year": {"from": 2015, "to": 2020}}
    assert assignment.survivors == {"shares/sum-for-mean-1": "each group has one row"}


def add(folder, *lines: str) -> None:
    file = folder / "assignment.yml"
    file.write_text("\n".join([file.read_text().rstrip(), *lines]) + "\n")


@pytest.mark.parametrize(
    ("lines", "line", "what", "mend"),
    [
        (["limits: 60"], 8, "'limits' must be keys and values, not 60.", "limits: {notebook_seconds: 60}"),
        (["limits:", "  seconds: 60"], 9, "Unknown key 'seconds' in 'limits'.", "did you mean 'notebook_seconds'?"),
        (
            ["limits:", "  memory_mb: 1 GB"],
            9,
            "'memory_mb' must be a whole number above 0, not '1 GB'.",
            "whole number",
        ),
        (["limits:", "  notebook_seconds: 0"], 9, "must be a whole number above 0, not 0.", "whole number"),
        (["limits: {memory_mb: true}"], 8, "must be a whole number above 0, not True.", "whole number"),
        (["install: pandas"], 8, "'install' must be a list of what pip installs, not 'pandas'.", "install: ["),
        (["install:", "  - pandas", "  - --pre"], 10, "'--pre' in 'install' is not the name of a package", '"pandas"'),
        (["install: ['x @ https://example.org/x.whl']"], 8, "is not the name of a package", '"pandas>=3,<4"'),
        (["install: [3]"], 8, "3 in 'install' is not the name of a package", '"pandas"'),
        (["parameters: [firm]"], 8, "'parameters' must be keys and values, not ['firm'].", "seed: any-text"),
        (["survivors: [a/b-1]"], 8, "'survivors' must be ids and reasons", "why no test should notice it"),
        (
            ["survivors:", "  a/b: so"],
            9,
            "'a/b' in 'survivors' is no id of a changed solution.",
            "casebook exercises verify",
        ),
        (["survivors:", "  a/b-1: ''"], 9, "'a/b-1' in 'survivors' has no reason.", "say why"),
    ],
)
def test_a_wrong_optional_key_is_named_with_its_own_line(tiny, folder, problems_of, *, lines, line, what, mend):
    add(folder, *lines)

    (problem,) = problems_of(tiny)

    assert what in problem.what
    assert str(problem.where).endswith(f"assignment.yml:{line}")
    assert mend in problem.mend


def test_an_unknown_key_near_an_optional_one_is_told_that_one(tiny, folder, problems_of):
    add(folder, "limit: {notebook_seconds: 5}")

    (problem,) = problems_of(tiny)

    assert problem.mend == "did you mean 'limits'?"
