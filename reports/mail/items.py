"""An alert as a matter in a mail: which project, what was due, why, whose turn it is, what is asked and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from projects.core.calendar import WorkCalendar
from projects.core.periods import Period
from projects.core.reasons import Reason
from projects.models import ProblemKind
from projects.wording import reason_sentence
from reports.core.routing import ASKED_WORKDAYS, BEYOND_THE_UNIT, COORDINATION_WORKDAYS, News, Standing, needs_leader
from reports.mail.page import Item, Line
from reports.mail.words import by_when, day_words, listed, workdays
from reports.models import Alert, Level
from reports.queries.digests import Around
from reports.wording import alert_sentence


@dataclass(frozen=True, slots=True)
class Desk:
    """What the writer of a mail has at hand: the day, the calendar, and what surrounds each project.

    `pace` holds the present reason of each project's pace, for alerts that were cleared.
    """

    on: date
    calendar: WorkCalendar
    around: Mapping[int, Around]
    pace: Mapping[int, Reason]

    def of(self, alert: Alert) -> Around:
        """What surrounds the alert's project."""
        return self.around.get(alert.project_id, Around())


def for_leader(alert: Alert, desk: Desk) -> bool:
    """Whether an open alert is put before the leader to settle."""
    red_for = workdays(alert.level_since, desk.on, desk.calendar) if alert.level == Level.RED else None
    return needs_leader(Standing(alert.level, alert.escalation, red_for, desk.of(alert).problem))


def full_item(alert: Alert, desk: Desk, *, turn: News | None = None, leader: bool = False) -> Item:
    """An open alert with everything there is to say. `leader`: what is asked is asked of the reader."""
    lines = [_turned(turn), _why(desk.of(alert)), _since(alert, desk), _whose_turn(alert, desk)]
    lines.append(_asked_of_leader(alert, desk) if leader else _asked_of_unit(alert, desk))
    return _item(alert, _sentence(alert, desk), tuple(line for line in lines if line))


def short_item(alert: Alert, desk: Desk) -> Item:
    """An open alert that is only listed."""
    return _item(alert, _sentence(alert, desk), tuple(line for line in (_since(alert, desk),) if line))


def pointer_item(alert: Alert, number: int) -> Item:
    """An alert that stands in full among those for the reader."""
    return _item(alert, _("See item %(number)s of what needs you.") % {"number": number})


def eased_item(alert: Alert, desk: Desk, turn: News) -> Item:
    """An alert that is less grave than it was."""
    return _item(alert, _sentence(alert, desk), tuple(line for line in (_turned(turn),) if line))


def cleared_item(alert: Alert, desk: Desk, turn: News) -> Item:
    """An alert that is over: what was done, or what is now."""
    sentence = _clearing(alert, desk)
    if turn.brief:
        sentence += _(" It was raised and cleared since the last mail.")
    return Item("done", _("Cleared"), alert.project.name, _place(alert), sentence)


def level_word(level: str) -> str:
    """红灯 or 黄灯."""
    return _("Red light") if level == Level.RED else _("Yellow light")


def _item(alert: Alert, sentence: str, lines: tuple[Line, ...] = ()) -> Item:
    light = "red" if alert.level == Level.RED else "yellow"
    return Item(light, level_word(alert.level), alert.project.name, _place(alert), sentence, lines)


def _place(alert: Alert) -> str:
    division = alert.project.division
    return " · ".join(part for part in (division.name if division else "", alert.project.code) if part)


def _sentence(alert: Alert, desk: Desk) -> str:
    return str(alert_sentence(alert, as_of=desk.on, calendar=desk.calendar))


def _turned(turn: News | None) -> Line | None:
    if turn is None or not turn.before or not turn.after:
        return None
    words = {"before": level_word(turn.before), "after": level_word(turn.after)}
    return Line(_("Change: "), _("from %(before)s to %(after)s") % words)


def _why(around: Around) -> Line | None:
    if not around.problem and not around.problem_text:
        return None
    kind = str(ProblemKind(around.problem).label) if around.problem else ""
    period = Period.parse(around.period)
    told = {"period": period, "what": " – ".join(part for part in (kind, around.problem_text) if part)}
    return Line(_("Reported cause: "), _("%(what)s (return for %(period)s)") % told)


def _since(alert: Alert, desk: Desk) -> Line:
    days = workdays(alert.level_since, desk.on, desk.calendar)
    told = {"light": level_word(alert.level), "day": day_words(alert.level_since, desk.on), "days": days}
    if not days:
        return Line(_("Since: "), _("%(light)s from %(day)s") % told)
    return Line(_("Since: "), _("%(light)s from %(day)s, %(days)s working days") % told)


def _whose_turn(alert: Alert, desk: Desk) -> Line | None:
    """The responsible unit where the unit on the site cannot do it, else the project unit."""
    around, owner = desk.of(alert), alert.project.owner
    if around.problem in BEYOND_THE_UNIT and around.unit:
        holder = listed((around.unit, around.person))
    else:
        holder = listed((owner.name if owner else around.unit, around.contact if owner else around.person))
    return Line(_("Now with: "), holder) if holder else None


def _asked_of_leader(alert: Alert, desk: Desk) -> Line:
    by = by_when(desk.on, COORDINATION_WORKDAYS, desk.calendar)
    match desk.of(alert).problem:
        case ProblemKind.LAND:
            asked = _("have the land secured and a day fixed for its papers %(by)s")
        case ProblemKind.CLEARANCE:
            asked = _("have the clearance moved forward and its last day fixed %(by)s")
        case ProblemKind.MONEY:
            asked = _("have the money secured and the day of its arrival fixed %(by)s")
        case _:
            asked = _("hear those responsible, and have measures and a day of completion fixed %(by)s")
    return Line(_("Please: "), asked % {"by": by})


def _asked_of_unit(alert: Alert, desk: Desk) -> Line:
    by = by_when(desk.on, ASKED_WORKDAYS, desk.calendar)
    if alert.milestone_id is not None:
        asked = _("finish it, or report why not and when, %(by)s")
    else:
        asked = _("report the measures for catching up %(by)s")
    return Line(_("Asked of those responsible: "), asked % {"by": by})


def _clearing(alert: Alert, desk: Desk) -> str:
    """What ended the alert: a milestone done (late) or given a new date, or investment that caught up."""
    milestone = alert.milestone
    if milestone is not None:
        if milestone.actual_on is not None:
            return _done(milestone.step.name, milestone.due_on, milestone.actual_on, desk)
        if milestone.due_on is not None and milestone.due_on >= desk.on:
            told = {"step": milestone.step.name, "day": day_words(milestone.due_on, desk.on)}
            return _("“%(step)s” has a new date, %(day)s, and is not overdue any more.") % told
        return _("“%(step)s” is not overdue any more.") % {"step": milestone.step.name}
    reason = desk.pace.get(alert.project_id)
    if reason is not None:
        return str(reason_sentence(reason, as_of=desk.on, calendar=desk.calendar))
    return _("The cause of the alert is gone.")


def _done(step: str, due: date | None, done_on: date, desk: Desk) -> str:
    told = {"step": step, "done": day_words(done_on, desk.on)}
    late = workdays(due, done_on, desk.calendar) if due and done_on > due else None
    if due and late:
        told |= {"due": day_words(due, desk.on), "days": str(late)}
        return _("“%(step)s” was done on %(done)s, %(days)s working days after its due date, %(due)s.") % told
    return _("“%(step)s” was done on %(done)s.") % told
