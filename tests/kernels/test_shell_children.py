import json
import os
import sys
import time
from pathlib import Path

import pytest

from casebook.kernels.forked import CAN_FORK, warm_parent
from casebook.kernels.shells import Shell

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]


@pytest.fixture(scope="module")
def parent():
    with warm_parent() as parent:
        yield parent


def seen(parent, folder, *sources, environment=None):
    """What the last cell gives, as a value; the other cells run before it."""
    with Shell(parent, folder, dict(os.environ) if environment is None else environment) as shell:
        for source in sources:
            ran = shell.run_cell(source, timeout_s=20, output_bytes=100_000)
            assert ran.status == "ok", ran.outputs
    return json.loads(ran.outputs[-1]["text"])


SEES_FILES = """
import json, os
found = []
for fd in os.listdir('/proc/self/fd'):
    try:
        found.append(os.readlink(f'/proc/self/fd/{fd}').split(':')[0])
    except OSError:
        pass
print(json.dumps(sorted(found)))
"""


def test_a_child_has_no_files_of_its_parent(parent, tmp_path):
    # Standard input; two pipes in, two out; its connection and the two ends by which its loop wakes; what the loop waits by.
    assert seen(parent, tmp_path, SEES_FILES) == [
        "/dev/null",
        *["anon_inode"],
        *["pipe"] * 4,
        *["socket"] * 3,
    ]


def test_a_child_has_its_own_folder_and_environment_and_ours_for_the_rest(parent, tmp_path):
    source = (
        "import json, os, signal, sys\nmask = os.umask(0); os.umask(mask)\n"
        "print(json.dumps([os.getcwd(), os.environ.get('OWN'), 'HOME' in os.environ, mask, sys.argv, "
        "signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL, signal.getsignal(signal.SIGINT) is signal.default_int_handler,"
        "os.getsid(0) == os.getpgid(0) == os.getpid(), signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()]))"
    )
    mask = os.umask(0)
    os.umask(mask)

    assert seen(parent, tmp_path, source, environment={"OWN": "1", "PATH": os.environ["PATH"]}) == [
        str(tmp_path),
        "1",
        False,
        mask,
        ["ipykernel"],
        *[True] * 4,
    ]


def test_a_child_has_one_thread_besides_that_which_reads_what_programs_print(parent, tmp_path):
    source = "import json, os, threading\nprint(json.dumps([sorted(t.name for t in threading.enumerate()), len(os.listdir('/proc/self/task'))]))"

    assert seen(parent, tmp_path, source) == [["MainThread", "casebook-output"], 2]


def test_children_of_one_parent_draw_different_numbers(parent, tmp_path):
    source = (
        "import json, random, uuid, tempfile\nimport numpy as np\n"
        "print(json.dumps([random.random(), np.random.rand(), np.random.default_rng().random(), str(uuid.uuid4()),"
        "tempfile.mktemp()]))"
    )
    children = [seen(parent, tmp_path, source) for _ in range(3)]

    assert all(len(set(column)) == 3 for column in zip(*children, strict=True))


def test_nothing_that_a_child_does_is_seen_by_the_next(parent, tmp_path):
    look = (
        "import json, os, sys\nimport pandas as pd\nprint(json.dumps(['x' in globals(), os.environ.get('LEAKED'), "
        "'leaked' in sys.modules, pd.get_option('display.max_rows'), len(In), len(Out), get_ipython().db.keys()]))"
    )
    leak = "import os, sys\nimport pandas as pd\nx = os.environ['LEAKED'] = '1'\nsys.modules['leaked'] = sys\npd.set_option('display.max_rows', 7)\nget_ipython().db['k'] = 1\nx"

    before = seen(parent, tmp_path, look)
    after = seen(parent, tmp_path, leak, look)

    assert before == [False, None, False, 60, 2, 0, []]
    assert after == [True, "1", True, 7, 3, 1, ["k"]]
    assert seen(parent, tmp_path, look) == before


def test_a_child_reads_no_settings_of_the_user_and_leaves_no_files(parent, tmp_path):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "own.py").write_text("leaked = 1\n", encoding="utf-8")
    folder, home, temporary = (tmp_path / name for name in ("folder", "home", "temporary"))
    for each in (folder, home, temporary):
        each.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "HOME": str(home),
        "TMPDIR": str(temporary),
    }

    told = seen(
        parent,
        folder,
        "_ = 1 / 1",
        "import json, tempfile\nprint(json.dumps(['leaked' in globals(), tempfile.gettempdir()]))",
        environment=environment,
    )

    assert told == [False, str(temporary)]
    assert [file for each in (folder, home, temporary) for file in each.rglob("*")] == []
    assert {file.name for file in (tmp_path / "ipython").rglob("*")} == {"profile_default", "startup", "own.py"}


def test_modules_beside_the_notebook_are_found_but_not_those_beside_us(parent, tmp_path):
    (tmp_path / "beside.py").write_text("here = 1\n", encoding="utf-8")

    assert seen(parent, tmp_path, "import beside, json, sys\nprint(json.dumps([beside.here, sys.path.count('')]))") == [
        1,
        1,
    ]


def test_a_parent_imports_what_it_is_told_as_far_as_it_is_there(tmp_path, monkeypatch):
    (tmp_path / "told_module.py").write_text(
        "import os\npid, backend = os.getpid(), os.environ['MPLBACKEND']\n", encoding="utf-8"
    )
    (tmp_path / "broken_module.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))

    with warm_parent(["told_module", "broken_module", "missing_module"]) as own:
        told = seen(
            own,
            tmp_path,
            "import json, sys\nimport told_module\n"
            "print(json.dumps([told_module.pid, told_module.backend, 'broken_module' in sys.modules, 'missing_module' in sys.modules]))",
        )

        assert told == [own.process.pid, "module://matplotlib_inline.backend_inline", False, False]


def files_of(pid):
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def files_when_settled(parent):
    # The parent tells of an end first, and then closes.
    time.sleep(0.2)
    return files_of(os.getpid()), files_of(parent.process.pid)


def children_of(pid):
    return [word for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()]


def test_two_hundred_children_one_after_another_leave_nothing_behind(parent, tmp_path):
    seen(parent, tmp_path, "print(1)")
    before = files_when_settled(parent)

    for number in range(200):
        with Shell(parent, tmp_path, dict(os.environ)) as shell:
            if number % 10 == 0:
                shell.run_cell("import os; os._exit(1)", timeout_s=20, output_bytes=1000)
            else:
                assert shell.run_cell("1", timeout_s=20, output_bytes=1000).status == "ok"

    assert files_when_settled(parent) == before
    assert children_of(parent.process.pid) == []


def test_what_a_cell_leaves_running_lives_as_long_as_its_notebook(parent, tmp_path):
    with Shell(parent, tmp_path, dict(os.environ)) as shell:
        shell.run_cell(
            "import subprocess\npid = subprocess.run('setsid sleep 600 >/dev/null 2>&1 & echo $!', shell=True,"
            "capture_output=True, text=True).stdout.strip()",
            timeout_s=20,
            output_bytes=1000,
        )
        seen(parent, tmp_path, "print(1)")
        [output] = shell.run_cell("print(open(f'/proc/{pid}/comm').read())", timeout_s=20, output_bytes=1000).outputs

    assert output["text"].strip() == "sleep"
