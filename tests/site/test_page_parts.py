"""Parts of pages: folded boxes, headers of tables, references, what the search knows."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from sphinx.config import Config

from casebook.site.table_headers import with_scopes

REFERENCES = """\
@book{zeng2018, author = {Zeng, Ming}, title = {Smart Business}, publisher = {Press}, year = {2018}}
@misc{cgtn2017, author = {{CGTN}}, title = {Data cut off}, year = {2017}, url = {https://example.org/cgtn}}
@article{luo2020, author = {Luo, Hanbin and Chen, Ke}, title = {Hospitals}, journal = {Automation}, year = {2020}, doi = {10.1/x}}
"""


@pytest.mark.slow
def test_a_folded_box_opens_without_scripts(small_pages):
    text = "# Page\n\n```{admonition} Answer 1\n:class: dropdown\nFour.\n```\n\n```{note}\n:class: dropdown toggle-shown\nSeen.\n```\n"

    page = small_pages({"start.md": text}, "casebook.site.disclosures")["start.html"]

    assert '<summary class="admonition-title">Answer 1</summary>' in page
    assert '<summary class="admonition-title">Note</summary>' in page
    assert page.count("<details ") == page.count("</details>") == 2
    assert page.count("<details open ") == 1


@pytest.mark.slow
def test_references_are_listed_by_author_and_year_and_citations_lead_to_them(small_pages, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/references.bib").write_text(REFERENCES, encoding="utf-8")
    text = (
        "# Page\n\nAs {cite}`zeng2018` and {cite}`cgtn2017,luo2020` say.\n\n```{bibliography}\n:style: casebook\n```\n"
    )

    page = small_pages(
        {"start.md": text},
        "sphinxcontrib.bibtex",
        "casebook.site.bibliography",
        bibtex_bibfiles=["references.bib"],
        bibtex_reference_style="author_year",
    )["start.html"]

    listed = page[page.index('<ul class="references') :]
    works = [
        'CGTN (2017). <a class="reference external" href="https://example.org/cgtn">Data cut off</a>.',
        'Luo, Hanbin; Chen, Ke (2020). <a class="reference external" href="https://doi.org/10.1/x">Hospitals</a>. <em>Automation</em>.',
        "Zeng, Ming (2018). <em>Smart Business</em>. Press.",
    ]
    assert [listed.index(work) for work in works] == sorted(listed.index(work) for work in works)
    for link in ("Zeng, 2018", "CGTN, 2017", "Luo and Chen, 2020"):
        target = page[: page.index(f">{link}</a>")].rpartition('href="#')[2].partition('"')[0]
        assert f'<li id="{target}"' in listed


@pytest.mark.slow
def test_the_search_knows_every_section_and_its_code_last(small_pages):
    text = "# Page\n\nFirst words.\n\n```python\nshare = 1\n```\n\nThen more.\n\n## Second part\n\nMore *words*: càiniǎo.\n"

    script = small_pages({"start.md": text}, "casebook.site.search_index")["_static/search-index.js"]

    index = json.loads(script.removeprefix("window.casebookSearchIndex = ").removesuffix(";\n"))
    assert index["pages"] == [["start.html", "Page"]]
    assert index["entries"] == [
        [0, "", "Page", "First words. Then more. share = 1"],
        [0, "second-part", "Second part", "More words: càiniǎo."],
    ]


def test_header_cells_say_what_they_head():
    table = (
        "<table><thead><tr><th></th><th>Share</th></tr></thead><tbody><tr><th>2005</th><td>67</td></tr></tbody></table>"
    )

    assert with_scopes(table) == (
        '<table><thead><tr><td></td><th scope="col">Share</th></tr></thead>'
        '<tbody><tr><th scope="row">2005</th><td>67</td></tr></tbody></table>'
    )


def test_a_header_of_several_rows_heads_their_group_and_pandas_style_goes():
    table = '<style scoped>\n.x {}\n</style>\n<table border="1" class="d"><tr><th rowspan="2">2005</th></tr></table>'

    assert with_scopes(table) == '<table class="d"><tr><th rowspan="2" scope="rowgroup">2005</th></tr></table>'


def test_a_scope_that_is_there_stays():
    table = '<table><tr><th scope="col">A</th></tr></table>'

    assert with_scopes(table) == table


@pytest.mark.slow
def test_a_changed_style_reaches_the_site_though_no_page_has_changed(small_pages, tmp_path):
    style = tmp_path / "pages/theme/book.css"
    style.parent.mkdir(parents=True)
    style.write_text("p { top: 0 }", encoding="utf-8")
    small_pages({"start.md": "# Page\n"}, html_static_path=["theme"])

    style.write_text("p { top: 1px }", encoding="utf-8")
    small_pages({}, html_static_path=["theme"])

    assert (tmp_path / "out/_static/book.css").read_text(encoding="utf-8") == "p { top: 1px }"


@pytest.mark.slow
def test_every_page_has_one_frame_with_the_way_past_it_first(small_pages):
    made = small_pages({"start.md": "# Page\n\nWords.\n"})

    for page in (made["start.html"], made["search.html"]):
        assert page.count('<main id="main-content"') == page.count("<header") == page.count('id="site-search"') == 1
        assert page.index('class="skip-link"') < page.index("<header")
        assert "fontawesome" not in page
        assert "bootstrap" not in page


@pytest.mark.slow
def test_a_site_with_the_frame_leaves_other_sites_of_the_same_process_as_they_are(small_pages):
    small_pages({"start.md": "# Start\n\nWords.\n"})

    assert Config({}, {}).templates_path == []


@pytest.mark.slow
def test_a_page_is_described_by_its_words_and_not_by_the_links_to_get_it(small_pages):
    links = {"start": [["Download (notebook and data, zip)", "start.zip"]]}

    pages = small_pages(
        {"start.md": "# Start\n\nA courier and a network stop sending each other data, one night in June.\n"},
        "casebook.site.launch_links",
        "casebook.site.page_meta",
        casebook_chapter_links=links,
    )

    assert "start.zip" in pages["start.html"]
    assert '<meta name="description" content="A courier and a network' in pages["start.html"]


def columns_of_words(table: pd.DataFrame) -> list[str]:
    """What stands in the cells that begin at the left, row by row."""
    return re.findall(r'<t[hd] class="words"[^>]*>([^<]*)<', with_scopes(table.to_html()))


def test_columns_of_words_begin_at_the_left_and_those_of_numbers_end_at_the_right():
    table = pd.DataFrame(
        {"firm": ["JD", None], "sales": [1.5, float("nan")], "when": ["2019-Q3", "2020"], "share": ["-1,204", "3e-05"]}
    )

    assert columns_of_words(table) == ["firm", "when", "JD", "2019-Q3", "NaN", "2020"]


def test_columns_are_told_apart_also_beside_a_header_of_several_rows():
    rows = pd.MultiIndex.from_product([["a", "b"], ["x", "y"]])
    table = pd.DataFrame({"n": [1, 2, 3, 4], "note": ["p", "q", "r", "s"]}, index=rows)

    assert columns_of_words(table) == ["note", "p", "q", "r", "s"]


def test_a_table_of_numbers_and_one_that_pandas_did_not_make_stay_as_they_are():
    assert columns_of_words(pd.DataFrame({"n": [1, 2]})) == columns_of_words(pd.DataFrame({"n": []})) == []
    assert "words" not in with_scopes("<table><tbody><tr><td>a</td></tr></tbody></table>")
