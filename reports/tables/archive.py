"""The archive as a table, and the downloads of it."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.web.tables import Column, DateColumn, NumberColumn, Table
from portfolio.web.templatetags.badges import badge
from reports.models import ArchivedWorkbook

TONES = {"queued": "accent", "building": "accent", "ready": "green", "failed": "red"}
SHORT = 12


def state_badge(workbook: ArchivedWorkbook) -> SafeString:
    """The state in a frame of its colour."""
    return badge(workbook.get_state_display(), TONES[workbook.state])


def page_of(workbook: ArchivedWorkbook) -> str:
    """The page of one archived workbook."""
    return reverse("report", args=[workbook.pk])


class StateColumn(Column):
    """The state as a badge."""

    def render(self, record: ArchivedWorkbook) -> SafeString:
        """The badge."""
        return state_badge(record)


class ShortHash(Column):
    """The first characters of a checksum; the whole one stands on the workbook's page."""

    def render(self, value: str) -> SafeString:
        """A short code."""
        return format_html('<code title="{}">{}…</code>', value, value[:SHORT])


class TakeColumn(Column):
    """The link by which a finished workbook is taken."""

    empty_values = ()

    def render(self, record: ArchivedWorkbook) -> Any:
        """A link, or nothing yet."""
        if record.state != ArchivedWorkbook.State.READY:
            return ""
        return format_html(
            '<a class="button button-small" href="{}">{}</a>',
            reverse("archive_download", args=[record.pk]),
            _("Download"),
        )


class ArchiveTable(Table):
    """Workbooks, the latest first."""

    title = Column(_("Workbook"), css="main wide", phone="title", linkify=lambda record: page_of(record))
    state = StateColumn(_("State"), css="fit")
    as_of = DateColumn(_("As of"), css="fit")
    as_known = NumberColumn(_("Known to no."), css="fit")
    built_at = DateColumn(_("Built at"), css="fit")
    requested_by = Column(_("Asked for by"), css="fit", accessor="asker", order_by="requested_by")
    size = NumberColumn(_("Size"), form=filesizeformat, css="fit")
    sha256 = ShortHash("sha256", css="fit", orderable=False)
    taken = NumberColumn(_("Downloads"), css="fit")
    take = TakeColumn("", css="fit", phone="wide", orderable=False, accessor="pk")

    class Meta(Table.Meta):
        order_by = "-built_at"
        empty_text = _("No workbook has been built yet")

    empty_hint = _("Choose a kind and a month above. Once built, a workbook stays here, byte for byte.")


class DownloadTable(Table):
    """Downloads, the latest first."""

    at = DateColumn(_("Taken at"), css="fit")
    name = Column(_("Taken by"), css="fit", phone="title")
    account = Column(_("Account"), css="fit")
    workbook = Column(_("Workbook"), css="main wide", phone="wide", linkify=lambda record: page_of(record.workbook))
    sha256 = ShortHash("sha256", css="fit", orderable=False)

    class Meta(Table.Meta):
        order_by = "-at"
        empty_text = _("Nothing has been taken yet")
