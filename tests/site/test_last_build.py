import os

import pytest

from casebook.site.last_build import LastBuild

SITE = {"index.html": "site", "a/page.html": "page"}


@pytest.fixture
def built(tiny_casebook):
    target = tiny_casebook.build / "html"
    for path, text in SITE.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    LastBuild(tiny_casebook, "reader", target).remember()
    return tiny_casebook


def stands(project, edition="reader", target=None) -> bool:
    return LastBuild(project, edition, target or project.build / "html").still_stands()


def test_a_site_stands_until_something_that_it_was_made_of_changes(built):
    assert stands(built)

    file = built.exercises / "tiny/assignment.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\n", encoding="utf-8")
    assert not stands(built)

    file.write_text(text, encoding="utf-8")
    assert stands(built)


@pytest.mark.parametrize("path", ["course.yml", "data/new.csv", "book/new.md", "chapters/x/figure.png"])
def test_a_new_source_is_seen(built, path):
    (built.root / path).parent.mkdir(parents=True, exist_ok=True)
    (built.root / path).write_text("new", encoding="utf-8")

    assert not stands(built)


def test_what_tools_leave_beside_the_sources_is_no_source(built):
    (built.exercises / "tiny/.ipynb_checkpoints").mkdir()
    (built.exercises / "tiny/.ipynb_checkpoints/a.md").write_text("x", encoding="utf-8")

    assert stands(built)


def test_another_edition_or_another_folder_is_another_site(built):
    assert not stands(built, "student")
    assert not stands(built, target=built.build / "elsewhere")


def test_a_site_that_somebody_touched_does_not_stand(built):
    page = built.build / "html/a/page.html"
    os.utime(page, (1, 1))
    assert not stands(built)

    LastBuild(built, "reader", built.build / "html").remember()
    page.unlink()
    assert not stands(built)


def test_a_source_that_changes_while_the_site_is_built_makes_the_next_build_build_again(built):
    build = LastBuild(built, "reader", built.build / "html")
    (built.exercises / "tiny/late.md").write_text("late", encoding="utf-8")
    build.remember()

    assert not stands(built)
