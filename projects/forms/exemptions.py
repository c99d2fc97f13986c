"""Asking for an exemption, and ending one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.actions.exemptions import Plea
from projects.forms.fields import DayField


class ExemptionForm(Form):
    """On what, from when to when, why, by what paper; the action says what cannot be."""

    layout = "fields-2"
    wide = ("indicators", "reason", "with_parts")

    indicators = forms.MultipleChoiceField(label=_("Not to be judged on"), widget=forms.CheckboxSelectMultiple)
    valid_from = DayField(label=_("First day"), required=True)
    valid_to = DayField(label=_("Last day"), required=True)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, strip=True, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why it would be unjust to judge the project; it stands wherever its light does."),
    )  # fmt: skip
    document = forms.CharField(label=_("Approval document"), max_length=100, required=False, strip=True)
    with_parts = forms.BooleanField(
        label=_("Also its parts"), required=False,
        help_text=_(
            "Covers the parts that the package has on the day of the decision; otherwise they are judged as before."
        ),
    )  # fmt: skip

    def __init__(
        self, *args: Any, indicators: list[tuple[str, str]], is_office: bool, is_package: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_package:
            del self.fields["with_parts"]
        self.offer("indicators", indicators)
        self.fields["document"].help_text = (
            _("With a document number it holds at once; without one, somebody else of the office decides.")
            if is_office
            else _("Number of the paper that it rests on.")
        )

    def plea(self) -> Plea:
        """What was typed."""
        typed = self.cleaned_data
        days = typed["valid_from"], typed["valid_to"]
        parts = typed.get("with_parts", False)
        return Plea(typed["indicators"], *days, typed["reason"], typed["document"], with_parts=parts)


class WithdrawForm(Form):
    """Why a request is withdrawn, for whoever wants to say it."""

    words = forms.CharField(
        label=_("Why it is withdrawn"), required=False, max_length=300, strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="withdraw_%s", **kwargs)  # it may stand beside the form of the decision


class EndForm(Form):
    """Why an exemption ends before its day."""

    reason = forms.CharField(
        label=_("Why it ends early"), max_length=300, strip=True, widget=forms.Textarea(attrs={"rows": 2})
    )
