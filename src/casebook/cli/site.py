"""``casebook site``: build the site, look at it, check its links."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def site() -> None:
    """Build the site and look at it."""


@site.command()
@click.option(
    "--edition",
    type=click.Choice(["reader", "student", "instructor"]),
    default="reader",
    show_default=True,
    help="Who it is for.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where to. [default: _build/html, _build/html-student, _build/html-instructor]",
)
def build(edition: str, out: Path | None) -> None:
    """Build the site into a folder that any web server can serve.

    Readers get the book; students the dates of course.yml with it; instructors also the teaching
    notes, solutions and mark schemes, so keep that one to yourself.

    \b
    Examples:
      casebook site build
      casebook site build --edition student
      casebook site build --out /srv/www/outside-in
    """
    from casebook.project import find_project
    from casebook.site.build import build_site
    from casebook.site.edition import Edition

    folder = build_site(find_project(), Edition(edition), out)
    click.echo(f"The site is in {folder}")
    click.echo("Look at it:  casebook site serve")
    click.echo(f"Or with any web server:  python -m http.server --directory {folder}")


@site.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where to listen.")
def serve(port: int) -> None:
    """Serve the site on this machine; pages follow when you edit a file.

    \b
    Example:
      casebook site serve --port 8080
    """
    from casebook.project import find_project
    from casebook.site.serve import serve_site

    serve_site(find_project(), port, click.echo)


@site.command()
def links() -> None:
    """Ask every link to another site for an answer. Needs the network.

    \b
    Example:
      casebook site links
    """
    from casebook.project import find_project
    from casebook.site.links import check_links

    click.echo(f"{check_links(find_project())} links answer.")
