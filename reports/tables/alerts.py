"""The list of alerts: how grave, which project, what is wrong in one sentence, since when, judged by which policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.web.tables import Column, DateColumn, Table, provenance_badge
from portfolio.web.templatetags.badges import badge, light
from projects.core.calendar import WorkCalendar
from projects.core.reasons import decode
from projects.models import Provenance
from projects.templatetags.figures import day
from projects.wording import say_day
from reports.models import Alert, Level
from reports.queries.exempted import Before, before
from reports.wording import alert_sentence, before_words, policy_words, rule_title, standing_words


def level_badge(level: str) -> SafeString:
    """Red and yellow as lights, a notice as a word in a frame."""
    return light(level) if level != Level.NOTICE else badge(Level.NOTICE.label, "accent")


class AlertTable(Table):
    """The gravest first, and of these what has stood longest."""

    pick = Column("", accessor="pk", orderable=False, css="fit no-print", phone="pick")
    level = Column(gettext_lazy("Level"), css="fit", phone="plain")
    project = Column(gettext_lazy("Project"), css="wide", phone="title", orderable=False)
    why = Column(gettext_lazy("What is wrong"), css="wide", phone="wide", empty_values=(), orderable=False)
    unit = Column(gettext_lazy("County or zone"), accessor="project__division", order_by="project__division__code")
    leader = Column(gettext_lazy("Responsible city leader"), css="nowrap", order_by="leader")
    raised_on = DateColumn(gettext_lazy("Raised on"), css="fit")
    stands = Column(gettext_lazy("Stands for"), css="nowrap", order_by="raised_on", empty_values=())
    policy = Column(gettext_lazy("Judged by"), css="nowrap", empty_values=(), orderable=False, phone="hide")
    seen = Column(gettext_lazy("Acknowledged"), accessor="seen_by", css="nowrap", orderable=False)

    class Meta(Table.Meta):
        order_by = ("level",)
        empty_text = gettext_lazy("No alert to show")

    empty_hint = gettext_lazy("Nothing is wrong, or nothing fits this filter.")

    def __init__(
        self,
        *args: Any,
        as_of: date,
        calendar: WorkCalendar,
        policies: Mapping[tuple[str, int], str],
        picks: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, exclude=() if picks else ("pick",), **kwargs)
        self.as_of = as_of
        self.calendar = calendar
        self.policies = policies
        self.projects = f"{get_script_prefix()}projects/"
        self.earlier: dict[int, Before] = {}

    def before_render(self, request: HttpRequest) -> None:
        """What came before an exemption, of the alerts on the page."""
        self.earlier = before(Alert.objects.filter(pk__in=[row.record.pk for row in self.paginated_rows]))

    def render_pick(self, record: Alert) -> SafeString | str:
        """A box for an open alert; it says which version of it the person saw."""
        if record.cleared_on is not None:
            return ""
        return format_html(
            '<input type="checkbox" name="chosen" value="{}:{}" data-pick aria-label="{}">',
            record.pk,
            record.version,
            record.project.name,
        )

    def render_level(self, record: Alert) -> SafeString:
        """The level as a badge."""
        return level_badge(record.level)

    def render_project(self, record: Alert) -> SafeString:
        """Name, under it the code and the badge of invented data."""
        project = record.project
        mark = "" if project.provenance == Provenance.OFFICIAL else provenance_badge(project.provenance)
        name, code = conditional_escape(project.name), conditional_escape(project.code)
        return SafeString(
            f'<a class="main" href="{self.projects}{code}/">{name}</a><span class="sub">{code} {mark}</span>'
        )

    def render_why(self, record: Alert) -> SafeString:
        """The sentence, which leads to the alert's own page, and under it the rule."""
        sentence = alert_sentence(record, as_of=self.as_of, calendar=self.calendar)
        return format_html(
            '<a class="plain" href="{}">{}</a><span class="sub">{}</span>',
            alert_url(record),
            sentence,
            rule_title(record.rule),
        )

    def render_raised_on(self, record: Alert) -> SafeString:
        """The day, and what came before an exemption."""
        earlier = self.earlier.get(record.pk)
        shown = conditional_escape(day(record.raised_on))
        return format_html('{}<span class="sub">{}</span>', shown, before_words(earlier)) if earlier else shown

    def render_stands(self, record: Alert) -> SafeString:
        """For how many working days; of a cleared one, until when, too."""
        until = record.cleared_on or self.as_of
        words = standing_words(record.raised_on, until, self.calendar) or "—"
        if record.cleared_on is None:
            return SafeString(conditional_escape(words))
        exempt = getattr(record, "exempted", None)
        if exempt:
            over = _("exempt until %(day)s") % {"day": say_day(decode(exempt["valid_to"]))}
        else:
            over = _("cleared on %(day)s") % {"day": record.cleared_on.isoformat()}
        return format_html('{}<span class="sub">{}</span>', words, over)

    def render_policy(self, record: Alert) -> str:
        """Name and version of the policy."""
        return policy_words(record, self.policies)

    def render_seen(self, value: str, record: Alert) -> SafeString:
        """Who has seen it, and the note."""
        return format_html('{}<span class="sub">{}</span>', value, record.acknowledged_note)

    def order_level(self, rows: "QuerySet[Any]", is_descending: bool) -> tuple["QuerySet[Any]", bool]:
        """Red first, or last; within a level by rule and age."""
        severity = "-severity" if is_descending else "severity"
        return rows.order_by(severity, "weight", "raised_on", "pk"), True


def alert_url(alert: Alert) -> str:
    """The page of one alert."""
    return reverse("alert", args=[alert.pk])
