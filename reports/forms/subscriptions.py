"""One's own choice of mails."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form


class SubscriptionForm(Form):
    """A box for each mail that the rules leave to its reader."""

    immediate = forms.BooleanField(
        label=_("New red lights at once"),
        required=False,
        help_text=_("One mail a day at most, on working days, as soon as a project of yours turns red."),
    )
    overview = forms.BooleanField(
        label=_("Overview on the first working day of each week"),
        required=False,
        help_text=_("Without it you hear on that day, too, only when something has changed."),
    )
    all_lists = forms.BooleanField(
        label=_("Weekly overview of all lists"),
        required=False,
        help_text=_(
            "For whoever oversees the whole city: on the first working day of each week all lists against pace, lights "
            "by list and unit and how they changed, the ten most serious projects, instructions. It comes in the same "
            "mail as your own projects."
        ),
    )
