"""A leader's digest: the whole in one sentence, what needs the reader, what is new, worse, cleared, what stands, basis.

It stands alone, because a phone cannot reach the office's network, and it reports: it never reproaches.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from projects.core.periods import Period
from projects.core.rounding import fixed
from projects.core.summary import Totals
from projects.wording import is_chinese, say_amount
from reports.core.routing import ENDED, STANDING_SHOWN, News, Occasion, Turn
from reports.mail.items import (
    Desk,
    cleared_item,
    eased_item,
    for_leader,
    full_item,
    is_put_off,
    pointer_item,
    reader_item,
    short_item,
)
from reports.mail.page import Item, Line, Page, Rendered, Section, render
from reports.mail.trend import trend_picture
from reports.mail.words import counted, day_words, heading, listed, period_words, sentences
from reports.models import Alert, Level
from reports.queries.list_lines import CurveMonth
from reports.queries.recipients import Recipient


@dataclass(frozen=True, slots=True)
class Basis:
    """What every mail of a day rests on. `is_final`: the period is locked. `policy` by language: (Chinese, English)."""

    on: date
    occasion: Occasion
    period: Period
    is_final: bool
    policy: tuple[str, str]
    contact: str
    ledger_head: str


@dataclass(frozen=True, slots=True)
class Case:
    """What one leader is told: the news since the last mail, the alerts they speak of, what stands, and the figures.

    `reported` counts the projects with an accepted return; `gap` is in points against pace (negative: behind), None
    where it is not to be had; `lights` by project; `trend` is the year by month where the mail is to show it,
    `overview` what is said of all lists to those who oversee them.
    """

    recipient: Recipient
    number: str
    news: Sequence[News]
    alerts: Mapping[int, Alert]
    standing: Sequence[Alert]
    lights: Mapping[int, str]
    totals: Totals
    reported: int
    gap: Fraction | None
    due_soon: int
    is_demo: bool
    trend: Sequence[CurveMonth] = ()
    overview: Sequence[Section] = ()


def leader_digest(case: Case, basis: Basis, desk: Desk) -> Rendered:
    """The mail in the recipient's language."""
    with override(case.recipient.language):
        parts = _Parts.of(case, desk)
        return render(_page(case, basis, desk, parts), "digest")


@dataclass(frozen=True, slots=True)
class _Parts:
    """The alerts sorted into the parts of the mail; those for the reader by project, what can be settled first."""

    for_reader: tuple[tuple[Alert, ...], ...]
    turned: Mapping[Turn, tuple[News, ...]]
    rest: tuple[Alert, ...]
    put_off: int

    @classmethod
    def of(cls, case: Case, desk: Desk) -> "_Parts":
        turned = {turn: tuple(one for one in case.news if one.turn is turn) for turn in Turn}
        by_project: dict[int, list[Alert]] = {}
        for alert in case.standing:
            if for_leader(alert, desk):
                by_project.setdefault(alert.project_id, []).append(alert)
        told = {one.alert for one in case.news} | {alert.pk for some in by_project.values() for alert in some}
        ranked = sorted(by_project.values(), key=lambda some: (not desk.of(some[0]).problem, some[0].level_since))
        others = [alert for alert in case.standing if alert.pk not in told]
        rest = tuple(alert for alert in others if not is_put_off(alert, desk.on))
        return cls(tuple(map(tuple, ranked)), turned, rest, len(others) - len(rest))


def _page(case: Case, basis: Basis, desk: Desk, parts: _Parts) -> Page:
    greeting = _("%(name)s: your projects stand as follows.") % {"name": case.recipient.name}
    weekly = basis.occasion is Occasion.WEEKLY
    kind = _("Weekly overview") if weekly else _("Progress note")
    return Page(
        subject=_subject(case, basis, parts),
        heading=_("Key-project progress note"),
        dateline=f"{day_words(basis.on)} · {kind}",
        greeting=greeting,
        mark=demonstration_mark() if case.is_demo else "",
        summary_title=heading(1, _("Overall")),
        summary=(_summary(case, basis),),
        sections=numbered([*_sections(case, desk, parts), *case.overview]),
        closing=closing(basis, case.number, [name for name, _address in case.recipient.copies]),
        ending=unclassified(),
        picture=trend_picture(case.trend),
    )


def _subject(case: Case, basis: Basis, parts: _Parts) -> str:
    told = {
        "count": len(case.recipient.projects),
        "period": period_words(basis.period, basis.on),
        "news": news_words(parts.turned, len(parts.rest), len(parts.for_reader)),
    }
    return _("[Key-project progress note] Your %(count)s projects (to %(period)s): %(news)s") % told


def news_words(turned: Mapping[Turn, Sequence[News]], still_open: int, needing: int) -> str:
    """新增红灯1个、黄灯1个，加重1件，已解除2件，需协调1件; what there is none of is left out.

    The counts are those that stand in the headings, so that subject and body agree.
    """
    new = Counter(one.after for one in turned[Turn.NEW])
    counts = {turn: {"count": len(turned[turn])} for turn in Turn}
    words = [
        _new_words(new["red"], new["yellow"]),
        _("%(count)s again after an exemption") % counts[Turn.AGAIN] if turned[Turn.AGAIN] else "",
        _("%(count)s worse") % counts[Turn.WORSE] if turned[Turn.WORSE] else "",
        _("%(count)s cleared") % counts[Turn.CLEARED] if turned[Turn.CLEARED] else "",
        _("%(count)s now exempt") % counts[Turn.EXEMPTED] if turned[Turn.EXEMPTED] else "",
        _("%(count)s eased") % counts[Turn.EASED] if turned[Turn.EASED] else "",
    ]
    if not any(words):
        words = [_("nothing new"), _("%(count)s still open") % {"count": still_open} if still_open else ""]
    return listed([*words, _("%(count)s for you to settle") % {"count": needing} if needing else ""])


def _new_words(red: int, yellow: int) -> str:
    told = {"red": red, "yellow": yellow}
    if red and yellow:
        return _("%(red)s new red, %(yellow)s new yellow") % told
    if red:
        return _("%(red)s new red") % told
    return _("%(yellow)s new yellow") % told if yellow else ""


def _summary(case: Case, basis: Basis) -> str:
    """One sentence on the whole: the figures of the reader's projects, and how many of them show which light."""
    told = {"count": len(case.recipient.projects), "period": period_words(basis.period, basis.on)}
    told |= {"figures": figures_words(case), "lights": lights_words(case.lights)}
    return _("Of your %(count)s projects, to %(period)s: %(figures)s; now %(lights)s.") % told


def figures_words(case: Case) -> str:
    """年度计划2.40亿元，完成0.96亿元，占40.0%，慢于序时35.0个百分点; how many have no plan is said."""
    totals = case.totals
    if not totals.plan_yuan:
        return _("no annual plan on record")
    told = {"plan": say_amount(totals.plan_yuan), "completed": say_amount(totals.completed_yuan)}
    told["rate"] = str(totals.rate_percent)
    if case.reported:
        figures = _("annual plan %(plan)s, completed %(completed)s, %(rate)s%% of it") % told
    else:
        figures = _("annual plan %(plan)s, no return accepted yet") % told
    missing = {"count": totals.without_plan}
    without = _("%(count)s without a plan not counted") % missing if totals.without_plan else ""
    return listed([figures, _gap_words(case.gap), without])


def _gap_words(gap: Fraction | None) -> str:
    if gap is None:
        return ""
    points = {"points": fixed(abs(gap), 1)}
    return _("%(points)s points behind pace") % points if gap < 0 else _("%(points)s points ahead of pace") % points


def lights_words(lights: Mapping[int, str]) -> str:
    """红灯2个、黄灯5个、绿灯21个."""
    counts = Counter(lights.values())
    words = {
        "red": _("%(count)s red"),
        "yellow": _("%(count)s yellow"),
        "green": _("%(count)s green"),
        "not_judged": _("%(count)s not judged"),
    }
    return counted((counts[light], each) for light, each in words.items())


def _sections(case: Case, desk: Desk, parts: _Parts) -> list[Section]:
    """需您协调 → 新增预警 → 豁免结束后恢复 → 加重 → 已解除 → 转为豁免 → 减轻 → 持续未销号; empty ones but the first two
    are left out.
    """
    sections = [_for_reader(parts, desk), _new(case, desk, parts)]
    for turn, title in turn_titles().items():
        if turn is Turn.NEW:
            continue
        some = parts.turned[turn]
        if some:
            sections.append(
                Section(title, told_items(turn, some, case.alerts, desk, parts.for_reader), count=len(some))
            )
    if parts.rest or parts.put_off or case.due_soon:
        sections.append(_still_open(case, desk, parts))
    return sections


def numbered(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Headings with their numerals after 一、总体, and their counts."""
    return tuple(
        replace(one, title=heading(at, one.title, one.count or None)) for at, one in enumerate(sections, start=2)
    )


def _for_reader(parts: _Parts, desk: Desk) -> Section:
    turns = {one.alert: one for some in parts.turned.values() for one in some}
    items = tuple(reader_item(alerts, desk, turns) for alerts in parts.for_reader)
    return Section(_("For you to settle"), items, lead="" if items else _("Nothing at present."), count=len(items))


def _new(case: Case, desk: Desk, parts: _Parts) -> Section:
    some = parts.turned[Turn.NEW]
    items = told_items(Turn.NEW, some, case.alerts, desk, parts.for_reader)
    nothing = not any(parts.turned.values())
    lead = _("Since the last note nothing is new, worse or cleared.") if nothing else _("None.")
    return Section(_("New alerts"), items, lead="" if items else lead, count=len(items))


def turn_titles() -> dict[Turn, str]:
    """The heading of each kind of news, in the order of a mail."""
    return {
        Turn.NEW: _("New alerts"),
        Turn.AGAIN: _("Again after an exemption"),
        Turn.WORSE: _("Worse"),
        Turn.CLEARED: _("Cleared"),
        Turn.EXEMPTED: _("Now exempt"),
        Turn.EASED: _("Eased"),
    }


def told_items(
    turn: Turn, some: Sequence[News], alerts: Mapping[int, Alert], desk: Desk, in_full: Sequence[Sequence[Alert]] = ()
) -> tuple[Item, ...]:
    """The news of one kind, red first; a pointer where an alert stands in full above, among those for the reader."""
    place = {alert.pk: at for at, group in enumerate(in_full, start=1) for alert in group}
    items = []
    for one in sorted(some, key=lambda one: ("red" not in (one.before, one.after), one.event)):
        alert = alerts[one.alert]
        if turn in ENDED:
            items.append(cleared_item(alert, desk, one))
        elif one.alert in place:
            items.append(pointer_item(alert, place[one.alert]))
        else:
            items.append(eased_item(alert, desk, one) if turn is Turn.EASED else full_item(alert, desk, one))
    return tuple(items)


def _still_open(case: Case, desk: Desk, parts: _Parts) -> Section:
    shown, hidden = parts.rest[:STANDING_SHOWN], parts.rest[STANDING_SHOWN:]
    rest = [more_words(hidden)] if hidden else []
    if parts.put_off:
        rest.append(_("%(count)s put off for now.") % {"count": parts.put_off})
    if case.due_soon:
        soon = ngettext("%(count)s milestone falls due soon.", "%(count)s milestones fall due soon.", case.due_soon)
        rest.append(soon % {"count": case.due_soon})
    items = tuple(short_item(alert, desk) for alert in shown)
    lead = "" if items else _("None.")
    return Section(_("Still standing"), items, lead=lead, rest=sentences(rest), count=len(parts.rest))


def more_words(hidden: Sequence[Alert]) -> str:
    """其余3件：红灯1件、黄灯2件."""
    return _("And %(count)s more: %(levels)s.") % {"count": len(hidden), "levels": level_counts(hidden)}


def level_counts(alerts: Sequence[Alert]) -> str:
    """红灯1件、黄灯2件."""
    levels = Counter(alert.level for alert in alerts)
    red, yellow = levels[Level.RED], levels[Level.YELLOW]
    return counted(
        (
            (red, ngettext("%(count)s red alert", "%(count)s red alerts", red)),
            (yellow, ngettext("%(count)s yellow alert", "%(count)s yellow alerts", yellow)),
        )
    )


def closing(basis: Basis, number: str, copies: Sequence[str] = ()) -> tuple[Line, ...]:
    """Basis, policy, contact, the change log's head, number: what makes a mail answerable."""
    state = _("final figures") if basis.is_final else _("flash figures")
    told = {"period": period_words(basis.period, basis.on), "state": state}
    chinese, english = basis.policy
    lines = [
        Line(
            _("Figures: "), _("dispatch figures, not statistics; completed this year to %(period)s (%(state)s)") % told
        ),
        Line(_("Judged by: "), chinese if is_chinese() else english),
        Line(_("Contact: "), basis.contact),
        Line(_("Copied to: "), "、".join(copies) if is_chinese() else ", ".join(copies)),
        Line(_("Head of the change log: "), basis.ledger_head),
        Line(_("Mail number: "), number),
    ]
    return tuple(line for line in lines if line.text)


def demonstration_mark() -> str:
    """Said on top of every mail that speaks of invented projects."""
    return _("Demonstration: projects, people and figures marked （示例） are invented.")


def unclassified() -> str:
    """The last line."""
    return _("This mail holds nothing classified.")
