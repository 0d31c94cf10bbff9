"""What does a reader get who takes a chapter home? One zip that runs by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myst_parser.config.main import MdParserConfig

from casebook.data.model import SOURCES, DataPackage
from casebook.digests import files_digest
from casebook.errors import Problem
from casebook.site.archives import archive_of
from casebook.site.book_pages import BookPages
from casebook.site.chapter_requirements import pinned_in, requirements_of
from casebook.site.citations import Citations
from casebook.site.plain_model import Surroundings
from casebook.site.plain_notebook import Frame, notebook_text, plain_notebook
from casebook.site.text_chapter import TextChapter
from casebook.site.uses import Uses
from casebook.whole_files import write_bytes

DATA = "data"
PICTURES = {".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp"}
LICENCES = "Text: CC BY 4.0. Code: BSD-3-Clause."


@dataclass(frozen=True)
class Shelf:
    """What the downloads of all chapters are made from.

    Parameters
    ----------
    title
        The book's.
    root
        The repository: tables and ``requirements.txt`` lie in it.
    pages, citations, config
        The book's pages, the works it may cite, and how its Markdown is read.
    package
        The passports of the tables.
    uses
        Which chapter reads which tables.
    site
        Where the site is published. None: not said, so no link leads there.
    """

    title: str
    root: Path
    pages: BookPages
    citations: Citations
    config: MdParserConfig
    package: DataPackage
    uses: Uses
    site: str | None = None


def download_address(chapter: str) -> str:
    """Where the zip of a chapter lies on the site, from its root."""
    return f"chapters/{chapter}.zip"


def chapter_downloads(
    chapters: Iterable[TextChapter], shelf: Shelf, kept: Path
) -> tuple[dict[str, bytes], list[Problem]]:
    """The zip of each chapter, by its path on the site; the same sources give the same bytes.

    A zip holds the notebook, the tables that it reads with their passports and sources, the
    pictures of the chapter, the versions of the libraries and a README.

    Parameters
    ----------
    kept
        A folder for the zips from build to build; one whose sources have not changed is not made again.
    """
    archives: dict[str, bytes] = {}
    problems: list[Problem] = []
    common = _digest_of_all(shelf)
    for chapter in chapters:
        beside = {**_tables(chapter, shelf), **_pictures(chapter, shelf)}
        own = hashlib.sha256(repr((common, chapter, sorted(beside.items()))).encode())
        file = kept / f"{own.hexdigest()}.zip"
        if not file.is_file():
            files, found = _download(chapter, shelf)
            problems += found
            if found:
                continue
            write_bytes(file, archive_of(files, chapter.name))
        archives[download_address(chapter.name)] = file.read_bytes()
    return archives, problems


def _digest_of_all(shelf: Shelf) -> str:
    """What each download depends on beside its chapter: the book's names and works, the versions, this code."""
    pinned = shelf.root / "requirements.txt"
    inputs = (
        shelf.title,
        shelf.site,
        sorted(shelf.pages.titles.items()),
        sorted((name, label.page, label.words) for name, label in shelf.pages.labels.items()),
        sorted(shelf.citations.works.items(), key=lambda item: item[0]),
        sorted(shelf.config.enable_extensions),
        pinned.read_bytes() if pinned.is_file() else b"",
        files_digest(*sorted(Path(__file__).parent.glob("*.py"))),
    )
    return hashlib.sha256(repr(inputs).encode()).hexdigest()


def launchable_files(chapters: Sequence[TextChapter], shelf: Shelf) -> dict[str, bytes]:
    """What a branch must hold so that Binder, Colab or a JupyterHub can open the chapters as notebooks.

    Each chapter stands under its path in the repository, with the ending ``.ipynb``. If the site's
    address is known the notebooks read the tables from there, because Colab fetches the notebook
    alone; otherwise the tables lie beside them.
    """
    files: dict[str, bytes] = {}
    pinned = shelf.root / "requirements.txt"
    if pinned.is_file():
        files[pinned.name] = pinned.read_bytes()
    for chapter in chapters:
        folder = chapter.page.rsplit("/", 1)[0]
        files |= {f"{folder}/{path}": content for path, content in _pictures(chapter, shelf).items()}
        if shelf.site is None:
            files |= {f"{folder}/{path}": content for path, content in _tables(chapter, shelf).items()}
        files[f"{chapter.page}.ipynb"] = _notebook(chapter, shelf, shelf.site).encode()
    return files


def _download(chapter: TextChapter, shelf: Shelf) -> tuple[dict[str, bytes], list[Problem]]:
    pinned = shelf.root / "requirements.txt"
    requirements, problems = requirements_of(chapter, pinned_in(pinned), pinned)
    tables = _tables(chapter, shelf)
    return {
        f"{chapter.name}.ipynb": _notebook(chapter, shelf, None).encode(),
        "requirements.txt": requirements.encode(),
        "README.md": _readme(chapter, shelf, tables).encode(),
        **tables,
        **_pictures(chapter, shelf),
    }, problems


def _notebook(chapter: TextChapter, shelf: Shelf, data_site: str | None) -> str:
    """The chapter as a notebook whose tables lie beside it, or on a site."""
    near = {path: path for path in _tables(chapter, shelf)}
    folder = chapter.page.rsplit("/", 1)[0]
    pictures = {f"{folder}/{path}": path for path in _pictures(chapter, shelf)}
    around = Surroundings(
        page=chapter.page,
        pages=shelf.pages,
        citations=shelf.citations,
        files={**({} if data_site else near), **pictures},
        site=shelf.site,
    )
    place = f"{data_site}/{DATA}" if data_site else DATA
    notebook = plain_notebook(
        chapter,
        around,
        shelf.config,
        lambda table: f"{place}/{table}.csv",
        Frame(_note(chapter, shelf, data_site), _licences(place, near)),
    )
    return notebook_text(notebook)


def _note(chapter: TextChapter, shelf: Shelf, data_site: str | None) -> str:
    book = f"[*{shelf.title}*]({shelf.site}/{chapter.page}.html)" if shelf.site else f"*{shelf.title}*"
    near = "" if data_site else f" The tables it reads are in the folder `{DATA}` beside it; `README.md` says more."
    return (
        f"This is a chapter of {book} as a notebook. "
        f"Run its cells from the top: *Run*, then *Run All Cells* (in Colab: *Runtime*, then *Run all*).{near}"
    )


def _licences(place: str, tables: Mapping[str, str]) -> str:
    if not tables:
        return LICENCES
    return f"{LICENCES} Tables: each names its licence in `{place}/datapackage.json`, its sources in `{place}/sources.csv`."


def _tables(chapter: TextChapter, shelf: Shelf) -> dict[str, bytes]:
    """The tables that a chapter reads, the list of sources, and their passports."""
    read = shelf.uses.chapters.get(chapter.page, ())
    if not read:
        return {}
    names = {*read, *({SOURCES} if shelf.package.table(SOURCES) else ())}
    chosen = [table for table in shelf.package.tables if table.name in names]
    files = {f"{DATA}/{table.file.name}": table.file.read_bytes() for table in chosen if table.file.is_file()}
    passports: dict[str, Any] = json.loads(shelf.package.file.read_text(encoding="utf-8"))
    passports["resources"] = [each for each in passports["resources"] if each["name"] in names]
    files[f"{DATA}/{shelf.package.file.name}"] = (json.dumps(passports, ensure_ascii=False, indent=2) + "\n").encode()
    return files


def _pictures(chapter: TextChapter, shelf: Shelf) -> dict[str, bytes]:
    """The pictures that lie in the folder of a chapter, by their path from there."""
    folder = shelf.root / chapter.page.rsplit("/", 1)[0]
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in PICTURES and ".ipynb_checkpoints" not in file.parts
    }


def _readme(chapter: TextChapter, shelf: Shelf, tables: Mapping[str, bytes]) -> str:
    title = shelf.pages.titles.get(chapter.page, chapter.name)
    online = f"\nOnline: {shelf.site}/{chapter.page}.html\n" if shelf.site else ""
    data = "\n".join(f"- `{path}`" for path in sorted(tables))
    unpack = f"`!unzip -oq {chapter.name}.zip && cp -r {chapter.name}/{DATA} .`"
    return f"""# {title}

A chapter of *{shelf.title}*, to run by yourself.
{online}
## On your own machine

You need Python 3.11 or 3.12. In this folder:

```
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt        (Windows: .venv\\Scripts\\pip)
.venv/bin/jupyter lab {chapter.name}.ipynb        (Windows: .venv\\Scripts\\jupyter)
```

In Visual Studio Code open this folder, then `{chapter.name}.ipynb`, and choose `.venv` as its kernel.

## In Google Colab

Open `{chapter.name}.ipynb` with *File*, then *Upload notebook*. Upload the zip in the *Files* pane, and run
{unpack} in a new cell above all others.

## Without a network

In JupyterLab the scripts that draw Altair's charts come from the network. Without one, run
`alt.renderers.enable("svg")` after the first cell: the charts are then pictures.

## What is here

- `{chapter.name}.ipynb`: the chapter
- `requirements.txt`: the libraries, in the versions that the chapter was run with
{data}

{_licences(DATA, dict.fromkeys(tables, ""))}
"""
