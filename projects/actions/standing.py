"""Keeps ProjectStanding: each project's figures and lights, derived from facts and rebuilt at any time.

Not a fact and not in the change log: lists filter and sort on it. Every light comes from projects.core.lights; the
facts are read and the rows that change are written in a constant number of statements.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from portfolio import clock
from projects.actions.upsert import upsert
from projects.core.lights import Indicator, ProjectLight, judge_project
from projects.core.reasons import Judgement
from projects.core.rounding import half_up
from projects.models import LedgerHead, ProjectStanding, Provenance, StandingHead
from projects.queries.judged import Judged, judged
from projects.queries.policies import policy_in_force
from projects.queries.standings import Basis
from projects.queries.watched import family
from projects.queries.workcalendar import load_calendar

DAILY: Final = frozenset({"days_late", "month_ends"})
"""Figures of a reason that change with the day alone: sentences count them anew, and they are no change of a row."""

_LARGEST: Final = 2**31 - 1
_NOT_COMPARED: Final = frozenset({"project", "as_of"})


def refresh(project_ids: Collection[int] | None = None, as_of: date | None = None, *, whole: bool = False) -> int:
    """Rebuild the standings of all projects, or of some with their packages and parts; gives how many rows changed.

    Of all, only those are judged that the change log, the terms or a date may have touched since the last time, as
    StandingHead tells; `whole` judges every one. Published mentions have no standing. Raises Refusal where no policy
    is in force.
    """
    day = as_of or clock.today()
    with transaction.atomic():
        # Writers of facts wait, so that no older state is written over a newer one.
        position = LedgerHead.objects.select_for_update().get(id=1).seq
        basis = Basis(policy_in_force(day), load_calendar(), day)
        head = StandingHead.objects.first()
        if project_ids is not None:
            ids = family(project_ids)
            count = _rebuild(basis, ids)
            _of(ids).exclude(as_of=day).update(as_of=day)
            if head is not None and day < head.as_of:
                head.delete()  # these no longer hold to its day
            return count
        terms = basis.terms()
        since = None if whole or head is None or head.terms != terms else basis.outdated(head.as_of, head.position)
        count = _rebuild(basis, None if since is None else family(since))
        StandingHead.objects.update_or_create(id=1, defaults={"as_of": day, "position": position, "terms": terms})
    return count


def _rebuild(basis: Basis, ids: Collection[int] | None) -> int:
    """Judge all projects, or those, and write what differs from what stands."""
    if ids is not None and not ids:
        return 0
    before = _fingerprints(ids)
    _forget_published(ids)
    return upsert(ProjectStanding, _changed(basis, ids, before))


def _changed(basis: Basis, ids: Collection[int] | None, before: dict[int, int]) -> Iterator[ProjectStanding]:
    for one in judged(basis.policy, basis.on, ids):
        standing = _standing(one, basis)
        if before.get(one.project) != _fingerprint(_values(standing)):
            yield standing


def _of(ids: Collection[int] | None) -> "QuerySet[ProjectStanding]":
    return ProjectStanding.objects.all() if ids is None else ProjectStanding.objects.filter(project__in=ids)


def _standing(one: Judged, basis: Basis) -> ProjectStanding:
    policy, as_of = basis.policy, basis.on
    light = judge_project(one.package or one.facts, policy, basis.calendar, as_of)
    row = one.row
    return ProjectStanding(
        project_id=one.project,
        as_of=as_of,
        period=str(policy.judged_period(as_of)),
        plan=row.plan,
        completed=row.completed,
        rate=_rate(row.completed, row.plan),
        gap=_gap(light.of_indicator(Indicator.PACE)),
        opening=row.opening,
        stage=str(one.stage),
        light=str(light.overall),
        cause=str(light.cause.indicator) if light.not_judged < len(Indicator) else "",
        reason=light.cause.reason.to_json(),
        reasons={str(judgement.indicator): judgement.reason.to_json() for judgement in light.judgements},
        overdue=_overdue(light),
        policy=policy.label,
        **{f"light_{judgement.indicator}": str(judgement.light) for judgement in light.judgements},
    )


def _rate(completed: int | None, plan: int | None) -> int | None:
    """Completed over plan in hundredths of a percent, half-up."""
    if completed is None or not plan:
        return None
    return min(half_up(Fraction(completed * 100, plan), 2), _LARGEST)


def _gap(pace: Judgement) -> int | None:
    """Points against pace in hundredths; None where pace was not judged."""
    gap = pace.reason.figures.get("gap")
    return min(half_up(gap, 2), _LARGEST) if isinstance(gap, int | Fraction) else None


def _overdue(light: ProjectLight) -> int:
    overdue = light.of_indicator(Indicator.MILESTONES).reason.figures.get("overdue", 0)
    return overdue if isinstance(overdue, int) else 0


def _fingerprints(ids: Collection[int] | None) -> dict[int, int]:
    """What stands now, each row as one number; two rows that differ have the same one once in 2⁶⁴."""
    fields = ("project_id", *_compared())
    return {row[0]: _fingerprint(row[1:]) for row in _of(ids).values_list(*fields).iterator(chunk_size=5000)}


def _compared() -> list[str]:
    return [field.name for field in ProjectStanding._meta.concrete_fields if field.name not in _NOT_COMPARED]


def _values(standing: ProjectStanding) -> list[Any]:
    return [getattr(standing, name) for name in _compared()]


def _fingerprint(values: Iterable[Any]) -> int:
    return hash(tuple([_lasting(value) for value in values]))


def _lasting(value: Any) -> Any:
    """A stored reason, or several by indicator, without what changes with the day alone; hashable."""
    if isinstance(value, dict):
        return tuple([(name, _lasting(value[name])) for name in sorted(value) if name not in DAILY])
    return value


def _forget_published(ids: Collection[int] | None) -> None:
    """A project that turned out to be a published mention has no standing any more."""
    _of(ids).filter(project__provenance=Provenance.PUBLISHED).delete()
