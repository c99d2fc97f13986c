"""Codes that tell projects and organisations apart: national project code, credit code, our own.

A wrong format is refused; a check digit of a project code that does not hold is a warning, because
the clause of the standard that defines it is not public.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NATIONAL: Final = re.compile(r"(\d{4})-(\d{6})-(\d{2})-(\d{2})-(\d{5})(\d)", re.ASCII)
_OWN: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{1,30}[A-Z0-9])", re.ASCII)
_FIRST_STANDARD_MONTH: Final = 2011
_OLDER_YEARS: Final = range(2013, 2022)
_CREDIT_DIGITS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT: Final = re.compile(rf"[{_CREDIT_DIGITS}]{{2}}\d{{6}}[{_CREDIT_DIGITS}]{{10}}", re.ASCII)


class CodeError(ValueError):
    """A text that has not the format of the code; `code` is always `format`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text[:40]!r}")
        self.code = code
        self.text = text[:40]


class CodeWarning(StrEnum):
    """What is odd about a national project code that is kept all the same."""

    CHECK_DIGIT = "check_digit"
    OLDER_SCHEME = "older_scheme"
    UNLIKELY_DATE = "unlikely_date"


@dataclass(frozen=True, slots=True)
class NationalCode:
    """固定资产投资项目代码 (GB/T 40058-2021): time, division, guiding department, project type, serial.

    In codes of the older scheme the third segment is an industry and the last digit checks nothing:
    `check_digit_ok` is None.
    """

    text: str
    time: str
    division: str
    department: str
    project_type: str
    serial: str
    check_digit_ok: bool | None
    warning: CodeWarning | None


def parse_national_code(text: str) -> NationalCode:
    """Read a national project code: 24 characters, `YYMM-AAAAAA-DD-TT-RRRRRC`. Raises CodeError.

    The check digit is ISO 7064 MOD 11,10 over the first nineteen digits, found by trial on published
    codes. Codes of 2013–2021 that begin with a year are of the older scheme.
    """
    plain = _plain(text)
    found = _NATIONAL.fullmatch(plain)
    if found is None:
        raise CodeError("format", text)
    time, division, department, project_type, serial, check = found.groups()
    check_digit_ok: bool | None = national_check_digit("".join(found.groups()[:-1])) == int(check)
    warning = None if check_digit_ok else CodeWarning.CHECK_DIGIT
    if not (int(time) >= _FIRST_STANDARD_MONTH and 1 <= int(time[2:]) <= 12):
        check_digit_ok = None
        warning = CodeWarning.OLDER_SCHEME if int(time) in _OLDER_YEARS else CodeWarning.UNLIKELY_DATE
    return NationalCode(plain, time, division, department, project_type, serial, check_digit_ok, warning)


def national_check_digit(digits: str) -> int:
    """Check digit of nineteen digits, ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


@dataclass(frozen=True, slots=True)
class CreditCode:
    """统一社会信用代码 (GB 32100-2015) of an organisation."""

    text: str
    check_digit_ok: bool


def parse_credit_code(text: str) -> CreditCode:
    """Read a unified social credit code of eighteen characters. Raises CodeError."""
    plain = _plain(text)
    if _CREDIT.fullmatch(plain) is None:
        raise CodeError("format", text)
    return CreditCode(plain, credit_check_character(plain[:17]) == plain[17])


def credit_check_character(first: str) -> str:
    """Check character of the first seventeen characters: weights 3^i modulo 31."""
    total = sum(_CREDIT_DIGITS.index(char) * pow(3, at, 31) for at, char in enumerate(first))
    return _CREDIT_DIGITS[-total % 31]


def parse_project_code(text: str) -> str:
    """Our own project code in its one spelling: 3–32 capital letters, digits and inner hyphens.

    It stands in addresses and file names, so it is plain ASCII. Raises CodeError.
    """
    plain = _plain(text)
    if _OWN.fullmatch(plain) is None:
        raise CodeError("format", text)
    return plain


def project_code(prefix: str, year: int, serial: int) -> str:
    """Make a project code: project_code("HZ", 2024, 7) → HZ2024-0007. Raises CodeError."""
    return parse_project_code(f"{prefix}{year:04d}-{serial:04d}")


def _plain(text: str) -> str:
    """Half-width, upper case, without spaces, with plain hyphens."""
    half = unicodedata.normalize("NFKC", text[:80]).upper()
    return re.sub(r"\s+", "", re.sub("[‐‑‒–—−]", "-", half))
