"""A planted secret is found wherever a student could read it; what is no secret is left alone."""

from __future__ import annotations

import html
import io
import json
import shutil
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casebook.exercises.leaks import leaks_in, leaks_in_release
from casebook.exercises.readable import readable_texts, squeeze
from casebook.exercises.secrets import secrets
from casebook.exercises.travelling import TRAVELLING

SOLUTION = "parcels_in_all = sum(parcels.values())"
HIDDEN_TEST = 'assert parcels_in_all == 44, "The three years make forty-four billion parcels."'
SCHEME = "One point for a reason, one for a doubt about the reason."
MODEL = "It may, because villages are still joining, unless postage becomes dearer."
WRONG = "number_of_rows_in_table = len(parcels)"
RIGHT = "parcels_in_all = parcels[2013] + parcels[2014] + parcels[2015]"
RUBRIC = "A reason without any doubt about it earns one point at most."


def code_cell(**more) -> dict:
    return {"cell_type": "code", "id": "c7", "metadata": {}, "source": "", "outputs": []} | more


def notebook(*cells: dict, **more) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | more).encode()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


PYGMENTS = (
    '<pre><span></span><span class="n">parcels_in_all</span> <span class="o">=</span> <span class="nb">sum</span>'
    '<span class="p">(</span><span class="n">parcels</span><span class="o">.</span><span class="n">values</span>'
    '<span class="p">())</span>\n</pre>'
)


@pytest.fixture
def found(tiny, tmp_path):
    """The places named for a secret in a file of a folder for students."""

    def places(name: str, content: bytes | str) -> list[str]:
        tree = tmp_path / "tree"
        tree.mkdir(exist_ok=True)
        (tree / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        problems = leaks_in_release(tiny(), tree)
        assert {problem.where.file for problem in problems} <= {tree / name}
        return [problem.what.removesuffix(".").split(" stands in ")[1] for problem in problems]

    return places


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        (SOLUTION, "counting.md:26 (cell parcels-in-all)"),
        (HIDDEN_TEST, "counting.md:36 (cell parcels-in-all-check)"),
        (SCHEME, "arguing.md:14 (cell argument)"),
        (MODEL, "arguing.md:17 (cell argument)"),
        (WRONG, "wrong-answers/counts-rows.md:10 (cell parcels-in-all)"),
        (RIGHT, "right-answers/by-hand.md:9 (cell parcels-in-all)"),
        (RUBRIC, "rubric.md:3"),
    ],
)
def test_each_kind_of_secret_is_found_and_named_with_the_line_where_it_stands(tiny, tmp_path, line, origin):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "page.txt").write_text(f"before\n{line}\nafter\n")

    (problem,) = leaks_in_release(tiny(), tmp_path / "tree")

    assert f"/exercises/tiny/{origin} that students must not see stands in page.txt." in problem.what
    assert problem.where.file == tmp_path / "tree" / "page.txt"
    assert problem.mend


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.html", f"<p>{html.escape(MODEL)}</p>", "a.html"),
        ("a.html", f"<p>{MODEL.replace('villages', '<b>vil</b>lages').replace(', ', ',<br/>')}</p>", "a.html"),
        ("a.html", PYGMENTS, "a.html"),
        ("a.html", f"<pre>{HIDDEN_TEST.replace('==', '&#61;&#x3d;').replace('-', '&#8209;')}</pre>", "a.html"),
        ("a.html", f"<!-- {SOLUTION} -->", "a.html"),
        ("a.html", f'<div data-answer="{html.escape(HIDDEN_TEST)}"></div>', "a.html"),
        ("a.html", "<script>" + json.dumps({"a": f"x\n{SOLUTION}\n"}) + "</script>", "a.html"),
        ("a.js", "var a = " + json.dumps(f"one\n{HIDDEN_TEST}") + ";", "a.js"),
        ("a.js", "var a = '\\t" + SOLUTION.replace("=", "\\x3d").replace("_", "\\u005f") + "\\r\\n';", "a.js"),
        ("a.json", json.dumps({"a": [{"b": f"one\n\t{MODEL}"}]}), "a.json"),
        ("a.svg", f"<svg><!-- {MODEL} --></svg>", "a.svg"),
        ("a.svg", f'<svg aria-label="{MODEL}"></svg>', "a.svg"),
        ("a.svg", "<svg><text>" + MODEL.replace(" ", "</tspan> <tspan>") + "</text></svg>", "a.svg"),
        ("a.xml", f"<a><!-- {SOLUTION} --></a>", "a.xml"),
        ("a.md", "> " + MODEL.replace("because", "*because*").replace("unless", "\n> unless"), "a.md"),
        ("a.txt", MODEL.upper().replace(",", " \N{EM DASH}"), "a.txt"),
        ("a.csv", f'1,"{MODEL}"\n', "a.csv"),
        ("a.html", b"\xff" + MODEL.encode(), "a.html"),
        ("a.webmanifest", MODEL, "a.webmanifest"),
        ("LICENSE", MODEL, "LICENSE"),
        ("a.ipynb", notebook(code_cell(source=SOLUTION)), "a.ipynb, cell c7"),
        ("a.ipynb", notebook(code_cell(source=["x = 1\n", SOLUTION[:20], SOLUTION[20:]])), "a.ipynb, cell c7"),
        ("a.ipynb", notebook(code_cell(metadata={"deep": [{"note": SOLUTION}]})), "a.ipynb, cell c7"),
        ("a.ipynb", notebook(code_cell(outputs=[{"data": {"text/plain": [f"{MODEL}\n"]}}])), "a.ipynb, cell c7"),
        ("a.ipynb", notebook(code_cell(outputs=[{"data": {"text/html": PYGMENTS}}])), "a.ipynb, cell c7"),
        ("a.ipynb", notebook({"cell_type": "markdown", "source": MODEL}), "a.ipynb, cell 1"),
        ("a.ipynb", notebook(code_cell(), metadata={"title": MODEL}), "a.ipynb"),
        ("a.ipynb", b"{" + SOLUTION.encode(), "a.ipynb"),
        ("a.ipynb", json.dumps([MODEL]), "a.ipynb"),
        ("a.zip", zipped(page__html=MODEL.encode()), "a.zip, page.html"),
        (
            "a.zip",
            zipped(inner__zip=zipped(b__ipynb=notebook(code_cell(source=SOLUTION)))),
            "a.zip, inner.zip, b.ipynb, cell c7",
        ),
        ("a.zip", SOLUTION.encode(), "a.zip"),
    ],
)
def test_a_secret_is_found_and_its_place_named(found, name, content, place):
    assert found(name, content) == [place]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", f"<p>{MODEL.replace('villages', 'towns')}</p>"),
        ("a.html", f"<p>{MODEL[:-8]}</p>"),
        ("a.txt", "pre" + SOLUTION),
        ("a.png", b"\x89PNG\xff\x00"),
        ("a.txt", "for sure, 0.5 of them"),
        ("a.txt", "unsure = 0.51"),
        ("a.txt", ""),
        ("a.zip", zipped()),
        ("a.ipynb", notebook()),
    ],
)
def test_a_text_that_only_resembles_a_secret_and_a_picture_are_left_alone(found, name, content):
    assert found(name, content) == []


def test_a_line_that_students_are_given_in_another_cell_is_no_secret(tiny, folder, edit):
    before = {secret.squeezed for secret in secrets(tiny())}
    edit(folder / "counting.md", "import csv\n", f"import csv\n# {SOLUTION}\n")

    after = {secret.squeezed for secret in secrets(tiny())}

    assert before - after == {squeeze(SOLUTION)}


def test_the_markers_themselves_are_no_secrets(tiny):
    assert not any("begin" in secret.squeezed or "end " in secret.squeezed for secret in secrets(tiny()))


TWO_LINES = "chart = alt.Chart(table).mark_bar()\nparcels_in_all = sum(parcels.values())"


def test_a_line_that_the_book_teaches_is_no_secret_but_with_its_neighbour_it_is(tiny_casebook, folder, edit, tmp_path):
    edit(folder / "counting.md", SOLUTION, TWO_LINES)
    chapter = next(tiny_casebook.chapters.glob("*/chapter.md"))
    chapter.write_text(f"{chapter.read_text()}\n`{TWO_LINES.splitlines()[0]}` and, elsewhere, `{SOLUTION}`\n")
    page = tmp_path / "html" / "a.html"
    page.parent.mkdir()

    page.write_text(f"<pre>{TWO_LINES.splitlines()[0]}</pre> some words <pre>{SOLUTION}</pre>")
    assert leaks_in(tiny_casebook, page.parent) == []

    page.write_text(f"<pre>{TWO_LINES}</pre>")
    assert len(leaks_in(tiny_casebook, page.parent)) >= 1


def test_an_answer_of_one_line_stays_secret_even_if_the_book_says_it(tiny_casebook, tmp_path):
    chapter = next(tiny_casebook.chapters.glob("*/chapter.md"))
    chapter.write_text(f"{chapter.read_text()}\n`{SOLUTION}`\n")
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html").write_text(SOLUTION)

    assert len(leaks_in(tiny_casebook, tmp_path / "html")) == 1


@pytest.mark.parametrize("line", ["import pandas as pd", 'parcels = pd.read_csv("parcels.csv")'])
def test_what_every_notebook_begins_with_is_no_secret(tiny, folder, edit, line):
    edit(folder / "counting.md", SOLUTION, f"{line}\n{SOLUTION}")

    assert not any(squeeze(line) == secret.squeezed for secret in secrets(tiny()))


def test_what_a_given_cell_binds_is_no_answer_and_what_a_student_binds_is_one(tiny, folder, edit):
    edit(folder / "counting.md", "import csv\n", "import csv\n\nlast_year = 2015\n")
    edit(folder / "counting.md", "assert busiest_year in parcels", "assert busiest_year in parcels and last_year")
    edit(folder / "wrong-answers" / "counts-rows.md", "len(parcels)", "len(parcels) - 0 * (last_year - 2015)")
    edit(folder / "counting.md", "busiest_year = max(parcels, key=parcels.get)", "busiest_year = 2015")

    exact = {secret.exact for secret in secrets(tiny())}

    assert "busiest_year:2015" in exact
    assert not any(said.startswith("last_year") for said in exact)


def test_what_a_rubric_of_any_assignment_tells_students_is_no_key_of_another(tiny, folder, edit):
    assert squeeze(RUBRIC) in {secret.squeezed for secret in secrets(tiny())}
    shutil.copytree(folder, folder.with_name("second"))
    rubric = folder.with_name("second") / "rubric.md"
    rubric.write_text(f"# Rubric\n\n## For students\n\n{RUBRIC}\n")

    assert squeeze(RUBRIC) not in {secret.squeezed for secret in secrets(tiny())}


def test_lines_of_a_module_that_travels_with_the_release_are_no_secrets(tiny, folder, edit):
    line = "except (TypeError, ValueError, OverflowError):"
    assert line in TRAVELLING[0].read_text("utf-8")
    edit(folder / "counting.md", SOLUTION, f"try:\n    {SOLUTION}\n{line}\n    raise")
    assert squeeze(line) in {secret.squeezed for secret in secrets(tiny())}

    edit(folder / "counting.md", "import csv\n", "import chart_checks\nimport csv\n")

    assert squeeze(line) not in {secret.squeezed for secret in secrets(tiny())}


def test_secrets_of_every_assignment_are_looked_for_in_a_site(tiny_casebook, folder, tmp_path):
    shutil.copytree(folder, folder.with_name("second"))
    text = (folder / "counting.md").read_text().replace(SOLUTION, "parcels_in_all = 9 + 14 + 21 # second one")
    (folder.with_name("second") / "counting.md").write_text(text)
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html").write_text("<p>parcels_in_all = 9 + 14 + 21 # second one</p>")

    (problem,) = leaks_in(tiny_casebook, tmp_path / "html")

    assert "exercises/second/counting.md:26" in problem.what


def test_a_secret_is_told_of_once_for_each_file_and_in_every_file(found, tiny, tmp_path):
    found("b.html", f"<!-- {MODEL} --><p>{MODEL}</p>")
    (tmp_path / "tree" / "deep").mkdir()
    (tmp_path / "tree" / "deep" / "a.txt").write_text(MODEL)

    problems = leaks_in_release(tiny(), tmp_path / "tree")

    assert [problem.where.file.name for problem in problems] == ["b.html", "a.txt"]


line = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Z"]), min_size=1, max_size=40).filter(
    lambda text: squeeze(text).strip()
)


@given(line)
def test_any_line_is_found_again_in_each_format_that_quotes_it(text):
    wrapped = {
        "a.html": f"<p title='x'>one <em>{html.escape(text)}</em> two</p>",
        "b.html": f'<img alt="{html.escape(text)}">',
        "a.json": json.dumps({"a": f"\n{text}\n"}),
        "b.json": json.dumps({"a": f"\n{text}\n"}, ensure_ascii=False),
        "a.ipynb": notebook(code_cell(source=["x\n", text])).decode(),
        "a.md": f"# Title\n\n> {text}\n",
    }
    for name, content in wrapped.items():
        views = [view for _, view in readable_texts(name, content.encode())]
        assert any(squeeze(text) in view for view in views), name


@example("İ".encode(), "a.html")
@given(st.binary(max_size=60), st.sampled_from(["a.html", "a.js", "a.ipynb", "a.zip", "a.png", "a", "a.svg"]))
def test_any_bytes_under_any_name_can_be_looked_through(content, name):
    for place, text in readable_texts(name, content):
        assert place.startswith(name)
        assert text == squeeze(text)
