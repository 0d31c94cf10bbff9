"""nbgrader's settings under `make lab`: its course directory is the one that the kit fills."""

from pathlib import Path

c = get_config()  # noqa: F821  (Jupyter gives it)
c.CourseDirectory.root = str(Path.cwd() / "course")
