"""What if a person, or the system, stops a long command?"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import click

# Ctrl-C, `kill` or the machine's shutdown, and a terminal that is closed.
STOPS = [signal.SIGINT, signal.SIGTERM]
if sys.platform != "win32":
    STOPS.append(signal.SIGHUP)


class _Stopped(KeyboardInterrupt):
    pass


def _do_nothing(number: int, frame: FrameType | None) -> None:
    pass


@contextmanager
def stopped_in_order(how_far: Callable[[], str]) -> Generator[None]:
    """Let the block clean up when the command is asked to stop, then say so and end as a signal's program does.

    Parameters
    ----------
    how_far
        What is done and what is not, as sentences; asked when the block has cleaned up.
    """
    # What whoever started the command wants ignored, as nohup does, stays ignored.
    before = {number: handler for number in STOPS if (handler := signal.getsignal(number)) is not signal.SIG_IGN}

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        del frame
        # A second Ctrl-C would only end the cleaning up. Ignored, they would be so in new processes, too.
        for each in before:
            signal.signal(each, _do_nothing)
        raise _Stopped(number)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    except _Stopped as stopped:
        click.echo(how_far(), err=True)
        sys.exit(128 + stopped.args[0])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
