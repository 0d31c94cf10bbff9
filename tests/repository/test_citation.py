"""The citation file keeps to CFF 1.2.0 and says what the other files say."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
# What version 1.2.0 of the format asks for, and what else it knows at the top of a file.
REQUIRED = {"authors", "cff-version", "message", "title"}
KNOWN = REQUIRED | {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


def test_it_has_what_the_format_asks_for_and_nothing_that_it_does_not_know():
    assert CITATION["cff-version"] == "1.2.0"
    assert REQUIRED <= CITATION.keys() <= KNOWN
    assert CITATION["type"] in {"dataset", "software"}
    assert all(isinstance(CITATION[key], str) and CITATION[key] for key in ("title", "message", "abstract", "version"))
    assert len(set(CITATION["keywords"])) == len(CITATION["keywords"])


def test_the_authors_are_those_of_the_licence_and_of_the_book():
    (author,) = CITATION["authors"]

    assert author.keys() == {"name"}
    assert author["name"] == yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["author"]
    # The licence writes "the" within a sentence.
    assert author["name"].casefold() in (ROOT / "LICENSE").read_text("utf-8").casefold()


def test_title_version_and_licence_are_those_of_the_book_and_its_tables():
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))

    assert CITATION["title"].startswith(yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["title"])
    assert CITATION["version"] == package["version"]
    assert CITATION["license"] in {licence["name"] for licence in package["licenses"]}
