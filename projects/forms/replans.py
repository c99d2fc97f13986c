"""The city office's words on a new date."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form


class DecisionForm(Form):
    """Needed with a refusal, welcome with an approval."""

    words = forms.CharField(
        label=_("Words with the decision"),
        required=False,
        max_length=300,
        strip=True,
        help_text=_("A refusal says why."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
