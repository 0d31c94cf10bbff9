"""The pages that are open follow the files that are edited."""

import socket
import subprocess
import sys
import time
import urllib.request
from http.client import IncompleteRead
from urllib.error import URLError

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def served(built_book):
    """The address of a book that is being served, and the book."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from casebook.cli import main; main()", "site", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=built_book.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        yield f"http://127.0.0.1:{port}/book/index.html", built_book
        server.terminate()


def wait_for(address: str, words: str) -> str:
    deadline = time.monotonic() + 60
    html = ""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address) as response:  # noqa: S310 - our own server
                html = response.read().decode()
        # The last: the page was written anew while it was sent.
        except (URLError, ConnectionError, IncompleteRead):
            html = ""
        if words in html:
            return html
        time.sleep(0.2)
    pytest.fail(f"{words!r} never came; last seen: {html[:200]}")


def test_a_page_changes_when_its_file_does_and_a_mistake_leaves_it_as_it_was(served, edit):
    address, book = served
    assert "websocket-reload" in wait_for(address, "A tiny book")

    edit(book.book / "index.md", "# A tiny book", "# A small book")
    wait_for(address, "A small book")
    edit(book.book / "index.md", "# A small book", "# A broken book\n\n```{no-such-directive}\n```")
    edit(book.data / "parcels.csv", "2014,14", "2014,14.5")
    time.sleep(3)
    assert "A small book" in wait_for(address, "A small book")

    edit(book.book / "index.md", "# A broken book\n\n```{no-such-directive}\n```", "# A mended book")
    wait_for(address, "A mended book")
