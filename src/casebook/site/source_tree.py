"""The sources of one edition, put together in a folder of their own.

Building each edition from its own tree, instead of hiding parts of one, is what keeps teaching
notes and solutions out of pages, search indexes and downloads that are not theirs.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from casebook.exercises.model import Release
from casebook.project import Project
from casebook.site.course_pages import FOLDER as COURSE_PAGES
from casebook.site.editions import TEACHING_NOTE, Extras
from casebook.site.exercise_index import PAGE as INDEX
from casebook.site.exercise_index import exercise_index
from casebook.site.exercise_pages import Surroundings, assignment_page

MADE_BY_TOOLS = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


@dataclass(frozen=True)
class SourceTree:
    """An edition's sources.

    Parameters
    ----------
    folder
        Where they lie.
    project
        Where they came from.
    releases
        The assignments whose pages are among them.
    address
        Where the site will be on the web; empty if that is not known.
    """

    folder: Path
    project: Project
    releases: tuple[Release, ...]
    address: str = ""

    @property
    def toc_file(self) -> Path:
        """The edition's own table of contents."""
        return self.folder / "_toc.yml"

    def origin(self, path: Path) -> Path:
        """The file in the repository that a person edits to change ``path``."""
        if not path.is_relative_to(self.folder):
            return path
        inside = path.relative_to(self.folder)
        if inside.is_relative_to(COURSE_PAGES):
            return self.project.root / "course.yml"
        if inside.parts[0] == "data" and inside.suffix == ".md":
            return self.project.data / "datapackage.json"
        if inside.parts[0] == "exercises":
            return self._origin_of_exercise(inside)
        return self.project.root / inside

    def _origin_of_exercise(self, inside: Path) -> Path:
        if inside == Path(f"{INDEX}.md"):
            return self.project.exercises
        folder = self.project.exercises / inside.parts[1]
        if inside.suffix == ".ipynb":
            return folder / f"{inside.stem.removesuffix('-solution')}.md"
        return folder / "assignment.yml"


def possible_pages(project: Project, releases: Iterable[Release]) -> set[str]:
    """Every page that the table of contents may name, without its ending."""
    written = {
        str(file.relative_to(project.root).with_suffix(""))
        for folder in (project.book, project.chapters)
        for file in folder.rglob("*.md")
        if _is_of_the_book(file)
    }
    made = {
        f"exercises/{release.assignment.name}/{page}"
        for release in releases
        for page in ("index", *release.assignment.notebooks)
    }
    return written | made | ({INDEX} if made else set())


def assemble(project: Project, releases: Sequence[Release], extras: Extras, folder: Path) -> SourceTree:
    """Bring ``folder`` up to date with the repository.

    Files that have not changed are left alone, so that Sphinx knows what it need not read again;
    files that are no longer wanted are removed.

    Parameters
    ----------
    project, releases
        The book, and the assignments whose pages it has.
    extras
        What the edition has beside them.
    folder
        Where the sources lie.
    """
    tree = SourceTree(folder, project, tuple(releases), extras.address)
    wanted = {file.relative_to(project.root): file.read_bytes() for file in _files_of(project)}
    pages = {path.stem for path in extras.files if path.parts[0] == "data"}
    around = Surroundings(_table_titles(project), pages, extras.course, extras.edition)
    if releases:
        wanted[Path(f"{INDEX}.md")] = exercise_index(releases, around).encode()
    for release in releases:
        inside = Path("exercises") / release.assignment.name
        wanted[inside / "index.md"] = assignment_page(release, around).encode()
        wanted |= {inside / notebook.name: notebook.read_bytes() for notebook in release.notebooks}
    wanted |= extras.files
    wanted[Path("_toc.yml")] = _toc(project.toc_file, releases, extras).encode()
    wanted[Path("_config.yml")] = _config(project.config_file, extras).encode()
    _synchronise(folder, wanted)
    return tree


def _files_of(project: Project) -> list[Path]:
    return sorted(
        file
        for folder in (project.book, project.chapters, project.data)
        for file in folder.rglob("*")
        if file.is_file() and _is_of_the_book(file)
    )


def _is_of_the_book(file: Path) -> bool:
    """Whether every edition has it: teaching notes come in with the edition that shows them."""
    return file.name != f"{TEACHING_NOTE}.md" and not MADE_BY_TOOLS.intersection(file.parts)


def _synchronise(folder: Path, wanted: dict[Path, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    present = {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}
    for gone in present - wanted.keys():
        (folder / gone).unlink()
    for path, content in wanted.items():
        target = folder / path
        if path not in present or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for empty in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(empty.iterdir()):
            shutil.rmtree(empty)


def _table_titles(project: Project) -> dict[str, str]:
    package = project.data / "datapackage.json"
    if not package.is_file():
        return {}
    resources = json.loads(package.read_text(encoding="utf-8")).get("resources", [])
    return {str(resource["name"]): str(resource.get("title", resource["name"])) for resource in resources}


def _config(file: Path, extras: Extras) -> str:
    """``_config.yml`` with the edition's own settings of Sphinx laid over it."""
    text = file.read_text(encoding="utf-8")
    if not extras.config:
        return text
    written = yaml.safe_load(text)
    settings = written.setdefault("sphinx", {}).setdefault("config", {})
    for name, value in extras.config.items():
        settings[name] = {**settings.get(name, {}), **value} if isinstance(value, dict) else value
    return yaml.safe_dump(written, sort_keys=False)


def _toc(file: Path, releases: Iterable[Release], extras: Extras) -> str:
    """The table of contents with what the build adds: pages below other pages, and whole parts."""
    below = {
        f"exercises/{release.assignment.name}/index": [
            f"exercises/{release.assignment.name}/{name}" for name in release.assignment.notebooks
        ]
        for release in releases
    }
    for page, pages in extras.below.items():
        below[page] = [*below.get(page, []), *pages]

    def filled(entry: Any) -> Any:
        if isinstance(entry, list):
            return [filled(item) for item in entry]
        if not isinstance(entry, dict):
            return entry
        pages = below.get(str(entry.get("file", "")).removesuffix(".md"), [])
        entry = {key: filled(value) for key, value in entry.items()}
        if pages:
            entry["sections"] = [*entry.get("sections", []), *({"file": page} for page in pages)]
        return entry

    toc = filled(yaml.safe_load(file.read_text(encoding="utf-8")))
    if extras.parts and "parts" in toc:
        toc["parts"][1:1] = extras.parts
    return yaml.safe_dump(toc, sort_keys=False)
