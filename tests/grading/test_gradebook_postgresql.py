"""A gradebook on a PostgreSQL server is kept like one in a file, by a real server that the tests start."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy

from casebook.errors import CasebookError
from casebook.exercises.assignment import load_assignment
from casebook.exercises.course_directory import CourseDirectory
from casebook.exercises.release import release_assignment
from casebook.grading.gradebook import NbgraderBook, NotebookRecord
from casebook.grading.model import CellPoints
from casebook.project import Project

pytestmark = pytest.mark.slow

TINY = Path(__file__).parents[1] / "notebooks" / "tiny-casebook"
WHEN = datetime(2026, 3, 1, 13)  # noqa: DTZ001  (as nbgrader keeps times: UTC)
COUNTING = NotebookRecord([CellPoints("parcels-in-all-check", 2.0), CellPoints("busiest-year-check", 1.0)])
ARGUING = NotebookRecord([CellPoints("argument", None), CellPoints("sure-check", 0.5)], frozenset({"sure"}))
BOTH = {"counting": COUNTING, "arguing": ARGUING}
ROWS = """
SELECT s.student_id, s.timestamp, n.name, b.flagged, b.late_submission_penalty, c.name, c.type,
       g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade, m.auto_comment, m.manual_comment
FROM submitted_assignment s
JOIN submitted_notebook b ON b.assignment_id = s.id JOIN notebook n ON n.id = b.notebook_id
JOIN base_cell c ON c.notebook_id = n.id
LEFT JOIN grade g ON g.cell_id = c.id AND g.notebook_id = b.id
LEFT JOIN comment m ON m.cell_id = c.id AND m.notebook_id = b.id
ORDER BY s.student_id, n.name, c.name, c.type
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an empty database."""
    # PostgreSQL refuses to run as root, and another user cannot enter pytest's own folders.
    person: dict = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="casebook-pg-") as name:
        folder = Path(name)
        if person:
            shutil.chown(folder, person["user"], person["group"])

        # Debian keeps the server's programs off the path.
        places = [os.environ["PATH"], *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
        environment = os.environ | {"PATH": os.pathsep.join(places)}

        def run(*words: str) -> None:
            subprocess.run(words, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, **person)

        run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="module")
def courses(server, tmp_path_factory) -> dict[str, CourseDirectory]:
    """The tiny assignment, released once into a file and once into the server's database."""
    found = {}
    for kind in ("file", "server"):
        casebook = tmp_path_factory.mktemp(kind) / "casebook"
        shutil.copytree(TINY, casebook)
        project, course = Project(casebook), CourseDirectory(casebook / "course")
        course.root.mkdir()
        if kind == "server":
            # A server minds that nbgrader enters assignments of a course without a name.
            (course.root / "nbgrader_config.py").write_text(
                f"c = get_config()\nc.CourseDirectory.course_id = 'parcels'\nc.CourseDirectory.db_url = {server!r}\n"
            )
        release_assignment(project, load_assignment(project, "tiny"), course)
        found[kind] = course
    return found


def rows(course: CourseDirectory) -> list[tuple]:
    engine = sqlalchemy.create_engine(course.db_url)
    with engine.connect() as connection:
        found = [tuple(map(str, row)) for row in connection.execute(sqlalchemy.text(ROWS))]
    engine.dispose()
    # SQLite knows no times and no truth.
    words = {"0": "False", "1": "True", "2026-03-01 13:00:00.000000": "2026-03-01 13:00:00"}
    return [tuple(words.get(value, value) for value in row) for row in found]


def test_a_gradebook_on_a_server_holds_what_one_in_a_file_holds(courses):
    held, notebooks, scores = {}, {}, {}
    for kind, course in courses.items():
        with NbgraderBook(course) as book:
            notebooks[kind] = book.instructor_notebooks("tiny")
            first = book.record("tiny", "ada", BOTH, WHEN)
            with course._gradebook() as gradebook:
                grade = gradebook.find_grade("argument", "arguing", "tiny", "ada")
                grade.manual_score, grade.extra_credit = 1.5, 0.5
                gradebook.find_comment("sure", "arguing", "tiny", "ada").manual_comment = "Well."
                gradebook.db.commit()
            again = book.record("tiny", "ada", BOTH, None)
            half = book.record("tiny", "ben", {"counting": COUNTING, "arguing": None}, None)
        scores[kind] = [first, again, half]
        held[kind] = rows(course)
        assert course.submission_scores("tiny") == {"ada": again, "ben": half}

    assert notebooks["server"] == notebooks["file"]
    assert scores["server"] == scores["file"]
    assert [score.score for score in scores["server"]] == [3.5, 5.5, 3]
    assert held["server"] == held["file"]
    assert len(held["server"]) == 2 * 8


def test_cells_are_in_the_order_of_the_notebook_without_a_source_too(courses, tmp_path):
    course = courses["server"]
    shutil.copy(course.root / "nbgrader_config.py", tmp_path)

    with NbgraderBook(course) as book, NbgraderBook(CourseDirectory(tmp_path)) as elsewhere:
        with_source, without = book.instructor_notebooks("tiny"), elsewhere.instructor_notebooks("tiny")

    order = [[cell.grade_id for cell in notebook.cells] for notebook in with_source]
    assert [[cell.grade_id for cell in notebook.cells] for notebook in without] == order


def test_a_row_that_another_person_holds_is_waited_for_and_then_said_to_be_locked(courses):
    course = courses["server"]
    other = sqlalchemy.create_engine(course.db_url)
    with NbgraderBook(course, patience_s=0.2) as book:
        book.record("tiny", "cleo", BOTH, None)
        with other.connect() as connection:
            connection.execute(sqlalchemy.text("SELECT * FROM grade FOR UPDATE"))
            with pytest.raises(CasebookError, match="It is locked by another program, and stayed so"):
                book.record("tiny", "cleo", {"counting": NotebookRecord([CellPoints("busiest-year-check", 0)])}, WHEN)
        other.dispose()
        assert course.submission_scores("tiny")["cleo"].score == 3.5
        assert book.record("tiny", "cleo", BOTH, None).score == 3.5


def test_a_mark_by_hand_that_is_given_meanwhile_waits_and_is_not_lost(courses):
    course, locked = courses["server"], "canceling statement due to lock timeout"
    other = sqlalchemy.create_engine(course.db_url, isolation_level="AUTOCOMMIT")
    tries = []

    def mark_by_hand(connection, *_):
        with other.connect() as person:
            person.execute(sqlalchemy.text("SET lock_timeout = 200"))
            tries.append("waited")
            with pytest.raises(sqlalchemy.exc.OperationalError, match=locked):
                person.execute(sqlalchemy.text("UPDATE grade SET manual_score = 0"))

    with NbgraderBook(course) as book:
        book.record("tiny", "dora", {"counting": COUNTING}, None)
        sqlalchemy.event.listen(book._engine, "commit", mark_by_hand)
        book.record("tiny", "dora", {"counting": COUNTING}, None)
    other.dispose()

    assert tries == ["waited"]


def test_an_empty_database_is_no_gradebook_and_stays_empty(server):
    engine = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("CREATE DATABASE vacant"))
    engine.dispose()
    vacant = server.replace("/postgres?", "/vacant?")

    with pytest.raises(CasebookError, match="The gradebook is empty"):
        NbgraderBook(CourseDirectory(Path("nowhere")), db_url=vacant)

    engine = sqlalchemy.create_engine(vacant)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    engine.dispose()
