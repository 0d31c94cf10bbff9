"""Sphinx extension: what a site has besides its pages: a page for wrong addresses, a list of all pages, a feed.

The list (``sitemap.xml``) and the feed (``feed.xml``) consist of whole addresses, so they are made
only when the site's address is known; ``robots.txt`` and the page for wrong addresses always are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx

from casebook.site.feed import changes_in, feed_xml
from casebook.site.page_meta import page_address, site_address
from casebook.whole_files import write_text

NOT_FOUND = "404"
_RELATIVE = re.compile(r'(?P<attribute>\b(?:href|src|action|data-[\w-]+)=")(?!#|/|[a-z][a-z+.-]*:)(?P<address>[^"]*)"')


def sitemap_xml(addresses: Iterable[str]) -> str:
    """The list of pages, as https://www.sitemaps.org/protocol.html has it."""
    entries = "".join(f"  <url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</urlset>\n"
    )


def robots_txt(address: str, *, keep_out: bool) -> str:
    """What robots may read (https://www.rfc-editor.org/rfc/rfc9309)."""
    if keep_out:
        return "User-agent: *\nDisallow: /\n"
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {address}sitemap.xml\n" if address else "")


def from_anywhere(page: str, address: str) -> str:
    """A page of the site's top folder, so that it also works where a server shows it in place of another one.

    Links without a host are made to begin at the site's root; ``address`` says in which folder of
    its host the site lies (empty: in the top one).
    """
    root = urlsplit(address).path or "/"

    def rooted(found: re.Match[str]) -> str:
        if found["attribute"].startswith("data-") and found["attribute"] not in {
            'data-script="',
            'data-index="',
            'data-content_root="',
        }:
            return found[0]
        return f'{found["attribute"]}{root}{found["address"].removeprefix("./")}"'

    return _RELATIVE.sub(rooted, page)


def not_found_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:  # noqa: ARG001 - Sphinx's signature
    """The page for wrong addresses."""
    yield NOT_FOUND, {"title": "Page not found", "page_contents": str}, "404.html"


def link_to_feed(
    app: Sphinx,
    page: str,  # noqa: ARG001 - Sphinx's signature
    template: str,  # noqa: ARG001
    context: dict[str, Any],
    document: nodes.document | None,  # noqa: ARG001
) -> None:
    """Tell feed readers where the feed is, and readers too."""
    if site_address(app) and _feed(app):
        root = str(context.get("content_root", "./"))
        title = escape(f"What changed in {app.config.html_title}")
        link = f'\n<link rel="alternate" type="application/atom+xml" title="{title}" href="{root}feed.xml">'
        context["metatags"] = str(context.get("metatags", "")) + link
        context["foot_links"] = [
            *context.get("foot_links", []),
            {"title": "Feed of changes", "href": f"{root}feed.xml"},
        ]


def write_files(app: Sphinx, failure: Exception | None) -> None:
    """Write the files beside the pages."""
    if failure is not None or app.builder.format != "html":
        return
    out, address = Path(app.outdir), site_address(app)
    keep_out = bool(app.config.casebook_keep_robots_out)
    write_text(out / "robots.txt", robots_txt(address, keep_out=keep_out))
    made: dict[str, str] = {}
    if address and not keep_out:
        made["sitemap.xml"] = sitemap_xml(page_address(app, page) for page in sorted(app.env.found_docs))
    if address and (feed := _feed(app)):
        made["feed.xml"] = feed
    for name in ("sitemap.xml", "feed.xml"):
        if name in made:
            write_text(out / name, made[name])
        else:
            (out / name).unlink(missing_ok=True)
    wrong = out / f"{NOT_FOUND}.html"
    if wrong.is_file():
        write_text(wrong, from_anywhere(wrong.read_text(encoding="utf-8"), address))


def _feed(app: Sphinx) -> str:
    """The feed; empty if nothing has been released yet."""
    changelog = Path(str(app.config.casebook_changelog))
    changes = changes_in(changelog.read_text(encoding="utf-8")) if changelog.is_file() else []
    if not changes:
        return ""
    title = f"What changed in {app.config.html_title}"
    return feed_xml(changes, title=title, author=str(app.config.author), address=site_address(app))


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.setup_extension("casebook.site.page_meta")
    app.setup_extension("casebook.site.robots")
    # The file of changes, whole path; a book may have none.
    app.add_config_value("casebook_changelog", "", "html", str)
    app.connect("html-collect-pages", not_found_page)
    # After the page's own words about itself, before the frame.
    app.connect("html-page-context", link_to_feed, priority=800)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
