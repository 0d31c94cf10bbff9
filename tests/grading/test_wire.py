from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casebook.grading.wire import MARK_LETTERS, NotPackedError, pack, unpack

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
PLAIN = st.recursive(SCALARS, lambda each: st.lists(each) | st.dictionaries(st.text(), each), max_leaves=20)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), PLAIN))
def test_what_is_packed_comes_back_the_same(data):
    assert unpack(pack(data)) == data


def test_text_that_no_encoding_knows_comes_back_the_same():
    data = {"\udcff": "a\udce9\x00b", "number": 10**400}
    assert unpack(pack(data)) == data


def test_not_a_number_and_infinity_come_back():
    back = unpack(pack({"a": float("nan"), "b": float("-inf")}))
    assert str(back["a"]) == "nan"
    assert back["b"] == float("-inf")


def test_a_notebook_cannot_pass_a_text_off_as_bytes():
    seen = pack({"file": b"abc"}).decode()
    mark = seen[:MARK_LETTERS]
    forged = {"file": b"abc", "metadata": {mark: "YWJj"}}
    assert unpack(pack(forged)) == forged


@pytest.mark.parametrize("value", [object(), {1, 2}, 1j, bytearray(b"a")])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(TypeError, match="is no plain data"):
        pack({"a": [value]})


MARK = b"0" * MARK_LETTERS


@given(st.binary() | st.binary().map(lambda rest: MARK + rest))
def test_foreign_bytes_are_refused_and_run_nothing(packed):
    with contextlib.suppress(NotPackedError):
        assert isinstance(unpack(packed), dict)


@pytest.mark.parametrize(
    "packed",
    [b"", MARK, MARK + b"[1]", MARK + b'{"a":', MARK + b"[" * 100_000, MARK + b'{"a":{"' + MARK + b'":3}}', b"\xff"],
)
def test_bytes_that_are_no_job_are_named(packed):
    with pytest.raises(NotPackedError, match="not a packed job or result"):
        unpack(packed)
