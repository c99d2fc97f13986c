"""What a person does to an alert: acknowledge it, with a note."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from reports.actions.handling import LONGEST


class AcknowledgeForm(Form):
    """A note says what is being done; it may be left out."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST,
        strip=True,
        help_text=_("What is being done about it, and by when. It goes into the change log."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
