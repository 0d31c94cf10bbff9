"""What does a directive say to a reader whose notebook knows no directives?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml
from markdown_it import MarkdownIt

from casebook.site.markdown_words import as_words, link_to, table_of
from casebook.site.plain_model import Numbering, Surroundings, target_of

_ADMONITIONS = {
    *("admonition", "attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip"),
    *("warning", "topic", "sidebar", "margin", "versionadded", "versionchanged", "deprecated"),
}
_FOLDED = {"dropdown", "toggle"}
# Made by the site for the site.
_LEFT_OUT = {
    *("bibliography", "contents", "footbibliography", "index", "meta", "only", "raw", "tableofcontents", "toctree"),
    *("highlight", "currentmodule", "default-domain", "title", "sectionauthor", "codeauthor"),
}
_CODE = {"code", "code-block", "sourcecode", "code-cell", "literalinclude", "parsed-literal", "mermaid", "eval-rst"}
_QUOTES = {"epigraph", "pull-quote", "highlights"}
_WORDS = {"seealso": "See also"}
_OPTION = re.compile(r":(?P<name>[\w-]+):(?:\s+(?P<value>.*))?")


@dataclass(frozen=True)
class Directive:
    """A directive as written.

    Parameters
    ----------
    argument
        What stands behind its name.
    options
        Values as text.
    body
        The rest, with no blank line before or after it.
    """

    name: str
    argument: str
    options: Mapping[str, str]
    body: str

    @property
    def classes(self) -> set[str]:
        """The classes its author gave it."""
        return set(self.options.get("class", "").split())

    def named(self, names: Sequence[str]) -> Directive:
        """The same with a name that the lines before it give."""
        if not names or "name" in self.options:
            return self
        return replace(self, options={**self.options, "name": names[-1]})


@dataclass(frozen=True)
class Reader:
    """How what stands inside a directive is turned into plain Markdown.

    Parameters
    ----------
    blocks, line
        Do it for a text of many lines; for one line.
    code
        What is done to code.
    """

    blocks: Callable[[str], str]
    line: Callable[[str], str]
    code: Callable[[str], str]
    around: Surroundings
    numbering: Numbering


def read_directive(name: str, argument: str, content: str) -> Directive:
    """Part the options from the body of a directive."""
    lines = content.split("\n")
    options: dict[str, str] = {}
    if lines and lines[0].strip() == "---":
        end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() == "---"), len(lines))
        options = _yaml_options("\n".join(lines[1:end]))
        lines = lines[end + 1 :]
    else:
        while lines and (match := _OPTION.fullmatch(lines[0].rstrip())):
            options[match["name"]] = (match["value"] or "").strip()
            lines = lines[1:]
    return Directive(name, argument.strip(), options, "\n".join(lines).strip("\n").rstrip())


def directive_as_markdown(directive: Directive, reader: Reader) -> str:
    """A directive as plain Markdown; one that nobody knows leaves its title and its body."""
    name = directive.name.rsplit(":", 1)[-1]
    if name in _LEFT_OUT:
        return ""
    if name in _FOLDED or "dropdown" in directive.classes:
        return _folded(directive, reader)
    if name in _ADMONITIONS:
        return _quoted(_titled(directive, reader, _WORDS.get(name, name.capitalize())))
    if name in _CODE:
        return fenced(reader.code(directive.body), _language(directive))
    if name in _QUOTES:
        return _quoted(reader.blocks(directive.body))
    return _SPECIAL.get(name, _plain_container)(directive, reader)


def fenced(code: str, language: str) -> str:
    """A block of code, whatever fences it holds."""
    longest = max((len(run) for run in re.findall(r"^\s*(`{3,})", code, re.MULTILINE)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _yaml_options(text: str) -> dict[str, str]:
    try:
        options: Any = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return {str(name): str(value) for name, value in options.items()} if isinstance(options, dict) else {}


def _language(directive: Directive) -> str:
    if directive.name in {"code-cell", "literalinclude"}:
        return "python"
    return directive.argument.split(" ")[0] if directive.name in {"code", "code-block", "sourcecode"} else ""


def _titled(directive: Directive, reader: Reader, usual: str) -> str:
    """Title and body; of directives whose title is fixed, an argument is the body's first line."""
    if directive.name in {"admonition", "topic", "sidebar", "versionadded", "versionchanged", "deprecated"}:
        title, body = reader.line(directive.argument) or usual, directive.body
    else:
        title, body = usual, f"{directive.argument}\n{directive.body}".strip()
    return f"**{title}**\n\n{reader.blocks(body)}".rstrip()


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _folded(directive: Directive, reader: Reader) -> str:
    """What is hidden until it is clicked: HTML, which JupyterLab, VS Code and Colab all know."""
    title = reader.line(directive.argument) or ("Answer" if directive.name == "solution" else "Show")
    summary = MarkdownIt().renderInline(title)
    # The blank lines make what stands between them Markdown again.
    return f"<details>\n<summary>{summary}</summary>\n\n{reader.blocks(directive.body)}\n\n</details>"


def _plain_container(directive: Directive, reader: Reader) -> str:
    title = reader.line(directive.argument)
    return "\n\n".join(part for part in (f"**{title}**" if title else "", reader.blocks(directive.body)) if part)


def _without_title(directive: Directive, reader: Reader) -> str:
    """Only the body: the argument of a grid is a number of columns, that of a container a class."""
    return reader.blocks(directive.body)


def _card(directive: Directive, reader: Reader) -> str:
    target = directive.options.get("link")
    body = "\n".join(line for line in directive.body.split("\n") if line.strip() not in {"^^^", "+++"})
    title = reader.line(directive.argument)
    found = target_of(target, reader.around, reader.numbering.labels) if target else None
    if found is not None and found.address is not None:
        title = link_to(found.address, title or as_words(found.words))
    return "\n\n".join(part for part in (f"**{title}**" if title else "", reader.blocks(body)) if part)


def _picture(directive: Directive, reader: Reader) -> str:
    target = target_of(directive.argument, reader.around, {})
    alt = as_words(directive.options.get("alt", ""))
    return f"!{link_to(target.address, alt)}" if target.address else f"*(Picture: {alt or as_words(target.words)})*"


def _figure(directive: Directive, reader: Reader) -> str:
    name = reader.numbering.number("Figure", directive.options.get("name"))
    caption = reader.blocks(directive.body)
    return f"{_picture(directive, reader)}\n\n**{name}.** {caption}".rstrip()


def _glossary(directive: Directive, reader: Reader) -> str:
    """Terms at the margin, what they mean indented below them."""
    entries: list[tuple[list[str], list[str]]] = []
    for line in directive.body.split("\n"):
        if line.strip() and not line.startswith(" "):
            if not entries or entries[-1][1]:
                entries.append(([], []))
            # Behind " : " stands a key for sorting.
            entries[-1][0].append(line.split(" : ")[0].strip())
        elif entries:
            entries[-1][1].append(line.strip())
    return "\n".join(
        f"- **{', '.join(map(reader.line, terms))}**: {reader.line(' '.join(meaning))}" for terms, meaning in entries
    )


def _formula(directive: Directive, reader: Reader) -> str:
    label = directive.options.get("label") or directive.options.get("name")
    formula = "\n".join(part for part in (directive.argument, directive.body) if part)
    return formula_as_markdown(formula, label, reader.numbering)


def formula_as_markdown(formula: str, label: str | None, numbering: Numbering) -> str:
    """A formula on lines of its own, with its number if it has a label."""
    tag = f" \\tag{{{numbering.number('Equation', label).rsplit(' ', 1)[-1]}}}" if label else ""
    return f"$$\n{formula.strip()}{tag}\n$$"


def _link(directive: Directive, reader: Reader) -> str:
    target = target_of(directive.argument, reader.around, reader.numbering.labels)
    words = reader.line(directive.body) or as_words(target.words)
    return link_to(target.address, words) if target.address else words


def _film(directive: Directive, reader: Reader) -> str:
    words = directive.options.get("alt") or directive.options.get("title") or directive.argument
    return link_to(directive.argument, reader.line(words))


def _table(directive: Directive, reader: Reader) -> str:
    return _with_caption(directive, reader, reader.blocks(directive.body))


def _list_table(directive: Directive, reader: Reader) -> str:
    """A table written as a list of lists: ``* - cell``, then ``  - cell``."""
    rows: list[list[str]] = []
    for line in directive.body.split("\n"):
        match = re.match(r"(?P<row>[*-] +)?(?P<indent> *)[-*](?: +(?P<cell>.*))?$", line)
        if match and (match["row"] or (rows and len(match["indent"]) <= len("  "))):
            if match["row"]:
                rows.append([])
            rows[-1].append(match["cell"] or "")
        elif rows and rows[-1] and line.strip():
            rows[-1][-1] = f"{rows[-1][-1]} {line.strip()}".strip()
    return _with_caption(directive, reader, _rows_as_table(directive, [[reader.line(c) for c in row] for row in rows]))


def _csv_table(directive: Directive, reader: Reader) -> str:
    rows = [[reader.line(cell.strip()) for cell in row] for row in csv.reader(io.StringIO(directive.body)) if row]
    header = directive.options.get("header")
    if header:
        rows.insert(0, [reader.line(cell.strip()) for cell in next(csv.reader([header]))])
    return _with_caption(directive, reader, _rows_as_table(directive, rows, header=bool(header)))


def _rows_as_table(directive: Directive, rows: list[list[str]], *, header: bool = False) -> str:
    width = max(map(len, rows), default=0)
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    if header or directive.options.get("header-rows", "0") != "0":
        return table_of(full[0], full[1:]) if full else ""
    return table_of([""] * width, full) if full else ""


def _with_caption(directive: Directive, reader: Reader, table: str) -> str:
    if not directive.argument:
        return table
    name = reader.numbering.number("Table", directive.options.get("name"))
    return f"**{name}.** {reader.line(directive.argument)}\n\n{table}"


_SPECIAL: dict[str, Callable[[Directive, Reader], str]] = {
    "figure": _figure,
    "figure-md": _figure,
    "image": _picture,
    "glossary": _glossary,
    "math": _formula,
    "button-link": _link,
    "button-ref": _link,
    "youtube": _film,
    "video": _film,
    "iframe": _film,
    "table": _table,
    "list-table": _list_table,
    "csv-table": _csv_table,
    "card": _card,
    "grid-item-card": _card,
    **dict.fromkeys(
        ("grid", "grid-item", "tab-set", "card-carousel", "container", "div", "aside", "div-break"), _without_title
    ),
}
