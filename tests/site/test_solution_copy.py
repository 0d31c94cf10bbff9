"""Solutions to hand out: a page with everything in it, kept where no student's edition is made from."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime, timedelta

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from casebook.charts.faces import faces_of
from casebook.errors import CasebookError
from casebook.exercises.assignment import load_assignment
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.leaks import Gate, leaks_in
from casebook.exercises.secrets import answer_names, secrets
from casebook.site.build import prepare
from casebook.site.edition import Edition
from casebook.site.solution_copy import make_solution_copy, refuse_before
from casebook.site.solution_page import solution_page

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"year": 2014, "yuan": 14.6}, {"year": 2015, "yuan": 13.4}]},
    "mark": "point",
    "encoding": {"x": {"field": "year", "type": "quantitative"}, "y": {"field": "yuan", "type": "quantitative"}},
    "title": "Parcels earn less",
    "description": "Two points, the second lower.",
}
CHART_CELL = """```{code-cell} ipython3
import altair as alt

print(parcels_in_all)
alt.Chart(alt.Data(values=[{"a": 1, "b": 2}]), title="One point", description="A point.").mark_point().encode(
    x="a:Q", y="b:Q"
)
```"""


def page(*cells, charts=None) -> str:
    for number, cell in enumerate(cells, start=1):
        cell.id = f"cell-{number}"
    return solution_page("Solution: x", new_notebook(cells=list(cells)), charts or {})


def test_a_page_asks_nobody_for_anything_and_runs_no_script():
    chart = faces_of(CHART)
    cell = new_code_cell("chart", outputs=[new_output("display_data", {"application/vnd.vegalite.v6+json": CHART})])
    text = page(cell, charts={"cell-1/0": chart})

    assert "default-src 'none'; img-src data:" in text
    assert "<script" not in text
    assert set(re.findall(r'(?:src|srcset|href)="([a-z]+):', text)) == {"data"}
    assert "url(" not in text


def test_a_chart_is_four_pictures_with_the_authors_words_for_those_who_do_not_see_it_and_its_numbers():
    chart = faces_of(CHART)
    cell = new_code_cell("chart", outputs=[new_output("display_data", {"application/vnd.vegalite.v6+json": CHART})])
    text = page(cell, charts={"cell-1/0": chart})

    assert text.count("<source ") == 3
    assert 'alt="Two points, the second lower."' in text
    assert "<summary>The numbers of this chart</summary>" in text
    assert '<td class="number">14.6</td>' in text


def test_what_code_printed_is_text_and_a_tables_own_styles_are_left_out():
    table = '<style>.x {}</style><table border="1" class="dataframe"><tr><td>4</td></tr></table>'
    cell = new_code_cell(
        "x",
        outputs=[
            new_output("stream", name="stdout", text="<b>\x1b[31m4"),
            new_output("execute_result", {"text/html": table, "text/plain": "4"}),
        ],
    )
    text = page(cell)

    assert "&lt;b&gt;4" in text
    assert '<table class="dataframe"><tr><td>4</td></tr></table>' in text
    assert ".x {}" not in text


def test_words_in_a_table_begin_at_the_left_and_its_headers_say_so():
    table = pd.DataFrame({"app": ["WeChat", "Grab"], "million": [1, 2]}).to_html()
    text = page(new_code_cell("x", outputs=[new_output("execute_result", {"text/html": table, "text/plain": "4"})]))

    assert '<td class="words">WeChat</td>' in text
    assert "<td>1</td>" in text
    assert 'scope="col"' in text
    assert "table.dataframe .words { text-align: left; }" in text


def test_html_in_a_text_is_shown_and_not_obeyed():
    assert "<script>" not in page(new_markdown_cell("<script>alert(1)</script>"))


def test_until_an_assignment_is_due_its_solutions_are_refused_with_the_date(tiny_casebook):
    tiny = load_assignment(tiny_casebook, "tiny")
    due = datetime(2027, 4, 1, 23, 59, tzinfo=UTC)

    with pytest.raises(CasebookError, match=r"due on 2027-04-01 at 23:59 UTC[\s\S]*--force"):
        refuse_before(due, due - timedelta(seconds=1), tiny)
    refuse_before(due, due, tiny)
    refuse_before(None, due, tiny)


@pytest.mark.slow
class TestCopy:
    @pytest.fixture
    def made(self, tiny_casebook, tmp_path):
        file = tiny_casebook.exercises / "tiny" / "counting.md"
        file.write_text(f"{file.read_text()}\n{CHART_CELL}\n", encoding="utf-8")
        course = CourseDirectory(tmp_path / "course")
        return make_solution_copy(tiny_casebook, load_assignment(tiny_casebook, "tiny"), course)

    def test_notebooks_have_run_and_stand_beside_pages_and_data(self, made, tmp_path):
        names = sorted(path.name for path in made.folder.iterdir())
        assert names == [
            "arguing.html",
            "arguing.ipynb",
            "counting.html",
            "counting.ipynb",
            "parcels.csv",
            "requirements.txt",
        ]
        assert made.folder == tmp_path / "course" / "solutions" / "tiny"
        counting = nbformat.read(made.folder / "counting.ipynb", as_version=4)
        printed, chart = counting.cells[-1].outputs
        assert printed.text == "44\n"
        assert chart.data["image/svg+xml"].startswith("<svg")
        assert "casebook" not in nbformat.writes(counting)
        assert 'alt="A point."' in (made.folder / "counting.html").read_text()
        with zipfile.ZipFile(made.archive) as archive:
            assert sorted(archive.namelist()) == [f"tiny-solutions/{name}" for name in names]

    def test_nothing_else_in_the_course_directory_is_touched(self, made):
        assert [path.name for path in made.folder.parents[1].iterdir()] == ["solutions"]

    def test_a_solution_that_fails_is_named_and_leaves_the_earlier_copy(self, made, tiny_casebook, tmp_path):
        file = tiny_casebook.exercises / "tiny" / "counting.md"
        file.write_text(file.read_text().replace("sum(parcels.values())", "sum(parcels)[0]"), encoding="utf-8")

        with pytest.raises(CasebookError, match=r"counting\.md: The solution stopped in its cell \d+: TypeError"):
            make_solution_copy(
                tiny_casebook, load_assignment(tiny_casebook, "tiny"), CourseDirectory(tmp_path / "course")
            )

        assert (made.folder / "counting.html").is_file()

    @pytest.mark.parametrize("edition", [Edition.READER, Edition.STUDENT])
    def test_an_edition_for_others_is_made_from_nothing_of_it(self, tiny_casebook, edition):
        tiny = load_assignment(tiny_casebook, "tiny")
        make_solution_copy(tiny_casebook, tiny, CourseDirectory(tiny_casebook.root / "course"))

        prepared = prepare(tiny_casebook, edition)

        assert leaks_in(tiny_casebook, prepared.tree.folder) == []
        paths = [*prepared.tree.folder.rglob("*"), *prepared.downloads]
        assert not [path for path in paths if "solution" in str(path.name).lower()]
        gate = Gate(secrets(tiny), answer_names(tiny))
        for path, content in prepared.downloads.items():
            assert gate.leaks_in_file(path, content, str(path)) == []
