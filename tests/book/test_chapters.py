"""What every lesson must have, read from its text and, where it counts, from running it.

A lesson is ``chapters/<folder>/chapter.md``. The rules are the book's own: see CONTRIBUTING.md.
"""

from __future__ import annotations

import ast
import re
import time
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from pybtex.database import parse_file

BOOK = Path(__file__).parents[2]
DATA = BOOK / "data"
CHAPTERS = sorted((BOOK / "chapters").glob("*/chapter.md"))

MOST_LINES_OF_A_CELL = 14
WORDS = range(2000, 3501)
SLOWEST_RUN_S = 60
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

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.parent.name)


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
    """The words a reader reads: no front matter, code, role names or options of boxes."""
    without_code = SOLUTION.sub("", CELL.sub("", FRONT_MATTER.sub("", text)))
    return re.sub(r"\{\w+\}`[^`]*`|^:[\w-]+:.*$|^```.*$", "", without_code, flags=re.MULTILINE)


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


def test_there_is_a_lesson() -> None:
    assert CHAPTERS


@every_chapter
def test_a_lesson_has_its_parts_in_order(path: Path) -> None:
    assert missing_parts(path.read_text("utf-8")) == []


def test_a_part_that_is_missing_or_late_is_named() -> None:
    text = CHAPTERS[0].read_text("utf-8")

    assert missing_parts(text.replace(":class: elsewhere", ":class: note")) == ["elsewhere box"]
    assert "first prediction" in missing_parts(text.replace(":class: claims", "") + "\n:class: claims\n")


@every_chapter
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


@every_chapter
def test_a_lesson_is_as_long_as_a_class_can_read(path: Path) -> None:
    assert len(re.findall(r"[A-Za-z0-9][\w'.,-]*", prose(path.read_text("utf-8")))) in WORDS


@every_chapter
def test_every_work_cited_is_in_the_references(path: Path) -> None:
    known = set(parse_file(BOOK / "book" / "references.bib").entries)

    assert cited(path.read_text("utf-8")) - known == set()


@every_chapter
def test_five_practice_questions_have_hidden_answers_and_a_lesson_has_an_exercise(path: Path) -> None:
    text = path.read_text("utf-8")
    practice = text[text.index("## Practice") : text.index("## Discussion")]

    assert len(re.findall(r"^\*\*\d\.\*\*", practice, re.MULTILINE)) == 5
    assert len(re.findall(r"^:class: dropdown$", practice, re.MULTILINE)) == 5
    assert len(SOLUTION.findall(practice)) == 5
    assert re.search(r"\]\(\.\./\.\./exercises/[\w-]+/index\.md\)", text)


@every_chapter
def test_a_lesson_has_a_teaching_note_without_gaps(path: Path) -> None:
    note = (path.parent / "teaching-note.md").read_text("utf-8")

    for part in ("## 75 minutes", "**50 minutes:**", "**90 minutes:**", "## Board plan", "## Pitfalls", "## Sensitive"):
        assert part in note
    assert not re.search(r"\{[a-z_]+\}", note)


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


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


def numbers_of_lesson_1() -> dict[str, list[str]]:
    """Words in lesson 1 that hold a number, each with the number worked out afresh from the tables."""
    taobao = table("taobao_ebay_share").set_index(["year", "platform", "basis"])["share_percent"]
    amazon = table("amazon_third_party").set_index(["year", "basis"])["share_percent"]
    value = amazon.xs("value", level="basis")
    first_above_half = table("amazon_third_party").query("basis == 'value' and share_percent > 50")["year"].min()
    alibaba = table("alibaba_revenue").set_index(["line", "fiscal_year"])["revenue_cny_billion"]
    commission = 100 * alibaba["commission"] / alibaba["all revenue"]
    direct = alibaba["other and direct sales"]
    own_percent = 100 * direct[2020] / 6589
    logistics = table("logistics_models").set_index(["company", "period", "metric"])["value"]
    parcels = table("express_parcels").set_index("year")["parcels_billion"]
    stakes = table("alibaba_stakes").set_index(["company", "as_of"])["stake_percent"]
    masks = table("mask_output").query("kind == 'all masks'").set_index("date")["output_million_per_day"]
    cainiao = alibaba["Cainiao logistics"]
    share_of_parcels = 100 * 42 / (1000 * parcels[2017] / 365)
    return {
        "step from {} to {} is not growth": [
            f"{taobao[2005, 'Taobao', 'survey of traders, 3 cities']:g}",
            f"{taobao[2006, 'Taobao', 'survey of traders, 5 cities']:g}",
        ],
        "In 1999 only {} dollars in 100": [f"{value[1999]}"],
        "passes half in {} and ends at {}.": [
            f"{first_above_half}",
            f"{value[2018]}",
        ],
        "The year 2018 appears twice: {} per cent of the value of physical goods, and roughly {} per cent": [
            f"{value[2018]}",
            f"{amazon[2018, 'units']}",
        ],
        "Among units the share rose, from {} to {}.": [f"{amazon[2018, 'units']}", f"{amazon[2023, 'units']}"],
        "Four: 2015 to {}.": [f"{value.index.max()}"],
        "about {} yuan from advertising for each yuan of commission": [
            f"{alibaba['online marketing'][2020] / alibaba['commission'][2020]:.1f}"
        ],
        "sold about {} yuan in 100, against Amazon's {} dollars": [f"{own_percent:.1f}", f"{100 - value[2018]}"],
        "direct sales {} to {} billion yuan, fiscal 2016 to 2020": [f"{direct[2016]:.1f}", f"{direct[2020]:.1f}"],
        "A network of {} rests on 1.5 million": [f"{logistics['Cainiao', '2016-03', 'own_headcount']:,.0f}"],
        "In 2013 Chinese couriers carried {} billion parcels": [f"{parcels[2013]:.1f}"],
        "the number grew {} times; from 2021, a pandemic year, only {} times": [
            f"{parcels[2023] / parcels[2013]:.1f}",
            f"{parcels[2023] / parcels[2021]:.1f}",
        ],
        "Last year Alibaba owned {} per cent of it": [f"{stakes['Cainiao', '2016']:g}"],
        "made about {} million masks a day": [f"{masks.iloc[0]:g}"],
        "from {} to {} million a day in five weeks": [f"{masks.iloc[0]:g}", f"{masks.iloc[-1]:g}"],
        "the rise is {} times": [f"{masks.iloc[-1] / masks.iloc[0]:.1f}"],
        "{cite}`scmp2020` it is {}.": [f"{masks.iloc[-1] / 20:.1f}"],
        "About {} per cent a year: it grew {} times": [
            f"{100 * ((cainiao[2021] / cainiao[2019]) ** 0.5 - 1):.0f}",
            f"{cainiao[2021] / cainiao[2019]:.1f}",
        ],
        "About {} per cent, then {}.": [f"{commission[2014]:.1f}", f"{commission[2020]:.1f}"],
        "About {} per cent. The 42 million": [f"{share_of_parcels:.0f}"],
        "The table gives {} per cent, and nobody is wrong": [f"{100 * (parcels[2024] / parcels[2023] - 1):.1f}"],
    }


def filled(sentence: str, numbers: list[str]) -> str:
    for number in numbers:
        sentence = sentence.replace("{}", number, 1)
    return sentence


def test_numbers_in_the_words_of_lesson_1_are_those_of_the_tables() -> None:
    text = (BOOK / "chapters" / "01-data-sharing" / "chapter.md").read_text("utf-8")
    expected = [filled(sentence, numbers) for sentence, numbers in numbers_of_lesson_1().items()]

    assert [sentence for sentence in expected if sentence not in text] == []


def test_every_case_of_the_first_lesson_is_treated() -> None:
    text = (BOOK / "chapters" / "01-data-sharing" / "chapter.md").read_text("utf-8")
    cases = ("Taobao", "Freshippo", "Cainiao", "Amazon", "Ming Zeng", "Huoshenshan", "3,000", "horizontal", "vertical")

    assert [
        case for case in (*cases, "make others rich first", "share data and ideas at speed") if case not in text
    ] == []
