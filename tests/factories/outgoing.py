"""Alerts, mail and archived workbooks."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from reports import models as reports
from tests.factories.accounts import UserFactory
from tests.factories.moment import MOMENT
from tests.factories.register import ProjectFactory


class AlertFactory(DjangoModelFactory):
    """A red alert for an overdue milestone, open since 2024-01-05."""

    class Meta:
        model = reports.Alert

    class Params:
        cleared = factory.Trait(cleared_on=date(2024, 1, 12))

    rule = "milestone_overdue"
    project = factory.SubFactory(ProjectFactory)
    subject = factory.LazyAttribute(lambda alert: f"{alert.project.code}/D04")
    level = reports.Level.RED
    reason_code = "milestone_overdue"
    raised_on = level_since = date(2024, 1, 5)
    policy_code = "local-default"
    policy_edition = 1


class AlertEventFactory(DjangoModelFactory):
    class Meta:
        model = reports.AlertEvent

    alert = factory.SubFactory(AlertFactory)
    kind = reports.AlertEvent.Kind.RAISED
    on = date(2024, 1, 5)
    at = MOMENT
    new_level = reports.Level.RED
    reason_code = "milestone_overdue"
    policy_code = "local-default"
    policy_edition = 1


class MailPictureFactory(DjangoModelFactory):
    class Meta:
        model = reports.MailPicture

    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    content = b"\x89PNG"


class OutboxMessageFactory(DjangoModelFactory):
    class Meta:
        model = reports.OutboxMessage

    dedupe_key = factory.Sequence(lambda n: f"digest:LEADER-{n}:2024-01-12")
    kind = reports.OutboxMessage.Kind.DIGEST
    business_date = date(2024, 1, 12)
    to_name = "市领导01"
    to_address = "leader-1@demo.invalid"
    subject = "【重点项目进展提示】"
    text = html = "…"
    message_id = factory.LazyAttribute(lambda mail: f"<{mail.dedupe_key}@demo.invalid>")
    queued_at = MOMENT


class ArchivedWorkbookFactory(DjangoModelFactory):
    class Meta:
        model = reports.ArchivedWorkbook

    kind = "summary"
    title = "重点项目汇总"
    as_of = date(2024, 1, 12)
    as_known = 0
    requested_by = "office"
    requested_at = MOMENT


class DownloadEventFactory(DjangoModelFactory):
    class Meta:
        model = reports.DownloadEvent

    workbook = factory.SubFactory(ArchivedWorkbookFactory)
    account = "auditor"
    name = "审计（示例）"
    at = MOMENT
    sha256 = "1" * 64


class InstructionFactory(DjangoModelFactory):
    """Given on 2024-01-10, due two days after the business date of the demonstration."""

    class Meta:
        model = reports.Instruction

    project = factory.SubFactory(ProjectFactory)
    text = "请尽快协调解决用地问题（示例）"
    given_by = "市领导01（示例）"
    given_on = date(2024, 1, 10)
    entered_by = owner = "office"
    due_on = date(2024, 1, 15)


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = reports.Subscription

    user = factory.SubFactory(UserFactory)
    topic = reports.Subscription.Topic.IMMEDIATE
    wanted = True
