"""Sphinx extension: the figures of the opening chapter are 0.1, 0.2 and so on.

Sphinx counts the figures of all pages without a number of their own in one row, so that those of
the opening chapter would go on from the landing page's. The chapter in a folder ``00-...`` stands
before lesson 1, and its figures are numbered as the lessons' are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

# Sphinx numbers figures in handlers of the usual priority, 500.
_BEFORE, _AFTER = 400, 600
_OPENING = re.compile(r"chapters/0+-[^/]*/[^/]*")
_KEPT = "casebook_figure_numbers"

# Kind of figure -> anchor -> number, as Sphinx has them.
Numbers = Mapping[str, Mapping[str, tuple[int, ...]]]


def from_nought(numbers: Numbers) -> dict[str, dict[str, tuple[int, ...]]]:
    """The same figures in the same order, numbered 0.1, 0.2 and so on; those of a numbered chapter keep theirs."""
    return {
        kind: {
            anchor: (0, count) if len(number) == 1 else number
            for count, (anchor, number) in enumerate(figures.items(), start=1)
        }
        for kind, figures in numbers.items()
    }


def _give_back(app: Sphinx, env: BuildEnvironment) -> list[str]:  # noqa: ARG001 - Sphinx's signature
    """Sphinx writes a page again if its numbers are not those of the build before: let it see its own."""
    env.toc_fignumbers.update(getattr(env, _KEPT, {}))
    return []


def _renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:  # noqa: ARG001
    kept = {page: numbers for page, numbers in env.toc_fignumbers.items() if _OPENING.fullmatch(page)}
    setattr(env, _KEPT, kept)
    env.toc_fignumbers.update({page: from_nought(numbers) for page, numbers in kept.items()})
    return []


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.connect("env-get-updated", _give_back, priority=_BEFORE)
    app.connect("env-get-updated", _renumber, priority=_AFTER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
