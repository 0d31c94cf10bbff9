import contextlib
import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.kernels.frames import BadFrameError, Frames, frame
from casebook.kernels.shell_outputs import BadOutputError, CellOutputs, Displays


def texts(*pairs):
    return {"is": "texts", "texts": [list(pair) for pair in pairs]}


def display(text, shown=None, kind="display_data"):
    content = {"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": shown} if shown else {}}
    return {"is": kind, "content": content}


def taken(*messages, displays=None, output_bytes=1000):
    outputs = CellOutputs(displays or Displays(), output_bytes)
    for message in messages:
        assert outputs.take(message)
    outputs.end()
    return outputs.outputs


def said(outputs):
    return [each.get("text") or each["data"]["text/plain"] for each in outputs]


def test_text_of_one_stream_is_one_output_and_standard_output_comes_first_as_in_a_kernel():
    assert taken(texts(("stdout", "a"), ("stderr", "e"), ("stdout", "b"))) == [
        {"output_type": "stream", "name": "stdout", "text": "ab"},
        {"output_type": "stream", "name": "stderr", "text": "e"},
    ]


def test_text_that_was_flushed_comes_before_what_is_shown_later():
    flush = {"is": "flush", "name": "stdout"}

    assert said(taken(texts(("stdout", "a")), flush, display("1"), texts(("stdout", "b")), flush)) == ["a", "1", "b"]


def test_output_is_cleared_at_once_or_when_something_else_comes():
    now, later = ({"is": "clear_output", "wait": wait} for wait in (False, True))

    assert said(taken(display("1"), now, display("2"))) == ["2"]
    assert said(taken(display("1"), later)) == ["1"]
    assert said(taken(display("1"), later, display("2"))) == ["2"]
    assert said(taken(display("1"), later, texts(("stdout", "a")))) == ["a"]


def test_a_display_is_updated_in_the_cell_that_showed_it():
    displays = Displays()
    first = taken(display("old", "x"), displays=displays)

    assert taken(display("new", "x", "update_display_data"), displays=displays) == []
    assert said(first) == ["new"]


def test_what_was_cleared_is_not_updated():
    displays = Displays()
    first = taken(display("old", "x"), {"is": "clear_output", "wait": False}, displays=displays)

    taken(display("new", "x", "update_display_data"), displays=displays)

    assert first == []


def test_updates_cannot_grow_what_is_kept_beyond_what_was_allowed():
    displays = Displays()
    first = taken(*(display(".", f"{number}") for number in range(20)), displays=displays)

    for number in range(20):
        taken(display("x" * 500_000, f"{number}", "update_display_data"), displays=displays)

    assert sum(len(text) for text in said(first)) < 2_000_000


@pytest.mark.parametrize(
    "message",
    [
        {"is": "texts"},
        texts(("stdlog", "a")),
        texts(("stdout", 1)),
        {"is": "texts", "texts": [["stdout"]]},
        {"is": "flush", "name": ["stdout"]},
        {"is": "display_data"},
        {"is": "display_data", "content": {"data": [], "metadata": {}}},
        {"is": "display_data", "content": {"data": {}, "metadata": 3}},
        {"is": "execute_result", "content": {"data": {}, "metadata": {}, "execution_count": "1"}},
        {"is": "execute_result", "content": {"data": {}, "metadata": {}, "execution_count": True}},
        {"is": "error", "content": {"ename": "E", "evalue": 3, "traceback": []}},
        {"is": "error", "content": {"ename": "E", "evalue": "e", "traceback": [3]}},
        texts(("stdout", "x" * 3_000_000)),
        display("x" * 3_000_000),
    ],
)
def test_what_no_shell_would_send_is_refused(message):
    with pytest.raises(BadOutputError):
        taken(message)


def test_text_can_always_be_written_to_a_file():
    outputs = taken(texts(("stdout", "a\ud800b")), display("\udfff"))

    assert json.dumps(outputs, ensure_ascii=False).encode("utf-8")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
MESSAGES = st.fixed_dictionaries(
    {"is": st.sampled_from(["texts", "flush", "clear_output", "display_data", "execute_result", "error", "?"]) | JSON},
    optional={
        "texts": st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text(max_size=3)) | JSON, max_size=3)
        | JSON,
        "name": st.sampled_from(["stdout", "stderr"]) | JSON,
        "wait": JSON,
        "content": JSON
        | st.fixed_dictionaries(
            {"data": st.fixed_dictionaries({"text/plain": st.text(max_size=3)}) | JSON, "metadata": st.just({}) | JSON},
            optional={
                "execution_count": st.integers(0) | JSON,
                "transient": st.fixed_dictionaries({"display_id": st.sampled_from("ab")}) | JSON,
                "ename": st.text() | JSON,
                "evalue": st.text() | JSON,
                "traceback": st.lists(st.text()) | JSON,
            },
        ),
    },
)


@given(st.lists(MESSAGES, max_size=6))
def test_whatever_is_sent_ends_in_outputs_or_is_refused(messages):
    outputs = CellOutputs(Displays(), 1000)
    for message in json.loads(json.dumps(messages)):
        with contextlib.suppress(BadOutputError):
            outputs.take(message)
    outputs.end()

    for each in outputs.outputs:
        assert each["output_type"] in {"stream", "display_data", "execute_result", "error"}
        assert json.dumps(each, ensure_ascii=False).encode()
        if "data" not in each:
            nbformat.validate(nbformat.from_dict(each), ref="output", version=4)


def test_messages_arrive_whole_however_they_were_cut():
    sent = [{"is": "ready"}, {"text": "é" * 1000}, {}]
    frames = Frames()
    arrived = []
    for byte in b"".join(map(frame, sent)):
        frames.add(bytes([byte]))
        arrived += frames.messages()

    assert arrived == sent


@pytest.mark.parametrize(
    "data",
    [
        b"junk that is no frame",
        (2**32 - 1).to_bytes(4, "big"),
        b"\0\0\0\2[]",
        b"\0\0\0\1{",
        b"\0\0\0\x0b" + b'{"a": NaN }',
        (100_000).to_bytes(4, "big") + b"[" * 100_000,
        (9_000_002).to_bytes(4, "big") + b"[" + b"," * 9_000_000 + b"]",
    ],
)
def test_what_is_no_message_is_refused(data):
    frames = Frames()
    frames.add(data)

    with pytest.raises(BadFrameError):
        list(frames.messages())


@given(st.binary(max_size=50))
def test_whatever_bytes_come_are_messages_or_refused(data):
    frames = Frames()
    frames.add(data)
    with contextlib.suppress(BadFrameError):
        assert all(isinstance(message, dict) for message in frames.messages())


def test_what_the_other_side_would_not_take_is_not_sent():
    with pytest.raises(BadFrameError):
        frame({"values": [0] * 9_000_000})
