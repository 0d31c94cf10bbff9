"""What did the tables and passports look like at another commit?

git itself is asked, with the few commands that are made for programs: whoever has this repository
with its history has git, while a library for it would be one more thing to install and would be
pinned to a version of its own.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from casebook.data.check import PACKAGE_FILE
from casebook.errors import CasebookError, Where
from casebook.project import Project

_NO_GIT = "install git, or compare two copies of the folder by hand."


@contextmanager
def at_revision(project: Project, revision: str) -> Generator[Project]:
    """A casebook that has only ``data/``, as it was at a commit; gone after the block.

    Parameters
    ----------
    revision
        Anything by which git knows a commit: ``HEAD~3``, a branch, a tag, the start of a hash.

    Raises
    ------
    CasebookError
        There is no git, no repository, no such commit, or it has no passports.
    """
    commit = _commit(project, revision)
    folder = project.data.name
    listed = _git(project, "ls-tree", "-z", "--name-only", commit, f"{folder}/").split(b"\0")
    names = [name.decode("utf-8", "surrogateescape") for name in listed if name]
    kept = [name for name in names if name.endswith(".csv") or PurePosixPath(name).name == PACKAGE_FILE]
    if f"{folder}/{PACKAGE_FILE}" not in kept:
        what = f'At "{revision}" there is no {folder}/{PACKAGE_FILE}.'
        raise CasebookError.one(what, where=Where(project.root), mend="name a later commit.")
    with tempfile.TemporaryDirectory(prefix="casebook-") as place:
        then = Project(Path(place))
        then.data.mkdir()
        for name in kept:
            content = _git(project, "cat-file", "blob", f"{commit}:./{name}")
            (then.data / PurePosixPath(name).name).write_bytes(content)
        yield then


def _commit(project: Project, revision: str) -> str:
    """Give the full hash of a commit."""
    if _ask(project, "rev-parse", "--git-dir").returncode != 0:
        raise CasebookError.one(
            "This casebook is in no git repository, so there is nothing to compare with.",
            where=Where(project.root),
            mend="clone the casebook with git; a downloaded copy has no history.",
        )
    answer = _ask(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if answer.returncode != 0:
        raise CasebookError.one(
            f'git knows no commit "{revision}".',
            where=Where(project.root),
            mend="name a commit, a branch or a tag; `git log --oneline -- data` lists the commits.",
        )
    return answer.stdout.decode().strip()


def _git(project: Project, *words: str) -> bytes:
    answer = _ask(project, *words)
    if answer.returncode != 0:
        reason = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CasebookError.one(
            f"git {words[0]} failed: {reason[-1] if reason else answer.returncode}.",
            where=Where(project.root),
            mend="run `git fsck` to see whether the repository is whole.",
        )
    return answer.stdout


def _ask(project: Project, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(project.root), *words], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CasebookError.one("git is not installed.", mend=_NO_GIT) from error
