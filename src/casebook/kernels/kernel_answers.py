"""What does a kernel say when it is asked for answers? Evaluated in the kernel itself (``kernel_shell``)."""

from __future__ import annotations

import json
from typing import Any

from IPython.core.getipython import get_ipython

from casebook.kernels.functions import FunctionTable
from casebook.kernels.plain_values import CannotCrossError, encode

_functions = FunctionTable()


def answered(question: str) -> str:
    """The answer to a question, both as JSON.

    Parameters
    ----------
    question
        ``{"names": [...]}``: the values of these names; ``{"question": ...}``: a call of a function
        that was given away (see ``functions``).
    """
    asked: dict[str, Any] = json.loads(question)
    if "question" in asked:
        return json.dumps(_functions.answer(asked["question"]))
    shell = get_ipython()
    bound: dict[str, Any] = shell.user_ns if shell else {}
    return json.dumps({name: _given(bound[name]) for name in asked["names"] if name in bound})


def _given(value: object) -> dict[str, Any]:
    try:
        return {"value": encode(value, functions=_functions)}
    except CannotCrossError as error:
        return {"cannot": str(error)}
