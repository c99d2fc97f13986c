"""What the office hands in for the working-day calendar: a year's notice, and days on which nothing is sent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form
from projects.forms.fields import DayField

LARGEST = 200_000  # bytes; a notice has two thousand


class NoticeForm(Form):
    """A notice as text or as a file, with its year and its source."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    source = forms.CharField(
        label=_("Source"), max_length=300, strip=True, help_text=_("Title and number of the notice, as printed.")
    )
    published_on = DayField(label=_("Published on"))
    text = forms.CharField(
        label=_("The notice"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "As it is worded (一、元旦：1月1日…), or rows: date, 1 for a working day or 0 for a day off, name."
        ),
    )
    file = forms.FileField(label=_("or a file (CSV, TXT)"), required=False)

    def clean(self) -> dict[str, Any]:
        """The text, out of the file where one is sent."""
        cleaned = super().clean() or {}
        sent = cleaned.get("file")
        if sent is not None and sent.size <= LARGEST:
            cleaned["text"] = _decoded(sent.read())
            if "\x00" in cleaned["text"]:
                self.add_error("file", _("The file is no text file. Save the notice as CSV or TXT."))
        elif sent is not None:
            self.add_error("file", _("The file is too large for a notice."))
        if not cleaned.get("text") and not self.errors:
            self.add_error("text", _("Paste the notice, or choose a file."))
        return cleaned


class QuietForm(Form):
    """A working day on which nothing is sent."""

    day = DayField(label=_("Day"), required=True)
    name = forms.CharField(label=_("Why"), max_length=60, strip=True, required=False)


def _decoded(content: bytes) -> str:
    """UTF-8, or what Chinese offices save as text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
