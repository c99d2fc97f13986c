"""Contrast: every text colour of the style sheets holds 4.5:1 on the grounds that it stands on (WCAG 2.1 AA)."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

CSS = Path(finders.find("portfolio/css/tokens.css")).parent
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", (CSS / "tokens.css").read_text()))

PAGES = ("surface", "surface-soft", "ground")
PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "ink-faint", "accent", "accent-strong") for ground in PAGES],
    *[
        (f"{tone}-ink", ground)
        for tone in ("red", "yellow", "green")
        for ground in (f"{tone}-soft", "surface", "ground")
    ],
    ("ink-soft", "unjudged-soft"),
    ("ink", "surface-deep"),
    ("ink-faint", "surface-deep"),
    ("demo-ink", "demo-soft"),
    ("accent-strong", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink", "red-soft"),
    ("ink", "yellow-soft"),
    ("ink", "green-soft"),
    ("surface", "accent"),
    ("surface", "accent-strong"),
]
MARKS = [(mark, "surface") for mark in ("line-control", "focus", "red", "green", "plan", "actual")]


def luminance(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_legible_on_its_ground(ink, ground):
    assert contrast(ink, ground) >= 4.5, f"{contrast(ink, ground):.2f}"


@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_lines_of_controls_and_marks_are_seen(mark, ground):
    assert contrast(mark, ground) >= 3, f"{contrast(mark, ground):.2f}"


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_old_browsers_understand_the_style_sheets(sheet):
    text = (CSS / sheet).read_text()

    assert not re.findall(r"oklch|oklab|color-mix|:has\(|@container|@layer|\binset:|aspect-ratio|&:", text)
    assert not re.findall(r"url\(|@import", text)


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_only_tokens_name_the_colours_of_text(sheet):
    if sheet in ("tokens.css", "print.css"):
        return
    stray = re.findall(r"(?<![-\w])color:\s*(#[0-9a-fA-F]{3,6})", (CSS / sheet).read_text())

    assert set(stray) <= {"#fff"}
