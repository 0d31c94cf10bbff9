import subprocess
import sys

import pytest


def run(code: str) -> str:
    """What some code prints in a process of its own: imports of this one are done."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_a_module_that_is_put_off_is_imported_when_its_function_is_called(tmp_path):
    (tmp_path / "heavy.py").write_text(
        "print('imported')\ndef double(x):\n    return 2 * x\nTEN = 10\n", encoding="utf-8"
    )
    start = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nfrom casebook.late_imports import put_off\n"

    named = run(f"{start}put_off('heavy', 'double')\nfrom heavy import double\nprint('named')")
    called = run(f"{start}put_off('heavy', 'double')\nfrom heavy import double\nprint('named', double(4), double(5))")
    other = run(f"{start}put_off('heavy', 'double')\nimport heavy\nprint('named', heavy.TEN)")

    assert named == "named"
    assert called.splitlines() == ["imported", "named 8 10"]
    assert other.splitlines() == ["imported", "named 10"]


def test_a_module_that_is_there_or_nowhere_is_left_alone():
    assert run(
        "import json\nfrom casebook.late_imports import put_off\nput_off('json', 'loads')\nput_off('no_such_module')\n"
        "import sys; print(sys.modules['json'] is json, 'no_such_module' in sys.modules)"
    ) == ("True False")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("iri", "https://exämple.org/a", "no address"),
        ("uri", "https://example.org/a", "no address"),
        ("duration", "P1DT2H", "a day"),
        ("uri-template", "https://example.org/{name}", "https://example.org/{name"),
        ("color", "red", "nocolour"),
        ("hostname", "example.org", "-a-"),
    ],
)
def test_jsonschema_checks_what_it_checked_when_nothing_was_put_off(kind, good, bad):
    check = (
        "import jsonschema\nchecker = jsonschema.FormatChecker()\n"
        f"print(checker.conforms({good!r}, {kind!r}), checker.conforms({bad!r}, {kind!r}))"
    )

    assert (
        run(f"from casebook.late_imports import put_off_what_is_slow\nput_off_what_is_slow()\n{check}") == "True False"
    )


def test_neither_the_command_nor_nbformat_waits_for_the_grammar_of_addresses():
    code = "import casebook.cli as cli, sys\ncli.put_off_what_is_slow()\nimport nbformat\nprint('lark' in sys.modules)"

    assert run(code) == "False"


def test_plug_ins_are_found_as_before_when_entry_points_are_read_once():
    ask = (
        "found = [(e.name, e.value) for e in importlib.metadata.entry_points(group='sphinx.html_themes')]\n"
        "[one] = importlib.metadata.entry_points(group='pybtex.database.input', name='bibtex')\n"
        "print(sorted(found), one.load().__name__, len(list(importlib.metadata.entry_points())) > 0)"
    )

    plain = run(f"import importlib.metadata\n{ask}")
    once = run(
        "from casebook.late_imports import read_entry_points_once\nread_entry_points_once()\n"
        f"import importlib.metadata\n{ask}"
    )

    assert once == plain
