"""How is an argument changed in place, as the function that got it would have changed it?

What a function of another process does to its arguments it does to copies. They come back, and the
caller's own objects are made equal to them.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

from casebook.kernels.plain_model import CannotCrossError, NotPlainDataError, a

MAPPINGS = {dict, OrderedDict, Counter, defaultdict}


def change(value: Any, now: Any) -> None:
    """Make an object equal to another of its type, without making a new one.

    Raises
    ------
    CannotCrossError
        Objects of its type are not changed in place here.
    """
    kind = type(value)
    if type(now) is not kind:
        raise NotPlainDataError("This is not plain data: an argument became another type.")
    if kind is list or kind is bytearray:
        value[:] = now
    elif kind is set:
        value.clear()
        value.update(now)
    elif kind is deque:
        value.clear()
        value.extend(now)
    elif kind in MAPPINGS:
        value.clear()
        # One by one: a counter's own update adds, and that of dictionaries leaves an ordered one without order.
        for key, item in now.items():
            value[key] = item
    elif not (_change_array(kind, value, now) or _change_table(kind, value, now)):
        raise CannotCrossError(f"what changes inside {a(kind)} does not cross")


def _change_array(kind: type, value: Any, now: Any) -> bool:
    # If it is of NumPy's types, NumPy is there.
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or kind is not numpy.ndarray:
        return False
    if value.shape != now.shape or value.dtype != now.dtype:
        raise CannotCrossError("an array whose shape or type changes does not cross")
    value[...] = now
    return True


def _change_table(kind: type, value: Any, now: Any) -> bool:
    pandas: Any = sys.modules.get("pandas")
    if pandas is None or kind not in {pandas.DataFrame, pandas.Series}:
        return False
    notes = dict(value.attrs)
    # pandas has no other word for "be that table from now on", with all columns, rows and types.
    make: Any = kind.__init__
    make(value, now)
    value.attrs.update(notes)
    return True
