"""Grade a class with otter-grader; ``grading.py --otter PYTHON`` runs this in otter-grader's own environment.

    PYTHON bench/otter_class.py                  in a course directory that generated_class made

The instructor's test cells become otter's test files, one for each, in its format of functions. Each
notebook of each student is then graded by ``otter run``, called in one process, so that importing
otter is paid once: its best case. Two things it does otherwise: tests run after all cells and not
where they stand, and a test's assertions are all or nothing for its points. What people mark is left out.
Points go to ``otter-marks.json``.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

# One file for each test cell. It runs in a copy of what the notebook left, as cells do that come last.
TEST = """
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}
SOURCE = {source!r}


@test_case(points={points!r})
def test_cell(env):
    exec(SOURCE, dict(env))
"""


def main() -> None:
    """Grade the class in the folder that this stands in."""
    from otter.generate import main as generate  # pyright: ignore[reportMissingImports]
    from otter.run import main as run  # pyright: ignore[reportMissingImports]

    source = next(Path("source").iterdir()).resolve()
    beside = [str(file) for file in source.iterdir() if file.suffix == ".csv"]
    marks: list[tuple[str, str, str, float]] = []
    with tempfile.TemporaryDirectory(prefix="bench-otter-") as temporary:
        autograders: dict[str, Path] = {}
        for notebook in sorted(source.glob("*.ipynb")):
            tests = Path(temporary) / notebook.stem / "tests"
            tests.mkdir(parents=True)
            _write_tests(json.loads(notebook.read_text("utf-8")), tests)
            autograders[notebook.stem] = tests.parent / "autograder.zip"
            with contextlib.chdir(source):
                generate(
                    tests_dir=str(tests), output_path=str(autograders[notebook.stem]), no_environment=True, files=beside
                )
        for student in sorted(Path("submitted").iterdir()):
            for name, autograder in autograders.items():
                submission = (student / source.name / f"{name}.ipynb").resolve()
                with contextlib.redirect_stdout(io.StringIO()):
                    results = run(str(submission), autograder=str(autograder), output_dir=temporary, no_logo=True)
                marks += [(student.name, name, file.name, file.score) for file in results.results.values()]
                # In the words of `casebook grade --json`, by which the first is timed.
            print(json.dumps({"student": student.name}), flush=True)
    Path("otter-marks.json").write_text(json.dumps(marks), "utf-8")


def _write_tests(notebook: dict[str, Any], folder: Path) -> None:
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("grade") and not about.get("solution"):
            source = "".join(cell["source"])
            test = TEST.format(name=about["grade_id"], points=about["points"], source=source)
            (folder / f"{about['grade_id']}.py").write_text(test, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
