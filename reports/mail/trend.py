"""The year by month as a picture in a mail: what was completed and what was planned to each month's end, side by side.

Bars and the numbers of months, no words: words stand beside it, since mail readers may show no picture. The same
figures give the same bytes.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from projects.core.money import MoneyUnit, table_form
from projects.core.rounding import fixed
from projects.wording import is_chinese, say_month
from reports.mail.page import Picture
from reports.queries.list_lines import CurveMonth

SIZE: Final = (1200, 300)
"""Twice the points at which it is shown: phones and good screens draw two for one."""

FINER: Final = 3
"""Drawn so many times larger and then reduced, which smooths the edges."""

FOOT, HEAD, SIDE = 52, 12, 8
DONE, PLANNED, GROUND, INK, RULE = "#1f5189", "#c3cdd8", "#ffffff", "#4d5b69", "#8d99a6"
LEAST: Final = 2
"""Months that make a trend."""

Bars = tuple[tuple[int, int], ...]


def trend_picture(months: Sequence[CurveMonth]) -> Picture | None:
    """The picture with its title and words; None where there is nothing planned, or fewer than two months to show."""
    reached = [month for month in months if month.completed is not None]
    told = [month for month in reached if month.completed]
    if len(told) < LEAST or not any(month.plan for month in reached):
        return None
    bars = tuple((month.completed or 0, month.plan) for month in reached)
    if is_chinese():
        words = "；".join(_month_words(month) for month in reached) + "。"
    else:
        words = "; ".join(_month_words(month) for month in reached) + "."
    return Picture(_title(), words, draw(bars))


def _title() -> str:
    return _("Completed (dark) and planned (light) this year to the end of each month, in million yuan")


def _month_words(month: CurveMonth) -> str:
    told = {"month": say_month(month.month), "completed": _amount(month.completed or 0), "plan": _amount(month.plan)}
    return _("%(month)s: %(completed)s completed, %(plan)s planned") % told


def _amount(yuan: int) -> str:
    """亿元 with two decimals, or million yuan with one; the title says which."""
    if is_chinese():
        return table_form(yuan, MoneyUnit.YI, 2, grouped=True)
    return fixed(Fraction(yuan, 1_000_000), 1, grouped=True)


@lru_cache(maxsize=64)  # many readers, few pictures
def draw(bars: Bars) -> bytes:
    """A PNG of pairs of bars, one pair for each month from January on: completed, planned."""
    width, height = (side * FINER for side in SIZE)
    canvas = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(36 * FINER)
    bottom = height - FOOT * FINER
    room, largest = bottom - HEAD * FINER, max(max(pair) for pair in bars)
    step = (width - 2 * SIDE * FINER) / 12
    for place, pair in enumerate(bars):
        left = SIDE * FINER + place * step
        for amount, colour, start in zip(pair, (DONE, PLANNED), (0.14, 0.52), strict=True):
            top = bottom - round(room * max(amount, 0) / largest)
            if top < bottom:
                pen.rectangle((left + step * start, top, left + step * (start + 0.34), bottom), fill=colour)
        pen.text((left + step / 2, height - FINER * 8), str(place + 1), fill=INK, font=font, anchor="ms")
    pen.line((SIDE * FINER, bottom, width - SIDE * FINER, bottom), fill=RULE, width=2 * FINER)
    small = canvas.resize(SIZE, Image.Resampling.LANCZOS).quantize(32, dither=Image.Dither.NONE)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()
