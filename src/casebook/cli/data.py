"""``casebook data``: check the tables and their passports."""

from __future__ import annotations

import click


@click.group()
def data() -> None:
    """Look after the tables."""
