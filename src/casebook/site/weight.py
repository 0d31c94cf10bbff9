"""Make a built site light: one style sheet of used rules, names made of contents, nothing that no page asks for.

Works on a finished folder of pages, whatever made them, and is the last step before they are
published. Names made of contents let a web server tell browsers to keep a file for good.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from casebook.digests import files_digest
from casebook.site import used_css
from casebook.site.used_css import Names, used_rules
from casebook.whole_files import write_text

STATIC = "_static"
# The theme's icon fonts; the pages' own frame draws its icons as inline SVG.
UNWANTED_FONTS = ("Font Awesome",)
_SHEET = re.compile(
    r'<link\b(?=[^>]*\brel="stylesheet")[^>]*\bhref="(?P<up>(?:[^":]*/)?)_static/(?P<file>[^"?]+)[^"]*"[^>]*>\n?'
)
_REFERENCE = re.compile(r"_static/(?P<file>[^\"'\s?#()<>&,]+)(?P<query>\?[^\"'\s#()<>&,]*)?")
_NAME = re.compile(r"[\w][\w.@-]*\.[a-z0-9]{2,5}\b")
_IMPORT = re.compile(r"@import\s+(?:url\()?[\"']?(?P<file>[^\"')]+)[\"']?\)?\s*;")
_URL = re.compile(r"url\(\s*(?P<quote>[\"']?)(?P<file>[^\"')]+)(?P=quote)\s*\)")
_TAG = re.compile(r"<([a-zA-Z][\w-]*)")
_MARKS = re.compile(r"\b(?:class|id)=[\"']([^\"']*)[\"']")
_PROPERTY = re.compile(r"--[A-Za-z][\w-]*")
_SCRIPT = re.compile(r"<script\b[^>]*>(.*?)</script>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_FINGERPRINT = re.compile(r"[0-9a-f]{12,}")


def lighten(site: Path, kept: Path | None = None) -> None:
    """Rewrite the pages of ``site`` and what they load; a site that is light already stays as it is.

    Parameters
    ----------
    site
        Pages (``**/*.html``) that load their styles and scripts from ``_static``.
    kept
        A file that remembers the sheets made last time, so that the same ones are not made again. None: nothing does.
    """
    static = site / STATIC
    if not static.is_dir():
        return
    files = (file for file in sorted(site.rglob("*.html")) if not file.is_relative_to(static))
    pages = {file: file.read_text(encoding="utf-8") for file in files}
    pages = _with_one_sheet(pages, static, Sheets(kept))
    renamed = _fingerprinted(pages.values(), static)
    for file, text in pages.items():
        light = _REFERENCE.sub(lambda found: _new_reference(found, renamed), text)
        if light != file.read_text(encoding="utf-8"):
            file.write_text(light, encoding="utf-8")
            pages[file] = light
    _drop_unasked(pages.values(), static)


class Sheets:
    """The used rules of style sheets, as they were worked out before.

    Parameters
    ----------
    record
        The file that remembers them; None: nothing is remembered.
    """

    def __init__(self, record: Path | None) -> None:
        self._record = record
        known = record is not None and record.is_file()
        self._before: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record and known else {}
        self._now: dict[str, str] = {}

    def used(self, css: str, names: Names) -> str:
        """The rules of ``css`` that pages with these names can use."""
        asked = [sorted(group) for group in (names.marks, names.elements, names.properties)]
        words = json.dumps([_worked_out_by(), css, asked])
        digest = hashlib.sha256(words.encode()).hexdigest()
        if digest not in self._before:
            self._before[digest] = used_rules(css, names, unwanted_fonts=UNWANTED_FONTS)
        self._now[digest] = self._before[digest]
        return self._now[digest]

    def remember(self) -> None:
        """Keep what was asked for this time."""
        if self._record is not None and self._now:
            write_text(self._record, json.dumps(self._now))


def _worked_out_by() -> str:
    return files_digest(Path(used_css.__file__), Path(__file__))


def names_in(pages: Iterable[str], scripts: Iterable[str]) -> Names:
    """What occurs in the pages, and what scripts could put there."""
    marks: set[str] = set()
    elements: set[str] = {"html", "body"}
    properties: set[str] = set()
    for page in pages:
        properties.update(_PROPERTY.findall(page))
        elements.update(_TAG.findall(page))
        for names in _MARKS.findall(page):
            marks.update(names.split())
        for script in _SCRIPT.findall(page):
            marks.update(_WORD.findall(script))
    for script in scripts:
        words = _WORD.findall(script)
        marks.update(words)
        elements.update(words)
        properties.update(_PROPERTY.findall(script))
    return Names(frozenset(marks), frozenset(name.lower() for name in elements), frozenset(properties))


def _with_one_sheet(pages: Mapping[Path, str], static: Path, kept: Sheets) -> dict[Path, str]:
    """Each page's style sheets as one; pages that load the same ones share it."""
    asked = {_asset(found["file"]) for text in pages.values() for found in _REFERENCE.finditer(text)}
    scripts = [
        (static / name).read_text(encoding="utf-8")
        for name in sorted(asked)
        if name.endswith(".js") and (static / name).is_file()
    ]
    names = names_in(pages.values(), scripts)
    made: dict[tuple[str, ...], str] = {}
    result: dict[Path, str] = {}
    for file, text in pages.items():
        sheets = tuple(
            dict.fromkeys(found["file"] for found in _SHEET.finditer(text) if (static / found["file"]).is_file())
        )
        if not sheets or all(_FINGERPRINT.search(sheet) and sheet.startswith("book.") for sheet in sheets):
            result[file] = text
            continue
        if sheets not in made:
            css = "".join(f"{_whole_sheet(static / sheet, static)}\n" for sheet in sheets)
            made[sheets] = _written(kept.used(css, names).encode(), "book.css", static)
        result[file] = _replace_sheets(text, made[sheets])
    kept.remember()
    return result


def _replace_sheets(text: str, sheet: str) -> str:
    first = True

    def link(found: re.Match[str]) -> str:
        nonlocal first
        if not first:
            return ""
        first = False
        return f'<link rel="stylesheet" href="{found["up"]}{STATIC}/{sheet}">\n'

    return _SHEET.sub(link, text)


def _whole_sheet(file: Path, static: Path) -> str:
    """A style sheet with its imports in place, and with addresses that are right beside the pages' other files."""
    css = file.read_text(encoding="utf-8")
    here = PurePosixPath(file.parent.relative_to(static))

    def imported(found: re.Match[str]) -> str:
        target = (file.parent / found["file"]).resolve()
        return _whole_sheet(target, static) if target.is_file() else found[0]

    def address(found: re.Match[str]) -> str:
        if re.match(r"[a-z]+:|#|/", found["file"]):
            return found[0]
        return f"url({_normal(here / found['file'])})"

    outside = _IMPORT.split(css)  # text, file, text, file, ..., text
    parts = [_URL.sub(address, part) if place % 2 == 0 else "" for place, part in enumerate(outside)]
    imports = [imported(found) for found in _IMPORT.finditer(css)]
    return "".join(imports + parts)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _fingerprinted(pages: Iterable[str], static: Path) -> dict[str, str]:
    """Copies, under names made of their contents, of the files that pages load; old name -> new name."""
    asked = {_asset(found["file"]) for text in pages for found in _REFERENCE.finditer(text)}
    files = {name for name in asked if (static / name).is_file() and not _FINGERPRINT.search(name)}
    return {name: _written((static / name).read_bytes(), name, static) for name in sorted(files)}


def _written(content: bytes, name: str, static: Path) -> str:
    path = PurePosixPath(name)
    new = str(path.with_name(f"{path.stem}.{hashlib.sha256(content).hexdigest()[:16]}{path.suffix}"))
    (static / new).write_bytes(content)
    return new


def _new_reference(found: re.Match[str], renamed: Mapping[str, str]) -> str:
    name = _asset(found["file"])
    if name in renamed:
        return f"{STATIC}/{renamed[name]}"
    return f"{STATIC}/{found['file']}" if _FINGERPRINT.search(name) else found[0]


def _asset(reference: str) -> str:
    return _normal(PurePosixPath(reference))


def _drop_unasked(pages: Iterable[str], static: Path) -> None:
    """Remove the files that no page asks for, nor a style sheet or script that a page asks for."""
    by_name: dict[str, set[str]] = {}
    present = {file.relative_to(static).as_posix() for file in static.rglob("*") if file.is_file()}
    for path in present:
        by_name.setdefault(PurePosixPath(path).name, set()).add(path)
    wanted = {_asset(found["file"]) for text in pages for found in _REFERENCE.finditer(text)} & present
    unread = set(wanted)
    while unread:
        path = unread.pop()
        if path.endswith((".css", ".js", ".mjs")):
            text = (static / path).read_text(encoding="utf-8")
            found = {path for name in _NAME.findall(text) for path in by_name.get(name, ())}
            unread |= found - wanted
            wanted |= found
    for path in present - wanted:
        (static / path).unlink()
    for folder in sorted((path for path in static.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
