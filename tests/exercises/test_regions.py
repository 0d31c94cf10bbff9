"""Regions: each line is in one part, a marker out of place is an error with its line."""

from __future__ import annotations

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.errors import CasebookError, Where
from casebook.exercises.regions import RegionKind, joined, scan

CELL = Where("a.md", 10, cell="q1")
MARKERS = [f"{edge} {kind}" for edge in ("BEGIN", "END") for kind in RegionKind]

ordinary_line = st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=8)
marker_line = st.builds(
    "{}{}{}".format,
    st.sampled_from(["### ", "  # ", "=== ", ""]),
    st.sampled_from(MARKERS),
    st.sampled_from(["", " ==="]),
)
any_text = st.lists(ordinary_line | marker_line, max_size=12).map("\n".join)


@st.composite
def sound_cells(draw, kind: RegionKind = RegionKind.SOLUTION) -> str:
    lines: list[str] = draw(st.lists(ordinary_line, max_size=3))
    for _ in range(draw(st.integers(0, 3))):
        indent = draw(st.sampled_from(["", "    "]))
        region = [f"{indent}### BEGIN {kind}", *draw(st.lists(ordinary_line, max_size=3)), f"{indent}### END {kind}"]
        lines += [*region, *draw(st.lists(ordinary_line, max_size=3))]
    return "\n".join(lines)


@given(any_text)
def test_any_text_is_either_taken_apart_without_loss_or_refused_with_a_line_of_it(text):
    try:
        parts = scan(text, CELL)
    except CasebookError as error:
        where = error.problems[0].where
        assert where is not None
        assert where.line is not None
        assert any(marker in text.split("\n")[where.line - CELL.line] for marker in MARKERS)
        assert where.cell == "q1"
    else:
        assert joined(parts) == text
        assert [line for part in parts for line in part.all_lines] == text.split("\n")


@given(any_text)
def test_no_line_outside_a_region_and_none_inside_one_is_a_marker(text):
    try:
        parts = scan(text, CELL)
    except CasebookError:
        return
    for part in parts:
        assert not any(marker in line for line in part.lines for marker in MARKERS)
        if part.kind is None:
            assert (part.begin, part.end) == (None, None)
        else:
            assert f"BEGIN {part.kind}" in part.begin
            assert f"END {part.kind}" in part.end


def outside(text: str) -> list[str]:
    return [line for part in scan(text, CELL) if part.kind is None for line in part.lines]


class TestAgreementWithNbgrader:
    @given(sound_cells())
    def test_what_is_left_of_a_solution_cell_is_what_nbgrader_leaves(self, text):
        from nbgrader.preprocessors import ClearSolutions

        cell = nbformat.v4.new_code_cell(text)
        replaced = ClearSolutions()._replace_solution_region(cell, "python")

        stub = ("# YOUR CODE HERE", "raise NotImplementedError()")
        left = [line for line in cell.source.split("\n") if line.strip() not in stub]
        assert replaced is any(part.kind for part in scan(text, CELL))
        # A cell that is one region leaves no line; nbgrader then leaves one empty line.
        assert "\n".join(left) == "\n".join(outside(text))

    @given(sound_cells(RegionKind.HIDDEN_TESTS))
    def test_what_is_left_of_a_test_cell_is_what_nbgrader_leaves(self, text):
        from nbgrader.preprocessors import ClearHiddenTests

        cell = nbformat.v4.new_code_cell(text)
        ClearHiddenTests()._remove_hidden_test_region(cell)

        assert cell.source == "\n".join(outside(text))

    @given(any_text)
    def test_what_we_take_for_sound_nbgrader_does_not_refuse(self, text):
        from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

        try:
            scan(text, CELL)
        except CasebookError:
            return
        cell = nbformat.v4.new_code_cell(text)
        ClearSolutions()._replace_solution_region(cell, "python")
        ClearHiddenTests()._remove_hidden_test_region(cell)


@pytest.mark.parametrize(
    ("text", "line", "what", "mend"),
    [
        ("a\n### BEGIN SOLUTION\nb", 11, '"BEGIN SOLUTION" is never closed.', 'add "END SOLUTION" after its last line'),
        ("a\n### END SOLUTION", 11, '"END SOLUTION" closes nothing: no region is open.', "delete the line"),
        (
            "### BEGIN SOLUTION\n### END HIDDEN TESTS\n### END SOLUTION",
            11,
            '"END HIDDEN TESTS" closes nothing: the open region is solution.',
            'add "BEGIN HIDDEN TESTS" above it',
        ),
        (
            "### BEGIN SOLUTION\n\n### BEGIN SOLUTION\n### END SOLUTION",
            12,
            '"BEGIN SOLUTION" stands inside a solution region that is still open.',
            'add "END SOLUTION" above it',
        ),
        ("# BEGIN SOLUTION, then END SOLUTION\nx", 10, "2 markers stand on one line.", "a line of its own"),
    ],
)
def test_each_marker_out_of_place_is_named_with_its_line_and_mend(text, line, what, mend):
    with pytest.raises(CasebookError) as caught:
        scan(text, CELL)

    (problem,) = caught.value.problems
    assert (problem.what, problem.where.line, problem.where.cell) == (what, line, "q1")
    assert mend in problem.mend


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("# begin solution", "BEGIN SOLUTION"),
        ("### Begin Solution ###", "BEGIN SOLUTION"),
        ("### BEGIN  SOLUTION", "BEGIN SOLUTION"),
        ("    // END_SOLUTION", "END SOLUTION"),
        ("### BEGIN HIDDEN TEST", "BEGIN HIDDEN TESTS"),
        ("<!-- end hidden tests -->", "END HIDDEN TESTS"),
        ("=== BEGIN MARKING SCHEME ===", "BEGIN MARK SCHEME"),
        ("-- end mark-scheme", "END MARK SCHEME"),
        ("% Begin solution", "BEGIN SOLUTION"),
    ],
)
def test_a_line_that_was_meant_for_a_marker_is_refused_before_students_read_what_it_hides(line, meant):
    with pytest.raises(CasebookError) as caught:
        scan(f"a\n{line}\nb", CELL)

    (problem,) = caught.value.problems
    assert problem.what == f"{line.strip()!r} is no marker, so what it was to hide would be seen."
    assert problem.where.line == 11
    assert f'"### {meant}"' in problem.mend


@pytest.mark.parametrize(
    "line", ["# begin solution of the equation", "begin solution", "# the end", "# end", "x = 1  # solution"]
)
def test_a_line_that_only_speaks_of_solutions_is_text(line):
    (part,) = scan(line, CELL)

    assert part.kind is None


STYLES = [
    ("### ", ""),
    ("# ", ""),
    ("#", ""),
    ("// ", ""),
    ("% ", ""),
    ("-- ", ""),
    ("<!-- ", " -->"),
    ("=== ", " ==="),
    ("", ""),
]
LAYOUTS = [
    "{b}\nx\n{e}",
    "before\n{b}\nx\n{e}\nafter",
    "{b}\n{e}",
    "  {b}\n  x\n  {e}\n\n{b}\ny\n\n{e}\n",
    "before\n\n{b}\nx",
    "{b}\n{b}\nx\n{e}",
    "plain\ntext",
]


@pytest.mark.parametrize("kind", list(RegionKind))
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style[0] or "bare")
@pytest.mark.parametrize("cell_type", ["code", "markdown", "raw"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_in_every_style_of_comment_and_kind_of_cell_we_leave_what_nbgrader_leaves(kind, style, cell_type, layout):
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions

    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    before, after = style
    cell = make[cell_type](layout.format(b=f"{before}BEGIN {kind}{after}", e=f"{before}END {kind}{after}"))
    clear = {
        RegionKind.SOLUTION: lambda: ClearSolutions()._replace_solution_region(cell, "python"),
        RegionKind.HIDDEN_TESTS: lambda: ClearHiddenTests()._remove_hidden_test_region(cell),
        RegionKind.MARK_SCHEME: lambda: ClearMarkScheme()._remove_mark_scheme_region(cell),
    }[kind]
    try:
        ours = outside(cell.source)
    except CasebookError:
        ours = None
    try:
        clear()
    except RuntimeError:
        assert ours is None
        return

    stubs = {"# YOUR CODE HERE", "raise NotImplementedError()", "YOUR ANSWER HERE"}
    theirs = [line for line in cell.source.split("\n") if line.strip() not in stubs]
    # Where nothing is left, nbgrader leaves one empty line.
    assert "\n".join(theirs) == "\n".join(ours)


def test_a_line_that_closes_one_region_and_opens_the_next_is_refused():
    # nbgrader takes it for a nested BEGIN and stops, but only at the release.
    with pytest.raises(CasebookError, match="2 markers"):
        scan("### BEGIN SOLUTION\nx = 1\n### END SOLUTION ### BEGIN SOLUTION\n### END SOLUTION", CELL)


def test_a_region_that_is_empty_is_a_region():
    (part,) = scan("### BEGIN SOLUTION\n### END SOLUTION", CELL)

    assert (part.kind, part.lines) == (RegionKind.SOLUTION, ())
