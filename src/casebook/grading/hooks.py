"""What does a course do of its own before and after each submission? nbgrader's ``pre_convert_hook`` and ``post_convert_hook``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.course_surroundings import surroundings
from casebook.grading.settings import Settings


class Hooks:
    """The hooks of a course, for one assignment.

    Parameters
    ----------
    course, settings
        The course, and its settings, which name the hooks.
    assignment, notebooks
        What is graded, and the names of its notebooks.
    """

    def __init__(self, course: CourseDirectory, settings: Settings, assignment: str, notebooks: Sequence[str]) -> None:
        self._course, self._settings = course, settings
        self._assignment, self._notebooks = assignment, notebooks

    def before(self, student: str) -> list[str]:
        """Call ``pre_convert_hook``; a sentence if it failed, which stops nothing."""
        return self._run("pre_convert_hook", self._settings.pre_convert_hook, student)

    def after(self, student: str) -> list[str]:
        """Call ``post_convert_hook``; a sentence if it failed, which stops nothing."""
        return self._run("post_convert_hook", self._settings.post_convert_hook, student)

    def _run(self, name: str, hook: Callable[..., object] | None, student: str) -> list[str]:
        if hook is None:
            return []
        folder = self._course.submitted(student, self._assignment)
        files = [folder / f"{notebook}.ipynb" for notebook in self._notebooks]
        handed_in = [str(file) for file in files if file.is_file()]
        try:
            with surroundings(self._course.root):
                hook(assignment=self._assignment, student=student, notebooks=handed_in)
        # It is a program of the instructor's: it may raise anything.
        except Exception as error:  # noqa: BLE001
            return [f"Autograde.{name} failed: {type(error).__name__}: {' '.join(str(error).split())}"]
        return []
