"""Run Sphinx in this process, with Jupyter Book's configuration, and turn its warnings into problems."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml
from jupyter_book.config import get_final_config
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import WarningStreamHandler

from casebook.digests import files_digest
from casebook.errors import Problem, Where
from casebook.site.reading_header import exercises_by_chapter
from casebook.site.source_tree import SourceTree
from casebook.whole_files import write_text

# Extensions of Jupyter Book that would fetch scripts from other hosts, or inventories while building.
NOT_USED = {"sphinx_thebe", "sphinx_comments", "sphinx.ext.intersphinx"}
SETTINGS_NOT_USED = {"comments_config", "thebe_config"}
# Pages that have no source.
MADE_BY_SPHINX = {"index", "search", "404"}
# Only the HTML is made; the LaTeX side would cost time at each start.
OURS = {
    "use_jupyterbook_latex": False,
    # A cell that fails is found before Sphinx runs, with its line, and together with all others.
    "nb_execution_raise_on_error": False,
    "html_math_renderer": "mathml",
    "external_toc_exclude_missing": True,
}


@dataclass(frozen=True)
class SphinxFolders:
    """Where one edition's build keeps what it made and what it knows."""

    html: Path
    doctrees: Path
    execution_cache: Path


@dataclass(frozen=True)
class SphinxConfig:
    """Sphinx's settings for an edition."""

    values: dict[str, Any]

    @property
    def markdown_extensions(self) -> list[str]:
        """MyST's optional syntax that is switched on."""
        return list(self.values.get("myst_enable_extensions", []))


def sphinx_config(tree: SourceTree, folders: SphinxFolders) -> SphinxConfig:
    """What ``_config.yml`` says, over Jupyter Book's defaults, with what the kit needs on top."""
    written = yaml.safe_load((tree.folder / "_config.yml").read_text(encoding="utf-8"))
    final = get_final_config(user_yaml=written, cli_config={"latex_individualpages": False}, sourcedir=tree.folder)
    # Jupyter Book ships no types; it returns Sphinx's settings and its own for LaTeX.
    values, _ = cast("tuple[dict[str, Any], dict[str, Any]]", final)
    values["extensions"] = [name for name in values["extensions"] if name not in NOT_USED]
    values = {name: value for name, value in values.items() if name not in SETTINGS_NOT_USED} | OURS
    values["external_toc_path"] = str(tree.toc_file)
    values["nb_execution_cache_path"] = str(folders.execution_cache)
    values["casebook_exercises"] = exercises_by_chapter(tree.releases)
    values["casebook_changelog"] = str(tree.project.root / "CHANGELOG.md")
    values["casebook_site_address"] = tree.address
    return SphinxConfig(values)


def run_sphinx(
    tree: SourceTree, folders: SphinxFolders, config: SphinxConfig, *, builder: str = "html"
) -> list[Problem]:
    """Build what has changed; everything Sphinx warns of is a problem.

    After a build with problems, the next one reads all pages again: Sphinx warns of a page only
    when it reads it.
    """
    problems: list[Problem] = []
    said = io.StringIO()
    with patch_docutils(None), docutils_namespace():
        try:
            app = Sphinx(
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
            app.build()
            if app.builder.format == "html":
                _remove_what_has_left(folders.html, set(app.env.all_docs))
        except SphinxError as error:
            problems.append(Problem(f"{type(error).__name__}: {error}", Where(tree.project.root)))
    if problems:
        (folders.doctrees / "environment.pickle").unlink(missing_ok=True)
    return problems


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
    for file in sources.rglob("*.txt"):
        if str(file.relative_to(sources).with_suffix("").with_suffix("")) not in pages:
            file.unlink()


def _problems_at_start(said: str) -> list[Problem]:
    """Warnings given before anyone could collect them one by one."""
    return [Problem(line.removeprefix("WARNING: "), Where("_config.yml")) for line in said.splitlines() if line.strip()]


def _collect_warnings(tree: SourceTree, problems: list[Problem]) -> None:
    """Let Sphinx's own warning handler, after its filters have passed a record, add it to the list."""

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
