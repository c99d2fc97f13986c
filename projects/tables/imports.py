"""Imports as a table: what was sent in, by whom, and what came of it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.clock import SHANGHAI
from portfolio.web.tables import Column, Table
from portfolio.web.templatetags.badges import badge
from projects.actions.importers import title_of
from projects.models import ImportBatch

State = ImportBatch.State
TONES = {
    State.PLANNED: "accent", State.COMMITTED: "green", State.PARTLY: "yellow", State.REFUSED: "red",
    State.DROPPED: "none",
}  # fmt: skip
_COUNTED: Mapping[str, Any] = {
    "create": _("%(count)s new"),
    "update": _("%(count)s changed"),
    "unchanged": _("%(count)s the same"),
    "conflict": _("%(count)s conflicts"),
    "error": _("%(count)s wrong"),
}


def state_badge(batch: ImportBatch) -> SafeString:
    """The state in a frame of its colour."""
    return badge(batch.get_state_display(), TONES[State(batch.state)])


def counted(counts: Mapping[str, Any]) -> str:
    """How many rows of each kind, in words; kinds without a row are left out."""
    said = [str(words) % {"count": counts[kind]} for kind, words in _COUNTED.items() if counts.get(kind)]
    return " · ".join(said)


class ImportTable(Table):
    """The newest first."""

    empty_hint = _("Send in a workbook above; nothing is written before you have seen what it would change.")

    file_name = Column(_("File"), phone="title", css="main", orderable=False)
    kind = Column(_("Kind of file"), orderable=False)
    state = Column(_("State"), css="fit")
    outcome = Column(_("Rows"), orderable=False, empty_values=())
    sender = Column(_("By whom"))
    uploaded_at = Column(_("When"), css="nowrap")

    class Meta(Table.Meta):
        empty_text = _("No file was sent in yet")
        order_by = ("-uploaded_at",)

    def render_file_name(self, record: ImportBatch) -> SafeString:
        """The name, with the import's page behind it."""
        return format_html('<a href="{}">{}</a>', reverse("import", args=[record.pk]), record.file_name)

    def render_kind(self, record: ImportBatch) -> str:
        """In words, with the list that it is for."""
        return " · ".join(part for part in (str(title_of(record)), record.target) if part)

    def render_state(self, record: ImportBatch) -> SafeString:
        """The badge."""
        return state_badge(record)

    def render_outcome(self, record: ImportBatch) -> str:
        """How many rows of each kind: as decided, or as planned."""
        return counted(record.outcome or record.plan) or str(record.outcome.get("sentence", ""))[:80]

    def render_uploaded_at(self, record: ImportBatch) -> str:
        """Day and time in Asia/Shanghai."""
        return record.uploaded_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
