"""Cells that lean on the clock, on the network or on chance are told by their syntax."""

from __future__ import annotations

import pytest

from casebook.grading.verification_surroundings import leanings


@pytest.mark.parametrize(
    ("what", "source"),
    [
        ("clock", "import datetime\nage = datetime.date.today().year - 2014"),
        ("clock", "now = pd.Timestamp.now()"),
        ("clock", "from datetime import datetime\nx = datetime.now()"),
        ("clock", "import time\nbegan = time.time()"),
        ("network", "import requests"),
        ("network", "from urllib.request import urlopen"),
        ("network", "t = pd.read_csv('https://example.org/a.csv')"),
        ("chance", "import random\nx = random.choice([1, 2])"),
        ("chance", "x = np.random.normal(size=3)"),
        ("chance", "x = np.random.default_rng().normal()"),
        ("chance", "some = t.sample(5)"),
    ],
)
def test_what_may_be_other_another_time_is_found(what, source):
    assert [found for _, found, _ in leanings(source)] == [what]


@pytest.mark.parametrize(
    "source",
    [
        "x = np.random.default_rng(2027).normal()",
        "np.random.seed(1)\nx = np.random.normal()",
        "import random\nrandom.seed(1)\nx = random.choice([1, 2])",
        "some = t.sample(5, random_state=1)",
        "day = pd.Timestamp('2018-03-31')",
        "print('https://example.org')",
        "link = 'https://example.org'",
        "import time",
        "passed = table.time.sum()",
        "%matplotlib inline",
    ],
)
def test_what_is_the_same_each_time_is_not(source):
    assert list(leanings(source)) == []


def test_the_line_and_the_text_are_told():
    assert list(leanings("x = 1\n\ny = datetime.now()")) == [(3, "clock", "datetime.now()")]
