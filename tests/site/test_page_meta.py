"""What pages say about themselves to search engines and previews."""

from __future__ import annotations

import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.site.page_meta import DESCRIPTION_CHARACTERS, shortened
from casebook.site.social_card import HEIGHT_PX, WIDTH_PX, Card, card_svg, place_card

TEXT = "A courier and a network stop sending each other data, and by morning somebody has to decide."
PAGE = f'# Who & what "sees"?\n\n```{{note}}\nNot this.\n```\n\n{TEXT}\n'


def tags(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)">', page))


@pytest.mark.slow
def test_without_an_address_a_page_has_a_description_and_nothing_that_needs_one(small_pages):
    page = small_pages({"start.md": PAGE}, "casebook.site.page_meta")["start.html"]

    assert tags(page)["description"] == TEXT
    assert tags(page)["og:title"] == "Who &amp; what “sees”?"
    assert "canonical" not in page
    assert "og:image" not in page


@pytest.mark.slow
def test_with_an_address_a_page_names_its_own_and_a_card_that_is_there(small_pages, tmp_path):
    page = small_pages({"start.md": PAGE}, "casebook.site.page_meta", casebook_site_address="https://example.org/book")[
        "start.html"
    ]

    assert '<link rel="canonical" href="https://example.org/book/start.html">' in page
    image = tags(page)["og:image"].removeprefix("https://example.org/book/")
    png = (tmp_path / "out" / image).read_bytes()
    assert struct.unpack(">II", png[16:24]) == (WIDTH_PX, HEIGHT_PX)
    assert tags(page)["og:image:width"] == str(WIDTH_PX)


@pytest.mark.slow
def test_a_description_in_the_front_matter_comes_first(small_pages):
    text = f"---\ndescription: Four questions for any offer to share data.\n---\n{PAGE}"

    page = small_pages({"start.md": text}, "casebook.site.page_meta")["start.html"]

    assert tags(page)["description"] == "Four questions for any offer to share data."
    assert page.count('name="description"') == 1


def test_a_long_text_is_cut_after_a_sentence_or_after_a_word():
    sentence = "This sentence is made of exactly fifty-six characters, yes. "

    assert shortened(sentence * 3, 150) == (sentence * 2).strip()
    assert shortened("word " * 40, 50).endswith("word…")


@given(st.text(max_size=400))
def test_a_shortened_text_is_never_too_long(text):
    assert len(shortened(text, DESCRIPTION_CHARACTERS)) <= DESCRIPTION_CHARACTERS


def test_a_card_is_drawn_once_and_named_after_what_it_shows(tmp_path):
    first = place_card(Card("One", "Book"), tmp_path / "site", tmp_path / "kept")
    (tmp_path / "kept" / first).write_bytes(b"kept from the last build")

    again = place_card(Card("One", "Book"), tmp_path / "other", tmp_path / "kept")
    other = place_card(Card("Two", "Book"), tmp_path / "site", tmp_path / "kept")

    assert first == again != other
    assert (tmp_path / "other" / again).read_bytes() == b"kept from the last build"


@pytest.mark.parametrize("title", ["Short", "Data sharing: who may see the parcel? " * 8, "W" * 200, "a <b> & c"])
def test_a_card_holds_any_title(title):
    svg = card_svg(Card(title, "A book with a name that goes on and on " * 4))

    lowest = max(int(y) for y in re.findall(r'y="(\d+)" font-size="\d+" font-weight', svg))
    assert lowest < HEIGHT_PX - 120
    assert "<b>" not in svg
