"""Serve the site on this machine, build it again when a file changes, and reload the pages that are open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from casebook.errors import CasebookError, Problem, raise_if_any
from casebook.project import Project
from casebook.site.build import build_site

HOST = "127.0.0.1"
# Files that editors and tools write beside the one that is edited.
PASSING = [r"(^|/)\.[^/]*$", r"~$", r"\.swp$", r"__pycache__", r"\.ipynb_checkpoints"]


@dataclass(frozen=True)
class Rebuild:
    """What happens at each change; sphinx-autobuild calls it in a process of its own.

    Parameters
    ----------
    project
        The casebook.
    say
        Prints a line. A function of a module, so that it can be sent to that process.
    """

    project: Project
    say: Callable[[str], None]

    def __call__(self, *, changed_paths: Sequence[Path] = ()) -> None:
        """Build the site. If that fails, say why; the last good site stays."""
        for path in changed_paths:
            self.say(f"Changed: {path}")
        folder, problems = _built(self.project)
        for problem in problems:
            self.say(str(problem))
        self.say("The last good site stays until this is mended." if problems else f"Built: {folder}")


def _built(project: Project) -> tuple[Path, tuple[Problem, ...]]:
    """Where the site is, and why it could not be built."""
    try:
        return build_site(project), ()
    except CasebookError as error:
        return project.build / "html", error.problems


def serve_site(project: Project, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Raises
    ------
    CasebookError
        The first build fails: there is nothing to show.
    """
    # This process never builds: later builds run in forks of it, and what draws the charts does not
    # work in the fork of a process that has used it.
    with ProcessPoolExecutor(max_workers=1) as apart:
        folder, problems = apart.submit(_built, project).result()
    raise_if_any(problems)
    watched: list[Path] = [project.book, project.chapters, project.data, project.exercises]
    watched += [project.config_file, project.toc_file]
    changes = RebuildServer(
        [path for path in watched if path.exists()],
        IgnoreFilter([], PASSING),
        change_callback=Rebuild(project, say),  # pyright: ignore[reportArgumentType] - called with changed_paths=
    )
    address = f"{HOST}:{port}"
    app = Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", changes, name="reload"),
            Mount("/", app=StaticFiles(directory=folder, html=True), name="site"),
        ],
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=address)],
        lifespan=changes.lifespan,  # pyright: ignore[reportArgumentType] - sphinx-autobuild annotates it loosely
    )
    say(f"The site is at http://{address}/ and follows your changes. Stop with Ctrl+C.")
    uvicorn.run(app, host=HOST, port=port, log_level="warning", timeout_graceful_shutdown=2)
