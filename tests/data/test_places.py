from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from casebook.data.places import places_in

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def at(value: object, path: tuple[str | int, ...]) -> object:
    for step in path:
        value = value[step]
    return value


@given(VALUES, st.sampled_from([None, 1, 2]))
def test_the_text_at_each_place_is_the_value_that_json_reads(value: object, indent: int | None):
    text = json.dumps(value, indent=indent)
    places = places_in(text)

    assert places.repeated == ()
    for path, place in places.by_path.items():
        assert json.loads(text[place.start : place.end]) == at(value, path)
        assert 1 <= place.line <= text.count("\n") + 1


def test_lines_are_those_of_an_editor_and_of_the_key():
    places = places_in('{\n  "a": 1,\n  "b": [\n    2,\n    {"c": 3}\n  ]\n}\n')

    lines = [places.line(path) for path in [(), ("a",), ("b",), ("b", 0), ("b", 1, "c")]]

    assert lines == [1, 2, 3, 4, 5]


def test_a_missing_key_is_placed_where_its_object_stands():
    places = places_in('{\n  "a": {\n  }\n}')

    assert places.line(("a", "x", "y")) == 2


def test_a_key_that_stands_twice_is_named_with_the_line_of_the_second():
    places = places_in('{\n  "a": 1,\n  "a": 2\n}')

    assert places.repeated == ((("a",), 3),)
