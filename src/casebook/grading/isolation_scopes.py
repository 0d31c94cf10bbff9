"""Whose is a name: the notebook's, or a function's own?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef, *COMPREHENSIONS)


@dataclass(frozen=True)
class Scope:
    """A part of a program with names of its own.

    Parameters
    ----------
    own
        Names that are its own.
    notebooks
        Names that it has declared ``global``.
    parent
        The scope around it. None: this is the notebook.
    kind
        ``notebook``, ``function``, ``class`` or ``comprehension``.
    """

    own: frozenset[str] = frozenset()
    notebooks: frozenset[str] = frozenset()
    parent: Scope | None = field(default=None, repr=False)
    kind: str = "notebook"

    @property
    def is_module(self) -> bool:
        """Whether this is the notebook itself."""
        return self.parent is None

    @property
    def around_comprehensions(self) -> Scope:
        """The scope in which ``:=`` binds."""
        return self.parent.around_comprehensions if self.parent and self.kind == "comprehension" else self

    def is_notebooks(self, name: str) -> bool:
        """Whether a name means the notebook's here."""
        if self.parent is None or name in self.notebooks:
            return True
        if name in self.own:
            return False
        around = self.parent
        # A class's names are not seen by the functions in it.
        while around.kind == "class" and around.parent is not None and name not in around.notebooks:
            around = around.parent
        return around.is_notebooks(name)


MODULE = Scope()


def scope_within(node: ast.AST, parent: Scope) -> tuple[list[ast.AST], list[ast.AST], Scope]:
    """Of a function, a class or a comprehension: what is read outside of it, what inside, and its scope."""
    outside, inside, parameters, kind = _parts(node)
    own, declared, around = {*parameters}, set[str](), set[str]()
    for part in _of_scope(inside):
        own |= {*_bound(part, kind)}
        if isinstance(part, ast.Global):
            declared |= {*part.names}
        elif isinstance(part, ast.Nonlocal):
            around |= {*part.names}
    return outside, inside, Scope(frozenset(own - declared - around), frozenset(declared), parent, kind)


def _parts(node: ast.AST) -> tuple[list[ast.AST], list[ast.AST], list[str], str]:
    """What is read outside, what inside, the names of parameters, and the kind of scope."""
    if isinstance(node, FUNCTIONS):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        given = [argument for argument in every if argument is not None]
        outside: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
        outside += [argument.annotation for argument in given]
        if not isinstance(node, ast.Lambda):
            outside += [*node.decorator_list, node.returns]
        inside: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
        return [part for part in outside if part is not None], inside, [argument.arg for argument in given], "function"
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords], [*node.body], [], "class"
    parts = list(ast.iter_child_nodes(node))
    first, *others = (part for part in parts if isinstance(part, ast.comprehension))
    results = [part for part in parts if not isinstance(part, ast.comprehension)]
    return [first.iter], [first.target, *first.ifs, *others, *results], [], "comprehension"


def _of_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All syntax of a scope, without what is inside the scopes in it; of comprehensions, their ``:=``."""
    for node in nodes:
        yield node
        if isinstance(node, COMPREHENSIONS):
            yield from (part for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        elif isinstance(node, SCOPES):
            yield from _of_scope(_parts(node)[0])
        else:
            yield from _of_scope(ast.iter_child_nodes(node))


def _bound(node: ast.AST, kind: str) -> Iterator[str]:
    yield from stored(node)
    match node:
        case ast.Name(id=name, ctx=ast.Del()):
            yield name
        case ast.NamedExpr(target=ast.Name(id=name)) if kind != "comprehension":
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        case _:
            pass


def stored(node: ast.AST) -> Iterator[str]:
    """Names that one piece of syntax gives a value, but for definitions, imports and ``:=``."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            pass
