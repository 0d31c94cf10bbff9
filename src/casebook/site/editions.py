"""What does an edition have beside the book?

An edition is built from a tree of its own that holds its pages and no others: what is not there
cannot leak.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from casebook.course.model import Course
from casebook.exercises.answers import WRONG, load_answers
from casebook.exercises.compilation import compiled
from casebook.exercises.model import Assignment, Release
from casebook.project import Project
from casebook.site.course_pages import CALENDAR, course_pages, course_toc_part
from casebook.site.edition import Edition

TEACHING_NOTE = "teaching-note"
BANNER = "Instructor edition: it holds solutions and mark schemes. Do not publish it."


@dataclass(frozen=True)
class Extras:
    """What an edition has beside the book.

    Parameters
    ----------
    files
        Content by path from the root of the sources.
    below
        Pages to list below a page of the table of contents, by that page.
    parts
        Parts to add to the table of contents, after its first.
    config
        Settings of Sphinx to lay over those of ``_config.yml``.
    downloads
        Content, by path from the root of the site, of files that lie beside the pages.
    address
        Where the site will be on the web, from ``course.yml``; empty if it does not say.
    course, edition
        Whose dates and links pages show, and to whom.
    """

    files: dict[Path, bytes] = field(default_factory=dict[Path, bytes])
    below: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    parts: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    downloads: dict[Path, bytes] = field(default_factory=dict[Path, bytes])
    address: str = ""
    course: Course | None = None
    edition: Edition = Edition.READER


def extras(project: Project, edition: Edition, course: Course | None, releases: tuple[Release, ...]) -> Extras:
    """What an edition has beside the book.

    Parameters
    ----------
    project
        The casebook.
    edition
        Who it is for.
    course
        What ``course.yml`` says; None: there is none.
    releases
        The assignments.
    """
    found = Extras(address=(course.links.site or "") if course else "", course=course, edition=edition)
    found.files.update({Path(path): text.encode() for path, text in course_pages(course, edition).items()})
    part = course_toc_part(course, edition)
    if course is not None and part is not None:
        # Imported by the editions that have a calendar.
        from casebook.course.calendar import calendar_file

        found.parts.append(part)
        found.downloads[Path(CALENDAR)] = calendar_file(course)
    for release in releases:
        found.downloads[Path("exercises") / release.archive.name] = release.archive.read_bytes()
    if edition.has_solutions:
        _add_teaching_notes(found, project)
        for release in releases:
            _add_solutions(found, release.assignment)
        found.config.update({"html_theme_options": {"announcement": BANNER}, "casebook_keep_robots_out": True})
        found.downloads[Path("robots.txt")] = b"User-agent: *\nDisallow: /\n"
    return found


def _add_teaching_notes(found: Extras, project: Project) -> None:
    for note in sorted(project.chapters.glob(f"*/{TEACHING_NOTE}.md")):
        folder = note.parent.relative_to(project.root)
        found.files[folder / note.name] = note.read_bytes()
        found.below.setdefault(f"{folder}/chapter", []).append(f"{folder}/{TEACHING_NOTE}")


def _add_solutions(found: Extras, assignment: Assignment) -> None:
    folder = Path("exercises") / assignment.name
    notebooks = compiled(assignment)
    below = found.below.setdefault(f"{folder}/index", [])
    for name, notebook in notebooks.items():
        _entitle(notebook)
        found.files[folder / f"{name}-solution.ipynb"] = f"{nbformat.writes(notebook)}\n".encode()
        below.append(f"{folder}/{name}-solution")
    found.files[folder / "marking.md"] = marking_page(assignment, notebooks).encode()
    below.append(f"{folder}/marking")


def _entitle(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            title, _, rest = cell.source.partition("\n")
            cell.source = f"{title}: solution\n{rest}"
            return


def marking_page(assignment: Assignment, notebooks: dict[str, Any]) -> str:
    """How to mark an assignment, as MyST Markdown: the rubric, and the mistakes its tests know."""
    rubric = assignment.folder / "rubric.md"
    parts = [f"# Marking: {assignment.title}"]
    if rubric.is_file():
        # Its headings go one level down, below this page's title.
        lines = rubric.read_text(encoding="utf-8").split("\n")
        parts.append("\n".join(f"#{line}" if line.startswith("#") else line for line in lines))
    answers = load_answers(assignment, WRONG, notebooks)
    if answers:
        rows = [
            f"* - {answer.reason}\n  - {', '.join(f'`{cell}`: {points:g}' for cell, points in answer.expect.items())}"
            for answer in answers
        ]
        parts += [
            "## Mistakes that the tests tell from right answers",
            "Points that each gets in the test cells that see it; elsewhere it gets all.",
            "```{list-table} Mistakes and what they get\n:header-rows: 1\n:class: row-cards\n\n"
            "* - What the student did\n  - Points\n" + "\n".join(rows) + "\n```",
        ]
    return "\n\n".join(parts) + "\n"
