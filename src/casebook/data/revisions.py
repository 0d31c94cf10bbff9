"""What did the tables and passports look like at another commit?

git itself is asked, with the few commands that are made for programs: whoever has this repository
with its history has git, while a library for it would be one more thing to install and would be
pinned to a version of its own.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from casebook.data.check import PACKAGE_FILE, load_package
from casebook.errors import CasebookError, Problem, Where
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
        _refuse_unreadable(then, revision)
        yield then


def _refuse_unreadable(then: Project, revision: str) -> None:
    """Say what is wrong with the passports of a commit, with the commit for a place: the copy is soon gone."""
    try:
        load_package(then)
    except CasebookError as error:
        file = f"{then.data.name}/{PACKAGE_FILE}"
        raise CasebookError(
            Problem(
                f'At "{revision}": {each.what}', Where(file, each.where and each.where.line), "name another commit."
            )
            for each in error.problems
        ) from error


def _commit(project: Project, revision: str) -> str:
    """Give the full hash of a commit."""
    answer = _ask(project, "rev-parse", "--git-dir")
    if answer.returncode != 0 and b"not a git repository" in answer.stderr:
        raise CasebookError.one(
            "This casebook is in no git repository, so there is nothing to compare with.",
            where=Where(project.root),
            mend="clone the casebook with git; a downloaded copy has no history.",
        )
    _refuse_failure(project, "rev-parse", answer)
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
    _refuse_failure(project, words[0], answer)
    return answer.stdout


def _refuse_failure(project: Project, command: str, answer: subprocess.CompletedProcess[bytes]) -> None:
    """Hand on what git itself says, such as that the folder belongs to somebody else."""
    if answer.returncode == 0:
        return
    said = answer.stderr.decode("utf-8", "replace").strip().splitlines()
    what = f"git {command} failed: {said[0] if said else f'exit code {answer.returncode}'}."
    mend = said[-1].strip() if len(said) > 1 else "run `git fsck` to see whether the repository is whole."
    raise CasebookError.one(what, where=Where(project.root), mend=mend)


def _ask(project: Project, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        # Its messages in English, because one of them is looked for.
        words_of_git = os.environ | {"LC_ALL": "C"}
        command = ["git", "-C", str(project.root), *words]
        return subprocess.run(command, env=words_of_git, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CasebookError.one("git is not installed.", mend=_NO_GIT) from error
