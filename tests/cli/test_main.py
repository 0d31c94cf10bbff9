"""The command as a whole: exit codes, messages for people, completion."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest

from casebook import __version__
from casebook.cli import casebook, main


@pytest.fixture
def command(monkeypatch, capsys, tiny_casebook):
    """The exit code and the output of ``casebook WORD...`` in the tiny casebook."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.chdir(tiny_casebook.root)
        monkeypatch.setattr(sys, "argv", ["casebook", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out + output.err

    return run


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["grade", "-h"], ["exercises", "verify", "--help"]])
def test_help_is_given_with_exit_code_0(command, words):
    code, output = command(*words)

    assert code == 0
    assert output.startswith("Usage: casebook")
    assert "Examples:" in output


def test_the_version_is_that_of_the_package(command):
    assert command("--version") == (0, f"casebook, version {__version__}\n")


@pytest.mark.parametrize(
    "words",
    [
        ["grad"],
        ["grade"],
        ["grade", "tiny", "--fast"],
        ["export", "tiny", "--to", "pdf"],
        ["grade", "tiny", "--course", "_toc.yml"],
    ],
)
def test_wrong_usage_ends_with_exit_code_2_and_a_hint(command, words):
    code, output = command(*words)

    assert code == 2
    assert "Try 'casebook" in output
    assert "Error: " in output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["exercises", "build", "tinny"], "There is no assignment 'tinny'.\n  Mend: did you mean 'tiny'?\n"),
        (["grade", "tiny"], "There is no such course directory.\n  Mend: name one with --course, or make it: "),
        (["feedback", "tiny"], "There is no such course directory.\n"),
        (["export", "tiny"], "There is no such course directory.\n"),
    ],
)
def test_what_a_person_must_mend_is_said_without_a_traceback_and_ends_with_exit_code_1(command, words, said):
    code, output = command(*words)

    assert code == 1
    assert said in output
    assert "Traceback" not in output


def test_every_problem_is_printed(command, tiny_casebook):
    (tiny_casebook.exercises / "tiny" / "assignment.yml").write_text("title: A\nsize: 3\n")

    code, output = command("exercises", "build")

    assert code == 1
    assert "exercises/tiny/assignment.yml: The key 'points' is missing." in output
    assert "exercises/tiny/assignment.yml:2: Unknown key 'size'." in output


def test_outside_a_casebook_the_message_says_where_it_looked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["casebook", "exercises", "build"])

    with pytest.raises(SystemExit, match="1"):
        main()

    assert capsys.readouterr().out.startswith(".: No casebook here: ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_that_completes_words_is_printed_for_each_shell(shell):
    result = subprocess.run(
        [sys.executable, "-c", "from casebook.cli import main; main()"],
        env=os.environ | {"_CASEBOOK_COMPLETE": f"{shell}_source"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0
    assert f"_CASEBOOK_COMPLETE={shell}_complete" in result.stdout


def test_the_help_of_completion_shows_how_to_turn_it_on():
    assert 'eval "$(_CASEBOOK_COMPLETE=bash_source casebook)"' in casebook.get_help(click.Context(casebook))


def test_a_place_that_cannot_be_written_is_named_without_a_traceback(command, tiny_casebook):
    (tiny_casebook.root / "a-file").write_text("in the way")

    code, output = command("exercises", "build", "tiny", "--course", "a-file/course")

    assert code == 1
    assert "a-file/course" in output
    assert "Mend: make room or get the right to write there" in output
