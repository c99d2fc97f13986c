"""The list of messages: to whom, about what, and how it went."""

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.web.tables import Column, DateColumn, Table
from portfolio.web.templatetags.badges import badge
from reports.models import OutboxMessage

TONES = {"queued": "accent", "sending": "accent", "sent": "green", "failed": "red", "withheld": "yellow"}


def state_badge(message: OutboxMessage) -> SafeString:
    """The state in a frame of its colour."""
    return badge(message.get_state_display(), TONES[message.state])


class StateColumn(Column):
    """The state of delivery as a badge."""

    def render(self, record: OutboxMessage) -> SafeString:
        """The badge."""
        return state_badge(record)


class OutboxTable(Table):
    """Messages, the latest first."""

    business_date = DateColumn(_("Day"), css="fit")
    to_name = Column(_("Recipient"), css="fit", phone="title")
    subject = Column(_("Subject"), css="main wide", phone="wide", linkify=lambda record: message_url(record))
    kind = Column(_("Kind"), css="fit")
    state = StateColumn(_("State"), css="fit")
    sent_at = DateColumn(_("Sent at"), css="fit")
    attempts = Column(_("Attempts"), css="num", phone="hide")
    last_error = Column(_("Last error"), css="sub wide", phone="wide")

    class Meta(Table.Meta):
        order_by = "-business_date"
        empty_text = _("No mail yet")

    empty_hint = _("Digests are queued on working days at half past eight; what was queued stays here for good.")

    def render_last_error(self, record: Any) -> str:
        """What went wrong last, or why it is withheld; cut where it is long."""
        words = record.withheld_reason or record.last_error
        return words if len(words) <= 120 else f"{words[:119]}…"


def message_url(message: OutboxMessage) -> str:
    """The page on which a message is read."""
    return reverse("outbox_message", args=[message.pk])
