"""What this repository promises to those who work on it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from packaging.requirements import Requirement

from casebook.cli import casebook
from casebook.exercises.travelling import TRAVELLING

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    """Files that are in git or would be with ``git add``; without git, all that look like ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        made = {".venv", "_build", "course", ".git"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


FILES = tracked()
SOURCES = [path for path in FILES if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]


def commands(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            yield " ".join([*names, name]), command


COMMANDS = dict(commands(casebook, "casebook"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_of_itself(name):
    command = COMMANDS[name]

    assert command.help
    assert re.search(r"^\s*Examples?:$", command.help, re.MULTILINE)
    assert re.search(rf"^\s*{name}\b", command.help, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_says_what_it_does(name):
    options = [option for option in COMMANDS[name].params if isinstance(option, click.Option)]

    assert [option.name for option in options if not option.help] == []


def test_every_folder_at_the_top_is_on_the_map():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    folders = {path.relative_to(ROOT).parts[0] for path in FILES if path.parent != ROOT}

    assert sorted(folder for folder in folders if f"`{folder}/" not in text and f"`.{folder}/" not in text) == []


def test_no_file_names_a_path_of_one_machine():
    pattern = re.compile(r"(?<![\w./-])/(?:work|home/\w+|root|Users/\w+|tmp/\w+)/\w")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        if path.suffix in {".py", ".md", ".yml", ".yaml", ".toml", ".json", ".sh", ".txt", ".cfg", ".css", ".js", ""}
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]

    assert found == []


def test_notebooks_are_text_except_those_that_students_hand_in():
    notebooks = [path for path in FILES if path.suffix == ".ipynb"]

    assert [path for path in notebooks if not path.is_relative_to(ROOT / "tests" / "notebooks")] == []


def test_no_module_of_the_kit_has_more_than_400_lines():
    # What travels with a release travels as one file.
    whole = [path for path in SOURCES if path not in TRAVELLING]

    assert [path for path in whole if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_no_module_is_named_after_nothing():
    words = re.compile(r"(^|_)(utils?|helpers?|common|misc|base|managers?)($|_)")

    assert [path for path in SOURCES if any(words.search(part) for part in (path.stem, path.parent.name))] == []


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"]]
# Developers install every extra; that one of them names the package itself says so.
EXTRAS = [Requirement(line) for extra in PROJECT["optional-dependencies"].values() for line in extra]
DEV = [requirement for requirement in EXTRAS if requirement.name != PROJECT["name"]]


class TestRequirements:
    @staticmethod
    def pinned(name: str) -> dict[str, list[str]]:
        """Versions by package; more than one if they depend on the Python version or the system."""
        found: dict[str, list[str]] = {}
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                requirement = Requirement(line)
                (specifier,) = requirement.specifier
                assert specifier.operator == "==", line
                found.setdefault(requirement.name.lower(), []).append(specifier.version)
        return found

    @pytest.mark.parametrize("requirement", DIRECT, ids=str)
    def test_what_readers_install_is_pinned_within_its_range(self, requirement):
        versions = self.pinned("requirements.txt")[requirement.name.lower()]

        assert all(version in requirement.specifier for version in versions)

    @pytest.mark.parametrize("requirement", DEV, ids=str)
    def test_what_developers_install_is_pinned_within_its_range(self, requirement):
        versions = self.pinned("requirements-dev.txt")[requirement.name.lower()]

        assert all(version in requirement.specifier for version in versions)

    def test_developers_run_what_readers_run(self):
        reader, developer = self.pinned("requirements.txt"), self.pinned("requirements-dev.txt")

        assert {name: developer.get(name) for name in reader} == reader


def toc_files(entry: object) -> Iterator[str]:
    if isinstance(entry, list):
        for item in entry:
            yield from toc_files(item)
    elif isinstance(entry, dict):
        yield from (str(entry[key]) for key in ("file", "root") if key in entry)
        for key in ("parts", "chapters", "sections"):
            yield from toc_files(entry.get(key))


def test_every_page_of_the_table_of_contents_is_there_or_is_made():
    pages = list(toc_files(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))

    assert pages
    made = {f"exercises/{file.parent.name}/index" for file in ROOT.glob("exercises/*/assignment.yml")} | {
        "data/index",
        "exercises/index",
    }
    there = {str(path.relative_to(ROOT).with_suffix("")) for path in FILES if path.suffix == ".md"}
    assert [page for page in pages if page not in made | there] == []


def test_every_chapter_and_every_assignment_is_in_the_table_of_contents():
    pages = set(toc_files(yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))))
    chapters = {f"chapters/{file.parent.name}/chapter" for file in ROOT.glob("chapters/*/chapter.md")}
    assignments = {f"exercises/{file.parent.name}/index" for file in ROOT.glob("exercises/*/assignment.yml")}

    assert sorted((chapters | assignments) - pages) == []


def spoken() -> list[tuple[str, str]]:
    """Each command line that the documentation shows, with the file that shows it."""
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "book").glob("*.md"))]
    found: list[tuple[str, str]] = []
    for document in documents:
        text = document.read_text("utf-8")
        blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", prose)
        names = (line.split("#")[0].strip().removeprefix(".venv/bin/") for line in lines)
        found += [(document.name, line) for line in names if re.match(r"(casebook|make)\s", line)]
    return found


def test_the_documentation_shows_commands():
    assert {line.split()[0] for _, line in spoken()} == {"casebook", "make"}


def fault(line: str) -> str:
    """What is wrong with a command line; empty if nothing is."""
    words = line.split()[1:]
    if line.startswith("make"):
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
        return "".join(f"no target {word}" for word in words if "=" not in word and word not in targets)
    command: click.Command = casebook
    # `casebook <command> --help` stands for any.
    while isinstance(command, click.Group) and words and not words[0].startswith(("-", "<")):
        if words[0] not in command.commands:
            return f"no command {words[0]}"
        command = command.commands[words.pop(0)]
    known = {name for option in command.params for name in option.opts} | {"--help", "-h"}
    return "".join(f"no option {word}" for word in words if word.startswith("-") and word.split("=")[0] not in known)


@pytest.mark.parametrize(("document", "line"), spoken())
def test_every_command_that_the_documentation_shows_exists(document, line):
    assert fault(line) == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("make sight", "no target sight"),
        ("casebook grades tiny", "no command grades"),
        ("casebook exercises verfy", "no command verfy"),
        ("casebook grade tiny --fast", "no option --fast"),
        ("make test TESTS=tests/cli", ""),
        ("casebook --help", ""),
    ],
)
def test_a_command_that_does_not_exist_would_be_noticed(line, said):
    assert fault(line) == said
