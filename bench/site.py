"""How long does a site take to build, and what does a page weigh, beside stock Jupyter Book?

    python bench/site.py                         10 chapters of six charts, 3 rounds: about 5 minutes
    python bench/site.py --sizes 10 40 160 --rounds 1       how cost grows; takes its time

The same generated sources are built by ``jupyter-book build`` and by ``casebook site build``, each
in a process of its own as a person would, in turns within one run. Stock gets its best case: its
execution cache is on, and writing bytecode is on for both. Times are what a person waits; the time
of all processors together is given beside it, because a busy machine spoils the first more.
"""

from __future__ import annotations

import argparse
import itertools
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from generated_book import CHARTS, as_stock, chapter_file, name_of, page_of, write_book
from page_weight import cdn_bytes, weight_of

TARGETS = {"cold": 0.5, "unchanged": 0.25, "prose edited": 0.35}
# Of stock: its cache does not know data, so a right page takes a build from nothing.
STEPS = ("cold", "unchanged", "prose edited", "data edited")


@dataclass
class Side:
    """One of the two that are compared."""

    name: str
    book: Path
    command: list[str]
    seconds: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    work: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    shows_new_data: list[bool] = field(default_factory=list)

    @property
    def site(self) -> Path:
        """Where it puts the pages."""
        return self.book / "_build/html"

    def build(self, step: str) -> None:
        """Build once and note how long that took."""
        # Both keep compiled modules between runs, as they do for people who did not switch that off.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        start, worked = time.perf_counter(), _work()
        done = subprocess.run(self.command, cwd=self.book, env=environment, capture_output=True, text=True, check=False)
        self.seconds[step].append(time.perf_counter() - start)
        self.work[step].append(_work() - worked)
        if done.returncode:
            sys.exit(f"{self.name}, {step}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def _work() -> float:
    """Seconds of processors that finished child processes, and theirs, have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measured(chapters: int, rounds: int, folder: Path) -> tuple[Side, Side]:
    programs = Path(sys.executable).parent
    ours = Side("casebook", folder / "ours", [str(programs / "casebook"), "site", "build"])
    stock = Side("stock", folder / "stock", [str(programs / "jupyter-book"), "build", "."])
    write_book(ours.book, chapters)
    as_stock(ours.book, stock.book)
    # Once outside the count: bytecode, and what the machine keeps of files.
    for side in (stock, ours):
        subprocess.run([side.command[0], "--version"], capture_output=True, check=True)
    for number in range(rounds):
        in_turns = (stock, ours) if number % 2 == 0 else (ours, stock)
        for step in STEPS:
            for side in in_turns:
                _prepare(side, step, chapters, number)
                side.build(step)
                _say(f"{chapters} chapters, round {number + 1}: {side.name} {step} {side.seconds[step][-1]:.1f} s")
                if step == "data edited":
                    html = (side.site / page_of(chapters)).read_text(encoding="utf-8")
                    side.shows_new_data.append(_new_figure(number) in html)
    return stock, ours


def _prepare(side: Side, step: str, chapters: int, number: int) -> None:
    if step == "cold":
        shutil.rmtree(side.book / "_build", ignore_errors=True)
    elif step == "prose edited":
        _edit(chapter_file(side.book, 1), lambda text: re.sub(r"\. ([A-Z])", r", edited. \1", text, count=1))
    elif step == "data edited":
        row = f"{2050 + number},West,{_new_figure(number)},1.0,generated\n"
        _edit(side.book / "data" / f"{name_of(chapters)}.csv", lambda text: text + row)


def _new_figure(number: int) -> str:
    return f"{98765.5 + number}"


def _edit(file: Path, change: Callable[[str], str]) -> None:
    before = file.read_text(encoding="utf-8")
    after = change(before)
    if after == before:
        sys.exit(f"Nothing to edit in {file}")
    file.write_text(after, encoding="utf-8")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _report_times(chapters: int, stock: Side, ours: Side) -> None:
    print(f"\n{chapters} chapters, {chapters * CHARTS} charts: seconds, median of {len(ours.seconds['cold'])}")
    print(f"  {'':12}{'stock':>9}{'casebook':>10}   ratio (least-most)   {'target':20}all processors: ratio")
    for step in STEPS:
        _report_line(step, (stock, step), (ours, step), TARGETS.get(step))
    if not any(stock.shows_new_data):
        print("  stock leaves the old chart when data change; for the new one its user builds from nothing:")
        _report_line("data, right", (stock, "cold"), (ours, "data edited"), None)
    print(f"  pages that show the edited data: stock {_yes(stock)}, casebook {_yes(ours)}")


def _report_line(name: str, theirs: tuple[Side, str], mine: tuple[Side, str], target: float | None) -> None:
    stock, ours = theirs[0].seconds[theirs[1]], mine[0].seconds[mine[1]]
    ratio, spread = _ratio(ours, stock)
    _, work_spread = _ratio(mine[0].work[mine[1]], theirs[0].work[theirs[1]])
    verdict = (
        "" if target is None else f"{target:.2f} {'reached' if ratio <= target else f'missed by {ratio - target:.2f}'}"
    )
    print(
        f"  {name:12}{statistics.median(stock):>9.2f}{statistics.median(ours):>10.2f}   {spread}     {verdict:20}{work_spread}"
    )


def _ratio(ours: list[float], stock: list[float]) -> tuple[float, str]:
    ratios = [mine / theirs for mine, theirs in zip(ours, stock, strict=True)]
    middle = statistics.median(ratios)
    return middle, f"{middle:.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def _yes(side: Side) -> str:
    return f"{sum(side.shows_new_data)} of {len(side.shows_new_data)}"


def _report_weights(stock: Side, ours: Side) -> None:
    print(f"\nA chapter with {CHARTS} charts before it is touched, over the wire (gzip)")
    for side in (stock, ours):
        weight = weight_of(side.site, page_of(1))
        print(f"  {side.name:9}{weight.own_bytes / 1000:>8.0f} KB in {weight.files} files of the site itself")
        if side is stock:
            print(
                f"  {'':9}{cdn_bytes() / 1000:>8.0f} KB Vega, Vega-Lite and vega-embed, which its charts load from a CDN"
            )
        for address in weight.elsewhere:
            print(f"  {'':9}     not counted: {address}")
    print("  A count of what the page names; what scripts and style sheets load in their turn is not in it.")


def _report_growth(results: dict[int, tuple[Side, Side]]) -> None:
    print("\nSeconds for each chapter more")
    sizes = sorted(results)
    for smaller, larger in itertools.pairwise(sizes):
        for step in STEPS:
            costs = [
                (statistics.median(big.seconds[step]) - statistics.median(small.seconds[step])) / (larger - smaller)
                for small, big in zip(results[smaller], results[larger], strict=True)
            ]
            print(f"  {smaller:>3} to {larger:>3} {step:13} stock {costs[0]:.3f}  casebook {costs[1]:.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10], metavar="N", help="chapters [default: 10]")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="times each is built [default: 3]")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave books and sites in this new folder")
    words = parser.parse_args()
    results: dict[int, tuple[Side, Side]] = {}
    with tempfile.TemporaryDirectory(prefix="casebook-bench-") as temporary:
        folder = words.keep or Path(temporary)
        for size in words.sizes:
            results[size] = _measured(size, words.rounds, folder / str(size))
        used = ", ".join(
            f"{name} {version(name)}" for name in ("casebook", "jupyter-book", "sphinx", "myst-nb", "altair")
        )
        print(f"{used}; Python {sys.version.split()[0]}; {os.cpu_count()} processors")
        print("Bytecode writing is on for both (PYTHONDONTWRITEBYTECODE is taken out of the environment).")
        for size, (stock, ours) in results.items():
            _report_times(size, stock, ours)
        _report_weights(*results[words.sizes[0]])
        if len(results) > 1:
            _report_growth(results)


if __name__ == "__main__":
    main()
