"""Are the tables sound? The whole report, from the passports to the last cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from casebook.data.cells import cell_problems
from casebook.data.claims import CLAIMS, claim_problems
from casebook.data.duplicates import duplicate_problems
from casebook.data.model import SOURCES, DataPackage, Source, Table
from casebook.data.near import known_names
from casebook.data.origins import reference_problems, sources_in, unused_sources
from casebook.data.passport import read_package
from casebook.data.possible import limit_promises, value_problems
from casebook.data.reading import reading_problems
from casebook.data.report import Report, report_of
from casebook.data.series import break_problems, series_columns, slip_problems, splice_problems
from casebook.data.shape import shape_problems
from casebook.data.table_file import TableFile, read_table_file
from casebook.data.units import mixed_units, unit_promises
from casebook.data.unused import unused_tables
from casebook.errors import CasebookError, Problem, Where
from casebook.project import Project

PACKAGE_FILE = "datapackage.json"


def check_data(project: Project, tables: tuple[str, ...] = ()) -> list[Problem]:
    """Find what is wrong with the tables and their passports, quickly enough for every build.

    All rules but one: ``casebook data check`` also asks Frictionless whether the passport file
    keeps to the letter of its standard, which takes 1.5 s and cannot harm a reader.

    Parameters
    ----------
    tables
        Names of the tables to look at. Empty: all, and also whether each file has a passport and
        each source is used.

    Returns
    -------
    list of Problem
        Each with file, line, column, value and mend; empty: all is sound. Also a passport file
        that cannot be read is a problem in the list, not an error.
    """
    return list(report_on(project, tables, to_the_letter=False).problems)


def load_package(project: Project) -> DataPackage:
    """Give the passports as they are; what they leave out is for ``check_data`` to say.

    Raises
    ------
    CasebookError
        The passport file cannot be read as JSON.
    """
    return read_package(project.data / PACKAGE_FILE)[0]


def load_sources(project: Project) -> tuple[Source, ...]:
    """Give all sources, in the order of the file.

    Raises
    ------
    CasebookError
        The list of sources cannot be read.
    """
    file, problems = read_table_file(project.data / f"{SOURCES}.csv")
    if file is None:
        raise CasebookError(problems)
    return sources_in(file)


def report_on(project: Project, names: tuple[str, ...] = (), *, to_the_letter: bool = True) -> Report:
    """Do the work of ``check_data``, and count.

    Parameters
    ----------
    names
        Names of the tables to look at; empty: all.
    to_the_letter
        Also hold the passport file against the Frictionless standard, if all tables are looked at.
    """
    try:
        package, problems = read_package(project.data / PACKAGE_FILE)
    except CasebookError as error:
        return Report(0, 0, 0, error.problems)
    chosen = [table for table in package.tables if not names or table.name in names]
    read = {table.name: read_table_file(table.file) for table in package.tables}
    files = {name: file for name, (file, _) in read.items() if file is not None}
    if names:
        problems = [each for each in problems if _concerns(each, package, chosen)]
        problems += _unknown_names(names, package)
    else:
        problems += _problems_of_the_whole(project.data, package, files, standard=to_the_letter and not problems)

    for table in chosen:
        problems += read[table.name][1]
        problems += _problems_of_passport(table, package.file)
        if table.name in files:
            problems += _problems_of_table(table, files[table.name])
            problems += reference_problems(table, files[table.name], files)
        problems += _stamp_problems(package, table)
    if not names or CLAIMS in names:
        problems += claim_problems(package, files)
    return report_of(chosen, files, sorted(problems, key=_by_place), unused_tables(project, package, files))


def _problems_of_passport(table: Table, file: Path) -> Iterator[Problem]:
    """Find what a passport allows and no table of this house may do."""
    yield from unit_promises(table, file)
    yield from limit_promises(table, file)
    yield from splice_problems(table, file)


def _problems_of_table(table: Table, file: TableFile) -> Iterator[Problem]:
    """Find what a table shows by itself, with its passport."""
    yield from shape_problems(table, file)
    yield from cell_problems(table, file)
    yield from duplicate_problems(table, file)
    yield from value_problems(table, file)
    yield from mixed_units(table, file, series_columns(table))
    yield from slip_problems(table, file)
    yield from break_problems(table, file)
    yield from reading_problems(table, file)


def _unknown_names(names: tuple[str, ...], package: DataPackage) -> Iterator[Problem]:
    known = [table.name for table in package.tables]
    for name in names:
        if name not in known:
            what = f'There is no table "{name}" ({known_names(name, known)}).'
            yield Problem(what, Where(package.file), "name a table of this file.")


def _problems_of_the_whole(
    folder: Path, package: DataPackage, files: Mapping[str, TableFile], *, standard: bool
) -> Iterator[Problem]:
    """Find what no single table shows; ask Frictionless only about passports that passed our rules."""
    if standard:
        yield from _standard_problems(package.file)
    yield from _files_without_passport(folder, package)
    if len(files) == len(package.tables) and SOURCES in files:
        yield from unused_sources(files[SOURCES], package.tables, files)


def _concerns(problem: Problem, package: DataPackage, chosen: list[Table]) -> bool:
    """Tell whether a problem of the passport file lies in the passport of a chosen table."""
    line = problem.where.line if problem.where else None
    if line is None:
        return True
    starts = sorted(table.line or 0 for table in package.tables)
    own = max((start for start in starts if start <= line), default=0)
    return own in {table.line or 0 for table in chosen}


def _standard_problems(file: Path) -> Iterator[Problem]:
    """Find what the Frictionless standard asks beyond our own rules."""
    from frictionless import Package

    report = Package.validate_descriptor(json.loads(file.read_text("utf-8")), basepath=str(file.parent))
    for error in report.errors:
        what = f"The file does not keep to the Frictionless standard: {error.note}."
        yield Problem(what, Where(file), "see https://specs.frictionlessdata.io/tabular-data-package/.")


def _stamp_problems(package: DataPackage, table: Table) -> Iterator[Problem]:
    """Find a table that changed after a person last read its figures."""
    if not table.file.is_file():
        return
    content = table.file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    where = Where(package.file, table.hash_line)
    mend = f"read the figures that changed against their sources, then run: casebook data stamp {table.name}"
    if table.sha256 is None or table.bytes is None:
        yield Problem(f'The passport of "{table.name}" has no size and hash.', where, mend)
    elif (table.sha256, table.bytes) != (digest, len(content)):
        what = (
            f"{table.file.name} is not the file that was stamped: "
            f"{table.bytes} bytes, sha256 {table.sha256[:8]}... then; {len(content)} bytes, {digest[:8]}... now."
        )
        yield Problem(what, where, mend)


def _files_without_passport(folder: Path, package: DataPackage) -> Iterator[Problem]:
    known = {table.file for table in package.tables}
    for path in sorted(folder.rglob("*")):
        # Editors and JupyterLab keep copies in folders such as .ipynb_checkpoints.
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and path not in known and path != package.file and not hidden:
            mend = f"describe the table in {package.file.name}, or take the file out of the folder."
            yield Problem("The file has no passport.", Where(path), mend)


def _by_place(problem: Problem) -> tuple[str, int, str]:
    where = problem.where or Where("")
    return str(where.file), where.line or 0, where.column or ""
