"""A month's returns from workbooks: what each row would change, what is wrong, what somebody changed meanwhile.

Compared with the facts as they stand, checked as the form checks, written by the actions that the form uses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.importers import Importer, Options, Shown
from projects.actions.milestones import MilestoneUpdate, update_milestones
from projects.actions.return_checks import check_period_open
from projects.actions.return_rows_in import plan_line, plan_stone
from projects.actions.returns import ReturnEntry, ReturnFigures, submit_returns
from projects.core.periods import Period
from projects.intake.plan import ImportPlan
from projects.intake.reader import read_workbook, read_workbooks
from projects.intake.return_columns import DATES, FIGURES, LABELS, UNIT
from projects.intake.returns_in import Line, ReadReturn, read_return
from projects.intake.unreadable import Unreadable
from projects.models import Origin, ProblemKind
from projects.queries.return_sheet import Reported, reported
from projects.queries.scope import visible_to
from projects.queries.workcalendar import load_calendar

KIND: Final = "returns"

_read: ContextVar[Mapping[str, ReadReturn | Refusal] | None] = ContextVar("read_returns", default=None)


def read_many(files: Iterable[tuple[str, bytes]]) -> Iterator[ReadReturn | Refusal]:
    """Read many workbooks (name, content) with one child process; one that cannot be taken is given as its refusal."""
    books = read_workbooks(files)
    with ThreadPoolExecutor(1) as ahead:  # the child reads the next file while this one's values are parsed
        coming = ahead.submit(next, books, None)
        while (book := coming.result()) is not None:
            coming = ahead.submit(next, books, None)
            if isinstance(book, Unreadable):
                yield book
                continue
            try:
                yield read_return(book)
            except Refusal as refusal:
                yield refusal


@contextmanager
def read_before(files: Sequence[tuple[str, bytes]]) -> Iterator[list[ReadReturn | Refusal]]:
    """Inside, these files are not read again when they are planned and committed one by one."""
    found = list(read_many(files))
    kept = {sha256(data).hexdigest(): one for (_name, data), one in zip(files, found, strict=True)}
    token = _read.set(kept)
    try:
        yield found
    finally:
        _read.reset(token)


class TurnedAway(Unreadable):
    """A workbook that can be read and is not taken: its stamp is not ours, its month not open, its projects others'."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__("damaged")
        self.code, self.sentence = "turned_away", refusal.sentence
        self.args = (refusal.sentence,)


def read(*, data: bytes, name: str, by: Any, options: Options) -> ImportPlan:
    """The plan of one workbook. Raises Unreadable, and TurnedAway for one that is not taken."""
    require(by, Right.ENTER_RETURN)
    kept = _read.get()
    try:
        found = kept.get(sha256(data).hexdigest()) if kept else None
        found = found or read_return(read_workbook(data, name))
        plan = found if isinstance(found, Refusal) else plans([found], by=by, options=options)[0]
        if isinstance(plan, Refusal):
            raise plan
    except Unreadable:
        raise
    except Refusal as refusal:
        raise TurnedAway(refusal) from refusal
    return plan


def plans(read_ones: Sequence[ReadReturn], *, by: Any, options: Options) -> list[ImportPlan | Refusal]:
    """The plan of each workbook, or why it is refused whole; a constant number of statements for each month."""
    require(by, Right.ENTER_RETURN)
    facts = {period: _facts(by, period, read_ones) for period in {one.token.period for one in read_ones}}
    made: list[ImportPlan | Refusal] = []
    for one in read_ones:
        known = facts[one.token.period]
        made.append(known if isinstance(known, Refusal) else _plan(one, known, options))
    return made


def _facts(by: Any, period: str, read_ones: Sequence[ReadReturn]) -> dict[str, Reported] | Refusal:
    """The returns of a month that the workbooks speak of and the person may enter, by project."""
    try:
        check_period_open(period)
    except Refusal as refusal:
        return refusal
    codes = {line.code for one in read_ones if one.token.period == period for line in (*one.lines, *one.stones)}
    own = visible_to(by)
    rows = own.filter(code__in=codes) if len(codes) <= 500 else own
    return {row.project.code: row for row in reported(rows, Period.parse(period), clock.today(), load_calendar())}


def _plan(one: ReadReturn, known: Mapping[str, Reported], options: Options) -> ImportPlan | Refusal:
    if not any(line.code in known for line in one.lines):
        return Refusal(_("None of the projects of this workbook is yours. Was it given out to another county or unit?"))
    plan = ImportPlan(KIND, errors=list(one.errors), columns=list(one.columns), options=dict(options))
    plan.about = {"period": one.token.period, "returns": {}, "milestones": {}}
    choices = options.get("conflicts", {})
    for line in map(_fresh, one.lines):
        plan_line(plan, one.token, line, known.get(line.code), choices)
    done = _done(one, known)
    for line in map(_fresh, one.stones):
        plan_stone(plan, one.token, line, known.get(line.code), choices, done)
    return plan


def _fresh(line: Line) -> Line:
    """The row as it was read: what is found wrong of it belongs to one plan."""
    return replace(line, errors=list(line.errors))


def _done(one: ReadReturn, known: Mapping[str, Reported]) -> dict[str, dict[str, date | None]]:
    """Each project's actual dates by step, as they are once the workbook is taken over."""
    done = {
        line.code: {step: milestone.actual_on for step, milestone in known[line.code].milestones.items()}
        for line in one.stones
        if line.code in known
    }
    for line in one.stones:
        if line.code in done and not line.errors:
            done[line.code][line.step] = line.values["actual_on"]
    return done


def _write(*, plan: ImportPlan, by: Any, batch: Any = None) -> None:
    """Submit the returns and record the milestones of `plan.changes`, by the actions that the form uses.

    Raises what those raise: StaleForm for a return that changed since the plan was made.
    """
    period, changed = plan.about["period"], {row.key for row in plan.changes}
    entries, seen = [], {}
    for key, said in plan.about["returns"].items():
        if key in changed:
            figures = ReturnFigures(**said["figures"])
            entries.append(ReturnEntry(project=said["project"], period=period, figures=figures, reason=said["reason"]))
            seen[said["project"], period] = said["seen"]
    if entries:
        submit_returns(by=by, entries=entries, seen=seen, origin=Origin.EXCEL)
    rows = [
        MilestoneUpdate(project=said["project"], step=said["step"], wanted=_days(said["wanted"]), reason=said["reason"])
        for key, said in plan.about["milestones"].items()
        if key in changed
    ]
    if rows:
        update_milestones(by=by, rows=rows, origin=Origin.EXCEL)


def _days(wanted: Mapping[str, str | None]) -> dict[str, date | None]:
    return {name: date.fromisoformat(day) if day else None for name, day in wanted.items()}


def _kinds() -> dict[str, Any]:
    return {kind.value: kind.label for kind in ProblemKind}


def _shown(name: str) -> Shown:
    if name == "problem_kind":
        return Shown(LABELS[name], "names", _kinds)
    form = "money" if name in UNIT else "day" if name in DATES else "whole" if name == "physical_percent" else "text"
    return Shown(LABELS[name], form)


RETURNS = Importer(
    kind=KIND,
    title=gettext_lazy("Monthly returns"),
    purpose=gettext_lazy("The month's workbook as it was downloaded under Monthly returns, filled in."),
    act=Right.ENTER_RETURN,
    read=read,
    write=_write,
    fields={name: _shown(name) for name in (*FIGURES, *DATES)},
    settled=True,
    place=1,
)
