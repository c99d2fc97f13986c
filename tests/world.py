"""A small city for the walk over every address: two counties, two firms, an account of each role, a row of each kind.

“own” is what belongs to 曹县 and to the firm ORG-1, “other” what belongs to 单县 and to ORG-2.
"""

import functools
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.test import Client

from portfolio.models import Role, User
from projects.actions import reference, uploads
from projects.intake.fixtures import read_reference
from projects.models import Division, ExemptionRequest, ReplanRequest, ReturnState
from reports.models import Alert, Instruction, OutboxMessage
from tests import factories as make
from tests.intake import register_books

TODAY = date(2024, 1, 5)
PASSWORD = "correct horse battery"
OPEN, LOCKED = "2023-12", "2023-11"
COUNTY = {"own": "371721", "other": "371722"}
FIRM = {"own": "ORG-1", "other": "ORG-2"}
LEADER = {"own": "LEADER-1", "other": "LEADER-2"}
FILE = "archived.xlsx"
BYTES = b"not a workbook, but what was archived is given out as it is"
REGISTER = register_books.plain([[1, "曹县项目", "曹县", "曹县公司", "车间", "2024-2025", 9000, 3000]])

ACCOUNTS: dict[str, dict[str, Any]] = {
    "unit": {"role": Role.PROJECT_UNIT, "organisation": "ORG-1"},
    "staff": {"role": Role.COUNTY_STAFF, "division": "371721"},
    "review": {"role": Role.COUNTY_REVIEWER, "division": "371721"},
    "office": {"role": Role.CITY_OFFICE},
    "leader": {"role": Role.LEADER, "person": "LEADER-1"},
    "liaison": {"role": Role.LIAISON, "person": "LIAISON-1"},
    "auditor": {"role": Role.AUDITOR, "access_until": date(2024, 12, 31)},
    "logs": {"role": Role.LOG_AUDITOR},
    "accounts": {"role": Role.ACCOUNT_ADMIN},
    "security": {"role": Role.SECURITY_ADMIN},
    "closed": {"role": Role.CITY_OFFICE, "is_active": False},
    "ended": {"role": Role.AUDITOR, "access_until": date(2024, 1, 4)},
}

# Rows that change with every request and are no facts: sessions, counts of sign-ins, the access log, its head.
NO_FACTS = {"sessions", "axes", "contenttypes", "admin", "auth"}
NO_FACT_MODELS = {"accessevent", "accesshead"}
NO_FACT_FIELDS = {"last_login"}


class World:
    """The rows that the walk needs by name."""

    def __init__(self) -> None:
        reference.load_reference(
            by=User.system(), reference=read_reference(Path(settings.BASE_DIR, "fixtures/reference"))
        )
        self.users = {name: make.UserFactory(username=name, **fields) for name, fields in ACCOUNTS.items()}
        self.stand_in = make.StandInFactory(person=self.users["staff"], deputy=self.users["review"])
        self.alerts: dict[str, Alert] = {}
        self.replans: dict[str, ReplanRequest] = {}
        self.exemptions: dict[tuple[str, str], ExemptionRequest] = {}
        self.instructions: dict[str, Instruction] = {}
        self.messages: dict[tuple[str, str], OutboxMessage] = {}
        self.imports = {
            side: make.ImportBatchFactory(scope=county, size=len(REGISTER), sha256=hashlib.sha256(REGISTER).hexdigest())
            for side, county in COUNTY.items()
        }
        make.ReportingPeriodFactory(period=OPEN)
        make.ReportingPeriodFactory(period=LOCKED, locked=True)
        self.programme = make.ProgrammeFactory(code="P2024-OWN", year=2024, provenance="official", is_tracked=False)
        for side in ("own", "other"):
            self._county(side)
        self._archive()
        AccessAttempt.objects.create(username="staff", ip_address="10.0.0.1", failures_since_start=3)
        for model in registered():
            if not model._default_manager.exists():
                getattr(make, f"{model.__name__}Factory")()
        self.sessions = {name: _signed_in(user) for name, user in self.users.items()}
        self.rows = {model._meta.label_lower.replace(".", "_"): _first_row(model) for model in registered()}
        self.rows["portfolio_user"] = self.users["staff"].pk
        self.before = footprint()

    def _county(self, side: str) -> None:
        firm = make.OrganisationFactory(code=FIRM[side], name=f"{side}公司（示例）")
        leader = make.PersonFactory(leader=True, code=LEADER[side], name=f"{side}领导（示例）")
        make.PersonFactory(code=LEADER[side].replace("LEADER", "LIAISON"), kind="liaison", serves=leader)
        division = Division.objects.get(code=COUNTY[side])
        for state in ("draft", "submitted", "reviewed"):
            project = make.ProjectFactory(
                code=code(side, state), name=f"{side}-{state}-项目（示例）", division=division, owner=firm
            )
            make.ListingFactory(project=project)
            make.PlanRevisionFactory(project=project)
            make.ReturnVersionFactory(project=project, period=LOCKED, invested=9_000_000)
            make.AssignmentFactory(project=project, person=leader)
            milestone = make.MilestoneFactory(project=project)
            make.MilestoneRevisionFactory(milestone=milestone)
            self.alerts[side] = make.AlertFactory(project=project, figures={"due_on": "date:2023-12-29"})
            if state != "draft":
                entry = make.MonthlyReturnFactory(project=project, period=OPEN, state=ReturnState(state))
                make.ReturnVersionFactory(project=project, period=OPEN, monthly_return=entry, under_review=True)
        self.instructions[side] = make.InstructionFactory(
            project=project, owner="staff" if side == "own" else "office", given_on=TODAY
        )
        self.replans[side] = make.ReplanRequestFactory(milestone=milestone)
        self.exemptions["asked", side] = make.ExemptionRequestFactory(project=project, asked_on=TODAY)
        self.exemptions["held", side] = held = make.ExemptionRequestFactory(
            project=project, indicators="funds", valid_from=TODAY, asked_on=TODAY, state="approved", decided_on=TODAY
        )
        make.ExemptionFactory(
            project=project, request=held, indicator="funds", valid_from=TODAY, valid_to=held.valid_to
        )
        for state, sent_at in (("queued", None), ("sent", make.MOMENT)):
            self.messages[state, side] = make.OutboxMessageFactory(
                person=LEADER[side], state=state, sent_at=sent_at, html=f'<p style="color: red">{side}-draft-项目</p>'
            )

    def _archive(self) -> None:
        self.workbooks = {}
        scopes = {"whole": ""} | {f"{side}-division": f"division/{COUNTY[side]}" for side in COUNTY}
        scopes |= {f"{side}-firm": f"organisation/{FIRM[side]}" for side in FIRM}
        for name, scope in scopes.items():
            facts = {"scope": scope, "title": f"{name}-汇总", "period": LOCKED}
            self.workbooks["ready", name] = make.ArchivedWorkbookFactory(
                **facts, state="ready", path=FILE, file_name="汇总.xlsx", size=len(BYTES),
                sha256=hashlib.sha256(BYTES).hexdigest(),
            )  # fmt: skip
            self.workbooks["failed", name] = make.ArchivedWorkbookFactory(**facts, state="failed", error="disk full")

    def put_files(self) -> None:
        """The archive's bytes and those that were sent in, into the folders of the present test."""
        Path(settings.ARCHIVE_ROOT, FILE).write_bytes(BYTES)
        uploads.keep(REGISTER)

    def workbook(self, state: str, whose: str, who: str) -> int:
        """One of the reader's own scope, of another's, or of the whole city."""
        if whose == "whole":
            return self.workbooks[state, "whole"].pk
        return self.workbooks[state, f"{whose}-{'firm' if who == 'unit' else 'division'}"].pk


def _signed_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _first_row(model: type[Model]) -> Any:
    return model._default_manager.values_list("pk", flat=True).first()


def code(side: str, state: str = "draft") -> str:
    """The code of a county's project whose return of the open month stands so."""
    return f"T-{side}-{state}".upper()


def registered() -> Iterator[type[Model]]:
    """The models that the administration site shows."""
    return iter(sorted(admin.site._registry, key=lambda model: model._meta.label))


def _is_fact(model: type[Model]) -> bool:
    return model._meta.app_label not in NO_FACTS and model._meta.model_name not in NO_FACT_MODELS


@functools.cache
def _tables_of_facts() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models() if _is_fact(model))


class Writes:
    """Watches the statements of a request for one that writes to a table of facts."""

    def __init__(self) -> None:
        self.tables = _tables_of_facts()
        self.found: list[str] = []

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        words = sql.replace('"', " ").split(maxsplit=4)
        if words[0] in {"INSERT", "UPDATE", "DELETE"} and self.tables & set(words[1:4]):
            self.found.append(sql)
        return execute(sql, *rest)


def footprint() -> str:
    """A hash over every fact that there is: every field of every row, the logs of access and sessions left out."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if _is_fact(model):
            fields = [field.attname for field in model._meta.concrete_fields if field.name not in NO_FACT_FIELDS]
            rows = list(model._base_manager.order_by("pk").values_list(*fields))
            digest.update(json.dumps([model._meta.label, rows], cls=DjangoJSONEncoder, ensure_ascii=False).encode())
    return digest.hexdigest()
