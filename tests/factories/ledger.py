"""The change log, calendars, policies, standings and imports."""

import hashlib
from datetime import date

import factory
from factory.django import DjangoModelFactory

from portfolio.chain import GENESIS
from projects import models as projects
from tests.factories.moment import MOMENT
from tests.factories.register import ProjectFactory


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


class ExemptionRequestFactory(DjangoModelFactory):
    """Half a year without a judgement on pace, asked for on the demonstration's business date."""

    class Meta:
        model = projects.ExemptionRequest

    project = factory.SubFactory(ProjectFactory)
    indicators = "pace"
    valid_from = date(2024, 1, 12)
    valid_to = date(2024, 6, 30)
    reason = "汛期停工（示例）"
    asked_by = "caoxian"
    asked_on = date(2024, 1, 12)


class ProjectStandingFactory(DjangoModelFactory):
    class Meta:
        model = projects.ProjectStanding
        django_get_or_create = ["project"]

    project = factory.SubFactory(ProjectFactory)
    as_of = date(2024, 1, 12)
    period = "2023-12"


class StandingHeadFactory(DjangoModelFactory):
    class Meta:
        model = projects.StandingHead
        django_get_or_create = ["id"]

    id = 1
    as_of = date(2024, 1, 12)
    position = 0
    terms = "0" * 64


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


class ColumnMemoryFactory(DjangoModelFactory):
    class Meta:
        model = projects.ColumnMemory

    kind = "register"
    headers = factory.Sequence(lambda number: f"{number:064x}")
    kept_by = "office"
    kept_at = factory.LazyFunction(lambda: MOMENT)


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = projects.ImportBatch

    kind = "register"
    file_name = "台账.xlsx"
    size = 1
    sha256 = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    uploaded_by = "office"
    uploaded_at = MOMENT
