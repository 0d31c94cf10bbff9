import os
import time

import nbformat
import pytest

from casebook.kernels.forked import CAN_FORK, warm_parent
from casebook.kernels.functions import FunctionTable
from casebook.kernels.plain_values import decode, encode
from casebook.kernels.shells import CannotBindError, Shell

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


def test_cells_share_their_names_and_are_counted_but_empty_ones_are_not(shell):
    runs = [run(shell, source) for source in ("x = 20", "  \n", "x + 1")]

    assert [(each.status, each.execution_count) for each in runs] == [("ok", 1), ("ok", None), ("ok", 2)]
    assert runs[2].outputs == [
        {"output_type": "execute_result", "execution_count": 2, "data": {"text/plain": "21"}, "metadata": {}}
    ]


def test_after_an_error_the_next_cell_runs(shell):
    failed = run(shell, "x = 1\n1 / 0")

    assert (failed.status, failed.execution_count, errors(failed)) == ("error", 1, ["ZeroDivisionError"])
    assert run(shell, "x").status == "ok"


def test_charts_come_as_vega_lite_however_large(shell):
    ran = run(
        shell,
        "import altair as alt, pandas as pd\nalt.Chart(pd.DataFrame({'a': range(6000)})).mark_point().encode(x='a')",
        output_bytes=1_000_000,
    )

    assert ran.status == "ok"
    assert set(ran.outputs[0]["data"]) == {"application/vnd.vegalite.v6+json", "text/plain"}


def test_a_later_cell_updates_what_an_earlier_one_showed(shell):
    first = run(shell, "shown = display('old', display_id=True)")
    second = run(shell, "shown.update('new')")

    assert first.outputs[0]["data"] == {"text/plain": "'new'"}
    assert second.outputs == []


def test_what_a_program_prints_stands_where_it_ran(shell):
    ran = run(
        shell,
        "import os, subprocess\n"
        "print('1'); os.system('echo 2; echo e >&2'); print('3'); subprocess.run(['echo', '4']); os.write(1, b'5\\n')\n"
        "display('shown'); print('6')",
    )

    assert [each.get("text") or each["data"]["text/plain"] for each in ran.outputs] == [
        "1\n2\n3\n4\n5\n",
        "e\n",
        "'shown'",
        "6\n",
    ]


def test_a_program_that_prints_more_than_a_pipe_holds_does_not_wait_for_ever(shell):
    assert (
        len(printed(run(shell, "import os\nos.system('head -c 200000 /dev/zero')", output_bytes=1_000_000))) == 200_000
    )


def test_text_that_is_no_text_is_printed_all_the_same(shell):
    assert printed(run(shell, "print('a\\ud800b')\nimport os\nos.write(1, b'\\xff'); None")) == "a?b\n\ufffd"


def test_what_a_cell_started_in_the_loop_goes_on_in_the_next(shell):
    run(shell, "import asyncio\ntask = asyncio.create_task(asyncio.sleep(0.01, 'done'))")

    assert run(shell, "await task").outputs[0]["data"] == {"text/plain": "'done'"}


def test_values_are_given_by_name_as_plain_data(shell):
    run(shell, "import pandas as pd\na = {'x': (1, 2.5)}\nb = pd.DataFrame({'n': [1]})\nc = (i for i in 'x')")

    answers = shell.answers(["a", "b", "c", "d"], timeout_s=5)

    assert decode(answers["a"]["value"]) == {"x": (1, 2.5)}
    assert decode(answers["b"]["value"]).equals(__import__("pandas").DataFrame({"n": [1]}))
    assert "generator" in answers["c"]["cannot"]
    assert "d" not in answers


def test_names_are_bound_and_unbound(shell):
    run(shell, "old = 1")
    shell.bind({"x": encode({"k": [1, 2]}), "y": encode(3)}, unbind=["old", "never"])

    assert run(shell, "x['k'][1] + y").outputs[0]["data"] == {"text/plain": "5"}
    assert errors(run(shell, "old")) == ["NameError"]


def test_values_that_are_no_plain_data_bind_nothing(shell):
    with pytest.raises(CannotBindError):
        shell.bind({"x": encode(3), "y": {"kind": "no such kind"}})

    assert errors(run(shell, "x")) == ["NameError"]


def test_a_function_of_one_notebook_is_called_from_another(parent, shell, tmp_path):
    with Shell(parent, tmp_path, dict(os.environ)) as student:
        run(student, "total = 0\ndef add(n, by=1):\n    global total\n    total += n * by\n    return total")
        shell.bind({name: each["value"] for name, each in student.answers(["add"], timeout_s=5).items()})

        ran = run(shell, "add(2), add(3, by=10)", answer=lambda question: student.call(question, timeout_s=5))
        refused = run(shell, "add(1)")

    assert ran.outputs[0]["data"] == {"text/plain": "(2, 32)"}
    assert errors(refused) == ["RuntimeError"]


def test_a_function_that_does_not_return_is_an_error_where_it_was_called(parent, shell, tmp_path):
    with Shell(parent, tmp_path, dict(os.environ)) as student:
        run(student, "def forever():\n    while True: pass\ndef dies():\n    import os; os._exit(1)")
        shell.bind({name: each["value"] for name, each in student.answers(["forever", "dies"], timeout_s=5).items()})

        late = run(shell, "forever()", answer=lambda question: student.call(question, timeout_s=0.3))
        died = run(shell, "dies()", answer=lambda question: student.call(question, timeout_s=5))

    assert errors(late) == ["TimeoutError"]
    assert errors(died) == ["RuntimeError"]
    assert "ended" in died.outputs[0]["evalue"]
    assert run(shell, "1").status == "ok"


def test_a_cell_that_waits_for_an_answer_can_be_interrupted(shell):
    shell.bind({"ask": encode(len, functions=FunctionTable())})

    def slowly(question):
        time.sleep(1)
        return {"value": 1, "printed": "", "warned": "", "changed": []}

    ran = run(shell, "import time\nask([])\ntime.sleep(60)", timeout_s=0.3, answer=slowly)

    assert errors(ran) == ["KeyboardInterrupt", "CellTimeoutError"]
    assert run(shell, "1").status == "ok"


def test_an_answer_that_fails_in_our_own_process_is_raised_there_and_ends_the_shell(shell):
    shell.bind({"ask": encode(len, functions=FunctionTable())})

    def broken(question):
        raise KeyError(question["function"])

    with pytest.raises(KeyError):
        run(shell, "ask([])", answer=broken)
    assert run(shell, "1").status == "died"


def test_a_value_that_takes_for_ever_to_read_is_no_answer(shell):
    # What reads them is student's code by now.
    run(
        shell,
        "import casebook.kernels.shell_values as values\ndef encode(*_, **__):\n    while True: pass\nvalues.encode = encode",
    )
    run(shell, "x = 1")

    assert "longer than 0.3 seconds" in shell.answers(["x"], timeout_s=0.3)["x"]["cannot"]
