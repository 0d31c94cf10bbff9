"""Each work stands once in ``book/references.bib``."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from pybtex.database import Entry, parse_file, parse_string

BOOK = Path(__file__).parents[2]


def letters(text: str) -> str:
    """A text without marks, spaces and capitals."""
    return re.sub(r"[\W_]", "", text).casefold()


def authors_and_title(entry: Entry) -> str:
    return f"{' '.join(letters(str(person)) for person in entry.persons.get('author', ()))}: {letters(entry.fields['title'])}"


def address(entry: Entry) -> str:
    return re.sub(r"^https?://(www\.)?|/?(#.*)?$", "", entry.fields.get("url", ""))


def shared(entries: Iterable[tuple[str, Entry]], of: Callable[[Entry], str]) -> list[list[str]]:
    """The keys of entries that have the same of something."""
    keys = defaultdict(list)
    for key, entry in entries:
        keys[of(entry)].append(key)
    return [found for same, found in keys.items() if same and len(found) > 1]


def test_no_work_stands_in_the_bibliography_twice():
    entries = parse_file(BOOK / "book/references.bib").entries.items()

    assert shared(entries, authors_and_title) == []
    assert shared(entries, address) == []


def test_the_same_work_under_two_keys_is_found():
    twice = """
    @misc{haier, author = {{Haier}}, title = {The History of {HOPE}}, url = {https://www.haier.example/hope/}}
    @misc{haier2015, author = {{Haier}}, title = {The history of {HOPE}.}, url = {http://haier.example/hope#top}}
    @misc{else, author = {Else, Ann}, title = {The history of {HOPE}}}
    """
    entries = parse_string(twice, "bibtex").entries.items()

    assert shared(entries, authors_and_title) == [["haier", "haier2015"]]
    assert shared(entries, address) == [["haier", "haier2015"]]
