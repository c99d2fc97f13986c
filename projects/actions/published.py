"""Loads what public sources say about the city's programmes and projects, with provenance `published`.

Published projects are on no list and have no plan, return, milestone or light; their figures are facts of a source.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio.models import User
from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.loading import Tally, bring_up_to_date, withdraw
from projects.actions.record import Batch, ledger_batch
from projects.intake.fixture_rows import AliasRow, MentionRow, ProgrammeRow, PublishedProjectRow, TargetRow
from projects.intake.fixtures import Published
from projects.models import (
    Division,
    Industry,
    Origin,
    Programme,
    Project,
    ProjectAlias,
    ProjectFact,
    Provenance,
    Target,
)

FACT_FIELDS = (
    "measure", "value", "unit", "qualifier", "amount", "year", "year_to", "event_date", "as_written", "source",
    "section", "source_date", "note",
)  # fmt: skip
FactKey = tuple[str, str, int]


def load_published(*, by: User, published: Published, origin: str = Origin.COMMAND) -> dict[str, Tally]:
    """Bring the published programmes, targets and projects up to the files; a second run writes nothing.

    Raises Forbidden when lists and projects are not the person's to manage, Refusal when a unit or chain is not
    loaded or a code belongs to rows of another provenance.
    """
    require(by, Right.MANAGE_LISTS)
    require(by, Right.EDIT_PROJECT)
    with ledger_batch(by=by, origin=origin, source="fixtures/heze") as book:
        _refuse_foreign(Programme.objects.filter(code__in=[row.code for row in published.programmes]))
        _refuse_foreign(Project.objects.filter(code__in=[row.code for row in published.projects]))
        tallies = {
            "programmes": _programmes(book, published.programmes),
            "targets": _targets(book, published.targets),
            "projects": _projects(book, published.projects),
        }
        projects = {row.code: row for row in Project.objects.filter(code__in=[row.code for row in published.projects])}
        tallies["aliases"] = _aliases(book, published.aliases, projects)
        tallies["facts"] = _facts(book, published.mentions, projects)
        return tallies


def _refuse_foreign(rows: Any) -> None:
    taken = rows.exclude(provenance=Provenance.PUBLISHED).values_list("code", flat=True).first()
    if taken:
        raise Refusal(_("The code %(code)s is already used by an entry that was not published.") % {"code": taken})


def _programmes(book: Batch, rows: Sequence[ProgrammeRow]) -> Tally:
    wanted = {
        row.code: {
            "code": row.code,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "year": row.year,
            "level": row.level,
            "theme": row.theme,
            "provenance": Provenance.PUBLISHED,
            "source": row.source,
            "source_date": row.source_date,
            "is_tracked": row.tracked,
        }
        for row in rows
    }
    existing = {row.code: row for row in Programme.objects.filter(code__in=wanted)}
    return bring_up_to_date(book, Programme, existing, wanted, lambda row: {"key": row.code})


def _targets(book: Batch, rows: Sequence[TargetRow]) -> Tally:
    programmes = {row.code: row for row in Programme.objects.filter(code__in={row.programme for row in rows})}
    wanted = {
        (row.programme, row.measure.value, row.source): {
            "programme": programmes[row.programme],
            "measure": row.measure,
            "unit": row.unit,
            "promised": row.promised,
            "promised_yuan": row.promised_yuan,
            "outcome": row.outcome,
            "outcome_yuan": row.outcome_yuan,
            "rate": row.rate,
            "qualifier": row.qualifier,
            "note": row.note,
            "source": row.source,
            "section": row.section,
            "known_on": row.known_on,
        }
        for row in rows
    }
    existing = {
        (row.programme.code, row.measure, row.source): row
        for row in Target.objects.filter(programme__in=programmes.values()).select_related("programme")
    }
    return bring_up_to_date(book, Target, existing, wanted, lambda row: {"key": f"{row.programme.code}/{row.measure}"})


def _projects(book: Batch, rows: Sequence[PublishedProjectRow]) -> Tally:
    """Packages before their parts.

    A project that a source puts into several units belongs to none of them here, because its shares are not published;
    the source's words stay among its facts.
    """
    divisions = _all_of(Division, (code for row in rows for code in row.divisions))
    industries = _all_of(Industry, (row.industry for row in rows))
    tally = Tally()
    for group in ([row for row in rows if not row.parent], [row for row in rows if row.parent]):
        known = Project.objects.filter(code__in=[row.code for row in rows])
        existing = {row.code: row for row in known.select_related("division", "industry", "parent")}
        wanted = {
            row.code: {
                "code": row.code,
                "name": row.name,
                "provenance": Provenance.PUBLISHED,
                "project_type": row.type,
                "industry": industries[row.industry] if row.industry else None,
                "nature": row.nature,
                "division": divisions[row.divisions[0]] if len(row.divisions) == 1 else None,
                "parent": existing[row.parent] if row.parent else None,
                "is_package": row.kind == "package",
                "is_park": row.kind == "park",
                "note": row.note,
            }
            for row in group
        }
        tally += bring_up_to_date(book, Project, existing, wanted, lambda row: {"key": row.code, "project": row})
    return tally


def _all_of(model: Any, codes: Iterable[str]) -> dict[str, Any]:
    wanted = set(codes) - {""}
    found = {row.code: row for row in model.objects.filter(code__in=wanted)}
    if missing := sorted(wanted - set(found)):
        raise Refusal(
            _("%(code)s is not among the reference data. Load it first: manage.py load_reference.")
            % {"code": missing[0]}
        )
    return found


def _aliases(book: Batch, rows: Sequence[AliasRow], projects: dict[str, Project]) -> Tally:
    wanted = {
        (row.project, row.alias): {
            "project": projects[row.project],
            "name": row.alias,
            "kind": row.kind,
            "source": _cited(row),
        }
        for row in rows
    }
    existing = {
        (row.project.code, row.name): row
        for row in ProjectAlias.objects.filter(project__in=projects.values()).select_related("project")
    }
    return bring_up_to_date(book, ProjectAlias, existing, wanted, _of_project("name"))


def _cited(row: AliasRow) -> str:
    """Where another name comes from; our own readings say so in the note (推断)."""
    cited = f"{row.source} {row.source_date}".strip()
    return f"{cited}（{row.note}）" if row.note else cited


def _facts(book: Batch, rows: Sequence[MentionRow], projects: dict[str, Project]) -> Tally:
    """The n-th fact of a project and measure in the file is the n-th in the table; one that is gone is withdrawn."""
    wanted: dict[FactKey, dict[str, Any]] = {}
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        place = (row.project, row.measure.value)
        wanted[(*place, counts[place])] = _fact(row, projects[row.project])
        counts[place] += 1
    existing: dict[FactKey, ProjectFact] = {}
    counts.clear()
    found = ProjectFact.objects.filter(project__in=projects.values()).select_related("project")
    for fact in found.order_by("id"):
        place = (fact.project.code, fact.measure)
        existing[(*place, counts[place])] = fact
        counts[place] += 1
    gone = [fact for key, fact in existing.items() if key not in wanted]
    about = _of_project("measure")
    tally = bring_up_to_date(book, ProjectFact, existing, wanted, about)
    return tally + withdraw(book, gone, FACT_FIELDS, about)


def _fact(row: MentionRow, project: Project) -> dict[str, Any]:
    return {
        "project": project,
        "measure": row.measure,
        "value": row.value or row.text,
        "unit": row.unit,
        "qualifier": row.qualifier,
        "amount": row.yuan,
        "year": row.year,
        "year_to": row.year_to,
        "event_date": row.event_date,
        "as_written": row.as_written,
        "source": row.source,
        "section": row.section,
        "source_date": _full_date(row.source_date),
        "note": row.note,
    }


def _full_date(text: str) -> datetime.date | None:
    """A source's date where its day is known; a year alone stands in the source's own words."""
    return datetime.date.fromisoformat(text) if len(text) == len("2024-01-11") else None


def _of_project(field: str) -> Any:
    return lambda row: {"key": f"{row.project.code}/{getattr(row, field)}", "project": row.project}
