import os
import signal
import time
from pathlib import Path

import nbformat
import pytest

from casebook.kernels.forked import CAN_FORK, warm_parent
from casebook.kernels.shells import NeedsKernelError, Shell, ShellEndedError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CAN_FORK, reason="no fork here")]


@pytest.fixture(scope="module")
def parent():
    with warm_parent() as parent:
        yield parent


@pytest.fixture
def shell(parent, tmp_path):
    with Shell(parent, tmp_path, dict(os.environ)) as shell:
        yield shell


def run(shell, source, *, timeout_s=20, output_bytes=100_000, answer=None):
    ran = shell.run_cell(source, timeout_s=timeout_s, output_bytes=output_bytes, answer=answer)
    for output in ran.outputs:
        nbformat.validate(nbformat.from_dict(output), ref="output", version=4)
    return ran


def printed(ran):
    return "".join(each["text"] for each in ran.outputs if each["output_type"] == "stream")


def errors(ran):
    return [each["ename"] for each in ran.outputs if each["output_type"] == "error"]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("while True: pass", "KeyboardInterrupt"),
        ("import time\ntime.sleep(60)", "KeyboardInterrupt"),
        ("import asyncio\nawait asyncio.sleep(60)", "CancelledError"),
        ("import asyncio\nawait asyncio.sleep(0)\nwhile True: pass", "KeyboardInterrupt"),
        ("import subprocess\nsubprocess.run(['sleep', '60'])", "KeyboardInterrupt"),
        ("while True: print('x')", "KeyboardInterrupt"),
        ("while True: display('x')", "KeyboardInterrupt"),
        ("import sys\nwhile True: sys.stdout.flush()", "KeyboardInterrupt"),
    ],
)
def test_a_cell_that_runs_too_long_is_interrupted_and_the_next_one_runs(shell, source, error):
    ran = run(shell, source, timeout_s=0.5)

    assert ran.status == "timeout"
    assert errors(ran) == [error, "CellTimeoutError"]
    assert 0.5 <= ran.seconds < 4
    assert run(shell, "6 * 7").outputs[0]["data"] == {"text/plain": "42"}


def test_the_error_of_a_cell_that_ran_too_long_is_in_nbgraders_words(shell):
    assert run(shell, "while True: pass", timeout_s=0.2).outputs[-1] == {
        "output_type": "error",
        "ename": "CellTimeoutError",
        "evalue": "",
        "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
    }


def test_a_cell_that_swallows_the_interrupt_but_ends_has_run_too_long(shell):
    ran = run(shell, "import time\ntry:\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('no')", timeout_s=0.3)

    assert (ran.status, printed(ran), errors(ran)) == ("timeout", "no\n", ["CellTimeoutError"])


@pytest.mark.parametrize(
    "source",
    [
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except KeyboardInterrupt:\n        print('no')",
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)",
    ],
)
def test_a_cell_that_does_not_stop_is_ended_with_its_process(shell, source):
    ran = run(shell, source, timeout_s=0.3)

    assert ran.status == "died"
    assert ran.outputs[-1]["evalue"] == (
        "The process ended in cell 1: It did not stop within 5 seconds of being interrupted."
    )


@pytest.mark.parametrize(
    "source",
    [
        "print('x' * 50_000_000)",
        "for i in range(200_000): print(i)",
        "import os\nos.system('yes | head -c 3000000')",
        "for i in range(2000): display('x' * 100)",
        "import sys\nprint('é' * 100_000, file=sys.stderr)",
    ],
)
def test_output_beyond_the_limit_is_left_out_and_said_so(shell, source):
    ran = run(shell, source, output_bytes=20_000)

    assert ran.status == "ok"
    assert len(str(ran.outputs).encode()) < 60_000
    assert "gave more than 20,000 bytes of output; the rest is left out" in printed(ran)


def test_what_decides_about_points_is_kept_beyond_the_limit(shell):
    noise = "import sys\nprint('x' * 50_000)\nprint('e', file=sys.stderr)\n"

    gave = run(shell, noise + "0.5", output_bytes=20_000)
    raised = run(shell, noise + "raise ValueError('y' * 1_000_000)", output_bytes=20_000)

    assert gave.outputs[-1]["data"] == {"text/plain": "0.5"}
    assert {each.get("name") for each in gave.outputs} == {"stdout", "stderr", None}
    assert errors(raised) == ["ValueError"]
    assert len(str(raised.outputs)) < 200_000


def test_a_progress_display_that_clears_itself_is_never_too_much(shell):
    ran = run(
        shell,
        "from IPython.display import clear_output\n"
        "for i in range(300):\n    clear_output(wait=True); print('x' * 1000, i)",
        output_bytes=20_000,
    )

    assert printed(ran) == "x" * 1000 + " 299\n"


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("import os\nprint('before')\nos._exit(3)", "It ended itself, with exit status 3."),
        (
            "import os, signal\nprint('before')\nos.kill(os.getpid(), signal.SIGKILL)",
            "It was ended by SIGKILL, perhaps for want of memory.",
        ),
        ("import ctypes\nprint('before')\nctypes.string_at(0)", "It was ended by SIGSEGV."),
        ("import os\nprint('before')\nos.closerange(3, 50)", "It ended itself, with exit status 1."),
    ],
)
def test_a_process_that_ends_is_told_of_with_what_it_had_printed(shell, source, how):
    run(shell, "1")
    ran = run(shell, source)
    after = run(shell, "1")

    assert ran.status == after.status == "died"
    assert printed(ran) == "before\n"
    assert ran.outputs[-1]["ename"] == "DeadKernelError"
    assert ran.outputs[-1]["evalue"] == after.outputs[-1]["evalue"] == f"The process ended in cell 2: {how}"
    with pytest.raises(ShellEndedError, match="in cell 2"):
        shell.answers(["x"], timeout_s=1)


def test_a_process_that_ends_when_its_time_is_over_is_told_of(parent, tmp_path):
    # Whichever comes first: its end, the limit, or the interrupt.
    for pause in (0.099, 0.1, 0.101, 0.103):
        for _ in range(5):
            with Shell(parent, tmp_path, dict(os.environ)) as shell:
                run(shell, "import os, time")
                ran = run(shell, f"time.sleep({pause})\nos._exit(7)", timeout_s=0.1)
                assert (ran.status, ran.execution_count) in {("died", None), ("timeout", 2)}
                assert (run(shell, "1").status == "ok") is (ran.status == "timeout")


def test_exit_ends_the_notebook_after_its_cell_as_in_a_kernel(shell):
    ran = run(shell, "print('last')\nexit()")

    assert (ran.status, printed(ran)) == ("ok", "last\n")
    assert run(shell, "1").outputs[-1]["evalue"] == "The process ended in cell 1: It called exit() or quit()."


def test_sys_exit_is_an_error_and_no_end(shell):
    assert errors(run(shell, "import sys\nsys.exit(1)")) == ["SystemExit"]
    assert run(shell, "1").status == "ok"


FIND = """
import os, socket, stat
mine = []
for fd in range(3, 50):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): mine.append(fd)
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    "junk",
    [
        "b'junk' * 10",
        "b'\\xff' * 1_000_000",
        "b'\\0\\0\\0\\2[]'",
        '(lambda text: len(text).to_bytes(4, \'big\') + text)(b\'{"is": "display_data", "content": 3}\')',
        '(lambda text: len(text).to_bytes(4, \'big\') + text)(b\'{"is": "done", "id": 99}\')',
        "(lambda text: len(text).to_bytes(4, 'big') + text)(b'[' * 50_000)",
    ],
)
def test_nonsense_on_the_connection_ends_the_shell(shell, junk):
    ran = run(shell, f"{FIND}\nfor fd in mine: os.write(fd, {junk})\nimport time; time.sleep(60)", timeout_s=5)

    assert ran.status == "died"
    assert "It sent what no notebook sends" in ran.outputs[-1]["evalue"]
    assert ran.seconds < 5


def test_a_message_that_is_announced_and_never_comes_ends_with_the_time_limit(shell):
    ran = run(shell, f"{FIND}\nfor fd in mine: os.write(fd, (50_000).to_bytes(4, 'big'))", timeout_s=0.5)

    assert ran.status == "died"


def test_a_fork_that_comes_out_of_a_cell_does_not_speak_for_the_notebook(shell):
    ran = run(shell, "import os\nchild = os.fork()\nif child:\n    os.waitpid(child, 0)\nprint(bool(child))")

    assert ran.status == "ok"
    assert sorted(printed(ran).split()) == ["False", "True"]
    assert run(shell, "1").execution_count == 2


def test_a_folder_that_is_not_there_is_told_at_once(parent, tmp_path):
    with pytest.raises(NotADirectoryError):
        Shell(parent, tmp_path / "nowhere", {})


@pytest.mark.parametrize(
    "source",
    [
        "import comm\ncomm.create_comm(target_name='x')",
        "from comm import create_comm\ncreate_comm(target_name='x')",
        "import ipywidgets\nipywidgets.IntSlider()",
        "get_ipython().kernel",
        "%gui tk",
    ],
)
def test_what_only_a_kernel_has_is_said_to_need_one(shell, source):
    with pytest.raises(NeedsKernelError):
        run(shell, source)
    assert run(shell, "1").status == "died"


def test_a_shell_ends_with_all_that_it_started(parent, tmp_path):
    with Shell(parent, tmp_path, dict(os.environ)) as shell:
        pids = printed(
            run(
                shell,
                "import os, subprocess\nprint(os.getpid())\n"
                "print(subprocess.Popen(['sleep', '600']).pid)\n"
                "print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)\n"
                "print(subprocess.run('setsid sleep 600 >/dev/null 2>&1 & echo $!', shell=True, capture_output=True, text=True).stdout)",
            )
        )
    give_up = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids.split()) and time.monotonic() < give_up:
        time.sleep(0.02)

    assert len(pids.split()) == 4
    assert [pid for pid in pids.split() if Path(f"/proc/{pid}").exists()] == []


def test_a_shell_whose_parent_is_killed_ends(tmp_path):
    with warm_parent() as own, Shell(own, tmp_path, dict(os.environ)) as shell:
        os.kill(own.process.pid, signal.SIGKILL)
        ran = run(shell, "import time\ntime.sleep(60)", timeout_s=30)

    assert ran.status == "died"
    assert ran.seconds < 10
