"""How many bytes does a reader fetch before touching a page? Counted from the files of a built site.

A static count: the page, and each local file that it names as style sheet, script, picture or
preload, once, as a web server with gzip sends them. Of a picture that has a dark twin the light one
counts. What scripts fetch later is not seen; ``cdn_bytes`` adds what is known of that.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

PACKED = {".woff2", ".woff", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".zip"}


@dataclass(frozen=True)
class Weight:
    """What a page weighs.

    Parameters
    ----------
    own_bytes
        From the site itself, over the wire.
    files
        How many files that is.
    elsewhere
        Addresses on other hosts that the page names as scripts or style sheets.
    """

    own_bytes: int
    files: int
    elsewhere: tuple[str, ...]


class _Named(HTMLParser):
    """The files that a page asks for by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "link" and {"stylesheet", "preload", "icon"} & set(found.get("rel", "").split()):
            self.addresses.append(found.get("href", ""))
        elif tag == "script" or (tag == "img" and "only-dark" not in found.get("class", "").split()):
            self.addresses.append(found.get("src", ""))


def weight_of(site: Path, page: str) -> Weight:
    """What a page of a built site weighs before anybody touches it."""
    html = site / page
    named = _Named()
    named.feed(html.read_text(encoding="utf-8"))
    elsewhere: set[str] = set()
    files = {html.resolve()}
    for address in filter(None, named.addresses):
        parts = urlsplit(address)
        if parts.scheme == "data":
            continue
        if parts.netloc:
            elsewhere.add(f"https://{parts.netloc}{parts.path}")
            continue
        file = (html.parent / unquote(parts.path)).resolve()
        if file.is_file():
            files.add(file)
    return Weight(sum(_over_the_wire(file) for file in files), len(files), tuple(sorted(elsewhere)))


def cdn_bytes() -> int:
    """Vega, Vega-Lite and vega-embed, which a stock page with charts loads from a CDN: our own copy of them."""
    import vl_convert

    return len(gzip.compress(vl_convert.javascript_bundle().encode()))


def _over_the_wire(file: Path) -> int:
    content = file.read_bytes()
    return len(content) if file.suffix in PACKED else len(gzip.compress(content))
