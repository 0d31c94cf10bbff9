"""Charts on the pages of a real build: what is there, what is kept, and what the build refuses."""

import re

import pytest

pytestmark = pytest.mark.slow

CHART = "chapters/01-parcels/chapter.md"
PLAIN = 'alt.Chart(parcels, title="Parcels doubled", description="Bars by year.").mark_bar().encode('
TELLING = f'{PLAIN}tooltip="parcels:Q", '
FAULTS = """
```{code-cell} ipython3
---
mystnb: {figure: {name: fig-far, caption: "Source: test."}}
---
alt.Chart(alt.UrlData("https://example.org/x.csv"), title="A", description="B").mark_point()
```

```{code-cell} ipython3
---
mystnb: {figure: {name: fig-lost, caption: "Source: test."}}
---
alt.Chart(alt.UrlData("shapes.json"), title="A", description="B").mark_geoshape()
```

```{code-cell} ipython3
---
mystnb: {figure: {name: fig-empty, caption: "Source: test."}}
---
alt.Chart(title="A", description="B").mark_bar().encode(x=alt.X("year:O").title(None))
```

```{code-cell} ipython3
---
mystnb: {figure: {name: fig-typo, caption: "Source: test."}}
---
alt.Chart(parcels, title="A", description="B").mark_bar().encode(x=alt.X("yaer:O").title(None))
```

```{code-cell} ipython3
---
mystnb: {figure: {name: fig-unsourced, caption: Parcels a year.}}
---
alt.Chart(parcels).mark_bar().encode(x="year:Q", y=alt.Y("parcels:Q").title("Parcels"))
```

```{code-cell} ipython3
from IPython.display import display
display({"application/vnd.vegalite.v6+json": {"mark": "bars"}, "text/plain": ""}, raw=True)
```

```{code-cell} ipython3
---
mystnb: {figure: {name: fig-invalid, caption: "Source: test."}}
---
display({"application/vnd.vegalite.v6+json": {"title": "A", "description": "B", "mark": "bar", "data": {"values": [{"a": 1}]},
    "encoding": {"x": {"field": "a", "type": "kwantitative", "title": "A (m)"}}}, "text/plain": ""}, raw=True)
```

```{code-cell} ipython3
---
mystnb: {figure: {name: fig-large, caption: "Source: test."}}
---
rows = [{"n": n} for n in range(5001)]
display({"application/vnd.vegalite.v6+json": {"title": "A", "description": "B", "mark": "point", "data": {"values": rows},
    "encoding": {"x": {"field": "n", "type": "quantitative", "title": "N (number)"}}}, "text/plain": ""}, raw=True)
```
"""


def page(project) -> str:
    return (project.build / "html/chapters/01-parcels/chapter.html").read_text(encoding="utf-8")


def files(project, folder: str = "_static/charts") -> set[str]:
    return {file.name for file in (project.build / "html" / folder).iterdir()}


def test_a_chart_has_its_table_and_its_files_below_its_caption(built_book):
    html = page(built_book)

    for ending in ("csv", "svg", "png"):
        [name] = re.findall(rf'href="\.\./\.\./_static/charts/([0-9a-f]{{16}}\.{ending})" download="fig-parcels', html)
        assert name in files(built_book)
    assert html.index("</figure>") < html.index('<div class="chart-tools"')
    assert '<th scope="row">2013</th><td class="number">9.19</td>' in html
    table = next((built_book.build / "html/_static/charts").glob("*.csv"))
    assert table.read_text(encoding="utf-8-sig") == "Year,Parcels (billion)\n2013,9.19\n2014,14\n"


def test_a_page_without_live_charts_gets_no_script_and_one_with_them_gets_it_from_the_site(built_book, build, edit):
    assert "reach-" not in page(built_book)
    edit(built_book.root / CHART, PLAIN, TELLING)

    assert build(built_book).returncode == 0

    [script] = re.findall(r"<script [^>]*/reach-[^>]*>", page(built_book))
    [folder, vega] = [re.search(rf'{key}="([^"]+)"', script)[1] for key in ("src", "data-vega")]
    assert (built_book.build / "html" / vega.removeprefix("../../")).stat().st_size > 500_000
    assert re.search(r"/charts-[0-9a-f]{16}/reach-[0-9a-f]{16}\.js", folder)
    [live] = re.findall(r'data-live="\.\./\.\./_static/charts/([0-9a-f]{16}\.json)"', page(built_book))
    assert live in files(built_book)


def test_changed_words_draw_no_chart_again(built_book, build, edit):
    kept = built_book.build / "work"
    drawn = {file: file.stat().st_mtime_ns for file in kept.rglob("doctrees/charts/*")}
    edit(built_book.root / CHART, "See [the start]", "Look at [the start]")

    assert build(built_book).returncode == 0

    assert drawn
    assert {file: file.stat().st_mtime_ns for file in kept.rglob("doctrees/charts/*")} == drawn


def test_a_map_is_drawn_from_a_file_beside_its_chapter_and_again_when_that_changes(built_book, build, edit):
    shapes = built_book.chapters / "01-parcels/shapes.json"
    square = '{"type": "Polygon", "coordinates": [[[0, 0], [0, 5], [5, 5], [5, 0], [0, 0]]]}'
    shapes.write_text(
        f'{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {square}}}]}}', "utf-8"
    )
    chart = built_book.root / CHART
    source = chart.read_text(encoding="utf-8")
    start = source.index("alt.Chart(")
    made = (
        'alt.Chart(alt.UrlData("shapes.json", format=alt.DataFormat(property="features")), title="A", description="B")'
    )
    chart.write_text(source[:start] + f"{made}.mark_geoshape()\n```\n", encoding="utf-8")

    first = build(built_book)
    before = files(built_book)
    shapes.write_text(shapes.read_text(encoding="utf-8").replace("[5, 5]", "[9, 5]"), encoding="utf-8")
    second = build(built_book)

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert "Show as table" not in page(built_book)
    assert files(built_book).isdisjoint(before)


def test_every_fault_of_every_chart_is_named_at_once_with_chapter_cell_and_mend(built_book, build):
    chapter = built_book.root / CHART
    chapter.write_text(chapter.read_text(encoding="utf-8") + FAULTS, encoding="utf-8")

    result = build(built_book)

    assert result.returncode == 1
    for cell, what in (
        ("fig-far", "Vega-Lite cannot draw this chart: it takes data from another host, https://example.org/x.csv."),
        ("fig-lost", 'Vega-Lite cannot draw this chart: there is no file "shapes.json" from here.'),
        ("fig-empty", "The chart has no data to draw."),
        ("fig-typo", 'The chart draws the column "yaer", which its table does not have.'),
        ("fig-unsourced", "The chart has no title."),
        ("fig-unsourced", "The chart has no description, so that nobody who cannot see it knows what it shows."),
        ("fig-unsourced", "The x axis (year) has no title of its own."),
        ("fig-unsourced", 'The title of the y axis, "Parcels", names no unit.'),
        ("fig-unsourced", "The caption names no source."),
        ("fig-invalid", 'Vega-Lite cannot draw this chart: Invalid field type "undefined".'),
        ("fig-large", "The chart holds 5,001 rows; at most 5,000 go on a page."),
    ):
        assert re.search(rf"^{CHART}:\d+ \(cell {cell}\): {re.escape(what)}\n  Mend: ", result.stdout, re.MULTILINE), (
            what
        )
    assert re.search(rf'^{CHART}:\d+ \(cell \d+\): .*there is no mark "bars"', result.stdout, re.MULTILINE)
    assert re.search(rf"^{CHART}:\d+ \(cell \d+\): The chart has no caption\.", result.stdout, re.MULTILINE)
    assert "Traceback" not in result.stdout + result.stderr
