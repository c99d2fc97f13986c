"""The weekly overview of all lists for those who oversee the city: pace, lights and what changed, the gravest, 批示.

A mail of its own for whoever has no digest that day, else sections of that person's digest: one mail a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from projects.core.money import MoneyUnit, table_form
from projects.core.rounding import fixed
from projects.core.summary import Totals
from projects.wording import is_chinese, say_day
from reports.mail.compose import Basis, closing, demonstration_mark, numbered, unclassified
from reports.mail.items import Desk, full_item, is_put_off
from reports.mail.office import list_words
from reports.mail.page import Grid, Item, Page, Rendered, Section, render
from reports.mail.trend import trend_picture
from reports.mail.words import day_words, heading, listed, period_words, workdays
from reports.models import Alert, Instruction, Level
from reports.queries.city import LIGHTS, City, Lit
from reports.queries.recipients import Recipient

GRAVEST: Final = 10
"""Projects that are named as the most serious."""

INSTRUCTIONS: Final = 10
"""Instructions that are named, the most overdue first; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is told: the city, points of each list and of all lists against pace (by code, "" for all), what stands."""

    city: City
    gaps: dict[str, Fraction | None]
    standing: Sequence[Alert]
    is_demo: bool


def overview(reader: Recipient, number: str, told: Overview, basis: Basis, desk: Desk) -> Rendered:
    """The mail of its own, in the recipient's language."""
    with override(reader.language):
        return render(_page(reader, number, told, basis, desk), "digest")


def overview_sections(told: Overview, desk: Desk) -> tuple[Section, ...]:
    """The parts of the overview, in the language that is active."""
    return (_lists(told), *_lights(told.city), _gravest(told.standing, desk), _instructions(told.city, desk))


def _page(reader: Recipient, number: str, told: Overview, basis: Basis, desk: Desk) -> Page:
    city = told.city
    lit = city.lit(city.listed)
    period = period_words(basis.period, basis.on)
    late = len(_overdue(city.instructions, desk))
    news = [_("%(count)s red") % {"count": lit.now.get("red", 0)} + _change(lit, "red")]
    news += [_("%(count)s yellow") % {"count": lit.now.get("yellow", 0)} + _change(lit, "yellow")]
    news += [_("%(count)s instructions overdue") % {"count": late}] if late else []
    return Page(
        subject=_("[Key-project weekly overview] All lists (to %(period)s): %(news)s")
        % {"period": period, "news": listed(news)},
        heading=_("Key-project weekly overview"),
        dateline=f"{day_words(basis.on)} · {_('Weekly overview')}",
        greeting=_("%(name)s: all lists stand as follows.") % {"name": reader.name},
        mark=demonstration_mark() if told.is_demo else "",
        summary_title=heading(1, _("Overall")),
        summary=(list_words(_("All lists, each project once"), city.totals(), basis),),
        sections=numbered(overview_sections(told, desk)),
        closing=closing(basis, number, [name for name, _address in reader.copies]),
        ending=unclassified(),
        picture=trend_picture(city.curve),
    )


def _lists(told: Overview) -> Section:
    """Each list against pace, and all of them with each project once."""
    unit = _("Completed, 100 million yuan") if is_chinese() else _("Completed, million yuan")
    header = (_("List"), _("Projects"), unit, _("Of the plan"), _("Ahead or behind, points"))
    rows = [_list_row(one.name, told.city.totals(one.code), told.gaps.get(one.code)) for one in told.city.programmes]
    if len(rows) > 1:
        rows.append(_list_row(_("All, each once"), told.city.totals(), told.gaps.get("")))
    return Section(_("All lists against pace"), lead="" if rows else _("None."), grid=_grid("", header, rows))


def _list_row(name: str, totals: Totals, gap: Fraction | None) -> tuple[str, ...]:
    done = totals.completed_yuan
    amount = (
        table_form(done, MoneyUnit.YI, 1, grouped=True)
        if is_chinese()
        else fixed(Fraction(done, 1_000_000), 1, grouped=True)
    )
    rate = f"{totals.rate_percent}%" if totals.plan_yuan else "—"
    return (name, str(totals.projects), amount, rate, _signed(gap))


def _signed(gap: Fraction | None) -> str:
    if gap is None:
        return "—"
    words = fixed(gap, 1)
    return words if words.startswith("-") or words == "0.0" else f"+{words}"


def _lights(city: City) -> Iterable[Section]:
    header = ("", _("Red"), _("Yellow"), _("Green"), _("Not judged"))
    lead = _("In brackets: the change since a week ago.") if city.lights_then else ""
    by_list = [_lit_row(one.name, city.lit(city.members[one.code])) for one in city.programmes]
    by_unit = [_lit_row(unit.name, city.lit(projects)) for unit, projects in city.units]
    if by_unit:
        by_unit.append(_lit_row(_("Whole city"), city.lit(city.listed)))
    yield Section(_("Lights by list"), lead=lead, grid=_grid("", (_("List"), *header[1:]), by_list))
    title = _("Works that cross counties count in each.")
    yield Section(_("Lights by unit"), lead=title, grid=_grid("", (_("Unit"), *header[1:]), by_unit))


def _lit_row(name: str, lit: Lit) -> tuple[str, ...]:
    return (name, *(_with_change(lit, light) for light in LIGHTS))


def _with_change(lit: Lit, light: str) -> str:
    """12（+3）: a number, and by how many it changed since a week ago, where it did."""
    return f"{lit.now.get(light, 0)}{_change(lit, light)}"


def _change(lit: Lit, light: str) -> str:
    change = lit.now.get(light, 0) - lit.before.get(light, 0) if lit.before is not None else 0
    if not change:
        return ""
    return f"（{change:+d}）" if is_chinese() else f" ({change:+d})"


def _grid(title: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Grid | None:
    return Grid(title, header, tuple(rows)) if rows else None


def _gravest(standing: Sequence[Alert], desk: Desk) -> Section:
    """Red first, those handed up furthest before others, the oldest of them first; each project once."""
    heard = [alert for alert in standing if not is_put_off(alert, desk.on)]
    ranked = sorted(heard, key=lambda one: (one.level != Level.RED, -one.escalation, one.level_since, one.pk))
    by_project = {alert.project_id: alert for alert in reversed(ranked)}
    chosen = [alert for alert in ranked if by_project[alert.project_id] is alert]
    items = tuple(full_item(alert, desk) for alert in chosen[:GRAVEST])
    rest = _("And %(count)s more projects; see the list of alerts.") % {"count": len(chosen) - len(items)}
    hidden = rest if len(chosen) > len(items) else ""
    return Section(_("The most serious"), items, lead="" if items else _("None."), rest=hidden, count=len(items))


def _overdue(instructions: Iterable[Instruction], desk: Desk) -> list[Instruction]:
    return [one for one in instructions if one.due_on < desk.on and one.state == Instruction.State.OPEN]


def _instructions(city: City, desk: Desk) -> Section:
    some, late = city.instructions, _overdue(city.instructions, desk)
    if not some:
        return Section(_("Instructions"), lead=_("None is open."))
    told = {"open": len(some), "late": len(late)}
    lead = _("%(open)s not closed, %(late)s of them overdue.") % told
    first = [*late, *(one for one in some if one not in late)][:INSTRUCTIONS]
    hidden = {"count": len(some) - len(first)}
    rest = _("And %(count)s more; see the list of instructions.") % hidden if hidden["count"] else ""
    items = tuple(_instruction_item(one, one in late, desk) for one in first)
    return Section(_("Instructions"), items, lead=lead, rest=rest, count=len(some))


def _instruction_item(one: Any, late: bool, desk: Desk) -> Item:
    """`one` is an Instruction with the name of who answers for it."""
    told = {"who": one.given_by, "given": say_day(one.given_on), "due": say_day(one.due_on)}
    told["owner"] = one.owner_name or one.owner
    sentence = _("Given by %(who)s on %(given)s; %(owner)s answers for it, due on %(due)s") % told
    days = workdays(one.due_on, desk.on, desk.calendar) if late else None
    if days:
        told_late = {"count": days}
        sentence += ngettext(", %(count)s working day overdue", ", %(count)s working days overdue", days) % told_late
    place = f"{one.project.name} · {one.project.code}" if one.project else _("On no project in particular")
    word = _("Overdue") if late else str(one.get_state_display())
    light = "red" if late else "done" if one.state == Instruction.State.REPORTED else "yellow"
    return Item(light, word, one.text, place, sentence + ("。" if is_chinese() else "."))
