"""The list of messages: to whom, about what, and how it went."""

from typing import Final

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portfolio import clock
from portfolio.web.tables import Column, DateColumn, Table
from portfolio.web.templatetags.badges import badge
from reports.faults import retold
from reports.models import OutboxMessage

LONGEST: Final = 120
TONES: Final = {"queued": "accent", "sending": "accent", "sent": "green", "failed": "red", "withheld": "yellow"}


def state_badge(message: OutboxMessage) -> SafeString:
    """The state in a frame of its colour."""
    return badge(message.get_state_display(), TONES[message.state])


class StateColumn(Column):
    """How delivery stands, and below it what went wrong or why it is withheld."""

    def render(self, record: OutboxMessage) -> SafeString:
        """The badge, and the words cut where they are long."""
        words = retold(record.withheld_reason or record.last_error)
        if record.state == OutboxMessage.State.QUEUED and record.attempts and record.next_attempt_at:
            told = {"count": record.attempts, "at": f"{record.next_attempt_at.astimezone(clock.SHANGHAI):%m-%d %H:%M}"}
            words = _("refused %(count)s times, next attempt %(at)s: ") % told + words
        if not words:
            return state_badge(record)
        short = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
        return format_html('{}<span class="sub">{}</span>', state_badge(record), short)


class RecipientColumn(Column):
    """The name, the address, and how many copies went along."""

    def render(self, record: OutboxMessage) -> SafeString:
        """The address is what a mail server complains about."""
        count = len(record.copies)
        copies = ngettext(" +%(count)s copy", " +%(count)s copies", count) % {"count": count} if count else ""
        return format_html('{}<span class="sub">{}{}</span>', record.to_name, record.to_address, copies)


class OutboxTable(Table):
    """Messages, the latest first."""

    business_date = DateColumn(_("Day"), css="fit")
    to_name = RecipientColumn(_("Recipient"), css="fit")
    subject = Column(_("Subject"), css="main wide", phone="title", linkify=lambda record: message_url(record))
    kind = Column(_("Kind"), css="fit", phone="hide")
    state = StateColumn(_("State"), css="wide")
    sent_at = DateColumn(_("Sent at"), css="fit")

    class Meta(Table.Meta):
        order_by = "-business_date"
        empty_text = _("No mail yet")

    empty_hint = _("Digests are queued on working days at half past eight; what was queued stays here for good.")


def message_url(message: OutboxMessage) -> str:
    """The page on which a message is read."""
    return reverse("outbox_message", args=[message.pk])
