"""Which known name was meant?"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that looks most like ``name``; None if none comes near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def known_names(name: str, known: Iterable[str]) -> str:
    """Give the names that look like ``name``, or else all of them, as words in a sentence."""
    every = sorted(known)
    near = get_close_matches(name, every, n=3, cutoff=0.6)
    if near:
        return f"near it: {', '.join(near)}"
    return f"known: {', '.join(every)}" if every else "none is known"
