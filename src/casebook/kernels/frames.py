"""How do two processes talk over a socket? In frames: four bytes of length, then JSON in UTF-8.

The other side may be a student's code: what it sends is bounded before it is read, and what is no
JSON object ends the conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, cast

LENGTH_BYTES = 4
MOST_FRAME_BYTES = 128_000_000
# Each object, list and item of them takes many times the memory that it takes in JSON.
MOST_PARTS = 8_000_000


class BadFrameError(Exception):
    """What came is no frame, or too long."""


def frame(message: Mapping[str, Any]) -> bytes:
    """A message as bytes for the socket.

    Raises
    ------
    BadFrameError
        It is longer than the other side would take.
    """
    return framed(json.dumps(message, allow_nan=False, separators=(",", ":")).encode())


def framed(packed: bytes) -> bytes:
    """A message that is JSON already, with its length before it.

    Raises
    ------
    BadFrameError
        It is longer than the other side would take.
    """
    if len(packed) > MOST_FRAME_BYTES or _parts(packed) > MOST_PARTS:
        raise BadFrameError(f"a message of {len(packed):,} bytes")
    return len(packed).to_bytes(LENGTH_BYTES, "big") + packed


class Frames:
    """Puts the bytes that arrive together to messages; takes none that is longer than ``most_bytes``."""

    def __init__(self) -> None:
        self.most_bytes = MOST_FRAME_BYTES
        self._received = bytearray()

    def add(self, more: bytes) -> None:
        """Take what the socket gave."""
        self._received += more

    def messages(self) -> Iterator[dict[str, Any]]:
        """The messages that are complete, in order; each is given once.

        Raises
        ------
        BadFrameError
            What came is no message.
        """
        while len(self._received) >= LENGTH_BYTES:
            length = int.from_bytes(self._received[:LENGTH_BYTES], "big")
            if length > self.most_bytes:
                raise BadFrameError(f"a message of {length:,} bytes")
            end = LENGTH_BYTES + length
            if len(self._received) < end:
                return
            packed = bytes(self._received[LENGTH_BYTES:end])
            del self._received[:end]
            yield _message(packed)


def _parts(packed: bytes) -> int:
    return sum(map(packed.count, (b"{", b"[", b",")))


def _message(packed: bytes) -> dict[str, Any]:
    if _parts(packed) > MOST_PARTS:
        raise BadFrameError("a message of too many parts")
    try:
        message: object = json.loads(packed.decode("utf-8", "replace"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadFrameError(f"what was sent is not JSON: {error}") from error
    if not isinstance(message, dict):
        raise BadFrameError("what was sent is not a JSON object")
    return cast("dict[str, Any]", message)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
