"""What a site has besides its pages."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest

from casebook.site.feed import Change, changes_in, feed_xml
from casebook.site.site_index import from_anywhere, robots_txt, sitemap_xml

ATOM = "{http://www.w3.org/2005/Atom}"
CHANGELOG = """# What changed

## Unreleased

- Not yet.

## 1.1.0 (2027-03-02)

- A second lesson & its data.

## 1.0.0 (2027-02-01)

- The first lesson.
"""
PAGES = {"start.md": "# Start\n\n```{toctree}\nmore/page\n```\n", "more/page.md": "# A page\n\nWords.\n"}


@pytest.mark.slow
def test_with_an_address_every_page_is_listed_and_changes_are_fed(small_pages, tmp_path):
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")

    made = small_pages(
        PAGES,
        "casebook.site.site_index",
        casebook_site_address="https://example.org/book/",
        casebook_changelog=str(tmp_path / "CHANGELOG.md"),
    )

    listed = [place.text for place in ET.fromstring(made["sitemap.xml"]).iter() if place.tag.endswith("}loc")]  # noqa: S314
    assert listed == ["https://example.org/book/more/page.html", "https://example.org/book/start.html"]
    assert "Sitemap: https://example.org/book/sitemap.xml" in made["robots.txt"]
    assert made["feed.xml"].count("<entry>") == 2
    assert 'type="application/atom+xml"' in made["more/page.html"]
    assert 'href="../feed.xml"' in made["more/page.html"]


@pytest.mark.slow
def test_without_an_address_nothing_is_made_that_needs_one(small_pages, tmp_path):
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")

    made = small_pages(PAGES, "casebook.site.site_index", casebook_changelog=str(tmp_path / "CHANGELOG.md"))

    assert not {"sitemap.xml", "feed.xml"} & made.keys()
    assert made["robots.txt"] == "User-agent: *\nAllow: /\n"
    assert "atom+xml" not in made["start.html"]


@pytest.mark.slow
def test_an_edition_that_is_not_for_everyone_is_not_listed_and_robots_are_kept_out(small_pages):
    made = small_pages(
        PAGES,
        "casebook.site.site_index",
        casebook_site_address="https://example.org",
        casebook_keep_robots_out=True,
    )

    assert "sitemap.xml" not in made
    assert "Disallow: /\n" in made["robots.txt"]
    assert 'name="robots" content="noindex' in made["start.html"]


@pytest.mark.slow
def test_the_page_for_wrong_addresses_works_wherever_it_is_shown(small_pages):
    made = small_pages(PAGES, "casebook.site.site_index", casebook_site_address="https://example.org/book")

    page = made["404.html"]
    assert 'href="/book/start.html"' in page
    assert 'data-script="/book/_static/search.js' in page
    assert 'href="#main-content"' in page
    assert 'src="_static' not in page


def test_links_without_a_host_begin_at_the_root_and_others_stay():
    page = (
        '<a href="a/b.html"><a href="./c.html"><a href="#d"><a href="https://e.org/f"><img src="g.png"><p data-x="h">'
    )

    made = from_anywhere(page, "https://example.org/book/")

    assert made == (
        '<a href="/book/a/b.html"><a href="/book/c.html"><a href="#d"><a href="https://e.org/f">'
        '<img src="/book/g.png"><p data-x="h">'
    )
    assert 'href="/a/b.html"' in from_anywhere(page, "")


def test_the_list_of_pages_is_well_formed_whatever_the_addresses():
    listed = ET.fromstring(sitemap_xml(["https://example.org/a?b=1&c=<2>"]))  # noqa: S314

    assert [place.text for place in listed.iter() if place.tag.endswith("}loc")] == ["https://example.org/a?b=1&c=<2>"]


def test_robots_may_read_or_may_not():
    assert robots_txt("", keep_out=False) == "User-agent: *\nAllow: /\n"
    assert robots_txt("https://example.org/", keep_out=True) == "User-agent: *\nDisallow: /\n"


def test_what_has_a_date_is_a_change_and_what_has_none_is_not_out_yet():
    assert [(change.name, change.day) for change in changes_in(CHANGELOG)] == [
        ("1.1.0 (2027-03-02)", dt.date(2027, 3, 2)),
        ("1.0.0 (2027-02-01)", dt.date(2027, 2, 1)),
    ]
    assert changes_in(CHANGELOG)[0].text == "- A second lesson & its data."
    assert changes_in("") == []


def test_the_feed_is_well_formed_and_dated_by_its_latest_change():
    changes = [Change("Old & <new>", dt.date(2027, 2, 1), "- *One* & two"), Change("New", dt.date(2027, 3, 2), "")]

    feed = ET.fromstring(feed_xml(changes, title="T & U", author="A", address="https://example.org/"))  # noqa: S314

    assert feed.findtext(f"{ATOM}updated") == "2027-03-02T00:00:00Z"
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Old & <new>", "New"]
    assert "<em>One</em> &amp; two" in feed.findtext(f"{ATOM}entry/{ATOM}content")
    assert len({entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")}) == 2
