"""Who may do what: rights by role, deny by default, and fetching and authorising in one call.

A row outside a person's scope does not exist for them (404); an act that is not theirs is forbidden (403).
"""

from enum import StrEnum
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portfolio import clock
from portfolio.models import Role
from portfolio.refusals import Forbidden, OutOfScope

Row = TypeVar("Row", bound=models.Model)


class Act(StrEnum):
    """Everything that a person can be allowed to do."""

    VIEW_PROJECTS = "view_projects"
    EDIT_PROJECT = "edit_project"
    UPDATE_MILESTONE = "update_milestone"
    REPLAN_MILESTONE = "replan_milestone"
    ENTER_RETURN = "enter_return"
    REVIEW_RETURN = "review_return"
    ACCEPT_RETURN = "accept_return"
    CORRECT_AFTER_LOCK = "correct_after_lock"
    APPROVE_PLAN = "approve_plan"
    ASK_EXEMPTION = "ask_exemption"
    APPROVE_EXEMPTION = "approve_exemption"
    MANAGE_LISTS = "manage_lists"
    IMPORT_REGISTER = "import_register"
    MANAGE_REFERENCE = "manage_reference"
    LOCK_PERIOD = "lock_period"
    VIEW_ALERTS = "view_alerts"
    ACKNOWLEDGE_ALERT = "acknowledge_alert"
    ASSIGN_ALERT = "assign_alert"
    HANDLE_ALERT = "handle_alert"
    GIVE_INSTRUCTION = "give_instruction"
    CLOSE_INSTRUCTION = "close_instruction"
    VIEW_OUTBOX = "view_outbox"
    MANAGE_OUTBOX = "manage_outbox"
    SUBSCRIBE = "subscribe"
    VIEW_REPORTS = "view_reports"
    BUILD_WORKBOOK = "build_workbook"
    DOWNLOAD_WORKBOOK = "download_workbook"
    VIEW_LEDGER = "view_ledger"
    VIEW_ACCESS_LOG = "view_access_log"
    VIEW_DOWNLOADS = "view_downloads"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_SECURITY = "manage_security"
    ENTER_ADMIN = "enter_admin"


READER = frozenset({Act.VIEW_PROJECTS, Act.VIEW_ALERTS, Act.VIEW_REPORTS, Act.BUILD_WORKBOOK, Act.DOWNLOAD_WORKBOOK})
CLERK = READER | {Act.UPDATE_MILESTONE, Act.ENTER_RETURN, Act.ACKNOWLEDGE_ALERT}
COUNTY = CLERK | {Act.EDIT_PROJECT, Act.REPLAN_MILESTONE, Act.IMPORT_REGISTER, Act.ASK_EXEMPTION}

GRANTS: dict[str, frozenset[Act]] = {
    Role.PROJECT_UNIT: CLERK,
    Role.COUNTY_STAFF: COUNTY,
    Role.COUNTY_REVIEWER: COUNTY | {Act.REVIEW_RETURN, Act.ASSIGN_ALERT},
    Role.CITY_OFFICE: frozenset(Act) - {Act.MANAGE_ACCOUNTS, Act.MANAGE_SECURITY, Act.VIEW_ACCESS_LOG},
    Role.LEADER: READER | {Act.ACKNOWLEDGE_ALERT, Act.GIVE_INSTRUCTION, Act.SUBSCRIBE, Act.VIEW_OUTBOX},
    Role.LIAISON: READER | {Act.ACKNOWLEDGE_ALERT, Act.GIVE_INSTRUCTION, Act.VIEW_OUTBOX},
    Role.AUDITOR: READER | {Act.VIEW_LEDGER, Act.VIEW_OUTBOX, Act.VIEW_DOWNLOADS, Act.VIEW_ACCESS_LOG},
    Role.LOG_AUDITOR: frozenset({Act.VIEW_ACCESS_LOG}),
    Role.ACCOUNT_ADMIN: frozenset({Act.MANAGE_ACCOUNTS, Act.ENTER_ADMIN}),
    Role.SECURITY_ADMIN: frozenset({Act.MANAGE_SECURITY, Act.ENTER_ADMIN}),
}

FORBIDDEN = _("Your role does not allow this.")


def has_access(user: Any) -> bool:
    """Whether the account is one that may do anything at all today: active and within its dates."""
    if getattr(user, "is_system", False):
        return True
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    today = clock.today()
    return (user.access_from is None or user.access_from <= today) and (
        user.access_until is None or today <= user.access_until
    )


def may(user: Any, act: Act) -> bool:
    """Whether the person's role allows the act; the product itself may do everything."""
    if getattr(user, "is_system", False):
        return True
    return has_access(user) and act in GRANTS.get(user.role, frozenset())


def require(user: Any, act: Act) -> None:
    """Raise Forbidden unless the person's role allows the act."""
    if not may(user, act):
        raise Forbidden(FORBIDDEN)


def fetch(rows: "models.QuerySet[Row]", user: Any, act: Act, **lookup: Any) -> Row:
    """One row out of those that the person may see, for an act that is theirs.

    `rows` must already be scoped to the person (`visible_to`). Raises OutOfScope (404) when it is not among them, and
    only then Forbidden (403) when the role does not allow the act, so that nobody learns that a row exists.
    """
    row = rows.filter(**lookup).first()
    if row is None:
        raise OutOfScope(_("There is nothing here, or it is not yours to see."))
    require(user, act)
    return row
