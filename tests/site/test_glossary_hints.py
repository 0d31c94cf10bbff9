"""Terms of the glossary are explained where they are used."""

from __future__ import annotations

import re

import pytest

from casebook.site.glossary_hints import pattern_of

START = "# Start\n\n```{toctree}\nchapters/one/chapter\nchapters/two/chapter\n```\n"
GLOSSARY = """
## Terms

```{glossary}
platform
  A business that brings groups together, *and* sets the rules.

direct sales
  Goods sold in its own name.
```
"""
USES = """# One platform

`platform` and [a platform](https://example.org) are left alone. Each platform sells; every platform
does. Direct  sales grew, and platforms too.
"""
HINT = re.compile(
    r'<span class="term-hint"><a aria-describedby="(?P<id>[\w-]+)" class="[^"]*\bterm\b[^"]*" href="(?P<href>[^"]*)">'
    r'(?P<word>[^<]*)</a><span class="hint" role="tooltip" id="(?P=id)">(?P<meaning>[^<]*)</span></span>'
)


@pytest.fixture
def pages(small_pages):
    return lambda one=USES, two="# Two\n\nA platform.\n" + GLOSSARY: small_pages(
        {"start.md": START, "chapters/one/chapter.md": one, "chapters/two/chapter.md": two},
        "casebook.site.glossary_hints",
    )


@pytest.mark.slow
def test_the_first_use_in_the_text_is_explained_and_no_other(pages):
    hints = [found.groupdict() for found in HINT.finditer(pages()["chapters/one/chapter.html"])]

    assert [hint["word"].lower() for hint in hints] == ["platform", "direct  sales"]
    assert [hint["meaning"] for hint in hints] == [
        "A business that brings groups together, and sets the rules.",
        "Goods sold in its own name.",
    ]
    assert len({hint["id"] for hint in hints}) == 2


@pytest.mark.slow
def test_the_link_leads_to_the_definition_on_this_page_or_another(pages):
    made = pages()

    elsewhere = HINT.search(made["chapters/one/chapter.html"])["href"]
    here = HINT.search(made["chapters/two/chapter.html"])["href"]

    assert elsewhere == "../two/chapter.html#term-platform"
    assert here == "#term-platform"
    assert 'id="term-platform"' in made["chapters/two/chapter.html"]


@pytest.mark.slow
def test_a_link_written_by_hand_gets_the_hint_and_the_first_use_gets_no_second(pages):
    made = pages(one="# One\n\nThe word platform, and {term}`platform` by hand.\n")["chapters/one/chapter.html"]

    assert made.count('role="tooltip"') == 1
    assert "The word platform, and" in made


@pytest.mark.slow
def test_a_page_can_do_without(pages):
    made = pages(one="---\nglossary_hints: false\n---\n" + USES)

    assert 'role="tooltip"' not in made["chapters/one/chapter.html"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Every platform has rules", "platform"),
        ("Platforms have rules", "Platforms"),
        ("A platform-like thing", None),
        ("Replatforming", None),
    ],
)
def test_a_term_is_found_as_a_whole_word_in_either_case_and_in_the_plural(text, found):
    match = pattern_of("platform").search(text)

    assert (match[0] if match else None) == found
