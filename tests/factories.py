"""Rows for tests, one factory a model; the traits' names state the situation."""

import hashlib
from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from portfolio import models as shell
from portfolio.chain import GENESIS
from projects import models as projects
from reports import models as reports

MOMENT = datetime(2024, 1, 12, 1, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    """An account of the city project office; the traits are the other roles."""

    class Meta:
        model = shell.User
        skip_postgeneration_save = True

    class Params:
        county_staff = factory.Trait(role=shell.Role.COUNTY_STAFF, division="371721")
        county_reviewer = factory.Trait(role=shell.Role.COUNTY_REVIEWER, division="371721")
        unit = factory.Trait(role=shell.Role.PROJECT_UNIT, organisation="ORG-1")
        leader = factory.Trait(role=shell.Role.LEADER, person="LEADER-1")
        auditor = factory.Trait(role=shell.Role.AUDITOR)
        admin = factory.Trait(role=shell.Role.ACCOUNT_ADMIN)

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"用户{n}（示例）")
    role = shell.Role.CITY_OFFICE
    password = factory.django.Password("correct horse battery")


class AccessEventFactory(DjangoModelFactory):
    class Meta:
        model = shell.AccessEvent

    seq = factory.Sequence(lambda n: n + 1)
    at = "2024-01-12T09:00:00.000+08:00"
    kind = shell.AccessEvent.Kind.SIGN_IN
    account = "office"
    hash_version = 1
    previous = GENESIS
    leaf = hash = "1" * 64


class AccessHeadFactory(DjangoModelFactory):
    class Meta:
        model = shell.AccessHead
        django_get_or_create = ["id"]

    id = 1
    hash = GENESIS


class JobRunFactory(DjangoModelFactory):
    class Meta:
        model = shell.JobRun

    job = "sweep_alerts"
    slot = factory.Sequence(lambda n: f"slot-{n}")
    started_at = MOMENT


class DivisionFactory(DjangoModelFactory):
    class Meta:
        model = projects.Division
        django_get_or_create = ["code"]

    class Params:
        caoxian = factory.Trait(code="371721", name_zh="曹县", name_en="Cao County")
        shanxian = factory.Trait(code="371722", name_zh="单县", name_en="Shan County")

    code = factory.Sequence(lambda n: f"3799{n:02d}")
    name_zh = factory.Sequence(lambda n: f"试验县{n}")
    name_en = factory.Sequence(lambda n: f"Test County {n}")
    kind = projects.Division.Kind.COUNTY
    rank_group = "county"


class IndustryFactory(DjangoModelFactory):
    class Meta:
        model = projects.Industry
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"chain-{n}")
    name_zh = factory.Sequence(lambda n: f"产业链{n}")
    name_en = factory.Sequence(lambda n: f"Chain {n}")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = projects.Organisation
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"ORG-{n + 1}")
    name = factory.Sequence(lambda n: f"试验公司{n}（示例）")
    kind = projects.Organisation.Kind.OWNER
    provenance = projects.Provenance.DEMO


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = projects.Person
        django_get_or_create = ["code"]

    class Params:
        leader = factory.Trait(kind=projects.Person.Kind.LEADER, name="市领导01", code="LEADER-1")

    code = factory.Sequence(lambda n: f"PERSON-{n + 1}")
    name = factory.Sequence(lambda n: f"联系人{n}（示例）")
    kind = projects.Person.Kind.CONTACT
    email = factory.LazyAttribute(lambda person: f"{person.code.lower()}@demo.invalid")
    provenance = projects.Provenance.DEMO


class ProjectFactory(DjangoModelFactory):
    """A demonstration project of 曹县 worth one 亿元."""

    class Meta:
        model = projects.Project

    class Params:
        published = factory.Trait(provenance=projects.Provenance.PUBLISHED, total_investment=None, owner=None)

    code = factory.Sequence(lambda n: f"T23-{n + 1:04d}")
    name = factory.Sequence(lambda n: f"试验项目{n + 1}（示例）")
    provenance = projects.Provenance.DEMO
    project_type = projects.Project.Type.INDUSTRY
    funding = projects.Project.Funding.PRIVATE
    total_investment = 100_000_000
    division = factory.SubFactory(DivisionFactory, caoxian=True)
    owner = factory.SubFactory(OrganisationFactory)


class ProjectAliasFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectAlias

    project = factory.SubFactory(ProjectFactory)
    name = factory.Sequence(lambda n: f"别名{n}")
    kind = projects.ProjectAlias.Kind.ALIAS


class ProjectFactFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectFact

    project = factory.SubFactory(ProjectFactory, published=True)
    measure = "stage"
    value = "建成投产"
    source = "菏泽市政府工作报告"


class ProjectShareFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectShare

    project = factory.SubFactory(ProjectFactory)
    division = factory.SubFactory(DivisionFactory)
    year = 2023
    basis_points = 10_000
    known_from = 0


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = projects.Assignment

    project = factory.SubFactory(ProjectFactory)
    kind = projects.Assignment.Kind.LEADER
    person = factory.SubFactory(PersonFactory, leader=True)
    valid_from = date(2023, 1, 1)
    known_from = 0


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = projects.Programme
        django_get_or_create = ["code"]

    code = "P2023-PROV"
    name_zh = "省级重点项目"
    name_en = "Provincial key projects"
    year = 2023
    level = projects.Programme.Level.PROVINCE
    provenance = projects.Provenance.PUBLISHED
    is_tracked = True


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = projects.Target

    programme = factory.SubFactory(ProgrammeFactory)
    measure = "project_count"
    unit = "个"
    outcome = "151"
    source = "菏泽市政府工作报告"


class ListingFactory(DjangoModelFactory):
    """A project on P2023-PROV, class implementation, from the start of 2023."""

    class Meta:
        model = projects.Listing

    project = factory.SubFactory(ProjectFactory)
    programme = factory.SubFactory(ProgrammeFactory)
    project_class = projects.ProjectClass.IMPLEMENTATION
    joined_on = date(2023, 1, 1)
    joined_as = "initial"
    known_from = 0


class PlanRevisionFactory(DjangoModelFactory):
    """A plan of 1 200 万元, the same each month."""

    class Meta:
        model = projects.PlanRevision

    project = factory.SubFactory(ProjectFactory)
    year = 2023
    amount = 12_000_000
    approved_on = date(2023, 1, 1)
    known_from = 0

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        if not any(month in kwargs for month in projects.MONTHS):
            part, rest = divmod(kwargs["amount"], 12)
            kwargs |= dict.fromkeys(projects.MONTHS, part) | {"m12": part + rest}
        return kwargs


class OpeningFigureFactory(DjangoModelFactory):
    class Meta:
        model = projects.OpeningFigure

    project = factory.SubFactory(ProjectFactory)
    year = 2023
    amount = 5_000_000
    known_from = 0


class MonthlyReturnFactory(DjangoModelFactory):
    class Meta:
        model = projects.MonthlyReturn
        django_get_or_create = ["project", "period"]

    project = factory.SubFactory(ProjectFactory)
    period = "2023-12"


class ReturnVersionFactory(DjangoModelFactory):
    """An accepted return of 1 000 万元 for December 2023."""

    class Meta:
        model = projects.ReturnVersion

    class Params:
        under_review = factory.Trait(known_from=None)

    project = factory.SubFactory(ProjectFactory)
    period = "2023-12"
    monthly_return = factory.SubFactory(
        MonthlyReturnFactory,
        project=factory.SelfAttribute("..project"),
        period=factory.SelfAttribute("..period"),
        state=projects.ReturnState.ACCEPTED,
    )
    number = 1
    invested = 10_000_000
    submitted_by = "caoxian"
    submitted_at = MOMENT
    known_from = 0


class FundingSourceFactory(DjangoModelFactory):
    class Meta:
        model = projects.FundingSource

    project = factory.SubFactory(ProjectFactory)
    kind = "own_funds"
    amount = 50_000_000
    provenance = projects.Provenance.DEMO
    known_from = 0


class BondIssueFactory(DjangoModelFactory):
    class Meta:
        model = projects.BondIssue

    project = factory.SubFactory(ProjectFactory)
    batch = "2023-01"
    issued_on = date(2023, 3, 1)
    amount = 30_000_000
    known_from = 0


class MilestoneStepFactory(DjangoModelFactory):
    class Meta:
        model = projects.MilestoneStep
        django_get_or_create = ["code"]

    class Params:
        start = factory.Trait(code="D01", name_zh="开工", name_en="Start")

    code = "D04"
    name_zh = "主体封顶"
    name_en = "Topped out"
    phase = "D"


class MilestoneTemplateFactory(DjangoModelFactory):
    class Meta:
        model = projects.MilestoneTemplate
        django_get_or_create = ["code"]

    code = "filed_industry"
    name_zh = "备案类产业项目"


class TemplateStepFactory(DjangoModelFactory):
    class Meta:
        model = projects.TemplateStep

    template = factory.SubFactory(MilestoneTemplateFactory)
    step = factory.SubFactory(MilestoneStepFactory)
    position = factory.Sequence(lambda n: n + 1)


class MilestoneFactory(DjangoModelFactory):
    """Topping out, planned for Friday 2023-12-29 and still open."""

    class Meta:
        model = projects.Milestone

    class Params:
        done = factory.Trait(actual_on=date(2023, 12, 20))

    project = factory.SubFactory(ProjectFactory)
    step = factory.SubFactory(MilestoneStepFactory)
    position = 1
    planned_on = date(2023, 12, 29)
    baseline_on = due_on = factory.SelfAttribute("planned_on")


class MilestoneRevisionFactory(DjangoModelFactory):
    class Meta:
        model = projects.MilestoneRevision

    milestone = factory.SubFactory(MilestoneFactory)
    number = 1
    planned_on = factory.SelfAttribute("milestone.planned_on")
    known_from = 0


class ReportingPeriodFactory(DjangoModelFactory):
    """December 2023, open, due on its fifth working day after the month's end."""

    class Meta:
        model = projects.ReportingPeriod
        django_get_or_create = ["period"]

    class Params:
        locked = factory.Trait(state="locked", locked_at=MOMENT, locked_position=0)

    period = "2023-12"
    opens_on = date(2023, 12, 1)
    due_on = date(2024, 1, 8)


class LockedFigureFactory(DjangoModelFactory):
    class Meta:
        model = projects.LockedFigure

    period = factory.SubFactory(ReportingPeriodFactory, locked=True)
    project = factory.SubFactory(ProjectFactory)
    light = "green"


class CalendarYearFactory(DjangoModelFactory):
    class Meta:
        model = projects.CalendarYear
        django_get_or_create = ["year"]

    year = 2024
    source = "国务院办公厅关于2024年部分节假日安排的通知"


class CalendarDayFactory(DjangoModelFactory):
    class Meta:
        model = projects.CalendarDay
        django_get_or_create = ["day"]

    day = date(2024, 1, 1)
    is_workday = False
    name = "元旦"


class PolicyFactory(DjangoModelFactory):
    class Meta:
        model = projects.Policy

    code = "local-default"
    name_zh = "本地默认"
    effective_from = date(2020, 1, 1)
    definition = factory.LazyFunction(dict)
    known_from = 0


class ExemptionFactory(DjangoModelFactory):
    class Meta:
        model = projects.Exemption

    project = factory.SubFactory(ProjectFactory)
    indicator = "pace"
    reason = "汛期停工"
    approved_by = "office"
    valid_from = date(2023, 1, 1)
    valid_to = date(2024, 12, 31)
    known_from = 0


class ProjectStandingFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectStanding
        django_get_or_create = ["project"]

    project = factory.SubFactory(ProjectFactory)
    as_of = date(2024, 1, 12)
    period = "2023-12"


class ChangeFactory(DjangoModelFactory):
    class Meta:
        model = projects.Change

    seq = factory.Sequence(lambda n: n + 1)
    at = "2024-01-12T09:00:00.000+08:00"
    business_date = "2024-01-12"
    actor = "office"
    actor_name = "市重点项目办（示例）"
    origin = "web"
    batch = "b" * 32
    model = "project"
    key = "T23-0001"
    act = "update"
    changes = "{}"
    hash_version = 1
    previous = GENESIS
    leaf = hash = "1" * 64


class LedgerHeadFactory(DjangoModelFactory):
    class Meta:
        model = projects.LedgerHead
        django_get_or_create = ["id"]

    id = 1
    hash = GENESIS


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = projects.ImportBatch

    kind = "register"
    file_name = "台账.xlsx"
    size = 1
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    uploaded_by = "office"
    uploaded_at = MOMENT


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
