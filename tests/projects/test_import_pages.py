"""The pages of imports: a file is shown as a difference, decided, given back; columns are corrected and kept."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portfolio import clock
from portfolio.models import AccessEvent
from projects.intake import slots
from projects.models import ColumnMemory, ImportBatch, Project
from tests import factories as make
from tests.intake.register_books import HEAD, plain

pytestmark = pytest.mark.django_db
ROWS = [
    [1, "银河纺织智能化改造项目", "曹县", "银河纺织有限公司", "改造车间", "2023-2025", 32000, 12000],
    [2, "青荷生物医药产业园", "单县", "青荷生物医药有限公司", "新建厂房", "2024-2026", 90000, 30000],
]
BAD = [ROWS[0], [2, "乙项目", "荷泽县", *ROWS[1][3:]]]


@pytest.fixture(autouse=True)
def day():
    with clock.set_to(date(2024, 1, 12)):
        yield


@pytest.fixture
def office(client):
    make.DivisionFactory(caoxian=True)
    make.DivisionFactory(shanxian=True)
    client.force_login(make.UserFactory(username="office"))
    return client


def send(client: Any, data: bytes, name: str = "台账.xlsx", **said: Any) -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("imports"), {"kind": "register", "file": file, **said}, follow=True)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_file_is_shown_as_a_difference_and_committed_as_shown(office):
    page = send(office, plain(ROWS))
    batch = ImportBatch.objects.get()

    assert "提交2行" in text(page) and "32,000万元" in text(page) and not Project.objects.exists()
    done = office.post(
        reverse("import", args=[batch.pk]), {"do": "commit", "digest": page.context["digest"]}, follow=True
    )

    assert "已写入2行" in text(done) and Project.objects.count() == 2
    assert "变更日志" in text(done) and 'value="commit"' not in text(done)


def test_a_digest_that_was_not_shown_commits_nothing(office):
    send(office, plain(ROWS))

    done = office.post(reverse("import", args=[ImportBatch.objects.get().pk]), {"do": "commit"}, follow=True)

    assert "未写入任何内容" in text(done) and not Project.objects.exists()


def test_errors_stand_with_cell_message_and_remedy_and_only_valid_rows_go_by_choice(office):
    page = send(office, plain(BAD))

    assert "台账!C3" in text(page) and "系统中没有“荷泽县”" in text(page) and "可填：" in text(page)
    assert 'value="commit"' not in text(page)
    office.post(
        reverse("import", args=[ImportBatch.objects.get().pk]), {"do": "partly", "digest": page.context["digest"]}
    )
    assert [project.name for project in Project.objects.all()] == [ROWS[0][1]]


def test_the_same_file_again_leads_to_what_became_of_it(office):
    page = send(office, plain(ROWS))
    batch = ImportBatch.objects.get()
    office.post(reverse("import", args=[batch.pk]), {"do": "commit", "digest": page.context["digest"]})

    again = send(office, plain(ROWS))

    if ImportBatch.objects.count() == 1:  # the very same bytes
        assert again.redirect_chain[-1][0] == reverse("import", args=[batch.pk]) and "无需更改" in text(again)
    else:  # openpyxl wrote another second into it
        assert "无需更改" in text(again)


def test_a_near_match_is_picked_on_the_page(office):
    make.ProjectFactory(code="A-1", name="银河纺织智能化改造工程", total_investment=320_000_000)
    page = send(office, plain([ROWS[0]]))
    batch = ImportBatch.objects.get()
    assert "请确认是哪个项目" in text(page)

    page = office.post(reverse("import", args=[batch.pk]), {"do": "choose", "row:台账!2": "A-1"}, follow=True)

    batch.refresh_from_db()
    assert batch.plan["differences"][0]["project_code"] == "A-1" and batch.plan["error"] == 0
    assert "请确认是哪个项目" not in text(page)


def test_a_file_that_cannot_be_read_says_what_to_do_instead(office):
    page = send(office, b"no workbook at all", "台账.et")

    assert ImportBatch.objects.get().state == "refused"
    assert ".xlsx" in text(page) and "notice-error" in text(page)


def test_a_file_above_the_limit_is_refused_at_its_field(office, monkeypatch):
    monkeypatch.setattr("projects.forms.imports.LIMITS", type("Small", (), {"packed": 10}))

    page = send(office, b"x" * 11)

    assert "最多接收" in text(page) and not ImportBatch.objects.exists()


def test_units_of_columns_are_called_as_the_reader_calls_them(office):
    send(office, plain(ROWS))
    office.cookies["django_language"] = "en"
    page = text(office.get(reverse("import_columns", args=[ImportBatch.objects.get().pk])))

    assert '<option value="万元" selected>10,000 yuan</option>' in page
    assert '<option value="亿元">100 million yuan</option>' in page


def test_columns_that_a_person_corrected_are_remembered_for_the_office(office):
    head = ["序号", "工程情况", *HEAD[2:]]
    data = plain(ROWS, head)
    send(office, data)
    batch = ImportBatch.objects.get()
    address = reverse("import_columns", args=[batch.pk])
    assert "银河纺织智能化改造项目" in text(office.get(address))

    fields = ["", "name", "division", "owner", "content", "years", "total_investment", "plan"]
    said = {f"field-{letter}": field for letter, field in zip("ABCDEFGH", fields, strict=True)}
    office.post(address, {"sheet": "台账", "header_row": "1", "remember": "on", "unit-G": "万元", **said})

    batch.refresh_from_db()
    assert batch.plan["create"] == 2 and ColumnMemory.objects.get().scope == ""
    send(office, plain([[1, "另一项目", *ROWS[0][2:]]], head))
    assert ImportBatch.objects.first().plan["create"] == 1


def test_the_file_is_given_back_as_it_came_and_the_taking_is_recorded(office):
    data = plain(ROWS)
    send(office, data)

    response = office.get(reverse("import_file", args=[ImportBatch.objects.get().pk]))

    assert response.content == data
    assert "%E5%8F%B0%E8%B4%A6" in response["Content-Disposition"]
    assert AccessEvent.objects.filter(kind="download").count() == 1


def test_a_dropped_import_writes_nothing_and_is_kept(office):
    send(office, plain(ROWS))
    batch = ImportBatch.objects.get()

    page = office.post(reverse("import", args=[batch.pk]), {"do": "drop"}, follow=True)

    batch.refresh_from_db()
    assert batch.state == "dropped" and not Project.objects.exists() and "已放弃" in text(page)


def test_the_year_and_the_list_can_be_said_afterwards(office):
    make.ProgrammeFactory(code="P2024", year=2024, is_tracked=True)
    send(office, plain(ROWS))
    batch = ImportBatch.objects.get()

    office.post(reverse("import", args=[batch.pk]), {"do": "about", "programme": "P2024", "year": "2024"})

    batch.refresh_from_db()
    assert batch.target == "P2024/2024"
    assert batch.plan["differences"][0]["fields"]["project_class"] == [None, "implementation"]


def test_a_file_that_found_no_place_to_be_read_is_kept_and_read_by_a_button(office, monkeypatch):
    monkeypatch.setattr(slots, "PATIENCE", 0)
    places = [slots.take(0) for _place in range(slots.PLACES)]

    page = send(office, plain(ROWS))
    batch = ImportBatch.objects.get()
    again = office.post(reverse("import", args=[batch.pk]), {"do": "read"}, follow=True)

    assert "请一分钟后再试" in text(page) and "现在读取" in text(page) and "提交2行" not in text(page)
    assert "请一分钟后再试" in text(again) and ImportBatch.objects.get().state == batch.State.PLANNED
    for place in places:
        slots.give_back(place)
    assert "提交2行" in text(office.post(reverse("import", args=[batch.pk]), {"do": "read"}, follow=True))
