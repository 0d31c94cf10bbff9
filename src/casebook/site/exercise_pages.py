"""The page of an assignment: what it asks, what it is worth, where to get it, how to hand it in, how it is marked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from casebook.course.launch import launch_links
from casebook.course.model import Course, GradedAssignment, Links
from casebook.exercises.model import Assignment, Release
from casebook.exercises.release_instructions import JUPYTERLAB, REQUIREMENTS, what_tests_say
from casebook.exercises.rubric import rubric_for_students
from casebook.exercises.variants import Parameter
from casebook.site.course_pages import EDITIONS_WITH_DATES
from casebook.site.course_words import clock_words, late_words, moment_words, weight_words
from casebook.site.edition import Edition
from casebook.site.markdown_words import as_code, as_words

# Released notebooks have this ending. An address that opens the text under exercises/ would open the solutions.
RELEASED = "{path}.ipynb"
# More values than these are not listed one by one.
MOST_LISTED = 8
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Surroundings:
    """What an assignment's page needs of the rest of the book.

    Parameters
    ----------
    table_titles
        Titles of the casebook's tables by name.
    table_pages
        Names of the tables that have a page.
    course
        Where dates, weights and links come from; None: there is no course.
    edition
        Readers see no dates; instructors also see which commands there are.
    """

    table_titles: Mapping[str, str] = field(default_factory=dict[str, str])
    table_pages: Collection[str] = ()
    course: Course | None = None
    edition: Edition = Edition.READER

    @property
    def links(self) -> Links:
        """Addresses outside the site."""
        return self.course.links if self.course else Links()

    def graded(self, assignment: str) -> GradedAssignment | None:
        """How the course sets an assignment; None: it does not, or this edition has no dates."""
        if self.course is None or self.edition not in EDITIONS_WITH_DATES:
            return None
        return next((each for each in self.course.assignments if each.name == assignment), None)


def assignment_page(release: Release, around: Surroundings) -> str:
    """The page as MyST Markdown.

    Parameters
    ----------
    release
        What students get.
    around
        What the page needs of the rest of the book.

    Raises
    ------
    CasebookError
        The rubric's section for students is not sound.
    """
    assignment = release.assignment
    rubric = rubric_for_students(assignment)
    parts = [
        f"# {as_words(assignment.title)}",
        assignment.summary.strip(),
        _facts(assignment, around),
        _download(release),
        _open_in(assignment, around.links),
        "## What you will do",
        (
            "Work through the notebooks in this order. You can read them here first; you answer them in JupyterLab."
            if assignment.notebooks[1:]
            else "Work through this notebook. You can read it here first; you answer it in JupyterLab."
        ),
        "\n".join(f"1. [](/exercises/{assignment.name}/{name}.ipynb)" for name in assignment.notebooks),
        _numbers_of_your_own(assignment, around.edition),
        *(["## Data in the download", _tables(assignment, around)] if assignment.data else []),
        "## What you need",
        _needed(assignment),
        "## How to work",
        _work(assignment),
        "## How to hand in",
        _hand_in(assignment, around),
        *(["## How written answers are marked", rubric] if rubric else []),
        *(["## For the instructor", _commands(assignment)] if around.edition.has_solutions else []),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(assignment: Assignment, around: Surroundings) -> str:
    facts = {
        "Worth": f"{assignment.points:g} points",
        "Time": f"about {assignment.minutes} minutes",
        "Lesson": f"[](/chapters/{assignment.chapter}/chapter.md)",
    }
    graded = around.graded(assignment.name)
    if graded is not None and around.course is not None:
        facts |= {
            "Counts for": weight_words(graded, " of the final mark"),
            "Comes out": moment_words(graded.released),
            "Due": f"**{moment_words(graded.due)}**. {clock_words(around.course)}",
        }
        if around.course.late is not None:
            facts["Late work"] = late_words(around.course.late)
    return "\n".join([":::{container} facts", *(f"{name}\n: {said}\n" for name, said in facts.items()), ":::"])


def _download(release: Release) -> str:
    size = size_words(release.archive.stat().st_size)
    return f"""```{{button-link}} ../{release.assignment.name}.zip
:color: primary
Download notebooks and data (zip, {size})
```"""


def size_words(size: int) -> str:
    """``84 KB`` or ``1.2 MB``, rounded up; the number and its unit stay on one line."""
    tenths_of_mb = -(-size // 100_000)
    return (
        f"{-(-size // 1000)}\N{NO-BREAK SPACE}KB" if size < MEGABYTE else f"{tenths_of_mb / 10:g}\N{NO-BREAK SPACE}MB"
    )


def _open_in(assignment: Assignment, links: Links) -> str:
    released = replace(
        links,
        **{name: None for name in ("binder", "colab", "jupyterhub") if RELEASED not in (getattr(links, name) or "")},
    )
    lines: list[str] = []
    for name in assignment.notebooks:
        places = launch_links(released, f"exercises/{assignment.name}/{name}")
        if places:
            lines.append(f"- {as_code(name)}: {' · '.join(f'[{place.name}]({place.address})' for place in places)}")
    if not lines:
        return ""
    colab = " Colab opens the notebook alone: put the other files of the zip into its *Files* pane first."
    return "\n".join(["Or open a notebook with one click." + (colab if released.colab else ""), "", *lines])


def _numbers_of_your_own(assignment: Assignment, edition: Edition) -> str:
    if assignment.parameters is None:
        return ""
    choices = assignment.parameters.choices
    names = _and([as_code(parameter.name) for parameter in choices])
    first = _and([as_words(str(parameter.values[0])) for parameter in choices])
    text = (
        f"**Numbers of your own.** {names} can differ from student to student; the file `parameters.json` beside the "
        f"notebooks says which you have. In this download, and on the pages above: {first}. "
    )
    if edition in EDITIONS_WITH_DATES:
        return text + (
            "If your instructor gave you a folder or a zip of your own, work in that one: "
            "your work is graded with your own values, whatever the file says that you hand in."
        )
    others = "; ".join(f"{as_code(parameter.name)} can be {_choice_words(parameter)}" for parameter in choices)
    return text + f"If you learn on your own, write others into the file and solve it again: {others}."


def _choice_words(parameter: Parameter) -> str:
    values = parameter.values
    first, last = values[0], values[-1]
    if type(first) is int and type(last) is int and values == tuple(range(first, last + 1)):
        return f"{first} to {last}"
    if len(values) > MOST_LISTED:
        return f"one of {len(values)} values, from {as_words(str(first))} to {as_words(str(last))}"
    return _and([as_words(str(value)) for value in values], "or")


def _and(words: list[str], last: str = "and") -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _tables(assignment: Assignment, around: Surroundings) -> str:
    def name(table: str) -> str:
        file = f"`{table}.csv`"
        return f"[{file}](/data/{table}.md)" if table in around.table_pages else file

    return "\n".join(f"- {name(table)}: {as_words(around.table_titles.get(table, table))}" for table in assignment.data)


def _needed(assignment: Assignment) -> str:
    packages = _and([as_code(package) for package in (JUPYTERLAB, *assignment.install)])
    return f"""Python 3.11 or later, with {packages}. In a terminal, in the folder that the zip unpacks into:

```text
python3 -m venv .venv
.venv/bin/pip install -r {REQUIREMENTS}
.venv/bin/jupyter lab
```

On Windows write `.venv\\Scripts\\` instead of `.venv/bin/`. When your work is graded, each notebook may take \
{assignment.limits.notebook_seconds:g} seconds."""


def _work(assignment: Assignment) -> str:
    return f"""1. Unpack the zip, open its folder in JupyterLab, and in it the first notebook.
2. Put your answers where the notebook says `YOUR CODE HERE` or `YOUR ANSWER HERE`. Leave the other cells as they are.
3. Run the tests below each question. {what_tests_say(assignment)}
4. At the end choose *Kernel*, then *Restart Kernel and Run All Cells*, and save."""


def _hand_in(assignment: Assignment, around: Surroundings) -> str:
    name = assignment.name
    notebooks = _and([f"`{notebook}.ipynb`" for notebook in assignment.notebooks])
    both = "all, one by one or in one zip" if assignment.notebooks[1:] else "it, as it is or in a zip"
    again = " You may hand in again until it is due; the last one counts." if around.graded(name) else ""
    text = f"""Hand in {notebooks} under {"these names" if assignment.notebooks[1:] else "this name"}, in the way your \
course says.{again}

- **On a JupyterHub** with nbgrader. In JupyterLab's menu: *Nbgrader*, *Assignment List*. *Fetch* `{name}`, work in the \
folder that appears, press *Validate* for each notebook, then *Submit*. In a terminal: `nbgrader fetch_assignment \
{name}` and, from the folder above, `nbgrader submit {name}`.
- **By upload** to Canvas, Moodle, Blackboard or the like. Upload {both}. Do not rename \
anything, and do not send a PDF or a web page instead. The data need not go along."""
    if around.edition not in EDITIONS_WITH_DATES:
        text += (
            "\n\nIf you learn on your own, compare your reasoning with the lesson: "
            "the tests in the notebook check your numbers."
        )
    return text


def _commands(assignment: Assignment) -> str:
    name = assignment.name
    lines = [
        ("Prove its tests", f"casebook exercises verify {name}"),
        ("Release it", f"casebook exercises release {name}"),
        *(
            [("With numbers for each student", f"casebook exercises release {name} --for-each students.csv")]
            if assignment.parameters
            else []
        ),
        ("Grade what was handed in", f"casebook grade {name}"),
        ("Make feedback", f"casebook feedback {name}"),
    ]
    return "\n".join(
        [
            *(f"{what}\n: `{command}`\n" for what, command in lines),
            "All but the first take `--course DIR`; `--help` says more.",
        ]
    )
