"""How does a finished site come into place? Whole, or not at all, and without copying what is there.

Two folders take turns: the one that is served, and the one before it. The one before is brought up
to date, file by file, and then they change places.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def next_site(target: Path, made: Path, ignored: frozenset[str], downloads: Mapping[Path, bytes]) -> Generator[Path]:
    """The site as it will be; it takes the place of ``target`` if the block ends well.

    Parameters
    ----------
    target
        Where the site is served from.
    made
        What Sphinx has made; it stays as it is, so that Sphinx finds it so next time.
    ignored
        Names of files and folders in it that are not for readers.
    downloads
        Content, by path from the root of the site, of files that lie beside the pages.
    """
    draft = target.with_name(f".{target.name}.next")
    _bring_up_to_date(draft, made, ignored, downloads)
    # If the block raises, the draft stays: it is never served, and the next build mends it.
    yield draft
    before = target.with_name(f".{target.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if target.exists():
        target.rename(before)
        draft.rename(target)
        before.rename(draft)
    else:
        draft.rename(target)


def _bring_up_to_date(draft: Path, made: Path, ignored: frozenset[str], downloads: Mapping[Path, bytes]) -> None:
    present = _files(draft)
    own = {str(path): content for path, content in downloads.items()}
    wanted = {path: file for path, file in _files(made, ignored).items() if path not in own}
    for path in present.keys() - wanted.keys() - own.keys():
        (draft / path).unlink()
    for path, file in wanted.items():
        if present.get(path) != file:
            _make_room(draft / path)
            shutil.copy2(made / path, draft / path)
    for path, content in own.items():
        if path not in present or (draft / path).read_bytes() != content:
            _make_room(draft / path)
            (draft / path).write_bytes(content)
    if present.keys() - wanted.keys() - own.keys():
        _remove_empty_folders(draft)


def _make_room(file: Path) -> None:
    """Make a file possible here, whatever its folder lacked."""
    file.parent.mkdir(parents=True, exist_ok=True)


def _remove_empty_folders(root: Path) -> None:
    for folder, _, _ in os.walk(root, topdown=False):
        if not any(Path(folder).iterdir()):
            Path(folder).rmdir()


def _files(root: Path, ignored: frozenset[str] = frozenset()) -> dict[str, tuple[int, int]]:
    """Size and time of each file by its path from ``root``: a copy keeps both."""
    found: dict[str, tuple[int, int]] = {}
    folders = [""] if root.is_dir() else []
    while folders:
        folder = folders.pop()
        with os.scandir(root / folder) as entries:
            for entry in entries:
                path = os.path.join(folder, entry.name)  # noqa: PTH118 - thousands of them
                if entry.name in ignored:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                else:
                    status = entry.stat()
                    found[path] = (status.st_size, status.st_mtime_ns)
    return found
