"""Exemptions as a table: which project, on what, from when to when, why, who asked and what became of it."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.web.tables import Column, DateColumn, Table, provenance_badge
from portfolio.web.templatetags.badges import badge
from projects.models import ExemptionRequest, Provenance
from projects.queries.exemptions import STANDS, Stand, stand_of
from projects.templatetags.figures import day

_TONES = {Stand.WAITING: "accent", Stand.IN_FORCE: "yellow", Stand.REFUSED: "red"}


def stand_badge(request: ExemptionRequest, on: date) -> SafeString:
    """How it stands on a day, in a frame of its colour."""
    stand = stand_of(request, on)
    return badge(str(STANDS[stand]), _TONES.get(stand, ""))


class ExemptionTable(Table):
    """What was asked for last comes first."""

    empty_hint = _("An exemption is asked for on the page of a project or of an alert.")

    project = Column(_("Project"), css="wide", phone="title", orderable=False)
    indicators = Column(_("Not judged on"), orderable=False)
    valid_from = DateColumn(_("First day"), css="fit")
    valid_to = DateColumn(_("Last day"), css="fit")
    reason = Column(_("Reason"), css="wide", phone="wide", orderable=False)
    asked_on = Column(_("Asked by"), order_by="asked_on")
    state = Column(_("State"), orderable=False)

    class Meta(Table.Meta):
        order_by = ("-asked_on",)
        empty_text = _("No exemption to show")

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def render_project(self, record: ExemptionRequest) -> SafeString:
        """The name, with the exemption's page behind it; under it code and unit."""
        project = record.project
        mark = "" if project.provenance == Provenance.OFFICIAL else provenance_badge(project.provenance)
        under = " · ".join(part for part in (project.code, project.division.name if project.division else "") if part)
        return format_html(
            '<a class="main" href="{}">{}</a><span class="sub">{} {}</span>',
            reverse("exemption", args=[record.pk]), project.name, under, mark,
        )  # fmt: skip

    def render_indicators(self, record: ExemptionRequest) -> SafeString:
        """By name; of a package, whether its parts are covered."""
        names = format_html_join(" · ", '<span class="nowrap">{}</span>', ((name,) for name in record.indicator_names))
        if not record.project.is_package:
            return names
        parts = _("with its parts") if record.with_parts else _("without its parts")
        return format_html('{}<span class="sub">{}</span>', names, parts)

    def render_valid_from(self, record: ExemptionRequest) -> str:
        """From when it really holds."""
        return day(record.first_day)

    def render_valid_to(self, record: ExemptionRequest) -> str:
        """Until when it really holds; nothing where it was ended before it began."""
        return day(record.last_day if record.ever_held else None)

    def render_reason(self, record: ExemptionRequest) -> SafeString | str:
        """Why, and under it the paper."""
        if not record.document:
            return record.reason
        return format_html('{}<span class="sub">{}</span>', record.reason, record.document)

    def render_asked_on(self, record: ExemptionRequest) -> SafeString:
        """Who, and under it when."""
        who = getattr(record, "asked_by_name", "") or record.asked_by
        return format_html('{}<span class="sub">{}</span>', who, record.asked_on)

    def render_state(self, record: ExemptionRequest) -> SafeString:
        """The badge, and who decided when."""
        shown = stand_badge(record, self.as_of)
        if record.decided_on is None:
            return shown
        who = getattr(record, "decided_by_name", "") or record.decided_by
        return format_html(
            '{}<span class="sub">{}</span><span class="sub nowrap">{}</span>', shown, who, record.decided_on
        )
