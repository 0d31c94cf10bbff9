"""What is graded, when is it due, and what does lateness cost?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from casebook.course import values
from casebook.course.entry import Entry
from casebook.course.model import Days, GradedAssignment, LatePolicy

END_OF_DAY = time(23, 59)
HIDE = "hide"


def assignments_in(
    entry: Entry, term: Days | None, zone: ZoneInfo | None, titles: Mapping[str, str]
) -> tuple[GradedAssignment, ...]:
    """The assignments under ``assignments:``, by due date; what is wrong with them is noted.

    Parameters
    ----------
    entry
        What stands there.
    term, zone
        None: could not be read, so nothing is held against them.
    titles
        Titles of the assignments that there are, by name.
    """
    assignments: list[GradedAssignment] = []
    weights: list[float] = []
    known = values.one_of(titles, "assignment")
    for name, item in entry.named_members().items():
        try:
            known(name)
        except values.NotReadableError as unknown:
            item.problem(unknown.what, unknown.mend)
        found = item.members(("weight", "released", "due"), ("hidden_tests",))
        weight = found["weight"].read(values.number(0, 100, "per cent")) if "weight" in found else None
        released = _moment(found["released"], zone, time(0)) if "released" in found else None
        due = _moment(found["due"], zone, END_OF_DAY) if "due" in found else None
        shown = values.one_of(("show", HIDE), "choice for hidden tests")
        hidden = found["hidden_tests"].read(shown) if "hidden_tests" in found else None
        if weight is not None:
            weights.append(weight)
        if due is not None and term is not None and due.date() not in term:
            found["due"].problem(
                f"{name} is due on {due.date()}, outside the term, {term.first} to {term.last}.", "mend the date."
            )
        if due is not None and released is not None and due <= released:
            found["due"].problem(
                f"{name} is due at {due:%Y-%m-%d %H:%M}, not after its release at {released:%Y-%m-%d %H:%M}.",
                "mend one of the two dates.",
            )
        if weight is not None and released is not None and due is not None:
            assignments.append(GradedAssignment(name, titles.get(name, name), weight, released, due, hidden == HIDE))
    total = round(sum(weights), 6)
    # A sum over weights of which one cannot be read would accuse the others.
    if weights and len(weights) == len(entry.named_members()) and total != 100:  # noqa: PLR2004 - per cent
        entry.problem(f"The weights sum to {total:g} per cent, not 100.", "mend the weights until they sum to 100.")
    return tuple(sorted(assignments, key=lambda each: (each.due, each.name)))


def _moment(entry: Entry, zone: ZoneInfo | None, default: time) -> datetime | None:
    found = entry.read(values.moment(default))
    if found is None or zone is None:
        return found
    local = found.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
        entry.problem(
            f"{entry.name}: the time {found:%Y-%m-%d %H:%M} does not exist in {zone.key}, where clocks then go forward.",
            "write a time an hour earlier or later.",
        )
    return local


def late_policy_in(entry: Entry) -> LatePolicy | None:
    """What lateness costs; None if that cannot be read."""
    found = entry.members(("percent_per_day", "cap_percent"), ("grace_hours",))
    percent = values.number(0, 100, "per cent")
    per_day = found["percent_per_day"].read(percent) if "percent_per_day" in found else None
    cap = found["cap_percent"].read(percent) if "cap_percent" in found else None
    grace = found["grace_hours"].read(values.number(0, 720, "hours")) if "grace_hours" in found else 0
    if per_day is None or cap is None or grace is None:
        return None
    if per_day > cap:
        found["cap_percent"].problem(
            f"The cap of {cap:g} per cent is below the {per_day:g} per cent of one day.", "mend one of the two."
        )
    return LatePolicy(per_day, cap, grace)
