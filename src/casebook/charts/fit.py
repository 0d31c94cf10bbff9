"""Make a chart's words fit: SVG does not wrap text by itself, nor turn labels to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casebook.charts.spec import SIDE_BY_SIDE, Spec, words_of
from casebook.charts.theme import Size

# The mean advance of a letter as a part of the font size, in English sentences set in Liberation Sans
# or Arial: 0.47 and, bold, 0.52. A little more, for lines with many wide letters.
REGULAR_EM = 0.52
BOLD_EM = 0.57


def lines_that_fit(text: str | Sequence[str], width_px: float, font_px: float, *, bold: bool = False) -> list[str]:
    """The text in lines at most ``width_px`` wide, broken between words.

    Parameters
    ----------
    text
        One string, or the author's own lines, which are kept apart.
    width_px
        The room there is. A single word wider than that stays whole on a line of its own.
    font_px
        Size of the font.
    bold
        Bold letters are wider.
    """
    most = max(1, int(width_px / (font_px * (BOLD_EM if bold else REGULAR_EM))))
    given = text.splitlines() if isinstance(text, str) else list(text)
    return [line for paragraph in given for line in _filled(paragraph, most)]


def _filled(paragraph: str, most: int) -> list[str]:
    lines: list[str] = []
    for word in paragraph.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def fitted(spec: Spec, size: Size) -> dict[str, Any]:
    """A copy of the spec whose titles are broken into lines that fit a picture of this size."""
    return _fitted(spec, size.width_px - 8.0, size)


def _fitted(spec: Spec, width_px: float, size: Size) -> dict[str, Any]:
    fits = dict(spec)
    if spec.get("title"):
        fits["title"] = _fitted_title(spec["title"], width_px, size)
    if "encoding" in spec:
        fits["encoding"] = {
            name: _fitted_channel(name, channel, size) if isinstance(channel, Mapping) else channel
            for name, channel in spec["encoding"].items()
        }
    if "layer" in spec:
        fits["layer"] = [_fitted(layer, width_px, size) for layer in spec["layer"]]
    for key in SIDE_BY_SIDE:
        if key in spec:
            across = 1 if key == "vconcat" else spec.get("columns", len(spec[key]))
            fits[key] = [_fitted(part, width_px / across, size) for part in spec[key]]
    if "spec" in spec:
        fits["spec"] = _fitted(spec["spec"], width_px / _plots_across(spec), size)
    return fits


def _plots_across(spec: Spec) -> int:
    """How many plots that "repeat" makes stand side by side."""
    repeated = spec.get("repeat", [])
    if isinstance(repeated, Mapping):
        return len(repeated.get("column", [])) or 1
    return spec.get("columns", len(repeated)) or 1


def _fitted_title(title: Any, width_px: float, size: Size) -> dict[str, Any]:
    parts = dict(title) if isinstance(title, Mapping) else {}
    parts["text"] = lines_that_fit(words_of(title), width_px, size.title_px, bold=True)
    if parts.get("subtitle"):
        parts["subtitle"] = lines_that_fit(words_of(parts["subtitle"]), width_px, size.label_px)
    return parts


def _fitted_channel(name: str, channel: Mapping[str, Any], size: Size) -> dict[str, Any]:
    # A rotated title has the plot's height, the others about three quarters of the picture's width.
    room_px = size.plot_height_px if name == "y" else size.width_px * 0.75
    fits = _with_wrapped_title(channel, room_px, size)
    for guide in ("axis", "legend", "header"):
        if isinstance(channel.get(guide), Mapping):
            fits[guide] = _with_wrapped_title(channel[guide], room_px, size)
    # Vega-Lite turns the labels of categories on end. Those in order, as years are, can be read level:
    # where two would touch, the reader knows what the missing one says.
    if name == "x" and channel.get("type") == "ordinal" and channel.get("axis", {}) is not None:
        fits["axis"] = {"labelAngle": 0, "labelOverlap": "greedy"} | dict(fits.get("axis") or {})
    return fits


def _with_wrapped_title(holder: Mapping[str, Any], room_px: float, size: Size) -> dict[str, Any]:
    if not holder.get("title"):
        return dict(holder)
    return {**holder, "title": lines_that_fit(words_of(holder["title"]), room_px, size.label_px)}
