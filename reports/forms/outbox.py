"""What the office does to a message: send it again or keep it back, each with a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from reports.models import OutboxMessage


class HandleForm(Form):
    """The reason is required; it goes into the change log. `seen` says how the message stood on the page."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, strip=True, widget=forms.Textarea(attrs={"rows": 2, "required": True})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, message: OutboxMessage, **kwargs: Any) -> None:
        self.present = f"{message.state} {message.sent_at.isoformat() if message.sent_at else ''}".strip()
        super().__init__(*args, initial={"seen": self.present}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuses a form that was drawn of the message as it no longer stands: what failed then may have gone since."""
        cleaned = super().clean() or {}
        if cleaned.get("seen") != self.present:
            self.data = {**self._sent(), "seen": self.present}
            self.add_error(None, _("The message has changed meanwhile. Look at it again."))
        return cleaned
