"""The main navigation: the product's fixed addresses, and the rights that open them. Decides nothing itself."""

from dataclasses import dataclass
from typing import Any

from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from portfolio.models import User
from portfolio.web.access import Act, may


@dataclass(frozen=True, slots=True)
class Section:
    """One entry: its label, its address below the site's root, and the acts any one of which opens it."""

    label: Any
    path: str
    acts: tuple[Act, ...]


SECTIONS = (
    Section(_("My work"), "work/", (Act.ENTER_RETURN, Act.REVIEW_RETURN, Act.ACCEPT_RETURN)),
    Section(_("Cockpit"), "", (Act.VIEW_PROJECTS,)),
    Section(_("Project register"), "projects/", (Act.VIEW_PROJECTS,)),
    Section(_("Monthly returns"), "returns/", (Act.ENTER_RETURN, Act.REVIEW_RETURN, Act.ACCEPT_RETURN)),
    Section(_("Imports"), "imports/", (Act.IMPORT_REGISTER, Act.ENTER_RETURN, Act.MANAGE_LISTS, Act.VIEW_LEDGER)),
    Section(_("Alerts"), "alerts/", (Act.VIEW_ALERTS,)),
    Section(_("Instructions"), "instructions/", (Act.VIEW_ALERTS,)),
    Section(_("Outbox"), "outbox/", (Act.VIEW_OUTBOX,)),
    Section(_("Reports"), "reports/", (Act.VIEW_REPORTS,)),
    Section(_("Change log"), "ledger/", (Act.VIEW_LEDGER,)),
    Section(_("Access log"), "access/", (Act.VIEW_ACCESS_LOG,)),
)


MORE = (
    Section(_("Requests for new dates"), "replans/", (Act.REPLAN_MILESTONE, Act.APPROVE_PLAN)),
    Section(_("Forecast"), "forecast/", (Act.VIEW_PROJECTS,)),
    Section(_("Exemptions"), "exemptions/", (Act.VIEW_PROJECTS,)),
    Section(_("Lists and notices"), "lists/", (Act.MANAGE_LISTS,)),
    Section(_("Reporting months"), "periods/", (Act.LOCK_PERIOD,)),
    Section(_("Policies for lights"), "policies/", (Act.VIEW_PROJECTS,)),
    Section(_("Working-day calendar"), "calendar/", (Act.VIEW_PROJECTS,)),
)
"""What is needed now and then; it stands in the person's menu."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the navigation as drawn; `current` is "page" on the very page, "true" below it, "" elsewhere."""

    label: Any
    url: str
    current: str


def entries(user: User, here: str) -> list[Entry]:
    """The links this person sees, the present section marked."""
    root = get_script_prefix()
    drawn = []
    for section in SECTIONS:
        if not _opens(user, section):
            continue
        url = root + section.path
        inside = here == url if not section.path else here.startswith(url)
        drawn.append(Entry(section.label, url, ("page" if here == url else "true") if inside else ""))
    return drawn


def more(user: User) -> list[Entry]:
    """The links of the person's menu."""
    root = get_script_prefix()
    return [Entry(section.label, root + section.path, "") for section in MORE if _opens(user, section)]


def home(user: User | None) -> str:
    """The first page a person may open: the cockpit, or the first entry of a role without project facts."""
    root = get_script_prefix()
    if user is None or may(user, Act.VIEW_PROJECTS):
        return root
    return next((root + section.path for section in SECTIONS if _opens(user, section)), root + "admin/")


def _opens(user: User, section: Section) -> bool:
    return any(may(user, act) for act in section.acts)
