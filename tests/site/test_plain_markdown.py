import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from myst_parser.config.main import MdParserConfig

from casebook.site.book_pages import BookPages, Label, read_pages
from casebook.site.citations import Citations, Work
from casebook.site.data_paths import with_data_at
from casebook.site.markdown_words import as_words
from casebook.site.plain_markdown import PlainMarkdown
from casebook.site.plain_model import Numbering, Surroundings

CONFIG = MdParserConfig(
    enable_extensions={"attrs_inline", "colon_fence", "deflist", "dollarmath", "linkify", "substitution", "tasklist"}
)
PAGES = BookPages(
    {"book/how-to-use": "How to use this book", "exercises/data-sharing/index": "Two firms"},
    {"sec-far": Label("chapters/02-coalitions/chapter", "A far section")},
)
WORKS = Citations(
    {
        "zeng2018": Work("Zeng", "2018", "Ming Zeng. *Smart Business*. 2018."),
        "yang2018": Work("Yang et al.", "2018", "Yang, Li and Wu. *A case*. 2018."),
    }
)


def plain(text: str, *, site: str | None = "https://book.example", **more) -> str:
    """The text as plain Markdown, read twice as a chapter is."""
    around = Surroundings("chapters/01-parcels/chapter", PAGES, WORKS, site=site, **more)
    numbering = Numbering()
    for _ in range(2):
        numbering = Numbering(labels=numbering.labels)
        made = PlainMarkdown(
            around, numbering, CONFIG, code=lambda code: with_data_at(code, lambda table: f"data/{table}.csv")
        ).blocks(text)
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As shown {cite}`zeng2018,yang2018`.", "As shown (Zeng, 2018; Yang et al., 2018)."),
        ("{cite:t}`zeng2018` says so.", "Zeng (2018) says so."),
        ("Nobody wrote {cite}`nope_1`.", "Nobody wrote (nope_1)."),
        ("A {term}`platform` and {term}`two <platform>`.", "A platform and two."),
        ("{abbr}`CIO (chief information officer)`", "CIO (chief information officer)"),
        ("H{sub}`2`O, {math}`a^2`, {kbd}`Ctrl`", "H<sub>2</sub>O, $a^2$, `Ctrl`"),
        ("{bdg-primary}`new` {octicon}`gear` {unheard-of}`words`", "**new**  words"),
        ("[a span]{.wide} and [`code]`](https://x.example){.big}", "a span and [`code]`](https://x.example)"),
        ("Stay: `{cite}` and ``{cite}`x` `` and \\{cite}.", "Stay: `{cite}` and ``{cite}`x` `` and \\{cite}."),
    ],
)
def test_a_role_becomes_the_words_that_a_reader_of_the_site_would_see(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "on_site", "without"),
    [
        (
            "[Try](../../exercises/data-sharing/index.md)",
            "[Try](https://book.example/exercises/data-sharing/index.html)",
            "Try",
        ),
        (
            "[](/book/how-to-use.md)",
            "[How to use this book](https://book.example/book/how-to-use.html)",
            "How to use this book",
        ),
        ("{doc}`/book/how-to-use`", "[How to use this book](https://book.example/book/how-to-use.html)", None),
        (
            "{ref}`sec-far`",
            "[A far section](https://book.example/chapters/02-coalitions/chapter.html#sec-far)",
            "A far section",
        ),
        ("[*old* page][x]\n\n[x]: ../../book/how-to-use.md", "https://book.example/book/how-to-use.html", "*old* page"),
        ("[out](https://x.example/a_b)", "[out](https://x.example/a_b)", "[out](https://x.example/a_b)"),
        ("<https://x.example>", "<https://x.example>", "<https://x.example>"),
        ("[there](#the-end)\n\n## The end", "there\n\n## The end", "there\n\n## The end"),
        ("[](#the-end)\n\n## The end", "The end\n\n## The end", "The end\n\n## The end"),
        ("[{term}`hub`](/book/how-to-use.md)", "[hub](https://book.example/book/how-to-use.html)", "hub"),
    ],
)
def test_a_link_leads_to_the_site_if_its_address_is_known_and_else_leaves_its_words(text, on_site, without):
    assert on_site in plain(text)
    if without is not None:
        assert plain(text, site=None).startswith(without)


def test_a_link_to_a_table_leads_to_the_file_beside_the_notebook():
    files = {"data/parcels.csv": "data/parcels.csv"}

    assert plain("[Parcels](../../data/parcels.csv)", files=files) == "[Parcels](data/parcels.csv)"


ADMONITION = """\
1. One

   ```{admonition} Predict *first*
   :class: predict
   How many {term}`parcels`?

   - a
   - b
   ```

2. Two
"""


def test_an_admonition_becomes_a_quotation_also_within_a_list():
    assert plain(ADMONITION) == (
        "1. One\n\n   > **Predict *first***\n   >\n   > How many parcels?\n   >\n   > - a\n   > - b\n\n2. Two\n"
    ).rstrip("\n")


def test_an_answer_that_the_site_hides_is_folded_with_its_code_as_it_was():
    text = (
        "```{admonition} Answer <1>\n:class: dropdown\nFour.\n\n"
        '~~~python\nx = pd.read_csv("../../data/x.csv")\n\n\ny = 1\n~~~\n```'
    )

    assert plain(text) == (
        "<details>\n<summary>Answer &lt;1&gt;</summary>\n\nFour.\n\n"
        '~~~python\nx = pd.read_csv("data/x.csv")\n\n\ny = 1\n~~~\n\n</details>'
    ).replace("~~~", "```")


def test_figures_tables_and_formulas_are_numbered_and_may_be_named_before_they_stand():
    text = """\
See {numref}`fig-b`, {numref}`Chart %s <fig-a>`, {eq}`sum` and {numref}`tab`.

```{figure} pictures/a.png
:name: fig-a
:alt: A map
The {term}`hub`.
```

(fig-b)=
```{figure} https://x.example/b.png
Another.
```

$$a = b$$ (sum)

```{list-table} Two rows
:name: tab
:header-rows: 1

* - Firm
  - Share
* - A|B
  - 5
    per cent
```"""

    made = plain(text, files={"chapters/01-parcels/pictures/a.png": "pictures/a.png"})

    assert made.startswith("See Figure 2, Chart 1, (1) and Table 1.\n")
    assert "![A map](pictures/a.png)\n\n**Figure 1.** The hub." in made
    assert "![](https://x.example/b.png)\n\n**Figure 2.** Another." in made
    assert "$$\na = b \\tag{1}\n$$" in made
    assert "**Table 1.** Two rows\n\n| Firm | Share |\n| --- | --- |" in made
    assert "5 per cent |" in made


def test_cards_grids_and_tabs_leave_their_titles_and_words():
    text = """\
::::{grid} 1 2
:::{grid-item-card} First
:link: /book/how-to-use
:link-type: doc
Words.
+++
Foot
:::
::::

````{tab-set}
```{tab-item} Python
Here.
```
````"""

    made = plain(text)

    assert "**[First](https://book.example/book/how-to-use.html)**\n\nWords.\nFoot" in made
    assert "**Python**\n\nHere." in made


def test_glossaries_and_lists_of_definitions_become_lists():
    glossary = (
        "```{glossary}\nhub\n  Where data *meet*.\n\nfirst party\nthird party\n  Owner,\n  and {term}`guest`.\n```"
    )

    assert plain(glossary) == "- **hub**: Where data *meet*.\n- **first party, third party**: Owner, and guest."
    assert plain("Worth\n: 20 points") == "- **Worth:**\n  20 points"


def test_comments_targets_breaks_and_what_only_the_site_makes_are_gone():
    text = "(here)=\n## Part\n\n% a comment\n\n+++\n\n```{tableofcontents}\n```\n\n```{bibliography}\n:style: plain\n```\n\nEnd."

    assert plain(text) == "## Part\n\nEnd."


def test_notes_at_the_foot_become_numbers():
    assert plain("One[^a] and two[^b].\n\n[^b]: Second\n[^a]: First") == (
        "One<sup>1</sup> and two<sup>2</sup>.\n\n<sup>2</sup> Second\n\n<sup>1</sup> First"
    )


def test_substitutions_are_filled_in():
    assert plain("In {{ year }}.\n\n{{ year }}", substitutions={"year": "2017"}) == "In 2017.\n\n2017"


@pytest.mark.parametrize("mark", ["- [ ]", "1. [x]", "> - [ ]"])
def test_a_task_keeps_its_box_and_its_roles_become_words(mark):
    assert plain(f"{mark} Read {{term}}`hub` {{cite}}`zeng2018`") == f"{mark} Read hub (Zeng, 2018)"


def test_a_link_to_a_part_that_a_directive_makes_leads_there():
    pages = read_pages(
        {"book/claims": "# Claims\n\n```{claim-ledger}\n```\n"},
        CONFIG,
        {"claim-ledger": {"ten-days": "It was built in 10 days."}},
    )
    around = Surroundings("chapters/01-parcels/chapter", pages, WORKS, site="https://book.example")
    text = PlainMarkdown(around, Numbering(), CONFIG)

    assert text.blocks("[in ten days](#ten-days)") == "[in ten days](https://book.example/book/claims.html#ten-days)"
    assert PlainMarkdown(replace(around, site=None), Numbering(), CONFIG).blocks("[in *ten*](#ten-days)") == "in *ten*"


def test_roles_in_tables_keep_their_cells_apart():
    assert plain("| a | b |\n|---|---|\n| {term}`x` \\| y | {term}`x` |") == "| a | b |\n|---|---|\n| x \\| y | x |"


ORDINARY = """\
# A title

Words with *emphasis*, `code`, $a_b$ and a [link](https://x.example/y_(z)).

> A quotation
> of two lines

- [ ] a task
  continued

## Part

    indented code {cite}`x`

~~~text
{cite}`zeng2018`
```{note}
```
~~~

| a | b |
|---|---|
| 1 | 2 |
<!-- a comment -->
"""


def test_what_is_plain_already_stays_to_the_letter():
    assert plain(ORDINARY) == ORDINARY


WORDS = st.text("abc é7", min_size=1, max_size=8).map(str.strip).filter(bool)
ROLES = st.builds(
    "{{{}}}`{}`".format,
    st.sampled_from(["cite", "cite:t", "term", "ref", "numref", "doc", "kbd", "eq", "download", "x-y:z", "bdg"]),
    st.one_of(WORDS, st.builds("{} <{}>".format, WORDS, WORDS)),
)
LINES = st.lists(st.one_of(WORDS, ROLES, st.builds("[{}](../{}.md)".format, WORDS, WORDS)), min_size=1, max_size=4)
PARAGRAPHS = LINES.map(" ".join)
NAMES = ["admonition", "note", "figure", "glossary", "grid", "dropdown", "margin", "list-table", "unheard-of"]


def directive(inner: str, name: str, argument: str, marker: str) -> str:
    longest = max((len(run) for run in re.findall(rf"{marker}+", inner)), default=0)
    fence = marker * max(3, longest + 1)
    return f"{fence}{{{name}}} {argument}\n:class: wide\n\n{inner}\n{fence}"


def indented(text: str, first: str, other: str) -> str:
    return first + text.replace("\n", f"\n{other}")


TEXTS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.one_of(
        st.builds(directive, inner, st.sampled_from(NAMES), WORDS, st.sampled_from(["`", ":"])),
        st.builds(indented, inner, st.sampled_from(["- ", "- [ ] "]), st.just("  ")),
        st.builds(indented, inner, st.just("> "), st.just("> ")),
        st.lists(inner, min_size=2, max_size=3).map("\n\n".join),
    ),
    max_leaves=6,
)
SITE_ONLY = re.compile(r"\{[\w:+-]+\}`|^[\s>*-]*(?:`{3,}|:{3,})\{", re.MULTILINE)


@given(TEXTS)
def test_no_role_and_no_directive_is_left_of_any_text(text):
    assert not SITE_ONLY.search(plain(text)), plain(text)


@given(st.text())
@example("http://[bad")
@example("[a](http://[)")
def test_any_text_can_be_read(text):
    plain(text.replace("\r", ""))


@given(st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=40))
@example("1. first")
@example("__0__")
@example("{cite}`x` {{ y }}")
def test_words_from_a_table_stay_words_on_a_page(words):
    from casebook.site.book_pages import words_of
    from casebook.site.located_markdown import locating_parser

    blocks = locating_parser(CONFIG).parse(as_words(words))

    assert words_of(block for token in blocks for block in token.children or ()) == " ".join(words.split())
    assert {token.type for token in blocks} <= {"paragraph_open", "inline", "paragraph_close"}
