"""The register's table: one project a row, money in 万元, figures at the end of the last ended month."""

from typing import Any

from django.db.models import QuerySet
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.web.tables import Column, LightColumn, NumberColumn, Table, provenance_badge
from portfolio.web.templatetags.badges import badge as badge_of
from projects.core.money import rate_percent
from projects.core.reasons import decode
from projects.models import Provenance, Stage
from projects.templatetags.figures import percent, points, wan, yi

WAN, YI = _("10,000 yuan"), _("100 million yuan")


def restatements_address(year: int | str) -> str:
    """Where the corrections of a year's locked months are told."""
    return f"{get_script_prefix()}reports/restatements/?year={year}"


def restated_mark(year: str) -> SafeString:
    """Says beside a figure that it rests on a month which was corrected after its lock."""
    words, why = _("restated"), _("A month of the year was corrected after it was locked: see what was and what is.")
    return format_html('<a class="sub restated" href="{}" title="{}">{}</a>', restatements_address(year), why, words)


def whole_wan(yuan: int) -> str:
    """Yuan as whole 万元."""
    return wan(yuan, 0)


class RegisterTable(Table):
    """The reader's own projects first, then the worst light; what public sources only mention comes last; by code."""

    empty_hint = _("Nothing fits this filter. Take a condition away, or reset it.")
    empty_url = "?"
    empty_action = _("Reset the filter")

    light = LightColumn(_("Light"), css="fit", phone="plain")
    name = Column(_("Project"), css="wide", phone="title")
    unit = Column(_("County or zone"), order_by="unit_code", css="nowrap")
    chain = Column(_("Industry chain"), order_by="chain_place")
    stage = Column(_("Stage"), css="nowrap")
    total_investment = NumberColumn(_("Total investment"), unit=YI, form=lambda yuan: yi(yuan, 2))
    plan = NumberColumn(_("Annual plan"), unit=WAN, form=whole_wan)
    completed = NumberColumn(_("Completed this year"), unit=WAN, form=whole_wan)
    rate = NumberColumn(_("Completion rate"))
    gap = NumberColumn(_("Against pace"), unit=_("points"))
    overdue = NumberColumn(_("Milestones overdue"), empty_values=(None, 0))
    leader = Column(_("Responsible city leader"), css="nowrap")

    class Meta(Table.Meta):
        empty_text = _("No project to show")
        order_by = ("light",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root = reverse("register")

    def render_name(self, record: Any) -> SafeString:
        """Name and link, under it the code, the badge and, for a part, its package."""
        package = format_html(" · {} {}", _("part of"), record.package) if record.package else ""
        origin = "" if record.provenance == Provenance.OFFICIAL else provenance_badge(record.provenance)
        own = badge_of(_("yours"), "accent") if record.own else ""
        name, code = conditional_escape(record.name), conditional_escape(record.code)
        link = f'<a class="main" href="{self.root}{code}/">{name}</a>'
        return SafeString(f'{link}<span class="sub">{code} {origin}{own}{package}</span>')

    def render_completed(self, record: Any) -> SafeString:
        """The amount, with a mark that leads to what was corrected after its month was locked."""
        mark = restated_mark(record.period[:4]) if record.restated else ""
        return SafeString(f"{whole_wan(record.completed)}{mark}")

    def render_rate(self, record: Any) -> str:
        """From the amounts: a figure that was rounded before is not rounded again."""
        return percent(rate_percent(record.completed, record.plan))

    def render_gap(self, record: Any) -> str:
        """From the exact gap that was judged."""
        return points(decode(record.judged_gap) if record.judged_gap else None)

    def render_stage(self, value: str) -> str:
        """The stage in words."""
        return str(Stage(value).label)

    def order_light(self, rows: QuerySet[Any], is_descending: bool) -> tuple[QuerySet[Any], bool]:
        """The reader's own first; then by severity, red first or last; mere mentions after the rest; then by code."""
        return rows.order_by("-own", "-severity" if is_descending else "severity", "provenance", "code"), True
