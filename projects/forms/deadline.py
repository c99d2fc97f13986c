"""A later or earlier deadline for the returns of an open month, with the reason for it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.forms.fields import DayField


class DeadlineForm(Form):
    """Drawn with the deadline and version of the month."""

    due_on = DayField(label=_("New deadline"), required=True, help_text=_("A working day, today or later."))
    reason = forms.CharField(label=_("Reason"), max_length=300, strip=True)
