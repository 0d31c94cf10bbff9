"""A run of the real command that is killed or stopped at any moment goes on where it was, and leaves nothing behind."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pty
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import BROKEN, ONE_WRONG, SOLVED, TINY, Course

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from casebook.cli import main; main()"]
# So many in 5 classes make 20.
KILLS = 4
# How long what was killed may take to go: a warm parent imports to the end before it looks.
GONE_S = 30
# Waits only in the run that is to be stopped, and is the same submission in the next one.
WAITS = "import os, time\ntime.sleep(float(os.environ.get('STUDENTS_WAIT_S', '0')))\n"
LEAVES_A_PROCESS = "import subprocess\nsubprocess.Popen(['sleep', '600'], start_new_session=True)\n"
NEEDS_A_KERNEL = "get_ipython().kernel\n"


@dataclass(frozen=True)
class Runs:
    """The command in a course, with a folder of its own for temporary files."""

    course: Course
    temporary: Path
    took_s: float = 0

    def start(self, *words: str, wait_s: float = 0, **options) -> subprocess.Popen[str]:
        environment = os.environ | {"TMPDIR": str(self.temporary), "STUDENTS_WAIT_S": str(wait_s)}
        command = [*COMMAND, "grade", "tiny", "--course", str(self.course.root), *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        # Whoever runs these tests may have had them ignore a closed terminal, as nohup does.
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        try:
            return subprocess.Popen(command, env=environment, text=True, start_new_session=True, **pipes)
        finally:
            signal.signal(signal.SIGHUP, before)

    def lines(self, *words: str) -> list[dict]:
        """What a run says that nobody disturbs."""
        with self.start("--json", *words) as run:
            said, failed = run.communicate()
        assert failed == ""
        return [json.loads(line) for line in said.splitlines()]

    @property
    def processes(self) -> list[str]:
        """Command lines of what runs with our folder for temporary files."""
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            # One of another user, or one that just ended.
            with suppress(OSError):
                if f"TMPDIR={self.temporary}\0".encode() in (each / "environ").read_bytes():
                    found.append((each / "cmdline").read_text().replace("\0", " ")[:200])
        return found

    def wait_until_nothing_is_left(self, seconds: float = GONE_S) -> None:
        end = time.monotonic() + seconds
        while (left := [*self.processes, *map(str, self.temporary.rglob("*"))]) and time.monotonic() < end:
            time.sleep(0.1)
        assert left == []


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, run_casebook) -> Course:
    """A class of twelve, not yet graded; tests copy it."""
    casebook = tmp_path_factory.mktemp("class") / "casebook"
    shutil.copytree(TINY, casebook)
    assert run_casebook("exercises", "release", "tiny", cwd=casebook).returncode == 0
    course = Course(casebook / "course", 0, [])
    for number in range(12):
        answers = [SOLVED, ONE_WRONG, {}, SOLVED | {"sure": "sure = 3"}][number % 4]
        if number % 4 == 0:
            # Long enough for a kill to find it running.
            slowly = "import time\ntime.sleep(0.3)\n" + LEAVES_A_PROCESS * (number == 4)
            answers = answers | {"busiest-year": slowly + answers["busiest-year"]}
        course.hand_in(f"s{number:02}", answers, ["counting"] if number == 9 else ["counting", "arguing"])
    course.notebook("s11", "arguing").write_bytes(BROKEN)
    return course


@pytest.fixture
def runs(handed_in, tmp_path) -> Runs:
    """In a copy of that class."""
    shutil.copytree(handed_in.root, tmp_path / "course")
    (tmp_path / "temporary").mkdir()
    return Runs(Course(tmp_path / "course", 0, []), tmp_path / "temporary")


@pytest.fixture(scope="module")
def undisturbed(handed_in, tmp_path_factory) -> Runs:
    """The class after a run that nobody disturbed; tests only read it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(handed_in.root, folder / "course")
    (folder / "temporary").mkdir()
    runs = Runs(Course(folder / "course", 0, []), folder / "temporary")
    began = time.monotonic()
    lines = runs.lines("--workers", "2")
    return Runs(Course(folder / "course", 1, lines), folder / "temporary", time.monotonic() - began)


@pytest.fixture
def all_graded(undisturbed, tmp_path) -> Runs:
    """A copy of that one."""
    shutil.copytree(undisturbed.course.root, tmp_path / "course")
    (tmp_path / "temporary").mkdir()
    return Runs(Course(tmp_path / "course", 1, undisturbed.course.lines), tmp_path / "temporary", undisturbed.took_s)


def gradebook(course: Course) -> dict[str, list]:
    """All that a gradebook says, with names where it has ids that are drawn afresh."""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        names = {
            "submission": "SELECT id, student_id FROM submitted_assignment",
            "notebook": "SELECT s.id, a.student_id || '/' || n.name FROM submitted_notebook s "
            "JOIN submitted_assignment a ON s.assignment_id = a.id JOIN notebook n ON s.notebook_id = n.id",
        }
        known = dict(row for query in names.values() for row in book.execute(query))
        tables = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found = {}
        for table in tables:
            columns = [row[1] for row in book.execute(f"PRAGMA table_info({table})")]
            afresh = {"grade", "comment", "submitted_assignment", "submitted_notebook"}
            kept = [column for column in columns if column != "id" or table not in afresh]
            rows = book.execute(f"SELECT {', '.join(kept)} FROM {table}")  # noqa: S608
            found[table] = sorted(repr([known.get(value, value) for value in row]) for row in rows)
        return found


def autograded(course: Course) -> dict[str, str]:
    folder = course.root / "autograded"
    files = sorted(path for path in folder.rglob("*") if not path.is_dir())
    return {
        str(file.relative_to(folder)): f"{file.stat().st_mode:o} {hashlib.sha256(file.read_bytes()).hexdigest()}"
        for file in files
    }


def journal(course: Course, *columns: str) -> dict[str, tuple]:
    """Of each student, read from a copy: a look must not mend what a kill has left."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(course.root / ".casebook", Path(folder) / "copy")
        with closing(sqlite3.connect(copy / "grading.db")) as database:
            asked = f"SELECT student, {', '.join(columns)} FROM submissions"  # noqa: S608
            return {row[0]: row[1:] for row in database.execute(asked)}


def graded_already(course: Course) -> dict[str, tuple]:
    """When each submission was graded that is, and how often it had been run by then."""
    # Killed early enough, a run has not begun one yet.
    with suppress(sqlite3.OperationalError, FileNotFoundError):
        rows = journal(course, "state", "attempts", "changed")
        return {student: row for student, row in rows.items() if row[0] == "graded"}
    return {}


def assert_same(course: Course, other: Course) -> None:
    assert gradebook(course) == gradebook(other)
    assert autograded(course) == autograded(other)
    here, there = (journal(each, "assignment", "digest", "state", "result", "reason") for each in (course, other))
    assert {student: row[:-1] for student, row in here.items()} == {student: row[:-1] for student, row in there.items()}
    # Reasons name files.
    reasons = {student: row[-1].replace(str(course.root), str(other.root)) for student, row in here.items()}
    assert reasons == {student: row[-1] for student, row in there.items()}


def test_a_run_leaves_no_process_and_no_folder_behind(undisturbed):
    statuses = [line["status"] for line in undisturbed.course.lines]
    assert sorted(statuses) == ["graded"] * 11 + ["needs_attention"]
    undisturbed.wait_until_nothing_is_left()


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_killed_again_and_again_it_ends_with_the_same_marks_and_grades_nothing_twice(runs, undisturbed, seed):
    moments = random.Random(seed)  # noqa: S311
    kills, words, done = 0, [], {}
    while kills < KILLS:
        run = runs.start("--json", "--workers", "2", *words)
        # Some time of those that a run takes, or shortly after one or two are graded.
        many = moments.choice([0, 0, 1, 2])
        wait_s = moments.uniform(0, 0.5 if many else undisturbed.took_s)
        while many and (line := run.stdout.readline()):
            many -= json.loads(line)["status"] == "graded"
        with suppress(subprocess.TimeoutExpired):
            run.wait(wait_s)
        is_killed = run.poll() is None
        # A person ends the process, a machine all of them.
        end = moments.choice([os.kill, os.killpg])
        if is_killed:
            end(run.pid, signal.SIGKILL)
        kills += is_killed
        assert run.communicate()[1] == ""
        now = graded_already(runs.course)
        if not words:
            assert {student: now.get(student) for student in done} == done
        done = now
        # All done, before it was killed often enough: once more from the start.
        words = [] if is_killed else ["--fresh"]

    said = runs.lines()

    assert {student: graded_already(runs.course)[student] for student in done} == done
    for line in said:
        # Nobody knows that it was not the submission that ended the run.
        if "when the grading ended without a word" in line["reason"]:
            assert f"--student {line['student']} --fresh" in line["reason"]
            runs.lines("--student", line["student"], "--fresh")
    assert_same(runs.course, undisturbed.course)
    runs.wait_until_nothing_is_left()


class TestStopping:
    @pytest.fixture(params=["shell", "kernel"])
    def waiting(self, request, runs):
        """Three submissions: one is done at once, two wait in both of their notebooks."""
        shutil.rmtree(runs.course.root / "submitted")
        # As under nbgrader, what leaves a kernel's session outlives it.
        first = {"kernel": NEEDS_A_KERNEL, "shell": LEAVES_A_PROCESS}[request.param]
        slowly = SOLVED | {name: first + WAITS + SOLVED[name] for name in ("busiest-year", "sure")}
        runs.course.hand_in("a-quick-one", SOLVED)
        runs.course.hand_in("one", slowly)
        runs.course.hand_in("two", slowly)
        return runs

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_it_ends_at_once_with_one_line_and_the_next_run_goes_on(self, waiting, number):
        with waiting.start("--json", "--workers", "2", wait_s=600) as run:
            first = run.stdout.readline()
            time.sleep(2)
            began = time.monotonic()
            # As a terminal does it: to all of the group.
            os.killpg(run.pid, number)
            said, failed = run.communicate()
            took = time.monotonic() - began

        assert json.loads(first)["student"] == "a-quick-one"
        assert took < 5
        assert (said, run.returncode) == ("", 128 + number)
        assert failed == "Stopped after 1 of 3 submissions. Run the command again, and it goes on with the rest.\n"
        waiting.wait_until_nothing_is_left(5)
        assert journal(waiting.course, "state", "kills") == {
            "a-quick-one": ("graded", 0),
            "one": ("queued", 0),
            "two": ("queued", 0),
        }
        after = {line["student"]: (line["status"], line["score"]) for line in waiting.lines()}
        assert after == {"a-quick-one": ("unchanged", 4), "one": ("graded", 4), "two": ("graded", 4)}

    def test_a_second_run_meanwhile_says_who_is_at_it(self, runs):
        runs.course.hand_in("s00", SOLVED | {"sure": WAITS + SOLVED["sure"]})
        with runs.start("--student", "s0[01]", "--json", wait_s=600) as first:
            first.stdout.readline()
            with runs.start("--student", "s05") as second:
                said, failed = second.communicate()
            first.send_signal(signal.SIGTERM)
            first.communicate()

        assert f"'tiny' is being graded in this course: by process {first.pid} on this machine, since 20" in said
        assert f"kill {first.pid}" in said
        assert (second.returncode, failed) == (1, "")
        assert [line["status"] for line in runs.lines("--student", "s05")] == ["graded"]


class TestTheSecondTime:
    def test_nothing_is_graded_that_has_not_changed_and_it_is_quick(self, all_graded):
        before = graded_already(all_graded.course)
        files = autograded(all_graded.course)
        book = gradebook(all_graded.course)

        began = time.monotonic()
        lines = all_graded.lines()

        assert time.monotonic() - began < all_graded.took_s
        assert {line["student"]: line["status"] for line in lines} == {
            f"s{number:02}": "needs_attention" if number == 11 else "unchanged" for number in range(12)
        }
        scores = {line["student"]: line["score"] for line in all_graded.course.lines}
        assert {line["student"]: line["score"] for line in lines} == scores
        assert graded_already(all_graded.course) == before
        assert (autograded(all_graded.course), gradebook(all_graded.course)) == (files, book)

    def test_fresh_grades_all_or_those_whose_ids_match(self, all_graded, undisturbed):
        before = graded_already(all_graded.course)

        lines = all_graded.lines("--fresh", "--student", "s0[0-2]")

        assert sorted(line["student"] for line in lines) == ["s00", "s01", "s02"]
        assert all(line["status"] == "graded" for line in lines)
        after = graded_already(all_graded.course)
        assert sorted(student for student in before if after[student] != before[student]) == ["s00", "s01", "s02"]
        lines = all_graded.lines("--fresh")
        assert sorted(line["status"] for line in lines) == ["graded"] * 11 + ["needs_attention"]
        assert_same(all_graded.course, undisturbed.course)


def test_on_a_terminal_a_bar_shows_counts_rate_time_left_and_who_needs_a_person(runs):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
    shown = b""
    with runs.start("--workers", "2", stderr=theirs) as run:
        os.close(theirs)
        # Linux says so when the other end of a terminal is closed.
        with suppress(OSError):
            while more := os.read(ours, 65536):
                shown += more
        said = run.stdout.read()
    os.close(ours)

    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    counts = [int(count) for count in re.findall(r"(\d+)/12", text)]
    assert (min(counts), max(counts)) == (0, 12)
    assert counts == sorted(counts)
    assert len(set(counts)) > 4
    assert re.search(r"\d\.\d submissions/(s|min) \d:\d\d:\d\d left \d:\d\d:\d\d", text)
    assert "tiny (1 need attention, last s11)" in text
    # The bar goes away; what stays is the table, and it is not on the bar's stream.
    assert "Needs attention: s11: " in said
    assert "submissions/" not in said
