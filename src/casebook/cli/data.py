"""``casebook data``: check, show and compare the tables; stamp them after reading; make the simulated ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from casebook.errors import Problem, Where
from casebook.project import find_project

if TYPE_CHECKING:
    from casebook.data.report import Report


@click.group()
def data() -> None:
    """Look after the tables: every figure sourced, every column described.

    \b
    Examples:
      casebook data check
      casebook data check amazon_third_party express_parcels
      casebook data show express_parcels
      casebook data diff HEAD~1
      casebook data stamp express_parcels
      casebook data simulate
    """


@data.command()
@click.argument("tables", metavar="[TABLE]...", nargs=-1)
@click.option("--unused", is_flag=True, help="Also name the tables that nothing in the casebook uses yet.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per problem, then one with the counts.")
def check(tables: tuple[str, ...], *, unused: bool, as_json: bool) -> None:
    """Check that tables, passports and sources are sound.

    Looks at all tables, or only at those named. Each problem is named with file, line, column,
    value and how to mend it; all of them in one report. Nothing is changed. That nothing uses a
    table yet is a notice and no problem: the exit code stays 0.

    \b
    Exit codes:
      0  sound
      1  something needs a person
      2  wrong usage, such as an unknown table

    \b
    Examples:
      casebook data check
      casebook data check amazon_third_party
      casebook data check --unused
      casebook data check --json
    """
    from casebook.data.check import report_on

    project = find_project()
    _refuse_unknown(tables)
    report = report_on(project, tables)
    notices = report.unused if unused else ()
    for problem in report.problems:
        click.echo(json.dumps(_plain(problem, report), ensure_ascii=False) if as_json else str(problem))
    for notice in notices:
        plain = {**_plain(notice, report), "notice": True}
        click.echo(json.dumps(plain, ensure_ascii=False) if as_json else f"Notice: {notice}")
    if as_json:
        click.echo(json.dumps(_counts(report) | ({"unused": len(notices)} if unused else {})))
    else:
        click.echo(_summary(report))
    if report.problems:
        raise SystemExit(1)


@data.command()
@click.argument("table", metavar="TABLE")
@click.option("--rows", type=click.IntRange(0), help="How many rows to show: 8 unless told, 0 for none; JSON: all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: passport, sources and rows.")
def show(table: str, *, rows: int | None, as_json: bool) -> None:
    """Show a table with its passport: question, caveats, columns, rows, sources.

    \b
    Examples:
      casebook data show express_parcels
      casebook data show express_parcels --rows 20
      casebook data show express_parcels --json
    """
    from casebook.cli.table_view import print_table, table_as_json
    from casebook.data.show import show_table

    _refuse_unknown((table,))
    shown = show_table(find_project(), table)
    if as_json:
        click.echo(json.dumps(table_as_json(shown, rows), ensure_ascii=False))
    else:
        print_table(shown, 8 if rows is None else rows)


@data.command()
@click.argument("revision", metavar="REV")
@click.argument("until", metavar="[REV2]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per change, then one with the counts.")
def diff(revision: str, until: str | None, *, as_json: bool) -> None:
    """Say what changed in figures, rows, tables and passports since a commit.

    REV is anything by which git knows a commit. Compares with the tables as they are now, or with
    those at REV2. Rows are matched by their key; figures are compared as numbers.

    \b
    Examples:
      casebook data diff HEAD
      casebook data diff HEAD~5 HEAD
      casebook data diff v0.1.0 --json
    """
    from contextlib import ExitStack

    from casebook.cli.change_view import change_as_json, change_lines, counts_of
    from casebook.data.difference import changes_between
    from casebook.data.revisions import at_revision

    project = find_project()
    with ExitStack() as open_states:
        before = open_states.enter_context(at_revision(project, revision))
        after = open_states.enter_context(at_revision(project, until)) if until else project
        changes = changes_between(before, after)
    if as_json:
        for change in changes:
            click.echo(json.dumps(change_as_json(change), ensure_ascii=False))
        click.echo(json.dumps(counts_of(changes)))
    elif changes:
        click.echo("\n".join(change_lines(changes)))
    else:
        click.echo(f"No table changed between {revision} and {until or 'now'}.")


@data.command()
@click.argument("tables", metavar="[TABLE]...", nargs=-1)
def stamp(tables: tuple[str, ...]) -> None:
    """Write size and hash of the tables into their passports.

    Run it after you have read every changed figure against its source: the stamp says so.
    Stamps all tables, or only those named.

    \b
    Examples:
      casebook data stamp express_parcels
      casebook data stamp
    """
    from casebook.data.stamp import stamp_tables

    project = find_project()
    _refuse_unknown(tables)
    for done in stamp_tables(project, tables):
        state = "stamped" if done.changed else "unchanged"
        click.echo(f"{done.table}: {state}, {done.bytes:,} bytes, sha256 {done.sha256[:8]}...")


def _refuse_unknown(names: tuple[str, ...]) -> None:
    """End with wrong usage if a table is named that has no passport."""
    from casebook.data.check import load_package
    from casebook.data.near import known_names
    from casebook.errors import CasebookError

    if not names:
        return
    try:
        known = [table.name for table in load_package(find_project()).tables]
    except CasebookError:
        return  # the command itself says what is wrong with the passports
    for name in names:
        if name not in known:
            raise click.BadParameter(f'no table "{name}" ({known_names(name, known)}).', param_hint="TABLE")


def _plain(problem: Problem, report: Report) -> dict[str, object]:
    where = problem.where or Where("")
    return {
        "file": str(Where(where.file)),
        "table": report.table(problem),
        "line": where.line,
        "column": where.column,
        "value": report.value(problem),
        "what": problem.what,
        "mend": problem.mend,
    }


def _counts(report: Report) -> dict[str, object]:
    counts: dict[str, object] = {"tables": report.tables, "rows": report.rows, "sources": report.sources}
    counts |= {"grades": dict(report.grades)}
    counts |= {"verdicts": dict(report.verdicts)} if report.verdicts else {}
    return counts | {"problems": len(report.problems)}


def _summary(report: Report) -> str:
    found = len(report.problems)
    if found:
        return f"{found} problem{'' if found == 1 else 's'} in {report.tables} tables."
    grades = _listed(report.grades)
    claims = f"; {sum(report.verdicts.values())} claims ({_listed(report.verdicts)})" if report.verdicts else ""
    sources = f"{report.sources} sources ({grades})" if grades else f"{report.sources} sources"
    return f"{report.tables} tables, {report.rows:,} rows, {sources}{claims}: sound."


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda each: -each[1]))


@data.command()
def simulate() -> None:
    """Make the simulated tables again, from their seeded generators in src/casebook/data/simulated.

    The same parameters give the same files, on any machine. Read what the passport of a changed
    table says of its effects, then stamp it.

    \b
    Example:
      casebook data simulate
    """
    from casebook.data.simulate import write_simulated

    changed = write_simulated(find_project())
    for file in changed:
        click.echo(f"{Where(file)}: made again; read its passport, then: casebook data stamp {file.stem}")
    if not changed:
        click.echo("All simulated tables are as their generators make them.")
