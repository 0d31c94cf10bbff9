"""What does nbgrader need around it?"""

from __future__ import annotations

import logging
import os
import sys
import sysconfig
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from casebook.errors import CasebookError, Where


@contextmanager
def surroundings(root: Path) -> Generator[None]:
    """What nbgrader needs around it while it works in a course, and what it must not do meanwhile."""
    # It makes a gradebook by running `alembic`, which lies beside this Python and is on PATH only
    # if somebody has activated the environment.
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), path])
    # The course's settings may name a plug-in of the instructor's that lies beside them.
    sys.path.append(str(root))
    # It hands its log back with the answer; nothing of it belongs on the terminal, where it would
    # print students' ids.
    logger = logging.getLogger("traitlets")
    propagate = logger.propagate
    logger.propagate = False
    silent = logging.NullHandler()
    logger.addHandler(silent)
    try:
        with warnings.catch_warnings():
            # nbgrader 0.9.6 uses SQLAlchemy 2.1 in ways that SQLAlchemy warns of and that do no harm.
            warnings.filterwarnings("ignore", module=r"nbgrader\.")
            yield
    finally:
        logger.removeHandler(silent)
        logger.propagate = propagate
        # What the plug-in itself put there stays.
        if str(root) in sys.path:
            sys.path.remove(str(root))
        os.environ["PATH"] = path


@contextmanager
def set_up(root: Path) -> Generator[None]:
    """The surroundings in which nbgrader's objects are made, as a course's settings say.

    Raises
    ------
    CasebookError
        The settings name something that does not exist, or have a value that cannot be.
    """
    try:
        with surroundings(root):
            yield
    # The settings may name any class or function of the instructor's, and making it may raise anything.
    except Exception as error:
        raise CasebookError.one(
            f"nbgrader cannot be set up as its settings say: {type(error).__name__}: {' '.join(str(error).split())}",
            where=Where(root / "nbgrader_config.py"),
            mend="mend that setting, and see that what it names can be imported.",
        ) from error
