"""Fields that read what people type: amounts in 万元 (or any unit they write), and the browser's dates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import MoneyField, date_input
from projects.core.money import MoneyError, MoneyUnit, parse_optional_money
from projects.core.periods import YEARS
from projects.intake.values import AMOUNT_SENTENCES
from projects.templatetags.figures import wan_exact


class WanField(MoneyField):
    """An amount typed in 万元 unless it names its unit; cleans to whole yuan, or None when left empty.

    `falls`: a month's figure may be below zero, where a cumulative one is corrected downwards (冲减).
    """

    def __init__(self, *, falls: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(unit=_("10,000 yuan"), **kwargs)
        self.falls = falls

    def prepare_value(self, value: Any) -> Any:
        """Yuan from the database as 万元, to the last digit; what was typed, as it was typed."""
        return wan_exact(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """The amount in yuan. Raises ValidationError that says what is wrong and what would be right."""
        text = super().clean(value)
        try:
            amount = parse_optional_money(text, MoneyUnit.WAN)
        except MoneyError as error:
            sentence = AMOUNT_SENTENCES.get(error.code, AMOUNT_SENTENCES["not_a_number"])
            raise ValidationError(sentence, code=error.code, params=error.figures) from error
        if amount is not None and amount < 0 and not self.falls:
            raise ValidationError(_("An amount cannot be negative."), code="negative")
        return amount


class DayField(forms.DateField):
    """A day by the browser's own picker, which makes the year 0024 of a typed 24."""

    default_error_messages = {
        "invalid": _("Write a date as 2024-01-12."),
        "year": _("The year %(year)s cannot be meant. Write four digits, such as 2024."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", date_input())
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"])
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The day. Raises ValidationError for a year in which no month is reported."""
        day = super().clean(value)
        if day is not None and day.year not in YEARS:
            raise ValidationError(self.error_messages["year"], code="year", params={"year": f"{day.year:04d}"})
        return day
