import functools
import http.server
import subprocess
import sys
import threading

import pytest

pytestmark = pytest.mark.slow


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere(tmp_path):
    """Another site, which has one page."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "there.html").write_text("<p>there</p>", encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_link_that_does_not_answer_is_named_with_its_line_and_one_that_does_is_not(built_book, elsewhere):
    text = f"# A tiny book\n\n[Good]({elsewhere}/there.html)\n\n[Bad]({elsewhere}/gone.html)\n"
    (built_book.book / "index.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", "from casebook.cli import main; main()", "site", "links"]

    result = subprocess.run(command, cwd=built_book.root, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert f"book/index.md:5: {elsewhere}/gone.html does not answer" in result.stdout
    assert "there.html" not in result.stdout
    assert "Mend: look for its new address" in result.stdout
