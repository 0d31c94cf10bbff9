import json

import pytest

from casebook.charts.datasets import DataFileError, addresses, row_counts, with_files
from casebook.charts.faces import faces_of

SHAPES = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"n": 1}, "geometry": None}]}
FILES = {
    "shapes.geojson": json.dumps(SHAPES).encode(),
    "map.json": b'{"type": "Topology", "objects": {"regions": {"type": "GeometryCollection", "geometries": []}}, "arcs": []}',
    "rows.csv": "\ufeffn,m\n1,2\n3,4\n".encode(),
    "broken.json": b"{",
}


def read(path: str) -> bytes:
    try:
        return FILES[path]
    except KeyError as error:
        raise FileNotFoundError(path) from error


def with_url(url: str, **more) -> dict:
    return {"data": {"url": url, **more}, "mark": "geoshape"}


def test_shapes_come_in_from_a_file_as_rows():
    spec = with_files(with_url("shapes.geojson"), read)

    assert spec["data"]["values"] == SHAPES
    assert spec["data"]["format"] == {"type": "json", "property": "features"}
    faces_of(spec)


def test_topojson_keeps_the_part_that_the_author_chose():
    spec = with_files(with_url("map.json", format={"type": "topojson", "feature": "regions"}), read)

    assert spec["data"]["format"] == {"type": "topojson", "feature": "regions"}
    assert spec["data"]["values"]["type"] == "Topology"


def test_a_text_table_comes_in_without_its_byte_order_mark():
    spec = with_files({**with_url("rows.csv"), "mark": "point"}, read)

    assert spec["data"]["values"].startswith("n,m")
    assert spec["data"]["format"] == {"type": "csv"}


def test_data_looked_up_from_a_file_come_in_too():
    lookup = {"lookup": "n", "from": {"data": {"url": "rows.csv"}, "key": "n", "fields": ["m"]}}

    spec = with_files({"data": {"values": []}, "transform": [lookup], "mark": "bar"}, read)

    assert addresses(spec) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nowhere.json", 'there is no file "nowhere.json" from here'),
        ("https://example.org/x.json", "it takes data from another host, https://example.org/x.json"),
        ("broken.json", '"broken.json" cannot be read as json'),
        ("rows.arrow", '"rows.arrow" is neither CSV, TSV nor JSON'),
    ],
)
def test_a_file_that_cannot_be_had_is_named(url, said):
    with pytest.raises(DataFileError, match=said.replace("(", r"\(")):
        with_files(with_url(url), read)


def test_rows_are_counted_once_however_often_they_are_drawn():
    rows = [{"n": n, "words": "long enough to be kept apart"} for n in range(30)]
    layer = {"data": {"values": rows}, "mark": "point"}

    assert row_counts({"layer": [layer, layer]}) == [30]


def test_the_spec_given_is_not_changed():
    spec = with_url("shapes.geojson")

    with_files(spec, read)

    assert spec == with_url("shapes.geojson")
