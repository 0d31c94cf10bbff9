"""Has anything in these files changed?"""

from __future__ import annotations

import hashlib
from pathlib import Path


def folder_digest(*folders: Path) -> str:
    """SHA-256 over the names and contents of all files in some folders, as 64 hex digits.

    Dates, permissions and the place of the folders make no difference.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(_entry(str(file.relative_to(folder)), file.read_bytes()))
        digest.update(b"end of folder")
    return digest.hexdigest()


def files_digest(*files: Path) -> str:
    """SHA-256 over the names and contents of some files, as 64 hex digits."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(_entry(file.name, file.read_bytes()))
    return digest.hexdigest()


def _entry(name: str, content: bytes) -> bytes:
    # The length keeps a name and a content from running into each other.
    return f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content
