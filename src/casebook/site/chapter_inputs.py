"""What was a chapter made from, and is it still the same?

What a run has read is known from the kernel, which notes it. Where the kernel cannot see, what the
code names stands in: a file that is named is an input, and so is a whole folder, if it is named and
nothing in it was seen to be read.

An input is named by its kind and its path from the root of the sources: ``file data/x.csv``,
``folder data`` (the names in it), ``tree data`` (all that is in it). A file that is not there is an
input too, if the chapter looked for it.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from casebook.digests import files_digest
from casebook.kernels.reads import MADE_BY_TOOLS, Reads

ABSENT = "absent"
# What another program may have read.
DATA = "data"
# A string of the code that may be a path: no blanks at its ends, an ending or a folder in it.
STRINGS = re.compile(r"""(["'])((?:(?!\1)[^\\\n])+)\1""")
LONGEST_PATH = 300


def installed() -> str:
    """Python, and every library beside it with its version."""
    libraries = sorted(entry.name for entry in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return "\n".join([sys.version, *libraries])


def environment_digest() -> str:
    """What runs a chapter: Python, everything that is installed beside it, and the kit's kernels."""
    kernels = Path(__file__).parents[1] / "kernels"
    code = files_digest(*sorted(kernels.glob("*.py")))
    return hashlib.sha256(f"{installed()}\n{code}".encode()).hexdigest()


class SourceDigests:
    """Digests of inputs as they are now, each made once.

    Parameters
    ----------
    root
        The root of the sources.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, str] = {}

    def of(self, part: str) -> str:
        """The digest of an input; ``absent``: it is not there."""
        if part not in self._known:
            kind, _, path = part.partition(" ")
            self._known[part] = self._made(kind, self.root / path)
        return self._known[part]

    def _made(self, kind: str, path: Path) -> str:
        if kind == "file":
            return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ABSENT
        if not path.is_dir():
            return ABSENT
        if kind == "folder":
            names = sorted(entry.name for entry in path.iterdir() if entry.name not in MADE_BY_TOOLS)
            return hashlib.sha256("\n".join(names).encode()).hexdigest()
        digest = hashlib.sha256()
        for file in sorted(file for file in path.rglob("*") if _counts(file)):
            digest.update(
                f"{file.relative_to(path).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode()
            )
        return digest.hexdigest()


def _counts(file: Path) -> bool:
    # A chapter's own words stand in its folder; they are not what its code reads.
    return file.is_file() and file.suffix != ".md" and not MADE_BY_TOOLS.intersection(file.parts)


def parts_read(reads: Reads, code: Iterable[str], folder: str, root: Path) -> set[str]:
    """The names of a chapter's inputs.

    Parameters
    ----------
    reads
        What the kernel noted.
    code
        The code cells.
    folder
        The chapter's folder, from the root of the sources.
    root
        The root of the sources.
    """
    parts = {f"file {path}" for path in reads.files if not (root / path).is_dir()}
    parts |= {f"folder {path}" for path in reads.folders}
    if reads.programs:
        parts |= {f"tree {DATA}", f"tree {folder}"}
    for path in _named(code, folder):
        if not (root / path).is_dir():
            parts.add(f"file {path}")
        elif not any(PurePosixPath(file).is_relative_to(path) for file in reads.files):
            parts.add(f"tree {path}")
    return parts


def _named(code: Iterable[str], folder: str) -> set[str]:
    """Paths that strings of the code may stand for, from the root of the sources and below it."""
    strings = {match[2] for cell in code for match in STRINGS.finditer(cell)}
    paths = {
        os.path.normpath(os.path.join(folder, text)).replace(os.sep, "/")  # noqa: PTH118 - normpath is wanted
        for text in strings
        if len(text) < LONGEST_PATH and text == text.strip() and ("/" in text or PurePosixPath(text).suffix)
    }
    # Neither what is outside, nor a folder that the chapter itself is in.
    return {path for path in paths if not path.startswith(("..", "/")) and not f"{folder}/".startswith(f"{path}/")} - {
        "."
    }
