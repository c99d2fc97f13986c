"""The office's own digest: the lists and their figures, lights by unit, what is new, and what stands; then the mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from projects.core.summary import Totals
from reports.core.routing import News, Occasion, Turn
from reports.mail.compose import (
    Basis,
    closing,
    demonstration_mark,
    level_counts,
    news_words,
    numbered,
    told_items,
    turn_titles,
    unclassified,
)
from reports.mail.items import Desk
from reports.mail.page import Grid, Page, Rendered, Section, render
from reports.mail.trend import trend_picture
from reports.mail.words import day_words, heading, period_words, stopped, yi_words
from reports.models import Alert
from reports.queries.list_lines import CurveMonth
from reports.queries.recipients import Recipient

SHOWN = 20
"""News of one kind are named up to this number in the office's mail, the rest are counted."""


@dataclass(frozen=True, slots=True)
class ListFigures:
    """A list in its reader's language, and the totals of its projects."""

    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class UnitLights:
    """How many projects in a unit, or in the whole city, show which light."""

    name: str
    red: int
    yellow: int
    green: int
    not_judged: int


@dataclass(frozen=True, slots=True)
class OfficeCase:
    """What the office is told. `failed` counts messages that could not be sent; `missing_years` have no calendar."""

    recipient: Recipient
    number: str
    lists: Sequence[ListFigures]
    distinct: Totals
    units: Sequence[UnitLights]
    news: Sequence[News]
    alerts: Mapping[int, Alert]
    standing: Sequence[Alert]
    failed: int
    missing_years: Sequence[int]
    is_demo: bool
    trend: Sequence[CurveMonth] = ()
    overview: Sequence[Section] = ()


def office_digest(case: OfficeCase, basis: Basis, desk: Desk) -> Rendered:
    """The mail in the recipient's language."""
    with override(case.recipient.language):
        return render(_page(case, basis, desk), "office")


def _page(case: OfficeCase, basis: Basis, desk: Desk) -> Page:
    turned = {turn: tuple(one for one in case.news if one.turn is turn) for turn in Turn}
    weekly = basis.occasion is Occasion.WEEKLY
    kind = _("Weekly overview") if weekly else _("Progress note")
    told = {"period": period_words(basis.period, basis.on), "news": news_words(turned, len(_rest(case)), 0)}
    return Page(
        subject=_("[Key-project progress note] The lists (to %(period)s): %(news)s") % told,
        heading=_("Key-project progress note for the project office"),
        dateline=f"{day_words(basis.on)} · {kind}",
        greeting=_("%(name)s: the lists stand as follows.") % {"name": case.recipient.name},
        mark=demonstration_mark() if case.is_demo else "",
        summary_title=heading(1, _("Overall")),
        summary=tuple(_summary(case, basis)),
        sections=_sections(case, desk, turned),
        closing=closing(basis, case.number),
        ending=unclassified(),
        grid=_grid(case.units),
        picture=trend_picture(case.trend),
    )


def _summary(case: OfficeCase, basis: Basis) -> list[str]:
    """A line for each list, and one over all of them with each project once."""
    lines = [list_words(one.name, one.totals, basis) for one in case.lists]
    if len(case.lists) > 1:
        lines.append(list_words(_("All lists, each project once"), case.distinct, basis))
    return lines or [_("No list is tracked for %(period)s.") % {"period": str(basis.period)}]


def list_words(name: str, totals: Totals, basis: Basis) -> str:
    """省重点：151个项目，截至2023年12月底完成572.4亿元，占年度计划110.0%; amounts with one decimal."""
    told = {"list": name, "count": totals.projects, "period": period_words(basis.period, basis.on)}
    if not totals.plan_yuan:
        return _("%(list)s: %(count)s projects, no annual plan on record.") % told
    told |= {"plan": yi_words(totals.plan_yuan), "completed": yi_words(totals.completed_yuan)}
    told["rate"] = totals.rate_percent
    words = _(
        "%(list)s: %(count)s projects, annual plan %(plan)s; to %(period)s completed %(completed)s, "
        "%(rate)s%% of the annual plan."
    )
    missing = {"count": totals.without_plan}
    return words % told + (_(" %(count)s have no plan and are not counted.") % missing if totals.without_plan else "")


def _grid(units: Sequence[UnitLights]) -> Grid | None:
    if not units:
        return None
    header = (_("Unit"), _("Red"), _("Yellow"), _("Green"), _("Not judged"))
    rows = tuple((one.name, *map(str, (one.red, one.yellow, one.green, one.not_judged))) for one in units)
    return Grid(_("Lights by unit (projects; works that cross counties count in each)"), header, rows)


def _sections(case: OfficeCase, desk: Desk, turned: Mapping[Turn, Sequence[News]]) -> tuple[Section, ...]:
    titles = turn_titles().items()
    sections = [_told(title, turn, turned[turn], case, desk) for turn, title in titles if turned[turn]]
    if not sections:
        sections = [Section(_("New alerts"), lead=_("Since the last note nothing is new, worse or cleared."))]
    sections.append(_still_open(case))
    if case.failed:
        lead = _("%(count)s mails could not be sent; see the outbox.") % {"count": case.failed}
        sections.append(Section(_("Mail"), lead=lead))
    for year in case.missing_years:
        lead = _("The working days of %(year)s are not loaded; load the State Council's notice as soon as it is out.")
        sections.append(Section(_("Calendar"), lead=lead % {"year": year}))
    return numbered([*sections, *case.overview])


def _told(title: str, turn: Turn, some: Sequence[News], case: OfficeCase, desk: Desk) -> Section:
    items = told_items(turn, some, case.alerts, desk)
    hidden = len(items) - SHOWN
    rest = _("And %(count)s more; see the list of alerts.") % {"count": hidden} if hidden > 0 else ""
    return Section(title, items[:SHOWN], rest=rest, count=len(items))


def _still_open(case: OfficeCase) -> Section:
    """What stood before and still does is counted; the list of alerts names it."""
    rest = _rest(case)
    return Section(_("Still standing"), lead=stopped(level_counts(rest)) if rest else _("None."), count=len(rest))


def _rest(case: OfficeCase) -> list[Alert]:
    told = {one.alert for one in case.news}
    return [alert for alert in case.standing if alert.pk not in told]
