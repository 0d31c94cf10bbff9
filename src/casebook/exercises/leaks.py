"""Does a secret stand in anything that a student can open?

Both sides are compared by their words (``secrets``, ``readable``), so that a line is found again
after highlighting, wrapping, quoting, typographic quotes or Markdown's marks. A text is searched
for a secret only if it has the secret's rarest word.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from casebook.errors import Problem, Where
from casebook.exercises.assignment import assignment_names, load_assignment
from casebook.exercises.code_secrets import is_in_code
from casebook.exercises.model import Assignment
from casebook.exercises.readable import compact, pieces, views, words_of
from casebook.exercises.secrets import Secret, answer_names, given_texts, less_known, marker_secrets, secrets
from casebook.exercises.text_file import read_utf8
from casebook.project import Project

# Files and folders of an assignment's text; none of them is for students.
INSTRUCTORS_NAMES = frozenset({"wrong-answers", "right-answers", "rubric.md", "assignment.yml", "marking.md"})
TEACHING_NOTE = "teaching-note.md"
MEND = "move the line into a region, or take it out of the page; if it is no secret, put it in a given cell."


def leaks_in_release(assignment: Assignment, folder: Path) -> list[Problem]:
    """Secrets of an assignment in a folder of files for students."""
    return release_gate(assignment).leaks(folder)


def release_gate(assignment: Assignment) -> Gate:
    """What looks for the secrets of an assignment in what its students get."""
    tables = Project(assignment.folder.parents[1]).data
    known = [read_utf8(tables / f"{table}.csv") for table in assignment.data]
    return Gate(_unknown(secrets(assignment), known), answer_names(assignment))


def leaks_in(project: Project, tree: Path) -> list[Problem]:
    """Secrets of any assignment in a folder of files for students, such as the whole site."""
    assignments = [load_assignment(project, name) for name in assignment_names(project)]
    names = {stem: where for assignment in assignments for stem, where in answer_names(assignment).items()}
    guarded = [secret for assignment in assignments for secret in secrets(assignment)]
    known = [read_utf8(file) for file in _public_files(project)]
    known += [given for assignment in assignments for given in given_texts(assignment)]
    return Gate(_unknown(guarded, known), names).leaks(tree)


def _public_files(project: Project) -> list[Path]:
    """What the book is written in: everybody may read it, and it may say what an answer says too."""
    chapters = [file for file in project.chapters.glob("*/*.md") if file.name != TEACHING_NOTE]
    return sorted([*chapters, *project.book.rglob("*.md"), *project.data.glob("*.csv"), *project.data.glob("*.json")])


def _unknown(guarded: list[Secret], known: Iterable[str]) -> list[Secret]:
    gate = Gate(guarded, markers=False)
    return less_known(guarded, {secret for text in known for secret in gate.found(text)})


class Gate:
    """Looks for secrets.

    Parameters
    ----------
    guarded
        What must not be found.
    names
        Names of files, without ending, that must not be found either, and where they are.
    markers
        Whether a marker of a region is a leak too.
    """

    def __init__(
        self, guarded: Iterable[Secret], names: dict[str, Where] | None = None, *, markers: bool = True
    ) -> None:
        self._names = names or {}
        # The same table lies in many archives.
        self._known: dict[str, tuple[Secret, ...]] = {}
        listed = [*guarded, *(marker_secrets() if markers else ())]
        words = {secret: frozenset(secret.squeezed.split()) for secret in listed}
        common = Counter(word for each in words.values() for word in each)
        self._by_rarest: dict[str, list[tuple[Secret, frozenset[str]]]] = defaultdict(list)
        for secret, each in words.items():
            rarest = min(each, key=lambda word: (common[word], -len(word), word))
            self._by_rarest[rarest].append((secret, each))

    def leaks(self, tree: Path) -> list[Problem]:
        """A problem for each secret in each file of a folder."""
        problems: list[Problem] = []
        for file in sorted(path for path in tree.rglob("*") if path.is_file()):
            relative = file.relative_to(tree).as_posix()
            problems += self.leaks_in_file(file, file.read_bytes(), relative)
        return problems

    def leaks_in_file(self, file: Path, content: bytes, relative: str = "") -> list[Problem]:
        """A problem for each secret in one file.

        Parameters
        ----------
        file, content
            The file; it need not lie there yet.
        relative
            Its path in what students get.
        """
        problems: list[Problem] = []
        for place, piece in [("its name", relative), *pieces(file.name, content)]:
            is_name = place == "its name" or place.endswith(f"the name {piece}")
            if piece not in self._known:
                self._known[piece] = tuple(self.found(piece))
            found = [*self._known[piece], *(self._found_in_path(piece) if is_name else ())]
            # Of a line, and a sentence in it, and a number in that, one is told of; likewise what is
            # found both as the file stands and as it reads.
            by_line = {(str(secret.where), place): secret for secret in reversed(found)}
            problems += [
                Problem(f"{secret.what} of {where} that students must not see stands in {place}.", Where(file), MEND)
                for (where, place), secret in reversed(by_line.items())
            ]
        return list(dict.fromkeys(problems))

    def found(self, piece: str) -> Iterator[Secret]:
        """The secrets that stand in a text, in any of the ways to read it."""
        for view in views(piece):
            listed = words_of(view)
            words = set(listed)
            likely = [
                secret
                for word in words & self._by_rarest.keys()
                for secret, needed in self._by_rarest[word]
                if needed <= words
            ]
            if not likely:
                continue
            in_a_row = f" {' '.join(listed)} "
            likely = [secret for secret in likely if secret.squeezed in in_a_row]
            signs = compact(view) if any(secret.exact for secret in likely) else ""
            yield from (secret for secret in likely if not secret.exact or is_in_code(secret.exact, signs))

    def _found_in_path(self, path: str) -> Iterator[Secret]:
        for part in PurePosixPath(path.replace("\\", "/").casefold()).parts:
            stem = part.split(".")[0]
            if part in INSTRUCTORS_NAMES:
                yield Secret("", Where(part), what="The folder or file")
            elif stem in self._names:
                yield Secret("", self._names[stem], what="The name")
