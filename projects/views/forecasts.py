"""/forecast/ – which projects are expected to miss their plan or their next milestone. A forecast colours nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portfolio import clock
from portfolio.web.access import Act, fetch
from portfolio.web.doors import opened_by
from projects.core.forecast import NotForecast, StoneOutlook, YearOutlook
from projects.filters.forecasts import MILESTONE, PLAN, ForecastFilter
from projects.forecast_wording import (
    LABEL,
    METHOD,
    WITHOUT,
    hits_of_stones,
    hits_of_year,
    need_sentence,
    stone_sentence,
    year_sentence,
)
from projects.models import LightChoice, LockedFigure, Project, ProjectStanding, Provenance
from projects.queries.forecasts import Forecast, forecasts
from projects.queries.hindsight import Hindsight, Locked, hit_rate, locked_months, looked_back
from projects.queries.register import choices
from projects.queries.scope import visible_to, without_scope
from projects.wording import step_title

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One project of the page: what is expected, why nothing is, the official light beside it, and what came.

    `year` and `stone` are None where they are not forecast; `why` says of the year why. `part` is the code of the part
    to which a package's milestone belongs.
    """

    project: Project
    light: str
    forecast: Forecast
    back: Hindsight | None
    year: YearOutlook | None
    why: Any
    stone: StoneOutlook | None
    title: str
    part: str


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def forecast_page(request: HttpRequest) -> HttpResponse:
    """What is expected to be missed, the most money first; `?month=`: as told at that month's lock, and what came."""
    months, user = locked_months(), request.user
    rows = visible_to(user).filter(parent=None).exclude(provenance=Provenance.PUBLISHED)
    bar = ForecastFilter(
        request.GET, queryset=rows, request=request, as_of=clock.today(), choices=choices(), months=months
    )
    ids = list(bar.qs.order_by().values_list("pk", flat=True)) if bar.is_valid() else []
    back = _told(bar.made, months, ids)
    missing = [one for one in back if one.forecast.misses_year or one.forecast.misses_stone]
    lights = _lights(bar.made, [one.forecast.project for one in missing])
    listed = sorted(_of_kind(missing, request.GET.get("kind", "")), key=_gravest)
    page = Paginator(listed, SHOWN).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "section": "projects/",
        "label": LABEL,
        "method": METHOD,
        "filter": bar,
        "made": bar.made,
        "today": clock.today(),
        "last": next((one for one in reversed(months) if one.period.month < 12), None),
        "told": _summary(missing, lights),
        "has_year": any(isinstance(one.forecast.year, YearOutlook) for one in back),
        "is_year_over": any(one.forecast.year is NotForecast.YEAR_OVER for one in back),
        "without": _without(back),
        "lines": _lines(list(page.object_list), lights),
        "page": page,
        "query": query.urlencode(),
        "no_scope": "" if ids else without_scope(user),
    }
    return render(request, "projects/forecast.html", context)


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def forecast_hits(request: HttpRequest) -> HttpResponse:
    """How earlier forecasts fared, of all projects together; a part of the page, because it reads a whole year."""
    found = hit_rate()
    context = {
        "hits": found,
        "of_year": hits_of_year(found.of_year) if found and found.of_year.total else "",
        "of_stones": hits_of_stones(found.of_stones) if found and found.of_stones.total else "",
    }
    return render(request, "projects/parts/forecast_hits.html", context)


@opened_by(Act.VIEW_PROJECTS)
@require_safe
def project_forecast(request: HttpRequest, code: str) -> HttpResponse:
    """What is expected of one project; a part of its page. A project that is only mentioned has no figures."""
    project = fetch(visible_to(request.user), request.user, Act.VIEW_PROJECTS, code=code)
    found = forecasts(clock.today(), [project.pk])
    sentences = []
    for one in found:
        need = need_sentence(one.year) if isinstance(one.year, YearOutlook) else ""
        sentences = [year_sentence(one.year), *([need] if need else []), stone_sentence(one.stone)]
    context = {"label": LABEL, "sentences": sentences, "period": found[0].period if found else None}
    return render(request, "projects/parts/forecast.html", context)


def _told(made: Locked | None, months: list[Locked], ids: Collection[int]) -> list[Hindsight]:
    """The forecasts of now, or those of a month's lock with what came of them."""
    if made is not None:
        return looked_back(made, months, ids)
    return [Hindsight(one) for one in forecasts(clock.today(), ids)]


def _of_kind(back: list[Hindsight], kind: str) -> list[Hindsight]:
    if kind == PLAN:
        return [one for one in back if one.forecast.misses_year]
    if kind == MILESTONE:
        return [one for one in back if one.forecast.misses_stone]
    return back


def _gravest(one: Hindsight) -> tuple[int, int, int]:
    """The most money short first, then the milestone that is expected latest."""
    year, stone = one.forecast.year, one.forecast.stone
    short = year.short if isinstance(year, YearOutlook) else 0
    late = stone.late if isinstance(stone, StoneOutlook) else 0
    return -short, -late, one.forecast.project


def _lights(made: Locked | None, ids: Collection[int]) -> dict[int, str]:
    """The official lights beside the forecasts: today's, or those of the month's lock."""
    if made is None:
        return dict(ProjectStanding.objects.filter(pk__in=ids).values_list("pk", "light"))
    kept = LockedFigure.objects.filter(period__period=str(made.period), project__in=ids)
    return dict(kept.values_list("project_id", "light"))


def _summary(missing: list[Hindsight], lights: dict[int, str]) -> dict[str, int]:
    """Projects expected to miss their plan, by how much together, and how many of them are officially green."""
    plans = [one.forecast for one in missing if one.forecast.misses_year]
    return {
        "plans": len(plans),
        "short": sum(one.year.short for one in plans if isinstance(one.year, YearOutlook)),
        "green": sum(lights.get(one.project) == LightChoice.GREEN for one in plans),
        "stones": sum(one.forecast.misses_stone for one in missing),
    }


def _without(back: list[Hindsight]) -> list[tuple[Any, int]]:
    """Why the year of how many projects is not forecast, the most frequent first."""
    reasons = [one.forecast.year for one in back if isinstance(one.forecast.year, NotForecast)]
    counted = [(WITHOUT[reason], reasons.count(reason)) for reason in NotForecast if reason in reasons]
    return sorted(counted, key=lambda pair: -pair[1])


def _lines(back: Collection[Hindsight], lights: dict[int, str]) -> list[Line]:
    rows = Project.objects.select_related("division").in_bulk([one.forecast.project for one in back])
    return [_line(one, rows[one.forecast.project], lights.get(one.forecast.project, "")) for one in back]


def _line(one: Hindsight, project: Project, light: str) -> Line:
    year, stone = one.forecast.year, one.forecast.stone
    told = stone if isinstance(stone, StoneOutlook) and stone.misses else None
    return Line(
        project=project,
        light=light,
        forecast=one.forecast,
        back=one,
        year=year if isinstance(year, YearOutlook) else None,
        why=WITHOUT[year] if isinstance(year, NotForecast) else "",
        stone=told,
        title=step_title(told.stone.step, told.stone.title) if told else "",
        part=told.stone.key.rpartition("/")[0] if told else "",
    )
