"""Accounts, the access log and runs of jobs."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from portfolio import models as shell
from portfolio.chain import GENESIS
from tests.factories.moment import MOMENT


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


class StandInFactory(DjangoModelFactory):
    """A colleague of the city office stands in during January 2024."""

    class Meta:
        model = shell.StandIn

    person = factory.SubFactory(UserFactory)
    deputy = factory.SubFactory(UserFactory)
    valid_from = date(2024, 1, 1)
    valid_to = date(2024, 1, 31)
    named_at = MOMENT


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
