"""Which of the kit's own modules travel with a release, since its notebooks import them?

Each is one file that needs only what a student has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

TRAVELLING = (Path(__file__).with_name("chart_checks.py"),)


def travelling(code: Iterable[str]) -> list[Path]:
    """The modules that cells import, and that must lie beside their notebook.

    Parameters
    ----------
    code
        Sources of code cells.
    """
    cells = list(code)
    return [
        module
        for module in TRAVELLING
        if any(re.search(rf"^\s*(import|from) +{module.stem}\b", source, re.MULTILINE) for source in cells)
    ]
