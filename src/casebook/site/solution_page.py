"""How does a notebook with solutions read in a browser, with nothing beside it?

One page that asks no other host and no other file: styles and pictures are in it, and it has no
script. It follows the reader's choice of a light or a dark screen.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from casebook.charts.columns import Column
from casebook.charts.faces import ChartFaces, Picture
from casebook.charts.table import DataTable
from casebook.exercises.solutions import EXPLAINS
from casebook.site.table_headers import with_scopes

VEGA_LITE = re.compile(r"application/vnd\.vegalite\.v\d+\+json")
NARROW_SCREEN = "(max-width: 600px)"
DARK_PAGE = "(prefers-color-scheme: dark)"
# The numbers of a chart with more rows than this are in its table of data.
MOST_ROWS = 60
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LIGHT_CODE, DARK_CODE = "a11y-high-contrast-light", "a11y-high-contrast-dark"

STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1f24; --muted: #4a525c; --line: #d5dae0;
  --surface: #f4f6f8; --link: #00639c; --right: #00805e; --wrong: #a8457c; --model: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --page: #14181e; --text: #eceff2; --muted: #b4bcc5;
  --line: #343c46; --surface: #1d232b; --link: #7cc6f0; --right: #2fc79b; --wrong: #e39ac4; --model: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 50rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .5rem 0 1rem; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--link); }
p, ul, ol { margin: .75rem 0; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875rem; }
:not(pre) > code { background: var(--surface); padding: .1em .3em; border-radius: .2em; }
pre { margin: 0; padding: .75rem; overflow-x: auto; line-height: 1.45; white-space: pre; }
.code pre, .explains pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.code, .explains pre { background: var(--surface); border: 1px solid var(--line); border-radius: .3rem; margin: .75rem 0; }
.code .label { color: var(--muted); font-size: .8rem; padding: .3rem .75rem 0; }
.code.solution { border-left: .25rem solid var(--right); }
.output { margin: .5rem 0 1rem; overflow-x: auto; }
.output pre { padding: .25rem .75rem; color: var(--muted); }
.explains { border-left: .25rem solid var(--model); padding: .1rem 0 .1rem 1rem; margin: 1.25rem 0; }
.explains.right { border-color: var(--right); }
.explains.wrong { border-color: var(--wrong); }
.explains ul { padding-left: 1.1rem; }
.explains li { margin: .6rem 0; }
.explains li > p { margin: .25rem 0; }
blockquote { margin: .75rem 0; padding: 0; font-style: normal; }
table { border-collapse: collapse; font-size: .9rem; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
.number, .output table.dataframe th, .output table.dataframe td { text-align: right; }
.output table.dataframe .words { text-align: left; }
caption { text-align: left; color: var(--muted); padding-bottom: .3rem; }
summary { cursor: pointer; color: var(--link); padding: .3rem 0; }
img { max-width: 100%; height: auto; display: block; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media print { pre { white-space: pre-wrap; } .code, .output, .explains li { break-inside: avoid; } }
"""


def solution_page(title: str, notebook: Any, charts: Mapping[str, ChartFaces]) -> str:
    """The notebook as one HTML page.

    Parameters
    ----------
    title
        Of the page.
    notebook
        With its outputs.
    charts
        The faces of its charts, by ``<cell id>/<number of the output>``.
    """
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.options["highlight"] = _highlighted
    body = "\n".join(
        _code_cell(cell, charts) if cell.cell_type == "code" else _text_cell(cell, markdown)
        for cell in notebook.cells
        if cell.cell_type != "raw"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{STYLE}{_code_styles()}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _text_cell(cell: Any, markdown: Any) -> str:
    text = _reachable(markdown.render(cell.source))
    kind = cell.metadata.get("casebook", {}).get(EXPLAINS)
    if kind in ("right", "wrong"):
        # The reasons are what a reader goes through; the code of the one that was theirs is a touch away.
        text = text.replace("<pre", "<details><summary>Its code</summary><pre").replace("</pre>", "</pre></details>")
    return f'<div class="explains {escape(kind)}">\n{text}</div>' if kind else text


def _reachable(text: str) -> str:
    # What scrolls sideways on a narrow screen must be within reach of the keyboard.
    text = text.replace("<pre>", '<pre tabindex="0">')
    return text.replace("<table>", '<div class="output" tabindex="0"><table>').replace("</table>", "</table></div>")


def _code_cell(cell: Any, charts: Mapping[str, ChartFaces]) -> str:
    tags = cell.metadata.get("tags", [])
    kind = next((tag for tag in ("solution", "tests") if tag in tags), "given")
    label = {"solution": "The answer", "tests": "Tests", "given": ""}[kind]
    said = f'<div class="label">{label}</div>' if label else ""
    outputs = "".join(_output(output, charts.get(f"{cell.id}/{number}")) for number, output in enumerate(cell.outputs))
    return f'<div class="code {kind}">{said}<pre tabindex="0">{_highlighted(cell.source, "python", "")}</pre></div>\n{outputs}'


def _output(output: Any, chart: ChartFaces | None) -> str:
    if chart is not None:
        return _chart(chart)
    if output.output_type == "stream":
        return _plain(output.text)
    data = output.get("data", {})
    if "text/html" in data:
        return f'<div class="output" tabindex="0">{_table_of(str(data["text/html"]))}</div>\n'
    if "image/svg+xml" in data:
        return f'<div class="output"><img src="{_inline(str(data["image/svg+xml"]))}" alt=""></div>\n'
    if "image/png" in data:
        picture = "".join(str(data["image/png"]).split())
        return f'<div class="output"><img src="data:image/png;base64,{picture}" alt=""></div>\n'
    return _plain(str(data["text/plain"])) if "text/plain" in data else ""


def _plain(text: str) -> str:
    return f'<div class="output"><pre tabindex="0">{escape(COLOUR.sub("", text))}</pre></div>\n'


def _table_of(html: str) -> str:
    # pandas brings a style of its own, which knows no dark page.
    return with_scopes(re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL))


def _chart(chart: ChartFaces) -> str:
    sources = "".join(
        f'<source media="{DARK_PAGE if theme == "dark" else "all"}{" and " + NARROW_SCREEN if size == "narrow" else ""}"'
        f' srcset="{_inline(picture.svg)}" width="{picture.width_px}" height="{picture.height_px}">\n'
        for theme, size, picture in _by_need(chart)
    )
    wide = chart.pictures["light", "wide"]
    tables = "".join(_data_table(table, chart.title) for table in chart.tables)
    numbers = f"<details><summary>The numbers of this chart</summary>\n{tables}</details>\n" if tables else ""
    return (
        f'<div class="output"><picture>\n{sources}<img src="{_inline(wide.svg)}" width="{wide.width_px}"'
        f' height="{wide.height_px}" alt="{escape(chart.alt or chart.title)}"></picture></div>\n{numbers}'
    )


def _by_need(chart: ChartFaces) -> list[tuple[str, str, Picture]]:
    """The pictures that are chosen before the last, in the order in which a browser asks."""
    order = [("dark", "narrow"), ("dark", "wide"), ("light", "narrow")]
    return [(theme, size, chart.pictures[theme, size]) for theme, size in order]


def _inline(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _data_table(table: DataTable, title: str) -> str:
    head = "".join(f'<th scope="col"{_number(column)}>{escape(column.title)}</th>' for column in table.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(column, value) for column, value in zip(table.columns, row, strict=True))}</tr>\n"
        for row in table.rows[:MOST_ROWS]
    )
    more = f" (the first {MOST_ROWS} of {len(table.rows)} rows)" if len(table.rows) > MOST_ROWS else ""
    return (
        f'<div class="output" tabindex="0"><table><caption>{escape(table.title or title)}{more}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )


def _cell(column: Column, value: str) -> str:
    return f"<td{_number(column)}>{escape(column.shown(value))}</td>"


def _number(column: Column) -> str:
    return ' class="number"' if column.measures else ""


def _highlighted(code: str, language: str, _attributes: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer, TextLexer

    lexer = PythonLexer() if language in {"python", "ipython3", "py"} else TextLexer()
    return highlight(code, lexer, HtmlFormatter(nowrap=True))


def _code_styles() -> str:
    from pygments.formatters import HtmlFormatter

    def rules(style: str) -> str:
        lines = HtmlFormatter(style=style).get_style_defs("pre").splitlines()
        # The page has its own background for code.
        return "\n".join(line for line in lines if line.startswith("pre ."))

    return f"{rules(LIGHT_CODE)}\n@media {DARK_PAGE} {{\n{rules(DARK_CODE)}\n}}\n"
