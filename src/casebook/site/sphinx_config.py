"""Sphinx's settings for an edition: what ``_config.yml`` says, over Jupyter Book's defaults.

Jupyter Book works them out; that takes 0.2 seconds, most of it for importing it, so they are kept
until ``_config.yml``, the kit or a library changes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from casebook.site.chapter_inputs import installed
from casebook.site.reading_header import exercises_by_chapter
from casebook.site.source_tree import SourceTree
from casebook.whole_files import write_text

# Extensions of Jupyter Book that would fetch scripts from other hosts, or inventories while building.
NOT_USED = {"sphinx_thebe", "sphinx_comments", "sphinx.ext.intersphinx"}
SETTINGS_NOT_USED = {"comments_config", "thebe_config"}
# Only the HTML is made; the LaTeX side would cost time at each start.
OURS = {
    "use_jupyterbook_latex": False,
    # Chapters have run before Sphinx does; a cell that fails is found there, together with all others.
    "nb_execution_mode": "off",
    "html_math_renderer": "mathml",
    "external_toc_exclude_missing": True,
}


@dataclass(frozen=True)
class SphinxFolders:
    """Where one edition's build keeps what it made and what it knows."""

    html: Path
    doctrees: Path
    execution_cache: Path


@dataclass(frozen=True)
class SphinxConfig:
    """Sphinx's settings for an edition."""

    values: dict[str, Any]

    @property
    def markdown_extensions(self) -> list[str]:
        """MyST's optional syntax that is switched on."""
        return list(self.values.get("myst_enable_extensions", []))


def sphinx_config(tree: SourceTree, folders: SphinxFolders) -> SphinxConfig:
    """What ``_config.yml`` says, over Jupyter Book's defaults, with what the kit needs on top."""
    values = _from_jupyter_book(tree, folders)
    values["external_toc_path"] = str(tree.toc_file)
    values["casebook_exercises"] = exercises_by_chapter(tree.releases)
    values["casebook_changelog"] = str(tree.project.root / "CHANGELOG.md")
    values["casebook_site_address"] = tree.address
    return SphinxConfig(values)


def _from_jupyter_book(tree: SourceTree, folders: SphinxFolders) -> dict[str, Any]:
    text = (tree.folder / "_config.yml").read_text(encoding="utf-8")
    # Jupyter Book looks whether there is a folder of this name.
    has_static = (tree.folder / "_static").is_dir()
    inputs = [text, str(tree.folder), str(has_static), installed(), Path(__file__).read_text(encoding="utf-8")]
    digest = hashlib.sha256("\0".join(inputs).encode()).hexdigest()
    record = folders.doctrees.with_name(f"{folders.doctrees.name}-config.json")
    if record.is_file():
        kept = json.loads(record.read_text(encoding="utf-8"))
        if kept["inputs"] == digest:
            return kept["values"]
    values = _worked_out(text, tree)
    written = json.dumps({"inputs": digest, "values": values}, default=str)
    # What JSON would change is worked out each time.
    if json.loads(written)["values"] == values:
        write_text(record, written)
    return values


def _worked_out(text: str, tree: SourceTree) -> dict[str, Any]:
    from jupyter_book.config import get_final_config

    final = get_final_config(
        user_yaml=yaml.safe_load(text), cli_config={"latex_individualpages": False}, sourcedir=tree.folder
    )
    # Jupyter Book ships no types; it returns Sphinx's settings and its own for LaTeX.
    values, _ = cast("tuple[dict[str, Any], dict[str, Any]]", final)
    values["extensions"] = [name for name in values["extensions"] if name not in NOT_USED]
    return {name: value for name, value in values.items() if name not in SETTINGS_NOT_USED} | OURS
