"""Which mistakes could a student make in these solutions?

Mutants: each is the solution with one mistake, made by rule from its text (``mutants_numbers``, ``_tables``,
``_charts``), or after it in the value that it binds (``mutants_values``). Tests that let one pass do not
look at something.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from nbformat import NotebookNode

from casebook.exercises.mutants_charts import CHARTS
from casebook.exercises.mutants_model import Change, Mutant, Solution, Tables, Value
from casebook.exercises.mutants_numbers import NUMBERS
from casebook.exercises.mutants_tables import TABLES
from casebook.exercises.mutants_values import value_changes

__all__ = ["Mutant", "Tables", "Value", "mutants_of"]

MOST_PER_CELL = 25
OPERATORS = (*NUMBERS, *TABLES, *CHARTS)
MOST_LETTERS = 90


def mutants_of(
    notebooks: Mapping[str, NotebookNode],
    answers: Mapping[str, Sequence[Value]] | None = None,
    tables: Tables | None = None,
    *,
    most: int = MOST_PER_CELL,
) -> list[Mutant]:
    """Mutants of all autograded answers.

    Parameters
    ----------
    notebooks
        The compiled notebooks with their solutions, by name.
    answers
        For each answer cell the names that tests ask for. None: mutants are made from the text alone.
    tables
        The tables that lie beside the notebooks.
    most
        How many at most for an answer cell; they are taken from the operators in turn.

    Returns
    -------
    list of Mutant
        In the notebooks' order; the same each time.
    """
    found: list[Mutant] = []
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
                values = (answers or {}).get(cell.id, ())
                found += _spread(_mutants(name, cell.id, cell.source, values, tables or {}), most)
    return found


def _mutants(notebook: str, cell: str, source: str, values: Sequence[Value], tables: Tables) -> Iterator[Mutant]:
    counts: Counter[str] = Counter()
    seen = {source.strip()}

    def made(operator: str, hint: str, text: str, before: str, after: str) -> Iterator[Mutant]:
        # Numbered before anything is left out, so that a mutant keeps its id.
        if text.strip() not in seen:
            seen.add(text.strip())
            counts[operator] += 1
            name = f"{cell}/{operator}-{counts[operator]}"
            yield Mutant(name, cell, operator, hint, notebook, text, *_shown(before, after))

    solution = Solution(source, tables)
    for change in _changes(solution):
        text = solution.with_change(change)
        if _is_python(text):
            before = source.encode()[change.start : change.end].decode()
            yield from made(change.operator, change.hint, text, before, change.after)
    takes_tables = _functions_that_take_tables(solution)
    for value in values:
        for change in value_changes(value, takes_tables=value.name in takes_tables):
            text = f"{source}\n{change.lines}"
            yield from made(change.operator, change.hint, text, value.name, change.lines.splitlines()[-1].strip())


def _changes(solution: Solution) -> Iterator[Change]:
    if not _is_python(solution.source):
        # Magics: only the values are changed.
        return
    for operator in OPERATORS:
        for node in solution.nodes:
            yield from operator(solution, node)


def _is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _functions_that_take_tables(solution: Solution) -> set[str]:
    """Functions that look into one of their arguments, which is a list, a table or the like."""
    if not _is_python(solution.source):
        return set()
    found: set[str] = set()
    for function in ast.walk(solution.tree):
        if isinstance(function, ast.FunctionDef):
            names = {each.arg for each in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}
            for node in ast.walk(function):
                match node:
                    case ast.Subscript(value=ast.Name(id=name)) | ast.Attribute(value=ast.Name(id=name)) if (
                        name in names
                    ):
                        found.add(function.name)
                    case _:
                        pass
    return found


def _spread(mutants: Iterable[Mutant], most: int) -> list[Mutant]:
    """One of each operator in turn, until there are enough; in the order in which they were made."""
    made = list(mutants)
    waiting: defaultdict[str, list[Mutant]] = defaultdict(list)
    for mutant in made:
        waiting[mutant.operator].append(mutant)
    chosen: set[str] = set()
    rank = 0
    while len(chosen) < min(most, len(made)):
        in_turn = [mutants[rank].id for mutants in waiting.values() if rank < len(mutants)]
        chosen.update(in_turn[: most - len(chosen)])
        rank += 1
    return [mutant for mutant in made if mutant.id in chosen]


def _shown(before: str, after: str) -> tuple[str, str]:
    """What was changed and into what, without the most of what is the same in both."""
    texts = [" ".join(text.split()) for text in (before, after)]
    if max(map(len, texts)) <= MOST_LETTERS:
        return texts[0], texts[1]
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    start = max(0, same - MOST_LETTERS // 3)
    return _short(texts[0], start), _short(texts[1], start)


def _short(text: str, start: int) -> str:
    text = f"…{text[start:]}" if start else text
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"
