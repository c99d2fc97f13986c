"""Charts as SVG, drawn by the server for pages, print and phones alike: no script, no style attribute, a text for each.

The tags take plain numbers and know neither money nor projects. Geometry lives in portfolio/web/drawing.py.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portfolio.web import drawing
from portfolio.web.templatetags.badges import light_shape

register = template.Library()

_LIGHTS = ("red", "yellow", "green", "none")


@register.simple_tag
def s_curve(points: Iterable[Any], unit: str = "", title: str = "") -> SafeString:
    """{% s_curve points unit="亿元" title="…" %}: plan (dashed) against actual (solid), cumulative by month.

    Each point has `month` (label), `plan`, `actual` and maybe `provisional` (under review), numbers in `unit` or None.
    Drawn twice, for a wide page and for a phone, because text in an SVG shrinks with it.
    """
    rows = [drawing.CurvePoint.read(point) for point in points]
    wide = drawing.s_curve(rows, drawing.WIDE)
    narrow = drawing.s_curve(rows, drawing.NARROW)
    heading = title or _("Plan and actual, cumulative")
    text = _curve_text(rows, unit)
    return format_html(
        '<div class="only-wide">{}</div><div class="only-narrow">{}</div>',
        _picture(wide, drawing.WIDE, heading, text),
        _picture(narrow, drawing.NARROW, heading, text),
    )


@register.simple_tag
def curve_legend(unit: str = "", provisional: bool = False) -> SafeString:
    """The key to an S-curve: which line is which, and the unit of its axis."""
    sample = '<svg viewBox="0 0 26 8" aria-hidden="true"><path class="{}" d="M0 4h26"/></svg>'
    entries = [("line-actual", _("Completed")), ("line-plan", _("Plan"))]
    if provisional:
        entries.append(("line-provisional", _("Under review, not counted")))
    keys = format_html_join("", "<span>{}{}</span>", ((format_html(sample, css), text) for css, text in entries))
    note = format_html("<span>{}</span>", _("Unit: %(unit)s") % {"unit": unit}) if unit else ""
    return format_html('<div class="chart-legend">{}{}</div>', keys, note)


@register.simple_tag
def pace_bar(done: Any, pace: Any = None, tone: str = "", width: int = 120) -> SafeString:
    """{% pace_bar 96.5 100 tone="green" %}: a bar of what is done (percent of plan) with a tick where pace stands.

    The scale is fixed, 0 to 125 %, so that rows compare; what goes beyond ends in a notch.
    """
    if done is None:
        return SafeString("")
    label = _("%(done)s%% done") % {"done": f"{float(done):.1f}"}
    if pace is not None:
        label += _(", pace %(pace)s%%") % {"pace": f"{float(pace):.1f}"}
    body = drawing.pace_bar(float(done), None if pace is None else float(pace), width, tone)
    return format_html(
        '<svg class="bar" width="{}" height="10" viewBox="0 0 {} 10" role="img" aria-label="{}">{}</svg>',
        width,
        width,
        label,
        body,
    )


@register.simple_tag
def lights_bar(red: int, yellow: int, green: int, none: int = 0, total: int | None = None) -> SafeString:
    """{% lights_bar 3 5 20 2 %}: how many of each light, as one bar; with `total`, bars of several units compare."""
    counts = (red or 0, yellow or 0, green or 0, none or 0)
    body = drawing.stacked(counts, _LIGHTS, max(total or 0, sum(counts)))
    return format_html(
        '<svg class="bar bar-fluid" height="10" viewBox="0 0 400 10" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        _lights_text(counts),
        body,
    )


@register.simple_tag
def lights_counts(red: int, yellow: int, green: int, none: int | None = None) -> SafeString:
    """{% lights_counts 3 5 20 %}: shape and number of each light, for the text beside a bar."""
    counts = [("red", red, _("red")), ("yellow", yellow, _("yellow")), ("green", green, _("green"))]
    if none is not None:
        counts.append(("none", none, _("not judged")))
    return format_html_join(
        " ",
        '<span class="light light-{} light-plain" title="{}">{}{}<span class="visually-hidden"> {}</span></span>',
        ((key, word, light_shape(key), number, word) for key, number, word in counts),
    )


@register.simple_tag
def sparkline(values: Sequence[Any], label: str = "", width: int = 96, height: int = 22) -> SafeString:
    """{% sparkline values label="…" %}: the shape of a series; None leaves a gap. Without figures of its own."""
    body = drawing.sparkline([None if value is None else float(value) for value in values], width, height)
    text = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="spark" width="{}" height="{}" viewBox="0 0 {} {}"{}>{}</svg>',
        width,
        height,
        width,
        height,
        text,
        body,
    )


def _picture(body: SafeString, frame: drawing.Frame, title: str, text: str) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        frame.width,
        frame.height,
        title,
        title,
        text,
        body,
    )


def _curve_text(rows: Sequence[drawing.CurvePoint], unit: str) -> str:
    parts = []
    for row in rows:
        if row.plan is not None or row.actual is not None:
            plan = "—" if row.plan is None else f"{row.plan:g}"
            actual = "—" if row.actual is None else f"{row.actual:g}"
            parts.append(
                _("%(month)s: plan %(plan)s, completed %(actual)s")
                % {"month": row.month, "plan": plan, "actual": actual}
            )
    return f"{'; '.join(parts)} ({unit})" if unit else "; ".join(parts)


def _lights_text(counts: Sequence[int]) -> str:
    red, yellow, green, none = counts
    return _("%(red)s red, %(yellow)s yellow, %(green)s green, %(none)s not judged") % {
        "red": red,
        "yellow": yellow,
        "green": green,
        "none": none,
    }
