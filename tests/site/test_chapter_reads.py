"""What was read of chapters in one build serves the next."""

import pytest
from myst_parser.config.main import MdParserConfig

from casebook.errors import CasebookError
from casebook.site import chapter_reads
from casebook.site.chapter_reads import ChapterReads
from casebook.site.text_chapter import read_chapter

CONFIG = MdParserConfig()
PAGE = "chapters/01-parcels/chapter"
HEAD = (
    "---\njupytext:\n  text_representation: {extension: .md, format_name: myst}\nkernelspec: {name: python3}\n---\n\n"
)
CELL = "```{code-cell} ipython3\n---\ntags: [hide-input]\nmystnb: {figure: {name: fig-a, caption: 'A. Source: B.'}}\n---\n1 + 1\n```\n"


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "chapter.md"
    file.write_text(f"{HEAD}# Parcels\n\n{CELL}", encoding="utf-8")
    return file


def read(tmp_path, file):
    reads = ChapterReads(tmp_path / "record.json", CONFIG)
    chapter = reads.read(PAGE, file)
    reads.remember()
    return chapter


def test_a_chapter_comes_back_as_it_was_read(tmp_path, file):
    first = read(tmp_path, file)

    assert first == read_chapter(PAGE, file, CONFIG)
    assert read(tmp_path, file) == first


def test_only_a_changed_chapter_is_read_again(tmp_path, file, monkeypatch):
    read(tmp_path, file)
    with monkeypatch.context() as patch:
        patch.setattr(chapter_reads, "read_chapter", None)
        assert read(tmp_path, file).cells[-1].figure_name == "fig-a"
    file.write_text(file.read_text(encoding="utf-8").replace("1 + 1", "2 + 2"), encoding="utf-8")

    assert read(tmp_path, file).cells[-1].source == "2 + 2"


def test_a_page_without_cells_is_remembered_as_such(tmp_path, file):
    file.write_text("# Words\n", encoding="utf-8")

    assert read(tmp_path, file) is None
    assert read(tmp_path, file) is None


def test_a_fault_is_told_each_time(tmp_path, file):
    file.write_text(file.read_text(encoding="utf-8").replace("[hide-input]", "[hide-input"), encoding="utf-8")

    for _ in range(2):
        with pytest.raises(CasebookError):
            read(tmp_path, file)
