"""What can a person read in a file, however it is packed?

Archives are opened, notebooks taken apart into cells, base64 decoded; what is left is text, and
each text is read in several ways: as it stands, without mark-up, without escapes. Nothing is
decided by a file's name alone: a page may travel as ``page.bak``.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import html
import io
import json
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import unquote

# Text even if some byte in it is not UTF-8; in other such files, what is printable.
TEXT_ENDINGS = (".html", ".js", ".json", ".txt", ".md", ".csv", ".css", ".svg", ".xml", ".yml", ".py", ".ics", ".ipynb")
# An archive in an archive in an archive ... ends somewhere.
DEEPEST = 6
PACKED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\x00": lzma.decompress,
}
PNG = b"\x89PNG\r\n\x1a\n"
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
PRINTABLE = re.compile(rb"[\t\n\r\x20-\x7e]{8,}")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
# After the word: any length. Without it: long enough to say something.
BASE64 = re.compile(r"base64,\s*([\w+/=%-]{8,})|(?<![\w+/])([A-Za-z0-9+/_-]{32,}={0,2})")
# Mark-up that may stand inside a word; any other ends one.
INLINE_TAG = re.compile(r"</?(?:a|b|code|em|font|i|mark|span|strong|tspan|u|wbr)\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Nobody sees them, and a word with one in it looks the same.
UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]")
WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """A text in lower case, with one way to write each letter."""
    # In lower case first: some capitals become a letter and a mark that belongs to no word.
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).casefold()
    return text


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, in lower case."""
    return WORD.findall(plain(text))


def squeeze(text: str) -> str:
    """The words and numbers of a text, in lower case, a blank before and after each."""
    return f" {' '.join(words_of(text))} "


def compact(text: str) -> str:
    """A text in lower case, without quotes and without blanks beside signs: ``"total" = 4`` is ``total=4``."""
    bare = " ".join(re.sub(r"[\"'`*\\]", "", plain(text)).split())
    return re.sub(r" ?([^\w ]) ?", r"\1", bare)


def readable_texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """What a person can read in a file: (which part of it, its squeezed text)."""
    for place, piece in pieces(name, content):
        for words in {squeeze(view): None for view in views(piece)}:
            yield place, words


def pieces(name: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The texts in a file: (which part of it, the text).

    Parameters
    ----------
    name
        What to call the file; its parts are named after it.
    content
        What is in it. Pictures and other binary files give their printable stretches.
    """
    if depth > DEEPEST:
        return
    if b"PK" in content[-65_600:] and zipfile.is_zipfile(io.BytesIO(content)):
        yield from _zip_pieces(name, content, depth)
        return
    for start, unpacked in PACKED.items():
        if content.startswith(start):
            try:
                inner = unpacked(content)
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
                break
            yield from pieces(f"{name}, unpacked", inner, depth + 1)
            return
    if content.startswith(PNG):
        yield f"{name}, what is written in it", "\n".join(_words_in_png(content))
    text = _decoded(name, content)
    found = _notebook_pieces(name, text) if '"cells"' in text or name.endswith(".ipynb") else [(name, text)]
    for place, piece in found:
        yield place, piece
        for encoded in BASE64.finditer(piece):
            for inner, text in _base64_pieces(place, encoded, depth):
                yield inner, text


def _zip_pieces(name: str, content: bytes, depth: int) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        yield from pieces(f"{name}, comment", archive.comment, depth + 1) if archive.comment else ()
        first = min((entry.header_offset for entry in entries), default=0)
        yield from pieces(f"{name}, before the archive", content[:first], depth + 1) if first else ()
        for entry in entries:
            yield f"{name}, the name {entry.filename}", entry.filename
            for what, extra in (("comment", entry.comment), ("extra field", entry.extra)):
                yield from pieces(f"{name}, {what} of {entry.filename}", extra, depth + 1) if extra else ()
            try:
                inner = archive.read(entry)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
                # Locked or damaged: nobody can read it, but what surrounds it can be.
                continue
            for place, text in pieces(entry.filename, inner, depth + 1):
                yield f"{name}, {place}", text


def _decoded(name: str, content: bytes) -> str:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\0" in content[:4096]:
        # Letters of two bytes, of which one is empty: UTF-16 without its mark.
        even, odd = content[:4096:2].count(0), content[1:4096:2].count(0)
        if max(even, odd) > len(content[:4096]) // 8 and min(even, odd) * 4 < max(even, odd):
            return content.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if name.lower().endswith(TEXT_ENDINGS):
            return content.decode("utf-8", errors="replace")
    return "\n".join(run.decode("ascii") for run in PRINTABLE.findall(content))


def _words_in_png(content: bytes) -> Iterator[str]:
    """The comments in a picture: programs write there what they drew."""
    at = len(PNG)
    while at + 8 <= len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        kind, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
        at += size + 12
        if kind not in {b"tEXt", b"zTXt", b"iTXt"}:
            continue
        yield body.decode("utf-8", errors="replace")
        start = body.find(b"x")
        while start >= 0:
            # The packed part begins somewhere after the names, with this sign.
            try:
                yield zlib.decompressobj().decompress(body[start:]).decode("utf-8", errors="replace")
            except zlib.error:
                start = body.find(b"x", start + 1)
            else:
                break


def _base64_pieces(place: str, found: re.Match[str], depth: int) -> Iterator[tuple[str, str]]:
    encoded = unquote(found.group(1) or found.group(2)).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        inner = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        return
    yield from pieces(f"{place}, in base64", inner, depth + 1)


def _notebook_pieces(name: str, text: str) -> list[tuple[str, str]]:
    try:
        notebook: object = json.loads(text)
    except (ValueError, RecursionError):
        return [(name, text)]
    cells: object = notebook.pop("cells", None) if isinstance(notebook, dict) else None
    pieces = [(name, "\n".join(_strings(notebook)))]
    for number, cell in enumerate(cells if isinstance(cells, list) else [cells], start=1):
        label = cell.get("id", number) if isinstance(cell, dict) else number
        pieces.append((f"{name}, cell {label}", "\n".join(_strings(cell))))
    return pieces


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        # Notebooks hold a text as a list of its lines.
        yield "".join(item for item in value if isinstance(item, str))
        for item in value:
            if not isinstance(item, str):
                yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            # On one line, so that a name and its value stand side by side.
            yield f"{key}: {item}" if isinstance(item, int | float) else str(key)
            yield from _strings(item)
    elif isinstance(value, int | float):
        yield str(value)


def views(piece: str) -> Iterator[str]:
    """A text as it stands, for what hides in comments and attributes; and as it reads."""
    seen = dict.fromkeys(_layers(TERMINAL_COLOUR.sub("", piece) if "\x1b" in piece else piece))
    if "\\" in piece:
        # Strings in scripts carry quotes and line ends as escapes. Letters beyond the first 65,536
        # are written as two of them.
        meant = ESCAPE.sub(_meant, piece).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        seen |= dict.fromkeys(_layers(meant))
    if "%" in piece and PERCENT.search(piece):
        seen |= dict.fromkeys(_layers(unquote(piece)))
    yield from seen


def _layers(text: str, depth: int = 0) -> Iterator[str]:
    yield text
    if "<" in text:
        yield html.unescape(TAG.sub(" ", INLINE_TAG.sub("", text)))
    if "&" in text and depth < DEEPEST:
        meant = html.unescape(text)
        # A page in a feed is escaped twice.
        if meant != text:
            yield from _layers(meant, depth + 1)


def _meant(escape: re.Match[str]) -> str:
    """The character that an escape in a script stands for."""
    code, letter = escape.group(1) or escape.group(2), escape.group(3)
    return chr(int(code, 16)) if code else {"n": "\n", "r": "\n", "t": "\t"}.get(letter, letter)
