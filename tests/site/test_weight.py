"""A finished folder of pages becomes light, and stays whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.site import weight
from casebook.site.used_css import Names, used_rules
from casebook.site.weight import Sheets, lighten, names_in

HEAD = """<html><head>
<link rel="stylesheet" href="{up}_static/theme.css?digest=1">
<link rel="stylesheet" href="{up}_static/parts/book.css">
<script defer src="{up}_static/reading.js?v=2"></script>
</head><body class="page"><p id="first">{text}</p><img src="{up}_static/pictures/map.svg" alt=""></body></html>
"""


@pytest.fixture
def site(tmp_path) -> Path:
    files = {
        "index.html": HEAD.format(up="", text="One"),
        "chapters/one/chapter.html": HEAD.format(up="../../", text="Two"),
        "_static/theme.css": '@import "basic.css";\n.page p { color: red } .nowhere { color: blue }',
        "_static/basic.css": "body { margin: 0 } .search-box { width: 1px }",
        "_static/parts/book.css": ".page { background: url(../pictures/paper.png) } .made-by-script { top: 0 }",
        "_static/reading.js": 'box.className = "made-by-script"; load("worker.js");',
        "_static/worker.js": "1",
        "_static/icons.js": "x" * 1000,
        "_static/pictures/map.svg": "<svg/>",
        "_static/pictures/paper.png": "png",
        "_static/fonts/icons.woff2": "font",
    }
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def loaded(page: Path) -> list[Path]:
    """What a page names under _static, as files."""
    found = re.findall(r'(?:href|src)="([^"]*_static/[^"]*)"', page.read_text(encoding="utf-8"))
    return [(page.parent / address).resolve() for address in found]


def test_every_page_loads_one_style_sheet_and_everything_it_names_exists(site):
    lighten(site)

    for page in (site / "index.html", site / "chapters/one/chapter.html"):
        files = loaded(page)
        assert [file.suffix for file in files] == [".css", ".js", ".svg"]
        assert all(file.is_file() for file in files)


def test_names_are_made_of_contents_so_that_a_changed_file_has_a_new_name(site):
    script = site / "_static/reading.js"
    again = script.read_text(encoding="utf-8")
    lighten(site)
    first = next(file.name for file in loaded(site / "index.html") if file.suffix == ".js")

    (site / "_static/other.js").write_text(f"{again} // changed", encoding="utf-8")
    page = site / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace(first, "other.js"), encoding="utf-8")
    lighten(site)

    second = next(file.name for file in loaded(page) if file.suffix == ".js")
    assert re.fullmatch(r"reading\.[0-9a-f]{16}\.js", first)
    assert re.fullmatch(r"other\.[0-9a-f]{16}\.js", second)
    assert first.split(".")[1] != second.split(".")[1]


def test_rules_that_no_page_can_use_go_and_those_a_script_can_cause_stay(site):
    lighten(site)

    css = next(file for file in loaded(site / "index.html") if file.suffix == ".css").read_text(encoding="utf-8")
    assert ".page p" in css
    assert "body{margin: 0}" in css
    assert ".made-by-script" in css
    assert "nowhere" not in css
    assert "search-box" not in css


def test_addresses_in_style_sheets_are_right_where_the_one_sheet_lies(site):
    lighten(site)

    css = next(file for file in loaded(site / "index.html") if file.suffix == ".css").read_text(encoding="utf-8")
    assert "url(pictures/paper.png)" in css
    assert (site / "_static/pictures/paper.png").is_file()


def test_files_that_nothing_asks_for_are_not_shipped_and_those_a_script_asks_for_are(site):
    lighten(site)

    left = {file.name for file in (site / "_static").rglob("*") if file.is_file()}
    assert "worker.js" in left
    assert left.isdisjoint({"icons.js", "icons.woff2", "theme.css", "basic.css", "reading.js"})
    assert not (site / "_static/fonts").exists()


def test_a_light_site_stays_as_it_is(site):
    lighten(site)
    before = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}

    lighten(site)

    assert {file: file.read_bytes() for file in site.rglob("*") if file.is_file()} == before


def test_pages_shown_in_place_of_others_keep_their_addresses_from_the_root(site):
    page = site / "404.html"
    page.write_text(HEAD.format(up="/book/", text="Gone"), encoding="utf-8")

    lighten(site)

    assert 'href="/book/_static/book.' in page.read_text(encoding="utf-8")


def test_a_site_without_static_files_is_left_alone(tmp_path):
    (tmp_path / "index.html").write_text("<p>Hello</p>", encoding="utf-8")

    lighten(tmp_path)

    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "<p>Hello</p>"


NAMES = Names(frozenset({"box", "open", "md:wide"}), frozenset({"html", "p", "a"}))


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".box:hover > p::after{top:0}", ".box:hover > p::after{top:0}"),
        (".box .gone, p{top:0}", "p{top:0}"),
        (".box:not(.gone){top:0}", ".box:not(.gone){top:0}"),
        (":is(.gone,.box) p{top:0}", ":is(.gone,.box) p{top:0}"),
        (".md\\:wide{top:0}", ".md\\:wide{top:0}"),
        ("a[href^='http']{top:0}", "a[href^='http']{top:0}"),
        ("table{top:0}", ""),
        ("@media print{table{top:0}}", ""),
        ("@media print{p{top:0} table{top:1px}}", "@media print{p{top:0}}"),
        ("/* why { } */ p{top:0 /* how */}", "p{top:0}"),
        ("@keyframes turn{from{top:0} to{top:1px}}", "@keyframes turn{from{top:0} to{top:1px}}"),
        ("p{--used:1px;--unused:2px;top:var(--used)}", "p{--used:1px;top:var(--used)}"),
        ("p{--picture:url(data:x;base64,y);top:0}", "p{top:0}"),
        ('@font-face{font-family:"Icons One";src:url(i.woff2)}', ""),
        ('@font-face{font-family:"Text";src:url(t.woff2)}', '@font-face{font-family:"Text";src:url(t.woff2)}'),
    ],
)
def test_a_rule_stays_when_all_that_its_selector_demands_is_there(css, kept):
    assert used_rules(css, NAMES, unwanted_fonts=("Icons",)) == kept


def test_properties_that_only_scripts_or_pages_ask_for_stay():
    asked = Names(NAMES.marks, NAMES.elements, frozenset({"--shift"}))

    assert used_rules("p{--shift:0;top:0}", asked) == "p{--shift:0;top:0}"


def test_names_are_found_in_classes_ids_elements_and_scripts():
    found = names_in(['<P class="a b" id=\'c\'><script>add("d")</script>'], ["e-f"])

    assert {"a", "b", "c", "d", "e-f"} <= found.marks
    assert {"p", "script", "html", "body"} <= found.elements


RULES = st.lists(st.tuples(st.sampled_from([".box", ".gone", "p", "table", "a:hover"]), st.integers(0, 9)), max_size=8)


@given(RULES)
def test_what_can_apply_is_kept_in_order_and_the_rest_goes(rules):
    css = "\n".join(f"{selector} {{ top: {value}px }}" for selector, value in rules)

    kept = used_rules(css, NAMES)

    assert kept == "".join(f"{s}{{top: {v}px}}" for s, v in rules if s not in {".gone", "table"})


def test_an_unused_property_that_holds_a_picture_goes_whole():
    picture = """url("data:image/svg+xml,%3Csvg viewBox='0 0 9 9' stroke='rgba(33, 37, 41, 0.75)'/%3E")"""

    assert used_rules(f"p{{--icon:{picture};top:0}}em{{top:1px}}", Names(frozenset(), frozenset({"p", "em"}))) == (
        "p{top:0}em{top:1px}"
    )


def test_a_sheet_that_was_made_before_is_the_same_and_another_page_makes_another(tmp_path, monkeypatch):
    kept = tmp_path.with_name("kept") / "sheets.json"
    before = Sheets(kept)
    names = Names(frozenset({"page"}), frozenset({"p"}))
    made = before.used(".page p { color: red } .other { top: 0 }", names)
    before.remember()

    with monkeypatch.context() as patch:
        patch.setattr(weight, "used_rules", None)
        assert Sheets(kept).used(".page p { color: red } .other { top: 0 }", names) == made == ".page p{color: red}"

    more = Names(frozenset({"page", "other"}), frozenset({"p"}))
    assert ".other" in Sheets(kept).used(".page p { color: red } .other { top: 0 }", more)
