import nbformat
import pytest

from casebook.kernels.run import NotebookJob, run_notebooks

pytestmark = pytest.mark.slow


def notebook(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def test_notebooks_run_in_their_own_folders_and_give_charts_as_vega_lite(tmp_path):
    (tmp_path / "here.txt").write_text("found", encoding="utf-8")
    reads = notebook("open('here.txt').read()")
    draws = notebook("import altair as alt\nalt.Chart(alt.InlineData([{'a': 1}])).mark_bar().encode(x='a:Q')")

    runs = run_notebooks([NotebookJob(reads, tmp_path), NotebookJob(draws, tmp_path)])

    assert [run.failure for run in runs] == [None, None]
    assert reads.cells[0].outputs[0]["data"]["text/plain"] == "'found'"
    assert set(draws.cells[0].outputs[0]["data"]) == {"application/vnd.vegalite.v6+json", "text/plain"}


def test_a_run_stops_at_the_first_cell_that_fails_and_the_others_go_on(tmp_path):
    fails = notebook("1", "1 / 0", "2")
    dies = notebook("import os\nos._exit(1)")
    sound = notebook("1")

    runs = run_notebooks([NotebookJob(each, tmp_path) for each in (fails, dies, sound)])

    assert runs[0].failure is not None
    assert (runs[0].failure.index, runs[0].failure.error) == (1, "ZeroDivisionError: division by zero")
    assert fails.cells[2].outputs == []
    assert runs[1].failure is not None
    assert (runs[1].failure.index, runs[1].failure.error) == (0, "the kernel died")
    assert runs[2].failure is None


def test_a_run_leaves_no_times_in_the_notebook_so_that_caches_know_it_again(tmp_path):
    nb = notebook("1")

    run_notebooks([NotebookJob(nb, tmp_path)])

    assert nb.cells[0].metadata == {}
