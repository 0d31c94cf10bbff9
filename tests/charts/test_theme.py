"""Can everyone read the charts? The contrast of each colour is computed, not judged by eye."""

import itertools

import pytest

from casebook.charts.theme import DARK, LIGHT, NARROW, WIDE, Palette

PALETTES = [pytest.param(palette, id=palette.name) for palette in (LIGHT, DARK)]

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
NORMAL = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


def linear(colour: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, vision) -> tuple[float, float, float]:
    seen = [max(0.0, sum(m * c for m, c in zip(row, linear(colour), strict=True))) for row in vision]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(m * c for m, c in zip(row, seen, strict=True)) for row in to_xyz]
    x, y, z = (
        v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
        for v in (part / white for part, white in zip(xyz, (0.9505, 1, 1.089), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, vision) -> float:
    pairs = zip(lab(one, vision), lab(other, vision), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_black_on_white_has_the_contrast_that_the_standard_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", PALETTES)
def test_text_stands_out_from_the_page(palette: Palette):
    for colour in (palette.text, palette.quiet):
        assert contrast(colour, palette.page) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
def test_marks_and_axes_stand_out_from_the_page(palette: Palette):
    for colour in (*palette.marks, palette.line):
        assert contrast(colour, palette.page) >= 3


@pytest.mark.parametrize("vision", [NORMAL, PROTANOPIA, DEUTERANOPIA], ids=["normal", "protanopia", "deuteranopia"])
@pytest.mark.parametrize("palette", PALETTES)
def test_the_first_four_marks_can_be_told_apart_by_any_eye(palette: Palette, vision):
    for one, other in itertools.combinations(palette.marks[:4], 2):
        assert distance(one, other, vision) > 10, (one, other)


@pytest.mark.parametrize("palette", PALETTES)
def test_a_ramp_goes_one_way_from_pale_to_strong(palette: Palette):
    steps = [contrast(colour, palette.page) for colour in palette.ramp]

    assert steps == sorted(steps)


def test_letters_are_at_least_eleven_pixels_on_a_phone_of_360_pixels():
    shown_px = 360 - 2 * 16

    assert NARROW.label_px * shown_px / NARROW.width_px >= 11
    assert WIDE.label_px >= 12
