"""What to say when asking for a workbook: which month, as known when, in which language."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portfolio.web.filters import QuickSelect
from portfolio.web.forms import Form


class BuildForm(Form):
    """`months` are (period, label) pairs; an empty month covers everything, where the kind allows it."""

    layout = "fields-2"
    period = forms.ChoiceField(label=_("Month"), required=False, widget=QuickSelect)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=QuickSelect)
    as_known = forms.DateTimeField(
        label=_("As known at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Left empty: the moment of the month's lock; for an open month, now."),
    )

    def __init__(self, *args: Any, months: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("period", months)
        self.fields["period"].required = "" not in dict(months)
