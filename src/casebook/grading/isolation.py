"""What runs in the test process, and what must it ask the student's process for?

The *answers* are the names that the instructor's solutions bind or change. At each cell of the test
process those that it uses are asked for; all its other names are the test process's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nbformat import NotebookNode

from casebook.errors import CasebookError, Where
from casebook.grading.isolation_names import Names, UnreadableError, names_in
from casebook.grading.model import InstructorNotebook, Tests

SAID = ("answers", "tests")


@dataclass(frozen=True)
class Step:
    """One cell that runs in the test process.

    Parameters
    ----------
    kind
        ``given``: code that the instructor gives, which runs in the student's process too; ``test``: an
        autograder test.
    grade_id
        Its id; None: nbgrader does not know it.
    source
        The instructor's text, hidden tests included.
    answers
        Names to ask the student's process for before it runs.
    imports
        Import statements of solutions before it that bind names which it uses. Modules do not cross;
        the test process runs these itself.
    tests
        Whether it runs in the test process after all, or shares the student's.
    unread
        Why its names could not be read; then ``answers`` has only what its metadata names. Else empty.
    """

    kind: Literal["given", "test"]
    grade_id: str | None
    source: str
    answers: frozenset[str]
    imports: tuple[str, ...] = ()
    tests: Tests = Tests.ISOLATED
    unread: str = ""


@dataclass(frozen=True)
class Plan:
    """What the test process runs, in the notebook's order.

    Parameters
    ----------
    steps
        The cells up to the last test: what is given after it decides about no points.
    unread
        Solutions whose names could not be read, and why: what they bind is not known.
    """

    steps: tuple[Step, ...]
    unread: tuple[str, ...] = ()


def plan(instructor_source: NotebookNode, graded: InstructorNotebook | None = None) -> Plan:
    """The plan for isolated tests of one notebook.

    Parameters
    ----------
    instructor_source
        The instructor's notebook with its solutions. A test cell's ``metadata.casebook`` may say what is
        to be asked for, ``{"answers": ["name", ...]}``, and that it runs in the student's process,
        ``{"tests": "shared"}``.
    graded
        The instructor's copy in the gradebook: there, tests that nbgrader generates are written out.

    Raises
    ------
    CasebookError
        ``metadata.casebook`` of a cell says something else.
    """
    reading = _Reading()
    written_out = {cell.grade_id: cell.source for cell in graded.cells} if graded else {}
    steps: list[Step] = []
    unread: list[str] = []
    for number, cell in enumerate(instructor_source["cells"], start=1):
        metadata: Mapping[str, Any] = cell["metadata"]
        if cell["cell_type"] != "code" or "skip-execution" in metadata.get("tags", ()):
            continue
        marks = metadata.get("nbgrader", {})
        grade_id: str | None = marks.get("grade_id") or None
        name = grade_id or cell.get("id") or str(number)
        is_test = bool(marks.get("grade")) and not marks.get("solution")
        source: str = cell["source"]
        if grade_id and is_test:
            source = written_out.get(grade_id, source)
        names, why = _names(source)
        if marks.get("solution"):
            reading.solution(names)
            unread += [f"The solution {name!r} cannot be read: {why}."] if why else []
            continue
        said = _said(metadata.get("casebook", {}), Where("the instructor's notebook", cell=name))
        found, imports = reading.asked(names)
        answers = frozenset(said.answers) if said.answers is not None else found
        steps.append(Step("test" if is_test else "given", grade_id, source, answers, imports, said.tests, why))
        reading.step(names, is_test=is_test, tests=said.tests)
    last = max((index for index, step in enumerate(steps) if step.kind == "test"), default=-1)
    return Plan(tuple(steps[: last + 1]), tuple(unread))


def _names(source: str) -> tuple[Names, str]:
    try:
        return names_in(source), ""
    except UnreadableError as error:
        return Names(), str(error)


@dataclass
class _Reading:
    """What is known of the notebook's names when it has been read down to some cell."""

    # Names that live in the student's process.
    answers: set[str] = field(default_factory=set)
    # Names that mean modules, or what was imported from them.
    imported: set[str] = field(default_factory=set)
    # Of those, the ones that only solutions import: by what statement.
    by_solutions: dict[str, str] = field(default_factory=dict)
    # Functions and classes of the test process: the names that run with each.
    functions: dict[str, frozenset[str]] = field(default_factory=dict)

    def solution(self, names: Names) -> None:
        """Go on past a solution."""
        imports = {name: statement for name, statement in names.imports.items() if name not in names.binds}
        self.imported = self.imported - names.binds | imports.keys()
        # A module does not cross, whatever was set in it (`plt.rcParams[...] = ...`).
        self.answers = (self.answers - imports.keys()) | names.binds | (names.changes - self.imported)
        self.by_solutions |= imports
        self._forget(names.binds)

    def asked(self, names: Names) -> tuple[frozenset[str], tuple[str, ...]]:
        """Answers that a cell of the test process uses, itself or by functions that it calls; and imports."""
        used = self._reached(names.loads, self._defined(names))
        needed = used - names.imports.keys()
        imports = tuple(statement for name, statement in self.by_solutions.items() if name in needed)
        return frozenset(used & self.answers), imports

    def step(self, names: Names, *, is_test: bool, tests: Tests) -> None:
        """Go on past a cell of the test process."""
        bound = names.binds | names.imports.keys()
        self.imported = self.imported - names.binds | names.imports.keys()
        self._forget(bound)
        if tests is Tests.SHARED:
            self.answers |= names.binds | (names.changes - self.imported)
            return
        self.answers -= bound
        if is_test:
            # What a test changes, it changes in the test process alone; asking again would undo it.
            self.answers -= names.changes
        self.functions |= self._defined(names)

    def _forget(self, bound: Iterable[str]) -> None:
        for name in bound:
            self.functions.pop(name, None)
            self.by_solutions.pop(name, None)

    def _defined(self, names: Names) -> dict[str, frozenset[str]]:
        """The functions so far, with those of a cell; another name for a function is one, too."""
        functions = {**self.functions, **names.functions}
        for name, values in names.values.items():
            if values & functions.keys():
                functions[name] = functions.get(name, frozenset()) | (values & functions.keys())
        return functions

    def _reached(self, loads: Iterable[str], functions: Mapping[str, frozenset[str]]) -> set[str]:
        reached: set[str] = set()
        waiting = [*loads]
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                # An answer's own body runs in the student's process.
                waiting += functions.get(name, ()) if name not in self.answers else ()
        return reached


@dataclass(frozen=True)
class _Said:
    answers: tuple[str, ...] | None = None
    tests: Tests = Tests.ISOLATED


def _said(said: object, where: Where) -> _Said:
    if not isinstance(said, Mapping):
        raise CasebookError.one(f"`casebook` is {said!r}, not a mapping.", where=where, mend=_known())
    unknown = [key for key in said if key not in SAID]
    if unknown:
        raise CasebookError.one(f"`casebook` has a key {unknown[0]!r} that means nothing.", where=where, mend=_known())
    answers, tests = said.get("answers"), said.get("tests", Tests.ISOLATED.value)
    is_names = isinstance(answers, list) and all(isinstance(name, str) and name.isidentifier() for name in answers)
    if answers is not None and not is_names:
        raise CasebookError.one(f"`casebook: answers` is {answers!r}, not a list of names.", where=where, mend=_known())
    if tests not in list(Tests):
        raise CasebookError.one(f"`casebook: tests` is {tests!r}.", where=where, mend=_known())
    return _Said(None if answers is None else tuple(answers), Tests(tests))


def _known() -> str:
    return f"write `casebook: {{answers: [name, ...], tests: {' or '.join(Tests)}}}`, or only one of the two."
