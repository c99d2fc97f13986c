"""The second lock: every action refuses whoever may not, whatever page or command called it, and then changes nothing.

The table names each action that writes, who may call it on their own county's rows, and who on another county's.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import RequestFactory

from portfolio.refusals import Forbidden, OutOfScope, Refusal
from projects.actions import (
    aliases,
    columns,
    corrections,
    cycle,
    drafts,
    exemptions,
    imports,
    lists,
    milestones,
    months,
    notices,
    people,
    plans,
    policies,
    programmes,
    projects,
    published,
    reference,
    replans,
    return_import,
    returns,
    workdays,
)
from projects.core.cycle import STANDARD
from projects.core.periods import Period
from projects.intake.fixtures import Published, Reference
from projects.intake.holidays import Notice
from projects.models import Milestone, Policy, Programme, Project
from projects.queries.policies import policy_in_force
from reports.actions import (
    alerts,
    archive,
    delivery,
    digests,
    handling,
    instructions,
    outbox,
    reminders,
    robots,
    subscriptions,
    urgent,
)
from tests import factories as make
from tests.world import ACCOUNTS, LOCKED, OPEN, TODAY, World, Writes, code, footprint

pytestmark = pytest.mark.django_db

ROLES = [name for name in ACCOUNTS if name != "closed"]
OFFICE = {"office"}
COUNTY = {"staff", "review"} | OFFICE
CLERKS = {"unit"} | COUNTY
READERS = CLERKS | {"leader", "liaison", "auditor"}
SCOPED = {"unit", "staff", "review"}
POLICY_FILE = Path(settings.BASE_DIR, "fixtures/policies/yichang-2015.json")
DAY = date(2024, 1, 2)
DUE = date(2024, 1, 19)
EMPTY = Reference([], [], [], [], [], [], [], [])


@dataclass(frozen=True)
class Case:
    """An action: who may call it on their own rows, whether their scope bounds it, and a call that does something."""

    action: Callable[..., Any]
    allowed: set[str]
    call: Callable[[World, str], dict[str, Any]]
    scoped: bool = True

    @property
    def name(self) -> str:
        return f"{self.action.__module__}.{self.action.__name__}"


def project(side: str, state: str = "draft") -> Project:
    return Project.objects.get(code=code(side, state))


def milestone(side: str) -> Milestone:
    return Milestone.objects.get(project__code=code(side), step__code="D04")


def chosen(world: World, side: str) -> list[handling.Seen]:
    """An alert as a list's box names it."""
    return [handling.Seen(world.alerts[side].pk, 1)]


def put_off(world: World, side: str) -> list[handling.Seen]:
    """The same, put off before."""
    type(world.alerts[side]).objects.filter(pk=world.alerts[side].pk).update(snoozed_until=DAY)
    return chosen(world, side)


def withdrawal(project: str) -> notices.Notice:
    programme = Programme.objects.get(code="P2023-PROV")
    lines = [notices.Line(project, "withdrawn")]
    return notices.Notice(programme=programme, document="鲁发改〔2024〕1号", on=DAY, lines=lines)


def asked_by_staff(world: World, side: str) -> Any:
    """A request that waits, of somebody of the county's staff."""
    row = world.exemptions["asked", side]
    type(row).objects.filter(pk=row.pk).update(asked_by=world.users["staff"].username)
    return fresh(row)


def fresh(row: Any) -> Any:
    """As the database has it: what an earlier call did to the object in memory was undone there alone."""
    return type(row).objects.get(pk=row.pk)


def entry(side: str, period: str = OPEN, reason: str = "") -> returns.ReturnEntry:
    figures = returns.ReturnFigures(invested=9_500_000)
    return returns.ReturnEntry(project=code(side), period=period, figures=figures, reason=reason)


def update(side: str) -> milestones.MilestoneUpdate:
    return milestones.MilestoneUpdate(project=code(side), step="D04", wanted={"actual_on": date(2024, 1, 4)})


def sent_in(side: str) -> Any:
    """A register that somebody of that county sent in."""
    return make.ImportBatchFactory(scope={"own": "371721", "other": "371722"}[side])


CASES = [
    Case(milestones.update_milestone, CLERKS,
         lambda world, side: {"milestone": milestone(side), "version": 1, "update": update(side)}),
    Case(milestones.update_milestones, CLERKS, lambda world, side: {"rows": [update(side)]}),
    Case(replans.ask_replan, COUNTY, lambda world, side: {
        "milestone": milestone(side), "version": 1, "wish": replans.Wish(date(2024, 3, 1), "用地未办结")}),
    Case(replans.decide_replan, OFFICE,
         lambda world, side: {"request": fresh(world.replans[side]), "approve": True}),
    Case(exemptions.ask_exemption, COUNTY, lambda world, side: {
        "project": project(side), "plea": exemptions.Plea(["pace"], DUE, DUE, "汛期停工")}),
    Case(exemptions.decide_exemption, OFFICE, lambda world, side: {
        "request": fresh(world.exemptions["asked", side]), "version": 1, "approve": True}),
    Case(exemptions.withdraw_exemption, COUNTY - OFFICE, lambda world, side: {
        "request": asked_by_staff(world, side), "version": 1, "words": "已复工"}),
    Case(exemptions.end_exemption, OFFICE, lambda world, side: {
        "request": fresh(world.exemptions["held", side]), "version": 1, "reason": "已复工"}),
    Case(returns.save_draft, CLERKS,
         lambda world, side: {"project": project(side), "period": OPEN, "version": 0, "values": {"invested": "950"}}),
    Case(drafts.save_drafts, CLERKS, lambda world, side: {
        "period": OPEN, "drafts": [drafts.Draft(project=code(side), version=0, values={"invested": "950"})]}),
    Case(returns.submit_return, CLERKS,
         lambda world, side: {"project": project(side), "version": 0, "entry": entry(side)}),
    Case(returns.submit_returns, CLERKS, lambda world, side: {"entries": [entry(side)]}),
    Case(returns.review_returns, {"review", "office"}, lambda world, side: {"keys": [(code(side, "submitted"), OPEN)]}),
    Case(returns.give_back, {"review", "office"},
         lambda world, side: {"keys": [(code(side, "submitted"), OPEN)], "words": "请核对"}),
    Case(returns.accept_returns, OFFICE, lambda world, side: {"keys": [(code(side, "reviewed"), OPEN)]}),
    Case(returns.correct_after_lock, OFFICE, lambda world, side: {"entries": [entry(side, LOCKED, "审计更正")]}),
    Case(projects.update_project, COUNTY,
         lambda world, side: {"project": project(side), "version": 1, "wanted": {"note": "补充说明"}}),
    Case(projects.rename_project, COUNTY,
         lambda world, side: {"project": project(side), "version": 1, "name": "改名（示例）", "reason": "批复更名"}),
    Case(corrections.update_projects, COUNTY, lambda world, side: {
        "rows": [corrections.ProjectChange(project=code(side), wanted={"note": "补充说明"})]}),
    Case(aliases.add_aliases, COUNTY,
         lambda world, side: {"rows": [aliases.NewAlias(project=code(side), name="别名")]}),
    Case(projects.create_projects, OFFICE, lambda world, side: {
        "rows": [projects.NewProject(code="NEW", name="新建（示例）", provenance="demo")]}, False),
    Case(projects.set_shares, OFFICE, lambda world, side: {
        "rows": [projects.NewShare(project=code(side), division="371721", year=2024, basis_points=10_000)]}),
    Case(projects.assign, OFFICE, lambda world, side: {
        "rows": [projects.NewAssignment(project=code(side), kind="contact", person="LIAISON-1", valid_from=DAY)]}),
    Case(projects.set_openings, OFFICE,
         lambda world, side: {"rows": [projects.NewOpening(project=code(side), year=2024, amount=1)]}),
    Case(milestones.plan_milestones, OFFICE, lambda world, side: {
        "rows": [milestones.MilestonePlan(project=code(side), step="D01", planned_on=DAY, position=2)]}),
    Case(plans.approve_plans, OFFICE, lambda world, side: {
        "rows": [plans.NewPlan(project=code(side), year=2024, amount=12, months=(1,) * 12, approved_on=DAY)]}),
    Case(programmes.adjust_lists, OFFICE, lambda world, side: {
        "rows": [programmes.Adjustment(project=code(side), programme="P2023-PROV", kind="withdrawn", on=DAY)]}),
    Case(people.keep_organisations, OFFICE, lambda world, side: {
        "rows": [people.OrganisationFacts(code="NEW", name="新公司（示例）", kind="owner", provenance="demo")]}, False),
    Case(people.keep_people, OFFICE, lambda world, side: {
        "rows": [people.PersonFacts(code="NEW", name="新人（示例）", kind="contact", provenance="demo")]}, False),
    Case(notices.enter_notice, OFFICE, lambda world, side: {"notice": withdrawal(code(side))}, False),
    Case(cycle.open_period, OFFICE, lambda world, side: {"period": Period(2024, 1)}, False),
    Case(cycle.lock_period, OFFICE, lambda world, side: {"period": Period.parse(OPEN)}, False),
    Case(months.lock_month, OFFICE, lambda world, side: {"period": Period.parse(OPEN), "version": 1}, False),
    Case(months.adopt_rules, OFFICE, lambda world, side: {
        "rule": replace(STANDARD, effective_from=date(2024, 2, 1), lock_after=3), "version": 0}, False),
    Case(handling.acknowledge_alerts, CLERKS | {"leader", "liaison"},
         lambda world, side: {"seen": chosen(world, side), "note": "正在协调"}),
    Case(handling.assign_alerts, {"review", "office"},
         lambda world, side: {"seen": chosen(world, side), "to": "office"}),
    Case(handling.snooze_alerts, {"review", "office"},
         lambda world, side: {"seen": chosen(world, side), "until": date(2024, 1, 9), "reason": "等待批复"}),
    Case(handling.wake_alerts, {"review", "office"}, lambda world, side: {"seen": put_off(world, side)}),
    Case(instructions.give_instruction, {"office", "leader", "liaison"}, lambda world, side: {
        "project": project(side), "wording": instructions.Wording("请协调（示例）", "office", DUE, "市领导01", DAY)}),
    Case(lists.create_programme, OFFICE, lambda world, side: {
        "new": lists.NewProgramme(code="P2025-CITY", name_zh="市级重点项目", level="city", year=2025)}, False),
    Case(lists.update_programme, OFFICE, lambda world, side: {
        "programme": fresh(world.programme), "version": 1, "wanted": {"name_zh": "改名"}, "targets": []}, False),
    Case(months.move_deadline, OFFICE, lambda world, side: {
        "period": Period.parse(OPEN), "version": 1, "due_on": date(2024, 1, 18), "reason": "延期"}, False),
    Case(instructions.report_instruction, {"office", "staff"}, lambda world, side: {
        "instruction": fresh(world.instructions[side]), "version": 1, "outcome": "已协调（示例）"}),
    Case(instructions.close_instruction, OFFICE, lambda world, side: {
        "instruction": fresh(world.instructions[side]), "version": 1, "outcome": "已协调（示例）"}),
    Case(subscriptions.subscribe, {"office", "leader"}, lambda world, side: {"wanted": {"immediate": True}}, False),
    Case(archive.request_again, READERS,
         lambda world, side: {"workbook": fresh(world.workbooks["failed", f"{side}-division"])}),
    Case(outbox.resend, OFFICE,
         lambda world, side: {"message": fresh(world.messages["sent", side]), "reason": "领导要求"}),
    Case(outbox.withhold, OFFICE,
         lambda world, side: {"message": fresh(world.messages["queued", side]), "reason": "领导要求"}),
]  # fmt: skip
# Tried for refusal alone: what they do when allowed has tests of its own.
REFUSED = [
    Case(published.load_published, OFFICE, lambda world, side: {"published": Published([], [], [], [], [])}, False),
    Case(policies.import_policy, OFFICE, lambda world, side: {"text": POLICY_FILE.read_text(encoding="utf-8")}, False),
    Case(policies.new_edition, OFFICE, lambda world, side: {
        "policy": replace(policy_in_force(TODAY), notes=("更严",))}, False),
    Case(policies.adopt_policy, OFFICE, lambda world, side: {
        "row": Policy.objects.get(code="yinchuan-2025"), "on": date(2024, 2, 1)}, False),
    Case(reference.load_reference, OFFICE, lambda world, side: {"reference": EMPTY}, False),
    Case(months.turn_months, OFFICE, lambda world, side: {"on": TODAY}, False),
    Case(alerts.sweep, OFFICE, lambda world, side: {"as_of": TODAY}, False),
    Case(alerts.sweep_night, OFFICE, lambda world, side: {"as_of": TODAY}, False),
    Case(notices.foresee, OFFICE, lambda world, side: {"notice": withdrawal(code(side))}, False),
    Case(reminders.send_reminders, OFFICE, lambda world, side: {"on": TODAY}, False),
    Case(reminders.remind_now, OFFICE, lambda world, side: {"on": TODAY, "period": Period.parse(OPEN)}, False),
    Case(digests.queue_digests, OFFICE, lambda world, side: {"on": TODAY}, False),
    Case(urgent.queue_urgent, OFFICE, lambda world, side: {"on": TODAY}, False),
    Case(robots.tell_robots, OFFICE, lambda world, side: {"on": TODAY}, False),
    Case(delivery.deliver, OFFICE, lambda world, side: {}, False),
    Case(delivery.rescue, OFFICE, lambda world, side: {}, False),
    Case(outbox.thin, OFFICE, lambda world, side: {"on": TODAY}, False),
    Case(workdays.load_year, OFFICE, lambda world, side: {"notice": Notice(2024), "source": "通知"}, False),
    Case(workdays.set_quiet, OFFICE, lambda world, side: {"day": TODAY, "quiet": True}, False),
    Case(archive.frame_for, READERS, lambda world, side: {"kind": "summary", "period": Period.parse(OPEN)}, False),
    Case(archive.request_workbook, READERS,
         lambda world, side: {"kind": "summary", "period": Period.parse(OPEN)}, False),
    Case(archive.write_copy, READERS,
         lambda world, side: {"kind": "summary", "wanted": None, "language": "en", "target": None}, False),
    Case(archive.download, READERS, lambda world, side: {
        "archive_id": world.workbooks["ready", f"{side}-division"].pk, "request": RequestFactory().get("/")}),
]  # fmt: skip
REFUSED += [
    Case(imports.receive, COUNTY, lambda world, side: {"kind": "register", "name": "a.xlsx", "data": b"PK"}, False),
    Case(imports.import_file, COUNTY, lambda world, side: {
        "kind": "register", "name": "a.xlsx", "data": b"PK", "options": {}, "commit": False}, False),
    Case(return_import.read, CLERKS, lambda world, side: {"data": b"PK", "name": "a.xlsx", "options": {}}, False),
    Case(return_import.plans, CLERKS, lambda world, side: {"read_ones": [], "options": {}}, False),
    Case(imports.plan_batch, COUNTY, lambda world, side: {"batch": sent_in(side)}),
    Case(columns.correct_columns, COUNTY,
         lambda world, side: {"batch": sent_in(side), "mapping": {}, "remember": False}),
    Case(imports.commit_batch, COUNTY, lambda world, side: {"batch": sent_in(side)}),
    Case(imports.drop_batch, COUNTY, lambda world, side: {"batch": sent_in(side)}),
]  # fmt: skip
NO_ACTIONS = {
    "projects.actions.replan_lock.lock_for",
    "projects.actions.replan_lock.needs_approval",
    "projects.actions.replans.one_of",
    "projects.actions.exemptions.is_ours",
    "projects.actions.exemptions.is_own",
    "projects.actions.exemptions.one_of",
    "projects.actions.record.ledger_batch",
}  # the actions' own pen


def refusal_of(case: Case, world: World, who: str, side: str) -> type[Refusal] | None:
    """How the action refuses, if it does; what it did is undone."""
    refused: type[Refusal] | None = None
    writes = Writes()
    with transaction.atomic():
        arguments = case.call(world, side)
        with connection.execute_wrapper(writes):
            try:
                case.action(by=world.users[who], **arguments)
            except Refusal as refusal:
                refused = type(refusal)
        unchanged = not writes.found or footprint() == world.before
        transaction.set_rollback(True)
    assert unchanged is (refused is not None), f"{who}: {refused}, {writes.found[:1]}"
    return refused


@pytest.mark.parametrize("case", CASES + REFUSED, ids=lambda case: case.name)
def test_whoever_may_not_is_refused_and_nothing_is_changed(case: Case, world: World) -> None:
    answers = {who: refusal_of(case, world, who, "own") for who in ROLES if who not in case.allowed}

    assert {who: answer for who, answer in answers.items() if answer not in (Forbidden, OutOfScope)} == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_whoever_may_does_it_to_their_own(case: Case, world: World) -> None:
    allowed = case.allowed - ({"unit"} if case.action is archive.request_again else set())  # whose archive is their own

    assert {who: refusal_of(case, world, who, "own") for who in allowed} == dict.fromkeys(allowed)


@pytest.mark.parametrize("case", [case for case in CASES + REFUSED if case.scoped], ids=lambda case: case.name)
def test_nobody_reaches_another_county_s(case: Case, world: World) -> None:
    through = [who for who in sorted(SCOPED) if refusal_of(case, world, who, "other") is None]

    assert not through


def test_every_action_is_in_the_table() -> None:
    listed = {case.name for case in CASES + REFUSED} | NO_ACTIONS

    assert set(every_action()) == listed


def every_action() -> Iterator[str]:
    """Every public function of the rooms of writers that acts for somebody."""
    for package in ("projects.actions", "reports.actions"):
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__):
            module = importlib.import_module(f"{package}.{found.name}")
            for name, function in vars(module).items():
                own = inspect.isfunction(function) and function.__module__ == module.__name__
                if own and not name.startswith("_") and "by" in inspect.signature(function).parameters:
                    yield f"{module.__name__}.{name}"
