"""Build an edition of the site: whole, or not at all."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from casebook.errors import CasebookError, Problem, Where, raise_if_any
from casebook.project import Project
from casebook.site.edition import Edition
from casebook.site.last_build import LastBuild
from casebook.site.publication import next_site

if TYPE_CHECKING:
    from casebook.site.source_tree import SourceTree
    from casebook.site.sphinx_config import SphinxFolders

# What Sphinx leaves in its output for its own use.
NOT_PUBLISHED = frozenset({".doctrees", ".buildinfo", ".buildinfo.bak", "reports"})


def build_site(project: Project, edition: Edition = Edition.READER, out: Path | None = None) -> Path:
    """Make a site; an unchanged one takes seconds.

    Parameters
    ----------
    project
        The casebook.
    edition
        Who it is for.
    out
        Where the site goes; what is there is replaced when, and only when, the build succeeds.
        None: ``_build/html`` for readers, ``_build/html-student`` and ``_build/html-instructor``.

    Returns
    -------
    Path
        The folder to serve.

    Raises
    ------
    CasebookError
        With everything that was found wrong: entries of the table of contents, cells that fail,
        charts that lack something, links that lead nowhere, secrets of the exercises on a page.
    """
    target = (out or default_target(project, edition)).resolve()
    _refuse_to_replace_other_things(project, target)
    with _alone(project):
        last = LastBuild(project, edition, target)
        if not last.still_stands():
            _build(project, edition, target)
            last.remember()
    return target


@contextmanager
def _alone(project: Project) -> Generator[None]:
    """Wait until no other build of this casebook runs: they would write the same files."""
    lock = project.build / "work/lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        yield


def _build(project: Project, edition: Edition, target: Path) -> None:
    # Imported here, so that a build with nothing to do ends before it has begun.
    from casebook.exercises.leaks import leaks_in
    from casebook.site.chapter_runs import run_chapters
    from casebook.site.sphinx_config import sphinx_config
    from casebook.site.sphinx_run import run_sphinx
    from casebook.site.weight import lighten

    prepared = prepare(project, edition)
    folders = folders_of(project, edition)
    config = sphinx_config(prepared.tree, folders)
    raise_if_any(run_chapters(prepared.tree, prepared.pages, folders.execution_cache, config.markdown_extensions))
    raise_if_any(run_sphinx(prepared.tree, folders, config))
    with next_site(target, folders.html, NOT_PUBLISHED, prepared.downloads) as draft:
        lighten(draft, folders.doctrees.with_name("sheets.json"))
        if not edition.has_solutions:
            raise_if_any(_as_published(problem, draft, target) for problem in leaks_in(project, draft))


@dataclass(frozen=True)
class Prepared:
    """An edition, ready to be built.

    Parameters
    ----------
    tree
        Its sources, brought up to date.
    pages
        The pages of its book, those that only this edition has among them.
    downloads
        Content, by path from the root of the site, of files that lie beside the pages.
    """

    tree: SourceTree
    pages: list[str]
    downloads: dict[Path, bytes]


def prepare(project: Project, edition: Edition) -> Prepared:
    """Bring an edition's sources up to date.

    Raises
    ------
    CasebookError
        An entry of the table of contents or of ``course.yml`` is wrong, or an assignment cannot be
        released.
    """
    from casebook.course.model import Links
    from casebook.course.reading import load_course
    from casebook.exercises.release import released_for_site
    from casebook.site.collection import add_collection, table_pages
    from casebook.site.editions import extras
    from casebook.site.source_tree import assemble, possible_pages
    from casebook.site.toc import read_toc

    releases = released_for_site(project)
    possible = possible_pages(project, releases) | set(table_pages(project))
    entries, problems = read_toc(project.toc_file, possible)
    raise_if_any(problems)
    course = load_course(project)
    more = extras(project, edition, course, tuple(releases))
    pages = [entry.page for entry in entries]
    raise_if_any(add_collection(more, project, pages, releases, course.links if course else Links()))
    tree = assemble(project, releases, more, project.build / "source" / edition)
    below = (page for pages in more.below.values() for page in pages)
    return Prepared(tree, list(dict.fromkeys([*(entry.page for entry in entries), *below])), more.downloads)


def default_target(project: Project, edition: Edition) -> Path:
    """Where an edition goes if nobody says otherwise."""
    return project.build / ("html" if edition is Edition.READER else f"html-{edition}")


def folders_of(project: Project, edition: Edition) -> SphinxFolders:
    """Where an edition's build keeps its things between builds."""
    from casebook.site.sphinx_config import SphinxFolders

    work = project.build / "work" / edition
    return SphinxFolders(work / "html", work / "doctrees", project.build / "executed")


def _as_published(problem: Problem, draft: Path, target: Path) -> Problem:
    """The problem at the place where the file would have come to lie."""
    if problem.where is None:
        return problem
    file = target / Path(problem.where.file).relative_to(draft)
    return replace(problem, where=replace(problem.where, file=file))


def _refuse_to_replace_other_things(project: Project, target: Path) -> None:
    if project.root.is_relative_to(target):
        raise CasebookError.one(
            "The site would replace the casebook itself.", where=Where(target), mend="choose another folder."
        )
    if target.is_dir() and any(target.iterdir()) and not (target / "search.html").is_file():
        raise CasebookError.one(
            "This folder holds something that is not a site.",
            where=Where(target),
            mend="choose a new or empty folder, or remove what is in it.",
        )
