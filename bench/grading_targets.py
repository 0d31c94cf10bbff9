"""Which of the targets for grading does a run of ``grading.py`` meet?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RATIO, RATIO_OF_20, RATIO_FORKED = 20.0, 12.0, 4.0
CHILD_MB, START_S, CLASS_OF_500_S = 150.0, 2.5, 120.0


def print_targets(found: Mapping[str, Any]) -> None:
    """One line for each target that what was measured can tell of; ``found`` is by name of the side."""
    print("\n" + f"{'target':66}{'measured':>12}   met")
    for name, measured, met in _targets(found):
        print(f"{name:66}{measured:>12}   {'yes' if met else 'NO'}")


def _targets(found: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    stock = found.get("nbgrader")
    for name in ("shared", "isolated"):
        ours = found.get(name)
        if ours is None:
            continue
        if stock is not None:
            ratio = stock.each_s / ours.each_s
            yield f"{name}: at least {RATIO:g} times stock for each submission", f"{ratio:.1f}", ratio >= RATIO
            ratio = stock.seconds(20) / ours.seconds(20)
            label = f"{name}: at least {RATIO_OF_20:g} times stock for a class of 20 with start"
            yield label, f"{ratio:.1f}", ratio >= RATIO_OF_20
        start = ours.start_s
        yield f"{name}: start at most {START_S:g} s", f"{start:.1f} s", start <= START_S
        large = ours.seconds(500)
        yield f"{name}: a class of 500 in at most {CLASS_OF_500_S:g} s", f"{large:.0f} s", large <= CLASS_OF_500_S
        if ours.memory is not None:
            child = ours.memory.child
            label = f"{name}: at most {CHILD_MB:g} MB for a child above its parent"
            yield label, f"{child:.0f} MB", child <= CHILD_MB
    if stock is not None:
        if forked := found.get("nbgrader-forked"):
            ratio = stock.each_s / forked.each_s
            label = f"nbgrader-forked: at least {RATIO_FORKED:g} times stock for each submission"
            yield label, f"{ratio:.1f}", ratio >= RATIO_FORKED
        for name, ours in found.items():
            if name not in {"nbgrader", "otter"}:
                unlike, compared = ours.cells_unlike(stock)
                yield f"{name}: the same marks as stock", f"{unlike}/{compared}", not unlike and compared > 0
