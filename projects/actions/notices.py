"""Enters adjustment notices (调整通知): dated events with a document number, typed or from a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.refusals import Refusal
from portfolio.web.access import Act as Right
from portfolio.web.access import require
from projects.actions.importers import Importer, Options, Shown
from projects.actions.programmes import Adjustment, adjust_lists
from projects.intake.notice import KIND, Line, Placed, place, read_notice
from projects.intake.plan import ImportPlan
from projects.models import ImportBatch, Listing, Origin, Programme, ProjectClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice: the list, the document number, the day from which it holds, and its lines."""

    programme: Programme
    document: str
    on: date
    lines: Sequence[Line]


def foresee(*, by: Any, notice: Notice) -> list[Placed]:
    """What a notice would do, line by line, with everything that is wrong; writes nothing. Raises Forbidden."""
    require(by, Right.MANAGE_LISTS)
    return place(notice.lines, by=by, programme=notice.programme.code, on=notice.on)


def enter_notice(*, by: Any, notice: Notice, origin: str = Origin.WEB) -> list[Placed]:
    """Enter a notice whole, or nothing of it. Raises Forbidden and Refusal for what `foresee` finds wrong."""
    require(by, Right.MANAGE_LISTS)
    if not notice.document.strip():
        raise Refusal(_("A notice has a document number."), field="document")
    if notice.on > clock.today():
        raise Refusal(_("The notice's date lies in the future."), field="on")
    placed = foresee(by=by, notice=notice)
    if not placed:
        raise Refusal(_("The notice has no line."))
    if wrong := next((one for one in placed if one.problem), None):
        told = {"project": wrong.name or wrong.line.project, "problem": wrong.problem}
        raise Refusal(_("%(project)s: %(problem)s Nothing was entered.") % told)
    rows = [
        Adjustment(
            project=one.code, programme=notice.programme.code, kind=one.line.kind, on=notice.on,
            document=notice.document.strip(),
        )
        for one in placed
    ]  # fmt: skip
    adjust_lists(by=by, rows=rows, origin=origin, reason=notice.document.strip())
    return placed


def _read(*, data: bytes, name: str, by: Any, options: Options) -> ImportPlan:
    """The plan of a notice in a workbook, as of today."""
    return read_notice(data=data, name=name, by=by, as_of=clock.today(), options=options)


def _write(*, plan: ImportPlan, by: Any, batch: ImportBatch) -> None:
    """The rows that are right, as one notice."""
    options = plan.options
    rows = [
        Adjustment(
            project=row.project_code, programme=str(options["programme"]), kind=str(row.fields["kind"][1]),
            on=date.fromisoformat(str(options["effective_on"])), document=str(options["document"]),
        )
        for row in plan.changes
    ]  # fmt: skip
    adjust_lists(by=by, rows=rows, origin=Origin.EXCEL, reason=str(options["document"]))


def _target(options: Options) -> str:
    """One file may be a notice for one list on one day."""
    return f"{options.get('programme', '')}/{options.get('effective_on', '')}"


def _kinds() -> dict[str, Any]:
    return dict(Listing.Joined.choices) | dict(Listing.Left.choices)


def _classes() -> dict[str, Any]:
    return dict(ProjectClass.choices)


ADJUSTMENT = Importer(
    kind=KIND,
    title=_("List adjustment notice"),
    purpose=_("Projects added, changed in class or withdrawn in mid-year, each with its kind."),
    act=Right.MANAGE_LISTS,
    read=_read,
    write=_write,
    fields={
        "kind": Shown(_("Adjustment"), "names", _kinds),
        "project_class": Shown(_("Class on the list"), "names", _classes),
    },
    target=_target,
    speaks={"listing": ("kind", "project_class")},
    asks=("programme", "effective_on", "document"),
    place=3,
)
