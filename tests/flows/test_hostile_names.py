"""Names that are markup or formulas, in every row that has a name: pages, mails and files show them as text."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client

from portfolio import clock
from portfolio.appendonly import AppendOnly
from portfolio.models import User
from reports.actions.digests import queue_digests
from reports.models import OutboxMessage
from tests.architecture import addresses, pages
from tests.architecture.test_every_address import ADDRESSES, path_of
from tests.world import OPEN, World, code

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)>"
NAME = f"\"'>{MARKUP}"
FORMULA = "=HYPERLINK(1)"
SAID = frozenset(
    (
        "name name_zh name_en display_name title text note reason source subject to_name content physical_text "
        "problem_text document file_name words outcome acknowledged_note snooze_reason given_by last_error "
        "withheld_reason"
    ).split()
)
READ = [line for line in addresses.lines() if line.method == "GET" and not line.name[0].isupper()]


def call_everything(name: str) -> None:
    """Give each row's names, texts and reasons this name; what is appended only stays as it is."""
    for model in apps.get_models():
        if model._meta.app_label not in {"portfolio", "projects", "reports"} or issubclass(model, AppendOnly):
            continue
        for field in model._meta.concrete_fields:
            if field.name in SAID and isinstance(field, models.CharField | models.TextField) and not field.choices:
                _call(model, field, name)


def _call(model: type[models.Model], field: Any, name: str) -> None:
    rows = model._base_manager
    if field.unique or any(field.name in one.fields for one in model._meta.constraints if hasattr(one, "fields")):
        for row in rows.all():  # a name that no other row may have
            rows.filter(pk=row.pk).update(**{field.name: f"{name}{row.pk}"[: field.max_length]})
    else:
        rows.update(**{field.name: name[: field.max_length]})


@pytest.mark.parametrize("who", ["office", "staff", "leader", "auditor", "accounts"])
def test_no_name_becomes_markup_on_any_page(who: str, world: World) -> None:
    call_everything(NAME)
    client, shown = Client(), 0
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]

    for line in READ:
        if line.answers[who] not in {"200", "200+"} or line.name == "outbox_html":
            continue  # a letter is shown as it was sent, in a frame where nothing runs
        address = next(one for one in ADDRESSES if one.entry == line.name)
        with transaction.atomic():
            response = client.get(path_of(address, addresses.values(world, line, who)))
            transaction.set_rollback(True)
        response.close()
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            continue
        html = response.content.decode()
        shown += "&lt;img src=x" in html
        assert MARKUP not in html, line
        assert not [*pages.markup_faults(html)], line
    assert shown


def test_no_name_becomes_markup_in_a_mail(world: World) -> None:
    call_everything(NAME)
    OutboxMessage.objects.all().delete()
    with clock.set_to(date(2024, 1, 8)):  # a Monday, on which mail goes in any case
        queue_digests(by=User.system(), on=date(2024, 1, 8))

    letters = list(OutboxMessage.objects.all())
    assert letters
    assert any("&lt;img src=x" in letter.html for letter in letters)
    assert not [letter.subject for letter in letters if MARKUP in letter.html]


def test_no_name_becomes_a_formula_in_a_return_workbook(world: World) -> None:
    call_everything(FORMULA)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions["office"]
    seen = 0
    for address in (f"/returns/workbook/?period={OPEN}", f"/projects/{code('own')}/returns/{OPEN}/workbook/"):
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        response.close()
        for sheet in openpyxl.load_workbook(BytesIO(content)):
            for row in sheet.iter_rows():
                for cell in row:
                    if str(cell.value).startswith(FORMULA):
                        seen += 1
                        assert cell.data_type == "s", cell.coordinate
    assert seen
