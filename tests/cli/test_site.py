import pytest
from click.testing import CliRunner

from casebook.cli import casebook


@pytest.mark.parametrize("command", ["build", "serve", "links"])
def test_every_command_of_the_site_says_what_it_does(command):
    result = CliRunner().invoke(casebook, ["site", command, "--help"])

    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 3


def test_an_edition_that_does_not_exist_is_wrong_usage():
    result = CliRunner().invoke(casebook, ["site", "build", "--edition", "teachers"])

    assert result.exit_code == 2
    assert "'reader'" in result.output


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_cannot_be_is_wrong_usage(port):
    assert CliRunner().invoke(casebook, ["site", "serve", "--port", port]).exit_code == 2
