"""Where in nbgrader's notebook does the mark scheme of a written answer stand?

nbgrader knows mark schemes in task cells only and stops at one in an answer cell. Inside the solution
region it reaches the instructor's copy and no other. So the parts of a written answer that students do
not see become one solution region, under headings by which they can be told apart again.
"""

from __future__ import annotations

from casebook.errors import CasebookError, Where
from casebook.exercises.regions import Part, RegionKind, joined, scan

HEADINGS = {RegionKind.MARK_SCHEME: "**Mark scheme**", RegionKind.SOLUTION: "**Model answer**"}
SOLUTION_EDGES = ("### BEGIN SOLUTION", "### END SOLUTION")
EDGES = {
    RegionKind.MARK_SCHEME: ("=== BEGIN MARK SCHEME ===", "=== END MARK SCHEME ==="),
    RegionKind.SOLUTION: SOLUTION_EDGES,
}


def scheme_in_solution(source: str, where: Where) -> str:
    """A written answer as nbgrader takes it: its mark scheme inside its solution region.

    Text without a sound mark scheme stays as it is.
    """
    try:
        parts = scan(source, where)
    except CasebookError:
        return source
    secret = [part for part in parts if part.kind is not None]
    if not any(part.kind is RegionKind.MARK_SCHEME for part in secret):
        return source
    body: list[str] = []
    for part in secret:
        heading = HEADINGS.get(part.kind or RegionKind.SOLUTION, "")
        body += [*([""] if body else []), heading, "", *part.lines]
    first = parts.index(secret[0])
    begin, end = SOLUTION_EDGES
    text = joined(
        Part(RegionKind.SOLUTION, tuple(body), begin, end) if index == first else part
        for index, part in enumerate(parts)
        if part.kind is None or index == first
    )
    # What stood between two parts may now be blank lines at the end.
    return text.rstrip()


def scheme_by_itself(source: str, where: Where) -> str:
    """A written answer as its author wrote it: ``scheme_in_solution`` of it gives the source.

    Text that was not made by ``scheme_in_solution`` stays as it is.
    """
    try:
        parts = list(scan(source, where))
    except CasebookError:
        return source
    secret = [number for number, part in enumerate(parts) if part.kind is not None]
    if len(secret) != 1 or (parts[secret[0]].begin, parts[secret[0]].end) != SOLUTION_EDGES:
        return source
    at = secret[0]
    parts[at : at + 1] = _taken_apart(parts[at].lines)
    apart = joined(parts)
    return apart if scheme_in_solution(apart, where) == source else source


def _taken_apart(lines: tuple[str, ...]) -> list[Part]:
    kinds = {heading: kind for kind, heading in HEADINGS.items()}
    starts = [number for number, line in enumerate(lines) if line in kinds]
    ends = [*starts[1:], len(lines) + 1][: len(starts)]
    # A blank line below the heading, and one above the next.
    return [
        Part(kinds[lines[start]], lines[start + 2 : end - 1], *EDGES[kinds[lines[start]]])
        for start, end in zip(starts, ends, strict=True)
    ]
