"""What other processes want of a notebook's values: some by name, a call of a function, new ones."""

from __future__ import annotations

from typing import Any

from casebook.kernels.functions import FunctionTable
from casebook.kernels.plain_values import CannotCrossError, NotPlainDataError, decode, encode
from casebook.kernels.shell_channel import Channel
from casebook.kernels.shell_interactive import NotebookShell


class Values:
    """The names of a shell, for others.

    Parameters
    ----------
    shell
        Whose names.
    channel
        Where a function of another process is called.
    """

    def __init__(self, shell: NotebookShell, channel: Channel) -> None:
        self._names: dict[str, Any] = shell.user_ns
        self._channel = channel
        self._functions = FunctionTable()

    def answers(self, message: dict[str, Any]) -> dict[str, Any]:
        """The values of names, as plain data."""
        return {"answers": {name: self._answer(name) for name in message["names"] if name in self._names}}

    def _answer(self, name: str) -> dict[str, Any]:
        try:
            return {"value": encode(self._names[name], functions=self._functions)}
        except CannotCrossError as error:
            return {"cannot": str(error)}

    def call(self, message: dict[str, Any]) -> dict[str, Any]:
        """What a function gives."""
        return {"answer": self._functions.answer(message["question"])}

    def bind(self, message: dict[str, Any]) -> dict[str, Any]:
        """Bind names to values, all or none."""
        try:
            values = {name: decode(data, call=self._ask) for name, data in message["values"].items()}
        except NotPlainDataError as error:
            return {"cannot": str(error)}
        for name in message["unbind"]:
            self._names.pop(name, None)
        self._names.update(values)
        return {}

    def _ask(self, number: int, question: dict[str, Any]) -> dict[str, Any]:
        del number  # it is in the question
        return self._channel.ask(question)
