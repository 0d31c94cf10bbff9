"""Between MyST-NB and the kept outputs: a page that Sphinx reads gets the outputs of its last run.

MyST-NB asks ``create_client`` for the outputs of a page. Its own would run chapters, or look into
Jupyter Cache, and brings a database library and Jupyter's clients along, at half a second for each
build. Ours takes its place before MyST-NB is imported.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from casebook.site.executed import ExecutedChapters, Shown

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PACKAGE = "myst_nb.core.execute"


class ChapterOutputs:
    """The outputs that the pages of one edition show.

    Parameters
    ----------
    sources
        The root of the edition's sources.
    kept
        Where outputs are kept.
    edition
        Which edition it is.
    """

    def __init__(self, sources: Path, kept: ExecutedChapters, edition: str) -> None:
        self.sources = sources
        self.kept = kept
        self.shown: dict[str, Shown] = kept.shown(edition)

    def use(self) -> None:
        """Let MyST-NB take outputs from here, in this process, from now on."""
        base = _base()

        def create_client(notebook: Any, source: str, nb_config: Any, logger: Any, read_fmt: Any = None) -> Any:  # noqa: ARG001 - MyST-NB's signature
            self._fill(notebook, source)
            return base.NotebookClientBase(notebook, Path(source), nb_config, logger)

        sys.modules[PACKAGE].create_client = create_client  # type: ignore[attr-defined]
        # It may have been imported already, by an earlier build in this process.
        for name in ("myst_nb.sphinx_", "myst_nb.docutils_"):
            if name in sys.modules:
                sys.modules[name].create_client = create_client  # type: ignore[attr-defined]

    def _fill(self, notebook: Any, source: str) -> None:
        page = Path(source).relative_to(self.sources).with_suffix("").as_posix()
        shown = self.shown.get(page)
        # Notebooks that come with their outputs, or are to be read without, are no chapters.
        if shown is not None:
            self.kept.fill(notebook, shown.key)

    def connect(self, app: Sphinx, before: dict[str, str]) -> None:
        """Let Sphinx read again each page whose outputs are not those ``before``."""

        def outdated(app: Sphinx, environment: BuildEnvironment, *found: set[str]) -> list[str]:  # noqa: ARG001 - Sphinx's signature
            return [page for page, digest in self.digests().items() if before.get(page) != digest]

        app.connect("env-get-outdated", outdated)

    def digests(self) -> dict[str, str]:
        """The digest of the outputs of each page that has some."""
        return {page: shown.outputs for page, shown in self.shown.items()}


def _base() -> ModuleType:
    """MyST-NB's module of the plain client, imported without those that run notebooks."""
    if PACKAGE not in sys.modules:
        importlib.import_module("myst_nb.core")
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None:
            raise ModuleNotFoundError(PACKAGE)
        package = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = package
        base = importlib.import_module(f"{PACKAGE}.base")
        for name in ("ExecutionError", "ExecutionResult", "NotebookClientBase"):
            setattr(package, name, getattr(base, name))
    return importlib.import_module(f"{PACKAGE}.base")
