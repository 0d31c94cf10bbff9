"""What the other modules of this package pass to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Days:
    """A run of days, both ends included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last

    def touches(self, other: Days) -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class NoClass:
    """Days of the term without meetings, and why."""

    label: str
    days: Days


@dataclass(frozen=True)
class Weekly:
    """A time that comes back every week.

    Parameters
    ----------
    weekday
        0 is Monday, as in ``date.weekday()``.
    start, end
        By the clock on the wall of the course's time zone.
    place
        Where. Empty: not said.
    """

    weekday: int
    start: time
    end: time
    place: str


@dataclass(frozen=True)
class Meeting:
    """A class that meets every week. ``name``: Lecture, Class, Lab."""

    name: str
    weekly: Weekly


@dataclass(frozen=True)
class WeekPlan:
    """What one week is about.

    Parameters
    ----------
    number
        1 is the week, Monday to Sunday, that holds the first day of term; every week counts.
    topic
        A few words.
    chapters
        Folders under ``chapters/``.
    reading
        What else there is to read, one line of Markdown each.
    """

    number: int
    topic: str
    chapters: tuple[str, ...]
    reading: tuple[str, ...]


@dataclass(frozen=True)
class GradedAssignment:
    """An assignment as this course sets it.

    Parameters
    ----------
    name
        Folder under ``exercises/`` and name in the gradebook.
    title
        From its ``assignment.yml``.
    weight_percent
        Its share of the final mark.
    released, due
        In the course's time zone. A submission at ``due`` is in time.
    hides_hidden_tests
        Whether feedback leaves hidden tests out.
    """

    name: str
    title: str
    weight_percent: float
    released: datetime
    due: datetime
    hides_hidden_tests: bool = False


@dataclass(frozen=True)
class LatePolicy:
    """What lateness costs.

    Parameters
    ----------
    percent_per_day
        Share of an assignment's points that each day, also one just begun, takes off.
    cap_percent
        The most that lateness takes off.
    grace_hours
        How late is not yet late.
    """

    percent_per_day: float
    cap_percent: float
    grace_hours: float


@dataclass(frozen=True)
class Staff:
    """Who to ask. ``name`` and ``email`` may be empty."""

    role: str
    name: str
    email: str
    hours: tuple[Weekly, ...]


@dataclass(frozen=True)
class Links:
    """Addresses outside the site. None: not configured, so no page links there.

    Parameters
    ----------
    repository, site
        Where the sources are; where the site is published.
    binder, colab, jupyterhub
        Addresses with ``{path}`` in them, which stands for a notebook's path in the repository
        without its ending.
    """

    repository: str | None = None
    site: str | None = None
    binder: str | None = None
    colab: str | None = None
    jupyterhub: str | None = None


@dataclass(frozen=True)
class Course:
    """One course, as ``course.yml`` tells it.

    Parameters
    ----------
    about
        Markdown for the top of the syllabus. Empty: nothing to add.
    weeks
        Those with a plan, by number; a term may have more.
    assignments
        By due date.
    late
        None: the course has not said.
    """

    title: str
    institution: str
    zone: ZoneInfo
    term: Days
    about: str
    no_class: tuple[NoClass, ...]
    meetings: tuple[Meeting, ...]
    weeks: tuple[WeekPlan, ...]
    assignments: tuple[GradedAssignment, ...]
    late: LatePolicy | None
    staff: tuple[Staff, ...]
    links: Links
