"""How figures are written on a page: money in 亿元 and 万元, rates, points, days, months. What is missing prints “—”.

Every form comes from projects.core, so page, mail and workbook write the same figure alike.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.core.money import MoneyUnit, rate_percent, report_form, table_form
from projects.core.periods import Period, PeriodError
from projects.core.rounding import fixed
from projects.wording import rule_label

register = template.Library()
register.filter(rule_label)

MISSING = "—"
_UNIT = '{}<span class="unit">{}</span>'
_NOTHING = (None, "")  # a template gives "" for what the way to it does not hold


@register.filter
def yi(yuan: int | None, places: int = 1) -> str:
    """Yuan as 亿元 with fixed decimals, one by default, for tables: 572.4."""
    return MISSING if yuan in _NOTHING else table_form(yuan, MoneyUnit.YI, places, grouped=True)


@register.filter
def wan(yuan: int | None, places: int = 2) -> str:
    """Yuan as 万元 with fixed decimals, two by default, thousands set apart: 14,367.87."""
    return MISSING if yuan in _NOTHING else table_form(yuan, MoneyUnit.WAN, places, grouped=True)


@register.filter
def wan_exact(yuan: int | None) -> str:
    """Yuan as 万元 to the last yuan, trailing zeros dropped: what a form shows of what was typed."""
    return "" if yuan in _NOTHING else report_form(yuan, MoneyUnit.WAN, 4)


@register.filter
def yi_report(yuan: int | None, places: int = 2) -> str:
    """Yuan as 亿元 for running text, trailing zeros dropped: 302."""
    return MISSING if yuan in _NOTHING else report_form(yuan, MoneyUnit.YI, places)


@register.filter
def money(yuan: int | None) -> str:
    """Yuan with its unit, as the reader's language counts: 2.4亿元, 8,650万元; 240 million yuan in English."""
    if yuan in _NOTHING:
        return MISSING
    if not (get_language() or "").startswith("zh"):
        return _("%(amount)s million yuan") % {"amount": fixed(Fraction(yuan, 1_000_000), 2, grouped=True)}
    if abs(yuan) >= MoneyUnit.YI.factor:
        return report_form(yuan, MoneyUnit.YI, 2) + MoneyUnit.YI.symbol
    places = 0 if yuan % MoneyUnit.WAN.factor == 0 else 2
    return table_form(yuan, MoneyUnit.WAN, places, grouped=True) + MoneyUnit.WAN.symbol


@register.simple_tag
def amount(yuan: int | None, unit: str) -> str:
    """{% amount yuan "wan" %}: a card's figure with its unit: 63,063万元, 17.49亿元; 630.63 million yuan in English."""
    if yuan in _NOTHING:
        return MISSING
    if not (get_language() or "").startswith("zh"):
        return format_html(_UNIT, fixed(Fraction(yuan, 1_000_000), 2, grouped=True), _("million yuan"))
    return format_html(
        _UNIT, *((wan(yuan, 0), MoneyUnit.WAN.symbol) if unit == "wan" else (yi(yuan, 2), MoneyUnit.YI.symbol))
    )


@register.filter
def percent(value: Any) -> str:
    """A percent with its sign, one decimal: from a text already in percent, or from an exact ratio (11/10 → 110.0%)."""
    if value in _NOTHING:
        return MISSING
    if isinstance(value, str):
        return f"{value}%"
    return f"{fixed(_exact(value) * 100, 1)}%"


@register.filter
def points(value: Any) -> str:
    """Percentage points with a sign, one decimal: +3.8, -35.0."""
    return MISSING if value in _NOTHING else _signed(_exact(value))


@register.filter(name="fixed")
def one_decimal(value: Any) -> str:
    """An exact number with one decimal, half-up, without a sign or unit: 91.7."""
    return MISSING if value in _NOTHING else fixed(_exact(value), 1)


@register.filter
def stored_percent(hundredths: int | None) -> str:
    """A percent stored in hundredths (11000 → 110.0%)."""
    return MISSING if hundredths in _NOTHING else f"{fixed(Fraction(hundredths, 100), 1)}%"


@register.filter
def stored_points(hundredths: int | None) -> str:
    """Percentage points stored in hundredths (-350 → -3.5)."""
    return MISSING if hundredths in _NOTHING else _signed(Fraction(hundredths, 100))


@register.simple_tag
def rate(completed: int | None, plan: int | None) -> str:
    """{% rate completed plan %}: completion rate of two amounts in yuan, 110.0%, or “—” without a plan."""
    return percent(rate_percent(completed, plan))


@register.filter
def share(basis_points: int | None) -> str:
    """A share in basis points as percent, trailing zeros dropped: 3333 → 33.33%."""
    if basis_points in _NOTHING:
        return MISSING
    text = fixed(Fraction(basis_points, 100), 2)
    return f"{text.rstrip('0').rstrip('.')}%"


@register.filter
def day(value: date | None) -> str:
    """A date as ISO writes it, 2024-01-12: it aligns in columns and reads alike in both languages."""
    return MISSING if value in _NOTHING else value.isoformat()[:10]


@register.filter
def month(value: Any) -> str:
    """A period (2023-12) as the reader's language writes a month: 2023年12月, December 2023."""
    try:
        period = value if isinstance(value, Period) else Period.parse(str(value))
    except PeriodError:
        return MISSING
    return date_format(period.first_day, "YEAR_MONTH_FORMAT")


@register.filter
def month_short(value: Period) -> str:
    """A month alone, for axes and narrow columns: 3月, Mar."""
    if (get_language() or "").startswith("zh"):
        return f"{value.month}月"
    return date_format(value.first_day, "M")


def _exact(value: Any) -> Fraction:
    return Fraction(value) if isinstance(value, int | Fraction | Decimal) else Fraction(str(value))


def _signed(value: Fraction) -> str:
    text = fixed(value, 1)
    return text if text.startswith("-") or text == "0.0" else f"+{text}"
