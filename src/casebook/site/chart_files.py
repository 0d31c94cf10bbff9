"""Where do the files of charts lie between builds, and which of them does the site need?

Every file is named by its content, so a web server may tell browsers to keep it for good.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import cast

from sphinx.environment import BuildEnvironment

from casebook.charts.faces import ChartFaces, csv_of, faces_of
from casebook.charts.interaction import NOTHING
from casebook.charts.spec import Spec
from casebook.digests import files_digest
from casebook.site.chart_html import ROWS_ON_PAGE, PageChart, PagePicture
from casebook.whole_files import write_bytes

CHARTS = Path(__file__).parents[1] / "charts"
# In the site.
FOLDER = "_static/charts"


def page_chart(spec: Spec, environment: BuildEnvironment) -> PageChart:
    """The chart, drawn, with its files kept for the end of the build.

    What has been drawn before is not drawn again.

    Raises
    ------
    UndrawableError
        Vega-Lite refuses the spec.
    """
    folder = _kept_files(environment)
    names: set[str] = set()
    chart = _placed(_faces(spec, folder), folder, names)
    names_of(environment).setdefault(environment.docname, set()).update(names)
    return chart


def names_of(environment: BuildEnvironment) -> dict[str, set[str]]:
    """For each page, the names of its charts' files; kept from build to build."""
    if not hasattr(environment, "casebook_chart_files"):
        environment.casebook_chart_files = {}  # type: ignore[attr-defined]
    return cast("dict[str, set[str]]", environment.casebook_chart_files)  # type: ignore[attr-defined]


def place(environment: BuildEnvironment, html: Path) -> None:
    """Put every file that a page names into the site, and take out those that none does."""
    folder = html / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name for names in names_of(environment).values() for name in names}
    present = {file.name for file in folder.iterdir()}
    for name in wanted - present:
        shutil.copyfile(_kept_files(environment) / name, folder / name)
    for name in present - wanted:
        (folder / name).unlink()


def _faces(spec: Spec, folder: Path) -> ChartFaces:
    """The chart's faces; those of a spec that a build has drawn before are as they were kept then."""
    words = json.dumps([_drawn_by(), spec], sort_keys=True)
    record = folder / f"{hashlib.sha256(words.encode()).hexdigest()[:32]}.pickle"
    if record.is_file():
        return cast("ChartFaces", pickle.loads(record.read_bytes()))  # noqa: S301 - our own file, in the build's own folder
    faces = faces_of(spec)
    write_bytes(record, pickle.dumps(faces))
    return faces


@cache
def _drawn_by() -> str:
    """What draws: the kit's own code, and the library."""
    return f"{files_digest(*sorted(CHARTS.glob('*.py')))} {version('vl-convert-python')}"


def _placed(faces: ChartFaces, folder: Path, names: set[str]) -> PageChart:
    def keep(content: bytes, ending: str) -> str:
        name = f"{hashlib.sha256(content).hexdigest()[:16]}{ending}"
        if not (folder / name).exists():
            write_bytes(folder / name, content)
        names.add(name)
        return name

    pictures = {
        face: PagePicture(keep(picture.svg.encode(), ".svg"), picture.width_px, picture.height_px)
        for face, picture in faces.pictures.items()
    }
    data = faces.live.data if faces.live is not None else ()
    for file in data:
        if not (folder / file.name).exists():
            write_bytes(folder / file.name, file.content)
        names.add(file.name)
    return PageChart(
        title=faces.title,
        alt=faces.alt,
        pictures=pictures,
        tables=tuple(replace(table, rows=table.rows[:ROWS_ON_PAGE]) for table in faces.tables),
        rows=tuple(len(table.rows) for table in faces.tables),
        # Spreadsheets take a file for UTF-8 only if it begins with this mark.
        csv=keep(csv_of(faces.tables).encode("utf-8-sig"), ".csv") if faces.tables else None,
        svg=keep(faces.svg.encode(), ".svg"),
        png=keep(faces.png, ".png"),
        live=keep(faces.live.document.encode(), ".json") if faces.live is not None else None,
        data=tuple(file.name for file in data),
        interaction=faces.live.interaction if faces.live is not None else NOTHING,
        controls=faces.live.controls if faces.live is not None else (),
    )


def _kept_files(environment: BuildEnvironment) -> Path:
    return Path(environment.doctreedir) / "charts"
