"""Vega, Vega-Lite and vega-embed as one script, to be served by the site itself."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from casebook.whole_files import write_bytes

VL_CONVERT = version("vl-convert-python")
MAKE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


class VegaBundle:
    """The script, made once for all casebooks of a user.

    Putting it together takes some seconds, and the same vl-convert always gives the same.

    Parameters
    ----------
    folder
        Where it is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._kept = folder / f"vega-by-vl-convert-{VL_CONVERT}.js"
        self._making: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start to make it, unless it is there, while other work goes on."""
        if not self._kept.is_file():
            # In a process of its own: vl-convert would hold up this one.
            self._making = subprocess.Popen([sys.executable, "-c", MAKE], stdout=subprocess.PIPE)

    def content(self) -> bytes:
        """The script; waits until it is made."""
        if self._making is not None:
            made, _ = self._making.communicate()
            if self._making.returncode or not made:
                raise RuntimeError("vl-convert could not put Vega together.")
            write_bytes(self._kept, made)
            self._making = None
        return self._kept.read_bytes()

    def end(self) -> None:
        """Wait for a script that nobody has asked for; the next build will need it sooner."""
        if self._making is not None:
            self.content()

    def name(self) -> str:
        """A file name made of the content."""
        return f"vega-{hashlib.sha256(self.content()).hexdigest()[:16]}.js"


def cache_folder(otherwise: Path) -> Path:
    """The user's folder for things that can be made again; ``otherwise`` where there is none to write in."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "casebook"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return otherwise
    return home if os.access(home, os.W_OK) else otherwise
