import shutil
from pathlib import Path

import pytest
from docutils import nodes
from myst_parser.config.main import MdParserConfig
from sphinx.testing.util import SphinxTestApp

from casebook.course.model import Links
from casebook.project import Project
from casebook.site.launch_links import SETTING, chapter_links
from casebook.site.text_chapter import read_chapter

PAGE = "chapters/01-parcels/chapter"
TABLES = Path(__file__).parents[2] / "tests/notebooks/tables-casebook"
ALL = Links(
    binder="https://binder.example/{path}.md",
    colab="https://colab.example/{path}.ipynb",
    jupyterhub="https://hub.example/git-pull?urlpath=lab/tree/{path}.md",
)


@pytest.fixture
def collection(tmp_path) -> Project:
    """A copy of a small casebook with passports: two tables, and a chapter that reads one of them."""
    shutil.copytree(TABLES, tmp_path / "casebook")
    return Project(tmp_path / "casebook")


@pytest.fixture
def chapter(collection):
    return read_chapter(PAGE, collection.root / f"{PAGE}.md", MdParserConfig())


def test_without_a_course_a_chapter_can_only_be_downloaded(chapter):
    assert chapter_links([chapter], Links()) == {
        PAGE: [["Download (notebook and data, zip)", "chapters/01-parcels.zip"]]
    }


def test_each_place_that_the_course_configures_gets_a_link(chapter):
    _, *places = chapter_links([chapter], ALL)[PAGE]

    assert places == [
        ["Open in Binder", f"https://binder.example/{PAGE}.md"],
        ["Open in Colab", f"https://colab.example/{PAGE}.ipynb"],
        ["Open in JupyterHub", f"https://hub.example/git-pull?urlpath=lab/tree/{PAGE}.md"],
    ]


@pytest.mark.slow
def test_the_links_stand_below_the_title_of_their_page_and_of_no_other(tmp_path, chapter):
    sources = tmp_path / "sources"
    (sources / "chapters/01-parcels").mkdir(parents=True)
    (sources / "conf.py").write_text("")
    (sources / "index.md").write_text("# Start\n\nWords.\n\n```{toctree}\nchapters/01-parcels/chapter\n```\n")
    (sources / f"{PAGE}.md").write_text("# Parcels\n\nWords.\n")

    app = SphinxTestApp(
        srcdir=sources,
        confoverrides={
            "extensions": ["myst_parser", "casebook.site.launch_links"],
            SETTING: chapter_links([chapter], ALL),
        },
    )
    try:
        app.build()
        tree = app.env.get_and_resolve_doctree(PAGE, app.builder)
        start = app.env.get_and_resolve_doctree("index", app.builder)
    finally:
        app.cleanup()

    title, links = next(tree.findall(nodes.section)).children[:2]
    assert title.astext() == "Parcels"
    assert [link["refuri"] for link in links.findall(nodes.reference)] == [
        "../01-parcels.zip",
        *(address for _, address in chapter_links([chapter], ALL)[PAGE][1:]),
    ]
    assert links.astext().startswith("Download (notebook and data, zip) · Open in Binder · ")
    assert not [node for node in start.findall(nodes.paragraph) if "chapter-links" in node["classes"]]
