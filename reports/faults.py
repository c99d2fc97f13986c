"""Troubles that were written down in one language, told in the reader's: a full disk, a lost worker, a server away.

Who writes them down (a worker, at night) does not know who will read them. Words that are not ours stay as they came.
"""

import re
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext as translated  # of what SENTENCES declares
from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("The disk is full, so the workbook was not written and nothing was lost. Make room, then try again."),
    _("The workbook could not be written: %(why)s."),
    _("The workbook could not be built. The fault is in the log; ask the administrator."),
    _("The worker that was sending it was lost; whether the mail arrived is not known."),
    _("No e-mail address is recorded for this person."),
    _("The address lies outside the domains to which mail may go (MAIL_DOMAINS)."),
    _("It could not leave in time; what it told is in the mail of %(day)s."),
    _("%(room)s: WEBHOOKS names a kind of room that is not known here."),
    _("%(room)s: The address in WEBHOOKS is not one of this kind of room."),
    _("%(room)s: The service did not take it."),
)
"""What actions of this application note on a row, as they say it."""

AWAY = re.compile(r"(ConnectionRefused|ConnectionReset|Timeout|BrokenPipe|gai|OS)[Ee]rror: |SMTPServerDisconnected: ")
"""How Python names a server that does not answer."""


def retold(text: str) -> str:
    """The same trouble in the language that is active now."""
    for sentence in SENTENCES:
        for pattern in _written(sentence):
            if match := pattern.fullmatch(text):
                return translated(sentence) % match.groupdict()
    if AWAY.match(text):
        return gettext("The mail server could not be reached: %(why)s") % {"why": text}
    return text


@lru_cache
def _written(sentence: str) -> list["re.Pattern[str]"]:
    """How a sentence reads in each language, whatever stands at its places."""
    patterns = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            parts = re.split(r"%\((\w+)\)s", translated(sentence))
        read = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.*)" for at, part in enumerate(parts)]
        patterns.append(re.compile("".join(read), re.DOTALL))
    return patterns
