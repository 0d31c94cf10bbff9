"""What the modules that turn a chapter into plain Markdown pass to each other."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from casebook.site.book_pages import BookPages
from casebook.site.citations import Citations

# What MyST writes before an address to say of which kind it is.
_OF_MYST = {"project", "path", "myst", "doc"}
PAGE_ENDINGS = (".md", ".ipynb", ".rst", ".html")


@dataclass(frozen=True)
class Surroundings:
    """What a chapter refers to.

    Parameters
    ----------
    page
        The chapter, as a path from the root of the book without ending.
    pages
        All pages of the book.
    citations
        The works that may be cited.
    files
        What lies beside the notebook: path from the root of the book -> path from the notebook.
    site
        Where the site is published, without a slash at its end. None: not said.
    substitutions
        What stands for ``{{ name }}``.
    """

    page: str
    pages: BookPages
    citations: Citations
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    site: str | None = None
    substitutions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass
class Numbering:
    """What a chapter has numbered, named and cited up to a place in it.

    Parameters
    ----------
    labels
        Label -> the words that a reference to it reads, such as "Figure 2".
    cited
        Keys of works, as they come.
    """

    labels: dict[str, str] = field(default_factory=dict[str, str])
    cited: list[str] = field(default_factory=list[str])
    footnotes: dict[str, int] = field(default_factory=dict[str, int])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def number(self, kind: str, label: str | None) -> str:
        """Count one more; give its name, such as "Figure 2", and remember it for its label."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        name = f"{kind} {self.counts[kind]}"
        if label:
            self.labels[label] = name
        return name

    def footnote(self, label: str) -> int:
        """The number of a footnote."""
        return self.footnotes.setdefault(label, len(self.footnotes) + 1)


@dataclass(frozen=True)
class Target:
    """Where a reference leads.

    Parameters
    ----------
    address
        A full address or the path of a file beside the notebook. None: nowhere that can be reached from here.
    words
        What to write if the author gave no words.
    """

    address: str | None
    words: str


def target_of(reference: str, around: Surroundings, labels: Mapping[str, str]) -> Target:
    """Where an address, a path or a label in a chapter leads, seen from a notebook that has left the book."""
    try:
        parts = urlsplit(reference)
    except ValueError:
        return Target(reference, reference)
    if parts.scheme in _OF_MYST:
        return target_of(reference.split(":", 1)[1], around, labels)
    if parts.scheme or reference.startswith("//"):
        return Target(reference, reference)
    if not parts.path or (parts.path in labels and not parts.fragment):
        label = parts.fragment or parts.path
        return Target(None, labels[label]) if label in labels else _of_label(label, around)
    if parts.path in around.pages.labels:
        return _of_label(parts.path, around)
    return _of_path(_from_root(parts.path, around.page), parts.fragment, around)


def _of_path(path: str, fragment: str, around: Surroundings) -> Target:
    """Where a page, or a file that lies beside the notebook or on the site, is to be found."""
    page = next((path.removesuffix(ending) for ending in PAGE_ENDINGS if path.endswith(ending)), path)
    if page in around.pages.titles:
        return Target(_on_site(f"{page}.html", fragment, around), around.pages.titles[page])
    if path in around.files:
        return Target(around.files[path], posixpath.basename(path))
    return Target(_on_site(path, fragment, around), posixpath.basename(path))


def _of_label(label: str, around: Surroundings) -> Target:
    """Where a label of another page leads; the words of a label that nobody has given are its own."""
    found = around.pages.labels.get(label)
    if found is None:
        return Target(None, label.replace("-", " ").replace("_", " "))
    return Target(_on_site(f"{found.page}.html", label, around), found.words)


def _on_site(path: str, fragment: str, around: Surroundings) -> str | None:
    if around.site is None or path.startswith("../"):
        return None
    return f"{around.site}/{path}#{fragment}" if fragment else f"{around.site}/{path}"


def _from_root(path: str, page: str) -> str:
    if path.startswith("/"):
        return posixpath.normpath(path).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
