"""The one place where a forecast becomes a sentence; every one of them says that it is expected, never that it is so.

Without a full stop, as reasons are. Dates are written out, amounts in 亿元.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.core.forecast import Hits, NotForecast, StoneOutlook, YearOutlook
from projects.wording import say_amount, say_day, say_share, step_title

LABEL = gettext_lazy("A forecast, not an official light")
METHOD = (
    gettext_lazy(
        "Annual plan: what is left of it is expected to come at the rate of the last three months, the share that was "
        "done of what was planned for them."
    ),
    gettext_lazy(
        "Next milestone: it is expected to be as late as the median of the last three that fell due, in working days "
        "from the day first planned; a later day that the project unit itself expects stands instead."
    ),
)

WITHOUT = {
    NotForecast.STOPPED: gettext_lazy("the project is stopped"),
    NotForecast.FINISHED: gettext_lazy("the project is finished"),
    NotForecast.NOT_COUNTED: gettext_lazy("the project is on no list as one of class implementation"),
    NotForecast.PART: gettext_lazy("a part is counted with its package"),
    NotForecast.YEAR_OVER: gettext_lazy("the year is over, and of the next one no three months are reported yet"),
    NotForecast.NO_PLAN: gettext_lazy("no annual plan is in force"),
    NotForecast.NO_RETURN: gettext_lazy("no return of this year is accepted yet"),
    NotForecast.TOO_FEW_MONTHS: gettext_lazy("fewer than three months of its plan are reported"),
    NotForecast.NOTHING_PLANNED_LATELY: gettext_lazy("nothing was planned for the last three months"),
    NotForecast.NOTHING_PLANNED_AHEAD: gettext_lazy("nothing is planned for the months that are left"),
    NotForecast.NO_MILESTONE_AHEAD: gettext_lazy("no milestone falls due within three months"),
    NotForecast.TOO_FEW_MILESTONES: gettext_lazy("fewer than three milestones have fallen due"),
    NotForecast.NO_CALENDAR: gettext_lazy("the working-day calendar is not published so far ahead"),
}
"""Why nothing is said, as a clause."""


def year_sentence(found: YearOutlook | NotForecast) -> str:
    """What the year is expected to bring, or why that is not told."""
    if isinstance(found, NotForecast):
        return _("The annual plan is not forecast: %(why)s") % {"why": WITHOUT[found]}
    told: dict[str, Any] = {
        "plan": say_amount(found.plan),
        "completed": say_amount(found.completed),
        "expected": say_amount(found.expected),
        "short": say_amount(found.short),
        "rate": say_share(found.rate),
        "share": say_share(found.share),
    }
    if found.completed >= found.plan:
        return _("The annual plan of %(plan)s is met already: %(completed)s completed") % told
    if not found.misses:
        return (
            _(
                "At the rate of the last three months (%(rate)s of what was planned for them) %(expected)s are "
                "expected by the year's end, %(share)s of the annual plan of %(plan)s"
            )
            % told
        )
    return (
        _(
            "At the rate of the last three months (%(rate)s of what was planned for them) %(expected)s are expected by "
            "the year's end, %(share)s of the annual plan of %(plan)s: %(short)s short"
        )
        % told
    )


def need_sentence(found: YearOutlook) -> str:
    """What the months left must bring a month, beside what the last three brought; nothing where none is needed."""
    if not found.needed:
        return ""
    told = {
        "months": found.months_left,
        "needed": say_amount(found.needed),
        "present": say_amount(found.present),
    }
    return (
        ngettext(
            "To meet the plan the %(months)s month left must bring %(needed)s; the last three brought %(present)s a "
            "month",
            "To meet the plan the %(months)s months left must bring %(needed)s a month; the last three brought "
            "%(present)s a month",
            found.months_left,
        )
        % told
    )


def stone_sentence(found: StoneOutlook | NotForecast) -> str:
    """When the next milestone is expected, or why that is not told."""
    if isinstance(found, NotForecast):
        return _("The next milestone is not forecast: %(why)s") % {"why": WITHOUT[found]}
    stone = found.stone
    told = {
        "title": step_title(stone.step, stone.title),
        "due": say_day(stone.due_on),
        "expected": say_day(found.expected_on),
        "days": found.late,
        "slip": found.slip,
    }
    if not found.misses:
        sentence = _("%(title)s is expected by its due date, %(due)s") % told
    elif found.by_unit:
        sentence = (
            ngettext(
                "%(title)s is due on %(due)s; the project unit itself expects it on %(expected)s, %(days)s working day "
                "later",
                "%(title)s is due on %(due)s; the project unit itself expects it on %(expected)s, %(days)s working "
                "days later",
                found.late,
            )
            % told
        )
    else:
        sentence = (
            ngettext(
                "%(title)s is due on %(due)s and expected on %(expected)s, %(days)s working day late, as the last "
                "three milestones slipped by %(slip)s at the median",
                "%(title)s is due on %(due)s and expected on %(expected)s, %(days)s working days late, as the last "
                "three milestones slipped by %(slip)s at the median",
                found.late,
            )
            % told
        )
    part, slash, _step = stone.key.rpartition("/")
    return _("Part %(part)s: %(sentence)s") % {"part": part, "sentence": sentence} if slash else sentence


def hits_of_year(hits: Hits) -> str:
    """Said and come, come and said, and what would be hit without any forecast: of the year's plan."""
    return _(
        "A missed annual plan was forecast %(said)s times and came %(hit)s times of these (%(precision)s); of %(came)s "
        "that came, %(hit)s had been forecast (%(recall)s). Of all that could be compared %(base)s were missed."
    ) % _told(hits)


def hits_of_stones(hits: Hits) -> str:
    """The same of next milestones."""
    return _(
        "A late milestone was forecast %(said)s times and came %(hit)s times of these (%(precision)s); of %(came)s "
        "that came, %(hit)s had been forecast (%(recall)s). Of all that could be compared %(base)s were late."
    ) % _told(hits)


def _told(hits: Hits) -> dict[str, Any]:
    shares = {"precision": hits.precision, "recall": hits.recall, "base": hits.base}
    told = {name: "—" if share is None else say_share(share) for name, share in shares.items()}
    return {"said": hits.said, "came": hits.came, "hit": hits.said_and_came, **told}
