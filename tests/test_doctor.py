"""The doctor names what is missing, what that disables, and how to get it."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from casebook import doctor
from casebook.cli.doctor import doctor as command

ROOT = Path(__file__).parents[1]


def finding(name: str) -> doctor.Finding:
    return next(found for found in doctor.examine() if found.name == name)


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_package_that_is_there_is_given_with_its_version():
    found = finding("nbgrader")

    assert found.found
    assert found.version.startswith("0.9.")


def test_a_program_that_is_not_on_the_path_is_missing_and_its_mend_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    found = finding("git")

    assert not found.found
    assert found.disables == "following changes"
    assert found.mend == "run: deploy/system-packages"


@pytest.mark.parametrize(
    ("script", "version"),
    [("echo git 9.9; echo more", "git 9.9"), ("exit 3", "there"), ("echo oops >&2", "there")],
)
def test_a_programs_version_is_the_first_line_that_it_prints(tmp_path, monkeypatch, script, version):
    program(tmp_path / "bin", "git", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    assert finding("git").version == version


def test_a_program_that_cannot_be_run_is_there_but_does_not_answer(tmp_path, monkeypatch):
    program(tmp_path / "bin", "git", "")
    (tmp_path / "bin" / "git").write_bytes(b"\x7fELF and nothing more")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    assert finding("git").version == "there, but does not answer"


@pytest.mark.parametrize(("version", "good"), [((3, 10, 9), False), ((3, 12, 1), True), ((3, 13, 0), False)])
def test_python_must_be_one_that_the_kit_runs_on(monkeypatch, version, good):
    monkeypatch.setattr(sys, "version_info", version)

    found = finding("python")

    assert found.found is good
    assert found.mend.endswith("this is " + ".".join(map(str, version)))


def test_the_versions_of_python_are_those_of_the_package_metadata():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    oldest, newest = doctor.OLDEST_PYTHON, doctor.NEWEST_PYTHON

    assert wanted == f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"


def test_every_package_that_the_doctor_looks_for_is_a_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = " ".join([*project["dependencies"], *project["optional-dependencies"]["dev"]])

    assert [name for name in doctor.PACKAGES if name not in wanted] == []


def test_missing_programs_are_listed_with_what_they_disable_and_the_exit_code_is_1(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    result = CliRunner().invoke(command)

    line = next(line for line in result.output.splitlines() if "bwrap" in line)
    assert line.startswith("missing")
    assert "running students' code in a box" in line
    assert result.exit_code == 1


def test_nothing_missing_is_exit_code_0_and_json_gives_one_object_per_thing(tmp_path, monkeypatch):
    for name in doctor.PROGRAMS:
        program(tmp_path / "bin", name, "echo 1.0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    result = CliRunner().invoke(command, ["--json"])

    findings = [json.loads(line) for line in result.output.splitlines()]
    assert {
        "name": "git",
        "version": "1.0",
        "disables": "following changes",
        "mend": doctor.INSTALL_PROGRAMS,
    } in findings
    assert len(findings) == 1 + len(doctor.PACKAGES) + len(doctor.PROGRAMS)
    assert result.exit_code == 0
