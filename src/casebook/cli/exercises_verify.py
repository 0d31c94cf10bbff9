"""``casebook exercises verify``: prove that each test tells right from wrong."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from casebook.cli.progress import progress_bar

if TYPE_CHECKING:
    from casebook.errors import Problem
    from casebook.grading.verification_report import Report

HEADINGS = (
    *("\npoints", "ques-\ntions", "\nright", "\nwrong", "mu-\ntants"),
    *("\nkilled", "equi-\nvalent", "ex-\nplained", "\nlive", "\nseconds"),
)


@click.command()
@click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def verify(*, assignments: tuple[str, ...], as_json: bool) -> None:
    """Prove that each test tells right from wrong.

    The kit grades the solution (must get full points), the blank release (must get none of the
    autograded ones), every right answer (full) and every wrong answer (what its file says). Of each
    solution it makes mutants, which must lose points; those that do not are named, or explained under
    `survivors` in assignment.yml. Tests may not lean on each other, on the clock, the network or chance;
    hidden tests must add something, messages must help, and notebooks keep to their limits.

    \b
    Examples:
      casebook exercises verify
      casebook exercises verify data-sharing --json
    """
    from casebook.errors import CasebookError, raise_if_any
    from casebook.exercises.assignment import assignment_names
    from casebook.exercises.soundness import sound_assignment
    from casebook.grading.verification import verify as verify_assignment
    from casebook.grading.verification_report import problem_as_json
    from casebook.project import find_project

    project = find_project()
    reports: list[Report] = []
    problems: list[Problem] = []
    for name in assignments or assignment_names(project):
        with progress_bar(hidden=as_json) as bar:
            task = bar.add_task(name, total=None)
            try:
                report = verify_assignment(
                    project,
                    sound_assignment(project, name),
                    lambda step, done, total, bar=bar, task=task: bar.update(
                        task, description=step, completed=done, total=total
                    ),
                )
            except CasebookError as error:
                problems += error.problems
                if as_json:
                    for problem in error.problems:
                        click.echo(json.dumps(problem_as_json(name, problem)))
                continue
        reports.append(report)
        problems += report.problems
        if as_json:
            for line in report.as_json():
                click.echo(json.dumps(line))
    if as_json:
        sys.exit(1 if problems else 0)
    if reports:
        _print(Console(), reports)
    raise_if_any(problems)


def _print(console: Console, reports: list[Report]) -> None:
    console.print(_table(reports))
    for report in reports:
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in report.seconds.items())
        uses = "; ".join(
            f"{use.notebook} {use.seconds:.1f} s" + (f", {use.memory_mb:.0f} MB" if use.memory_mb else "")
            for use in report.uses
        )
        console.print(Text(f"\n{report.assignment}: {steps} s. Notebooks: {uses}."))
        for tried in report.mutants:
            if tried.fate == "explained":
                console.print(Text(f"  lives, explained: {tried.mutant.id}: {report.survivors[tried.mutant.id]}"))
        if report.variants:
            console.print(Text(f"  tried with {len(report.variants)} sets of values of its parameters"))
        for hint in report.hints:
            console.print(Text(f"  hint: {hint}"))


def _table(reports: list[Report]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    # Long names are folded, so that the numbers stand beside each other on a narrow terminal too.
    table.add_column("\nassignment", overflow="fold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for report in reports:
        fates = report.fates
        numbers = [
            f"{report.points:g}",
            report.questions,
            report.count("right"),
            report.count("wrong"),
            len(report.mutants),
            *(fates[fate] for fate in ("killed", "equivalent", "explained", "survived")),
            f"{sum(report.seconds.values()):.1f}",
        ]
        table.add_row(report.assignment, *map(str, numbers))
    return table
