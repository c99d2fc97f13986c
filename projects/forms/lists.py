"""A list as a form: its code, names, level and year, and a line for each target that was published for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.actions.lists import EDITABLE, NewProgramme, PublishedTarget
from projects.core.periods import YEARS
from projects.forms.fields import DayField
from projects.models import Programme, Target, TargetMeasure

SPARE, MORE, MOST = 3, 4, 40
UNITS = ("个", "亿元", "万元", "%")


class ListForm(Form):
    """What is said of a list itself; drawn with the present list, whose code stays, or empty for a new one."""

    layout = "fields-2"
    code = forms.CharField(
        label=_("Code"), max_length=32, help_text=_("Letters, digits and hyphens, such as P2025-CITY. It stays.")
    )
    level = forms.ChoiceField(label=_("Level"), choices=[("", "—"), *Programme.Level.choices])
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200, help_text=_("Without the year: 市级重点项目"))
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=YEARS[0], max_value=YEARS[-1])
    year_to = forms.IntegerField(
        label=_("Until the year"),
        required=False,
        min_value=YEARS[0],
        max_value=YEARS[-1],
        help_text=_("Only for a list of several years."),
    )
    source = forms.CharField(
        label=_("Document"), max_length=300, required=False, help_text=_("The notice that issues the list.")
    )
    source_date = DayField(label=_("Date of the document"))
    theme = forms.CharField(label=_("Theme"), max_length=100, required=False)
    is_tracked = forms.BooleanField(
        label=_("Its projects are tracked here"),
        required=False,
        initial=True,
        help_text=_("It then stands in the register's filter, in imports and in the totals of its year."),
    )

    def __init__(
        self, *args: Any, programme: Programme | None = None, typed: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        if programme is not None:
            kwargs["initial"] = {name: getattr(programme, name) for name in (*EDITABLE, "version")}
        if typed is not None:  # drawn again with more lines: nothing is checked yet
            kwargs["initial"] = {name: typed.get(name, "") for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if programme is not None:
            del self.fields["code"]

    def said(self) -> dict[str, Any]:
        """The fields as the action takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def new(self) -> NewProgramme:
        """The list that is to be made."""
        return NewProgramme(**self.said())


class TargetForm(Form):
    """One line: an empty one says nothing, whatever is chosen in it."""

    measure = forms.ChoiceField(label=_("Measure"), required=False, choices=[("", "—"), *TargetMeasure.choices])
    promised = forms.CharField(label=_("Promised"), required=False, max_length=40)
    outcome = forms.CharField(label=_("Came out as"), required=False, max_length=40)
    unit = forms.CharField(label=_("Unit of measure"), required=False, max_length=20)
    qualifier = forms.CharField(label=_("Word beside it"), required=False, max_length=20)
    rate = forms.CharField(label=_("Rate in percent"), required=False, max_length=20)
    source = forms.CharField(label=_("Source"), required=False, max_length=300)
    known_on = DayField(label=_("Public since"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        self.fields["unit"].widget.attrs["list"] = "units"
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    @property
    def is_blank(self) -> bool:
        """Nothing stands in the line."""
        return not any(self.cleaned_data.values())

    def target(self) -> PublishedTarget:
        """The line as the action takes it."""
        return PublishedTarget(**self.cleaned_data)


def lines(data: Mapping[str, Any] | None, targets: Sequence[Target]) -> list[TargetForm]:
    """The lines as they were sent, or one for each target and a few empty ones; “more” adds to what was typed."""
    if data is None:
        drawn = [TargetForm(prefix=f"t{number}", initial=_initial(row)) for number, row in enumerate(targets)]
        return [*drawn, *_empty(len(drawn), SPARE)]
    sent = str(data.get("lines", ""))
    count = min(int(sent), MOST) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0
    forms_sent = [TargetForm(data, prefix=f"t{number}") for number in range(count)]
    return [*forms_sent, *_empty(count, MORE)] if data.get("do") == "more" else forms_sent


def _empty(start: int, count: int) -> list[TargetForm]:
    return [TargetForm(prefix=f"t{number}") for number in range(start, min(start + count, MOST))]


def _initial(row: Target) -> dict[str, Any]:
    return {name: getattr(row, name) for name in TargetForm.base_fields if name != "version"}
