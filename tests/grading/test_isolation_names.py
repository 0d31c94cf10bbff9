"""The names of a cell, with the symbol tables of Python's own compiler as the judge of scopes."""

from __future__ import annotations

import ast
import importlib.util
import symtable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.grading.isolation_names import UnreadableError, names_in


@given(st.text("ab1 =()[]{}:.,'\"\\\n%!?#@;&lambdefr", max_size=40))
def test_any_text_is_read_or_is_said_to_be_unreadable(source):
    with suppress(UnreadableError):
        names_in(source)


@pytest.mark.parametrize("source", ["\0", "+".join(["1"] * 20000), "(" * 300])
def test_no_text_breaks_it(source):
    with pytest.raises(UnreadableError):
        names_in(source)


def tables(table):
    yield table
    for child in table.get_children():
        yield from tables(child)


def by_python(source):
    """Names loaded and names bound, of the module's, by the symbol tables of Python's compiler."""
    top = symtable.symtable(source, "module", "exec")
    loads, binds, imports = set(), set(), set()
    for table in tables(top):
        for symbol in table.get_symbols():
            if table is top or symbol.is_global():
                loads |= {symbol.get_name()} if symbol.is_referenced() else set()
                binds |= {symbol.get_name()} if symbol.is_assigned() or symbol.is_namespace() else set()
                imports |= {symbol.get_name()} if symbol.is_imported() else set()
    return loads, binds | imports


@pytest.mark.parametrize(
    "module", ["argparse", "ast", "dataclasses", "enum", "inspect", "random", "tarfile", "textwrap", "typing", "turtle"]
)
def test_names_of_real_programs_are_those_that_python_finds(module):
    tree = ast.parse(Path(importlib.util.find_spec(module).origin).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Python does not look for names in texts.
            node.value = ""
    source = ast.unparse(tree)
    loads, binds = by_python(source)

    found = names_in(source)

    assert found.binds | found.imports.keys() == binds
    # Python does not say so, but `x += 1` and `del x` use x, too.
    assert loads <= found.loads <= loads | binds
