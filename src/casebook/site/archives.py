"""Zip files that are the same, byte for byte, whenever what is in them is the same."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

# Zip files carry dates; this one stands for none. Theirs begin in 1980.
NO_DATE = (2020, 1, 1, 0, 0, 0)
CHECKSUMS = "SHA256SUMS"


def archive_of(files: Mapping[str, bytes], folder: str) -> bytes:
    """Some files as one zip that unpacks into a folder.

    Parameters
    ----------
    files
        By path in the folder.
    folder
        Its name.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{path}", NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[path])
    return buffer.getvalue()


def with_checksums(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files and a list of their checksums, which ``sha256sum -c SHA256SUMS`` reads."""
    lines = [f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    return {**files, CHECKSUMS: "".join(lines).encode()}
