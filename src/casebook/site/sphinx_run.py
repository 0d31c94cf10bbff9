"""Run Sphinx in this process, and turn its warnings into problems."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import logging
import os
import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.digests import files_digest
from casebook.errors import Problem, Where
from casebook.late_imports import put_off
from casebook.site.chapter_outputs import ChapterOutputs
from casebook.site.executed import ExecutedChapters
from casebook.site.source_tree import SourceTree
from casebook.site.sphinx_config import SphinxConfig, SphinxFolders, sphinx_config
from casebook.whole_files import write_text

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["SphinxConfig", "SphinxFolders", "run_sphinx", "sphinx_config"]

# Pages that have no source.
MADE_BY_SPHINX = {"index", "search", "404"}
# Python's own number is 700, made for programs that run for days.
OBJECTS_BETWEEN_COLLECTIONS = 200_000
# Beside Sphinx's doctrees: the digest of each page's outputs that these were made with.
OUTPUTS_SHOWN = "outputs.json"


def run_sphinx(
    tree: SourceTree, folders: SphinxFolders, config: SphinxConfig, *, builder: str = "html"
) -> list[Problem]:
    """Build what has changed; everything Sphinx warns of is a problem.

    After a build with problems, the next one reads all pages again: Sphinx warns of a page only
    when it reads it.
    """
    with _rare_collections():
        return _run(tree, folders, config, builder)


def _run(tree: SourceTree, folders: SphinxFolders, config: SphinxConfig, builder: str) -> list[Problem]:
    # MyST-NB names IPython's display without need: nothing is displayed while pages are made.
    put_off("IPython", "get_ipython")
    put_off("IPython.display", "display")
    outputs = ChapterOutputs(tree.folder, ExecutedChapters(folders.execution_cache), tree.folder.name)
    outputs.use()
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    problems: list[Problem] = []
    said = io.StringIO()
    with patch_docutils(None), docutils_namespace():
        try:
            app = _sphinx_without_the_network(config, builder)(
                srcdir=tree.folder,
                confdir=None,
                outdir=folders.html,
                doctreedir=folders.doctrees,
                buildername=builder,
                confoverrides=dict(config.values),
                status=None,
                warning=said,
                freshenv=_must_read_all(tree, folders),
            )
            problems += _problems_at_start(said.getvalue())
            _collect_warnings(tree, problems)
            if config.values.get("use_multitoc_numbering") and "numbered" in tree.toc_file.read_text(encoding="utf-8"):
                app.setup_extension("sphinx_multitoc_numbering")
            app.parallel = _processes(app)
            _keep_compiled_templates(app, folders)
            outputs.connect(app, _outputs_shown(folders))
            app.build()
            write_text(folders.doctrees / OUTPUTS_SHOWN, json.dumps(outputs.digests(), indent=1))
            if app.builder.format == "html":
                _remove_what_has_left(folders.html, set(app.env.all_docs))
        except SphinxError as error:
            problems.append(Problem(f"{type(error).__name__}: {error}", Where(tree.project.root)))
    if problems:
        (folders.doctrees / "environment.pickle").unlink(missing_ok=True)
    return problems


def _sphinx_without_the_network(config: SphinxConfig, builder: str) -> type[Sphinx]:
    """Sphinx; where no links are to be checked, without what checks them and speaks to other hosts."""
    from sphinx import application

    checks = "sphinx.builders.linkcheck"
    others = tuple(name for name in application.builtin_extensions if name != checks)
    asked_for = builder == "linkcheck" or any(name.startswith("linkcheck_") for name in config.values)
    if not asked_for:
        # Pictures that lie elsewhere would be fetched with it, by builders that cannot link to them.
        put_off("sphinx.util.requests")
    application.builtin_extensions = (*others, checks) if asked_for else others
    return application.Sphinx


@contextlib.contextmanager
def _rare_collections() -> Generator[None]:
    """Look for garbage rarely: pages are trees that are all kept until they are written."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _keep_compiled_templates(app: Sphinx, folders: SphinxFolders) -> None:
    """Compile the theme's templates once, and not at each build."""
    from jinja2 import FileSystemBytecodeCache

    # Builders that write no HTML have no templates.
    if environment := getattr(getattr(app.builder, "templates", None), "environment", None):
        compiled = folders.doctrees.with_name("templates")
        compiled.mkdir(parents=True, exist_ok=True)
        environment.bytecode_cache = FileSystemBytecodeCache(str(compiled))


def _processes(app: Sphinx) -> int:
    """How many processes read and write pages: one for each processor, if all extensions bear it."""
    # It numbers sections when all pages have been read, and forgets to say that it may be so.
    if numbering := app.extensions.get("sphinx_multitoc_numbering"):
        numbering.parallel_read_safe = True
    safe = all(extension.parallel_read_safe for extension in app.extensions.values())
    return (os.cpu_count() or 1) if safe else 1


def _outputs_shown(folders: SphinxFolders) -> dict[str, str]:
    """Which outputs the pages showed at the end of the last build."""
    record = folders.doctrees / OUTPUTS_SHOWN
    return json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}


def _must_read_all(tree: SourceTree, folders: SphinxFolders) -> bool:
    """Whether the kit's code or the table of contents differ from those of the last build; remembers today's.

    Sphinx sees neither: chart nodes in its doctrees are made by our code, and numbers of sections
    come from the table of contents.
    """
    kit = Path(__file__).parent.parent
    code = [*(kit / "charts").glob("*.py"), *(kit / "site").glob("*.py")]
    today = files_digest(*sorted(code), tree.toc_file)
    record = folders.doctrees / "read-with.sha256"
    if record.is_file() and record.read_text(encoding="utf-8") == today:
        return False
    write_text(record, today)
    return True


def _remove_what_has_left(html: Path, pages: set[str]) -> None:
    """Remove pages that the book no longer has, and their sources: Sphinx leaves them where they were."""
    for file in html.rglob("*.html"):
        page = str(file.relative_to(html).with_suffix(""))
        if page not in pages | MADE_BY_SPHINX and not page.startswith("_static/"):
            file.unlink()
    sources = html / "_sources"
    for file in [file for file in sources.rglob("*") if file.is_file()]:
        if str(file.relative_to(sources).with_suffix("")) not in pages:
            file.unlink()


def _problems_at_start(said: str) -> list[Problem]:
    """Warnings given before anyone could collect them one by one."""
    return [Problem(line.removeprefix("WARNING: "), Where("_config.yml")) for line in said.splitlines() if line.strip()]


def _collect_warnings(tree: SourceTree, problems: list[Problem]) -> None:
    """Let Sphinx's own warning handler, after its filters have passed a record, add it to the list."""
    from sphinx.util.logging import WarningStreamHandler

    def collect(record: logging.LogRecord) -> bool:
        problems.append(_problem(tree.origin, record))
        return True

    for handler in logging.getLogger("sphinx").handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(collect)


def _problem(origin: Callable[[Path], Path], record: logging.LogRecord) -> Problem:
    location = str(getattr(record, "location", None) or "")
    said = re.sub(r"\x1b\[[0-9;]*m", "", record.getMessage()).strip()
    what = said.removeprefix(f"{location}: ").removeprefix("WARNING: ").removeprefix("ERROR: ")
    found = re.fullmatch(r"(?P<file>.*?)(?::(?P<line>\d+))?:?", location)
    if not location or found is None:
        return Problem(what)
    where = Where(
        origin(Path(found["file"])),
        int(found["line"]) if found["line"] else None,
        cell=getattr(record, "casebook_cell", None),
    )
    return Problem(what, where, getattr(record, "casebook_mend", None))
