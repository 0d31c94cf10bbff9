"""What does an edition offer beside its lessons: pages and files of the tables, chapters to take home?

One front for the build: it reads the tables' passports and the chapters, and adds what is made of
them to what the edition has beside the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from myst_parser.config.main import MdParserConfig

from casebook.course.model import Links
from casebook.data.check import PACKAGE_FILE, load_package, load_sources
from casebook.data.model import SOURCES
from casebook.errors import CasebookError, Problem, raise_if_any
from casebook.exercises.model import Release
from casebook.project import Project
from casebook.site.book_pages import markdown_of, read_pages
from casebook.site.chapter_download import Shelf, chapter_downloads, launchable_files
from casebook.site.chapter_reads import ChapterReads
from casebook.site.citations import read_citations
from casebook.site.claims_page import LEDGER, claims_of
from casebook.site.collection_papers import collection_papers
from casebook.site.data_pages import (
    CATALOGUE,
    FOLDER,
    DataShelf,
    data_downloads,
    data_page_names,
    data_page_problems,
    data_pages,
)
from casebook.site.editions import Extras
from casebook.site.exercise_index import PAGE as INDEX
from casebook.site.launch_links import SETTING, chapter_links
from casebook.site.markdown_words import as_words
from casebook.site.text_chapter import TextChapter
from casebook.site.uses import uses_of

# Jupyter Book's own, for a book that names none.
_USUAL_EXTENSIONS = ("colon_fence", "dollarmath", "linkify", "substitution", "tasklist")


@dataclass(frozen=True)
class BookSettings:
    """What ``_config.yml`` says that matters here.

    Parameters
    ----------
    title
        The book's.
    config
        How its Markdown is read.
    bibliography
        Its BibTeX files.
    """

    title: str
    config: MdParserConfig
    bibliography: tuple[Path, ...]


def table_pages(project: Project) -> list[str]:
    """Pages of the tables that the table of contents may name; none if the casebook has no passports.

    Raises
    ------
    CasebookError
        The passports cannot be read.
    """
    return data_page_names(load_package(project)) if _has_passports(project) else []


def add_collection(
    found: Extras, project: Project, pages: Sequence[str], releases: Sequence[Release], links: Links
) -> list[Problem]:
    """Add the tables and the chapters to take home; nothing if the casebook has no passports.

    Parameters
    ----------
    found
        What the edition has beside the book so far.
    pages
        The pages that the table of contents names, in order, without endings.
    releases
        The assignments.
    links
        The course's; ``Links()`` if there is no course.

    Returns
    -------
    list of Problem
        A chapter reads a table that has no passport, or imports a library whose version is not
        pinned; a cell's metadata is not YAML.
    """
    if not _has_passports(project):
        return []
    chapters, shelf, problems = _shelf(project, pages, releases, links)
    # Only what the table of contents lists is in the book.
    if CATALOGUE in pages:
        sources = load_sources(project) if shelf.package.table(SOURCES) else ()
        texts = data_pages(DataShelf(shelf.package, sources, shelf.uses, shelf.pages.titles, shelf.site))
        found.files.update({Path(path): text.encode() for path, text in texts.items()})
        found.below.setdefault(CATALOGUE, []).extend(name for name in table_pages(project) if name not in pages)
    archives, missing = chapter_downloads(chapters, shelf, project.build / "downloads")
    papers = collection_papers(shelf.package, project.root, shelf.site)
    files = {**data_downloads(shelf.package, papers), **archives}
    found.downloads.update({Path(path): content for path, content in files.items()})
    found.config[SETTING] = chapter_links(chapters, links)
    return [*problems, *missing, *data_page_problems(shelf.package)]


def launchable(project: Project, pages: Sequence[str], releases: Sequence[Release], links: Links) -> dict[str, bytes]:
    """What a branch must hold so that Binder, Colab or a JupyterHub opens its notebooks, by path.

    Raises
    ------
    CasebookError
        There are no passports, or what the build would say of the chapters.
    """
    chapters, shelf, problems = _shelf(project, pages, releases, links)
    raise_if_any(problems)
    # As students get them: the text under exercises/ has the solutions.
    released = {
        f"exercises/{release.assignment.name}/{file.relative_to(release.folder).as_posix()}": file.read_bytes()
        for release in releases
        for file in sorted(release.folder.rglob("*"))
        if file.is_file()
    }
    return launchable_files(chapters, shelf) | released


def read_settings(project: Project) -> BookSettings:
    """What ``_config.yml`` says, with Jupyter Book's own values for what it does not say."""
    written: dict[str, Any] = yaml.safe_load(project.config_file.read_text(encoding="utf-8")) or {}
    extensions: Any = (written.get("parse") or {}).get("myst_enable_extensions") or _USUAL_EXTENSIONS
    files = [project.root / str(file) for file in written.get("bibtex_bibfiles") or ()]
    return BookSettings(
        str(written.get("title", "")),
        MdParserConfig(enable_extensions=set(extensions), linkify_fuzzy_links=False),
        tuple(file for file in files if file.is_file()),
    )


def _has_passports(project: Project) -> bool:
    return (project.data / PACKAGE_FILE).is_file()


def _shelf(
    project: Project, pages: Sequence[str], releases: Sequence[Release], links: Links
) -> tuple[list[TextChapter], Shelf, list[Problem]]:
    """The chapters, what their downloads are made from, and what is wrong with them."""
    settings = read_settings(project)
    chapters, problems = _chapters(project, pages, settings.config)
    package = load_package(project)
    uses, wrong = uses_of(chapters, [release.assignment for release in releases], package)
    texts = dict(_texts(project, pages, releases))
    if CATALOGUE in pages:
        texts |= {f"{FOLDER}/{table.name}": f"# {as_words(table.title)}" for table in package.tables}
        texts[CATALOGUE] = "# Data"
    claims = {claim.claim_id: claim.claim for claim in claims_of(package) or ()}
    shelf = Shelf(
        title=settings.title,
        root=project.root,
        pages=read_pages(texts, settings.config, {LEDGER: claims}),
        citations=read_citations(settings.bibliography),
        config=settings.config,
        package=package,
        uses=uses,
        site=links.site.rstrip("/") if links.site else None,
    )
    return chapters, shelf, [*problems, *wrong]


def _chapters(
    project: Project, pages: Iterable[str], config: MdParserConfig
) -> tuple[list[TextChapter], list[Problem]]:
    """The pages under ``chapters/`` that are notebooks."""
    chapters: list[TextChapter] = []
    problems: list[Problem] = []
    reads = ChapterReads(project.build / "work/chapters.json", config)
    for page in pages:
        file = project.root / f"{page}.md"
        if file.is_relative_to(project.chapters) and file.is_file():
            try:
                chapter = reads.read(page, file)
            except CasebookError as error:
                problems += error.problems
                continue
            chapters += [chapter] if chapter is not None else []
    reads.remember()
    return chapters, problems


def _texts(project: Project, pages: Iterable[str], releases: Sequence[Release]) -> Iterator[tuple[str, str]]:
    """Each page and its Markdown: those that are written, and those of the assignments."""
    for page in pages:
        file = project.root / f"{page}.md"
        if file.is_file():
            yield page, file.read_text(encoding="utf-8")
    if releases:
        yield INDEX, "# All assignments"
    for release in releases:
        folder = f"exercises/{release.assignment.name}"
        yield f"{folder}/index", f"# {as_words(release.assignment.title)}"
        for notebook in release.notebooks:
            yield f"{folder}/{notebook.stem}", markdown_of(notebook.read_text(encoding="utf-8"))
