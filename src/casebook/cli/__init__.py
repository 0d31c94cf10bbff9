"""The command ``casebook``: parse, call one service, print. No rule of the domain lives here.

Exit codes: 0 done; 1 something needs a person (named on standard output); 2 wrong usage; 128 and a
signal's number: stopped by it, and the same command goes on.
Each command imports its service when it runs, so that ``--help`` and completion are quick.
"""

from __future__ import annotations

import sys

import click

from casebook import __version__
from casebook.cli.course import course
from casebook.cli.data import data
from casebook.cli.doctor import doctor
from casebook.cli.exercises import exercises
from casebook.cli.grading import export, feedback, grade
from casebook.cli.kernel import kernel
from casebook.cli.new import new
from casebook.cli.site import site
from casebook.errors import CasebookError
from casebook.late_imports import put_off_what_is_slow, read_entry_points_once

COMPLETION_HELP = """\b
Completion in your shell (bash; zsh and fish likewise):
  eval "$(_CASEBOOK_COMPLETE=bash_source casebook)"
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=COMPLETION_HELP)
@click.version_option(__version__, prog_name="casebook")
def casebook() -> None:
    """Build, check, release and grade a casebook.

    \b
    Examples:
      casebook site build
      casebook data check
      casebook exercises verify data-sharing
      casebook grade data-sharing --course course
    """


for command in (site, data, new, exercises, course, grade, feedback, export, kernel, doctor):
    casebook.add_command(command)


def main() -> None:
    """Run the command; print what needs a person and end with exit code 1."""
    put_off_what_is_slow()
    read_entry_points_once()
    try:
        casebook(prog_name="casebook")
    except CasebookError as error:
        for problem in error.problems:
            click.echo(str(problem))
        sys.exit(1)
    except OSError as error:
        # A full or read-only disk, a folder that is not ours: nobody's fault that a check could see.
        place = f"{error.filename}: " if error.filename else ""
        click.echo(
            f"{place}{error.strerror or error}.\n  Mend: make room or get the right to write there, then run it again."
        )
        sys.exit(1)
