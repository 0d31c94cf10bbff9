"""``casebook doctor``: what is installed, and what is not."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def doctor(*, as_json: bool) -> None:
    """Say what is installed, what is missing, and what each missing thing disables.

    \b
    Examples:
      casebook doctor
      casebook doctor --json
    """
    from casebook.doctor import examine

    findings = examine()
    if as_json:
        for finding in findings:
            click.echo(json.dumps(asdict(finding)))
    else:
        table = Table("", "what", "version", "without it you cannot use", "mend", box=None, pad_edge=False)
        for finding in findings:
            table.add_row(
                "ok" if finding.found else "missing",
                finding.name,
                finding.version,
                "" if finding.found else finding.disables,
                "" if finding.found else finding.mend,
            )
        Console().print(table)
    sys.exit(0 if all(finding.found for finding in findings) else 1)
