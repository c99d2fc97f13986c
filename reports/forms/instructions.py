"""An instruction as it is entered, and what came of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.forms.fields import DayField
from reports.actions.instructions import LONGEST


class InstructionForm(Form):
    """What is to be done, by whom and by when; the office says whose instruction it is, and of which day."""

    text = forms.CharField(
        label=_("What is to be done"), max_length=LONGEST, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ChoiceField(label=_("Who answers for it"))
    due_on = DayField(label=_("To be done by"), required=True)
    given_by = forms.CharField(label=_("Whose instruction it is"), max_length=100, strip=True)
    given_on = DayField(label=_("Given on"))

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], is_leader: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("owner", [("", "—"), *people])
        if is_leader:
            del self.fields["given_by"], self.fields["given_on"]


class OutcomeForm(Form):
    """What came of it."""

    outcome = forms.CharField(
        label=_("What came of it"),
        required=False,
        max_length=LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
