"""``casebook grade``, ``feedback`` and ``export`` from submissions to a table, as a teacher types them."""

from __future__ import annotations

import json
import shutil

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def taught(tmp_path_factory, run_casebook, request):
    """A tiny casebook whose course has a blank submission and one that is no notebook; both were graded."""
    root = tmp_path_factory.mktemp("taught") / "casebook"
    shutil.copytree(request.config.rootpath / "tests" / "notebooks" / "tiny-casebook", root)
    assert run_casebook("exercises", "release", "tiny", cwd=root).returncode == 0
    shutil.copytree(root / "course" / "release" / "tiny", root / "course" / "submitted" / "ann" / "tiny")
    (root / "course" / "submitted" / "bob" / "tiny").mkdir(parents=True)
    (root / "course" / "submitted" / "bob" / "tiny" / "essay.docx").write_bytes(b"PK")
    return root, run_casebook("grade", "tiny", cwd=root)


def test_grading_shows_each_student_and_names_who_needs_attention(taught):
    _, result = taught

    lines = result.stdout.splitlines()
    assert lines[0].split() == ["student", "status", "score", "of", "seconds"]
    assert lines[1].split()[:4] == ["ann", "graded", "0", "6"]
    assert lines[2].split()[:2] == ["bob", "needs_attention"]
    assert lines[3] == "1 of 2 submissions graded."
    assert lines[4].startswith(
        "Needs attention: bob: course/submitted/bob/tiny: No notebook of the assignment is here: "
    )
    assert "found only essay.docx. Mend: rename the notebook to arguing.ipynb or counting.ipynb" in lines[4]
    assert result.returncode == 1


def test_feedback_says_how_many_have_it_and_where(taught, run_casebook):
    root, _ = taught

    result = run_casebook("feedback", "tiny", cwd=root)

    assert result.stdout == "1 of 1 students have feedback in course/feedback\n"
    assert result.returncode == 0
    assert (root / "course" / "feedback" / "ann" / "tiny" / "counting.html").is_file()


COURSE = """\
title: Parcels
institution: Your institution
timezone: Europe/London
term: {start: 2027-03-01, end: 2027-04-09}
meetings:
  - {weekday: Monday, start: 10:00, end: 11:00, place: Room 1}
weeks:
  - {week: 1, topic: Counting}
assignments:
  tiny: {weight: 100, released: 2027-03-11, due: 2027-04-01, hidden_tests: hide}
"""


@pytest.mark.parametrize(
    ("words", "course", "hidden"),
    [
        (["--hide-hidden-tests"], "", True),
        ([], COURSE, True),
        (["--show-hidden-tests"], COURSE, False),
        ([], COURSE.replace("hide", "show"), False),
        ([], "", False),
    ],
)
def test_hidden_tests_stay_hidden_if_the_teacher_or_course_yml_says_so(taught, run_casebook, words, course, hidden):
    root, _ = taught
    file = root / "course.yml"
    file.write_text(course)
    if not course:
        file.unlink()

    result = run_casebook("feedback", "tiny", *words, cwd=root)

    assert ("Hidden tests are left out of it.\n" in result.stdout) == hidden
    page = (root / "course" / "feedback" / "ann" / "tiny" / "counting.html").read_text()
    assert ("More checks ran here" in page) == hidden
    assert ("forty-four billion" in page) != hidden


def test_the_table_goes_to_standard_output_or_into_a_file(taught, run_casebook):
    root, _ = taught
    table = "student_id,assignment,score,max_score,status\nann,tiny,0,6,graded\nbob,tiny,,,needs_attention\n"

    printed = run_casebook("export", "tiny", "--to", "csv", cwd=root)
    written = run_casebook("export", "tiny", "-o", "scores/tiny.csv", cwd=root)

    assert (printed.returncode, printed.stdout, printed.stderr) == (0, table, "")
    assert written.stdout == "The scores are in scores/tiny.csv\n"
    assert (root / "scores" / "tiny.csv").read_text() == table


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["grade", "tinny"],
            "course: The gradebook here does not know the assignment 'tinny'.\n  Mend: release it first",
        ),
        (
            ["grade", "tiny", "--student", "anna"],
            "There is no submission of 'tiny' by 'anna'.\n  Mend: did you mean 'ann'?",
        ),
        (["export", "tinny"], "does not know the assignment 'tinny'"),
    ],
)
def test_a_wrong_name_is_answered_with_a_message_and_exit_code_1(taught, run_casebook, words, said):
    root, _ = taught

    result = run_casebook(*words, cwd=root)

    assert said in result.stdout
    assert (result.returncode, result.stderr) == (1, "")


class TestOptionsThatCannotBe:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--executor", "dask"], "Error: --executor dask and --scheduler ADDR go together."),
            (["--scheduler", "tcp://127.0.0.1:1"], "Error: --executor dask and --scheduler ADDR go together."),
            (["--workers", "0"], "Error: Invalid value for '--workers': 0 is not in the range x>=1."),
            (["--tests", "apart"], "Error: Invalid value for '--tests': 'apart' is not one of 'isolated', 'shared'."),
        ],
    )
    def test_what_cannot_be_meant_is_wrong_usage(self, taught, run_casebook, words, said):
        result = run_casebook("grade", "tiny", *words, cwd=taught[0])

        assert result.stderr.splitlines()[-1] == said
        assert (result.returncode, result.stdout) == (2, "")

    @pytest.mark.parametrize(
        ("scheduler", "reason"),
        [
            ("tcp://127.0.0.1:1", "Timed out trying to connect"),
            ("nonsense", "missing port number in address 'nonsense'."),
            ("carrier-pigeon://here:1", "unknown address scheme 'carrier-pigeon'"),
        ],
    )
    def test_a_scheduler_that_is_not_there_is_named(self, taught, run_casebook, scheduler, reason):
        result = run_casebook("grade", "tiny", "--executor", "dask", "--scheduler", scheduler, cwd=taught[0])

        problem, mend = result.stdout.splitlines()
        assert problem.startswith(f"There is no Dask scheduler at '{scheduler}': {reason}")
        assert mend.startswith("  Mend: start one (dask scheduler)")
        assert (result.returncode, result.stderr) == (1, "")

    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("nonsense", "is not the address of a database.\n  Mend: write sqlite:////path/to/gradebook.db"),
            (
                "mysql://127.0.0.1/x",
                "which talks to this kind of database, is not installed.\n  Mend: run: pip install",
            ),
            (
                "postgresql+psycopg://127.0.0.1:1/x",
                "The server that holds it does not answer.\n  Mend: see that it runs",
            ),
            ("sqlite:///course/no.db", "no.db: It is damaged, or no gradebook.\n  Mend: put a sound copy in its place"),
            ("sqlite:///course/new.db", "The gradebook here does not know the assignment 'tiny'.\n  Mend: release it"),
            ("sqlite:///course/a/b.db", "The gradebook here does not know the assignment 'tiny'.\n  Mend: release it"),
        ],
    )
    def test_a_gradebook_that_cannot_be_used_is_named_and_none_is_made(self, taught, run_casebook, address, said):
        root, _ = taught
        (root / "course" / "no.db").write_text("Dear diary")

        result = run_casebook("grade", "tiny", "--db", address, cwd=root)

        assert said in result.stdout
        assert (result.returncode, result.stderr) == (1, "")
        assert sorted(file.name for file in (root / "course").rglob("*.db")) == ["gradebook.db", "grading.db", "no.db"]

    def test_isolated_tests_without_the_instructors_notebook_are_refused(self, taught, run_casebook, tmp_path):
        shutil.copytree(taught[0], tmp_path / "casebook")
        (tmp_path / "casebook" / "course" / "source" / "tiny" / "counting.ipynb").unlink()

        isolated = run_casebook("grade", "tiny", "--tests", "isolated", cwd=tmp_path / "casebook")
        shared = run_casebook("grade", "tiny", "--tests", "shared", "--student", "ann", cwd=tmp_path / "casebook")

        problem, mend = isolated.stdout.splitlines()
        assert problem.endswith("counting.ipynb: The instructor's notebook is not there, and isolated tests need it.")
        assert mend.endswith("put it back, or release the assignment again; or grade with --tests shared.")
        assert (isolated.returncode, isolated.stderr) == (1, "")
        assert shared.returncode == 0
        assert shared.stdout.splitlines()[1].split()[:3] == ["ann", "graded", "0"]


def test_another_gradebook_gets_the_marks_and_the_courses_own_stays_as_it_is(taught, run_casebook, tmp_path):
    from nbgrader.api import Gradebook

    shutil.copytree(taught[0], tmp_path / "casebook")
    course = tmp_path / "casebook" / "course"
    other = shutil.copy(course / "gradebook.db", tmp_path / "other.db")
    with Gradebook(f"sqlite:///{other}") as gradebook:
        gradebook.remove_submission("tiny", "ann")
    before = (course / "gradebook.db").read_bytes()

    again = [
        run_casebook("grade", "tiny", "--student", "ann", "--json", "--db", f"sqlite:///{other}", cwd=course.parent)
        for _ in range(2)
    ]

    assert [json.loads(result.stdout)["status"] for result in again] == ["graded", "unchanged"]
    with Gradebook(f"sqlite:///{other}") as gradebook:
        assert gradebook.find_submission("tiny", "ann").max_score == 6
    assert (course / "gradebook.db").read_bytes() == before
