"""How does a class get its marks? The queue of a course, from submissions to the gradebook.

For each submission: made ready (``submission``), executed (``execution``, wherever the executor puts
it), scored (``submission``), recorded (``gradebook``). The journal notes how far each is, so that a
run that was killed goes on where it stopped. What goes wrong with one submission never stops the rest.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from casebook.errors import CasebookError, Where
from casebook.exercises.course_config import config_files
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.course_scores import SubmissionScore
from casebook.exercises.gradebook_failures import GradebookError
from casebook.exercises.variants_record import Record, note_on, own_files, read_record
from casebook.grading.assigned import assigned_in, modules_in
from casebook.grading.autograded import files_beside, write_autograded
from casebook.grading.execution import Result, execute_plain, interrupt
from casebook.grading.executors import Executor, Job, Lost, local, mistake
from casebook.grading.gradebook import NbgraderBook, NotebookRecord
from casebook.grading.graded import Graded, Status
from casebook.grading.handed_in import submissions
from casebook.grading.hooks import Hooks
from casebook.grading.inputs import common_inputs, inputs_digest
from casebook.grading.journal import Journal
from casebook.grading.lateness import late_policy_of
from casebook.grading.model import Tests
from casebook.grading.run_lock import course_lock
from casebook.grading.settings import Settings, read_settings
from casebook.grading.submission import Assigned, mark, prepare, steps_of
from casebook.grading.working_folder import clear_what_killed_runs_left
from casebook.kernels.forked import CAN_FORK
from casebook.kernels.shell_parents import shell_parent

__all__ = ["Options", "grade", "submissions"]


@dataclass(frozen=True)
class Options:
    """How a class is graded.

    Parameters
    ----------
    fresh
        Grade also what was graded before and has not changed.
    tests
        Where tests run. None: as each of the instructor's notebooks says; else shared.
    workers
        How many submissions run at once on this machine. None: one for each processor.
    scheduler
        Address of a Dask scheduler whose workers execute. None: this machine does.
    patience_s
        Seconds to wait for another program that writes to the gradebook.
    """

    fresh: bool = False
    tests: Tests | None = None
    workers: int | None = None
    scheduler: str | None = None
    patience_s: float = 15


def grade(
    course: CourseDirectory, assignment: str, students: Sequence[str], options: Options | None = None
) -> Generator[Graded]:
    """Grade submissions; what goes wrong with one never stops the rest.

    Parameters
    ----------
    course, assignment, students
        As ``submissions`` returns them.
    options
        How; None: as an ``Options`` without arguments says.

    Yields
    ------
    Graded
        As soon as each submission is done, in no particular order.

    Raises
    ------
    CasebookError
        Nothing can be graded here: somebody else is at it, the gradebook cannot be used, the
        instructor's copy is missing, there is nobody to execute.
    """
    options = options or Options()
    with ExitStack() as stack:
        stack.enter_context(course_lock(course.root, assignment))
        if options.scheduler is None and CAN_FORK:
            # It imports for a second or two, and may as well do so while we do.
            shell_parent(modules_in(course.source(assignment)))
        journal = stack.enter_context(Journal(course.root))
        settings = read_settings(course)
        late_policy = late_policy_of(course.root, assignment)
        book = stack.enter_context(
            NbgraderBook(course, settings, patience_s=options.patience_s, late_policy=late_policy)
        )
        assigned = assigned_in(course, book, assignment, settings, options.tests)
        executor = stack.enter_context(_executor(options, partial(journal.start, assignment)))
        run = _Run(
            course=course,
            settings=settings,
            assigned=assigned,
            journal=journal,
            book=book,
            executor=executor,
            lateness=repr((late_policy, book.due(assignment))),
            variants=read_record(course.root, assignment),
            as_bytes=options.scheduler is not None,
        )
        try:
            yield from run.results(students, fresh=options.fresh)
        finally:
            # Those that are running were stopped on purpose, if they were.
            journal.put_back(assignment)


@contextmanager
def _executor(options: Options, started: Callable[[str], None]) -> Generator[Executor]:
    if options.scheduler is None:
        clear_what_killed_runs_left()
        workers = options.workers or os.cpu_count() or 1
        with local(workers, execute_plain, interrupt=interrupt, started=started) as executor:
            yield executor
    else:
        from casebook.grading.executors_dask import on_dask

        # A worker's end is Dask's to notice; ours is not the fault of what runs there.
        with on_dask(options.scheduler, execute_plain) as executor:
            yield executor


class _Run:
    """One run of an assignment."""

    def __init__(
        self,
        *,
        course: CourseDirectory,
        settings: Settings,
        assigned: Assigned,
        journal: Journal,
        book: NbgraderBook,
        executor: Executor,
        lateness: str,
        variants: Record | None,
        as_bytes: bool,
    ) -> None:
        self._course, self._settings, self._assigned = course, settings, assigned
        self._journal, self._book, self._executor = journal, book, executor
        self._lateness, self._as_bytes = lateness, as_bytes
        self._variants = variants
        self._hooks = Hooks(course, settings, assigned.name, [notebook.name for notebook in assigned.notebooks])
        self._notes: dict[str, list[str]] = {}
        self._refused: list[Graded] = []
        self._queued: set[str] = set()

    def results(self, students: Sequence[str], *, fresh: bool) -> Iterator[Graded]:
        name, journal = self._assigned.name, self._journal
        digests, unreadable = self._digests(students)
        yield from unreadable
        self._queued = set(digests)
        plan = journal.enqueue(name, digests, fresh=list(digests) if fresh else ())
        scores = self._book.scores(name)
        lost = [student for student in plan.unchanged if not self._is_there(student, scores)]
        again = journal.enqueue(name, {student: digests[student] for student in lost}, fresh=lost)
        for student in plan.unchanged:
            if student not in lost:
                found = scores[student]
                yield Graded(student, name, Status.UNCHANGED, found.score, found.max_score, "", 0)
        for student, reason in plan.set_aside.items():
            yield self._attention(student, reason, set_aside=True)
        rerun: list[str] = []
        for student in plan.to_record:
            kept = journal.result(name, student)
            if kept is None:
                rerun.append(student)
            else:
                yield self._recorded(student, cast("Result", kept))
        yield from self._executed([*plan.to_do, *again.to_do, *rerun])
        for student in (*plan.one_by_one, *again.one_by_one):
            yield from self._executed([student])

    def _digests(self, students: Sequence[str]) -> tuple[dict[str, str], list[Graded]]:
        assigned = self._assigned
        plans = {name: steps_of(plan) for name, plan in sorted(assigned.plans.items())}
        settings = [file.read_text("utf-8", "replace") for file in config_files(self._course.root)]
        instructor = repr((assigned.notebooks, plans, settings, self._lateness))
        common = common_inputs(instructor, self._course.source(assigned.name), ",".join(plans), assigned.limits)
        digests: dict[str, str] = {}
        unreadable: list[Graded] = []
        for student in students:
            folder = self._course.submitted(student, self._assigned.name)
            try:
                digests[student] = inputs_digest(folder, common, own_files(self._variants, student))
            except Exception as error:  # noqa: BLE001  (a mistake of the kit must not cost the rest of the class)
                unreadable.append(self._attention(student, _in_one_line(error, folder)))
        return digests, unreadable

    def _is_there(self, student: str, scores: Mapping[str, SubmissionScore]) -> bool:
        return student in scores and self._course.autograded(student, self._assigned.name).is_dir()

    def _executed(self, students: Sequence[str]) -> Iterator[Graded]:
        for job, result in self._executor.results(self._jobs(students)):
            yield from self._refused_meanwhile()
            if isinstance(result, Lost):
                if not result.again:
                    self._journal.set_aside(self._assigned.name, job.name, result.reason)
                yield self._attention(job.name, result.reason, set_aside=not result.again)
            else:
                self._journal.executed(self._assigned.name, job.name, result)
                yield self._recorded(job.name, cast("Result", result))
        yield from self._refused_meanwhile()

    def _refused_meanwhile(self) -> Iterator[Graded]:
        while self._refused:
            yield self._refused.pop(0)

    def _jobs(self, students: Sequence[str]) -> Iterator[Job]:
        """Each submission as the executor asks for it; what cannot be run is told of beside."""
        name = self._assigned.name
        for student in students:
            folder = self._course.submitted(student, name)
            said = self._hooks.before(student)
            try:
                files = files_beside(self._course, self._settings, student, name)
                own = own_files(self._variants, student)
                prepared = prepare(folder, files, self._assigned, as_bytes=self._as_bytes, own=own)
            except Exception as error:  # noqa: BLE001  (as above)
                self._refused.append(self._attention(student, _in_one_line(error, folder)))
                continue
            self._notes[student] = [*said, *note_on(self._variants, student), *prepared.notes]
            yield Job(student, cast("dict[str, Any]", prepared.work))

    def _recorded(self, student: str, result: Result) -> Graded:
        name = self._assigned.name
        if result["stopped"]:
            return self._attention(student, result["stopped"])
        try:
            marked = mark(result, self._assigned, self._book.checksum)
            notebooks = {key: each.notebook for key, each in marked.items()}
            own = own_files(self._variants, student)
            written = write_autograded(self._course, self._settings, student, name, notebooks, own_files=own)
            records = {
                notebook.name: NotebookRecord(marked[notebook.name].points, marked[notebook.name].untouched)
                if notebook.name in marked
                else None
                for notebook in self._assigned.notebooks
            }
            found = self._book.record(name, student, records, self._course.timestamp(student, name))
        except GradebookError:
            # Nobody's marks can be recorded now; what was executed is kept.
            raise
        except Exception as error:  # noqa: BLE001  (as above)
            return self._attention(student, _in_one_line(error, self._course.submitted(student, name)))
        self._journal.recorded(name, student)
        left_out = [f"Left out, because they lead out of the submission: {', '.join(written.left_out)}."]
        said = [*result["notes"], *(left_out if written.left_out else []), *self._hooks.after(student)]
        reason = " ".join([*self._notes.pop(student, []), *said])
        return Graded(student, name, Status.GRADED, found.score, found.max_score, reason, result["seconds"])

    def _attention(self, student: str, reason: str, *, set_aside: bool = False) -> Graded:
        # An earlier version's marks would pass for this one's; nbgrader takes them away likewise.
        shutil.rmtree(self._course.autograded(student, self._assigned.name), ignore_errors=True)
        if student in self._queued and not set_aside:
            self._journal.needs_attention(self._assigned.name, student, reason)
        return Graded(student, self._assigned.name, Status.NEEDS_ATTENTION, None, None, reason, 0)


def _in_one_line(error: Exception, folder: Path) -> str:
    if isinstance(error, OSError):
        return f"{Where(folder)}: A file in it cannot be read: {error}."
    if not isinstance(error, CasebookError):
        return mistake(error)
    return " ".join(str(problem).replace("\n ", "") for problem in error.problems)
