"""What do the articles claim, and which rows of which table decide it?

``claims.csv`` has one claim a row. Two of its columns point at the evidence: ``evidence_table`` names
a table, and ``evidence_rows`` selects rows of it, in this form::

    company=Tencent;year=2016|2017

Conditions stand between semicolons, and a row must meet all of them; the values that a column may
have stand between bars. A value is compared with the cell as it is written in the file, so it can
hold anything but ``;``, ``|`` and spaces at its ends.

A selection that matches no row is a mistake: either the claim was never checked, or the evidence has
changed since. So is a verdict without evidence, with simulated evidence, or with none but the
article's own word for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from casebook.data.model import SOURCE_ID, SOURCES, DataPackage
from casebook.data.near import known_names, nearest
from casebook.data.table_file import Row, TableFile
from casebook.errors import Problem, Where

CLAIMS = "claims"
SUPPORTED = "supported"
CONTRADICTED = "contradicted"
DEFINITION_DIFFERS = "definition differs"
NOT_SETTLED = "not settled"
# In the order in which pages count them.
VERDICTS = (SUPPORTED, CONTRADICTED, DEFINITION_DIFFERS, NOT_SETTLED)

TABLE_COLUMN = "evidence_table"
ROWS_COLUMN = "evidence_rows"
_COLUMNS = (
    *("claim_id", "article", "lesson", "claim", "figure", "unit", "as_of", "verdict"),
    *(TABLE_COLUMN, ROWS_COLUMN, "why", SOURCE_ID),
)
_FORM = "write it as column=value, as in year=2020;company=Tencent|Alibaba."
# More values than this are counted rather than listed.
_VALUES_SHOWN = 12


@dataclass(frozen=True)
class Condition:
    """One column, and the values that its cell may have."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """One claim of an article, and what the tables say of it.

    Parameters
    ----------
    article
        What the book calls the article.
    lesson
        Tag of the lesson that it belongs to.
    figure, unit, as_of
        As claimed; empty: the claim names none.
    verdict
        One of ``VERDICTS``.
    table
        The table that decides, or comes nearest; empty: none does.
    rows
        The selection as written; empty if ``table`` is.
    conditions
        The same, parsed.
    why
        What the evidence says.
    source_id
        The article.
    line
        Where the claim stands in the file.
    """

    claim_id: str
    article: str
    lesson: str
    claim: str
    figure: str
    unit: str
    as_of: str
    verdict: str
    table: str
    rows: str
    conditions: tuple[Condition, ...]
    why: str
    source_id: str
    line: int


def read_claims(file: TableFile) -> tuple[tuple[Claim, ...], list[Problem]]:
    """Give the claims of a file, and what keeps others from being read.

    Returns
    -------
    tuple of Claim
        In the order of the file; none if a column is missing, which ``shape.py`` names.
    list of Problem
        Selections that are not written in the form that the module's docstring gives. A claim with
        one is left out, as are rows of the wrong length.
    """
    if any(file.header.count(column) != 1 for column in _COLUMNS):
        return (), []
    claims: list[Claim] = []
    problems: list[Problem] = []
    for row in file.rows:
        if len(row.cells) != len(file.header) or not any(row.cells):
            continue
        cells = dict(zip(file.header, row.cells, strict=True))
        conditions, faults = _conditions(cells[ROWS_COLUMN], Where(file.path, row.line, column=ROWS_COLUMN))
        problems += faults
        if not faults:
            named = {column: cells[column] for column in _COLUMNS if column not in (TABLE_COLUMN, ROWS_COLUMN)}
            claims.append(
                Claim(
                    **named,
                    table=cells[TABLE_COLUMN],
                    rows=cells[ROWS_COLUMN],
                    conditions=conditions,
                    line=row.line,
                )
            )
    return tuple(claims), problems


def rows_selected(conditions: Iterable[Condition], file: TableFile) -> tuple[Row, ...]:
    """Give the rows that meet all conditions; none if a column is missing."""
    wanted = list(conditions)
    if any(condition.column not in file.header for condition in wanted):
        return ()
    places = [(file.header.index(condition.column), condition.values) for condition in wanted]
    return tuple(
        row
        for row in file.rows
        if len(row.cells) == len(file.header) and all(row.cells[index] in values for index, values in places)
    )


def claim_problems(package: DataPackage, files: Mapping[str, TableFile]) -> list[Problem]:
    """Find the claims whose evidence does not stand.

    Words that are no verdict, unknown sources and claims with the same ``claim_id`` are found by the
    passport's own rules.

    Parameters
    ----------
    files
        By table name, those that could be read. Without a table of claims there are no problems.
    """
    file = files.get(CLAIMS)
    if file is None:
        return []
    claims, problems = read_claims(file)
    first: dict[tuple[str, str], Claim] = {}
    sources: dict[str, Claim] = {}
    for claim in claims:
        problems += _repeated(claim, first, file)
        problems += _other_source(claim, sources, file)
        problems += _evidence_problems(claim, package, files)
    return problems


def _conditions(text: str, where: Where) -> tuple[tuple[Condition, ...], list[Problem]]:
    if not text.strip():
        return (), []
    conditions: list[Condition] = []
    problems: list[Problem] = []
    for part in text.split(";"):
        column, equals, values = (piece.strip() for piece in part.partition("="))
        alternatives = tuple(value.strip() for value in values.split("|"))
        if not equals or not column or not all(alternatives):
            problems.append(Problem(f'"{part.strip()}" selects no rows.', where, _FORM))
        elif any(column == condition.column for condition in conditions):
            what = f'The column "{column}" stands twice in "{text}".'
            problems.append(Problem(what, where, "name it once, with a bar between the values that it may have."))
        else:
            conditions.append(Condition(column, alternatives))
    return tuple(conditions), problems


def _repeated(claim: Claim, first: dict[tuple[str, str], Claim], file: TableFile) -> Iterator[Problem]:
    """Find a claim that another row makes for the same article in the same words."""
    same = first.setdefault((claim.source_id, " ".join(claim.claim.casefold().split())), claim)
    if same is not claim:
        what = f'The claim "{claim.claim}" stands already in line {same.line}.'
        yield Problem(what, Where(file.path, claim.line, column="claim"), "delete one of the two rows.")


def _other_source(claim: Claim, sources: dict[str, Claim], file: TableFile) -> Iterator[Problem]:
    """Find an article that goes by two names, or a name that two articles share."""
    known = sources.setdefault(claim.article, claim)
    if known.source_id != claim.source_id:
        what = f'"{claim.article}" is {claim.source_id} here and {known.source_id} in line {known.line}.'
        where = Where(file.path, claim.line, column=SOURCE_ID)
        yield Problem(what, where, "give each article one name and one source.")


def _evidence_problems(claim: Claim, package: DataPackage, files: Mapping[str, TableFile]) -> Iterator[Problem]:
    def at(column: str) -> Where:
        return Where(files[CLAIMS].path, claim.line, column=column)

    if not claim.table and not claim.conditions:
        if claim.verdict in VERDICTS and claim.verdict != NOT_SETTLED:
            what = f'The verdict "{claim.verdict}" on {claim.claim_id} has no evidence.'
            mend = f'name the table and its rows, or write "{NOT_SETTLED}" and say why.'
            yield Problem(what, at(TABLE_COLUMN), mend)
        return
    if not claim.table:
        what = f'"{claim.rows}" selects rows of no table.'
        yield Problem(what, at(TABLE_COLUMN), "name the table, or delete the selection.")
        return
    table = package.table(claim.table)
    if table is None or claim.table in (CLAIMS, SOURCES):
        known = [each.name for each in package.tables if each.name not in (CLAIMS, SOURCES)]
        why_not = "cannot be evidence" if table else "is no table of this collection"
        mend = f'write "{near}".' if (near := nearest(claim.table, known)) else "name a table of figures."
        yield Problem(f'"{claim.table}" {why_not} ({known_names(claim.table, known)}).', at(TABLE_COLUMN), mend)
        return
    if table.simulated is not None:
        what = f'"{claim.table}" is simulated and can decide no claim.'
        yield Problem(what, at(TABLE_COLUMN), "name a table whose rows have sources.")
    if not claim.conditions:
        what = f'The claim names the table "{claim.table}" but none of its rows.'
        yield Problem(what, at(ROWS_COLUMN), _FORM)
    elif claim.table in files:
        yield from _selection_problems(claim, files[claim.table], at(ROWS_COLUMN))


def _selection_problems(claim: Claim, evidence: TableFile, where: Where) -> Iterator[Problem]:
    unknown = [each.column for each in claim.conditions if each.column not in evidence.header]
    for column in unknown:
        what = f'{evidence.path.name} has no column "{column}" ({known_names(column, evidence.header)}).'
        near = nearest(column, evidence.header)
        yield Problem(what, where, f'write "{near}".' if near else "write a column of that table.")
    if unknown:
        return
    missing = [
        (condition.column, value)
        for condition in claim.conditions
        for value in condition.values
        if value not in {cell for _, cell in evidence.column(condition.column)}
    ]
    for column, value in missing:
        known = {cell for _, cell in evidence.column(column) if cell}
        few = len(known) <= _VALUES_SHOWN or nearest(value, known)
        hint = known_names(value, known) if few else f"nothing near it among {len(known)}"
        what = f'No row of {evidence.path.name} has "{value}" in the column {column} ({hint}).'
        yield Problem(what, where, "write a value that stands there, or read again what now decides the claim.")
    rows = rows_selected(claim.conditions, evidence)
    if not rows and not missing:
        what = f'"{claim.rows}" matches no row of {evidence.path.name}: no row meets all its conditions.'
        yield Problem(what, where, "leave out a condition, or read again what now decides the claim.")
    if rows and claim.verdict != NOT_SETTLED and SOURCE_ID in evidence.header:
        index = evidence.header.index(SOURCE_ID)
        if {row.cells[index] for row in rows} == {claim.source_id}:
            what = f'All rows that "{claim.rows}" selects come from the article itself ({claim.source_id}).'
            yield Problem(what, where, f'name rows that come from another source, or write "{NOT_SETTLED}".')
