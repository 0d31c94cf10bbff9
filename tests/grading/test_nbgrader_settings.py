"""What ``nbgrader autograde`` is known to do, one by one: what ``nbgrader_config.py`` says about running notebooks."""

from __future__ import annotations

import json
import sys

import pytest

from casebook.errors import CasebookError
from casebook.grading.graded import Status
from casebook.grading.settings import read_settings

pytestmark = pytest.mark.slow

ENDLESS = "while True:\n    pass"


class TestTimeouts:
    def test_a_cell_without_an_end_is_stopped_and_those_after_it_run(self, week, work):
        week.configure("c.Execute.timeout = 1")
        week.hand_in("ada", work | {"part": ENDLESS})

        graded = week.grade()["ada"]

        assert (graded.status, graded.score) == (Status.GRADED, 4)
        assert week.points("ada") == {
            "count-check": 2,
            "part-check": 0,
            "sketch": None,
            "why": None,
            "interview": None,
            "share-check": 2,
        }
        assert [output.ename for output in week.outputs("ada", "first")["part"]] == [
            "KeyboardInterrupt",
            "CellTimeoutError",
        ]

    def test_a_loop_that_prints_without_an_end_stays_small_and_is_stopped(self, week, work):
        # nbgrader lets it fill the memory.
        week.configure("c.ExecutePreprocessor.timeout = 1")
        week.hand_in("ada", work | {"part": "while True:\n    print('and again')"})

        assert week.grade()["ada"].score == 4
        assert (week.directory.autograded("ada", "week") / "first.ipynb").stat().st_size < 1_500_000

    def test_where_time_outs_do_not_interrupt_the_submission_goes_to_a_person(self, week, work):
        week.configure("c.Execute.timeout = 1", "c.Execute.interrupt_on_timeout = False")
        week.hand_in("ada", work | {"part": ENDLESS})
        week.hand_in("ben", work)

        graded = week.grade()

        assert (graded["ada"].status, graded["ben"].score) == (Status.NEEDS_ATTENTION, 7)
        assert graded["ada"].reason == "first: Cell 'part' ran longer than 1 seconds."
        assert not week.directory.autograded("ada", "week").exists()

    def test_the_error_of_a_cell_that_took_too_long_is_the_settings(self, week, work):
        error = {"ename": "TooSlow", "evalue": "use a table", "traceback": ["TooSlow: use a table"]}
        week.configure("c.Execute.timeout = 1", f"c.Execute.error_on_timeout = {error}")
        week.hand_in("ada", work | {"part": ENDLESS})

        week.grade()

        *_, shown = week.outputs("ada", "first")["part"]
        assert shown == {"output_type": "error", **error}

    def test_without_an_error_for_time_outs_such_a_submission_goes_to_a_person(self, week, work):
        week.configure("c.Execute.timeout = 1", "c.Execute.error_on_timeout = {}")
        week.hand_in("ada", work | {"part": ENDLESS})

        assert week.grade()["ada"].status is Status.NEEDS_ATTENTION

    def test_without_a_time_limit_a_cell_takes_as_long_as_it_takes(self, week, work):
        week.configure("c.Execute.timeout = None")
        week.hand_in("ada", work | {"part": "import time\ntime.sleep(1.2)\npart = 3"})

        assert week.grade()["ada"].score == 7


class TestRunning:
    def test_cells_with_the_tag_of_the_settings_are_not_run(self, week, cells):
        week.configure("c.Execute.skip_cells_with_tag = 'slow'")
        slow = cells.given("slow", "it = 2")
        slow.metadata.tags = ["slow"]
        cells_of_it = [cells.answer("it", "it = 1"), slow, cells.test("it-check", 1, "assert it == 1")]
        week.write_source("tagged", {"one": cells_of_it})
        week.release("tagged")
        week.hand_in("ada", {"it": "it = 1"}, ["one"], assignment="tagged")

        assert week.grade(assignment="tagged")["ada"].score == 1

    def test_a_student_cannot_keep_tests_from_running_by_tags(self, week, work):
        # nbgrader obeys such tags wherever they are.
        def tag(notebook):
            for cell in notebook.cells:
                cell.metadata.tags = ["skip-execution", "raises-exception"]

        week.hand_in("ada", work | {"count": "count = 0"}, change=tag)

        assert week.grade()["ada"].score == 5
        assert week.points("ada")["count-check"] == 0

    def test_the_kernel_of_the_settings_runs_all_notebooks(self, week, work, monkeypatch, tmp_path):
        # A kernel of another name that has a mark in its environment, and so is not this Python's shell.
        folder = tmp_path / "jupyter" / "kernels" / "marked"
        folder.mkdir(parents=True)
        other_python = tmp_path / "bin" / "python"
        other_python.parent.mkdir()
        other_python.symlink_to(sys.executable)
        site = next(path for path in sys.path if path.endswith("site-packages"))
        specification = {
            "argv": [str(other_python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Marked",
            "language": "python",
            "env": {"MARKED": "3", "PYTHONPATH": site},
        }
        (folder / "kernel.json").write_text(json.dumps(specification))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        week.configure("c.Execute.kernel_name = 'marked'")
        week.hand_in("ada", work | {"part": "import os\npart = int(os.environ['MARKED'])"}, ["first"])

        assert week.grade()["ada"].score == 5
        assert week.points("ada")["part-check"] == 3

    def test_errors_to_standard_error_cost_the_test_and_a_pattern_of_the_settings_forgives_them(self, week, work):
        noisy = "import sys\nclass Part:\n    def __repr__(self):\n        print('low ink', file=sys.stderr)\n        return '3'"
        answers = work | {"part": f"{noisy}\npart = Part()"}
        week.hand_in("ada", answers)

        week.grade()
        strict = week.points("ada")["part-check"]
        week.configure("c.IgnorePattern.enabled = True", "c.IgnorePattern.pattern = 'low ink'")
        week.grade()

        assert (strict, week.points("ada")["part-check"]) == (0, 3)

    def test_long_outputs_and_tracebacks_are_cut_as_the_settings_say(self, week, work):
        week.configure("c.LimitOutput.max_lines = 20", "c.LimitOutput.max_traceback = 5")
        deep = "def down(n):\n    return down(n + 1)\ndown(0)"
        week.hand_in("ada", work | {"count": "count = 3\nfor i in range(5000):\n    print(i)", "part": deep})

        week.grade()

        outputs = week.outputs("ada", "first")
        text = outputs["count"][0].text
        assert (text.count("\n") < 25, "Output truncated" in text) == (True, True)
        assert outputs["part"][0].ename == "RecursionError"
        assert len(outputs["part"][0].traceback) <= 6
        assert week.points("ada")["count-check"] == 2


class TestCourse:
    def test_folders_and_course_id_are_those_of_the_settings(self, week, work):
        week.configure(
            "c.CourseDirectory.course_id = 'parcels-101'",
            "c.CourseDirectory.directory_structure = '{assignment_id}/{nbgrader_step}/{student_id}'",
            "c.CourseDirectory.submitted_directory = 'handed-in'",
            "c.CourseDirectory.autograded_directory = 'marked'",
        )
        for step in ("source", "release"):
            (week.root / "week" / step).mkdir(parents=True)
            (week.root / step / "week").rename(week.root / "week" / step / ".")
        week.hand_in("ada", work)
        assert week.folder("ada") == week.root / "week" / "handed-in" / "ada"

        assert week.grade()["ada"].score == 7

        assert (week.root / "week" / "marked" / "ada" / "first.ipynb").is_file()

    def test_hooks_are_called_for_each_submission_that_is_graded(self, week, work):
        week.configure(
            "c.Autograde.pre_convert_hook = 'week_hooks.before'", "c.Autograde.post_convert_hook = 'week_hooks.after'"
        )
        (week.root / "week_hooks.py").write_text(
            "from pathlib import Path\n\nCALLS = Path(__file__).with_name('calls.txt')\n\n\n"
            "def before(assignment, student, notebooks):\n"
            "    with CALLS.open('a') as file:\n"
            "        print('before', assignment, student, [Path(each).name for each in notebooks], file=file)\n\n\n"
            "def after(assignment, student, notebooks):\n"
            "    graded = Path(notebooks[0].replace('submitted', 'autograded')).exists()\n"
            "    with CALLS.open('a') as file:\n"
            "        print('after', assignment, student, graded, file=file)\n"
            "    raise ValueError('no such\\nmailbox')\n"
        )
        week.hand_in("ada", work)
        week.hand_in("ben", work, ["second"])

        graded = week.grade()
        week.grade()

        calls = (week.root / "calls.txt").read_text().splitlines()
        assert sorted(calls) == [
            "after week ada True",
            "after week ben True",
            "before week ada ['first.ipynb', 'second.ipynb']",
            "before week ben ['second.ipynb']",
        ]
        # nbgrader says it in its log only; neither stops for it.
        assert (graded["ada"].status, graded["ada"].score) == (Status.GRADED, 7)
        assert graded["ada"].reason == "Autograde.post_convert_hook failed: ValueError: no such mailbox"

    def test_a_setting_that_is_not_followed_is_named(self, week):
        week.configure("c.Execute.allow_error_names = ['ValueError']", "c.ClearMetadataPreprocessor.enabled = True")

        unfollowed = read_settings(week.directory).unfollowed

        assert "Execute.allow_error_names is set, and is not followed." in unfollowed
        assert any(sentence.startswith("ClearMetadataPreprocessor.") for sentence in unfollowed)

    def test_the_command_names_each_setting_that_it_does_not_follow(self, week, work, run_casebook):
        week.configure("c.Execute.execute_retries = 3")
        week.hand_in("ada", work)

        done = run_casebook("grade", "week", "--course", week.root, "--json", cwd=week.root)

        assert done.returncode == 0
        assert done.stderr == "Note: nbgrader_config.py: Execute.execute_retries is set, and is not followed.\n"

    @pytest.mark.parametrize(
        "line", ["c.Execute.timeout = 'soon'", "c.AssignLatePenalties.plugin_class = 'no_such.Plugin'", "c.Execute.("]
    )
    def test_settings_that_cannot_be_are_one_line_that_names_the_file(self, week, work, line):
        week.hand_in("ada", work)
        week.configure(line)

        with pytest.raises(CasebookError) as caught:
            week.grade()

        (problem,) = caught.value.problems
        assert "nbgrader_config.py" in str(problem.where)
        assert "\n" not in problem.what
        assert problem.mend
