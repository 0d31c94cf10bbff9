"""Where the outputs of chapters are kept between builds, and for which inputs they are good.

Below one folder, for all editions::

    executed/<key>/base.ipynb     the chapter's code cells with their outputs
    executed/<key>/inputs.json    what they were made from: ``Inputs``
    <edition>.json                which outputs each page of that edition shows: ``Shown``

MyST-NB's own cache, Jupyter Cache, knows code only: change a table, and the old chart stays.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from casebook.whole_files import write_text

CELLS = "base.ipynb"
INPUTS = "inputs.json"
# What a kernel says about itself, and the state of widgets.
FROM_THE_KERNEL = ("language_info", "widgets")


@dataclass(frozen=True)
class Inputs:
    """What outputs were made from, beside the code.

    Parameters
    ----------
    environment
        Digest of the libraries and of the kit's own part in running.
    parts
        Digest of each thing that was read, by its name (``casebook.site.chapter_inputs``).
    """

    environment: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """The outputs that a page shows.

    Parameters
    ----------
    text
        Digest of the page's text, so that an unchanged page need not be parsed to know its code.
    key
        Which code it is.
    outputs
        Digest of its outputs.
    """

    text: str
    key: str
    outputs: str


def key_of(notebook: NotebookNode, folder: str) -> str:
    """What tells a chapter's code from all other code: its cells, their tags, and where it stands."""
    # Where it stands, because the same relative path means another file in another folder.
    cells = [(cell.source, sorted(cell.metadata.get("tags", []))) for cell in _code_cells(notebook)]
    return hashlib.sha256(json.dumps([folder, cells]).encode()).hexdigest()[:32]


def _code_cells(notebook: Any) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


class ExecutedChapters:
    """The outputs kept below a folder.

    Parameters
    ----------
    folder
        For all editions.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def inputs(self, key: str) -> Inputs | None:
        """What the outputs of this code were made from; None: there are none."""
        file = self._of(key) / INPUTS
        if not file.is_file() or not (self._of(key) / CELLS).is_file():
            return None
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Inputs(kept["environment"], kept["parts"])

    def keep(self, key: str, notebook: NotebookNode, inputs: Inputs) -> str:
        """Keep the outputs of a notebook that has run; the digest of these outputs."""
        # Gone first: outputs and inputs that do not belong together are never found together.
        (self._of(key) / INPUTS).unlink(missing_ok=True)
        cells = [
            {
                "cell_type": "code",
                "execution_count": cell.execution_count,
                "metadata": {},
                "outputs": cell.outputs,
                "source": cell.source,
            }
            for cell in _code_cells(notebook)
        ]
        metadata = {name: notebook.metadata[name] for name in FROM_THE_KERNEL if name in notebook.metadata}
        kept = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
        text = json.dumps(kept, ensure_ascii=False)
        write_text(self._of(key) / CELLS, text)
        outputs = hashlib.sha256(text.encode()).hexdigest()
        write_text(self._of(key) / INPUTS, json.dumps({**asdict(inputs), "outputs": outputs}, indent=1))
        return outputs

    def digest(self, key: str) -> str:
        """The digest of outputs that are kept."""
        return json.loads((self._of(key) / INPUTS).read_text(encoding="utf-8"))["outputs"]

    def fill(self, notebook: NotebookNode, key: str) -> None:
        """Put kept outputs into a notebook with the same code."""
        kept = json.loads((self._of(key) / CELLS).read_text(encoding="utf-8"))
        notebook.metadata.update(from_dict(kept["metadata"]))
        for cell, ran in zip(_code_cells(notebook), kept["cells"], strict=True):
            cell.execution_count = ran["execution_count"]
            cell.outputs = from_dict(ran["outputs"])

    def shown(self, edition: str) -> dict[str, Shown]:
        """What each page of an edition shows, as of its last build."""
        file = self.folder / f"{edition}.json"
        if not file.is_file():
            return {}
        return {page: Shown(**shown) for page, shown in json.loads(file.read_text(encoding="utf-8")).items()}

    def show(self, edition: str, pages: Mapping[str, Shown]) -> None:
        """Note what the pages of an edition show, and throw away what no edition shows any more."""
        write_text(
            self.folder / f"{edition}.json",
            json.dumps({page: asdict(shown) for page, shown in pages.items()}, indent=1),
        )
        wanted = {shown.key for file in self.folder.glob("*.json") for shown in self.shown(file.stem).values()}
        for folder in (self.folder / "executed").glob("*"):
            if folder.name not in wanted:
                shutil.rmtree(folder)

    def _of(self, key: str) -> Path:
        return self.folder / "executed" / key
