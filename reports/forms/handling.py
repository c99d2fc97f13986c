"""What a person does to chosen alerts: see them, put them into somebody's hands, put them off, take them up again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.forms.fields import DayField
from reports.actions.handling import LONGEST


def _words(label: Any, help_text: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST,
        strip=True,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SeeForm(Form):
    """One note for all of them; it may be left out."""

    note = _words(
        _("Note"), _("What is being done about it, and by when. It goes into the change log."), required=False
    )


class AssignForm(Form):
    """Somebody who sees the projects and can do something about them."""

    to = forms.ChoiceField(label=_("Assign to"), required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", [("", _("Nobody in particular")), *people])


class SnoozeForm(Form):
    """Until when, and why it can wait."""

    until = DayField(label=_("Until"), required=True)
    reason = _words(_("Reason"), _("Why it can wait. It goes into the change log."), required=True)

    def __init__(self, *args: Any, latest: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if latest is not None:
            self.fields["until"].help_text = _("%(day)s at the latest, by the policy.") % {"day": latest}


class WakeForm(Form):
    """Nothing to fill in."""
