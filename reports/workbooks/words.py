"""The words that several sheets share, in the language that is active while a workbook is made."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portfolio.clock import SHANGHAI
from portfolio.sheets import cells
from portfolio.sheets.columns import Lit
from projects.core.lights import Light
from projects.core.money import MoneyUnit
from projects.core.periods import Period
from projects.templatetags.figures import month as month_name
from reports.queries.frames import Frame

UNITS = {
    MoneyUnit.YUAN: gettext_lazy("yuan"),
    MoneyUnit.WAN: gettext_lazy("10,000 yuan"),
    MoneyUnit.YI: gettext_lazy("100 million yuan"),
}
LIGHTS = {
    Light.RED: gettext_lazy("Red"),
    Light.YELLOW: gettext_lazy("Yellow"),
    Light.GREEN: gettext_lazy("Green"),
    Light.NOT_JUDGED: gettext_lazy("Not judged"),
}


def until(period: Period) -> str:
    """The period of a title: （截至2023年12月底）."""
    return _(" (to the end of %(month)s)") % {"month": month_name(period)}


def covered(frame: Frame) -> str:
    """What stands behind a title: the period, or nothing where everything is covered."""
    return until(frame.period) if frame.by_month else ""


def unit_line(unit: MoneyUnit | None) -> str:
    """计量单位：亿元, or nothing on a sheet without money."""
    return _("Unit of money: %(unit)s") % {"unit": UNITS[unit]} if unit else ""


def in_brackets(unit: Any) -> str:
    """A unit behind a column's header: （万元）."""
    return _(" (%(unit)s)") % {"unit": UNITS[unit]}


def state(frame: Frame) -> str:
    """Whether the figures are flash (快报) or final (核定)."""
    return _("final, the month is locked") if frame.locked else _("flash, the month is not locked")


def moment(frame: Frame) -> str:
    """The moment of the last change that was known."""
    return frame.moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def basis_line(frame: Frame) -> str:
    """What stands over each table: the day, the state of knowledge, and whether it is final."""
    return _("As of %(day)s · known to no. %(position)s of the change log · %(state)s") % {
        "day": frame.as_of,
        "position": frame.position,
        "state": state(frame),
    }


def lit(light: Light) -> Lit:
    """A light as a cell shows it."""
    return Lit(LIGHTS[light], "none" if light is Light.NOT_JUDGED else light.value)


def footer() -> str:
    """The page numbers at the foot of each page."""
    return _("Page &P of &N")


def mark(data: Any) -> str:
    """What stands at the foot of each page where the figures are invented."""
    return _("Demonstration data, invented") if getattr(data, "has_demo", False) else ""


def joined(parts: list[str]) -> str:
    """Several names in one cell."""
    return ("、" if (get_language() or "").startswith("zh") else ", ").join(parts)


def in_unit(yuan: int, unit: MoneyUnit) -> Decimal:
    """An amount as a sheet's cell holds it."""
    return Decimal(cells.in_unit(yuan, unit.factor))


def exact(value: Fraction) -> Decimal:
    """A ratio as a sheet's cell holds it."""
    return cells.as_decimal(value)
