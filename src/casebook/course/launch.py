"""Where does a notebook open with one click?"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from casebook.course.model import Links


@dataclass(frozen=True)
class LaunchLink:
    """A place that runs notebooks: its name for people, and the address that opens one notebook there."""

    name: str
    address: str


def launch_links(links: Links, page: str) -> tuple[LaunchLink, ...]:
    """The places where a notebook opens; none when none is configured.

    Parameters
    ----------
    links
        The course's addresses.
    page
        Path of the notebook in the repository without its ending, such as
        ``chapters/01-data-sharing/chapter``.
    """
    places = (("Binder", links.binder), ("Colab", links.colab), ("JupyterHub", links.jupyterhub))
    return tuple(
        LaunchLink(name, template.replace("{path}", quote(page))) for name, template in places if template is not None
    )
