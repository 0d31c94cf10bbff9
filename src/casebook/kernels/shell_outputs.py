"""What a cell gave, put together from a shell's messages as nbclient does from a kernel's.

The messages come from a process in which a student's code runs: what does not have the right form,
or is more than was allowed, is refused.
"""

from __future__ import annotations

import json
from typing import Any, TypeGuard, cast

STREAMS = ("stdout", "stderr")
DISPLAYED = ("display_data", "update_display_data", "execute_result")
# What a shell sends beyond the limit: its notices, results and errors; and JSON's own marks.
BEYOND_LIMIT_BYTES = 1_000_000


class BadOutputError(Exception):
    """A message that no shell of ours would send."""


class Displays:
    """The outputs of a notebook that can be updated, by their id."""

    def __init__(self) -> None:
        self.outputs: dict[str, list[dict[str, Any]]] = {}
        self._sizes: dict[str, int] = {}

    def update(self, shown: str, content: dict[str, Any], *, size: int, most: int) -> None:
        """Update all outputs with this id, unless all updates together would be larger than ``most``."""
        outputs = self.outputs.get(shown, [])
        total = sum(self._sizes.values()) - self._sizes.get(shown, 0) + size * len(outputs)
        if outputs and total <= most:
            self._sizes[shown] = size * len(outputs)
            for each in outputs:
                each.update(data=content["data"], metadata=content["metadata"])

    def forget(self, outputs: list[dict[str, Any]]) -> None:
        """These are gone, and are not updated any more."""
        gone = {id(each) for each in outputs}
        for shown, each in self.outputs.items():
            self.outputs[shown] = [output for output in each if id(output) not in gone]


class CellOutputs:
    """The outputs of one cell.

    Parameters
    ----------
    displays
        Those of the notebook's cells before it.
    output_bytes
        How much the shell keeps to.
    """

    def __init__(self, displays: Displays, output_bytes: int) -> None:
        self._displays = displays
        self._most = 2 * output_bytes + BEYOND_LIMIT_BYTES
        self._size = 0
        self._texts: dict[str, list[str]] = {name: [] for name in STREAMS}
        self._clear_next = False
        self.outputs: list[dict[str, Any]] = []
        self.execution_count: int | None = None

    def take(self, message: dict[str, Any]) -> bool:
        """Take a message; whether it was about outputs.

        Raises
        ------
        BadOutputError
            It has not the form of such a message, or there is too much.
        """
        kind = message.get("is")
        if kind == "texts":
            self._take_texts(message.get("texts"))
        elif kind == "flush":
            self._flush(message.get("name"))
        elif kind == "clear_output":
            self._clear_next = True
            if not message.get("wait"):
                self._begin_output()
        elif kind == "error":
            self._append(_error(_object(message.get("content"))))
        elif kind in DISPLAYED:
            self._display(str(kind), _object(message.get("content")))
        else:
            return False
        return True

    def end(self) -> None:
        """Make outputs of all that was written."""
        for name in STREAMS:
            self._flush(name)

    def add_error(self, ename: str, evalue: str, said: str) -> None:
        """Add an error that is not the cell's own."""
        self.end()
        traceback = [f"\x1b[0;31m{ename}\x1b[0m: {said}"]
        self.outputs.append({"output_type": "error", "ename": ename, "evalue": evalue, "traceback": traceback})

    def _take_texts(self, texts: object) -> None:
        for each in cast("list[object]", texts) if isinstance(texts, list) else [None]:
            match each:
                case [str(name), str(text)] if name in STREAMS:
                    if text:
                        self._texts[name].append(honest(text))
                        self._count(len(text))
                case _:
                    raise BadOutputError("a text of no stream")

    def _flush(self, name: object) -> None:
        if name not in STREAMS:
            raise BadOutputError("a flush of no stream")
        name = str(name)
        if not self._texts[name]:
            return
        text, self._texts[name] = "".join(self._texts[name]), []
        size = self._size
        self._begin_output()
        # What is cleared now was there before this text.
        self._size = size if self.outputs else len(text)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def _display(self, kind: str, content: dict[str, Any]) -> None:
        output: dict[str, Any] = {
            "output_type": kind,
            "data": _bundle(content.get("data")),
            "metadata": _object(content.get("metadata")),
        }
        transient = content.get("transient")
        shown = transient.get("display_id") if is_object(transient) else None
        if isinstance(shown, str):
            self._displays.update(shown, output, size=len(json.dumps(content)), most=self._most)
        if kind == "update_display_data":
            return
        if kind == "execute_result":
            count = content.get("execution_count")
            if not isinstance(count, int) or isinstance(count, bool):
                raise BadOutputError("a result without a number")
            self.execution_count = output["execution_count"] = count
        self._append(output)
        if isinstance(shown, str):
            self._displays.outputs.setdefault(shown, []).append(output)

    def _append(self, output: dict[str, Any]) -> None:
        self._begin_output()
        self._count(len(json.dumps(output)))
        self.outputs.append(output)

    def _begin_output(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self._displays.forget(self.outputs)
            self.outputs.clear()
            self._size = 0

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._most:
            raise BadOutputError("more output than was allowed")


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether it is a JSON object; its keys are texts then."""
    return isinstance(value, dict)


def honest(text: str) -> str:
    """Text that can be written to a file: halves of characters are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _object(value: object) -> dict[str, Any]:
    if not is_object(value):
        raise BadOutputError("an object is missing")
    return value


def _bundle(value: object) -> dict[str, Any]:
    return {honest(mime): honest(data) if isinstance(data, str) else data for mime, data in _object(value).items()}


def _error(content: dict[str, Any]) -> dict[str, Any]:
    match content:
        case {"ename": str(ename), "evalue": str(evalue), "traceback": [*lines]}:
            if all(isinstance(line, str) for line in lines):
                traceback = [honest(str(line)) for line in lines]
                return {
                    "output_type": "error",
                    "ename": honest(ename),
                    "evalue": honest(evalue),
                    "traceback": traceback,
                }
        case _:
            pass
    raise BadOutputError("an error that does not say which")
