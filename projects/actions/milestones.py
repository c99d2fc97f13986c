"""Plans milestones and records what became of them; every state of their dates is kept as a revision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal, StaleForm
from portfolio.web.access import Act as Right
from portfolio.web.access import fetch, require
from projects.actions import replan_lock
from projects.actions.bulk import save_fields
from projects.actions.lookup import by_code
from projects.actions.record import Batch, diff, ledger_batch
from projects.core.calendar import WorkCalendar
from projects.models import Act, Milestone, MilestoneRevision, MilestoneStep, Origin, Project
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar

DATES = ("planned_on", "forecast_on", "actual_on")
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePlan:
    """A milestone as first planned; its step by code."""

    project: str
    step: str
    planned_on: date | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneUpdate:
    """What to change of a milestone's dates, by field name; a re-plan brings its reason and document."""

    project: str
    step: str
    wanted: Mapping[str, date | None]
    reason: str = ""
    document: str = ""


def plan_milestones(*, by: Any, rows: Sequence[MilestonePlan], origin: str = Origin.WEB) -> None:
    """Give projects their milestones. Raises Refusal where a project has the step already."""
    require(by, Right.MANAGE_LISTS)
    projects = by_code(Project, (row.project for row in rows))
    steps = by_code(MilestoneStep, (row.step for row in rows))
    calendar = load_calendar()
    with ledger_batch(by=by, origin=origin) as book:
        milestones, positions = [], []
        for row in rows:
            project, step = projects[row.project], steps[row.step]
            milestone = Milestone(project=project, step=step, position=row.position, baseline_on=row.planned_on)
            _set_due(milestone, row.planned_on, step, calendar)
            milestones.append(milestone)
            changes = {"planned_on": (None, row.planned_on)}
            positions.append(
                book.add("milestone", Act.CREATE, changes, key=f"{row.project}/{row.step}", project=project)
            )
        _refuse_twice(milestones)
        Milestone.objects.bulk_create(milestones, batch_size=CHUNK)
        MilestoneRevision.objects.bulk_create(
            [
                MilestoneRevision(milestone=milestone, number=1, planned_on=milestone.planned_on, known_from=position)
                for milestone, position in zip(milestones, positions, strict=True)
            ],
            batch_size=CHUNK,
        )


def _refuse_twice(milestones: Sequence[Milestone]) -> None:
    wanted = {(milestone.project_id, milestone.step_id) for milestone in milestones}
    projects = {project for project, _step in wanted}
    there = Milestone.objects.values_list("project_id", "step_id")
    if len(projects) <= CHUNK:
        there = there.filter(project__in=projects)
    if len(wanted) < len(milestones) or wanted & set(there):
        raise Refusal(_("A project has this milestone already."))


def _set_due(milestone: Milestone, planned_on: date | None, step: MilestoneStep, calendar: WorkCalendar) -> None:
    """The planned date, and the day on which it is due: the next working day where the step says so (民法典 §203)."""
    milestone.planned_on = milestone.due_on = planned_on
    milestone.due_known = True
    if planned_on is not None and step.moves_to_workday:
        due = calendar.due_date(planned_on)
        milestone.due_on, milestone.due_known = due.date, due.calendar_known


def update_milestones(*, by: Any, rows: Sequence[MilestoneUpdate], origin: str = Origin.WEB) -> int:
    """Record changes of many milestones at once; gives how many changed. Checks rights and dates as for one."""
    require(by, Right.UPDATE_MILESTONE)
    replans = [row for row in rows if "planned_on" in row.wanted]
    if replans:
        require(by, Right.REPLAN_MILESTONE)
    visible = set(visible_to(by).values_list("code", flat=True))
    codes = {row.project for row in rows}
    if unseen := sorted(codes - visible):
        raise Refusal(_("Not among your projects: %(codes)s") % {"codes": ", ".join(unseen[:10])})
    calendar, locked = load_calendar(), replan_lock.lock_for(by) if replans else _free
    with ledger_batch(by=by, origin=origin) as book:
        found = _milestones(codes)
        changed: list[tuple[Milestone, int, MilestoneUpdate]] = []
        wanted = _once(rows)
        done = _done_after(found, wanted)
        for row in wanted:
            milestone = found.get((row.project, row.step))
            if milestone is None:
                facts = {"project": row.project, "step": row.step}
                raise Refusal(_("%(project)s has no milestone %(step)s.") % facts)
            if "planned_on" in row.wanted and row.reason.strip() and locked(milestone, row.wanted["planned_on"]):
                raise replan_lock.refusal(milestone)
            if seq := _change(book, milestone, row, calendar, done[row.project]):
                changed.append((milestone, seq, row))
        _write(changed)
    return len(changed)


def _free(milestone: Milestone, planned_on: date | None) -> bool:
    return False


def _done_after(
    found: Mapping[tuple[str, str], Milestone], rows: Sequence[MilestoneUpdate]
) -> dict[str, dict[str, date | None]]:
    """Each project's actual dates by step as they are once all of a batch is done."""
    done: dict[str, dict[str, date | None]] = {}
    for (project, step), milestone in found.items():
        done.setdefault(project, {})[step] = milestone.actual_on
    for row in rows:
        if "actual_on" in row.wanted:
            done.setdefault(row.project, {})[row.step] = row.wanted["actual_on"]
    return done


def _once(rows: Sequence[MilestoneUpdate]) -> list[MilestoneUpdate]:
    """One update for each milestone: several in a batch are one change, the later date winning."""
    merged: dict[tuple[str, str], MilestoneUpdate] = {}
    for row in rows:
        before = merged.get((row.project, row.step))
        if before:
            row = MilestoneUpdate(
                project=row.project, step=row.step, wanted={**before.wanted, **row.wanted},
                reason=row.reason or before.reason, document=row.document or before.document,
            )  # fmt: skip
        merged[row.project, row.step] = row
    return list(merged.values())


def _milestones(codes: set[str]) -> dict[tuple[str, str], Milestone]:
    rows = Milestone.objects.select_related("project", "step")
    if len(codes) <= CHUNK:
        rows = rows.filter(project__code__in=codes)
    return {(row.project.code, row.step.code): row for row in rows}


def update_milestone(
    *, by: Any, milestone: Milestone, version: int, update: MilestoneUpdate, origin: str = Origin.WEB
) -> bool:
    """Record changes of one milestone, from the form that showed `version` of it; false when nothing changed.

    Raises OutOfScope, Forbidden, StaleForm (with both values) and Refusal (with the field it belongs to).
    """
    fetch(visible_to(by), by, Right.UPDATE_MILESTONE, pk=milestone.project_id)
    with ledger_batch(by=by, origin=origin) as book:
        row = Milestone.objects.select_related("project", "step").get(pk=milestone.pk)
        if row.version != version:
            theirs = {field: getattr(row, field) for field in update.wanted}
            sentence = _("Somebody changed this milestone after you opened the page.")
            raise StaleForm(sentence, theirs=theirs, yours=dict(update.wanted))
        if "planned_on" in update.wanted and update.wanted["planned_on"] != row.planned_on:
            require(by, Right.REPLAN_MILESTONE)
            if update.reason.strip() and replan_lock.needs_approval(by, row, update.wanted["planned_on"]):
                raise replan_lock.refusal(row)  # what lacks a reason is refused for that first
        seq = _change(book, row, update, load_calendar())
        if seq:
            _write([(row, seq, update)])
    return bool(seq)


def _change(
    book: Batch,
    milestone: Milestone,
    update: MilestoneUpdate,
    calendar: WorkCalendar,
    done: Mapping[str, date | None] | None = None,
) -> int:
    """Note one milestone's change and set it on the row; 0 when nothing changed. `done`: as of `update_faults`."""
    if unknown := set(update.wanted) - set(DATES):
        raise TypeError(f"not a date of a milestone: {', '.join(sorted(unknown))}")
    changes = diff(milestone, update.wanted)
    if not changes:
        return 0
    for refusal in _faults(milestone, changes, update, done):
        raise refusal
    seq = book.add(
        "milestone",
        Act.UPDATE,
        changes | ({"document": (None, update.document)} if update.document else {}),
        key=f"{milestone.project.code}/{milestone.step.code}",
        project=milestone.project,
        reason=update.reason,
    )
    for field, (_old, new) in changes.items():
        setattr(milestone, field, new)
    _set_due(milestone, milestone.planned_on, milestone.step, calendar)
    milestone.version += 1
    return seq


def update_faults(milestone: Milestone, update: MilestoneUpdate, done: Mapping[str, date | None]) -> Iterator[Refusal]:
    """All that speaks against an update, before it is tried; `done` has the project's actual dates by step,
    those that the same batch brings among them.
    """
    changes = diff(milestone, update.wanted)
    return _faults(milestone, changes, update, done)


def _faults(
    milestone: Milestone,
    changes: Mapping[str, tuple[Any, Any]],
    update: MilestoneUpdate,
    done: Mapping[str, date | None] | None,
) -> Iterator[Refusal]:
    today = clock.today()
    actual = changes.get("actual_on", (None, None))[1]
    if actual and actual > today:
        yield Refusal(
            _("An actual date cannot lie in the future (today is %(today)s).") % {"today": today}, field="actual_on"
        )
    if "actual_on" in changes and changes["actual_on"][0] and not update.reason.strip():
        yield Refusal(_("Say why a date that was already recorded changes."), field="reason")
    if "planned_on" in changes and changes["planned_on"][0] and not update.reason.strip():
        yield Refusal(_("A re-plan needs a reason."), field="reason")
    if actual and milestone.step.code in (START, *BUILT, *FINISHES):
        yield from _order_faults(milestone, actual, _others(milestone) if done is None else done)


START, FINISHES = "D01", ("E05", "E07", "E11", "E12")
BUILT = ("D03", "D04", "D06", "D12", "D13", "E01", "E03", "E06")
"""Steps before the finish that permanent works alone can reach: foundations, topping-out, acceptance and so on."""


def _others(milestone: Milestone) -> dict[str, date | None]:
    rows = Milestone.objects.filter(project_id=milestone.project_id, step__code__in=[START, *BUILT, *FINISHES])
    return dict(rows.values_list("step__code", "actual_on"))


def _order_faults(milestone: Milestone, actual: date, done: Mapping[str, date | None]) -> Iterator[Refusal]:
    """Neither a finish nor what is built on the way to it comes before the start of permanent works."""
    others = {step: day for step, day in done.items() if step != milestone.step.code}
    start = others.get(START)
    if milestone.step.code in FINISHES and start and actual < start:
        yield Refusal(_("The finish cannot come before the start on %(start)s.") % {"start": start}, field="actual_on")
    if milestone.step.code in BUILT and start and actual < start:
        facts = {"step": milestone.step.name, "start": start}
        yield Refusal(_("“%(step)s” cannot come before the start on %(start)s.") % facts, field="actual_on")
    finishes = [day for step, day in others.items() if step in FINISHES and day]
    if milestone.step.code == START and finishes and actual > min(finishes):
        yield Refusal(
            _("The start cannot come after the finish on %(finish)s.") % {"finish": min(finishes)}, field="actual_on"
        )
    built = [day for step, day in others.items() if step in BUILT and day]
    if milestone.step.code == START and built and actual > min(built):
        yield Refusal(
            _("The start cannot come after %(day)s, when works were already done.") % {"day": min(built)},
            field="actual_on",
        )


def _write(changed: Sequence[tuple[Milestone, int, MilestoneUpdate]]) -> None:
    """Save the rows and their new revisions; the revision before ends where the new one begins."""
    rows = [milestone for milestone, _seq, _update in changed]
    fields = [*DATES, "due_on", "due_known", "version"]
    save_fields(rows, fields)
    former = {
        revision.milestone_id: revision
        for revision in MilestoneRevision.objects.known().filter(milestone__in=rows[:CHUNK])
    }
    for start in range(CHUNK, len(rows), CHUNK):
        for revision in MilestoneRevision.objects.known().filter(milestone__in=rows[start : start + CHUNK]):
            former[revision.milestone_id] = revision
    new = []
    for milestone, seq, update in changed:
        before = former.get(milestone.pk)
        if before:
            before.known_to = seq
        new.append(
            MilestoneRevision(
                milestone=milestone, number=before.number + 1 if before else 1, planned_on=milestone.planned_on,
                forecast_on=milestone.forecast_on, actual_on=milestone.actual_on, document=update.document,
                reason=update.reason, known_from=seq,
            )
        )  # fmt: skip
    save_fields(former.values(), ["known_to"])
    MilestoneRevision.objects.bulk_create(new, batch_size=CHUNK)
