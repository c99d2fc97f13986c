"""The geometry of the charts: numbers in, SVG shapes out. No words but axis labels, no colours: classes only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

FULL_SCALE = 125.0  # percent at the right end of a pace bar


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One month of an S-curve: its label and cumulative values, None where there is nothing (yet)."""

    month: str
    plan: float | None
    actual: float | None
    provisional: float | None = None

    @classmethod
    def read(cls, point: Any) -> Self:
        """From an object or a mapping with these names."""
        get = point.get if isinstance(point, dict) else lambda name, default=None: getattr(point, name, default)
        plan, actual, provisional = (_number(get(name, None)) for name in ("plan", "actual", "provisional"))
        return cls(str(get("month", "")), plan, actual, provisional)


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a picture and the margins of its plot, in SVG units."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    every: int  # which month labels are written

    def x(self, index: int, count: int) -> float:
        """Left to right: the first point stands on the axis when there is but one, else spread evenly."""
        span = self.width - self.left - self.right
        return self.left + span * (index + 0.5) / max(count, 1)

    def y(self, value: float, top: float) -> float:
        """Bottom to top: 0 on the axis, `top` at the upper edge."""
        span = self.height - self.top - self.bottom
        return self.height - self.bottom - span * (value / top if top else 0)


WIDE = Frame(760, 270, 46, 56, 18, 26, 1)
NARROW = Frame(358, 220, 36, 16, 18, 24, 2)


def nice_scale(highest: float, steps: int = 4) -> tuple[float, list[float]]:
    """A round upper end at or above `highest`, and its grid values from 0 up: (60, [0, 20, 40, 60])."""
    if highest < 1e-9:  # nothing, or what no line could show
        return 1.0, [0.0, 1.0]
    raw = highest / steps
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999999)
    count = max(math.ceil(highest / step - 1e-9), 1)
    return step * count, [step * index for index in range(count + 1)]


def s_curve(rows: Sequence[CurvePoint], frame: Frame) -> SafeString:
    """Grid, axes and lines of an S-curve; the last actual and the last plan carry their values."""
    values = [v for row in rows for v in (row.plan, row.actual, row.provisional) if v is not None]
    top, grid = nice_scale(max(values, default=0.0))
    right = frame.width - frame.right
    parts = []
    for value in grid:
        y = frame.y(value, top)
        parts.append(f'<path class="{"axis" if value == 0 else "grid-line"}" d="M{frame.left} {y:.1f}H{right}"/>')
        parts.append(f'<text x="{frame.left - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    for index, row in enumerate(rows):
        if index % frame.every == (len(rows) - 1) % frame.every:
            x = frame.x(index, len(rows))
            label = conditional_escape(row.month)
            parts.append(f'<text x="{x:.1f}" y="{frame.height - 8}" text-anchor="middle">{label}</text>')
    plan, actual, provisional = (
        [
            (frame.x(index, len(rows)), frame.y(value, top), value)
            for index, row in enumerate(rows)
            if (value := getattr(row, name)) is not None
        ]
        for name in ("plan", "actual", "provisional")
    )
    parts.append(_line(plan, "line-plan"))
    parts.append(_line(actual[-1:] + provisional, "line-provisional") if provisional else "")
    parts.append(_line(actual, "line-actual"))
    parts.extend(f'<circle class="dot-actual" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y, _value in actual)
    parts.append(_end_labels(plan, actual, frame))
    return mark_safe("".join(parts))  # numbers and escaped labels only


def pace_bar(done: float, pace: float | None, width: int, tone: str) -> SafeString:
    """Track, what is done, the notch beyond full scale, and the tick of pace."""
    filled = width * min(max(done, 0.0), FULL_SCALE) / FULL_SCALE
    css = {"red": "done-red", "yellow": "done-yellow", "green": "done-green"}.get(tone, "done")
    parts = [
        f'<rect class="track" x="0" y="2" width="{width}" height="6" rx="1"/>',
        f'<rect class="{css}" x="0" y="2" width="{filled:.1f}" height="6" rx="1"/>',
    ]
    if done > FULL_SCALE:
        parts.append(f'<path class="over" d="M{width - 8} 1l4 4-4 4"/>')
    if pace is not None:
        x = width * min(max(pace, 0.0), FULL_SCALE) / FULL_SCALE
        parts.append(f'<path class="pace" d="M{x:.1f} 0V10"/>')
    return mark_safe("".join(parts))  # numbers and our own class names only


def stacked(counts: Sequence[int], names: Sequence[str], total: int) -> SafeString:
    """Segments side by side on a width of 400; with a thin gap between them."""
    parts, x = ['<rect class="track" x="0" y="0" width="400" height="10"/>'], 0.0
    for count, name in zip(counts, names, strict=True):
        width = 400 * count / total if total else 0
        if width:
            parts.append(f'<rect class="seg-{name} seg-gap" x="{x:.2f}" y="0" width="{width:.2f}" height="10"/>')
        x += width
    return mark_safe("".join(parts))  # numbers and our own class names only


def sparkline(values: Sequence[float | None], width: int, height: int) -> SafeString:
    """A line through the values, scaled to the box; the last one is a dot."""
    known = [value for value in values if value is not None]
    if not known:
        return SafeString("")
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    points = [
        (2 + (width - 6) * index / max(len(values) - 1, 1), height - 3 - (height - 6) * (value - low) / span, value)
        for index, value in enumerate(values)
        if value is not None
    ]
    x, y, _value = points[-1]
    return mark_safe(_line(points, "line") + f'<circle class="end" cx="{x:.1f}" cy="{y:.1f}" r="2"/>')


def _line(points: Sequence[tuple[float, float, float]], css: str) -> str:
    if len(points) < 2:
        return ""
    path = " ".join(f"{x:.1f} {y:.1f}" for x, y, _value in points)
    return f'<path class="{css}" d="M{path}"/>'


def _end_labels(
    plan: Sequence[tuple[float, float, float]], actual: Sequence[tuple[float, float, float]], frame: Frame
) -> str:
    """The values at the ends of both lines, kept apart when they would overlap."""
    labels: list[tuple[float, float, str, str]] = []
    if actual:
        x, y, value = actual[-1]
        labels.append((x, y - 8, f"{value:g}", "value"))
    if plan:
        x, y, value = plan[-1]
        near = bool(actual) and abs(plan[-1][0] - actual[-1][0]) < 40
        below = near and y >= actual[-1][1]
        labels.append((x, y + 16 if below else y - 8, f"{value:g}", ""))
        if near and not below and abs(labels[0][1] - labels[1][1]) < 13:
            labels[0] = (labels[0][0], actual[-1][1] + 16, *labels[0][2:])
    return "".join(
        f'<text x="{min(x, frame.width - 4):.1f}" y="{y:.1f}" text-anchor="{"middle" if frame.right > 30 else "end"}"'
        f"{f' class={chr(34)}{css}{chr(34)}' if css else ''}>{text}</text>"
        for x, y, text, css in labels
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
