"""Rows and readers of the cockpit's tests: projects of 曹县 on the list of 2023, with lights and alerts."""

from collections.abc import Iterator
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from portfolio import clock
from projects.core.reasons import Reason
from tests import factories as make

DAY = date(2024, 1, 12)  # a Friday
OVERDUE = Reason(
    "milestone_overdue",
    {"key": "D04", "step": "D04", "title": "主体封顶", "due_on": date(2023, 11, 20), "overdue": 1, "days_late": 38},
).to_json()


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Units, calendars, policies and the milestone catalogue, loaded once for a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def on_12_january(reference, db) -> Iterator[None]:
    """It is 2024-01-12."""
    with clock.set_to(DAY):
        yield


def listed(code, light="", **project):
    """A project of 曹县 on the provincial list of 2023, with a standing where a light is given."""
    made = make.ProjectFactory(code=code, name=f"项目{code}（示例）", **project)
    make.ListingFactory(project=made)
    if light:
        make.ProjectStandingFactory(project=made, light=light, reason=OVERDUE)
    return made


def page(client, user, query=""):
    """The page's text as a browser receives it."""
    client.force_login(user)
    response = client.get(reverse("cockpit") + query)
    assert response.status_code == 200
    return unescape(response.content.decode())
