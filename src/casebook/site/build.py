"""Build an edition of the site: whole, or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

from casebook.errors import CasebookError, Where, raise_if_any
from casebook.exercises.leaks import leaks_in
from casebook.exercises.release import released_for_site
from casebook.project import Project
from casebook.site.chapter_runs import run_chapters
from casebook.site.source_tree import SourceTree, assemble, possible_pages
from casebook.site.sphinx_run import SphinxFolders, run_sphinx, sphinx_config
from casebook.site.toc import read_toc
from casebook.whole_files import replaced_folder

EDITIONS = ("reader",)
# What Sphinx leaves in its output for its own use.
NOT_PUBLISHED = (".doctrees", ".buildinfo", ".buildinfo.bak", "reports")


def build_site(project: Project, edition: str = "reader", out: Path | None = None) -> Path:
    """Make a site; an unchanged one takes seconds.

    Parameters
    ----------
    project
        The casebook.
    edition
        One of ``EDITIONS``.
    out
        Where the site goes; what is there is replaced when, and only when, the build succeeds.
        None: ``_build/html``.

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
    target = (out or project.build / "html").resolve()
    _refuse_to_replace_other_things(project, target)
    tree, pages = prepared(project, edition)
    folders = folders_of(project, edition)
    config = sphinx_config(tree, folders)
    raise_if_any(run_chapters(tree, pages, folders.execution_cache, config.markdown_extensions))
    raise_if_any(run_sphinx(tree, folders, config))
    _place_archives([release.archive for release in tree.releases], folders.html / "exercises")
    raise_if_any(leaks_in(project, folders.html))
    _publish(folders.html, target)
    return target


def prepared(project: Project, edition: str) -> tuple[SourceTree, list[str]]:
    """The edition's sources, brought up to date, and the pages of its book in order.

    Raises
    ------
    CasebookError
        An entry of the table of contents is wrong, or an assignment cannot be released.
    """
    releases = released_for_site(project)
    entries, problems = read_toc(project.toc_file, possible_pages(project, releases))
    raise_if_any(problems)
    tree = assemble(project, releases, project.build / "source" / edition)
    return tree, [entry.page for entry in entries]


def folders_of(project: Project, edition: str) -> SphinxFolders:
    """Where an edition's build keeps its things between builds."""
    work = project.build / "work" / edition
    return SphinxFolders(work / "html", work / "doctrees", project.build / "executed")


def _refuse_to_replace_other_things(project: Project, target: Path) -> None:
    if project.root.is_relative_to(target):
        raise CasebookError.one(
            "The site would replace the casebook itself.", where=Where(target), mend="choose another folder."
        )
    if target.is_dir() and any(target.iterdir()) and not (target / "searchindex.js").is_file():
        raise CasebookError.one(
            "This folder holds something that is not a site.",
            where=Where(target),
            mend="choose a new or empty folder, or remove what is in it.",
        )


def _place_archives(archives: list[Path], folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.zip"):
        old.unlink()
    for archive in archives:
        shutil.copyfile(archive, folder / archive.name)


def _publish(html: Path, target: Path) -> None:
    """Copy, so that Sphinx finds its own output as it left it next time."""
    with replaced_folder(target) as draft:
        shutil.copytree(html, draft, ignore=shutil.ignore_patterns(*NOT_PUBLISHED), dirs_exist_ok=True)
