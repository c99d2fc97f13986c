"""One row of a return workbook against the facts: unchanged, new, changed, in conflict with the web, or wrong.

A row that nobody touched since it was given out changes nothing, whatever happened meanwhile; one that was touched here
and on the web is a conflict, shown with both values, until the person says which is to hold.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portfolio.refusals import NeedsReason
from projects.actions.milestones import MilestoneUpdate, update_faults
from projects.actions.return_doubts import doubts, remarks
from projects.actions.returns import FIGURES, ReturnEntry, ReturnFigures
from projects.core.money import MoneyUnit, report_form
from projects.intake.plan import Difference, Finding, ImportPlan, Kind
from projects.intake.return_columns import DATES
from projects.intake.return_rows import iso, prefilled
from projects.intake.return_token import Token, fingerprint
from projects.intake.returns_in import Line
from projects.queries.return_sheet import Reported

FILE, WEB = "file", "web"
"""What a person can choose for a row in conflict: take the file's, keep the web's."""

Choices = Mapping[str, str]
Done = Mapping[str, Mapping[str, date | None]]


def plan_line(plan: ImportPlan, token: Token, line: Line, row: Reported | None, choices: Choices) -> None:
    """Add what one row of figures comes to."""
    key = f"{line.code}/{token.period}"
    if (then := _then(plan, token.returns, line.code, line, row, key)) is None or row is None:
        return
    version, print_ = then
    if not line.errors and fingerprint(line.values) == print_:
        _add(plan, key, line, row, Kind.UNCHANGED)
        return
    figures = None if line.errors else _figures(plan, line, row)
    if figures is None:
        _wrong(plan, key, line, row)
        return
    entry = ReturnEntry(project=line.code, period=token.period, figures=figures, reason=line.values["reason"])
    theirs, ours = _on_the_web(row), asdict(figures)
    if line.values["invested"] is None:
        # what is worked out from the month came from the month's cell
        line.cells = {**line.cells, "invested": line.cells["month"]}
    if not row.is_with_unit and theirs == ours:
        _add(plan, key, line, row, Kind.UNCHANGED, note=_("The web says the same already."))
        return
    fields = {name: (theirs.get(name), ours[name]) for name in FIGURES if _differ(theirs.get(name), ours[name])}
    if row.version != version and fields and choices.get(key) != FILE:
        kept = choices.get(key) == WEB
        note = _kept_note() if kept else _conflict_note(row)
        _add(plan, key, line, row, Kind.UNCHANGED if kept else Kind.CONFLICT, {} if kept else fields, note)
        return
    if not row.is_with_unit or not row.reports:
        line.errors.append(_not_open(line, row))
    line.errors += [
        line.finding(refusal.field, refusal, _say_why(line) if isinstance(refusal, NeedsReason) else "")
        for refusal in doubts(row.project, entry, row.around)
    ]
    if line.errors:
        _wrong(plan, key, line, row)
        return
    plan.warnings += [line.finding(one.field, one.sentence) for one in remarks(row.project, entry, row.around)]
    if entry.reason:
        fields["reason"] = (None, entry.reason)
    plan.about["returns"][key] = {
        "project": line.code, "figures": ours, "reason": entry.reason, "seen": row.version,
    }  # fmt: skip
    _add(plan, key, line, row, Kind.UPDATE if row.last else Kind.CREATE, fields)


def plan_stone(plan: ImportPlan, token: Token, line: Line, row: Reported | None, choices: Choices, done: Done) -> None:
    """Add what one row of milestones comes to."""
    key = f"{line.code}/{line.step}"
    then = _then(plan, token.stones, key, line, row, key)
    milestone = row.milestones.get(line.step) if row else None
    if then is None or row is None:
        return
    title = f"{row.project.name} · {milestone.step.name if milestone else line.step}"
    if not line.errors and fingerprint(line.values) == then[1]:
        _add(plan, key, line, row, Kind.UNCHANGED, title=title)
        return
    if milestone is None:
        line.errors.append(line.finding("code", _("This project has no such milestone any more.")))
    if line.errors or milestone is None:
        _wrong(plan, key, line, row, title)
        return
    wanted = {name: line.values[name] for name in DATES}
    fields = {
        name: (iso(getattr(milestone, name)), iso(day))
        for name, day in wanted.items()
        if getattr(milestone, name) != day
    }
    if not fields:
        _add(plan, key, line, row, Kind.UNCHANGED, title=title)
        return
    if milestone.version != then[0] and choices.get(key) != FILE:
        kept = choices.get(key) == WEB
        note = (
            _kept_note() if kept else _("Somebody changed this milestone on the web after the workbook was given out.")
        )
        _add(plan, key, line, row, Kind.UNCHANGED if kept else Kind.CONFLICT, {} if kept else fields, note, title)
        return
    update = MilestoneUpdate(project=line.code, step=line.step, wanted=wanted, reason=line.values["reason"])
    line.errors += [
        line.finding(refusal.field, refusal) for refusal in update_faults(milestone, update, done[line.code])
    ]
    if line.errors:
        _wrong(plan, key, line, row, title)
        return
    plan.about["milestones"][key] = {
        "project": line.code, "step": line.step, "reason": update.reason,
        "wanted": {name: iso(day) for name, day in wanted.items()},
    }  # fmt: skip
    _add(plan, key, line, row, Kind.UPDATE, fields, title=title)


def _then(
    plan: ImportPlan, stamped: Mapping[str, tuple[int, str]], name: str, line: Line, row: Reported | None, key: str
) -> tuple[int, str] | None:
    """The version and print with which the row was given out; None, and an error, for a row that was not."""
    if name in stamped and row is not None:
        return stamped[name]
    if name in stamped:
        message, advice = _("%(code)s is not among your projects.") % {"code": line.code}, _("Take the row out.")
    else:
        message = _("%(row)s was not in this workbook when it was given out.") % {"row": name}
        advice = _("Take the row out, or download the workbook that has this project.")
    plan.errors += [line.finding("code", message, advice, line.code), *line.errors]
    plan.differences.append(
        Difference(key, line.code, line.name or line.code, Kind.ERROR, where=(line.sheet, line.row), cells=line.cells)
    )
    return None


def _figures(plan: ImportPlan, line: Line, row: Reported) -> ReturnFigures | None:
    """What the row says, once month and cumulative agree; None, and errors, where they do not."""
    values, before = line.values, row.before
    month, invested = values["month"], values["invested"]
    if month is None and invested is None:
        message = _("Type the month's figure or the year's; 0 if nothing was completed.")
        line.errors.append(line.finding("month", message, _("Or leave the whole row as it was given out.")))
    elif month is not None and invested is not None and before + month != invested:
        facts = {
            "before": _wan(before), "sum": _wan(before + month), "invested": _wan(invested),
        }  # fmt: skip
        message = _("%(before)s before and this month make %(sum)s, not %(invested)s. Empty one of the two.") % facts
        line.errors.append(line.finding("invested", message, facts["sum"], facts["invested"]))
    if values["problem_text"] and not values["problem_kind"]:
        message = _("Choose what kind of problem this is.")
        line.errors.append(line.finding("problem_kind", message))
    if line.errors:
        return None
    said = {name: values[name] for name in FIGURES}
    return ReturnFigures(**(said | {"invested": before + (month or 0) if invested is None else invested}))


def _wan(yuan: int) -> str:
    """An amount in 万元 to the last yuan, as it would be typed."""
    return report_form(yuan, MoneyUnit.WAN, 4)


def _on_the_web(row: Reported) -> dict[str, Any]:
    """What the web says now: the submitted version, or the draft that somebody keeps; empty where there is neither."""
    if row.entry is not None and row.is_with_unit and row.entry.draft:
        said = prefilled(row)
        if said["invested"] is None and isinstance(said["month"], int):
            said["invested"] = row.before + said["month"]
        return {name: said[name] for name in FIGURES}
    return {name: getattr(row.last, name) for name in FIGURES} if row.last else {}


def _differ(old: Any, new: Any) -> bool:
    return (old if old not in (None, "") else None) != (new if new not in (None, "") else None)


def _not_open(line: Line, row: Reported) -> Finding:
    """Why a row that is not with its unit cannot be typed."""
    if not row.reports:
        message = _("%(project)s has nothing to report for this month.") % {"project": row.project.name}
        return line.finding("code", message, _("Leave the row as it was given out."))
    state = row.entry.get_state_display() if row.entry else ""
    facts = {"project": row.project.name, "state": state}
    message = _("The return of %(project)s is already with the next desk: %(state)s.") % facts
    return line.finding("code", message, _("Ask for it to be given back, or leave the row as it was given out."))


def _conflict_note(row: Reported) -> str:
    if row.is_with_unit:
        return _("Somebody changed this return on the web after the workbook was given out.")
    state = row.entry.get_state_display() if row.entry else ""
    return _("This return was handed in on the web after the workbook was given out: %(state)s.") % {"state": state}


def _kept_note() -> str:
    return _("You chose to keep what the web says.")


def _say_why(line: Line) -> str:
    cell = line.cells.get("reason", "")
    return _("Correct it; or, if it is right, say why in cell %(cell)s.") % {"cell": cell}


def _wrong(plan: ImportPlan, key: str, line: Line, row: Reported, title: str = "") -> None:
    plan.errors += line.errors
    _add(plan, key, line, row, Kind.ERROR, title=title)


def _add(plan: ImportPlan, key: str, line: Line, row: Reported, kind: Kind, *more: Any, **named: Any) -> None:
    """One difference: fields, note and title follow."""
    said = dict(zip(("fields", "note", "title"), more, strict=False)) | named
    plan.differences.append(
        Difference(
            key, line.code, said.get("title") or row.project.name, kind, said.get("fields", {}),
            (line.sheet, line.row), line.cells, said.get("note", ""),
        )
    )  # fmt: skip
