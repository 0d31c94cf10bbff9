"""Run the chapters whose code or data have changed, and keep their outputs for the pages.

MyST-NB would run chapters by itself, but its cache knows code only: change a table, and the old
chart stays. So chapters run here, before Sphinx, and their outputs go into that same cache with a
note of the data they were made from; Sphinx then finds every chapter there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from myst_nb.core.read import MystMetadataParsingError, is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode

from casebook.digests import folder_digest
from casebook.errors import Problem, Where
from casebook.kernels.run import CellFailure, NotebookJob, run_notebooks
from casebook.site.source_tree import SourceTree

MADE_FROM = "casebook_inputs"
LIBRARIES = ("altair", "pandas", "ipykernel", "casebook")


@dataclass(frozen=True)
class Chapter:
    """A page that is a notebook."""

    file: Path
    notebook: NotebookNode


def run_chapters(
    tree: SourceTree, pages: Iterable[str], cache_folder: Path, extensions: Sequence[str]
) -> list[Problem]:
    """Bring the execution cache up to date; the cells that fail are problems.

    Parameters
    ----------
    tree
        The edition's sources.
    pages
        The pages of the book, without endings.
    cache_folder
        Jupyter Cache's folder.
    extensions
        Markdown extensions that the book uses; they decide what is a cell.
    """
    config = MdParserConfig(enable_extensions=set(extensions))
    chapters, problems = _chapters(tree, pages, config)
    cache = get_cache(cache_folder)
    # All of data/ stands for what a chapter reads: one changed table runs them all again.
    inputs = " ".join([folder_digest(tree.folder / "data"), *(f"{name}-{version(name)}" for name in LIBRARIES)])
    stale = [chapter for chapter in chapters if not _is_fresh(cache, chapter.notebook, inputs)]
    runs = run_notebooks(NotebookJob(chapter.notebook, chapter.file.parent) for chapter in stale)
    for chapter, ran in zip(stale, runs, strict=True):
        if ran.failure is not None:
            problems.append(_problem(tree.origin(chapter.file), chapter.notebook, ran.failure))
            continue
        made = {MADE_FROM: inputs, "execution_seconds": ran.seconds}
        bundle = CacheBundleIn(chapter.notebook, str(chapter.file), data=made)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        # Sphinx reads a page again when its file is newer than what it read before.
        os.utime(chapter.file)
    return problems


def _chapters(tree: SourceTree, pages: Iterable[str], config: MdParserConfig) -> tuple[list[Chapter], list[Problem]]:
    chapters: list[Chapter] = []
    problems: list[Problem] = []
    for page in pages:
        file = tree.folder / f"{page}.md"
        if not file.is_file():
            continue
        text = file.read_text(encoding="utf-8")
        try:
            if is_myst_markdown_notebook(text):
                notebook = read_myst_markdown_notebook(text, config, add_source_map=True, path=file)
                chapters.append(Chapter(file, notebook))
        except MystMetadataParsingError as error:
            problems.append(Problem(f"{error}.", Where(tree.origin(file)), "mend the YAML between the lines of ---."))
    return chapters, problems


def _is_fresh(cache: JupyterCacheAbstract, notebook: NotebookNode, inputs: str) -> bool:
    try:
        record = cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return record.data.get(MADE_FROM) == inputs


def _problem(file: Path, notebook: NotebookNode, failure: CellFailure) -> Problem:
    if failure.index is None:
        return Problem(f"The chapter stopped: {failure.error}.", Where(file), "run it in JupyterLab to see where.")
    cell = notebook.cells[failure.index]
    figure = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
    where = Where(file, notebook.metadata["source_map"][failure.index], cell=figure or str(failure.index + 1))
    return Problem(
        f"This cell failed: {failure.error}.",
        where,
        "mend it; if readers are to see it fail, give the cell the tag raises-exception.",
    )
