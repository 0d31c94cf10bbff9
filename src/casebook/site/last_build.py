"""Is the site that stands there the one that today's sources would make?

A build that finds it so does nothing more: neither Sphinx nor anything else heavy is imported. What
counts is what a build reads, and that nobody has touched what it wrote.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from casebook.project import Project
from casebook.site.chapter_inputs import installed
from casebook.whole_files import write_text

# Made by tools beside the sources; no build reads them.
NOT_SOURCES = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}
KIT = Path(__file__).parents[1]


class LastBuild:
    """What is known of an edition's last build into a folder.

    Made before a build begins: a source that changes while it runs makes the next one build again.

    Parameters
    ----------
    project
        The casebook.
    edition
        Its name.
    target
        Where the site is, or will be.
    """

    def __init__(self, project: Project, edition: str, target: Path) -> None:
        self._target = target
        self._record = project.build / "work" / edition / "last-build.sha256"
        self._inputs = _inputs_digest(project, target)

    def still_stands(self) -> bool:
        """Whether the site is there, whole, and made of what a build would read now."""
        if not self._record.is_file() or not (self._target / "index.html").is_file():
            return False
        return self._record.read_text(encoding="utf-8") == self._summary()

    def remember(self) -> None:
        """Note that the site that stands there now was made from the sources as they were when this began."""
        write_text(self._record, self._summary())

    def _summary(self) -> str:
        return f"{self._inputs} {_output_digest(self._target)}\n"


def _inputs_digest(project: Project, target: Path) -> str:
    """Everything that a build reads: the repository's own files, the kit, and what is installed."""
    digest = hashlib.sha256()
    folders = (project.book, project.chapters, project.data, project.exercises, KIT)
    singles = (file for file in sorted(project.root.iterdir()) if file.is_file())
    for file in (*singles, *(file for folder in folders for file in _files(folder))):
        content = file.read_bytes()
        digest.update(f"{file}\0{len(content)}\0".encode())
        digest.update(content)
    digest.update(f"{target}\n{installed()}".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not NOT_SOURCES.intersection(file.parts):
            yield file


def _output_digest(target: Path) -> str:
    """Names, sizes and times of a site's files: enough to see that somebody has touched it, and quick."""
    lines = [
        f"{entry.relative_to(target).as_posix()} {status.st_size} {status.st_mtime_ns}"
        for entry in sorted(target.rglob("*"))
        if not entry.is_dir()
        for status in [entry.lstat()]
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
