"""How did a request to nbgrader end?"""

from __future__ import annotations

import re
from dataclasses import dataclass

RAISED = re.compile(r"[\w.]+(Error|Exception|Exit|Interrupt)\b: ")


@dataclass(frozen=True)
class Outcome:
    """How one request to nbgrader ended.

    Parameters
    ----------
    success
        Whether it did what it was asked to do.
    log
        What nbgrader wrote while at it.
    """

    success: bool
    log: str

    @property
    def reason(self) -> str:
        """The most telling line of the log, for a person: the error that stopped it."""
        lines = [line.strip() for line in self.log.splitlines() if line.strip()]
        # nbgrader ends every failure with an exception that only points at the lines above it.
        errors = [line for line in lines if RAISED.match(line) and "NbGraderException" not in line]
        return (errors or lines or ["nbgrader gave no reason."])[-1]
