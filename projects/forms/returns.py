"""A month's return as people type it: the month or the cumulative figure, whichever they have; the other follows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import QuickSelect
from portfolio.web.forms import Form, dress
from projects.actions.returns import FIGURES, ReturnFigures
from projects.forms.fields import WanField
from projects.models import ProblemKind, ReturnVersion
from projects.templatetags.figures import wan_exact

NO_CHOICE = [("", "—")]
MISSING = "missing"  # nothing was typed yet: an error only of a return that is being submitted


class ReturnForm(Form):
    """`before` is the last accepted cumulative of the year, in yuan; month and cumulative must agree with it."""

    layout = "fields-2"
    wide = ("physical_text", "problem_text")
    one_of = ("month", "invested")
    month = WanField(label=_("Completed in the month"), falls=True)
    invested = WanField(label=_("Completed this year"))
    statistics = WanField(
        label=_("Entered into statistics this year"),
        help_text=_("As the statistics office has it; never worked out from the figure above."),
    )
    funds_arrived = WanField(label=_("Funds arrived this year"))
    funds_paid = WanField(label=_("Funds paid this year"))
    physical_percent = forms.IntegerField(
        label=_("Physical progress, percent"), required=False, min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"class": "input input-number input-short", "min": 0, "max": 100}),
    )  # fmt: skip
    physical_text = forms.CharField(
        label=_("Physical progress in words"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    problem_kind = forms.ChoiceField(
        label=_("Kind of problem"), required=False, choices=[*NO_CHOICE, *ProblemKind.choices], widget=QuickSelect
    )
    problem_text = forms.CharField(
        label=_("Problems, and what is asked of whom"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, before: int, reason_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        self.fields["month"].widget.attrs["data-sum-part"] = wan_exact(before)
        self.fields["invested"].widget.attrs["data-sum-whole"] = wan_exact(before)
        self.fields["month"].help_text = _("Type this or the figure of the year; the other is worked out.")
        told = {"before": f"{Decimal(wan_exact(before) or 0):,}"}
        self.fields["invested"].help_text = _("Before this month: %(before)s") % told
        self.allow_reason()
        if reason_needed or self.initial.get("reason"):
            self.fields["reason"].required = reason_needed
            self.fields["reason"].widget = forms.Textarea(attrs={"rows": 2})
            dress(self.fields["reason"])

    def clean(self) -> dict[str, Any]:
        """Work out the figure that was left empty. Says at the field where both were typed and disagree."""
        cleaned = super().clean() or {}
        if "month" in self.errors or "invested" in self.errors:
            return cleaned
        month, invested = cleaned.get("month"), cleaned.get("invested")
        if month is None and invested is None:
            words = _("Type the month's figure or the year's; 0 if nothing was completed.")
            self.add_error("month", ValidationError(words, code=MISSING))
        elif invested is None:
            cleaned["invested"] = self.before + (month or 0)
        elif month is not None and self.before + month != invested:
            facts = {
                "before": wan_exact(self.before) or "0",
                "sum": wan_exact(self.before + month),
                "invested": wan_exact(invested),
            }
            self.add_error(
                "month",
                _("%(before)s before and this month make %(sum)s, not %(invested)s. Empty one of the two.") % facts,
            )
        if cleaned.get("problem_text") and not cleaned.get("problem_kind"):
            self.add_error("problem_kind", _("Choose what kind of problem this is."))
        return cleaned

    def figures(self) -> ReturnFigures:
        """What the return says, in yuan."""
        return ReturnFigures(**{name: self.cleaned_data[name] for name in FIGURES})

    def typed(self) -> dict[str, str]:
        """Everything as it was typed, for a draft; without U+0000, which PostgreSQL cannot keep."""
        said = {name: str(self.data.get(self.add_prefix(name)) or "") for name in (*FIGURES, "month", "reason")}
        return {name: kept for name, text in said.items() if (kept := text.replace("\x00", "").strip())}


class GiveBackForm(Form):
    """Words that go with a return that is given back."""

    words = forms.CharField(
        label=_("What is to be put right"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def initial_of(draft: Mapping[str, Any], version: ReturnVersion | None, before: int) -> dict[str, Any]:
    """What the form shows at first: a kept draft as it was typed, else the last submitted version."""
    if draft:
        return dict(draft)
    if version is None:
        return {}
    values = {name: getattr(version, name) for name in FIGURES}
    return {**values, "month": version.invested - before if version.invested >= before else None}
