"""What does a new assignment start from?

A folder that ``casebook exercises verify`` passes as it stands, with one of each kind of cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casebook.errors import CasebookError, Where
from casebook.exercises.folder_names import require_folder_name
from casebook.exercises.near_names import nearest
from casebook.exercises.text_writing import flow
from casebook.project import Project
from casebook.whole_files import replaced_folder, write_text

SCAFFOLD = Path(__file__).with_name("scaffold")


@dataclass(frozen=True)
class NewAssignment:
    """A new assignment.

    Parameters
    ----------
    folder
        Where its text lies.
    chapter
        The chapter that it belongs to.
    """

    folder: Path
    chapter: str


def new_assignment(project: Project, name: str, *, chapter: str | None = None) -> NewAssignment:
    """Start an assignment in ``exercises/<name>``.

    Parameters
    ----------
    project, name
        Where, and the name of its folder.
    chapter
        The folder of its lesson under ``chapters/``. None: the first.

    Raises
    ------
    CasebookError
        The name will not do, there is such a folder already, or no such chapter.
    """
    require_folder_name(name, "an assignment")
    folder = project.exercises / name
    if folder.exists():
        raise CasebookError.one(
            f"There is {name!r} already.", where=Where(folder), mend="take another name; nothing is overwritten."
        )
    chapters = sorted(each.name for each in project.chapters.glob("*") if each.is_dir())
    if chapter is None and not chapters:
        raise CasebookError.one(
            "There is no chapter that it could belong to.", where=Where(project.chapters), mend="write a chapter first."
        )
    chapter = chapter or chapters[0]
    if chapter not in chapters:
        raise CasebookError.one(
            f"There is no chapter {chapter!r}.", where=Where(project.chapters), mend=nearest(chapter, chapters)
        )
    title = name.replace("-", " ").capitalize()
    with replaced_folder(folder) as draft:
        for file in sorted(SCAFFOLD.rglob("*")):
            if file.is_file():
                text = file.read_text("utf-8").replace("title: TITLE", f"title: {flow(title)}").replace("TITLE", title)
                write_text(draft / file.relative_to(SCAFFOLD), text.replace("CHAPTER", flow(chapter)))
    return NewAssignment(folder, chapter)
