"""Sphinx extension: the claims of the articles on a page, each with its verdict and its evidence.

A page says ``{claim-counts}`` where it wants the verdicts counted, and ``{claim-ledger}`` where it
wants the table. The table is whole without scripts; ``assets/claims/`` adds a filter to it.
Any page of the book leads to one claim by a link to its ``claim_id``: ``[10 days](#hospital-10-days)``.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.domains.std import StandardDomain
from sphinx.util.docutils import SphinxDirective

from casebook.data.check import PACKAGE_FILE, load_package
from casebook.data.claims import (
    CLAIMS,
    CONTRADICTED,
    DEFINITION_DIFFERS,
    NOT_SETTLED,
    SUPPORTED,
    VERDICTS,
    Claim,
    Condition,
    read_claims,
    rows_selected,
)
from casebook.data.model import DataPackage
from casebook.data.table_file import TableFile, read_table_file
from casebook.project import Project
from casebook.site.data_pages import FOLDER as TABLES
from casebook.whole_files import write_bytes

ASSETS = Path(__file__).parent / "assets" / "claims"
# After the theme's style, so that ours decides.
AFTER_THE_THEME = 700
LEDGER = "claim-ledger"
# Of tables that a narrow screen shows as a card for each row.
CARDS = "row-cards"
COUNTS = "claim-counts"
HEADINGS = ("Claim", "Verdict", "What the evidence says")
MEANINGS = {
    SUPPORTED: "The rows agree with the claim as it is put.",
    CONTRADICTED: "They do not, for the same thing and the same time.",
    DEFINITION_DIFFERS: "Right only of another thing, group or date than the claim says, or counted in several ways.",
    NOT_SETTLED: "Nothing that was read decides. It does not mean wrong.",
}
# A hyphen of a tag stands for a space, but in these.
_LESSONS = {"user-driven-innovation": "User-driven innovation"}
_LONG_NUMBER = re.compile(r"(?<![\w.])\d{4,}(?![\w.])")


@dataclass(frozen=True)
class Ledger:
    """All claims, and the tables that they point at, by name."""

    claims: tuple[Claim, ...]
    tables: Mapping[str, TableFile]


def read_ledger(project: Project) -> Ledger | None:
    """Read the claims; None if the casebook has none.

    Raises
    ------
    CasebookError
        The passports cannot be read.
    """
    if not (project.data / PACKAGE_FILE).is_file():
        return None
    package = load_package(project)
    claims = claims_of(package)
    if claims is None:
        return None
    named = {claim.table for claim in claims}
    read = {table.name: read_table_file(table.file)[0] for table in package.tables if table.name in named}
    return Ledger(claims, {name: file for name, file in read.items() if file is not None})


def claims_of(package: DataPackage) -> tuple[Claim, ...] | None:
    """The claims that can be read, in the order of their table; None if there is no such table."""
    table = package.table(CLAIMS)
    file = read_table_file(table.file)[0] if table else None
    return None if file is None else read_claims(file)[0]


def lesson_name(tag: str) -> str:
    """What a reader calls a lesson: ``data-sharing`` is Data sharing."""
    return _LESSONS.get(tag, tag.replace("-", " ").capitalize())


def as_claimed(claim: Claim) -> str:
    """The figure with its unit, as in "more than 3,000 firms"; empty if the claim has none."""
    if claim.unit == "year":
        return claim.figure
    figure = _LONG_NUMBER.sub(lambda number: f"{int(number[0]):,}", claim.figure)
    return f"{figure} {claim.unit}".strip()


def in_words(conditions: Iterable[Condition]) -> str:
    """Which rows are meant, as in "year is 2020, company is Tencent or Alibaba"."""
    return ", ".join(f"{each.column} is {_or(each.values)}" for each in conditions)


def _or(values: tuple[str, ...]) -> str:
    return " or ".join(part for part in (", ".join(values[:-1]), values[-1]) if part)


# --- nodes --------------------------------------------------------------------------------------


def counts(claims: Iterable[Claim]) -> nodes.definition_list:
    """The verdicts, how often each was given, and what it means."""
    given = Counter(claim.verdict for claim in claims)
    items = [
        nodes.definition_list_item(
            "",
            nodes.term("", "", _verdict(verdict), nodes.Text(f" {given[verdict]}")),
            nodes.definition("", nodes.paragraph("", MEANINGS[verdict])),
        )
        for verdict in VERDICTS
    ]
    return nodes.definition_list("", *items, classes=[COUNTS])


def table(ledger: Ledger, address: Callable[[str], str | None]) -> nodes.table:
    """One row for each claim, its ``claim_id`` the anchor.

    Parameters
    ----------
    address
        Where the page of a table is, seen from this page; None: it has none.
    """
    head = nodes.row("", *(nodes.entry("", nodes.paragraph("", words)) for words in HEADINGS))
    body = [_row(claim, ledger, address) for claim in ledger.claims]
    columns = [nodes.colspec(colwidth=1) for _ in HEADINGS]
    columns[0]["stub"] = 1
    group = nodes.tgroup("", *columns, nodes.thead("", head), nodes.tbody("", *body), cols=len(HEADINGS))
    return nodes.table("", group, classes=[LEDGER, CARDS])


def _row(claim: Claim, ledger: Ledger, address: Callable[[str], str | None]) -> nodes.row:
    cells = [
        [nodes.paragraph("", claim.claim), *_figure(claim), _origin(claim)],
        [nodes.paragraph("", "", _verdict(claim.verdict))],
        [nodes.paragraph("", claim.why), *_evidence(claim, ledger, address)],
    ]
    return nodes.row("", *(nodes.entry("", *cell) for cell in cells), ids=[claim.claim_id])


def _figure(claim: Claim) -> list[nodes.Node]:
    if not claim.figure:
        return []
    moment = f", {claim.as_of}" if claim.as_of and claim.unit != "year" else ""
    return [nodes.paragraph("", f"As claimed: {as_claimed(claim)}{moment}", classes=["claim-figure"])]


def _origin(claim: Claim) -> nodes.paragraph:
    article = nodes.inline("", claim.article, classes=["claim-article"])
    lesson = nodes.inline("", lesson_name(claim.lesson), classes=["claim-lesson"])
    return nodes.paragraph("", "", article, nodes.Text(", "), lesson, classes=["claim-origin"])


def _verdict(verdict: str) -> nodes.inline:
    return nodes.inline("", verdict, classes=["verdict", f"verdict-{verdict.replace(' ', '-')}"])


def _evidence(claim: Claim, ledger: Ledger, address: Callable[[str], str | None]) -> list[nodes.Node]:
    if claim.table not in ledger.tables:
        return []
    found = len(rows_selected(claim.conditions, ledger.tables[claim.table]))
    where = address(claim.table)
    name = nodes.literal("", claim.table)
    link = nodes.reference("", "", name, refuri=where, internal=True) if where else name
    rows = f", {found} {'row' if found == 1 else 'rows'}: {in_words(claim.conditions)}"
    kind = "Nearest" if claim.verdict == NOT_SETTLED else "Evidence"
    return [nodes.paragraph("", "", nodes.Text(f"{kind}: "), link, nodes.Text(rows), classes=["claim-evidence"])]


# --- Sphinx -------------------------------------------------------------------------------------


class _OfClaims(SphinxDirective):
    """A directive without arguments that shows something of the claims."""

    option_spec: ClassVar[dict[str, Any] | None] = {}

    def ledger(self) -> Ledger:
        """Read the claims, and have the page read again when a table changes."""
        project = Project(Path(self.env.srcdir))
        ledger = read_ledger(project)
        if ledger is None:
            raise self.error(f"The casebook has no table of claims ({TABLES}/{CLAIMS}.csv with its passport).")
        for name in (PACKAGE_FILE, f"{CLAIMS}.csv", *(f"{table}.csv" for table in ledger.tables)):
            self.env.note_dependency(str(project.data / name))
        return ledger

    def address(self, name: str) -> str | None:
        """Where the page of a table is."""
        page = f"{TABLES}/{name}"
        if page not in self.env.found_docs:
            return None
        return self.env.app.builder.get_relative_uri(self.env.docname, page)


class ClaimCounts(_OfClaims):
    """``{claim-counts}``."""

    def run(self) -> list[nodes.Node]:
        """Give the counts."""
        return [counts(self.ledger().claims)]


class ClaimLedger(_OfClaims):
    """``{claim-ledger}``."""

    def run(self) -> list[nodes.Node]:
        """Give the table, and tell the other pages where each claim stands."""
        ledger = self.ledger()
        labels = cast("StandardDomain", self.env.get_domain("std"))
        for claim in ledger.claims:
            labels.note_hyperlink_target(claim.claim_id, self.env.docname, claim.claim_id, claim.claim)
        return [table(ledger, self.address)]


_KINDS: tuple[type[nodes.Element], ...] = (nodes.table, nodes.definition_list)
_MARKS = frozenset({LEDGER, COUNTS})


class ClaimFiles:
    """The style and the script of the ledger, in a folder of the site that is named by what is in it."""

    def __init__(self) -> None:
        self._files = {file.name: file.read_bytes() for file in sorted(ASSETS.iterdir())}
        digest = hashlib.sha256(b"\0".join(name.encode() + content for name, content in self._files.items()))
        self._folder = f"claims-{digest.hexdigest()[:16]}"

    def place(self, app: Sphinx) -> None:
        """Put the files into the site."""
        if not isinstance(app.builder, StandaloneHTMLBuilder):
            return
        static = Path(app.outdir) / "_static"
        for old in static.glob("claims-*"):
            if old.name != self._folder:
                shutil.rmtree(old)
        for name, content in self._files.items():
            if not (static / self._folder / name).is_file():
                write_bytes(static / self._folder / name, content)

    def add_to_page(
        self,
        app: Sphinx,
        page: str,  # noqa: ARG002 - Sphinx's signature
        template: str,  # noqa: ARG002
        context: dict[str, Any],  # noqa: ARG002
        doctree: nodes.document | None,
    ) -> None:
        """Name them on a page with claims, and on no other."""
        shown = [node for kind in _KINDS for node in doctree.findall(kind)] if doctree is not None else []
        if any(_MARKS.intersection(node["classes"]) for node in shown):
            app.add_css_file(f"{self._folder}/claims.css", priority=AFTER_THE_THEME)
            app.add_js_file(f"{self._folder}/claims.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, object]:
    """Tell Sphinx about this extension."""
    directives: dict[str, type[Directive]] = {COUNTS: ClaimCounts, LEDGER: ClaimLedger}
    for name, directive in directives.items():
        app.add_directive(name, directive)
    files = ClaimFiles()
    app.connect("builder-inited", files.place)
    app.connect("html-page-context", files.add_to_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
