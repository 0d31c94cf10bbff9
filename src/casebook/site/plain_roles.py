"""What does a role say to a reader whose notebook knows no roles?"""

from __future__ import annotations

import re
from collections.abc import Callable

from casebook.site.markdown_words import as_code, as_words, link_to
from casebook.site.plain_model import Numbering, Surroundings, target_of

_TITLED = re.compile(r"(?P<words>.*?)\s*<(?P<target>[^<>]+)>\s*", re.DOTALL)
_CODE = {"code", "samp", "file", "kbd", "program", "option", "command", "envvar", "makevar", "regexp", "mimetype"}
# Pictures in a font that a notebook does not have.
_ICONS = {"octicon", "far", "fas", "fab", "fa"}
_REFERENCES = {"ref", "doc", "any", "numref", "eq", "download", "external", "target", "keyword", "term", "button-ref"}


def role_as_markdown(name: str, content: str, around: Surroundings, numbering: Numbering) -> str:
    """A role as plain Markdown; one that nobody knows leaves its words.

    Parameters
    ----------
    name
        With its parts, such as ``cite:t``.
    content
        What stands between the backticks.
    around, numbering
        What the chapter refers to. Works that the role cites are noted as cited.
    """
    family, _, kind = name.partition(":")
    if family in {"cite", "footcite"}:
        return _citation(kind, content, around, numbering)
    if name.startswith("bdg"):
        return f"**{as_words(content)}**"
    if family in _ICONS or name.startswith("material-"):
        return ""
    last = name.rsplit(":", 1)[-1]
    if last in _REFERENCES:
        return _reference(last, content, around, numbering)
    return _SIMPLE.get(last, as_words)(content)


def _citation(kind: str, content: str, around: Surroundings, numbering: Numbering) -> str:
    keys = [key.strip() for key in content.split(",") if key.strip()]
    numbering.cited += keys
    citations = around.citations
    if kind.startswith("t"):
        return citations.in_sentence(keys)
    if kind.startswith("author"):
        return citations.authors(keys)
    return citations.years(keys) if kind.startswith("year") else citations.in_brackets(keys)


def _reference(name: str, content: str, around: Surroundings, numbering: Numbering) -> str:
    titled = _TITLED.fullmatch(content)
    words, reference = (titled["words"], titled["target"]) if titled else ("", content.strip())
    if name in {"term", "keyword"}:
        return as_words(words or reference)
    target = target_of(reference, around, numbering.labels)
    if name == "numref":
        number = target.words.rsplit(" ", 1)[-1]
        return as_words(re.sub(r"%s|\{number\}", number, words).replace("{name}", target.words) or target.words)
    if name == "eq":
        return f"({target.words.rsplit(' ', 1)[-1]})"
    text = as_words(words or target.words)
    return text if target.address is None else link_to(target.address, text)


_SIMPLE: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(_CODE, as_code),
    "math": lambda content: f"${content}$",
    "sub": lambda content: f"<sub>{as_words(content)}</sub>",
    "subscript": lambda content: f"<sub>{as_words(content)}</sub>",
    "sup": lambda content: f"<sup>{as_words(content)}</sup>",
    "superscript": lambda content: f"<sup>{as_words(content)}</sup>",
    "emphasis": lambda content: f"*{as_words(content)}*",
    "dfn": lambda content: f"*{as_words(content)}*",
    "title-reference": lambda content: f"*{as_words(content)}*",
    "strong": lambda content: f"**{as_words(content)}**",
    "guilabel": lambda content: f"**{as_words(content)}**",
    "menuselection": lambda content: f"**{as_words(content.replace('-->', '>'))}**",
    "index": lambda content: as_words(m["words"] if (m := _TITLED.fullmatch(content)) else content),
    "raw": lambda _: "",
}
