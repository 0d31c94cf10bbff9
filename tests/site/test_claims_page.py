"""The claims are a real table, whole without scripts, and each leads to its evidence."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from casebook.data.claims import Claim, Condition
from casebook.site.claims_page import as_claimed, in_words, lesson_name

CLAIMS = (
    *("claim_id", "article", "lesson", "claim", "figure", "unit", "as_of", "verdict"),
    *("evidence_table", "evidence_rows", "why", "source_id"),
)
ROWS = (
    ("a-post", "A 2020", "data-sharing", "The post grew & grew.", "over 1200", "vans", "2014", "supported", "parcels", "year=2013|2014;firm=Post", "It did.", "a_2020"),
    ("a-van", "A 2020", "user-driven-innovation", "The van left.", "", "", "", "not settled", "", "", "Nobody says.", "a_2020"),
    ("b-van", "B 2021", "ecosystems", "The van came in 2014.", "2014", "year", "2014", "contradicted", "vans", "firm=Van", "No.", "b_2021"),
)  # fmt: skip
START = "# Start\n\n[The post *grew*](#a-post).\n\n```{toctree}\nbook/claims\ndata/parcels\n```\n"
PAGE = "# Claims\n\n```{claim-counts}\n```\n\n## All\n\n```{claim-ledger}\n```\n"


def written(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def passport(name: str, fields: tuple[str, ...]) -> dict[str, object]:
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": name,
        "schema": {"fields": [{"name": field, "type": "string"} for field in fields]},
    }


@pytest.fixture
def page(small_pages):
    parcels, vans = ("year", "firm", "parcels"), ("firm",)
    package = [passport("claims", CLAIMS), passport("parcels", parcels), passport("vans", vans)]
    rows = (("2013", "Post", "9"), ("2014", "Post", "18"), ("2014", "Van", "1"))
    texts = {
        "start.md": START,
        "book/claims.md": PAGE,
        "data/parcels.md": "# Parcels\n",
        "data/datapackage.json": json.dumps({"name": "made", "resources": package}),
        "data/claims.csv": written(CLAIMS, ROWS),
        "data/parcels.csv": written(parcels, rows),
        "data/vans.csv": written(vans, (("Van",),)),
    }
    return small_pages(texts, "casebook.site.claims_page", "casebook.site.table_headers")


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.slow
def test_each_claim_is_a_row_with_a_name_to_link_to_its_verdict_and_its_evidence(page):
    table = re.search(r"<table.*?</table>", page["book/claims.html"], re.DOTALL)[0]
    rows = dict(re.findall(r'<tr role="row" class="[^"]*" id="([\w-]+)">(.*?)</tr>', table, re.DOTALL))

    assert re.findall(r'<th role="columnheader" class="[^"]*" scope="col"><p>([^<]*)', table) == [
        "Claim",
        "Verdict",
        "What the evidence says",
    ]
    assert list(rows) == ["a-post", "a-van", "b-van"]
    assert all('scope="row"' in row for row in rows.values())
    assert plain(rows["a-post"]) == (
        "The post grew &amp; grew. As claimed: over 1,200 vans, 2014 A 2020 , Data sharing supported It did. "
        "Evidence: parcels , 2 rows: year is 2013 or 2014, firm is Post"
    )
    assert plain(rows["a-van"]) == "The van left. A 2020 , User-driven innovation not settled Nobody says."


@pytest.mark.slow
def test_evidence_leads_to_the_page_of_its_table_if_it_has_one(page):
    table = page["book/claims.html"]

    assert '<a class="reference internal" href="../data/parcels.html"><code' in table
    assert "data/vans.html" not in table
    assert "1 row: firm is Van" in table


@pytest.mark.slow
def test_a_link_to_a_claim_leads_from_any_page_to_its_row(page):
    (address,) = re.findall(
        r'<a class="reference internal" href="([^"]*)"><span[^>]*>The post <em>', page["start.html"]
    )

    assert address == "book/claims.html#a-post"


@pytest.mark.slow
def test_a_link_to_a_claim_that_is_not_there_stops_the_build(small_pages):
    with pytest.raises(Exception, match="no-such-claim"):
        small_pages({"start.md": "# Start\n\n[A claim](#no-such-claim).\n"}, "casebook.site.claims_page")


@pytest.mark.slow
def test_the_counts_name_every_verdict_and_add_up(page):
    counts = re.search(r'<dl class="[^"]*claim-counts.*?</dl>', page["book/claims.html"], re.DOTALL)[0]

    found = [plain(term) for term in re.findall(r"<dt>(.*?)</dt>", counts, re.DOTALL)]

    assert found == ["supported 1", "contradicted 1", "definition differs 0", "not settled 1"]


@pytest.mark.slow
def test_only_the_page_with_claims_loads_their_style_and_script(page):
    named = re.compile(r"_static/(claims-[0-9a-f]{16})/claims\.(css|js)")

    assert {kind for _, kind in named.findall(page["book/claims.html"])} == {"css", "js"}
    assert not named.search(page["start.html"])
    folder = named.search(page["book/claims.html"])[1]
    assert f"_static/{folder}/claims.js" in page


@pytest.mark.slow
def test_nothing_is_hidden_and_nothing_can_be_pressed_without_the_script(page):
    table = re.search(r"<table.*?</table>", page["book/claims.html"], re.DOTALL)[0]

    assert "hidden" not in table
    assert not re.search(
        r"<(select|input|button)\b", page["book/claims.html"].split("<article")[-1].split("</article")[0]
    )


@pytest.mark.slow
def test_a_book_without_claims_says_what_is_missing(small_pages):
    with pytest.raises(Exception, match="no table of claims"):
        small_pages({"start.md": "# Start\n\n```{claim-ledger}\n```\n"}, "casebook.site.claims_page")


@pytest.mark.parametrize(
    ("figure", "unit", "words"),
    [
        ("more than 3000", "firms", "more than 3,000 firms"),
        ("54", "billion USD", "54 billion USD"),
        ("over 14.16", "million USD", "over 14.16 million USD"),
        ("2011", "year", "2011"),
        ("fourth", "", "fourth"),
        ("1970s", "", "1970s"),
        ("", "", ""),
    ],
)
def test_a_figure_is_said_with_its_unit(figure, unit, words):
    claim = Claim("a", "A", "b", "c", figure, unit, "2020", "supported", "", "", (), "why", "s", 2)

    assert as_claimed(claim) == words


def test_a_selection_is_said_in_words():
    conditions = [Condition("year", ("2020",)), Condition("firm", ("A", "B", "C"))]

    assert in_words(conditions) == "year is 2020, firm is A, B or C"


def test_a_lesson_is_called_by_its_name():
    assert [lesson_name(tag) for tag in ("data-sharing", "user-driven-innovation")] == [
        "Data sharing",
        "User-driven innovation",
    ]
