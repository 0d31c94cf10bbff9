"""Every word that a reader meets is spelled as in British dictionaries, or is in ``words.txt`` beside this file.

Characters and pinyin are as the tables of ``book/names.md`` have them, which ``test_pages.py`` checks.
Code, addresses and names of columns are not words. The dictionary is Debian's ``hunspell-en-gb``,
which ``deploy/system-packages`` installs.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from spylls.hunspell import Dictionary

BOOK = Path(__file__).parents[2]
OWN_WORDS = Path(__file__).with_name("words.txt")
PAGES = sorted(
    file for pattern in ("chapters/*/*.md", "book/*.md", "exercises/**/*.md", "*.md") for file in BOOK.glob(pattern)
)
# What a page holds beside words: front matter, code, addresses, roles, names of options and of files.
NOT_WORDS = re.compile(
    r"\A---\n.*?\n---\n"
    r"|^(?P<fence>```+|~~~+)\{?(?:code-cell|python|sh|bash|text|yaml|toml)\b.*?^(?P=fence)$"
    r"|^(?:```+|~~~+|:::+)(?:\{[\w-]+\})?"
    r"|\{\w+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|\]\[[^\]]*\]|<[^>]*>|https?://\S+"
    r"|^:[\w-]+:[^\n]*$|\$[^$]*\$|[\w./-]+\.(?:md|csv|yml|py|db|zip|ics|html|org|com)\b",
    re.DOTALL | re.MULTILINE,
)
CAPTION = re.compile(r"^    caption: \|?\n?(?P<words>(?:.*\n)+?)---$", re.MULTILINE)
WRITTEN_AND_SAID = re.compile(r"^\* - .+\n  - (.+)\n  - (.+)$", re.MULTILINE)
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def words_of(text: str) -> set[str]:
    captions = " ".join(found["words"] for found in CAPTION.finditer(text))
    return {word.replace("\u2019", "'") for word in WORD.findall(f"{NOT_WORDS.sub(' ', text)} {captions}")}


def passport_texts() -> Iterator[str]:
    for table in json.loads((BOOK / "data/datapackage.json").read_text("utf-8"))["resources"]:
        yield " ".join([table["title"], table.get("question", ""), table["description"], *table.get("caveats", [])])


def claim_texts() -> Iterator[str]:
    claims = pd.read_csv(BOOK / "data/claims.csv")
    yield from claims["claim"]
    yield from claims["why"]


def case_texts() -> Iterator[str]:
    cases = pd.read_csv(BOOK / "data/cases.csv")
    yield from cases["case"]
    yield from cases["what"]


@pytest.fixture(scope="module")
def is_known():
    with warnings.catch_warnings():
        # The library leaves its files to be closed by the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        dictionary = Dictionary.from_files("/usr/share/hunspell/en_GB")
    names = WRITTEN_AND_SAID.findall((BOOK / "book/names.md").read_text("utf-8"))
    own = set(OWN_WORDS.read_text("utf-8").split()) | words_of(" ".join(word for pair in names for word in pair))

    def known(word: str) -> bool:
        stem = word.removesuffix("'s").removesuffix("'")
        return bool(own.intersection({word, stem})) or dictionary.lookup(word) or dictionary.lookup(stem)

    return known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(BOOK)))
def test_every_word_of_a_page_is_known(page, is_known):
    assert [word for word in sorted(words_of(page.read_text("utf-8"))) if not is_known(word)] == []


def test_every_word_of_the_passports_claims_and_cases_is_known(is_known):
    words = {word for text in (*passport_texts(), *claim_texts(), *case_texts()) for word in words_of(text)}

    assert [word for word in sorted(words) if not is_known(word)] == []


def test_a_misspelling_is_found(is_known):
    text = "The platfrom recieved `recieve` a {term}`parcle` from [it](recieve.md).\n"

    assert [word for word in sorted(words_of(text)) if not is_known(word)] == ["platfrom", "recieved"]


def test_our_own_words_are_in_order_and_each_once():
    own = OWN_WORDS.read_text("utf-8").splitlines()

    assert own == sorted(set(own), key=lambda word: (word.casefold(), word))
