"""Real builds of a tiny book."""

import json
import re

import pytest

pytestmark = pytest.mark.slow


def page(project) -> str:
    return (project.build / "html/chapters/01-parcels/chapter.html").read_text(encoding="utf-8")


def pictures(project) -> list[str]:
    return re.findall(r'(?:src|srcset)="\.\./\.\./(_static/charts/[^"]+)"', page(project))


def runs(project) -> dict[str, int]:
    """The outputs that are kept, and when each was written."""
    return {file.parent.name: file.stat().st_mtime_ns for file in (project.build / "executed").rglob("base.ipynb")}


def test_a_chart_is_on_the_page_for_light_and_dark_with_its_words_and_its_caption(built_book):
    html = page(built_book)

    for theme in ("light", "dark"):
        assert f'<picture class="only-{theme}">' in html
    assert html.count('alt="Bars by year."') == 2
    assert len(set(pictures(built_book))) == 4
    assert all((built_book.build / "html" / picture).is_file() for picture in pictures(built_book))
    assert "Parcels a year. Source, test data." in html


def test_no_page_names_a_script_a_style_or_a_picture_of_another_host(built_book):
    for file in (built_book.build / "html").rglob("*.html"):
        html = file.read_text(encoding="utf-8")
        assert not re.search(r'<(script|link rel="stylesheet"|img|iframe)[^>]*(src|href)="(https?:)?//', html), file


def test_formulas_are_drawn_by_the_browser_itself(built_book):
    assert "<math" in page(built_book)
    assert "mathjax" not in page(built_book).replace("tex2jax_ignore mathjax_ignore", "").lower()


def test_teaching_notes_are_nowhere_in_the_readers_site(built_book):
    files = [file for file in (built_book.build / "html").rglob("*") if file.is_file()]

    assert all("Not for readers" not in file.read_text(encoding="utf-8", errors="ignore") for file in files)


def test_changed_data_run_the_chapter_again_and_unchanged_data_do_not(built_book, build):
    before = pictures(built_book)
    run_before = runs(built_book)

    assert build(built_book).returncode == 0
    assert runs(built_book) == run_before

    with (built_book.data / "parcels.csv").open("a", encoding="utf-8") as file:
        file.write("2015,20.65\n")
    assert build(built_book).returncode == 0

    assert "rows: 3" in page(built_book)
    assert set(pictures(built_book)).isdisjoint(before)
    left = {file.name for file in (built_book.build / "html/_static/charts").iterdir()}
    assert left == set(re.findall(r"_static/charts/([^\"\s]+)", page(built_book)))


def test_a_teaching_note_that_works_out_its_numbers_shows_them_to_instructors(tiny_book, build):
    note = tiny_book.chapters / "01-parcels/teaching-note.md"
    chapter = (tiny_book.chapters / "01-parcels/chapter.md").read_text(encoding="utf-8")
    note.write_text(chapter.replace("# Parcels", "# Note").replace("fig-parcels", "fig-note"), encoding="utf-8")

    assert build(tiny_book, "--edition", "instructor").returncode == 0

    html = tiny_book.build / "html-instructor/chapters/01-parcels/teaching-note.html"
    assert "rows: 2" in html.read_text(encoding="utf-8")


def test_changed_words_change_the_page_and_run_nothing(built_book, build, edit):
    run_before = runs(built_book)
    edit(built_book.chapters / "01-parcels/chapter.md", "See [the start]", "Look at [the start]")

    assert build(built_book).returncode == 0

    assert "Look at" in page(built_book)
    assert runs(built_book) == run_before


def test_a_cell_that_fails_is_named_and_the_old_site_stays(built_book, build, edit):
    chapter = built_book.chapters / "01-parcels/chapter.md"
    edit(chapter, 'print("rows:", len(parcels))', "parcels.nothing")

    result = build(built_book)

    assert result.returncode == 1
    assert "chapters/01-parcels/chapter.md:11 (cell 2): This cell failed: AttributeError:" in result.stdout
    assert "Mend: " in result.stdout
    assert "rows: 2" in page(built_book)


def test_everything_that_sphinx_and_the_charts_complain_of_is_named_at_once_and_again_next_time(
    built_book, build, edit
):
    chapter = built_book.chapters / "01-parcels/chapter.md"
    edit(chapter, 'title="Parcels doubled", description="Bars by year."', 'title="Parcels doubled"')
    edit(chapter, "../../book/index.md", "../../book/nowhere.md")
    edit(built_book.book / "index.md", "# A tiny book", "# A tiny book\n\n```{no-such-directive}\n```")

    results = [build(built_book), build(built_book)]

    for result in results:
        assert result.returncode == 1
        assert "chapters/01-parcels/chapter.md:19 (cell fig-parcels): The chart has no description" in result.stdout
        assert 'Mend: add description="..."' in result.stdout
        assert re.search(r"^chapters/01-parcels/chapter.md:9: .*nowhere.md", result.stdout, re.MULTILINE)
        assert re.search(r"^book/index.md:3: .*no-such-directive", result.stdout, re.MULTILINE)
    assert "See " in page(built_book)


def test_a_chart_that_cannot_be_drawn_is_named_with_its_cell(built_book, build, edit):
    chapter = built_book.chapters / "01-parcels/chapter.md"
    edit(chapter, "alt.Chart(parcels,", 'alt.Chart(alt.UrlData("https://example.org/x.csv"),')

    result = build(built_book)

    assert result.returncode == 1
    assert "(cell fig-parcels): Vega-Lite cannot draw this chart" in result.stdout


def test_a_wrong_entry_in_the_table_of_contents_stops_the_build_before_anything_is_made(tiny_book, build, edit):
    edit(tiny_book.toc_file, "chapters/01-parcels/chapter", "chapters/01-parcel/chapter")

    result = build(tiny_book)

    assert result.returncode == 1
    assert "_toc.yml:4: There is no page" in result.stdout
    assert "Mend: write chapters/01-parcels/chapter" in result.stdout
    assert not (tiny_book.build / "html").exists()


def test_a_page_that_leaves_the_book_leaves_the_site(built_book, build):
    (built_book.root / "_toc.yml").write_text("format: jb-book\nroot: book/index\n", encoding="utf-8")
    (built_book.book / "index.md").write_text("# A tiny book\n", encoding="utf-8")

    result = build(built_book)

    assert result.returncode == 0, result.stdout
    assert not (built_book.build / "html/chapters/01-parcels/chapter.html").exists()
    (index,) = (built_book.build / "html/_static").glob("search-index.*.js")
    assert "rows" not in index.read_text(encoding="utf-8")


def test_a_folder_that_is_not_a_site_is_never_replaced(built_book, build, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/thesis.txt").write_text("years of work", encoding="utf-8")

    result = build(built_book, "--out", str(tmp_path / "precious"))

    assert result.returncode == 1
    assert "not a site" in result.stdout
    assert (tmp_path / "precious/thesis.txt").is_file()


def test_the_site_can_be_built_into_a_folder_of_ones_choice(built_book, build, tmp_path):
    result = build(built_book, "--out", str(tmp_path / "public"))

    assert result.returncode == 0
    assert (tmp_path / "public/index.html").is_file()
    assert str(tmp_path / "public") in result.stdout


def test_the_outputs_of_a_chapter_are_kept_as_a_notebook_would_keep_them(built_book):
    [kept] = (built_book.build / "executed").rglob("base.ipynb")

    outputs = [out for cell in json.loads(kept.read_text())["cells"] for out in cell.get("outputs", [])]

    assert any("application/vnd.vegalite.v6+json" in out.get("data", {}) for out in outputs)
