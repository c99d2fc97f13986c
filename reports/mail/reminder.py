"""The reminder: which returns a person still owes, by when, and which reminder it is; and the list to the county.

It stands alone like every mail: whoever reads it on a phone sees each project by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from projects.core.calendar import WorkCalendar
from projects.core.cycle import Stage
from projects.models import Provenance, ReturnState
from projects.templatetags.figures import month
from reports.mail.compose import demonstration_mark, unclassified
from reports.mail.page import Item, Line, Page, Rendered, Section, render
from reports.mail.words import day_words, heading, listed, workdays
from reports.queries.owing import Owed, Reader

SHOWN = 30
"""Returns that a mail names for a month; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every reminder of a day rests on."""

    on: date
    calendar: WorkCalendar
    contact: str
    ledger_head: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one person is told: the months in which something is due from them, each with its stage.

    A stage of None is a reminder that the office asks for by hand.
    """

    reader: Reader
    number: str
    stages: dict[str, Stage | None]
    copies: tuple[tuple[str, str], ...] = ()


def reminder(case: Reminder, ground: Ground) -> Rendered:
    """The mail in the recipient's language."""
    with override(case.reader.user.language):
        return render(_page(case, ground), "digest")


def _page(case: Reminder, ground: Ground) -> Page:
    months = [(case.reader.months[period], stage) for period, stage in case.stages.items()]
    user = case.reader.user
    demo = any(one.provenance == Provenance.DEMO for owed, _stage in months for one in owed.missing)
    return Page(
        subject=_subject(months, ground),
        heading=_heading(months),
        dateline=f"{day_words(ground.on)} · {_which(months[0][1])}",
        greeting=_("%(name)s: please see to the following.") % {"name": user.display_name},
        mark=demonstration_mark() if demo else "",
        summary_title=heading(1, _("Overall")),
        summary=tuple(_summary(owed, ground) for owed, _stage in months),
        sections=tuple(_sections(months, case.reader, ground)),
        closing=_closing(case, ground),
        ending=unclassified(),
    )


def _heading(months: Sequence[tuple[Owed, Stage | None]]) -> str:
    if all(stage is Stage.COUNTY_LIST for _owed, stage in months):
        return _("Monthly returns not handed in: list for the county")
    return _("Monthly returns: reminder")


def _which(stage: Stage | None) -> str:
    """Which reminder this is; subject and body say the same."""
    if stage is Stage.FIRST:
        return _("First reminder")
    if stage is Stage.SECOND:
        return _("Second reminder")
    return _("List to the county") if stage is Stage.COUNTY_LIST else _("Reminder of the project office")


def _subject(months: Sequence[tuple[Owed, Stage | None]], ground: Ground) -> str:
    owed, stage = months[0]
    parts = [
        _("%(missing)s of %(expected)s not handed in") % {"missing": len(owed.missing), "expected": owed.expected}
        if owed.missing
        else "",
        _("%(count)s to review") % {"count": owed.to_review} if owed.to_review else "",
        deadline_words(owed.row.due_on, ground),
    ]
    told = {"which": _which(stage), "month": month(owed.row.period), "news": listed(parts)}
    return _("[Key-project returns, %(which)s] %(month)s: %(news)s") % told


def deadline_words(due_on: date, ground: Ground) -> str:
    """1月8日截止，还有2个工作日; 1月8日截止，已逾期1个工作日; without days where no calendar tells."""
    told = {"day": day_words(due_on, ground.on)}
    if due_on == ground.on:
        return _("due today")
    if due_on > ground.on:
        left = workdays(ground.on, due_on, ground.calendar)
        if left is None:
            return _("due by %(day)s") % told
        return ngettext(
            "due by %(day)s, %(days)s working day left", "due by %(day)s, %(days)s working days left", left
        ) % {**told, "days": left}
    late = workdays(due_on, ground.on, ground.calendar)
    if late is None:
        return _("was due by %(day)s") % told
    return ngettext(
        "was due by %(day)s, %(days)s working day late", "was due by %(day)s, %(days)s working days late", late
    ) % {**told, "days": late}


def _summary(owed: Owed, ground: Ground) -> str:
    told = {
        "month": month(owed.row.period),
        "expected": owed.expected,
        "done": owed.expected - len(owed.missing),
        "missing": len(owed.missing),
        "deadline": deadline_words(owed.row.due_on, ground),
    }
    return (
        _("%(month)s: %(expected)s returns expected, %(done)s handed in, %(missing)s still to come; %(deadline)s.")
        % told
    )


def _sections(months: Sequence[tuple[Owed, Stage | None]], reader: Reader, ground: Ground) -> list[Section]:
    made: list[Section] = []
    for owed, stage in months:
        told = {"month": month(owed.row.period)}
        if owed.missing:
            title = _("To hand in for %(month)s") % told
            items = tuple(_item(one, owed, reader, ground) for one in owed.missing[:SHOWN])
            hidden = len(owed.missing) - len(items)
            rest = _("And %(count)s more; see “My work”.") % {"count": hidden} if hidden else ""
            lead = _("After the second reminder these have still not come. Please see that they do.")
            made.append(Section(title, items, lead if stage is Stage.COUNTY_LIST else "", rest, len(owed.missing)))
        if owed.to_review:
            words = ngettext("%(count)s return waits for your review.", "%(count)s returns wait for your review.",
                             owed.to_review)  # fmt: skip
            lead = words % {"count": owed.to_review}
            made.append(Section(_("To review for %(month)s") % told, lead=lead, count=owed.to_review))
    return [
        Section(heading(at, one.title, one.count or None), one.items, one.lead, one.rest, one.count)
        for at, one in enumerate(made, start=2)
    ]


def _item(one: Any, owed: Owed, reader: Reader, ground: Ground) -> Item:
    late = owed.row.due_on < ground.on
    came_back = one.state == ReturnState.RETURNED
    word = _("came back") if came_back else _("draft begun") if one.state == ReturnState.DRAFT else _("not begun")
    sentence = _("It was returned with words: correct it and submit it again.") if came_back else ""
    place = (one.firm or "") if reader.is_county else ""  # the heading names the month
    return Item("red" if late else "yellow", word, one.name, place, sentence)


def _closing(case: Reminder, ground: Ground) -> tuple[Line, ...]:
    names = "、".join(name for name, _address in case.copies)
    lines = (
        Line(_("Where: "), _("sign in and open “My work”")),
        Line(_("Contact: "), ground.contact),
        Line(_("Copied to: "), names),
        Line(_("Head of the change log: "), ground.ledger_head),
        Line(_("Mail number: "), case.number),
    )
    return tuple(line for line in lines if line.text)
