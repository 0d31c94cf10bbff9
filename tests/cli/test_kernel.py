"""``casebook kernel``: what it writes, where, and what it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jupyter_client.kernelspec import KernelSpecManager

from casebook.cli.kernel import kernel
from casebook.errors import CasebookError


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the kernels of an environment, which is the working directory, are."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "share" / "jupyter" / "kernels"


def run(*words: str) -> Result:
    return CliRunner().invoke(kernel, list(words))


def description(spec: Path) -> dict:
    return json.loads((spec / "kernel.json").read_text("utf-8"))


def test_a_kernel_is_written_that_jupyter_finds(kernels: Path):
    result = run("install", "--prefix", ".")

    assert result.output == (
        "share/jupyter/kernels/casebook: the kernel 'casebook', called 'Python 3 (forked, casebook)' in menus.\n"
    )
    assert result.exit_code == 0
    spec = KernelSpecManager(kernel_dirs=[str(kernels)]).get_kernel_spec("casebook")
    assert spec.argv[0] == sys.executable
    assert spec.argv[-4:] == ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
    assert (spec.language, spec.interrupt_mode) == ("python", "signal")
    assert spec.metadata["kernel_provisioner"] == {
        "provisioner_name": "casebook-forked",
        "config": {"preload": ["altair", "pandas", "numpy"]},
    }
    assert (kernels / "casebook" / "logo-64x64.png").is_file()


def test_modules_to_preload_are_added_to_those_that_are_in_any_case(kernels: Path):
    run("install", "--prefix", ".", "--name", "more", "--preload", "json.tool", "--preload", "pandas")

    provisioner = description(kernels / "more")["metadata"]["kernel_provisioner"]
    assert provisioner["config"] == {"preload": ["altair", "pandas", "numpy", "json.tool"]}


def test_installing_again_replaces_what_was_installed(kernels: Path):
    run("install", "--prefix", ".", "--preload", "json.tool")

    assert run("install", "--prefix", ".").exit_code == 0
    assert "json.tool" not in (kernels / "casebook" / "kernel.json").read_text("utf-8")
    assert [each.name for each in kernels.iterdir()] == ["casebook"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--name", "my kernel"], "A kernel cannot be called 'my kernel'."),
        (["--name", "../python3"], "A kernel cannot be called '../python3'."),
        (["--preload", "no_such.module"], "There is no module 'no_such.module' for "),
        (["--preload", ".tool"], "There is no module '.tool' for "),
        (["--preload", ""], "There is no module '' for "),
    ],
)
def test_what_could_not_run_is_refused(kernels: Path, words: list[str], said: str):
    result = run("install", "--prefix", ".", *words)

    assert isinstance(result.exception, CasebookError)
    assert said in str(result.exception)
    assert "\n  Mend: " in str(result.exception)
    assert not kernels.exists()


@pytest.mark.parametrize("theirs", ['{"argv": ["python"], "metadata": {}}', "[]", "broken"])
def test_kernels_of_others_are_neither_overwritten_nor_removed(kernels: Path, theirs: str):
    (kernels / "python3").mkdir(parents=True)
    (kernels / "python3" / "kernel.json").write_text(theirs, "utf-8")

    installed = run("install", "--prefix", ".", "--name", "python3")
    removed = run("remove", "--prefix", ".", "--name", "python3")

    assert "There is a kernel 'python3' that is not the casebook's; it stays as it is." in str(installed.exception)
    assert "There is no kernel 'python3' of the casebook's here." in str(removed.exception)
    assert (kernels / "python3" / "kernel.json").read_text("utf-8") == theirs


def test_a_kernel_is_removed_and_others_stay(kernels: Path):
    run("install", "--prefix", ".")
    run("install", "--prefix", ".", "--name", "other")

    assert run("remove", "--prefix", ".").output == "share/jupyter/kernels/casebook: removed.\n"
    assert [each.name for each in kernels.iterdir()] == ["other"]
    assert "name one that is, with --name: other." in str(run("remove", "--prefix", ".").exception)


def test_removing_where_none_is_says_where_else_it_may_be(kernels: Path):
    assert "say where with --user or --prefix." in str(run("remove", "--prefix", ".").exception)


def test_a_kernel_for_all_environments_goes_to_the_users_folder(kernels: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(kernels.parent / "mine"))

    assert run("install", "--user").exit_code == 0
    assert (kernels.parent / "mine" / "kernels" / "casebook" / "kernel.json").is_file()


def test_a_kernel_is_put_in_the_environment_of_the_command_if_nothing_is_said(
    kernels: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "prefix", str(kernels.parents[2]))

    assert run("install").exit_code == 0
    assert (kernels / "casebook" / "kernel.json").is_file()


def test_two_places_at_once_are_wrong_usage(kernels: Path):
    result = run("install", "--user", "--sys-prefix")

    assert result.exit_code == 2
    assert "Give one of --sys-prefix, --user and --prefix" in result.output
