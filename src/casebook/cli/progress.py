"""The progress bar that long commands share."""

from __future__ import annotations

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _Rate(ProgressColumn):
    """How many are done in a second, or in a minute where that is few."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if speed is None:
            return Text("")
        return Text(f"{speed:.1f} {self._what}/s" if speed >= 1 else f"{speed * 60:.1f} {self._what}/min")


def progress_bar(*, hidden: bool, rate: str = "") -> Progress:
    """A progress bar on standard error with counts, time so far and time left; gone when it ends.

    Parameters
    ----------
    hidden
        Whether to show none.
    rate
        What is counted, where it matters how quickly it goes; empty: that is not shown.
    """
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        *([_Rate(rate)] if rate else []),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        # Into a file it would write an empty line.
        disable=hidden or not console.is_terminal,
    )
