"""Does a cell lean on the clock, on the network or on chance? By its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

CLOCK_METHODS = frozenset({"now", "today", "utcnow"})
CLOCK_FUNCTIONS = frozenset({"time", "time_ns", "localtime", "gmtime", "ctime", "perf_counter", "monotonic"})
NETWORK_MODULES = frozenset(
    ["requests", "urllib", "urllib3", "httpx", "http", "aiohttp", "socket", "ftplib", "websockets", "yfinance"]
)
ADDRESSES = ("http://", "https://", "ftp://", "s3://")
# Of random and numpy.random: what sets chance, and does not ask for it.
SEEDING = frozenset({"seed", "Random", "RandomState", "default_rng", "Generator", "PCG64", "SeedSequence"})

MENDS: Mapping[str, str] = {
    "clock": "use a fixed date: the cell has to give the same on every day.",
    "network": "put what it needs into a table in data/, and name that in assignment.yml.",
    "chance": "give it a fixed seed, such as numpy.random.default_rng(2027) or random_state=2027.",
}


def leanings(source: str) -> Iterator[tuple[int, str, str]]:
    """Places of a cell that may give something else another time.

    Yields
    ------
    int, str, str
        The line, counted from 1; ``clock``, ``network`` or ``chance``; and the text of the place.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        # Magics, or not Python.
        return
    seeded = any(_called(node)[-1:] == ["seed"] for node in ast.walk(tree))
    for node in ast.walk(tree):
        what = _leans(node, seeded=seeded)
        if what is not None:
            yield getattr(node, "lineno", 1), what, ast.unparse(node)


def _leans(node: ast.AST, *, seeded: bool) -> str | None:
    match node:
        case ast.Import(names=names) if any(_top(alias.name) in NETWORK_MODULES for alias in names):
            return "network"
        case ast.ImportFrom(module=str() as module) if _top(module) in NETWORK_MODULES:
            return "network"
        case ast.Call():
            return _call_leans(node, seeded=seeded)
        case _:
            return None


def _call_leans(call: ast.Call, *, seeded: bool) -> str | None:
    path = _called(call)
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if any(text.startswith(ADDRESSES) for text in texts) and path[-1:] != ["print"]:
        return "network"
    if len(path) > 1 and (path[-1] in CLOCK_METHODS or (path[0] == "time" and path[-1] in CLOCK_FUNCTIONS)):
        return "clock"
    if not path or seeded:
        return None
    named = {keyword.arg for keyword in call.keywords}
    if "random" in path[:-1]:
        unseeded = path[-1] not in SEEDING or (path[-1] != "seed" and not call.args and "seed" not in named)
        return "chance" if unseeded else None
    if path[-1] == "default_rng" and not call.args and not call.keywords:
        return "chance"
    return "chance" if path[-1] == "sample" and len(path) > 1 and "random_state" not in named else None


def _top(module: str) -> str:
    return module.partition(".")[0]


def _called(node: ast.AST) -> list[str]:
    """``["numpy", "random", "rand"]`` of ``numpy.random.rand(3)``; what is called on another call begins with ""."""
    if not isinstance(node, ast.Call):
        return []
    path: list[str] = []
    inner: ast.AST = node.func
    while isinstance(inner, ast.Attribute):
        path.insert(0, inner.attr)
        inner = inner.value
    return [inner.id if isinstance(inner, ast.Name) else "", *path]
