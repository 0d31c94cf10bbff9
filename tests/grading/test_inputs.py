from __future__ import annotations

import sys
import time
from dataclasses import replace

import pytest

from casebook.grading import inputs
from casebook.grading.inputs import common_inputs, environment, inputs_digest
from casebook.grading.model import Limits


@pytest.fixture
def submission(tmp_path):
    folder = tmp_path / "submitted" / "ann" / "tiny"
    folder.mkdir(parents=True)
    (folder / "counting.ipynb").write_text("{}")
    return folder


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source" / "tiny"
    folder.mkdir(parents=True)
    (folder / "parcels.csv").write_text("year,parcels\n")
    return folder


def test_it_stays_the_same_while_nothing_changes(submission, source):
    common = common_inputs("cells", source, "shared", Limits())
    assert inputs_digest(submission, common) == inputs_digest(
        submission, common_inputs("cells", source, "shared", Limits())
    )


def test_it_changes_with_each_thing_that_marks_depend_on(submission, source, monkeypatch):
    seen = [inputs_digest(submission, common_inputs("cells", source, "shared", Limits()))]
    seen.append(inputs_digest(submission, common_inputs("other cells", source, "shared", Limits())))
    seen.append(inputs_digest(submission, common_inputs("cells", source, "isolated", Limits())))
    seen.append(inputs_digest(submission, common_inputs("cells", source, "shared", replace(Limits(), cell_s=31))))
    (source / "parcels.csv").write_text("year,parcels\n2015,20\n")
    seen.append(inputs_digest(submission, common_inputs("cells", source, "shared", Limits())))
    (submission / "timestamp.txt").write_text("2026-11-22 10:00:00 UTC")
    seen.append(inputs_digest(submission, common_inputs("cells", source, "shared", Limits())))
    monkeypatch.setattr(inputs, "__version__", "99")
    seen.append(inputs_digest(submission, common_inputs("cells", source, "shared", Limits())))
    monkeypatch.setattr(inputs, "environment", lambda: "another")
    seen.append(inputs_digest(submission, common_inputs("cells", source, "shared", Limits())))
    assert len(set(seen)) == len(seen)


def test_the_environment_changes_with_the_version_of_a_package(tmp_path, monkeypatch):
    before = environment.__wrapped__()
    (tmp_path / "pandas-99.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(tmp_path / "missing.zip")])
    assert environment.__wrapped__() != before


def test_the_environment_takes_milliseconds():
    fastest = min(_seconds() for _ in range(5))
    assert fastest < 0.02


def _seconds():
    began = time.perf_counter()
    environment.__wrapped__()
    return time.perf_counter() - began


def test_an_undecodable_instructors_copy_is_digested(source):
    assert common_inputs("a\udcff", source, "shared", Limits()) != common_inputs("a\udcfe", source, "shared", Limits())
