"""Safe cells: each value as the XML of one cell. Text stays text, control characters go, numbers are exact.

Nothing that a person typed can become a formula here: a formula is only what code passes as Formula.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final
from xml.sax.saxutils import escape

LONGEST_TEXT: Final = 32_767
"""A cell holds no more; a longer text makes office programs offer to repair the file."""
CUT: Final = "…[+{rest}]"
DIGITS: Final = 15
"""A worksheet number holds fifteen significant digits."""

_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH: Final = date(1899, 12, 30)
_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its equals sign, and the value that it has: programs that do not calculate show that.

    `number` is its number format where that of its column does not fit.
    """

    expression: str
    value: int | Decimal | str
    number: str = ""


def clean(text: object) -> str:
    """A text as a cell can hold it: control characters gone, lines end as they do in cells, cut where none is longer.

    A cut text ends in “…[+n]”, the number of characters that are missing.
    """
    plain = _UNSAFE.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))
    if len(plain) <= LONGEST_TEXT:
        return plain
    kept = LONGEST_TEXT - len(CUT) - 8
    return plain[:kept] + CUT.format(rest=len(plain) - kept)


def needs_quote(text: str) -> bool:
    """Whether a program would take the text for a formula, a number or a command if somebody edits the cell."""
    return text[:1] in "=+-@\t'" if text else False


def text_xml(text: str) -> str:
    """The inside of a text cell; `text` must be clean. What looks like an escape of the format is escaped itself."""
    written = escape(_ESCAPED.sub("_x005F_", text))
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return f"<is><t{space}>{written}</t></is>"


def in_unit(yuan: int, factor: int) -> str:
    """Whole yuan as an exact decimal number of a unit of `factor` yuan (a power of ten): 572.4."""
    return plain_number(Decimal(yuan).scaleb(1 - len(str(factor))))


def ratio(value: Fraction) -> str:
    """A ratio to the fifteen digits that a worksheet holds."""
    return plain_number(as_decimal(value))


def as_decimal(value: Fraction | int) -> Decimal:
    """An exact value to fifteen significant digits."""
    with localcontext(prec=DIGITS):
        exact = Fraction(value)
        return Decimal(exact.numerator) / Decimal(exact.denominator)


def plain_number(value: Decimal | int) -> str:
    """A number without exponent and without trailing zeros."""
    text = format(Decimal(value), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def serial(value: date | datetime, zone: tzinfo) -> str:
    """A date or a moment as a worksheet counts it; an aware moment becomes the zone's local time."""
    if not isinstance(value, datetime):
        return str((value - _EPOCH).days)
    local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return plain_number((local.date() - _EPOCH).days + as_decimal(Fraction(seconds, _SECONDS)))


def text_cell(ref: str, style: int, text: str) -> str:
    """A text cell."""
    return f'<c r="{ref}" s="{style}" t="inlineStr">{text_xml(text)}</c>' if text else blank_cell(ref, style)


def number_cell(ref: str, style: int, number: str) -> str:
    """A number cell."""
    return f'<c r="{ref}" s="{style}"><v>{number}</v></c>'


def blank_cell(ref: str, style: int) -> str:
    """A cell with a look and without content."""
    return f'<c r="{ref}" s="{style}"/>'


def formula_cell(ref: str, style: int, formula: Formula) -> str:
    """A formula with the value that it has."""
    inside = escape(formula.expression)
    if isinstance(formula.value, str):
        return f'<c r="{ref}" s="{style}" t="str"><f>{inside}</f><v>{escape(formula.value)}</v></c>'
    return f'<c r="{ref}" s="{style}"><f>{inside}</f><v>{plain_number(formula.value)}</v></c>'
