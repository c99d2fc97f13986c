"""An adjustment notice as a form: its document and day, and as many lines of project and kind as it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.web.forms import Form, sent_number
from projects.forms.fields import DayField
from projects.intake.notice import EFFECTS, Line, Placed
from projects.models import Listing

ROWS, MORE, MOST = 6, 6, 120
KINDS = [(kind, {**dict(Listing.Joined.choices), **dict(Listing.Left.choices)}[kind]) for kind in EFFECTS]


@dataclass(slots=True)
class Row:
    """A line as it is drawn: what was typed, and once it was checked, what it would do."""

    number: int
    project: str = ""
    kind: str = ""
    placed: Placed | None = None


class NoticeForm(Form):
    """Document and day; the lines are read beside it by `lines`."""

    layout = "fields-2"
    document = forms.CharField(
        label=_("Document number"), max_length=100, help_text=_("As on the notice: 鲁发改〔2023〕88号")
    )
    on = DayField(label=_("In force from"), required=True, help_text=_("The date of the notice, not in the future."))


def rows_of(data: Mapping[str, Any] | None) -> list[Row]:
    """The lines as they were typed, empty ones kept; six empty ones where nothing was sent."""
    if data is None:
        return [Row(number) for number in range(ROWS)]
    sent = data.get("rows", "")
    count = min(sent_number(sent), MOST) or ROWS
    count = min(count + (MORE if data.get("do") == "more" else 0), MOST)
    return [
        Row(number, str(data.get(f"project-{number}", "")).strip()[:300], str(data.get(f"kind-{number}", ""))[:30])
        for number in range(count)
    ]


def lines_of(rows: list[Row]) -> list[Line]:
    """The lines in which something stands."""
    return [
        Line(row.project, row.kind, where=("", row.number)) for row in rows if row.project or row.kind
    ]  # a code typed for a name is a code
