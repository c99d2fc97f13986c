"""What the office does to a message: send it again or keep it back, each with a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form


class HandleForm(Form):
    """The reason is required; it goes into the change log."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, strip=True, widget=forms.Textarea(attrs={"rows": 2, "required": True})
    )
