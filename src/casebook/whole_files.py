"""How a file or a folder comes into place: whole, or not at all.

Everything is written beside its place under a temporary name and then renamed, so that a run that
is stopped half-way leaves either the old version or the new one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


def write_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, replacing what was there; make the folders that are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp makes files that only their owner can read; a site is read by others.
        draft.chmod(0o644)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` as UTF-8, replacing what was there."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def replaced_folder(target: Path) -> Generator[Path]:
    """A new empty folder that takes the place of ``target`` if the block ends well.

    If the block raises, the new folder is removed and ``target`` stays as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    # mkdtemp makes folders that only their owner can enter.
    draft.chmod(0o755)
    try:
        yield draft
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
            target.rename(old / target.name)
            draft.rename(target)
            shutil.rmtree(old)
        else:
            draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
