"""``casebook grade``, ``feedback`` and ``export`` from submissions to a table, as a teacher types them."""

from __future__ import annotations

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
