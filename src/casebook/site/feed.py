"""What changed in the book, and when, as a feed (Atom, https://www.rfc-editor.org/rfc/rfc4287).

Read from the list of changes that people read: a heading of the second level with a date is a
release, and what follows up to the next such heading is what changed. A heading without a date is
not released yet, and not in the feed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt

_HEADING = re.compile(r"^## (?P<name>.*)$", re.MULTILINE)
_DATE = re.compile(r"\b(?P<date>\d{4}-\d{2}-\d{2})\b")


@dataclass(frozen=True)
class Change:
    """A release: its heading, its day, and what changed, in Markdown."""

    name: str
    day: dt.date
    text: str


def changes_in(changelog: str) -> list[Change]:
    """The releases, in the order in which they stand.

    Raises
    ------
    ValueError
        A heading has a date that no calendar has.
    """
    headings = list(_HEADING.finditer(changelog))
    ends = [*(heading.start() for heading in headings[1:]), len(changelog)] if headings else []
    return [
        Change(heading["name"].strip(), dt.date.fromisoformat(dated["date"]), changelog[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
        if (dated := _DATE.search(heading["name"]))
    ]


def feed_xml(changes: Sequence[Change], *, title: str, author: str, address: str) -> str:
    """The feed.

    Parameters
    ----------
    changes
        At least one.
    title
        What the feed is called.
    author
        Who makes the book.
    address
        The site's, with a slash at its end.
    """
    latest = max(change.day for change in changes)
    entries = "".join(_entry(change, address) for change in changes)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<title>{escape(title)}</title>\n<id>{escape(address)}</id>\n<updated>{_moment(latest)}</updated>\n"
        f'<link rel="self" type="application/atom+xml" href="{escape(address)}feed.xml"/>\n'
        f'<link rel="alternate" type="text/html" href="{escape(address)}"/>\n<author><name>{escape(author)}</name></author>\n'
        f"{entries}</feed>\n"
    )


def _entry(change: Change, address: str) -> str:
    mark = re.sub(r"[^a-z0-9.]+", "-", change.name.lower()).strip("-")
    content = MarkdownIt().render(change.text)
    return (
        f"<entry>\n<title>{escape(change.name)}</title>\n<id>{escape(address)}#{mark}</id>\n"
        f'<link rel="alternate" type="text/html" href="{escape(address)}"/>\n'
        f'<updated>{_moment(change.day)}</updated>\n<content type="html">{escape(content)}</content>\n</entry>\n'
    )


def _moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
