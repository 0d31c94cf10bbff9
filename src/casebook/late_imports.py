"""What takes long at the start of a command, and need not: put off until it is used, or done once.

``jsonschema`` imports ``rfc3987_syntax`` to check addresses with letters beyond ASCII, which nothing
here asks for; that module spends 1.5 seconds on compiling a grammar. nbformat, Altair, Jupyter Book
and nbgrader all import jsonschema, so nearly every command of the kit would pay.

The entry points of everything installed are read again at each question for a plug-in, at 10
milliseconds each; a bibliography alone asks 60 times.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module until something of it is used that is not known beforehand."""

    def __getattr__(self, name: str) -> Any:
        # The import system asks for names like __spec__ and __file__; a module may lack these.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_real(self.__name__), name)


def _real(module: str) -> ModuleType:
    if isinstance(sys.modules.get(module), _Later):
        del sys.modules[module]
    return importlib.import_module(module)


def put_off(module: str, *functions: str) -> None:
    """Let ``module`` be imported when one of its functions is called, and not when they are named.

    Everything works as before, and at the first call somewhat later. Does nothing if the module is
    imported already, or is not installed.

    Parameters
    ----------
    module
        Full name.
    functions
        Those that others take by ``from module import ...``; to take any other name is to use the module.
    """
    if module in sys.modules or (spec := importlib.util.find_spec(module)) is None:
        return
    later = _Later(module)
    if spec.submodule_search_locations is not None:
        later.__path__ = spec.submodule_search_locations
    for function in functions:
        setattr(later, function, _called_later(module, function))
    sys.modules[module] = later


def _called_later(module: str, function: str) -> Callable[..., Any]:
    def call(*words: Any, **named: Any) -> Any:
        return getattr(_real(module), function)(*words, **named)

    return call


def put_off_what_is_slow() -> None:
    """Put off what nearly every command would import and hardly one uses; before other imports."""
    put_off("rfc3987_syntax", "is_valid_syntax")
    # The same for other formats: 0.1 seconds together.
    put_off("rfc3986_validator", "validate_rfc3986")
    put_off("fqdn", "FQDN")
    for module in ("arrow", "uri_template", "webcolors"):
        put_off(module)


def read_entry_points_once() -> None:
    """Remember the entry points of what is installed, for this process; before other imports."""
    everything = functools.cache(importlib.metadata.entry_points)

    def entry_points(**wanted: Any) -> Any:
        return everything().select(**wanted) if wanted else everything()

    importlib.metadata.entry_points = entry_points
