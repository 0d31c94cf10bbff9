"""What every lesson must have, read from its text and, where it counts, from running it.

A lesson is ``chapters/<folder>/chapter.md``. The rules are the book's own: see CONTRIBUTING.md.
"""

from __future__ import annotations

import ast
import re
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from pybtex.database import parse_file

BOOK = Path(__file__).parents[2]
DATA = BOOK / "data"
CHAPTERS = sorted((BOOK / "chapters").glob("*/chapter.md"))

MOST_LINES_OF_A_CELL = 14
WORDS = range(2000, 3501)
SLOWEST_RUN_S = 60
# Cells take a tenth of that; the rest is room for a busy machine.
SLOWEST_CELL_S = 2
# In the order in which a lesson has them: what its text shows.
PARTS = {
    "goals": r"^:class: goals$",
    "decision": r"^## The decision",
    "claims box": r"^:class: claims$",
    "first prediction": r"^:class: predict$",
    "first chart": r"^ +name: fig-",
    "doubt box": r"^:class: doubt$",
    "elsewhere box": r"^:class: elsewhere$",
    "what the evidence supports": r"^## What the evidence supports$",
    "practice": r"^## Practice$",
    "discussion": r"^## Discussion$",
    "key terms": r"^## Key terms$",
    "sources": r"^## Sources",
}
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
SOLUTION = re.compile(r"^~~~python\n(.*?)^~~~$", re.DOTALL | re.MULTILINE)

# The capstone is a task, not a lesson: it has no decision to come back to and no practice.
CAPSTONE = BOOK / "chapters/10-capstone/chapter.md"
LESSONS = [path for path in CHAPTERS if path != CAPSTONE]

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.parent.name)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.parent.name)


@dataclass(frozen=True)
class Cell:
    """One code cell: where it starts in the chapter's text, its figure's header, and its code."""

    start: int
    header: str
    code: str

    @property
    def draws(self) -> bool:
        return "alt.Chart(" in self.code


def code_cells(text: str) -> list[Cell]:
    cells: list[Cell] = []
    for found in CELL.finditer(text):
        body = found.group().split("\n", 1)[1].removesuffix("```")
        header, code = "", body
        if body.startswith("---\n"):
            header, code = body[4:].split("\n---\n", 1)
        cells.append(Cell(found.start(), header, code.strip()))
    return cells


def prose(text: str) -> str:
    """The words a reader reads: no front matter, code, roles, addresses of links or options of boxes."""
    without_code = SOLUTION.sub("", CELL.sub("", FRONT_MATTER.sub("", text)))
    return re.sub(r"\{\w+\}`[^`]*`|(?<=\])\([^)]*\)|^:[\w-]+:.*$|^```.*$", "", without_code, flags=re.MULTILINE)


def missing_parts(text: str) -> list[str]:
    """The parts a lesson lacks, or has before the part that should come first."""
    missing: list[str] = []
    end = 0
    for part, pattern in PARTS.items():
        found = re.compile(pattern, re.MULTILINE).search(text, end)
        if found is None:
            missing.append(part)
        else:
            end = found.end()
    return missing


def charts_without_prediction(text: str) -> list[str]:
    """The first lines of chart cells with no predict box between them and the chart before."""
    unasked: list[str] = []
    since = 0
    for cell in code_cells(text):
        if cell.draws:
            if ":class: predict\n" not in text[since : cell.start]:
                unasked.append(cell.header or cell.code.splitlines()[0])
            since = cell.start
    return unasked


def chart_faults(cell: Cell) -> list[str]:
    """What a chart cell lacks: title, alt text, caption with its source, name."""
    charts = [node for node in ast.walk(ast.parse(cell.code)) if isinstance(node, ast.Call) and _is_chart(node)]
    keywords = {keyword.arg for chart in charts for keyword in chart.keywords}
    faults = [f"no {word}= in alt.Chart(...)" for word in ("title", "description") if word not in keywords]
    if not re.search(r"^ +name: fig-", cell.header, re.MULTILINE):
        faults.append("no figure name")
    if not re.search(r"Source: \S.*\.$", cell.header.rstrip()):
        faults.append("the caption does not end in a sentence 'Source: ...'")
    return faults


def _is_chart(call: ast.Call) -> bool:
    return ast.unparse(call.func) == "alt.Chart"


def cited(text: str) -> set[str]:
    return {key.strip() for keys in re.findall(r"\{cite\}`([^`]*)`", text) for key in keys.split(",")}


def test_there_are_ten_lessons_and_a_capstone() -> None:
    assert [path.parent.name[:2] for path in LESSONS] == [f"{number:02}" for number in range(10)]
    assert CAPSTONE.is_file()


def test_the_capstone_asks_before_its_charts_and_its_rubric_adds_up_to_100() -> None:
    text = CAPSTONE.read_text("utf-8")
    points = re.findall(r"^\| [^|]+ \| (\d+) \|", text[text.index("## Rubric") :], re.MULTILINE)

    assert charts_without_prediction(text) == []
    assert sum(map(int, points)) == 100


@every_lesson
def test_a_lesson_has_its_parts_in_order(path: Path) -> None:
    assert missing_parts(path.read_text("utf-8")) == []


def test_a_part_that_is_missing_or_late_is_named() -> None:
    text = CHAPTERS[0].read_text("utf-8")

    assert missing_parts(text.replace(":class: elsewhere", ":class: note")) == ["elsewhere box"]
    assert "first prediction" in missing_parts(text.replace(":class: claims", "") + "\n:class: claims\n")


@every_lesson
def test_the_reader_predicts_before_every_chart(path: Path) -> None:
    text = path.read_text("utf-8")

    assert 3 <= sum(cell.draws for cell in code_cells(text)) <= 7
    assert charts_without_prediction(text) == []


def test_a_chart_that_nobody_was_asked_about_is_found() -> None:
    text = CHAPTERS[0].read_text("utf-8")
    last = text.rindex(":class: predict\n")

    assert len(charts_without_prediction(text[:last] + text[last:].replace(":class: predict\n", ""))) == 1


@every_chapter
def test_every_chart_has_title_alt_text_caption_and_source(path: Path) -> None:
    charts = [cell for cell in code_cells(path.read_text("utf-8")) if cell.draws]

    assert {cell.code: faults for cell in charts if (faults := chart_faults(cell))} == {}


def test_a_bare_chart_is_told_everything_it_lacks() -> None:
    assert len(chart_faults(Cell(0, "", "alt.Chart(table).mark_line()"))) == 4


@every_chapter
def test_figures_have_names_of_their_own_and_every_mention_of_one_leads_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    names = re.findall(r"^ +name: (fig-\S+)", text, re.MULTILINE)

    assert len(names) == len(set(names))
    assert set(re.findall(r"\{numref\}`(fig-[^`]+)`", text)) <= set(names)


@every_chapter
def test_cells_are_short_and_plain(path: Path) -> None:
    for cell in code_cells(path.read_text("utf-8")):
        assert len(cell.code.splitlines()) <= MOST_LINES_OF_A_CELL, cell.code


@every_chapter
def test_a_lesson_uses_no_kit_and_writes_no_file(path: Path) -> None:
    text = path.read_text("utf-8")
    for code in [cell.code for cell in code_cells(text)] + SOLUTION.findall(text):
        tree = ast.parse(code)
        imported = {
            (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        }
        called = {ast.unparse(node.func).rsplit(".", 1)[-1] for node in ast.walk(tree) if isinstance(node, ast.Call)}

        assert imported <= {"pandas", "altair"}, code
        assert not {name for name in called if re.fullmatch(r"open|save|write_\w+|to_(csv|json|excel|parquet)", name)}


@every_chapter
def test_a_lesson_reads_tables_that_are_in_the_data_folder(path: Path) -> None:
    tables = re.findall(r'pd\.read_csv\("([^"]+)"', path.read_text("utf-8"))

    assert len(set(tables)) >= 3
    assert [table for table in tables if not (path.parent / table).resolve().is_relative_to(DATA)] == []
    assert [table for table in tables if not (path.parent / table).is_file()] == []


@every_lesson
def test_a_lesson_is_as_long_as_a_class_can_read(path: Path) -> None:
    assert len(re.findall(r"[A-Za-z0-9][\w'.,-]*", prose(path.read_text("utf-8")))) in WORDS


@every_chapter
def test_every_work_cited_is_in_the_references(path: Path) -> None:
    known = set(parse_file(BOOK / "book" / "references.bib").entries)

    assert cited(path.read_text("utf-8")) - known == set()


@every_lesson
def test_five_practice_questions_have_hidden_answers(path: Path) -> None:
    text = path.read_text("utf-8")
    practice = text[text.index("## Practice") : text.index("## Discussion")]

    assert len(re.findall(r"^\*\*\d\.\*\*", practice, re.MULTILINE)) == 5
    assert len(re.findall(r"^:class: dropdown$", practice, re.MULTILINE)) == 5
    assert len(SOLUTION.findall(practice)) == 5


@every_chapter
def test_a_lesson_with_an_assignment_leads_to_it(path: Path) -> None:
    text = path.read_text("utf-8")
    descriptors = sorted((BOOK / "exercises").glob("*/assignment.yml"))
    own = [file.parent.name for file in descriptors if f"chapter: {path.parent.name}\n" in file.read_text("utf-8")]

    assert [name for name in own if f"](../../exercises/{name}/index.md)" not in text] == []


@every_chapter
def test_a_lesson_has_a_chart_that_answers_to_its_reader(path: Path) -> None:
    assert [cell for cell in code_cells(path.read_text("utf-8")) if cell.draws and ".add_params(" in cell.code]


@every_chapter
def test_a_lesson_has_a_teaching_note_without_gaps(path: Path) -> None:
    note = (path.parent / "teaching-note.md").read_text("utf-8")

    for part in ("## 75 minutes", "**50 minutes:**", "**90 minutes:**", "## Board plan", "## Pitfalls", "## Sensitive"):
        assert part in note
    assert not re.search(r"\{[a-z_]+\}", note)


def seconds_of(cell: nbformat.NotebookNode) -> float:
    """How long a cell ran; nothing for what only imports libraries, which is not its own work."""
    times = cell.metadata.get("execution", {})
    if cell.source.startswith("import ") or "shell.execute_reply" not in times:
        return 0
    began, ended = (datetime.fromisoformat(times[key]) for key in ("iopub.status.busy", "shell.execute_reply"))
    return (ended - began).total_seconds()


@pytest.mark.slow
@every_chapter
def test_a_lesson_and_its_answers_run_from_top_to_bottom(path: Path) -> None:
    notebook = jupytext.read(path)
    for solution in SOLUTION.findall(path.read_text("utf-8")):
        notebook.cells.append(nbformat.v4.new_code_cell(solution))

    started = time.monotonic()
    NotebookClient(notebook, timeout=SLOWEST_RUN_S, resources={"metadata": {"path": str(path.parent)}}).execute()

    assert time.monotonic() - started < SLOWEST_RUN_S
    errors = [out for cell in notebook.cells for out in cell.get("outputs", []) if out.output_type == "error"]
    assert errors == []
    assert [cell.source for cell in notebook.cells if seconds_of(cell) > SLOWEST_CELL_S] == []


def filled(sentence: str, numbers: list[str]) -> str:
    for number in numbers:
        sentence = sentence.replace("{}", number, 1)
    return sentence


def without_claim_links(text: str) -> str:
    """The text with the words of its links to single claims, and without the links."""
    return re.sub(r"\[([^\[\]]*)\]\(#[\w-]+\)", r"\1", text)


def facts_of(path: Path) -> ModuleType:
    """The numbers and the cases that a lesson's words are held to: ``numbers/lesson_NN.py`` beside this file."""
    file = Path(__file__).parent / "numbers" / f"lesson_{path.parent.name[:2]}.py"
    spec = spec_from_file_location(file.stem, file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@every_chapter
def test_numbers_in_the_words_of_a_lesson_are_those_of_the_tables(path: Path) -> None:
    text = without_claim_links(path.read_text("utf-8"))
    expected = [filled(sentence, numbers) for sentence, numbers in facts_of(path).numbers().items()]

    assert expected
    assert [sentence for sentence in expected if sentence not in text] == []


@every_chapter
def test_every_case_of_a_lesson_is_treated(path: Path) -> None:
    text = without_claim_links(path.read_text("utf-8"))

    assert [case for case in facts_of(path).CASES if case not in text] == []
