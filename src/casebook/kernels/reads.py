"""Which files of the book did a notebook read while it ran?

The kernel notes them as they are opened, by Python's audit events, so it does not matter how the
path was put together. What Python does not open by itself (other programs, a library's own C++)
leaves no such trace: a program that was started is noted as such.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# Events of programs that are started; what these read is not known.
PROGRAMS = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.spawn", "os.fork", "os.forkpty"}
OPENED = {"open", "sqlite3.connect"}
LISTED = {"os.listdir", "os.scandir"}
# Python's import system lists folders to find modules; the modules that it opens are noted.
IMPORT_SYSTEM = "<frozen importlib._bootstrap_external>"
MADE_BY_TOOLS = {"__pycache__", ".ipynb_checkpoints"}


@dataclass(frozen=True)
class Reads:
    """What a run read below the folder that was watched.

    Parameters
    ----------
    files
        Files that were opened, or that it tried to open; relative to that folder.
    folders
        Folders whose contents were listed; relative to that folder.
    programs
        Other programs were started: they may have read anything.
    """

    files: frozenset[str] = field(default_factory=frozenset)
    folders: frozenset[str] = field(default_factory=frozenset)
    programs: bool = False


def record_reads(watched: Path, report: Path) -> None:
    """Note what this process opens below ``watched`` in ``report``, from now until it ends."""
    root = os.path.realpath(watched)
    seen: set[tuple[str, str]] = set()
    # Opened once: a notebook that changes its folder, or opens a thousand files, changes nothing here.
    out = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    here = os.getpid()

    def note(kind: str, path: str) -> None:
        # A fork has this hook too, but its open files may be others; that there was one is noted.
        if (kind, path) not in seen and os.getpid() == here:
            seen.add((kind, path))
            os.write(out, (json.dumps([kind, path]) + "\n").encode())

    sys.addaudithook(_hook(root, note))


def _hook(root: str, note: Callable[[str, str], None]) -> Callable[[str, tuple[object, ...]], None]:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in OPENED:
            if _is_read(arguments) and (path := _inside(arguments[0], root)) is not None:
                note("file", path)
        elif event in LISTED:
            # Frame 0 is this function, 1 is the one that lists.
            by_import = sys._getframe(1).f_code.co_filename == IMPORT_SYSTEM  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
            listed = "." if not arguments or arguments[0] is None else arguments[0]
            if not by_import and (path := _inside(listed, root)) is not None:
                note("folder", path)
        elif event in PROGRAMS:
            note("program", "")

    return hook


def _is_read(arguments: tuple[object, ...]) -> bool:
    if len(arguments) < 3:  # noqa: PLR2004 - path, mode, flags; other events have the path alone
        return True
    flags = arguments[2]
    return not isinstance(flags, int) or flags & (os.O_WRONLY | os.O_RDWR) != os.O_WRONLY


def _inside(path: object, root: str) -> str | None:
    """A path relative to ``root``, with slashes; None if it lies elsewhere or is none."""
    if not isinstance(path, str | bytes | os.PathLike):
        return None
    try:
        text = os.fsdecode(path)
        full = os.path.normpath(os.path.join(os.getcwd(), text))  # noqa: PTH109, PTH118 - a hook must be quick
    except (OSError, ValueError):
        return None
    if full != root and not full.startswith(root + os.sep):
        return None
    if full.endswith(".pyc"):
        # A module that was compiled before: what counts is its source.
        full = importlib.util.source_from_cache(full) if "__pycache__" in full else full
    inside = os.path.relpath(full, root).replace(os.sep, "/")
    return None if MADE_BY_TOOLS.intersection(inside.split("/")) else inside


def read_report(report: Path) -> Reads:
    """What a run has noted; nothing, if it never began."""
    if not report.is_file():
        return Reads()
    notes: list[list[str]] = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    return Reads(
        files=frozenset(path for kind, path in notes if kind == "file"),
        folders=frozenset(path for kind, path in notes if kind == "folder"),
        programs=any(kind == "program" for kind, _ in notes),
    )
