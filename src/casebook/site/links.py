"""Do the links to other sites still answer?"""

from __future__ import annotations

import json
from dataclasses import replace

from casebook.errors import Problem, Where, raise_if_any
from casebook.project import Project
from casebook.site.build import folders_of, prepare
from casebook.site.chapter_runs import run_chapters
from casebook.site.edition import Edition
from casebook.site.sphinx_config import sphinx_config
from casebook.site.sphinx_run import run_sphinx


def check_links(project: Project) -> int:
    """Ask every outside link of the reader's edition for an answer.

    Returns
    -------
    int
        How many links answered.

    Raises
    ------
    CasebookError
        With each link that did not, and the line it stands on.
    """
    prepared = prepare(project, Edition.READER)
    tree = prepared.tree
    kept = folders_of(project, Edition.READER)
    folders = replace(kept, html=kept.html.parent / "links", doctrees=kept.html.parent / "links-doctrees")
    config = sphinx_config(tree, folders)
    raise_if_any(run_chapters(tree, prepared.pages, folders.execution_cache, config.markdown_extensions))
    # What Sphinx warns of is asked of the build; here its report alone counts.
    warnings = run_sphinx(tree, folders, config, builder="linkcheck")
    report = folders.html / "output.json"
    if not report.is_file():
        raise_if_any(warnings)
    answers = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    raise_if_any(
        Problem(
            f"{answer['uri']} does not answer: {answer['info']}.",
            Where(tree.origin(tree.folder / answer["filename"]), answer["lineno"]),
            "look for its new address, or for an archived copy, and write that.",
        )
        for answer in answers
        if answer["status"] in {"broken", "timeout"}
    )
    return sum(answer["status"] in {"working", "redirected"} for answer in answers)
