import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from casebook.kernels.plain_values import CannotCrossError, NotPlainDataError, decode, encode


def crossed(value):
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


DTYPES = st.one_of(
    npst.boolean_dtypes(),
    npst.integer_dtypes(endianness="?"),
    npst.unsigned_integer_dtypes(endianness="?"),
    npst.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    npst.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    npst.datetime64_dtypes(endianness="?"),
    npst.timedelta64_dtypes(endianness="?"),
    npst.unicode_string_dtypes(endianness="?", min_len=1, max_len=5),
)
ARRAYS = npst.arrays(DTYPES, npst.array_shapes(min_dims=0, min_side=0, max_side=4))


@given(ARRAYS)
def test_arrays_come_out_with_their_type_their_shape_and_every_bit(array):
    out = crossed(array)

    assert type(out) is np.ndarray
    assert (out.dtype.str, out.shape) == (array.dtype.str, array.shape)
    assert out.tobytes() == array.tobytes()


@given(ARRAYS)
def test_single_values_come_out_with_their_type(array):
    for value in array.ravel()[:2]:
        out = crossed(value)

        assert type(out) is type(value)
        assert out.dtype == value.dtype
        assert out.tobytes() == value.tobytes()


def test_arrays_of_objects_come_out_item_by_item():
    array = np.array([[1, "a", None], [[1, 2], (3,), 2.5]], dtype=object)

    out = crossed(array)

    assert (out.dtype, out.shape) == (np.dtype(object), (2, 3))
    assert out.tolist() == array.tolist()


def test_an_array_that_is_a_view_of_another_comes_out_alone_and_writeable():
    out = crossed(np.arange(12).reshape(3, 4)[::2, ::-1])

    assert out.tolist() == [[3, 2, 1, 0], [11, 10, 9, 8]]
    out[0] = 7
    assert out[0, 0] == 7


@pytest.mark.parametrize("dtype", ["int64", "<U5", "datetime64[ns]", "object", "?"])
def test_types_of_arrays_cross(dtype):
    assert crossed(np.dtype(dtype)) == np.dtype(dtype)


def test_an_empty_text_of_numpy_comes_out_as_one():
    assert type(crossed(np.str_(""))) is np.str_


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(2, dtype="i4,f8"), "an array of the type"),
        (np.zeros(2, dtype="S3"), r"an array of the type \|S3 cannot cross"),
        (np.zeros(2, dtype="V4"), "an array of the type"),
        (np.array(["a"], dtype=np.dtypes.StringDType()), "an array of the type StringDType"),
        (np.ma.array([1]), "a MaskedArray object cannot cross"),
        (np.rec.array([(1,)]), "a recarray object cannot cross"),
        (np.array([len], dtype=object), "a function cannot cross here"),
        (np.random.default_rng(1), "a Generator object cannot cross"),
    ],
)
def test_arrays_of_other_things_are_refused(array, words):
    with pytest.raises(CannotCrossError, match=words):
        encode(array)


ARRAY = {"kind": "numpy array", "dtype": "<i8", "shape": [2], "base64": encode(np.arange(2))["base64"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"dtype": "object"},
        {"dtype": "O"},
        {"dtype": "<i4,O"},
        {"dtype": "V16"},
        {"dtype": "|b1", "shape": [16], "base64": encode(b"\x02" * 16)["base64"]},
        {"dtype": "<U1", "shape": [2], "base64": encode(b"\xff" * 8)["base64"]},
        {"dtype": "<U0"},
        {"shape": [3]},
        {"shape": [-1]},
        {"shape": [True, 2]},
        {"shape": [1] * 33 + [2]},
        {"shape": 2},
        {"base64": "!"},
        {"base64": None},
    ],
)
def test_an_array_that_is_not_what_it_says_is_refused(changes):
    assert decode(ARRAY).tolist() == [0, 1]
    with pytest.raises(NotPlainDataError, match="This is not plain data: "):
        decode(ARRAY | changes)
