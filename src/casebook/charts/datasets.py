"""The rows behind a chart: brought in from files, counted, and taken out of the spec so that they are kept once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from casebook.charts.spec import Spec

# Fewer bytes than a request for them would cost.
SMALL_BYTES = 300
TEXT_FORMATS = ("csv", "tsv")
JSON_FORMATS = ("json", "topojson", "geojson")


@dataclass(frozen=True)
class DataFile:
    """Rows, or shapes, in a file of their own.

    Parameters
    ----------
    name
        Made of the content, so that equal data of any two charts are one file.
    content
        JSON, CSV or TSV, in UTF-8.
    """

    name: str
    content: bytes


class DataFileError(Exception):
    """A chart names a data file that cannot be had; the message says which and why."""


def with_files(spec: Spec, read: Callable[[str], bytes]) -> dict[str, Any]:
    """A copy of the spec with the content of each file that it names by path put in its place.

    Parameters
    ----------
    spec
        Vega-Lite.
    read
        Gives the content of the file at a path that the spec names; raises OSError where there is none.

    Raises
    ------
    DataFileError
        The file cannot be read, is of no format that the book can keep, or is on another host.
    """

    def filled(data: Mapping[str, Any]) -> dict[str, Any]:
        if "url" not in data:
            return dict(data)
        path = str(data["url"])
        if "://" in path:
            raise DataFileError(f"it takes data from another host, {path}")
        kind = str(data.get("format", {}).get("type") or PurePosixPath(path).suffix.lstrip("."))
        if kind not in (*TEXT_FORMATS, *JSON_FORMATS):
            raise DataFileError(f'"{path}" is neither CSV, TSV nor JSON')
        try:
            text = read(path).decode("utf-8-sig")
            values = text if kind in TEXT_FORMATS else json.loads(text)
        except OSError as error:
            raise DataFileError(f'there is no file "{path}" from here') from error
        except ValueError as error:
            raise DataFileError(f'"{path}" cannot be read as {kind}: {error}') from error
        rest = {key: value for key, value in data.items() if key != "url"}
        # GeoJSON is JSON whose rows are its features.
        as_json = {"type": "json"} | ({"property": "features"} if _is_collection(values) else {})
        given = data.get("format", {})
        named = {"type": kind} if kind in (*TEXT_FORMATS, "topojson") else as_json
        return {**rest, "values": values, "format": {**given, **({} if "property" in given else named)}}

    return _with_each_data(spec, filled)


def without_data(spec: Spec) -> tuple[dict[str, Any], list[DataFile]]:
    """A copy of the spec that names its data by file, and those files, each once.

    Data of a few bytes stay in the spec.
    """
    files: dict[str, DataFile] = {}
    given = spec.get("datasets", {})

    def named(data: Mapping[str, Any]) -> dict[str, Any]:
        values = data.get("values", given.get(data.get("name")))
        if values is None:
            return dict(data)
        rest = {key: value for key, value in data.items() if key not in {"values", "name"}}
        kind = "json"
        content = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        if isinstance(values, str):
            kind, content = str(rest.get("format", {}).get("type", "csv")), values.encode()
        if len(content) < SMALL_BYTES:
            return {**rest, "values": values}
        file = DataFile(f"{hashlib.sha256(content).hexdigest()[:16]}.{kind}", content)
        files[file.name] = file
        return {**rest, "url": file.name, "format": {"type": kind, **rest.get("format", {})}}

    bare = _with_each_data({key: value for key, value in spec.items() if key != "datasets"}, named)
    return bare, list(files.values())


def rows_of(data: Mapping[str, Any] | None, spec: Spec) -> list[Mapping[str, Any]] | None:
    """The rows that a unit's ``data`` stand for; None when they are no plain list of rows."""
    if data is None:
        return None
    values = data.get("values", spec.get("datasets", {}).get(data.get("name")))
    if isinstance(values, list) and all(isinstance(row, Mapping) for row in values):
        return values
    return None


def row_counts(spec: Spec) -> list[int]:
    """How many rows each of the chart's data has, the same data counted once."""
    _, files = without_data(spec)
    return [_count(file) for file in files]


def addresses(spec: Spec) -> list[str]:
    """Every address or path from which the chart takes data."""
    found: list[str] = []

    def note(data: Mapping[str, Any]) -> dict[str, Any]:
        if "url" in data:
            found.append(str(data["url"]))
        return dict(data)

    _with_each_data({key: value for key, value in spec.items() if key != "datasets"}, note)
    return found


def _count(file: DataFile) -> int:
    if not file.name.endswith(".json"):
        return max(0, len(file.content.splitlines()) - 1)
    values = json.loads(file.content)
    if _is_collection(values):
        values = values["features"]
    return len(values) if isinstance(values, list) else 1


def _is_collection(values: object) -> bool:
    return isinstance(values, dict) and values.get("type") == "FeatureCollection"


def _with_each_data(part: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    """A copy with every ``data`` changed, those of lookups in transforms included."""
    if isinstance(part, list):
        return [_with_each_data(item, change) for item in part]
    if not isinstance(part, Mapping):
        return part
    return dict(_changed_items(part, change))


def _changed_items(
    part: Mapping[str, Any], change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Iterator[tuple[str, Any]]:
    for key, value in part.items():
        if key == "data" and isinstance(value, Mapping):
            yield key, change(value)
        elif key in {"datasets", "values"}:
            yield key, value
        else:
            yield key, _with_each_data(value, change)
