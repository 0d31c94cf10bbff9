"""``casebook site``: build the site, serve it."""

from __future__ import annotations

import click


@click.group()
def site() -> None:
    """Build the site and look at it."""
