"""Text and notebooks turn into each other, and what nobody changed comes back letter by letter."""

from __future__ import annotations

import copy
import warnings
from pathlib import Path

import nbformat
import nbgrader
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.errors import Where
from casebook.exercises.compilation import compile_notebook
from casebook.exercises.model import AssignmentLimits, Kind, TextCell, TextNotebook
from casebook.exercises.notebook_cells import text_cells
from casebook.exercises.notebook_text import scan_text
from casebook.exercises.text_writing import written

ROOT = Path(__file__).parents[2]
FILE = Path("a.md")
TEXTS = [
    file
    for folder in (ROOT / "exercises", ROOT / "tests" / "notebooks" / "tiny-casebook" / "exercises")
    for listing in sorted(folder.glob("*/assignment.yml"))
    for file in sorted(listing.parent.glob("*.md"))
    if file.name != "rubric.md"
]


def compiled(text: str):
    notebook, problems = scan_text(text, FILE)
    assert problems == []
    return compile_notebook(notebook, AssignmentLimits())


def brought_back(notebook, older: str | None) -> str:
    # As it lies on the disk.
    saved = nbformat.reads(nbformat.writes(notebook), as_version=4)
    cells, problems = text_cells(saved, Where(FILE))
    assert problems == []
    made, problems = written(TextNotebook("a", FILE, tuple(cells), saved.metadata.kernelspec), older)
    assert problems == []
    return made.text


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_every_notebook_of_the_casebook_comes_back_letter_by_letter(file):
    text = file.read_text("utf-8")

    assert brought_back(compiled(text), text) == text


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_without_the_older_text_it_differs_in_blank_lines_at_most(file):
    text = file.read_text("utf-8")

    made = brought_back(compiled(text), None)

    assert [line for line in made.split("\n") if line] == [line for line in text.split("\n") if line]
    assert compiled(made) == compiled(text)


# Lines that a careless reader or writer would trip over.
code_line = st.sampled_from(
    [
        "x = 1",
        "",
        "  ",
        "---",
        "-----",
        ":tag: 1",
        "# +++",
        "+++",
        "```",
        "````",
        "```{code-cell}",
        '"""é中"""',
        "\tx",
        "%matplotlib inline",
        "graded: {id: x}",
        "$x$",
        "<!-- a",
        "{code-cell}",
        "~~~",
        "'\u2028'",
        "'\x0c'",
    ]
)
markdown_line = st.sampled_from(
    [
        "Why?",
        "",
        "# A title",
        "- item",
        "  more",
        "> said",
        "| a | b |",
        "|---|---|",
        "**bold**",
        "    indented",
        "中文",
        "A line of\\",
        "1. one",
        "$$x$$",
        "[a]: http://example.org",
        "***",
        "=== text",
    ]
)
tags = st.sampled_from(
    [{}, {"tags": ["keep-me"]}, {"tags": [], "mystnb": {"figure": {"name": "a b", "caption": "x: y\n"}}}]
)
points = st.sampled_from([1.0, 2.0, 0.5, 12.25, 0.1])


def region(lines: list[str], kind: str, before: str = "### ", after: str = "") -> list[str]:
    return [f"{before}BEGIN {kind}{after}", *lines, f"{before}END {kind}{after}"]


@st.composite
def cells(draw) -> list[TextCell]:
    found: list[TextCell] = []
    ids = draw(st.lists(st.from_regex(r"[a-zA-Z0-9_-]{1,8}", fullmatch=True), unique=True, min_size=6, max_size=6))
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from([None, *Kind]))
        cell_type = draw(st.sampled_from(["code", "markdown", "raw"] if kind is None else ["code", "markdown"]))
        if kind in (Kind.ANSWER, Kind.TESTS):
            cell_type = "code"
        if kind is Kind.TASK:
            cell_type = "markdown"
        line = markdown_line if cell_type == "markdown" else code_line
        lines = draw(st.lists(line, max_size=4))
        if kind in (Kind.ANSWER, Kind.WRITTEN):
            lines += region(draw(st.lists(line, max_size=3)), "SOLUTION")
        if kind is Kind.TESTS:
            lines += region(draw(st.lists(line, max_size=3)), "HIDDEN TESTS", "# ")
        if kind is Kind.TASK or (kind is Kind.WRITTEN and cell_type == "markdown" and draw(st.booleans())):
            lines += region(draw(st.lists(line, max_size=3)), "MARK SCHEME", "=== ", " ===")
        if cell_type == "markdown":
            lines = ["Begin.", *lines, "End."]
        worth = draw(points) if kind is not None and kind.earns_points else 0
        grade_id = ids[number] if kind else None
        where = Where(FILE, cell=str(number))
        found.append(TextCell(cell_type, "\n".join(lines), draw(tags), where, kind, grade_id, worth))
    return found


def notebook_of(some: list[TextCell]):
    return compile_notebook(TextNotebook("a", FILE, tuple(some)), AssignmentLimits())


def content(notebook) -> list[object]:
    return [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


@pytest.mark.slow
@settings(max_examples=100)
@given(cells())
def test_any_notebook_comes_back_from_text_as_it_was(some):
    notebook = notebook_of(some)

    text = brought_back(notebook, None)

    assert content(compiled(text)) == content(notebook)
    assert brought_back(compiled(text), text) == text


@st.composite
def loosely_written(draw) -> str:
    """A text as people write it, with blank lines, breaks and keys in any fashion."""
    lines = ["---", "kernelspec: {name: python3, display_name: 'Python 3'}", "x:   1", "---"]
    blanks = st.lists(st.just(""), max_size=3)
    after_markdown = False
    for number in range(draw(st.integers(0, 5))):
        if draw(st.booleans()):
            graded = f'{{"tags":["a"],  "graded":{{"points":2, "kind":"task","id":"t{number}"}}}}'
            breaks = draw(st.sampled_from(["+++", "+++ ", f"+++ {graded}", f"+++   {graded}"]))
            lines += [*draw(blanks), *([breaks] if after_markdown or draw(st.booleans()) else []), *draw(blanks), ""]
            lines += [f"Words {number}", *draw(st.lists(markdown_line, max_size=3)), "End."]
        else:
            keys = [":graded: {kind: readonly, id: c%d}", "---\ngraded:\n  id: c%d\n  kind: readonly\ntags: [ a ]\n---"]
            head = draw(st.sampled_from([*[key % number for key in keys], ":tags: [a]", ""]))
            body = draw(st.lists(st.sampled_from(["x = 1", "", "y"]), max_size=3))
            lines += [*draw(blanks), "", "```{code-cell} ipython3", *head.split("\n"), f"n = {number}", *body, "```"]
        after_markdown = lines[-1] == "End."
    return "\n".join([*lines, *draw(blanks)])


@pytest.mark.slow
@settings(max_examples=100)
@given(loosely_written())
def test_any_text_that_nobody_changed_stays_letter_by_letter(text):
    assert brought_back(compiled(text), text) == text


@pytest.mark.slow
@settings(max_examples=100)
@given(loosely_written(), st.data())
def test_a_change_of_one_cell_leaves_the_lines_of_the_others(text, data):
    notebook = compiled(text)
    if not notebook.cells:
        return
    changed = data.draw(st.sampled_from(notebook.cells))
    untouched = [cell.source for cell in notebook.cells if cell is not changed]
    changed.source = "Quite new words"

    made = brought_back(notebook, text)

    assert content(compiled(made)) == content(notebook)
    assert len(made.split("\n")) == len(text.split("\n")) - content_lines(text, made)
    assert all(source in made for source in untouched)


def content_lines(text: str, made: str) -> int:
    """How many lines fewer the cells hold now."""

    def lines(each: str) -> int:
        return sum(len(cell.source.split("\n")) if cell.source else 0 for cell in compiled(each).cells)

    return lines(text) - lines(made)


class TestWhatJupyterLabAndCreateAssignmentLeave:
    TEXT = (
        "---\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n# One\n\n"
        "```{code-cell} ipython3\n---\ngraded: {id: a, kind: answer}\n---\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n```\n\n"
        "```{code-cell} ipython3\n---\ngraded: {id: a-check, kind: tests, points: 2}\n---\nassert x == 1\n```\n\nThe end.\n"
    )

    def test_outputs_counts_and_traces_of_a_run_change_nothing(self):
        notebook = compiled(self.TEXT)
        for cell in notebook.cells:
            cell.metadata |= {"trusted": True, "collapsed": False, "ExecuteTime": {"start": "now"}, "scrolled": True}
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="x")], 3
        notebook.metadata.kernelspec.display_name = "Python 3 (ipykernel)"
        notebook.metadata.language_info = {"name": "python", "version": "3.13.1", "pygments_lexer": "ipython3"}
        # New in the list below, as JupyterLab leaves it.
        notebook.cells.append(nbformat.v4.new_markdown_cell("  \n"))

        assert brought_back(notebook, self.TEXT) == self.TEXT

    def test_a_new_kind_points_and_id_are_written_in_the_style_of_the_house(self):
        notebook = compiled(self.TEXT)
        notebook.cells[1].metadata.nbgrader |= {"grade": True, "points": 3}
        notebook.cells[2].metadata.nbgrader |= {"grade_id": "b-check", "points": 2.5}

        made = brought_back(notebook, self.TEXT)

        assert made == self.TEXT.replace("id: a, kind: answer", "id: a, kind: written, points: 3").replace(
            "{id: a-check, kind: tests, points: 2}", "{id: b-check, kind: tests, points: 2.5}"
        )

    def test_a_cell_that_create_assignment_made_comes_with_the_id_that_it_gave(self):
        notebook = compiled(self.TEXT)
        marks = {"grade": False, "grade_id": "cell-3f2a00000000beef", "locked": True, "schema_version": 3}
        marks |= {"solution": False, "task": False}
        notebook.cells.insert(1, nbformat.v4.new_markdown_cell("Read me.", metadata={"nbgrader": marks}))

        made = brought_back(notebook, self.TEXT)

        graded = '+++ {"graded": {"id": "cell-3f2a00000000beef", "kind": "readonly"}}\n\nRead me.\n\n'
        assert made == self.TEXT.replace("# One\n\n", f"# One\n\n{graded}")

    def test_a_cell_that_is_no_longer_graded_is_plain(self):
        notebook = compiled(self.TEXT)
        notebook.cells[2].metadata.nbgrader |= {"grade": False, "locked": False}

        assert "---\ngraded: {id: a-check, kind: tests, points: 2}\n---\n" not in brought_back(notebook, self.TEXT)

    def test_cells_that_are_moved_and_taken_out_take_their_text_along(self):
        notebook = compiled(self.TEXT)
        notebook.cells = [notebook.cells[3], notebook.cells[1], notebook.cells[0]]

        made = brought_back(notebook, self.TEXT)

        assert made.index("The end.") < made.index("graded: {id: a, kind: answer}") < made.index("# One")
        assert content(compiled(made)) == content(notebook)


def cell_with(marks: dict, cell_type: str = "code"):
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    return nbformat.v4.new_notebook(cells=[make[cell_type]("text", metadata={"nbgrader": marks})])


@pytest.mark.parametrize("version", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("cell_type", ["code", "markdown"])
@pytest.mark.parametrize("worth", [None, "", "2", -1, 2.5])
def test_kind_and_points_are_what_nbgrader_makes_of_metadata_of_any_version(version, cell_type, worth):
    for flags in range(16):
        is_what_nbgrader_makes_of_it(version, cell_type, worth, flags)


def is_what_nbgrader_makes_of_it(version, cell_type, worth, flags):
    from nbgrader.nbgraderformat import MetadataValidator, ValidationError

    names = ["grade", "solution", "locked", "task"]
    marks = {name: True for bit, name in enumerate(names) if flags >> bit & 1} | {"grade_id": "q1"}
    marks |= {} if version is None else {"schema_version": version}
    marks |= {} if worth is None else {"points": worth}
    if version in (1, 2, 3):
        # nbgrader's schemas want all flags, and points that are a number.
        marks = dict.fromkeys(names[:3], False) | marks | {"points": 2.5}
    notebook = cell_with(marks, cell_type)
    upgraded = copy.deepcopy(notebook)
    validator = MetadataValidator()
    validator.upgrade_notebook_metadata(upgraded)
    try:
        validator.validate_nb(upgraded)
    except ValidationError:
        return

    (cell,), problems = text_cells(notebook, Where("a.ipynb"))
    again = notebook_of([cell]).cells[0].metadata.get("nbgrader", {})

    assert problems == []
    said = upgraded.cells[0].metadata.get("nbgrader", {})
    if not any(said.get(name) for name in names):
        assert cell.kind is None
    elif not said.get("task"):
        assert (again["grade"], again["solution"]) == (said["grade"], said["solution"])
        assert again.get("points", 0) == (said.get("points", 0) if said["grade"] else 0)
    else:
        assert again["task"]


@pytest.mark.parametrize(
    ("marks", "cell_type", "what"),
    [
        ({"solution": True}, "markdown", "nbgrader knows no markdown cell of kind answer."),
        ({"grade": True, "points": 1}, "markdown", "nbgrader knows no markdown cell of kind tests."),
        ({"task": True, "points": 1}, "code", "nbgrader knows no code cell of kind task."),
        ({"locked": True}, "raw", "nbgrader knows no raw cell of kind readonly."),
        ({"locked": True, "schema_version": 4}, "code", "of version 4; the newest known here is 3."),
        ({"locked": True, "grade_id": "x" * 65}, "code", "at most 64 letters"),
        ({"locked": True, "grade_id": ""}, "code", "not ''."),
    ],
)
def test_what_cannot_be_text_is_named_with_its_cell(marks, cell_type, what):
    cells, problems = text_cells(
        cell_with({"schema_version": 3, "grade_id": "q1"} | marks, cell_type), Where("a.ipynb")
    )

    assert cells == []
    assert [what in problem.what for problem in problems] == [True]
    assert problems[0].where.cell == (marks.get("grade_id", "q1") or "number 1")
    assert problems[0].mend


def test_a_picture_that_is_attached_to_a_cell_is_refused_by_name():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("![](attachment:a.png)")])
    notebook.cells[0].attachments = {"a.png": {"image/png": "AA=="}}

    _, (problem,) = text_cells(notebook, Where("a.ipynb"))

    assert problem.what == "It holds the picture 'a.png', which text cannot hold."


@pytest.mark.parametrize(
    "source", ["a\n\n+++\n\nb", "```{code-cell}\nx\n```", "```\nnever closed", "<!-- never closed"]
)
def test_a_cell_that_would_not_come_back_from_text_is_named(source):
    fine = TextCell("code", "x = 1", {}, Where(FILE, cell="number 1"))
    cell = TextCell("markdown", source, {}, Where(FILE, cell="number 2"))

    _, problems = written(TextNotebook("a", FILE, (fine, cell, fine)))

    assert [problem.where.cell for problem in problems] == ["number 2"]


def test_the_kernel_of_another_language_goes_with_the_text():
    notebook = compiled(TestWhatJupyterLabAndCreateAssignmentLeave.TEXT)
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}

    made = brought_back(notebook, None)

    assert "kernelspec: {name: ir, display_name: R, language: R}\n" in made
    assert "```{code-cell} R\n" in made
    assert compiled(made).metadata.kernelspec == notebook.metadata.kernelspec


NBGRADER = Path(nbgrader.__file__).parent


@pytest.mark.slow
def test_every_notebook_that_nbgrader_itself_comes_with_becomes_text_and_comes_back():
    from nbgrader.nbgraderformat import MetadataValidator

    brought = 0
    for file in sorted(NBGRADER.rglob("*.ipynb")):
        with warnings.catch_warnings():
            # Some are there to be refused, and nbformat warns of them.
            warnings.simplefilter("ignore")
            notebook = nbformat.read(file, as_version=4)
        cells, problems = text_cells(notebook, Where(file))
        if problems or len({cell.grade_id for cell in cells if cell.kind}) < sum(
            cell.kind is not None for cell in cells
        ):
            continue
        first = TextNotebook("a", FILE, tuple(cells))

        text, problems = written(first)
        again = compile_notebook(scan_text(text.text, FILE)[0], AssignmentLimits())

        assert problems == []
        MetadataValidator().validate_nb(again)
        assert content(again) == content(compile_notebook(first, AssignmentLimits())), file
        assert brought_back(again, text.text) == text.text
        brought += 1
    assert brought > 50


def type_in_create_assignment(cell) -> str:
    """What the toolbar shows, by ``NbgraderData.getType`` and ``isInvalid`` of nbgrader's labextension."""
    marks = cell.metadata.get("nbgrader", {})
    task, solution, grade = marks.get("task"), marks.get("solution"), marks.get("grade")
    if not task and cell.cell_type != "code" and bool(solution) != bool(grade):
        return ""
    if task:
        return "task"
    if solution and grade:
        return "manual"
    if solution and cell.cell_type == "code":
        return "solution"
    if grade and cell.cell_type == "code":
        return "tests"
    return "readonly" if not solution and (grade or task or marks.get("locked")) else ""


def test_create_assignment_tells_types_as_this_test_does():
    scripts = "".join(file.read_text("utf-8") for file in (NBGRADER / "labextension" / "static").glob("*.js"))

    assert (
        'getType(e){if(this.isTask())return"task";if(this.isSolution()&&this.isGrade())return"manual";'
        'if(this.isSolution()&&"code"===e)return"solution";if(this.isGrade()&&"code"===e)return"tests";'
        'if(this.isLocked())return"readonly";else return""}' in scripts
    )
    assert 'isInvalid(e){return!this.isTask()&&"code"!==e&&this.isSolution()!==this.isGrade()}' in scripts


@pytest.mark.parametrize(
    ("kind", "cell_type", "shown"),
    [
        (Kind.ANSWER, "code", "solution"),
        (Kind.TESTS, "code", "tests"),
        (Kind.WRITTEN, "markdown", "manual"),
        (Kind.WRITTEN, "code", "manual"),
        (Kind.TASK, "markdown", "task"),
        (Kind.READONLY, "code", "readonly"),
        (Kind.READONLY, "markdown", "readonly"),
        (None, "code", ""),
        (None, "markdown", ""),
    ],
)
def test_create_assignment_shows_each_kind_as_it_is_meant_and_nbgrader_takes_it(kind, cell_type, shown):
    from nbgrader.nbgraderformat import MetadataValidator

    cell = TextCell(cell_type, "text", {}, Where(FILE), kind, "q1" if kind else None, 2 if kind else 0)

    notebook = notebook_of([cell])

    MetadataValidator().validate_nb(notebook)
    assert type_in_create_assignment(notebook.cells[0]) == shown
