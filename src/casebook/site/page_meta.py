"""Sphinx extension: what a page says about itself to search engines and to sites that show a preview of it.

A description from the page's own words (or from ``description`` in its front matter); with the
site's address also the page's one true address and a card, because both have to be whole addresses.
"""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from casebook.site.launch_links import CLASS as LINKS_TO_GET_IT
from casebook.site.social_card import HEIGHT_PX, WIDTH_PX, Card, place_card

# What result pages show of a description before they cut it.
DESCRIPTION_CHARACTERS = 160
SHORTEST = 50
_OWN_DESCRIPTION = re.compile(r"\s*<meta\b[^>]*\bname=\"description\"[^>]*>")
CARDS = "_static/cards"


def description_of(document: nodes.document) -> str:
    """The first paragraphs of a page that are not in a box, as one line; empty if there are none."""
    said = ""
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section) and LINKS_TO_GET_IT not in paragraph["classes"]:
            said = f"{said} {_without_citations(paragraph)}".strip()
            if len(said) >= SHORTEST:
                break
    return shortened(said, DESCRIPTION_CHARACTERS)


def _without_citations(paragraph: nodes.paragraph) -> str:
    plain = paragraph.deepcopy()
    for citation in [part for part in plain.findall(nodes.inline) if "bibtex-citation" in part["classes"]]:
        citation.parent.remove(citation)
    return re.sub(r"\s+([.,;:])", r"\1", " ".join(plain.astext().split()))


def shortened(text: str, length: int) -> str:
    """``text``, cut after a sentence if that leaves enough of it, else after a word."""
    if len(text) <= length:
        return text
    start = text[:length]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s)", start)]
    if ends and ends[-1] >= SHORTEST:
        return start[: ends[-1]]
    return f"{start[: length - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def site_address(app: Sphinx) -> str:
    """The site's address with a slash at its end; empty if it is not known."""
    address = str(app.config.casebook_site_address or "").strip()
    return f"{address.rstrip('/')}/" if address else ""


def page_address(app: Sphinx, page: str) -> str:
    """The one true address of a page; empty if the site's is not known."""
    site = site_address(app)
    return f"{site}{app.builder.get_target_uri(page)}" if site else ""


def tell(
    app: Sphinx,
    page: str,
    template: str,  # noqa: ARG001 - Sphinx's signature
    context: dict[str, Any],
    document: nodes.document | None,
) -> None:
    """Put the page's words about itself into its head."""
    if document is None:
        return
    own = (app.env.metadata.get(page) or {}).get("description")
    description = str(own) if own else description_of(document)
    title = re.sub(r"<[^>]*>", "", str(context.get("title", "")))
    book = str(app.config.html_title)
    facts = [("property", "og:type", "article"), ("property", "og:title", title), ("property", "og:site_name", book)]
    tags = [
        f'<meta {kind}="{name}" content="{value if name == "og:title" else escape(value)}">'
        for kind, name, value in facts
    ]
    if description:
        tags.insert(0, f'<meta name="description" content="{escape(description)}">')
        tags.append(f'<meta property="og:description" content="{escape(description)}">')
    address = page_address(app, page)
    if address:
        card = place_card(Card(unescape(title), book), Path(app.outdir) / CARDS, Path(app.doctreedir) / "cards")
        image = f"{site_address(app)}{CARDS}/{card}"
        tags.append(f'<link rel="canonical" href="{escape(address)}">')
        tags.append(f'<meta property="og:url" content="{escape(address)}">')
        tags.append(f'<meta property="og:image" content="{escape(image)}">')
        tags.append(f'<meta property="og:image:width" content="{WIDTH_PX}">')
        tags.append(f'<meta property="og:image:height" content="{HEIGHT_PX}">')
        tags.append(f'<meta property="og:image:alt" content="The title of this page: {title}">')
        tags.append('<meta name="twitter:card" content="summary_large_image">')
    before = (
        _OWN_DESCRIPTION.sub("", str(context.get("metatags", ""))) if description else str(context.get("metatags", ""))
    )
    context["metatags"] = before + "".join(f"\n{tag}" for tag in tags)


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_config_value("casebook_site_address", "", "html", str)
    app.connect("html-page-context", tell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
