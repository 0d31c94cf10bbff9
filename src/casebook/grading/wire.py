"""How does a job or a result become bytes, and come back the same?

As JSON, in which bytes stand as base64: nothing is pickled, so reading what another process wrote can
run no code. What is kept in the journal and what goes to another machine are both this.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import Any

MARK_LETTERS = 32


class NotPackedError(ValueError):
    """These bytes are no job and no result."""


def pack(data: dict[str, Any]) -> bytes:
    """Plain data as bytes.

    Parameters
    ----------
    data
        None, bool, int, float (NaN too), str (lone surrogates too), bytes, list and dict with str keys;
        a tuple arrives as a list.

    Raises
    ------
    TypeError
        Something in it is not plain.
    """
    # Bytes stand as {mark: base64}. The mark is drawn after the data has been written, so that nobody can
    # have put one into a notebook.
    mark = secrets.token_hex(MARK_LETTERS // 2)

    def bytes_only(value: object) -> dict[str, str]:
        if type(value) is bytes:
            return {mark: base64.b64encode(value).decode("ascii")}
        raise TypeError(f"a {type(value).__name__} is no plain data")

    # Letters beyond ASCII are escaped: a lone surrogate has no other way of becoming bytes.
    return f"{mark}{json.dumps(data, default=bytes_only, separators=(',', ':'))}".encode("ascii")


def unpack(packed: bytes) -> dict[str, Any]:
    """What ``pack`` was given.

    Raises
    ------
    NotPackedError
        ``pack`` did not make these bytes.
    """
    try:
        text = packed.decode("ascii")
        mark, rest = text[:MARK_LETTERS], text[MARK_LETTERS:]

        def bytes_too(found: dict[str, Any]) -> Any:
            return base64.b64decode(found[mark], validate=True) if mark in found else found

        # Most hold no bytes, and are read in one go.
        data: Any = json.loads(rest, object_hook=bytes_too if mark in rest else None)
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise NotPackedError(f"not a packed job or result: {type(error).__name__}") from error
    if not isinstance(data, dict):
        raise NotPackedError("not a packed job or result: no dict")
    return data
