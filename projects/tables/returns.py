"""The returns of a month as a list: what is owed, what is on this person's desk, what is done."""

from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.web.tables import Column, DateColumn, NumberColumn, Table, provenance_badge
from portfolio.web.templatetags.badges import badge
from projects.models import Provenance, ReturnState
from projects.queries.owed import MISSING
from projects.tables.register import WAN, whole_wan
from projects.templatetags.figures import wan

TONES: dict[str, str] = {
    ReturnState.ACCEPTED: "green",
    ReturnState.RETURNED: "red",
    ReturnState.SUBMITTED: "accent",
    ReturnState.REVIEWED: "accent",
}


class ReturnsTable(Table):
    """One project a row; `picks` are the states whose rows get a box, for the buttons below the table."""

    empty_hint = _("Choose another month or state, or reset the filter.")

    pick = Column("", accessor="code", orderable=False, css="fit", phone="pick")
    name = Column(_("Project"), css="wide", phone="title")
    unit = Column(_("County or zone"), order_by="unit_code", css="nowrap")
    plan = NumberColumn(_("Annual plan"), unit=WAN, form=whole_wan)
    before = NumberColumn(_("Before this month"), unit=WAN, form=wan)
    invested = NumberColumn(_("Completed this year"), unit=WAN, form=wan)
    state = Column(_("State"), css="nowrap")
    state_on = DateColumn(_("Since"))

    class Meta(Table.Meta):
        empty_text = _("No return fits")
        order_by = ("state", "name")

    def __init__(self, *args: Any, period: str, picks: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if picks else ("pick",), **kwargs)
        self.picks = picks
        self.root, self.tail = reverse("register"), f"returns/{period}/"

    def render_pick(self, record: Any) -> str:
        """A box where the return waits for this person; it says which version of it they saw."""
        if record.state not in self.picks:
            return ""
        return format_html(
            '<input type="checkbox" name="key" value="{}:{}" data-pick aria-label="{}">',
            record.code,
            record.seen,
            record.name,
        )

    def render_name(self, record: Any) -> SafeString:
        """The project, linked to its return for the month."""
        name, code = conditional_escape(record.name), conditional_escape(record.code)
        mark = "" if record.provenance == Provenance.OFFICIAL else provenance_badge(record.provenance)
        return SafeString(
            f'<a class="main" href="{self.root}{code}/{self.tail}">{name}</a><span class="sub">{code} {mark}</span>'
        )

    def render_state(self, value: str) -> SafeString:
        """Where the return stands."""
        words = _("Not begun") if value == MISSING else ReturnState(value).label
        return badge(words, TONES.get(value, ""))
