"""A book of any length to measure builds with: chapters of six charts that read tables with passports."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import shutil
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
SEED = 20260
FIRST_YEAR = 2005
YEARS = 18
REGIONS = ("East", "North", "South", "West")
CHARTS = 6
# Everything else in the repository's _config.yml is the kit's; a user of stock Jupyter Book writes this much.
STOCK_SETTINGS = ("title", "author", "copyright", "only_build_toc_files", "exclude_patterns", "bibtex_bibfiles")
WORDS = ["parcel", "seller", "platform", "carrier", "buyer", "city", "order", "data", "fee", "share", "price", "driver"]
WORDS += ["rule", "ledger", "market", "screen", "signal", "protocol", "partner", "record", "stock", "route", "week"]
WORDS += ["village", "factory", "growth", "cost", "trust", "choice", "claim", "figure", "table", "evidence"]

MARKS = (
    'mark_line(point=True).encode(x=alt.X("year:O").title(None), y=alt.Y("{y}:Q").title("{label}"), color="region:N")',
    'mark_bar().encode(x=alt.X("year:O").title(None), y=alt.Y("sum({y}):Q").title("{label}"))',
    'mark_area(opacity=0.7).encode(x=alt.X("year:O").title(None), y=alt.Y("{y}:Q").title("{label}"), color="region:N")',
    'mark_tick().encode(x=alt.X("{y}:Q").title("{label}"), y=alt.Y("region:N").title(None))',
    'mark_circle(size=50).encode(x=alt.X("year:O").title(None), y=alt.Y("{y}:Q").title("{label}"), color="region:N", tooltip=["year"])',
    'mark_rect().encode(x=alt.X("year:O").title(None), y=alt.Y("region:N").title(None), color=alt.Color("{y}:Q").title("{label}"))',
)
MEASURES = (("parcels_million", "Parcels (million)"), ("revenue_cny_million", "Revenue (CNY million)"))


def write_book(folder: Path, chapters: int) -> None:
    """Write a book with its own ``chapters`` chapters; the same number gives the same book.

    The configuration is the repository's own, so that what the kit does for the casebook is
    measured whole. ``as_stock`` gives the same book to stock Jupyter Book.
    """
    chance = random.Random(SEED)  # noqa: S311 - the numbers stand for nothing
    tables = {name_of(number): _rows(chance) for number in range(1, chapters + 1)}
    for name, rows in tables.items():
        _write(folder / "data" / f"{name}.csv", _csv(rows))
    _write(folder / "data/sources.csv", _csv([SOURCE]))
    _write(folder / "data/datapackage.json", json.dumps(_package(folder, tables), indent=1) + "\n")
    for number, name in enumerate(tables, start=1):
        _write(folder / "chapters" / _folder_of(number) / "chapter.md", _chapter(number, name, chance))
    _write(folder / "book/index.md", "# A generated book\n\n" + _prose(chance, 120) + "\n")
    _write(folder / "book/references.bib", "")
    shutil.copytree(REPOSITORY / "book/theme", folder / "book/theme")
    toc = {
        "format": "jb-book",
        "root": "book/index",
        "parts": [
            {
                "caption": "Lessons",
                "numbered": 1,
                "chapters": [{"file": f"chapters/{_folder_of(number)}/chapter"} for number in range(1, chapters + 1)],
            }
        ],
    }
    _write(folder / "_toc.yml", yaml.safe_dump(toc, sort_keys=False))
    shutil.copyfile(REPOSITORY / "_config.yml", folder / "_config.yml")


def as_stock(book: Path, folder: Path) -> None:
    """Copy a book and give it the configuration that a user of stock Jupyter Book would write.

    Execution is cached, which is stock's best case: its default runs every notebook at each build
    that reads it.
    """
    shutil.copytree(book, folder)
    ours = yaml.safe_load((book / "_config.yml").read_text("utf-8"))
    theirs = {key: ours[key] for key in STOCK_SETTINGS if key in ours}
    theirs["execute"] = {"execute_notebooks": "cache", "timeout": 120}
    _write(folder / "_config.yml", yaml.safe_dump(theirs, sort_keys=False))


def name_of(number: int) -> str:
    """The name of the table that only chapter ``number`` reads (from 1)."""
    return f"parcels_{number:03d}"


def chapter_file(folder: Path, number: int) -> Path:
    """Where chapter ``number`` (from 1) of a book stands."""
    return folder / "chapters" / _folder_of(number) / "chapter.md"


def page_of(number: int) -> str:
    """The page that chapter ``number`` becomes, below the root of a site."""
    return f"chapters/{_folder_of(number)}/chapter.html"


def _folder_of(number: int) -> str:
    return f"{number:03d}-parcels"


def _rows(chance: random.Random) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for region in REGIONS:
        parcels = chance.uniform(5, 50)
        for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
            parcels *= chance.uniform(1.02, 1.3)
            revenue = parcels * chance.uniform(6, 14)
            row = {"year": year, "region": region, "parcels_million": round(parcels, 2)}
            rows.append({**row, "revenue_cny_million": round(revenue, 1), "source_id": "generated"})
    return rows


def _csv(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _chapter(number: int, table: str, chance: random.Random) -> str:
    parts = [HEAD.format(number=number, table=table, prose=_prose(chance, 150))]
    for chart in range(CHARTS):
        measure, label = MEASURES[chance.randrange(2)]
        since = FIRST_YEAR + chance.randrange(6)
        mark = MARKS[chart].format(y=measure, label=label)
        parts.append(
            FIGURE.format(number=number, chart=chart + 1, table=table, since=since, mark=mark, heading=_title(chance))
            + _prose(chance, 90)
            + "\n"
        )
    return "\n".join(parts)


def _title(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, 4)).capitalize()


def _prose(chance: random.Random, words: int) -> str:
    sentences: list[str] = []
    while words > 0:
        length = chance.randrange(8, 20)
        sentences.append(" ".join(chance.choices(WORDS, k=length)).capitalize() + ".")
        words -= length
    return " ".join(sentences)


def _package(folder: Path, tables: dict[str, list[dict[str, object]]]) -> dict[str, object]:
    """Passports for the tables, as ``casebook data check`` wants them."""
    licence = {"name": "CC-BY-4.0", "title": "Generated", "path": "https://creativecommons.org/licenses/by/4.0/"}

    def resource(name: str, about: dict[str, object], fields: list[dict[str, object]]) -> dict[str, object]:
        content = (folder / "data" / f"{name}.csv").read_bytes()
        head = {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource"}
        stamp = {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        rest = {"caveats": ["Generated."], "tags": ["generated"], "licenses": [licence], "retrieved": "2026-01-01"}
        schema = {"fields": fields, "primaryKey": [fields[0]["name"]], "missingValues": [""]}
        return {**head, **about, **rest, "encoding": "utf-8", **stamp, "schema": schema}

    about_tables: dict[str, object] = {"question": "How fast did parcels grow?", "description": "One row: one year."}
    resources = [resource(name, {"title": f"Simulated parcels {name[-3:]}", **about_tables}, FIELDS) for name in tables]
    for each in resources:
        each["schema"] = {**each["schema"], "primaryKey": ["year", "region"], "foreignKeys": [FOREIGN_KEY]}  # type: ignore[dict-item]
    about_sources: dict[str, object] = {
        "title": "Sources",
        "question": "Where is each row from?",
        "description": "One row: one source.",
    }
    fields: list[dict[str, object]] = [
        {"name": name, "type": "string", "description": name, "constraints": {"required": True}} for name in SOURCE
    ]
    package = {"profile": "tabular-data-package", "name": "generated", "title": "Generated", "version": "0.1.0"}
    made = {"description": "Generated.", "created": "2026-01-01T00:00:00Z", "licenses": [licence]}
    return {**package, **made, "resources": [*resources, resource("sources", about_sources, fields)]}


SOURCE: dict[str, object] = {
    "source_id": "generated",
    "title": "Generated for a benchmark",
    "publisher": "This program",
    "published": "2026",
    "url": "https://example.org/",
    "licence": "CC-BY-4.0",
    "how_read": "generated",
    "grade": "weak",
}
FOREIGN_KEY = {"fields": ["source_id"], "reference": {"resource": "sources", "fields": ["source_id"]}}
_NUMBER = {"type": "number", "constraints": {"required": True, "minimum": 0}}
FIELDS: list[dict[str, object]] = [
    {
        "name": "year",
        "type": "integer",
        "unit": "year",
        "description": "Year",
        "constraints": {"required": True, "minimum": 2000, "maximum": 2100},
    },
    {"name": "region", "type": "string", "description": "Region", "constraints": {"required": True}},
    {"name": "parcels_million", "unit": "million", "description": "Parcels", **_NUMBER},
    {"name": "revenue_cny_million", "unit": "CNY million", "description": "Revenue", **_NUMBER},
    {"name": "source_id", "type": "string", "description": "Source", "constraints": {"required": True}},
]

HEAD = """\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
---

# Lesson {number}: parcels

{prose}

```{{code-cell}} ipython3
import altair as alt
import pandas as pd

parcels = pd.read_csv("../../data/{table}.csv")
parcels.tail(3)
```
"""
FIGURE = """\
## {heading}

```{{code-cell}} ipython3
---
mystnb:
  figure:
    name: fig-{number}-{chart}
    caption: |
      Chart {chart} of lesson {number}, 4 regions. Source: data/{table}.csv.
---
since = parcels[parcels["year"] >= {since}]

alt.Chart(
    since,
    title="Lesson {number}, chart {chart}: more in every region",
    description="Chart {chart} of lesson {number}: parcels and revenue of four regions by year; all of them grow.",
).{mark}
```

"""


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
