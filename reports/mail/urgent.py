"""The immediate mail: which projects turned red today, why, and whose turn it is. It stands alone like every mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects.models import Provenance
from projects.queries.policies import every_policy
from projects.queries.workcalendar import load_calendar
from reports.mail.compose import demonstration_mark, unclassified
from reports.mail.items import Desk, full_item
from reports.mail.page import Line, Page, Rendered, Section, render
from reports.mail.words import day_words, heading
from reports.models import Alert
from reports.queries import digests, exempted
from reports.queries.recipients import Recipient


@dataclass(frozen=True, slots=True)
class UrgentCase:
    """Who is told, under which number, on which day, of which alerts."""

    recipient: Recipient
    number: str
    on: date
    alerts: Sequence[Alert]


def urgent_note(case: UrgentCase) -> Rendered:
    """The mail in the recipient's language."""
    with override(case.recipient.language):
        return render(_page(case), "digest")


def _page(case: UrgentCase) -> Page:
    count = {"count": len(case.alerts), "name": case.recipient.name}
    projects = [alert.project_id for alert in case.alerts]
    before = exempted.before(Alert.objects.filter(pk__in=[alert.pk for alert in case.alerts]))
    desk = Desk(case.on, load_calendar(), digests.around(projects, case.on), {}, every_policy(), before)
    items = tuple(full_item(alert, desk) for alert in case.alerts)
    is_demo = any(alert.project.provenance == Provenance.DEMO for alert in case.alerts)
    lines = [
        Line(_("Contact: "), settings.MAIL_CONTACT),
        Line(_("Mail number: "), case.number),
    ]
    return Page(
        subject=_("[Key-project red light] %(count)s new red today") % count,
        heading=_("Key-project red light"),
        dateline=f"{day_words(case.on)} · {_('At once')}",
        greeting=_("%(name)s: these turned red today.") % count,
        mark=demonstration_mark() if is_demo else "",
        summary_title=heading(1, _("Overall")),
        summary=(_("%(count)s new red today; the next progress note tells the whole.") % count,),
        sections=(Section(heading(2, _("New alerts"), len(items)), items, count=len(items)),),
        closing=tuple(line for line in lines if line.text),
        ending=unclassified(),
    )
