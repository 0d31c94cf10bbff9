"""Every case that the lessons are meant to treat is in the table, and its chapter names it where the table says.

The page *Cases* and the chart on the landing page are made from ``data/cases.csv``.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2]

# What each lesson is meant to treat, as its plan names it, with the row of the table that has it.
PLANNED = {
    "00-from-copycat-to-innovator": {
        "why look": "copycat-names",
        "what innovation means": "reels",
        "scale": "singles-day",
        "the limits of scale": "wechat-wall",
        "how to read the evidence": "pwc-86",
    },
    "01-data-sharing": {
        "Taobao": "taobao-free",
        "Freshippo": "freshippo",
        "Cainiao": "cainiao-coordinates",
        "Amazon": "amazon-network",
        "Ming Zeng": "ming-zeng",
        "masks": "masks-2020",
        "Huoshenshan": "huoshenshan",
    },
    "02-coalitions": {
        "the code with Shanghai": "suishenma",
        "10 million in six weeks": "ten-million",
        "the code's rules": "code-rules",
        "privacy and exit": "code-exit",
        "UnionPay": "unionpay",
        "NetsUnion": "netsunion",
        "whole-of-society goals": "whole-of-society",
        "the moon race": "moon-race",
        "affordable housing": "affordable-housing",
        "UPI": "upi",
        "Pix": "pix",
        "contact-tracing apps elsewhere": "tracetogether",
    },
    "03-superapps": {
        "WeChat": "mini-programs",
        "Alipay's 60 functions in 11 clusters": "sixty-functions",
        "Ping An Good Doctor": "good-doctor",
        "Songxia's umbrella cluster": "songxia",
        "Italian fashion clusters": "italian-clusters",
        "copying as a norm": "nantong-copyright",
        "open source": "open-source",
        "governance and protocols": "wechat-links",
        "antitrust": "antitrust-2021",
        "KakaoTalk": "kakaotalk-travel",
        "LINE": "line-travel",
        "Grab and Gojek": "grab-gojek",
    },
    "04-user-driven-innovation": {
        "QR payments and why cash": "qr-cash",
        "QQ's reminder": "qq-reminder",
        "Xiaomi's forums": "miui-weekly",
        "Xiaomi's brands, products and devices": "xiaomi-devices",
        "Haier's lifelong participants": "haier-participants",
        "Powa": "powa",
        "mission-driven successes": "apple-mission",
        "Li Jiaqi": "li-jiaqi",
        "cunbo and Uncle Farmer": "uncle-farmer",
        "trust, escrow and eBay's exit": "ebay-escrow",
    },
    "05-digital-lifestyle": {
        "Meituan": "meituan-o2o",
        "Eleme": "eleme-breadth",
        "Blue Knights": "blue-knights",
        "Ant Forest": "ant-forest",
    },
    "06-business-models": {
        "Meta, Alphabet, Tencent": "ads-or-services",
        "Alibaba": "alibaba-two-shares",
        "the treadmill": "treadmill",
        "wallet share": "wallet-share",
        "stickiness": "services-stick",
        "Meituan against Just Eat and Delivery Hero": "meituan-jet",
        "Pinduoduo and team purchase": "team-purchase",
        "consumer to manufacturer": "c2m",
        "after 2021": "after-2021",
    },
    "07-ecosystems": {
        "empire or ecosystem": "empire-ecosystem",
        "make others rich first": "is-free-enough",
        "drop the ego": "huawei-5g",
        "a lifelong participant": "participant-for-life",
        "unique or important": "unique-important",
    },
    "08-how-they-became-innovators": {
        "the four Cs": "four-cs",
        "Japan's precedent": "japan-precedent",
        "IBM": "huawei-ibm",
        "consultancies": "mckinsey-china",
        "Sanyo": "haier-sanyo",
        "GE Appliances": "ge-appliances",
        "state policy": "state-policy",
        "knowledge management and market intelligence": "haier-hope",
        "Huawei's ownership": "huawei-ownership",
        "tolerance for failure": "lei-jun",
        "what critics say": "huawei-charges",
    },
    "09-what-transfers": {
        "the claim ledger read as a whole": "ledger-whole",
        "context against principle": "upi-context",
        "the regulatory turn": "ant-listing",
        "data protection": "data-protection",
        "how researchers know": "how-they-know",
        "selection on success": "coin-firms",
    },
    "10-capstone": {"a brief in miniature": "m-pesa-till"},
}


@dataclass(frozen=True)
class Row:
    """What the checks need of one row."""

    case_id: str
    organisations: tuple[str, ...]
    country: str
    chapter: str
    heading: str
    told_as: str

    @property
    def text(self) -> str:
        return (BOOK / "chapters" / self.chapter / "chapter.md").read_text("utf-8")


def rows() -> list[Row]:
    with (BOOK / "data/cases.csv").open(encoding="utf-8", newline="") as table:
        return [
            Row(
                row["case_id"],
                tuple(name for name in row["organisation"].split("; ") if name),
                row["country"],
                row["chapter"],
                row["heading"],
                row["told_as"],
            )
            for row in csv.DictReader(table)
        ]


ROWS = rows()
# The capstone is a task, with a case in miniature: it has no lesson to argue against.
CHAPTERS = sorted({row.chapter for row in ROWS} - {"10-capstone"})
PAIRS = [(chapter, words, case_id) for chapter, cases in PLANNED.items() for words, case_id in cases.items()]


def below(heading: str, text: str) -> str | None:
    """What stands under a heading, with the headings below it; None if there is no such heading."""
    found = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    if found is None:
        return None
    rest = text[found.end() :]
    following = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


@pytest.mark.parametrize(("chapter", "words", "case_id"), PAIRS, ids=[f"{pair[0][:2]} {pair[1]}" for pair in PAIRS])
def test_every_planned_case_is_in_the_table_with_its_chapter(chapter, words, case_id):
    assert [row.chapter for row in ROWS if row.case_id == case_id] == [chapter], words


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.case_id)
def test_the_chapter_names_the_case_under_the_heading_that_the_table_gives(row):
    text = below(row.heading, row.text)

    assert text is not None, f'chapters/{row.chapter}/chapter.md has no heading "{row.heading}"'
    assert [name for name in row.organisations if name not in text] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_lesson_opens_with_a_decision_and_looks_outside_china(chapter):
    told = [row for row in ROWS if row.chapter == chapter]

    assert Counter(row.told_as for row in told)["decision"] == 1
    assert next(row for row in told if row.told_as == "decision").heading.startswith("The decision: ")
    assert [row for row in told if row.told_as in {"counter-case", "comparison"}]
    assert [row for row in told if row.country != "CHN"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_elsewhere_box_of_every_lesson_is_a_case(chapter):
    told = [row for row in ROWS if row.chapter == chapter and row.told_as == "elsewhere"]

    assert told
    assert all(":class: elsewhere\n" in (below(row.heading, row.text) or "") for row in told)
    assert all(row.country not in {"CHN", ""} for row in told)


def test_every_lesson_with_a_decision_has_cases():
    with_decision = [
        file for file in (BOOK / "chapters").glob("*/chapter.md") if "\n## The decision" in file.read_text("utf-8")
    ]

    assert [file.parent.name for file in with_decision if file.parent.name not in CHAPTERS] == []


def test_a_case_under_the_wrong_heading_is_found():
    text = "# A\n\n## B\n\nPost.\n\n### C\n\nVan.\n\n## D\n\nTrain.\n"

    assert [name for name in ("Post", "Van", "Train") if name in (below("B", text) or "")] == ["Post", "Van"]
    assert below("E", text) is None
