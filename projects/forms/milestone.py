"""What can be said of a milestone: done on, expected on, and, for those who may re-plan, planned on."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.forms.fields import DayField
from projects.models import Milestone

DATES = ("actual_on", "forecast_on", "planned_on")


class MilestoneForm(Form):
    """Drawn with the milestone's present dates and version; `wanted` is what the person wants them to be."""

    actual_on = DayField(label=_("Done on"), help_text=_("The day on which it was reached; not in the future."))
    forecast_on = DayField(label=_("Expected on"), help_text=_("Your own estimate. It moves no deadline."))
    planned_on = DayField(
        label=_("Planned on"),
        help_text=_("A re-plan keeps the former date on record and needs a reason."),
    )
    document = forms.CharField(label=_("Approval document"), required=False, max_length=100)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when a recorded date changes, or the plan."),
    )

    field_order = ("actual_on", "forecast_on", "planned_on", "document", "reason")

    def __init__(self, *args: Any, milestone: Milestone, may_replan: bool, **kwargs: Any) -> None:
        initial = {name: getattr(milestone, name) for name in (*DATES, "version")}
        super().__init__(*args, initial=initial, **kwargs)
        if not may_replan:
            del self.fields["planned_on"], self.fields["document"]

    def wanted(self) -> dict[str, date | None]:
        """The dates by field name."""
        return {name: self.cleaned_data[name] for name in DATES if name in self.fields}
