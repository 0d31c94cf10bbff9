"""A mark of each kind of secret is planted in each kind of place, and the gate finds every one."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import shutil
import textwrap
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from casebook.exercises.assignment import load_assignment
from casebook.exercises.leaks import Gate
from casebook.exercises.secrets import answer_names, secrets
from casebook.project import Project

TINY = Path(__file__).parents[1] / "notebooks" / "tiny-casebook"

# What is planted, and where the instructor wrote it.
MARKS = {
    "a solution": ("parcels_in_all = sum(parcels.values())", "counting.md:26"),
    "a typed answer": ("busiest_year = 2014", "counting.md:48"),
    "a short typed answer": ("sure = 0.5", "arguing.md:33"),
    "a solution in short lines": ("a = 3\nb = a - 1\nc = b / 2", "counting.md:67"),
    "a hidden test": ("assert parcels[busiest_year] == max(parcels.values())", "counting.md:58"),
    "an expected value": ("assert total_in == 44", "counting.md:78"),
    "an expected value as data": ('{"total_in": 44}', "counting.md:78"),
    "a message in two pieces": ("Of all the years one is missing.", "counting.md:79"),
    "a long number": ("1618.03398875", "counting.md:80"),
    "a mark scheme": ("One point for a reason, one for a doubt about the reason.", "arguing.md:14"),
    "a model answer": ("It may, because villages are still joining, unless postage becomes dearer.", "arguing.md:17"),
    "a sentence over two lines": ("Half of it for a doubt that says which figure would tell.", "arguing.md:20"),
    "a wrong answer": ("number_of_rows_in_table = len(parcels)", "counts-rows.md:10"),
    "the reason of a wrong answer": ("counts the rows, not the parcels", "counts-rows.md:2"),
    "the name of a wrong answer": ("counts-rows-of-table", "counts-rows-of-table.md"),
    "a right answer": ("parcels_in_all = parcels[2013] + parcels[2014] + parcels[2015]", "by-hand.md:9"),
    "the rubric's key": ("A reason without any doubt about it earns one point at most.", "rubric.md:3"),
    "a cell of the rubric's table": ("a number with its year and its unit", "rubric.md:5"),
    "a note on survivors": ("both ways give the same sum of parcels", "assignment.yml"),
    "a marker": ("### BEGIN HIDDEN TESTS", "the instructor's text"),
}
QUESTION = """
```{code-cell} ipython3
---
graded: {id: steps, kind: answer}
---
### BEGIN SOLUTION
a = 3
b = a - 1
c = b / 2
### END SOLUTION
```

```{code-cell} ipython3
---
graded: {id: steps-check, kind: tests, points: 1}
---
### BEGIN HIDDEN TESTS
assert total_in == 44
assert c, "Of all the " "years one is missing."
assert c < 1618.03398875
### END HIDDEN TESTS
```
"""


@pytest.fixture(scope="module")
def gate(tmp_path_factory) -> Gate:
    root = tmp_path_factory.mktemp("planted") / "casebook"
    shutil.copytree(TINY, root)
    folder = root / "exercises" / "tiny"

    def edit(name: str, *changes: tuple[str, str]) -> None:
        text = (folder / name).read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / name).write_text(text)

    edit("counting.md", ("max(parcels, key=parcels.get)", "2014"))
    (folder / "counting.md").write_text((folder / "counting.md").read_text().rstrip() + "\n" + QUESTION)
    scheme = "Half of it for a doubt\nthat says which figure would tell."
    edit(
        "arguing.md",
        ("0.6180339887", "0.5"),
        ("dearer.\n### END SOLUTION", f"dearer.\n\nTell:\n{scheme}\n### END SOLUTION"),
    )
    edit("assignment.yml", ("points: 6", "points: 7"))
    with (folder / "assignment.yml").open("a") as file:
        file.write('survivors: {"steps/sum-for-mean-1": "both ways give the same sum of parcels"}\n')
    with (folder / "rubric.md").open("a") as file:
        file.write("\n| point | for |\n|---|---|\n| 1 | a number with its year and its unit |\n")
    wrong = folder / "wrong-answers"
    shutil.copyfile(wrong / "counts-rows.md", wrong / "counts-rows-of-table.md")
    # The copy is there for its name.
    (wrong / "counts-rows-of-table.md").write_text(
        (wrong / "counts-rows.md").read_text().replace("counts the", "takes the").replace("number_of", "amount_of")
    )
    assignment = load_assignment(Project(root), "tiny")
    return Gate(secrets(assignment), answer_names(assignment))


def spans(text: str) -> str:
    """As a highlighter writes it."""
    return "".join(f'<span class="n">{html.escape(part)}</span>' for part in re.findall(r"\w+|\W", text))


def cell(**more) -> dict:
    return {"cell_type": "code", "id": "c7", "metadata": {}, "source": "", "outputs": []} | more


def notebook(*cells: dict, **more) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)} | more).encode()


def packed(name: str, content: bytes, *, comment: str = "", note: str = "", extra: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.comment, entry.extra = note.encode(), extra
        archive.writestr(entry, content)
        archive.comment = comment.encode()
    return buffer.getvalue()


def in_base64(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def picture(text: str) -> bytes:
    """The text in a PNG, where programs write their comments."""
    body = b"zTXtComment\0\0" + zlib.compress(text.encode())
    size = (len(body) - 4).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + size + body + zlib.crc32(body).to_bytes(4, "big")


def error(text: str) -> dict:
    coloured = re.sub(r"(\w+)", "\x1b[32m\\1\x1b[39m", text)
    return {"output_type": "error", "ename": "E", "evalue": "", "traceback": [f"----> 1 {coloured}"]}


# The name of a file, what is in it, and the part of it that the gate should name.
PLACES: dict[str, tuple[str, Callable[[str], bytes | str], str]] = {
    "a page": ("a.html", lambda text: f"<p>{html.escape(text)}</p>", "a.html"),
    "highlighted code": ("a.html", lambda text: f"<pre>{spans(text)}</pre>", "a.html"),
    "a comment on a page": ("a.html", lambda text: f"<!-- {text} -->", "a.html"),
    "an attribute": ("a.html", lambda text: f'<i data-x="{html.escape(text)}">', "a.html"),
    "wrapped lines": (
        "a.txt",
        lambda text: "\n".join(textwrap.wrap(text, 12, break_long_words=False, break_on_hyphens=False)),
        "a.txt",
    ),
    "invisible signs": ("a.txt", lambda text: re.sub(r"(\w)(\w)", "\\1\u00ad\\2", text), "a.txt"),
    "full-width signs": ("a.md", lambda text: re.sub("[a-z]", lambda c: chr(ord(c[0]) + 0xFEE0), text), "a.md"),
    "a script": ("a.js", lambda text: f"var a = {json.dumps(f'x{chr(10)}{text}{chr(10)}')};", "a.js"),
    "a script in a page": ("a.html", lambda text: f"<script>a({json.dumps(text)})</script>", "a.html"),
    "escapes by number": ("a.js", lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text), "a.js"),
    "a search index in lower case": (
        "search-index.js",
        lambda text: "x=" + json.dumps([[0, "one " + " ".join(text.lower().split()) + " two"]]),
        "search-index.js",
    ),
    "a source": ("_sources/a.md", lambda text: "\n".join(f"> {line}" for line in text.split("\n")), "a.md"),
    "a feed": ("feed.xml", lambda text: f"<item>{html.escape(html.escape(f'<p>{text}</p>'))}</item>", "feed.xml"),
    "a feed's raw text": ("feed.xml", lambda text: f"<item><![CDATA[{text}]]></item>", "feed.xml"),
    "an address": ("a.html", lambda text: f'<a href="data:text/plain,{quote(text)}">', "a.html"),
    "a calendar": ("a.ics", lambda text: f"SUMMARY:{text}", "a.ics"),
    "what to install": ("requirements.txt", lambda text: f"pandas>=3  # {text}", "requirements.txt"),
    "a table": ("a.csv", lambda text: f'1,"{text}"\n', "a.csv"),
    "data": ("a.json", lambda text: json.dumps({"a": [{"b": text}]}), "a.json"),
    "a drawing": ("a.svg", lambda text: f"<svg><title>{html.escape(text)}</title></svg>", "a.svg"),
    "a picture's comment": ("a.png", picture, "a.png, what is written in it"),
    "UTF-16": ("a.txt", lambda text: text.encode("utf-16"), "a.txt"),
    "UTF-16 without a mark": ("a.txt", lambda text: text.encode("utf-16-le"), "a.txt"),
    "gzip": ("a.txt.gz", lambda text: gzip.compress(text.encode()), "a.txt.gz, unpacked"),
    "a file without ending": ("notes", lambda text: text, "notes"),
    "a backup": ("a.html.bak", lambda text: f"<pre>{spans(text)}</pre>", "a.html.bak"),
    "a cell": ("a.ipynb", lambda text: notebook(cell(source=text)), "a.ipynb, cell c7"),
    "a cell in lines": ("a.ipynb", lambda text: notebook(cell(source=["x\n", text])), "a.ipynb, cell c7"),
    "what a cell printed": (
        "a.ipynb",
        lambda text: notebook(cell(outputs=[{"output_type": "stream", "text": [text]}])),
        "a.ipynb, cell c7",
    ),
    "a table in an output": (
        "a.ipynb",
        lambda text: notebook(cell(outputs=[{"data": {"text/html": f"<td>{html.escape(text)}</td>"}}])),
        "a.ipynb, cell c7",
    ),
    "a traceback": ("a.ipynb", lambda text: notebook(cell(outputs=[error(text)])), "a.ipynb, cell c7"),
    "a cell's metadata": ("a.ipynb", lambda text: notebook(cell(metadata={"x": [{"y": text}]})), "a.ipynb, cell c7"),
    "a notebook's metadata": ("a.ipynb", lambda text: notebook(metadata={"casebook": {"x": text}}), "a.ipynb"),
    "an attachment": (
        "a.ipynb",
        lambda text: notebook(cell(attachments={"a.txt": {"text/plain": in_base64(f"{text}{' ' * 30}")}})),
        "a.ipynb, cell c7, in base64",
    ),
    "a file within a page": (
        "a.html",
        lambda text: f'<a href="data:text/plain;base64,{in_base64(text)}">',
        "a.html, in base64",
    ),
    "a zip within a page": (
        "a.html",
        lambda text: f'<a href="data:application/zip;base64,{in_base64(packed("b.txt", text.encode()))}">',
        "a.html, in base64, b.txt",
    ),
    "a zip": ("a.zip", lambda text: packed("b.md", text.encode()), "a.zip, b.md"),
    "a zip under another name": ("a.bin", lambda text: packed("b.md", text.encode()), "a.bin, b.md"),
    "a zip's comment": ("a.zip", lambda text: packed("b.md", b"", comment=text), "a.zip, comment"),
    "a comment in a zip": ("a.zip", lambda text: packed("b.md", b"", note=text), "a.zip, comment of b.md"),
    "a zip's spare room": (
        "a.zip",
        lambda text: packed("b.md", b"", extra=b"\xfe\xca" + len(text.encode()).to_bytes(2, "little") + text.encode()),
        "a.zip, extra field of b.md",
    ),
    "before a zip": ("a.zip", lambda text: text.encode() + packed("b.md", b""), "a.zip, before the archive"),
    "a notebook in a zip in a zip": (
        "a.zip",
        lambda text: packed("b.zip", packed("c.ipynb", notebook(cell(source=text)))),
        "a.zip, b.zip, c.ipynb, cell c7",
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_is_found_in_every_place(gate, mark, place):
    text, origin = MARKS[mark]
    name, planted, part = PLACES[place]
    content = planted(text)

    problems = gate.leaks_in_file(Path(name), content if isinstance(content, bytes) else content.encode(), name)

    assert any(origin in problem.what and f" stands in {part}." in problem.what for problem in problems)
    assert {str(problem.where) for problem in problems} == {name}


PUBLIC = "Put it into busiest_year. In 2014 there were 14; for sure, half of 44 is 22, not 0.5, and a = 3 is a start."


@pytest.mark.parametrize("place", PLACES)
def test_a_text_with_words_of_secrets_and_no_secret_is_left_alone_everywhere(gate, place):
    name, planted, _ = PLACES[place]
    content = planted(PUBLIC)

    assert gate.leaks_in_file(Path(name), content if isinstance(content, bytes) else content.encode(), name) == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("tiny/wrong-answers/x.txt", "wrong-answers"),
        ("tiny/counts-rows.ipynb", "wrong-answers/counts-rows.md"),
        ("tiny/RUBRIC.md", "rubric.md"),
        ("assignment.yml", "assignment.yml"),
        ("by-hand.txt", "right-answers/by-hand.md"),
    ],
)
def test_a_file_of_the_instructors_is_known_by_its_name_alone_also_in_a_zip(gate, path, said):
    (outside,) = gate.leaks_in_file(Path(path), b"", path)
    (inside,) = gate.leaks_in_file(Path("a.zip"), packed(path, b""), "a.zip")

    assert said in outside.what
    assert outside.what.endswith("stands in its name.")
    assert inside.what.endswith(f"stands in a.zip, the name {path}.")
