"""The access log as a table: each event told in words. Reads nothing but the rows it is given."""

import json
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.models import AccessEvent, User
from portfolio.web import attempts
from portfolio.web.tables import Column, NumberColumn, Table
from portfolio.web.templatetags.badges import badge

Kind = AccessEvent.Kind
TONES = {Kind.REFUSED: "yellow", Kind.LOCKED_OUT: "red", Kind.FORBIDDEN: "yellow"}
MISSING = "—"
WORDS = {
    attempts.WRONG_PASSWORD: _("Wrong password"),
    attempts.UNKNOWN_NAME: _("No account of that name; what was typed is not kept"),
    attempts.CLOSED: _("The account is closed"),
    attempts.OUTSIDE_DATES: _("Outside the dates of the account's access"),
}


class AccessTable(Table):
    """The newest first."""

    empty_hint = _("No event fits this filter. Take a condition away, or reset it.")
    empty_url = "?"
    empty_action = _("Reset the filter")

    seq = NumberColumn(_("No."), phone="plain")
    at = Column(_("When"), css="nowrap", order_by="seq")
    account = Column(_("By whom"), css="nowrap", empty_values=())
    kind = Column(_("Event"), phone="title")
    subject = Column(_("What"), css="wide", phone="wide", orderable=False, empty_values=())
    address = Column(_("Network address"), css="nowrap")
    hash = Column(_("Hash"), css="nowrap", phone="hide", orderable=False)

    class Meta(Table.Meta):
        empty_text = _("No event to show")
        order_by = ("-seq",)

    def render_at(self, value: str) -> SafeString:
        """Day and time in Asia/Shanghai, as written when it happened."""
        return format_html('{}<span class="sub">{}</span>', value[:10], value[11:19])

    def render_account(self, record: AccessEvent) -> SafeString:
        """Name and account; nobody where the name that was typed belongs to no account."""
        return format_html('{}<span class="sub">{}</span>', record.name or MISSING, record.account)

    def render_kind(self, record: AccessEvent) -> SafeString | str:
        """What happened; what was refused stands out."""
        tone = TONES.get(Kind(record.kind))
        return badge(record.get_kind_display(), tone) if tone else str(record.get_kind_display())

    def render_subject(self, record: AccessEvent) -> SafeString | str:
        """What it was about, and what is known besides."""
        about = format_html('<span class="break">{}</span>', record.subject) if record.subject else ""
        more = told(record)
        if not (about or more):
            return MISSING
        return format_html("{}{}", about, format_html('<span class="sub break">{}</span>', more) if more else "")

    def render_hash(self, value: str) -> SafeString:
        """The beginning of the hash; the whole of it in the title."""
        return format_html('<code title="{}">{}…</code>', value, value[:10])


def told(event: AccessEvent) -> Any:
    """The detail of an event in words: a reason by its code, the fields of a changed account, else as it stands."""
    if event.kind == Kind.ACCOUNT:
        return _fields(event.detail)
    if event.kind == Kind.VERIFIED:
        return verdict(event)
    return WORDS.get(event.detail, event.detail)


def verdict(event: AccessEvent) -> Any:
    """What a walk over the log found."""
    found = json.loads(event.detail)
    if found["broken"] is None:
        return _("The chain holds: %(rows)s rows.") % {"rows": found["rows"]}
    return _("The chain is broken at row %(seq)s.") % {"seq": found["broken"]}


def _fields(detail: str) -> SafeString:
    changes: dict[str, list[Any]] = json.loads(detail)
    lines = ((_label(name), _value(name, old), _value(name, new)) for name, (old, new) in changes.items())
    return format_html_join("; ", "{}: {} → {}", lines)


def _label(name: str) -> Any:
    try:
        return User._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def _value(name: str, value: Any) -> Any:
    if value is None or value == "":
        return MISSING
    if name == "password":
        return _("a one-time password")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field: Any = User._meta.get_field(name)
    return dict(field.flatchoices).get(value, value)
