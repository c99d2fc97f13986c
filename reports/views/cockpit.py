"""/ – the cockpit: the first page of everybody who may see projects; the others are sent where their work is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.management import get_commands
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from portfolio import clock
from portfolio.web import navigation
from portfolio.web.access import Act, has_access, may, require
from portfolio.web.doors import opened_by
from projects.core.money import MoneyUnit, rate_percent, table_form
from projects.core.periods import Period
from projects.queries.register import every_list
from projects.queries.workdays import missing_years
from projects.templatetags.figures import MISSING, month_short
from projects.wording import policy_label, reason_sentence
from reports.core.routing import ENDED
from reports.mail.items import Desk, cleared_item
from reports.queries.attention import Change, Worry
from reports.queries.cockpit import Cockpit, cockpit
from reports.queries.list_lines import CurveMonth, Ground
from reports.wording import alert_sentence

ADDRESSES = ("projects", "returns", "alerts", "reports", "ledger", "admin", "imports", "archive")

IMPORT = "import_register"


@dataclass(frozen=True, slots=True)
class Told:
    """A project with a light that is not green, and why, in the reader's language."""

    worry: Worry
    sentence: str

    @property
    def is_marked(self) -> bool:
        """Whether the name itself says that the project is invented, so that no badge has to."""
        return "（示例）" in self.worry.project.name


@dataclass(frozen=True, slots=True)
class Happening:
    """What became of an alert, and the sentence that goes with it."""

    change: Change
    sentence: str


@opened_by(Act.VIEW_PROJECTS, Act.ENTER_ADMIN, Act.VIEW_ACCESS_LOG)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page; `?programme=` narrows curve, lights and what is red to one list of the year."""
    user: Any = request.user
    if has_access(user) and not may(user, Act.VIEW_PROJECTS):
        return HttpResponseRedirect(navigation.home(user))
    require(user, Act.VIEW_PROJECTS)
    page = cockpit(user, clock.today(), request.GET.get("programme", ""))
    if page.is_empty:
        return render(request, "reports/cockpit/empty.html", {"may": _rights(user), "command": _first_import()})
    return render(request, "reports/cockpit.html", _context(page, user))


def _context(page: Cockpit, user: Any) -> dict[str, Any]:
    year = page.ground.period.year
    return {
        "page": page,
        "ground": page.ground,
        "year": year,
        "scope_of_year": every_list(year),
        "to": _addresses(),
        "may": _rights(user),
        "policy": policy_label(page.ground.policy) if page.ground.policy else "",
        "scope": _scope(page),
        "worries": _told(page.worries, page.ground),
        "mine": _told(page.mine.worries, page.ground) if page.mine else [],
        "happenings": [_happening(change, page.ground) for change in page.week.changes],
        "curve": [_point(month, page, _places(page.months)) for month in page.months],
        "whole_city": not page.unit and not page.is_firm,
        "missing_years": missing_years(clock.today()) if may(user, Act.MANAGE_REFERENCE) else [],
    }


def _first_import() -> str:
    """The command that brings a register in; "" while this version has none."""
    return f"manage.py {IMPORT} FILE --programme CODE --year YYYY" if IMPORT in get_commands() else ""


def _scope(page: Cockpit) -> str:
    """What the register calls the lists that curve and lights speak of."""
    if page.chosen:
        return page.chosen.code
    return page.lists[0].programme.code if len(page.lists) == 1 else every_list(page.ground.period.year)


def _addresses() -> dict[str, str]:
    root = get_script_prefix()
    return {name: f"{root}{name}/" for name in ADDRESSES} | {"home": root}


def _rights(user: Any) -> dict[str, bool]:
    return {str(act): may(user, act) for act in Act}


def _told(found: Iterable[Worry], ground: Ground) -> list[Told]:
    return [Told(one, str(reason_sentence(one.reason, as_of=ground.as_of, calendar=ground.calendar))) for one in found]


def _happening(change: Change, ground: Ground) -> Happening:
    if change.news.turn in ENDED:
        desk = Desk(ground.as_of, ground.calendar, {}, {change.ending.pk: change.ending} if change.ending else {})
        told = replace(change.news, brief=False)  # what a mail would add about the last mail
        return Happening(change, cleared_item(change.alert, desk, told).sentence)
    return Happening(change, str(alert_sentence(change.alert, as_of=ground.as_of, calendar=ground.calendar)))


def _places(months: Iterable[CurveMonth]) -> int:
    """One decimal of 亿元 for a list, two for the few projects of a firm or a small county."""
    largest = max((max(month.plan, month.completed or 0) for month in months), default=0)
    return 1 if largest >= 10 * MoneyUnit.YI.factor else 2


def _point(month: CurveMonth, page: Cockpit, places: int) -> dict[str, Any]:
    def scaled(yuan: int | None) -> float | None:
        return None if yuan is None else float(table_form(yuan, MoneyUnit.YI, places))

    return {
        "month": month_short(Period(page.ground.period.year, month.month)),
        "plan": scaled(month.plan),
        "actual": scaled(month.completed),
        "plan_yuan": month.plan,
        "completed_yuan": month.completed,
        "rate": rate_percent(month.completed, page.plan_yuan) or MISSING,
        "places": places,
    }
