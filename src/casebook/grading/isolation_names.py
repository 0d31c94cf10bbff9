"""Which names does the code of a cell use, bind and change?

Read from its syntax, with Python's rules of scope; nothing is run. What a program does with names that
it makes up while it runs cannot be read; names that stand in its texts can, where it looks names up.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from casebook.grading.isolation_scopes import MODULE, SCOPES, Scope, scope_within, stored

# Methods that change what they are called on: those of Python's own containers, which NumPy and
# pandas name alike. With `inplace=True` any method of pandas does.
CHANGING = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "add",
        "discard",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "appendleft",
        "extendleft",
        "popleft",
        "rotate",
        "fill",
        "put",
        "resize",
    ]
)

# Functions to which a name may be given as text.
LOOKING_UP = frozenset({"globals", "locals", "vars", "dir", "eval", "exec", "get_ipython"})

# IPython's magics that run the Python behind them in the notebook itself.
PYTHON_MAGICS = frozenset({"time", "timeit", "prun", "capture"})


class UnreadableError(Exception):
    """A cell is not Python; the text says why."""


@dataclass(frozen=True)
class Names:
    """What a cell does with names of the notebook; names inside its functions that are their own do not count.

    Parameters
    ----------
    loads
        Used, by its functions too.
    binds
        Given a new value, or deleted; not by an import.
    changes
        Changed in place: a part or an attribute is set, or a method that changes is called.
    imports
        Bound by an import; for each the statement.
    functions
        Functions and classes that it defines; for each the names that run with it.
    values
        Names bound by simple assignment; for each the names on the right.
    """

    loads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    imports: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)


def names_in(source: str) -> Names:
    """The names of a cell, with or without IPython's own syntax.

    Raises
    ------
    UnreadableError
        It is not Python.
    """
    module = _parsed(source)
    reader = _Reader()
    try:
        reader.read(module.body, MODULE)
    except RecursionError as error:
        raise UnreadableError("too deeply nested") from error
    if reader.loads & LOOKING_UP:
        reader.loads |= _named_in_texts(module)
    return Names(
        frozenset(reader.loads),
        frozenset(reader.binds),
        frozenset(reader.changes),
        reader.imports,
        {name: frozenset(loads) for name, loads in reader.functions.items()},
        {name: frozenset(loads) for name, loads in reader.values.items()},
    )


def _parsed(source: str) -> ast.Module:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        with warnings.catch_warnings():
            # Python warns of odd escapes when it reads them; who runs the cell will be told.
            warnings.simplefilter("ignore")
            return ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as error:
        raise UnreadableError(f"{error.msg}, line {error.lineno}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(str(error) or "too deeply nested") from error


def _named_in_texts(module: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            reader = _Reader()
            with suppress(UnreadableError):
                reader.read(_parsed(node.value).body, MODULE)
            found |= reader.loads
    return found


class _Reader:
    """Goes through the syntax once and notes what is done with names of the notebook."""

    def __init__(self) -> None:
        self.loads: set[str] = set()
        self.binds: set[str] = set()
        self.changes: set[str] = set()
        self.imports: dict[str, str] = {}
        self.functions: dict[str, set[str]] = {}
        self.values: dict[str, set[str]] = {}

    def read(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        for node in nodes:
            if isinstance(node, SCOPES):
                self._scope(node, scope)
                continue
            self._node(node, scope)
            if isinstance(node, ast.AnnAssign) and node.value is None:
                # `x: int` alone gives x no value.
                self.read([node.annotation], scope)
            else:
                self.read(ast.iter_child_nodes(node), scope)

    def _scope(self, node: ast.AST, scope: Scope) -> None:
        outside, inside, within = scope_within(node, scope)
        self.read(outside, scope)
        body = _Reader()
        body.read(inside, within)
        self.loads |= body.loads
        self.binds |= body.binds
        self.changes |= body.changes
        name = getattr(node, "name", None)
        if isinstance(name, str):
            self._bind(name, scope)
            if scope.is_module:
                self.functions.setdefault(name, set()).update(body.loads)

    def _node(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self._load(name, scope)
            case ast.Name(id=name, ctx=ast.Del()):
                self._load(name, scope)
                self._bind(name, scope)
            case ast.NamedExpr(target=ast.Name(id=name)):
                # In a comprehension it binds outside of it; its target is read as any other, too.
                self._bind(name, scope.around_comprehensions)
            case ast.AugAssign(target=ast.Name(id=name)):
                self._load(name, scope)
            case ast.Import() | ast.ImportFrom():
                self._import(node, scope)
            case ast.Call():
                self._call(node, scope)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                self._change(node, scope)
            case ast.Assign(value=value):
                self._assign([target for target in node.targets if isinstance(target, ast.Name)], value, scope)
            case _:
                pass
        for name in stored(node):
            self._bind(name, scope)

    def _load(self, name: str, scope: Scope) -> None:
        if scope.is_notebooks(name):
            self.loads.add(name)

    def _bind(self, name: str, scope: Scope) -> None:
        if scope.is_notebooks(name):
            self.binds.add(name)

    def _change(self, node: ast.AST, scope: Scope) -> None:
        name = _root(node)
        if name is not None and scope.is_notebooks(name):
            self.changes.add(name)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            if scope.is_notebooks(name) and name != "*":
                is_plain = isinstance(node, ast.Import)
                one = ast.unparse(ast.Import([alias]) if is_plain else ast.ImportFrom(node.module, [alias], node.level))
                # `import a.b` and `import a.c` bind the same name.
                self.imports[name] = f"{self.imports[name]}\n{one}" if name in self.imports else one

    def _call(self, node: ast.Call, scope: Scope) -> None:
        if not isinstance(node.func, ast.Attribute):
            return
        in_place = any(
            word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        )
        if in_place or node.func.attr in CHANGING:
            self._change(node.func.value, scope)
        for body in _behind_magic(node.func.attr, node.args):
            with suppress(UnreadableError):
                self.read(_parsed(body).body, scope)

    def _assign(self, targets: Iterable[ast.Name], value: ast.expr, scope: Scope) -> None:
        if not scope.is_module:
            return
        reader = _Reader()
        reader.read([value], scope)
        for target in targets:
            if isinstance(value, ast.Lambda):
                self.functions.setdefault(target.id, set()).update(reader.loads)
            self.values.setdefault(target.id, set()).update(reader.loads)


def _behind_magic(method: str, arguments: list[ast.expr]) -> Iterator[str]:
    """The Python in ``%time x = f()``, which IPython turns into a call with texts."""
    texts = [part.value for part in arguments if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if method in ("run_line_magic", "run_cell_magic") and texts and texts[0] in PYTHON_MAGICS:
        yield texts[-1]


def _root(node: ast.AST) -> str | None:
    """``obj`` of ``obj.a[1].b`` and of ``obj.setdefault(k, []).append``; None: it has no name."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                return None
