"""The three editions of the real book: each has what is its own, and nothing that is another's."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.project import Project

ROOT = Path(__file__).parents[2]
EXERCISE = "exercises/data-sharing"

# Where instructors keep what students must not see, and a word planted there. Words that no stemmer
# shortens, so that the search index would hold them as they are.
PLANTED = {
    "zqnote1x": (
        "chapters/01-data-sharing/teaching-note.md",
        "\n## ",
        "\nThe word zqnote1x stands in a teaching note.\n\n## ",
    ),
    "zqsolve2x": (
        f"{EXERCISE}/who-sells.md",
        "### BEGIN SOLUTION\n",
        "### BEGIN SOLUTION\n# zqsolve2x in a solution\n",
    ),
    "zqhide3x": (
        f"{EXERCISE}/who-sells.md",
        "### BEGIN HIDDEN TESTS\n",
        "### BEGIN HIDDEN TESTS\n# zqhide3x in hidden tests\n",
    ),
    "zqscheme4x": (
        f"{EXERCISE}/who-carries.md",
        "=== BEGIN MARK SCHEME ===\n",
        "=== BEGIN MARK SCHEME ===\nThe word zqscheme4x stands in a mark scheme.\n",
    ),
    "zqrubric5x": (f"{EXERCISE}/rubric.md", "\n", "\nThe word zqrubric5x stands in a rubric.\n"),
    "zqwrong6x": (f"{EXERCISE}/wrong-answers/growth-simple-average.md", "reason: ", "reason: zqwrong6x "),
    "zqright7x": (f"{EXERCISE}/right-answers/first-principles.md", "reason: ", "reason: zqright7x "),
}
# Right answers prove the tests; no page shows them, not even to instructors.
SHOWN_TO_INSTRUCTORS = PLANTED.keys() - {"zqright7x"}
DATES_OF_THE_COURSE = "Europe/London"


def everything_in(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Each file of a site by name, and each file inside its zips."""
    yield name, content
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from everything_in(f"{name}/{entry}", archive.read(entry))


def places_of(word: str, site: Path) -> list[str]:
    return [
        name
        for file in sorted(site.rglob("*"))
        if file.is_file()
        for name, content in everything_in(str(file.relative_to(site)), file.read_bytes())
        if word.encode() in content.lower() or word in name
    ]


@pytest.fixture(scope="module")
def sites(tmp_path_factory, build_process) -> dict[str, Path]:
    """The book with the planted words, built in every edition."""
    root = tmp_path_factory.mktemp("editions") / "book"
    for name in ("book", "chapters", "data", "exercises"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "_toc.yml", "course.yml", "CHANGELOG.md", "requirements.txt"):
        shutil.copyfile(ROOT / name, root / name)
    for path, old, new in PLANTED.values():
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    for edition in ("reader", "student", "instructor"):
        result = build_process(Project(root), "--edition", edition)
        assert result.returncode == 0, result.stdout + result.stderr
    build = root / "_build"
    return {"reader": build / "html", "student": build / "html-student", "instructor": build / "html-instructor"}


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["reader", "student"])
@pytest.mark.parametrize("word", PLANTED)
def test_what_is_for_instructors_stands_nowhere_in_what_others_get(sites, edition, word):
    assert places_of(word, sites[edition]) == []


@pytest.mark.slow
@pytest.mark.parametrize("word", sorted(SHOWN_TO_INSTRUCTORS))
def test_instructors_find_it_on_a_page_and_by_search(sites, word):
    places = places_of(word, sites["instructor"])

    assert [place for place in places if place.endswith(".html")]
    assert any(place.startswith("_static/search-index.") for place in places)


@pytest.mark.slow
def test_only_readers_get_no_dates_of_the_course(sites):
    assert places_of(DATES_OF_THE_COURSE.lower(), sites["reader"]) == []
    for edition in ("student", "instructor"):
        assert {"book/course/schedule.html", "book/course/calendar.ics"} <= set(
            places_of(DATES_OF_THE_COURSE.lower(), sites[edition])
        )


@pytest.mark.slow
def test_each_page_for_instructors_says_so_and_keeps_robots_out(sites):
    pages = [file for file in sites["instructor"].rglob("*.html") if "_static" not in file.parts]
    with_content = [page for page in pages if "<article" in page.read_text(encoding="utf-8")]

    assert with_content
    for page in with_content:
        text = page.read_text(encoding="utf-8")
        assert "Instructor edition" in text, page
        assert '<meta name="robots" content="noindex' in text, page
    assert "Disallow: /" in (sites["instructor"] / "robots.txt").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["reader", "student"])
def test_other_pages_let_robots_in_and_carry_no_banner(sites, edition):
    for page in sites[edition].rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "noindex" not in text, page
        assert "Instructor edition" not in text, page
