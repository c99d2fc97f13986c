"""Loads the reference data: units, chains, the milestone catalogue, working-day calendars and light policies.

Nothing that an office added is taken out, and a policy that it adopted stays adopted from its day.
"""

from collections.abc import Sequence
from typing import Any

from portfolio.models import User
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.loading import Tally, bring_up_to_date, withdraw
from projects.actions.record import Batch, created, ledger_batch
from projects.core.policies import LightPolicy
from projects.intake.fixture_rows import (
    CalendarDayRow,
    CalendarYearRow,
    DivisionRow,
    IndustryRow,
    StepRow,
    TemplatePlaceRow,
)
from projects.intake.fixtures import Reference
from projects.models import (
    Act,
    CalendarDay,
    CalendarYear,
    Division,
    Industry,
    MilestoneStep,
    MilestoneTemplate,
    Origin,
    Policy,
    TemplateStep,
)

DAY_FIELDS = ("is_workday", "name", "quiet", "source")


def load_reference(*, by: User, reference: Reference, origin: str = Origin.COMMAND) -> dict[str, Tally]:
    """Bring the reference tables up to the files; what is the same is not written again.

    Raises Forbidden when reference data is not the person's to manage.
    """
    require(by, Right.MANAGE_REFERENCE)
    with ledger_batch(by=by, origin=origin, source="fixtures/reference") as book:
        return {
            "divisions": _divisions(book, reference.divisions),
            "industries": _industries(book, reference.industries),
            "milestone_steps": _steps(book, reference.steps),
            "milestone_templates": _templates(book, reference),
            "template_steps": _template_steps(book, reference.places),
            "calendar_years": _years(book, reference.years),
            "calendar_days": _days(book, reference.days),
            "policies": _policies(book, reference.policies),
        }


def _by_code(row: Any) -> dict[str, Any]:
    return {"key": row.code}


def _divisions(book: Batch, rows: Sequence[DivisionRow]) -> Tally:
    """A unit that others became is loaded before those others."""
    tally = Tally()
    for group in ([row for row in rows if not row.successor], [row for row in rows if row.successor]):
        existing = {row.code: row for row in Division.objects.select_related("successor")}
        wanted = {
            row.code: {
                "code": row.code,
                "name_zh": row.name_zh,
                "name_en": row.name_en,
                "kind": row.kind,
                "rank_group": row.rank_group,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "successor": existing[row.successor] if row.successor else None,
                "aliases": list(row.aliases),
                "source": row.source,
            }
            for row in group
        }
        tally += bring_up_to_date(book, Division, existing, wanted, _by_code)
    return tally


def _industries(book: Batch, rows: Sequence[IndustryRow]) -> Tally:
    wanted = {
        row.code: {
            "code": row.code,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "position": position,
            "aliases": list(row.aliases),
            "source": row.source,
        }
        for position, row in enumerate(rows, start=1)
    }
    return bring_up_to_date(book, Industry, {row.code: row for row in Industry.objects.all()}, wanted, _by_code)


def _steps(book: Batch, rows: Sequence[StepRow]) -> Tally:
    wanted = {
        row.code: {
            "code": row.code,
            "phase": row.phase,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "usual_workdays": row.usual_workdays,
            "photo": row.photo,
            "moves_to_workday": row.moves_to_workday,
            "condition": row.condition,
            "source": row.source,
        }
        for row in rows
    }
    existing = {row.code: row for row in MilestoneStep.objects.all()}
    return bring_up_to_date(book, MilestoneStep, existing, wanted, _by_code)


def _templates(book: Batch, reference: Reference) -> Tally:
    wanted = {
        row.template: {"code": row.template, "name_zh": row.name_zh, "name_en": row.name_en}
        for row in reference.templates
    }
    existing = {row.code: row for row in MilestoneTemplate.objects.all()}
    return bring_up_to_date(book, MilestoneTemplate, existing, wanted, _by_code)


def _template_steps(book: Batch, rows: Sequence[TemplatePlaceRow]) -> Tally:
    """The order of a template's steps changes as a whole; counted are templates."""
    steps = {row.code: row for row in MilestoneStep.objects.all()}
    wanted: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.template, row.position)):
        wanted.setdefault(row.template, []).append(row.step)
    tally = Tally()
    for template in MilestoneTemplate.objects.filter(code__in=wanted).prefetch_related("places__step"):
        before = [place.step.code for place in template.places.all()]
        after = wanted[template.code]
        if before == after:
            tally.unchanged += 1
            continue
        tally += Tally(updated=1) if before else Tally(created=1)
        book.add(template, Act.UPDATE, {"steps": (before, after)}, key=template.code)
        template.places.all().delete()
        TemplateStep.objects.bulk_create(
            TemplateStep(template=template, step=steps[code], position=position)
            for position, code in enumerate(after, start=1)
        )
    return tally


def _years(book: Batch, rows: Sequence[CalendarYearRow]) -> Tally:
    wanted = {row.year: {"year": row.year, "source": row.source, "published_on": row.published_on} for row in rows}
    existing = {row.year: row for row in CalendarYear.objects.all()}
    return bring_up_to_date(book, CalendarYear, existing, wanted, lambda row: {"key": str(row.year)})


def _days(book: Batch, rows: Sequence[CalendarDayRow]) -> Tally:
    """In a year of the file a day that is no exception any more goes; an office's own quiet days stay."""
    wanted = {
        row.date: {
            "day": row.date,
            "is_workday": row.is_workday,
            "name": row.name,
            "quiet": row.quiet,
            "source": row.source,
        }
        for row in rows
    }
    years = {day.year for day in wanted}
    existing = {row.day: row for row in CalendarDay.objects.all() if row.day.year in years}
    gone = [row for day, row in existing.items() if day not in wanted and not row.quiet]
    tally = bring_up_to_date(book, CalendarDay, existing, wanted, _by_day)
    return tally + withdraw(book, gone, DAY_FIELDS, _by_day)


def _by_day(row: CalendarDay) -> dict[str, Any]:
    return {"key": row.day.isoformat()}


def _policies(book: Batch, policies: Sequence[LightPolicy]) -> Tally:
    """A policy is a versioned fact: a corrected one closes the row before it. Its adoption is the office's own."""
    current = {(row.code, row.edition): row for row in Policy.objects.known()}
    tally = Tally()
    for policy in policies:
        row = current.get((policy.code, policy.version))
        fields = _policy_fields(policy, row)
        changes = (
            {name: (getattr(row, name), value) for name, value in fields.items() if getattr(row, name) != value}
            if row
            else created(fields)
        )
        if not changes:
            tally.unchanged += 1
            continue
        seq = book.add("policy", Act.UPDATE if row else Act.CREATE, changes, key=f"{policy.code}/{policy.version}")
        if row:
            Policy.objects.filter(pk=row.pk).update(known_to=seq)
            tally.updated += 1
        else:
            tally.created += 1
        Policy.objects.create(code=policy.code, edition=policy.version, known_from=seq, **fields)
    return tally


def _policy_fields(policy: LightPolicy, row: Policy | None) -> dict[str, Any]:
    effective_from = row.effective_from if row else policy.effective_from
    definition = policy.to_json() | {"effective_from": effective_from.isoformat() if effective_from else None}
    return {
        "name_zh": policy.name,
        "name_en": policy.name_en,
        "effective_from": effective_from,
        "definition": definition,
        "source": policy.source,
        "is_local": bool(policy.local_settings),
    }
