"""An alert as a matter in a mail: which project, what was due, why, whose turn it is, what is asked and by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from projects.core.calendar import WorkCalendar
from projects.core.policies import LightPolicy
from projects.core.reasons import decode
from projects.models import ProblemKind
from projects.queries.policies import PolicyKey
from projects.wording import is_chinese, reason_sentence, say_day, say_period
from reports.core.routing import ASKED_WORKDAYS, COORDINATION_WORKDAYS, News, Standing, Turn, needs_leader
from reports.core.rules import Ending, Kept, rule_of
from reports.mail.page import Item, Line
from reports.mail.words import by_when, day_words, listed, stopped, workdays
from reports.models import Alert, AlertEvent, Level
from reports.queries.digests import Around
from reports.queries.exempted import Before
from reports.wording import RUNGS, alert_sentence, before_words, exempted_words, judging_words


@dataclass(frozen=True, slots=True)
class Desk:
    """What the writer of a mail has at hand: the day, the calendar, what surrounds each project, events, policies.

    `before` says of alerts raised again after an exemption what came before it, by alert.
    """

    on: date
    calendar: WorkCalendar
    around: Mapping[int, Around]
    events: Mapping[int, AlertEvent]
    policies: Mapping[PolicyKey, LightPolicy] = field(default_factory=dict)
    before: Mapping[int, Before] = field(default_factory=dict)

    def of(self, alert: Alert) -> Around:
        """What surrounds the alert's project."""
        return self.around.get(alert.project_id, Around())


def is_put_off(alert: Alert, on: date) -> bool:
    """Whether somebody put an open alert off until this day or a later one: mails only count it till then."""
    return alert.snoozed_until is not None and alert.snoozed_until >= on


def for_leader(alert: Alert, desk: Desk) -> bool:
    """Whether an open alert is put before the leader to settle."""
    if is_put_off(alert, desk.on):
        return False
    red_for = workdays(alert.level_since, desk.on, desk.calendar) if alert.level == Level.RED else None
    return needs_leader(Standing(alert.level, alert.escalation, red_for, desk.of(alert).problem))


def reader_item(alerts: Sequence[Alert], desk: Desk, turns: Mapping[int, News]) -> Item:
    """A project that is put before the leader, with all of its alerts that are: one matter, and one thing asked."""
    first = alerts[0]
    lines = [*_rules(alerts, desk), *(_turned(turns.get(alert.pk)) for alert in alerts), _why(desk.of(first))]
    lines += [
        *(_before(alert, desk) for alert in alerts),
        _since(first, desk),
        _whose_turn(first, desk),
        _handed_up(first),
        _asked_of_leader(first, desk),
    ]
    sentence = ("" if is_chinese() else " ").join(_sentence(alert, desk) for alert in alerts)
    return _item(first, sentence, _present(lines))


def full_item(alert: Alert, desk: Desk, turn: News | None = None) -> Item:
    """An open alert with everything there is to say."""
    lines = [*_rules([alert], desk), _turned(turn), _why(desk.of(alert)), _before(alert, desk), _since(alert, desk)]
    lines += [_whose_turn(alert, desk), _handed_up(alert), _asked_of_unit(alert, desk)]
    return _item(alert, _sentence(alert, desk), _present(lines))


def short_item(alert: Alert, desk: Desk) -> Item:
    """An open alert that is only listed."""
    return _item(
        alert, _sentence(alert, desk), _present([*_rules([alert], desk), _before(alert, desk), _since(alert, desk)])
    )


def pointer_item(alert: Alert, number: int) -> Item:
    """An alert that stands in full among those for the reader."""
    return _item(alert, _("See item %(number)s of what needs you.") % {"number": number})


def eased_item(alert: Alert, desk: Desk, turn: News) -> Item:
    """An alert that is less grave than it was."""
    return _item(alert, _sentence(alert, desk), _present([*_rules([alert], desk), _turned(turn)]))


def cleared_item(alert: Alert, desk: Desk, turn: News) -> Item:
    """An alert that is over: what was done, or what is now, or until when it is exempt."""
    sentence = _clearing(alert, desk.events.get(turn.event), desk)
    if turn.brief:
        sentence += _(" It was raised and cleared since the last mail.")
    light, word = ("exempt", _("Exempt")) if turn.turn is Turn.EXEMPTED else ("done", _("Cleared"))
    return Item(light, word, alert.project.name, _place(alert), sentence)


def level_word(level: str) -> str:
    """红灯 or 黄灯."""
    return _("Red light") if level == Level.RED else _("Yellow light")


def _present(lines: Sequence[Line | None]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line)


def _item(alert: Alert, sentence: str, lines: tuple[Line, ...] = ()) -> Item:
    light = "red" if alert.level == Level.RED else "yellow"
    return Item(light, level_word(alert.level), alert.project.name, _place(alert), sentence, lines)


def _place(alert: Alert) -> str:
    division = alert.project.division
    return " · ".join(part for part in (division.name if division else "", alert.project.code) if part)


def _sentence(alert: Alert, desk: Desk) -> str:
    return stopped(alert_sentence(alert, as_of=desk.on, calendar=desk.calendar))


def _rules(alerts: Sequence[Alert], desk: Desk) -> list[Line | None]:
    """By which rules of which policy the alerts were judged, each once."""
    said = dict.fromkeys(judging_words(alert, desk.policies) for alert in alerts)
    return [Line(_("Rule: "), rule) for rule in said if rule]


def _turned(turn: News | None) -> Line | None:
    if turn is None or not turn.before or not turn.after:
        return None
    words = {"before": level_word(turn.before), "after": level_word(turn.after)}
    return Line(_("Change: "), _("from %(before)s to %(after)s") % words)


def _why(around: Around) -> Line:
    """What the last accepted return says holds the project up; that it says nothing is worth knowing, too."""
    kind = str(ProblemKind(around.problem).label) if around.problem else ""
    what = sentence_of(kind, around.problem_text)
    if not what:
        return Line(_("Reported cause: "), _("none reported"))
    told = {"what": what, "period": say_period(around.period)}
    return Line(_("Reported cause: "), _("%(what)s (return for %(period)s)") % told)


def sentence_of(kind: str, text: str) -> str:
    """土地：征收尚未完成; without the stop at its end, because more follows."""
    text = text.strip().rstrip("。.")
    return _("%(kind)s: %(text)s") % {"kind": kind, "text": text} if kind and text else kind or text


def _before(alert: Alert, desk: Desk) -> Line | None:
    """What stood before an exemption is nothing new when it is over."""
    before = desk.before.get(alert.pk)
    return Line(_("Nothing new: "), before_words(before)) if before else None


def _since(alert: Alert, desk: Desk) -> Line | None:
    """How long investment has been behind; a milestone's sentence says itself how late it is."""
    if alert.milestone_id is not None:
        return None
    days = workdays(alert.level_since, desk.on, desk.calendar)
    told = {"light": level_word(alert.level), "day": day_words(alert.level_since, desk.on), "days": days}
    if not days:
        return Line(_("Since: "), _("%(light)s from %(day)s") % told)
    return Line(_("Since: "), _("%(light)s from %(day)s, %(days)s working days") % told)


def _whose_turn(alert: Alert, desk: Desk) -> Line | None:
    owner = alert.project.owner
    holder = listed(desk.of(alert).holders(owner.name if owner else ""))
    return Line(_("Now with: "), holder) if holder else None


def _handed_up(alert: Alert) -> Line | None:
    """Whose matter it has become by its working days; its first days are the contact's."""
    return Line(_("Handed up to: "), str(RUNGS[alert.escalation])) if alert.escalation else None


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
    return Line(_("Please: "), asked % {"by": by}, strong=True)


def _asked_of_unit(alert: Alert, desk: Desk) -> Line:
    by = by_when(desk.on, ASKED_WORKDAYS, desk.calendar)
    if alert.milestone_id is not None:
        asked = _("finish it, or report why not and when, %(by)s")
    else:
        asked = _("report the measures for catching up %(by)s")
    return Line(_("Asked of those responsible: "), asked % {"by": by})


def _clearing(alert: Alert, ending: AlertEvent | None, desk: Desk) -> str:
    """What ended the alert, as its last event says: done (late), a new date, caught up, exempt, no longer watched."""
    figures = {name: decode(figure) for name, figure in (ending.figures if ending else {}).items()}
    step = alert.milestone.step.name if alert.milestone else ""
    due, code = figures.get("due_on"), ending.reason_code if ending else ""
    if code == Ending.DONE and isinstance(figures.get("actual_on"), date):
        return _done(step, due, figures["actual_on"], desk)
    if code == Ending.REPLANNED and "replanned_to" in figures:
        told = {"step": step, "due": say_day(due), "day": say_day(figures["replanned_to"])}
        return _("The due date of “%(step)s” was moved from %(due)s to %(day)s.") % told
    if code == Ending.REPLANNED:
        return _("“%(step)s” has no planned date any more.") % {"step": step}
    if code == Ending.CAUGHT_UP:
        reason = rule_of(alert.rule).recall(Kept(figures), desk.calendar, desk.on)
        return stopped(reason_sentence(reason, as_of=desk.on, calendar=desk.calendar))
    if code == Ending.EXEMPTED:
        return exempted_words(figures)
    if code == Ending.OVERTAKEN:
        return _("Another alert tells it now.")
    if code == Ending.SETTLED:
        return _("What was missing is there now, or what contradicted itself no longer does.")
    return _("The project or milestone is no longer watched under the policy, so the alert has ended.")


def _done(step: str, due: object, done_on: object, desk: Desk) -> str:
    told: dict[str, object] = {"step": step, "done": say_day(done_on)}
    late = workdays(due, done_on, desk.calendar) if isinstance(due, date) and isinstance(done_on, date) else None
    if late and late > 0:
        told |= {"due": say_day(due), "days": late}
        return _("“%(step)s” was done on %(done)s, %(days)s working days after its due date, %(due)s.") % told
    return _("“%(step)s” was done on %(done)s.") % told
