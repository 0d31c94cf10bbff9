"""How long does a notebook take, and how much memory?"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from casebook.errors import Problem, Where
from casebook.grading.execution import Work
from casebook.grading.model import Tests
from casebook.grading.notebook_run import Step
from casebook.grading.verification_stand import Outcome, Stand

PEAK = "casebook-peak"
MB = 1_000_000
# Bytes on macOS, else kilobytes; Windows does not say.
ASK = """\
try:
    import resource, sys
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
except ImportError:
    pass
"""


@dataclass(frozen=True)
class Use:
    """What a notebook used.

    Parameters
    ----------
    notebook
        Its name.
    seconds
        How long it ran with its tests.
    memory_mb
        The most that one of its two processes held, what it shares with others included. None: unknown.
    """

    notebook: str
    seconds: float
    memory_mb: float | None


def measuring(stand: Stand) -> Iterator[tuple[str, Work]]:
    """What is run to measure each notebook."""
    for name in stand.solution:
        work = stand.work(name)
        to_run = copy.deepcopy(work["notebooks"][name])
        if to_run["tests"] == Tests.ISOLATED:
            marks = {"grade_id": PEAK, "grade": True, "solution": False, "schema_version": 3}
            to_run["notebook"]["cells"].append(_cell("peak-of-tests", {"nbgrader": marks}))
            to_run["steps"].append(
                Step(grade_id=PEAK, source=ASK, answers=[], imports=[], tests=Tests.ISOLATED, is_test=True)
            )
        to_run["notebook"]["cells"].append(_cell("peak-of-answers", {}))
        yield name, cast("Work", {**work, "notebooks": {name: to_run}})


def use_of(notebook: str, outcome: Outcome) -> Use:
    """What a measured run says."""
    texts = [
        str(output.get("text", ""))
        for cell in (PEAK, notebook)
        for output in outcome.outputs.get(cell, [])
        if output.get("output_type") == "stream"
    ]
    peaks = [int(text) / MB for text in texts if text.strip().isdigit()]
    return Use(notebook, outcome.seconds, max(peaks, default=None))


def limit_problems(stand: Stand, uses: list[Use]) -> list[Problem]:
    """Notebooks that use more than their assignment allows."""
    limits = stand.assignment.limits
    problems: list[Problem] = []
    for use in uses:
        where = Where(stand.assignment.folder / f"{use.notebook}.md")
        if use.seconds > limits.notebook_seconds:
            what = f"The solution and its tests run {use.seconds:.1f} s; the limit is {limits.notebook_seconds:g} s."
            mend = "do less in it, or raise `limits: {notebook_seconds: ...}` in assignment.yml."
            problems.append(Problem(what, where, mend))
        if use.memory_mb is not None and use.memory_mb > limits.memory_mb:
            what = f"The solution or its tests hold {use.memory_mb:.0f} MB; the limit is {limits.memory_mb:g} MB."
            mend = "keep less at once, or raise `limits: {memory_mb: ...}` in assignment.yml."
            problems.append(Problem(what, where, mend))
    return problems


def _cell(name: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": ASK,
        "outputs": [],
        "execution_count": None,
    }
