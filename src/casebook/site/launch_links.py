"""Sphinx extension: below the title of a chapter, where to get it and where it opens with one click.

``casebook_chapter_links`` says for each page which links stand there. Places that ``course.yml``
does not configure are absent.
"""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from casebook.course.launch import launch_links
from casebook.course.model import Links
from casebook.site.chapter_download import download_address
from casebook.site.text_chapter import TextChapter

SETTING = "casebook_chapter_links"
# Of the paragraph that holds the links.
CLASS = "chapter-links"

# By page: the words of each link and where it leads; without a scheme, a path from the site's root.
ChapterLinks = dict[str, list[list[str]]]


def chapter_links(chapters: Iterable[TextChapter], links: Links) -> ChapterLinks:
    """The links of each chapter: its zip, and the places that are configured.

    Parameters
    ----------
    chapters
        Those that can be downloaded.
    links
        The course's; ``Links()`` if there is no course.
    """
    return {
        chapter.page: [
            ["Download (notebook and data, zip)", download_address(chapter.name)],
            *([f"Open in {place.name}", place.address] for place in launch_links(links, chapter.page)),
        ]
        for chapter in chapters
    }


def add_links(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put a page's links below its title."""
    links: ChapterLinks = app.config[SETTING]
    title = next(doctree.findall(nodes.title), None)
    if page not in links or title is None or title.parent is None or app.builder.format != "html":
        return
    here = app.builder.get_target_uri(page)
    paragraph = nodes.paragraph(classes=[CLASS])
    for number, (words, address) in enumerate(links[page]):
        if number:
            paragraph += nodes.Text(" · ")
        outside = "://" in address
        uri = address if outside else relative_uri(here, address)
        paragraph += nodes.reference("", words, refuri=uri, internal=not outside)
    title.parent.insert(title.parent.index(title) + 1, paragraph)


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    app.add_config_value(SETTING, {}, "html", types=[dict])
    app.connect("doctree-resolved", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
