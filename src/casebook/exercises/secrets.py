"""What must students not read?

Solutions, hidden tests, mark schemes, model answers, wrong and right answers with their reasons
and names, and the key of the rubric. A secret is a run of words: a line, a sentence that runs over
lines, a message put together from pieces, or several short lines in a row. Where words are too few
to be told from chance, it is an exact piece of code: ``busiest_year=2014``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from casebook.errors import CasebookError, Where
from casebook.exercises.code_secrets import is_in_code, message_texts, names_asked, names_made, parsed, typed_answers
from casebook.exercises.model import Assignment, Kind, TextCell
from casebook.exercises.notebook_text import read_notebook
from casebook.exercises.readable import compact, squeeze
from casebook.exercises.regions import RegionKind, scan
from casebook.exercises.rubric import FILE as RUBRIC
from casebook.exercises.rubric import rubric_for_students, rubric_key
from casebook.exercises.text_file import read_keys, read_utf8
from casebook.exercises.travelling import travelling

# Fewer letters and digits say too little to give an answer away, and would be found by chance:
# `total = 0`, `return result`.
SHORTEST_SECRET = 16
SHORTEST_SENTENCE = 24
# As a piece of code, with its signs: `sure=0.5`.
SHORTEST_CODE = 8
# In words.
SHORTEST_NAME = 3
# A number with so many digits does not turn up by chance.
LONG_NUMBER = re.compile(r"(?<![\w.])\d+\.\d{5,}(?![\w.])|(?<![\w.])\d{8,}(?![\w.])")
# Every notebook begins so, and the page of each table says how to read it.
BEGINNING = re.compile(r"\s*(?:(?:import|from)\s|\w+ = pd\.read_csv\([^()\s]*\)$)")
MARKERS = tuple(f"{edge} {kind}" for kind in RegionKind for edge in ("BEGIN", "END"))


@dataclass(frozen=True)
class Secret:
    """Something that students must not see.

    Parameters
    ----------
    squeezed
        Its words.
    where
        Where it stands in the instructor's text.
    exact
        Empty: the words in a row give it away. Else it must stand there so, sign by sign
        (``readable.compact``).
    what
        What it is, for messages.
    wider
        The words of it and of its neighbours, one at a time; empty: it has none, and is all there is.
    """

    squeezed: str
    where: Where
    exact: str = ""
    what: str = "A line"
    wider: tuple[str, ...] = ()


def secrets(assignment: Assignment) -> list[Secret]:
    """The secrets of an assignment that are long enough to be told from chance.

    What students see anyway is no secret: cells outside every region, the rubric's part for them, and the
    kit's modules that lie beside their notebooks.
    """
    found: dict[tuple[str, str], Secret] = {}
    given: list[str] = []
    asked: set[str] = set()
    cells = [cell for name in assignment.notebooks for cell in read_notebook(assignment.folder / f"{name}.md").cells]
    for cell in cells:
        if cell.kind is Kind.TESTS:
            asked |= names_asked(cell.source)
    # What a given cell binds is no answer: its value stands there.
    asked -= {name for cell in cells if cell.kind is Kind.READONLY for name in names_made(cell.source)}
    for cell in cells:
        for kind, lines, where in _parts(cell):
            if kind is None:
                given.append("\n".join(lines))
            else:
                _add(found, region_secrets(lines, where, code=cell.cell_type == "code", asked=asked))
    for file in sorted(assignment.folder.glob("*-answers/*.md")):
        for cell in read_notebook(file, patch=True).cells:
            if cell.cell_type == "code":
                for _, lines, where in _parts(cell):
                    _add(found, region_secrets(lines, where, code=True, asked=asked))
        _add(found, _reason(file))
    _add(found, _name_secrets(assignment))
    _add(found, _rubric_secrets(assignment))
    _add(found, _survivors(assignment))
    given.append(rubric_for_students(assignment))
    given += [module.read_text("utf-8") for module in travelling(cell.source for cell in cells)]
    words, code = [squeeze(text) for text in given], compact("\n".join(given))
    return [
        secret
        for secret in found.values()
        if (not is_in_code(secret.exact, code) if secret.exact else not any(secret.squeezed in text for text in words))
    ]


def given_texts(assignment: Assignment) -> list[str]:
    """What students are given of an assignment: its cells outside every region."""
    return [
        "\n".join(lines)
        for name in assignment.notebooks
        for cell in read_notebook(assignment.folder / f"{name}.md").cells
        for kind, lines, _ in _parts(cell)
        if kind is None
    ]


def region_secrets(
    lines: Iterable[str], where: Where, *, code: bool, asked: Iterable[str] = (), messages: bool = True
) -> list[Secret]:
    """The secrets in some lines that stand together.

    Parameters
    ----------
    lines, where
        The lines, and where the first of them stands.
    code
        They are code; else they are prose.
    asked
        Names whose value is an answer.
    messages
        Whether the texts of messages in the code are secret too.
    """
    listed = list(lines)
    places = [replace(where, line=None if where.line is None else where.line + number) for number in range(len(listed))]
    found = list(_line_secrets(list(zip(listed, places, strict=True)), code=code))
    if not code:
        return [*found, *_sentence_secrets(listed, places)]
    tree = parsed("\n".join(listed))
    texts = [] if tree is None else list(message_texts(tree))
    if messages:
        found += [
            Secret(words, places[min(line, len(places)) - 1], what="A text")
            for line, text in texts
            if len(words := squeeze(text)) >= SHORTEST_SECRET
        ]
    else:
        said = [squeeze(text) for _, text in texts]
        found = [secret for secret in found if not any(secret.squeezed in text for text in said)]
    found += [
        Secret(squeeze(exact), places[min(line, len(places)) - 1], exact, "The value of an answer")
        for line, exact in (() if tree is None else typed_answers(tree, set(asked)))
        if len(exact) >= SHORTEST_CODE
    ]
    found += [
        Secret(squeeze(number), place, number, "A number")
        for line, place in zip(listed, places, strict=True)
        for number in LONG_NUMBER.findall(line)
    ]
    return found


def less_known(guarded: Iterable[Secret], known: Collection[Secret]) -> list[Secret]:
    """The secrets without those that readers know from elsewhere, such as ``alt.Chart(table).mark_bar()``.

    A line of the book or a figure of a table gives nothing away; together with the line before it or
    after it, it does. What has no such neighbour stays secret as it is.
    """
    return [
        each
        for secret in guarded
        for each in (
            [replace(secret, squeezed=pair, wider=()) for pair in secret.wider]
            if secret in known and secret.wider
            else [secret]
        )
    ]


def marker_secrets() -> list[Secret]:
    """The markers: where one of them stands, a region was not taken out."""
    return [Secret(squeeze(marker), Where("the instructor's text"), marker.lower(), "A marker") for marker in MARKERS]


def _add(found: dict[tuple[str, str], Secret], more: Iterable[Secret]) -> None:
    for secret in more:
        if secret.squeezed.strip():
            found.setdefault((secret.squeezed, secret.exact), secret)


def _parts(cell: TextCell) -> Iterator[tuple[RegionKind | None, tuple[str, ...], Where]]:
    """Each part of a cell without its markers: what it is, its lines, where the first one stands."""
    number = cell.where.line or 1
    for part in scan(cell.source, cell.where):
        yield part.kind, part.lines, replace(cell.where, line=number + (part.begin is not None))
        number += len(part.all_lines)


def _line_secrets(lines: list[tuple[str, Where]], *, code: bool) -> Iterator[Secret]:
    # What every notebook begins with is no answer.
    said = [(line, place) for line, place in lines if squeeze(line).strip() and not (code and BEGINNING.match(line))]
    wider = _with_neighbours([line for line, _ in said])
    run: list[tuple[str, Where]] = []
    for (line, place), pairs in zip([*said, ("x" * SHORTEST_SECRET, Where(""))], [*wider, ()], strict=True):
        words = squeeze(line)
        if len(words) < SHORTEST_SECRET:
            run.append((line, place))
            continue
        together = squeeze("\n".join(short for short, _ in run))
        if len(run) > 1 and len(together) >= SHORTEST_SECRET:
            yield Secret(together, run[0][1], what="A run of short lines")
        # A single short line inside longer ones says little; if it is all there is, it is the answer.
        elif code and run and len(run) == len(said):
            exact = compact("\n".join(short for short, _ in run))
            if len(exact) >= SHORTEST_CODE:
                yield Secret(together, run[0][1], exact)
        run = []
        if place.file:
            yield Secret(words, place, wider=pairs)


def _sentence_secrets(lines: list[str], places: list[Where]) -> Iterator[Secret]:
    """Sentences and table cells, each with the line that its paragraph begins on."""
    paragraph: list[str] = []
    start = 0
    for number, line in enumerate([*lines, ""]):
        if line.strip():
            start = start if paragraph else number
            paragraph.append(line)
            continue
        sentences = re.split(r"(?<=[.!?;:])\s+|\|", " ".join(paragraph))
        for sentence, pairs in zip(sentences, _with_neighbours(sentences), strict=True):
            words = squeeze(sentence)
            if len(words) >= SHORTEST_SENTENCE:
                yield Secret(words, places[start], what="A sentence", wider=pairs)
        paragraph = []


def _with_neighbours(texts: list[str]) -> list[tuple[str, ...]]:
    """For each text the words of it and of the one before, and of it and of the one after."""
    pairs = [squeeze(f"{one}\n{next_one}") for one, next_one in pairwise(texts)]
    return [
        tuple(pair for pair in (*pairs[max(place - 1, 0) : place], *pairs[place : place + 1]) if pair != squeeze(text))
        for place, text in enumerate(texts)
    ]


def answer_names(assignment: Assignment) -> dict[str, Where]:
    """Names of the files of wrong and right answers, without ending; each tells a mistake or a way."""
    return {file.stem.casefold(): Where(file) for file in sorted(assignment.folder.glob("*-answers/*.md"))}


def _name_secrets(assignment: Assignment) -> list[Secret]:
    # Of two words or one, a name could as well be the anchor of a heading.
    return [
        Secret(squeeze(stem), where, compact(stem), "The name")
        for stem, where in answer_names(assignment).items()
        if stem.count("-") >= SHORTEST_NAME - 1
    ]


def _reason(file: Path) -> list[Secret]:
    parts = read_utf8(file).split("---\n", 2)
    try:
        keys = read_keys(parts[1], file) if len(parts) > 1 else None
    except CasebookError:
        # Whoever reads the answers says what is wrong with them.
        return []
    words = squeeze(str((keys or {}).get("reason") or ""))
    return (
        [Secret(words, Where(file, 2), what="The reason", wider=(squeeze(f"{file.stem} {words}"),))]
        if len(words) >= SHORTEST_SENTENCE
        else []
    )


def _rubric_secrets(assignment: Assignment) -> list[Secret]:
    file = assignment.folder / RUBRIC
    found: list[Secret] = []
    run: list[tuple[int, str]] = []
    public = [
        squeeze(rubric_for_students(replace(assignment, folder=other.parent)))
        for other in sorted(assignment.folder.parent.glob(f"*/{RUBRIC}"))
    ]
    # The part for students stands between two parts of the key, which are not one text.
    for number, line in [*rubric_key(assignment), (-1, "")]:
        if run and number != run[-1][0] + 1:
            found += region_secrets([line for _, line in run], Where(file, run[0][0]), code=False)
            run = []
        run.append((number, line))
    # What a rubric tells students, of this assignment or another, this one may also say to the person who marks.
    return [secret for secret in found if not any(secret.squeezed in text for text in public)]


def _survivors(assignment: Assignment) -> list[Secret]:
    """Which mutants the tests let live, and why: a way round them."""
    texts = [text for entry in assignment.survivors.items() for text in entry]
    return [
        Secret(words, Where(assignment.file), what="A note on survivors")
        for text in texts
        if len(words := squeeze(text)) >= SHORTEST_SENTENCE
    ]
