"""The change log as a table: each row told in words, with its position and the beginning of its hash."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.web.tables import Column, NumberColumn, Table
from projects.models import Change
from projects.telling import Story, tell
from projects.templatetags.figures import MISSING


class LedgerTable(Table):
    """The newest first. `names` gives codes their names."""

    empty_hint = _("Nothing fits this filter. Take a condition away, or reset it.")
    empty_url = "?"
    empty_action = _("Reset the filter")

    seq = NumberColumn(_("No."), phone="plain")
    business_date = Column(_("When"), css="nowrap", order_by="seq")
    actor_name = Column(_("By whom"))
    key = Column(_("What"), css="wide", phone="title", orderable=False)
    changes = Column(_("Before and after"), css="wide", phone="wide", orderable=False)
    reason = Column(_("Reason and source"), phone="wide", orderable=False, empty_values=())
    hash = Column(_("Hash"), css="nowrap", phone="wide", orderable=False)

    class Meta(Table.Meta):
        empty_text = _("No change to show")
        order_by = ("-seq",)

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        self.root = reverse("register")
        self._told: tuple[int, Story] | None = None

    def story(self, record: Change) -> Story:
        """The row in words; a row's cells are drawn one after another, so one is remembered."""
        if self._told is None or self._told[0] != record.seq:
            self._told = (record.seq, tell(record, self.names))
        return self._told[1]

    def render_seq(self, record: Change) -> SafeString:
        """The position leads to the row by itself."""
        return format_html('<a href="{}">{}</a>', reverse("change", args=[record.seq]), record.seq)

    def render_business_date(self, record: Change) -> SafeString:
        """Business date, and the time of the entry."""
        return format_html('{}<span class="sub">{}</span>', record.business_date, record.at[11:19])

    def render_actor_name(self, record: Change) -> SafeString:
        """Name, account and the door by which the change came in."""
        told = self.story(record)
        return format_html('{}<span class="sub">{} · {}</span>', told.who, record.actor, told.origin)

    def render_key(self, record: Change) -> SafeString:
        """What was done to which row, and the project."""
        told = self.story(record)
        link = (
            format_html('<span class="sub"><a href="{}{}/">{}</a></span>', self.root, told.project, told.project)
            if told.project
            else ""
        )
        return format_html("<strong>{}</strong> {}{}", told.subject, told.act, link)

    def render_changes(self, record: Change) -> SafeString:
        """Field by field; long lists stay short until opened."""
        lines = [
            format_html("<li>{}: {}{}</li>", line.label, _was(line.before), line.after)
            for line in self.story(record).lines
        ]
        head = format_html("<ul>{}</ul>", format_html_join("", "{}", ((line,) for line in lines[:4])))
        if len(lines) <= 4:
            return head
        rest = format_html_join("", "{}", ((line,) for line in lines[4:]))
        return format_html(
            '{}<details class="disclosure"><summary>{}</summary><ul>{}</ul></details>',
            head,
            _("%(count)s more") % {"count": len(lines) - 4},
            rest,
        )

    def render_reason(self, record: Change) -> SafeString:
        """Why, and from which file, sheet and cell."""
        return format_html('{}<span class="sub">{}</span>', record.reason or MISSING, record.source)

    def render_hash(self, value: str) -> SafeString:
        """The beginning of the hash; the whole of it in the title."""
        return format_html('<code title="{}">{}…</code>', value, value[:10])


def _was(before: str) -> SafeString | str:
    return "" if before == MISSING else format_html('<span class="was muted">{}</span> → ', before)
