"""Which chapters have been read before, and what did they hold?

To read a chapter's cells takes about a fiftieth of a second, and a book may have a hundred; a build
for which one of them has changed reads that one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from myst_parser.config.main import MdParserConfig

from casebook.digests import files_digest
from casebook.site import text_chapter
from casebook.site.chapter_inputs import installed
from casebook.site.text_chapter import ChapterCell, TextChapter, read_chapter
from casebook.whole_files import write_text


class ChapterReads:
    """Chapters as they were read, by their text.

    Parameters
    ----------
    record
        The file that remembers them from build to build.
    config
        How the book's Markdown is read.
    """

    def __init__(self, record: Path, config: MdParserConfig) -> None:
        self._record = record
        self._config = config
        self._reader = f"{installed()} {files_digest(Path(text_chapter.__file__))} {sorted(config.enable_extensions)}"
        self._before: dict[str, Any] = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
        self._now: dict[str, Any] = {}

    def read(self, page: str, file: Path) -> TextChapter | None:
        """The chapter; None if the page is no notebook.

        Raises
        ------
        CasebookError
            The metadata of a cell is not YAML.
        """
        text = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(f"{self._reader}\0{text}".encode()).hexdigest()
        if digest in self._before:
            chapter = _told(self._before[digest], page, file)
        else:
            chapter = read_chapter(page, file, self._config, text=text)
        self._now[digest] = None if chapter is None else _telling(chapter)
        return chapter

    def remember(self) -> None:
        """Keep what was asked for this time, for the next build."""
        if self._now != self._before:
            write_text(self._record, json.dumps(self._now, ensure_ascii=False))


def _telling(chapter: TextChapter) -> dict[str, Any]:
    # As JSON gives it back, so that two builds can be compared.
    cells = [{**asdict(cell), "tags": list(cell.tags)} for cell in chapter.cells]
    return {"cells": cells, "substitutions": chapter.substitutions}


def _told(kept: dict[str, Any] | None, page: str, file: Path) -> TextChapter | None:
    if kept is None:
        return None
    cells = tuple(_cell(**cell) for cell in kept["cells"])
    return TextChapter(page, file, cells, kept["substitutions"])


def _cell(tags: list[str], **rest: Any) -> ChapterCell:
    return ChapterCell(tags=tuple(tags), **rest)
