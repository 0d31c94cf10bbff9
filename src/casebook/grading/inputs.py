"""What do a submission's marks depend on? If nothing of it has changed, it need not be graded again."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from platform import python_implementation, python_version

from casebook import __version__
from casebook.digests import folder_digest
from casebook.grading.model import Limits


def common_inputs(instructor: str, source: Path, mode: str, limits: Limits) -> str:
    """One text for what the marks of all submissions of an assignment depend on; worked out once for a run.

    Parameters
    ----------
    instructor
        The instructor's copy as the gradebook has it, and the settings that grading follows, as one text.
    source
        Folder with the instructor's files; its data is laid over each submission.
    mode
        How tests are run.
    limits
        What a notebook may use.

    Raises
    ------
    OSError
        A file in ``source`` cannot be read.
    """
    return _digest(__version__, environment(), instructor, folder_digest(source), mode, repr(limits))


def inputs_digest(submission: Path, common: str, own: Mapping[str, bytes] | None = None) -> str:
    """One text for everything that a submission's marks depend on.

    Parameters
    ----------
    submission
        Folder with what was handed in; the time of handing in is a file in it.
    common
        What ``common_inputs`` returned.
    own
        Files of the instructor's that this student has in a version of their own, by name.

    Raises
    ------
    OSError
        A file in it cannot be read.
    """
    own_texts = [f"{name}: {hashlib.sha256(content).hexdigest()}" for name, content in sorted((own or {}).items())]
    return _digest(common, folder_digest(submission), *own_texts)


@cache
def environment() -> str:
    """One text for the Python that runs this and for the version of every package that it can import."""
    return _digest(python_implementation(), python_version(), *sorted(set(_installed())))


def _installed() -> list[str]:
    # The names of these folders, as in "pandas-3.1.1.dist-info", say enough: reading what is in them takes
    # thirty times as long.
    found: list[str] = []
    for place in sys.path:
        try:
            found += [each.name for each in Path(place).iterdir() if each.suffix in {".dist-info", ".egg-info"}]
        except OSError:
            # A path may name a zip file, or nothing.
            continue
    return found


def _digest(*texts: str) -> str:
    digest = hashlib.sha256()
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        # The length keeps one text and the next from running into each other.
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()
