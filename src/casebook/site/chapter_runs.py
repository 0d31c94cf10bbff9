"""Run the chapters whose code or data have changed, and keep their outputs for the pages.

A page whose text is as it was is not even parsed; its outputs are good if everything that its last
run read is as it was. What is left runs, several chapters at a time, before Sphinx starts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Problem, Where
from casebook.site.chapter_inputs import SourceDigests, environment_digest, parts_read
from casebook.site.executed import ExecutedChapters, Inputs, Shown, key_of
from casebook.site.source_tree import SourceTree

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from casebook.kernels.run import CellFailure


@dataclass(frozen=True)
class Chapter:
    """A page that is a notebook.

    Parameters
    ----------
    page
        Without its ending.
    file
        Its text.
    text
        The digest of that.
    notebook
        Its cells.
    key
        Which code it is.
    """

    page: str
    file: Path
    text: str
    notebook: NotebookNode
    key: str


def run_chapters(
    tree: SourceTree, pages: Iterable[str], cache_folder: Path, extensions: Sequence[str]
) -> list[Problem]:
    """Bring the kept outputs up to date; the cells that fail are problems.

    Parameters
    ----------
    tree
        The edition's sources.
    pages
        The pages of the book, without endings.
    cache_folder
        Where outputs are kept (``casebook.site.executed``).
    extensions
        Markdown extensions that the book uses; they decide what is a cell.
    """
    kept = ExecutedChapters(cache_folder)
    digests = SourceDigests(tree.folder)
    environment = environment_digest()
    before = kept.shown(tree.folder.name)
    unreadable: set[str] = set()
    now: dict[str, Shown] = {}
    stale: list[Chapter] = []
    problems: list[Problem] = []
    for page in pages:
        file = tree.folder / f"{page}.md"
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if not text.startswith("---"):
            continue
        digest = hashlib.sha256("\0".join([environment, *extensions, text]).encode()).hexdigest()
        known = before.get(page)
        if known is not None and known.text == digest and _is_fresh(kept, known.key, environment, digests):
            # Another edition may have run it since.
            now[page] = replace(known, outputs=kept.digest(known.key))
            continue
        chapter = _parsed(tree, page, text, digest, extensions)
        if isinstance(chapter, Problem):
            problems.append(chapter)
            unreadable.add(page)
        elif chapter is not None and _is_fresh(kept, chapter.key, environment, digests):
            now[page] = Shown(digest, chapter.key, kept.digest(chapter.key))
        elif chapter is not None:
            stale.append(chapter)
    ran, failures = _run(tree, stale, kept, environment, digests)
    # Outputs of a page that is broken now are good again once it is mended as it was.
    broken = unreadable | ({chapter.page for chapter in stale} - ran.keys())
    waiting = {page: before[page] for page in broken if page in before}
    kept.show(tree.folder.name, waiting | now | ran)
    return problems + failures


def _is_fresh(kept: ExecutedChapters, key: str, environment: str, digests: SourceDigests) -> bool:
    inputs = kept.inputs(key)
    if inputs is None or inputs.environment != environment:
        return False
    return all(digests.of(part) == digest for part, digest in inputs.parts.items())


def _parsed(tree: SourceTree, page: str, text: str, digest: str, extensions: Sequence[str]) -> Chapter | Problem | None:
    """The page as a notebook; None: it is plain Markdown."""
    # Imported here, and not by builds in which no chapter has changed.
    from myst_nb.core.read import MystMetadataParsingError, is_myst_markdown_notebook, read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    file = tree.folder / f"{page}.md"
    try:
        if not is_myst_markdown_notebook(text):
            return None
        config = MdParserConfig(enable_extensions=set(extensions))
        notebook = read_myst_markdown_notebook(text, config, add_source_map=True, path=file)
    except MystMetadataParsingError as error:
        return Problem(f"{error}.", Where(tree.origin(file)), "mend the YAML between the lines of ---.")
    return Chapter(page, file, digest, notebook, key_of(notebook, _folder(page)))


def _folder(page: str) -> str:
    return page.rpartition("/")[0]


def _run(
    tree: SourceTree, chapters: list[Chapter], kept: ExecutedChapters, environment: str, digests: SourceDigests
) -> tuple[dict[str, Shown], list[Problem]]:
    if not chapters:
        return {}, []
    from casebook.kernels.run import NotebookJob, run_notebooks

    jobs = [NotebookJob(chapter.notebook, chapter.file.parent, watch=tree.folder) for chapter in chapters]
    shown: dict[str, Shown] = {}
    problems: list[Problem] = []
    for chapter, ran in zip(chapters, run_notebooks(jobs), strict=True):
        if ran.failure is not None:
            problems.append(_problem(tree.origin(chapter.file), chapter.notebook, ran.failure))
            continue
        code = [cell.source for cell in chapter.notebook.cells if cell.cell_type == "code"]
        parts = parts_read(ran.reads, code, _folder(chapter.page), tree.folder)
        inputs = Inputs(environment, {part: digests.of(part) for part in sorted(parts)})
        shown[chapter.page] = Shown(chapter.text, chapter.key, kept.keep(chapter.key, chapter.notebook, inputs))
    return shown, problems


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
