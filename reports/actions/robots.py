"""Tells the robots of chat rooms (钉钉, 企业微信, 飞书) once a day how many alerts there are, and where to look.

Counts and a link, never a project or a person: who sits in such a room is nobody's knowledge here. Off unless WEBHOOKS
names a room. A room's day is a slot in JobRun: told once, tried again when it failed, and never in the way of mail.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

import apprise
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from portfolio.web.access import Act, require
from projects.models import Project, Provenance
from reports.actions import jobs
from reports.actions.sending import sending_day
from reports.core.routing import Turn, news
from reports.mail.words import day_words
from reports.models import Alert, Level
from reports.queries import digests
from reports.queries.outbox import ROBOTS

KINDS: Final = {"dingtalk": "DingTalk", "wecombot": "WeCom", "feishu": "Feishu"}
"""Rooms that can be told, by the scheme of their address in WEBHOOKS."""

_log = logging.getLogger(__name__)


class Untold(Exception):
    """A room could not be told; the sentence says why and holds no part of its address, which is a secret."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a run: rooms that were told and that failed, each by kind."""

    on: date
    told: tuple[str, ...] = ()
    failed: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """For the command and the record of the run."""
        return {"on": self.on.isoformat(), "told": list(self.told), "failed": list(self.failed)}


def tell_robots(*, by: Any, on: date) -> Told:
    """Tell every room of WEBHOOKS that was not told yet on a sending day.

    A room that fails may be tried again after five minutes, five times a day in all. Raises Refusal where the calendar
    of the year is missing.
    """
    require(by, Act.MANAGE_OUTBOX)
    if not settings.WEBHOOKS:
        return Told(on)
    if not sending_day(on)[0].sends:
        return Told(on)
    results = list(_each(on))
    return Told(on, tuple(name for name, fine in results if fine), tuple(name for name, fine in results if not fine))


def _each(on: date) -> Iterator[tuple[str, bool]]:
    for address in settings.WEBHOOKS:
        taken = jobs.take(ROBOTS, _slot(address, on))
        if taken is None:
            continue
        name = _kind(address)
        try:
            _say(address, *words(on))
        except Exception as reason:  # one room must not silence the others
            said = str(reason) if isinstance(reason, Untold) else f"{name}: {type(reason).__name__}"
            _log.warning("A chat room could not be told: %s", said)
            jobs.fail(taken, said)
            yield name, False
        else:
            jobs.finish(taken, {"room": name})
            yield name, True


def _kind(address: str) -> str:
    """The name of the service; the scheme where it is none that is known."""
    scheme = address.partition(":")[0].lower()
    return KINDS.get(scheme, scheme[:20])


def _slot(address: str, on: date) -> str:
    """A room and a day; the address itself lets anybody write into the room, so it is not kept."""
    return f"{on.isoformat()} {sha256(address.encode()).hexdigest()[:12]}"


def words(on: date) -> tuple[str, str]:
    """Title and text: how many stand, what is new and what was cleared on the day, where to look."""
    with override(settings.LANGUAGE_CODE):
        levels = Counter(Alert.objects.filter(cleared_on=None, level__in=digests.HEARD).values_list("level", flat=True))
        today = news(digests.steps_of(on))
        new = Counter(one.after for one in today if one.turn in (Turn.NEW, Turn.AGAIN))
        told = {
            "red": levels[Level.RED],
            "yellow": levels[Level.YELLOW],
            "new_red": new[Level.RED],
            "new_yellow": new[Level.YELLOW],
            "cleared": sum(one.turn is Turn.CLEARED for one in today),
            "link": f"{settings.SITE_URL}/alerts/",
        }
        text = _(
            "Open alerts: %(red)s red, %(yellow)s yellow. Today: %(new_red)s new red, %(new_yellow)s new yellow, "
            "%(cleared)s cleared. Sign in to see them: %(link)s"
        )
        exempt = sum(one.turn is Turn.EXEMPTED for one in today)
        text += "\n" + _("Not counted as cleared: %(exempt)s now exempt.") if exempt else ""
        told["exempt"] = exempt
        mark = _("(demonstration) ") if Project.objects.filter(provenance=Provenance.DEMO).exists() else ""
        return mark + _("[Key-project progress] %(day)s") % {"day": day_words(on)}, text % told


def _say(address: str, title: str, text: str) -> None:
    """Hand it to the room's service. Raises Untold."""
    name = _kind(address)
    if name not in KINDS.values():
        raise Untold(_("%(room)s: WEBHOOKS names a kind of room that is not known here.") % {"room": name})
    with apprise.LogCapture(level=logging.WARNING) as said:
        room = apprise.Apprise.instantiate(address)
        if room is None:
            raise Untold(_("%(room)s: The address in WEBHOOKS is not one of this kind of room.") % {"room": name})
        if not room.notify(title=title, body=text, body_format=apprise.NotifyFormat.TEXT):
            lines = [line.rpartition(" - ")[2].strip() for line in said.getvalue().splitlines()]
            why = " ".join(lines) and f"{name}: {' '.join(lines)}"
            raise Untold(why or _("%(room)s: The service did not take it.") % {"room": name})
