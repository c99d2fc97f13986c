"""The pages of reports and archive: who sees what, what asking says, and how a file arrives."""

from urllib.parse import unquote

import pytest
from django.conf import settings

from portfolio.web.access import Act, may
from reports.actions import archive
from reports.models import ArchivedWorkbook, DownloadEvent
from tests import factories as make
from tests.reports import small

pytestmark = pytest.mark.django_db

State = ArchivedWorkbook.State


@pytest.fixture(autouse=True)
def _day():
    with small.at(small.AFTER):
        yield


@pytest.fixture
def people(portfolio):
    return {
        "office": make.UserFactory(username="office"),
        "caoxian": make.UserFactory(county_staff=True),
        "shanxian": make.UserFactory(county_staff=True, division="371722"),
        "leader": make.UserFactory(leader=True),
        "auditor": make.UserFactory(auditor=True, display_name="审计员（示例）"),
        "admin": make.UserFactory(admin=True),
    }


@pytest.fixture
def enter(people, client):
    def as_(name):
        client.force_login(people[name])
        return client

    return as_


def ask(client, kind="summary", **fields):
    return client.post(f"/reports/build/{kind}/", {"period": "2023-12", "language": "zh-hans"} | fields, follow=True)


def built(client, kind="summary", **fields):
    ask(client, kind, **fields)
    return archive.build(archive_id=ArchivedWorkbook.objects.latest("pk").pk)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("office", ["summary", "register", "milestones", "changes"]),
        ("auditor", ["summary", "register", "milestones", "changes"]),
        ("leader", ["summary", "register", "milestones"]),
        ("caoxian", ["summary", "register", "milestones"]),
    ],
)
def test_each_role_is_offered_the_kinds_that_it_may_build(name, kinds, enter):
    page = enter(name).get("/reports/")

    assert [kind.id for kind, _form in page.context["cards"]] == kinds


def test_people_without_project_facts_have_no_reports(enter):
    assert enter("admin").get("/reports/").status_code == 403


def test_a_locked_month_says_so_and_the_last_ended_one_is_chosen(enter):
    page = enter("office").get("/reports/").content.decode()

    assert '<option value="2023-12" selected>2023年12月（已锁定）</option>' in page
    assert '<option value="2024-01">2024年1月</option>' in page


def test_asking_leads_to_the_workbooks_page_and_says_that_no_worker_is_there(
    enter, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(archive, "_enqueue", [])
    with django_capture_on_commit_callbacks(execute=True):
        page = ask(enter("office"))

    row = ArchivedWorkbook.objects.get()
    assert page.redirect_chain == [(f"/reports/{row.pk}/", 302)]
    assert row.state == State.QUEUED


def test_asking_again_says_that_it_is_there(enter):
    client = enter("office")
    built(client)

    assert "此前已经生成" in ask(client).content.decode()


def test_a_moment_in_the_future_is_told_at_its_field(enter):
    page = ask(enter("office"), as_known="2024-02-01T12:00")

    assert page.status_code == 200
    form = next(form for kind, form in page.context["cards"] if kind.id == "summary")
    assert form.errors["as_known"] == ["尚无该时点的数据，请选择现在或以前的时间。"]
    assert not ArchivedWorkbook.objects.exists()


@pytest.mark.parametrize("fields", [{"period": "2022-13"}, {"period": ""}, {"language": "fr"}, {"as_known": "gestern"}])
def test_what_no_form_of_ours_sends_is_told_at_its_field(fields, enter):
    page = ask(enter("office"), **fields)

    form = next(form for kind, form in page.context["cards"] if kind.id == "summary")
    assert list(form.errors) == list(fields)
    assert not ArchivedWorkbook.objects.exists()


def test_an_unknown_kind_is_not_there_and_a_forbidden_one_neither(enter):
    assert ask(enter("office"), "nothing").status_code == 404
    assert ask(enter("leader"), "changes").status_code == 404


def test_the_page_shows_marks_totals_and_sheets(enter):
    client = enter("office")
    row = built(client)

    page = client.get(f"/reports/{row.pk}/").content.decode()
    assert row.sha256 in page and row.content_sha256 in page and row.ledger_head in page
    assert "项目台账" in page and "省级重点项目" in page


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "排队中"), ("en", "Queued")])
def test_one_that_waits_for_a_worker_stands_in_the_queue_and_is_no_mail(language, words, enter):
    client = enter("office")
    ask(client)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    html = client.get(f"/reports/{ArchivedWorkbook.objects.get().pk}/").content.decode()

    assert words in html
    assert "待发送" not in html


def test_a_waiting_workbook_looks_again_by_itself_and_a_finished_one_does_not(enter):
    client = enter("office")
    ask(client)
    row = ArchivedWorkbook.objects.get()
    assert "hx-trigger" in client.get(f"/reports/{row.pk}/").content.decode()

    archive.build(archive_id=row.pk)

    assert "hx-trigger" not in client.get(f"/reports/{row.pk}/").content.decode()


def test_a_failed_workbook_says_why_and_can_be_tried_again(enter):
    client = enter("office")
    ask(client)
    ArchivedWorkbook.objects.update(state=State.FAILED, error="磁盘已满。")
    row = ArchivedWorkbook.objects.get()
    assert "磁盘已满。" in client.get(f"/reports/{row.pk}/").content.decode()

    client.post(f"/reports/{row.pk}/again/")

    assert ArchivedWorkbook.objects.get().state == State.QUEUED


def test_a_download_arrives_under_its_chinese_name(enter):
    client = enter("office")
    row = built(client)

    answer = client.get(f"/archive/{row.pk}/download/")

    content = b"".join(answer.streaming_content)
    assert len(content) == row.size
    name = answer["Content-Disposition"].partition("filename*=utf-8''")[2]
    assert unquote(name) == "重点项目调度汇总（截至2023年12月底）.xlsx"
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_county_workbook_bears_its_countys_name(enter):
    row = built(enter("caoxian"))

    assert row.file_name == "重点项目调度汇总（截至2023年12月底）_曹县.xlsx"


@pytest.mark.parametrize("address", ["/reports/{}/", "/archive/{}/download/"])
@pytest.mark.parametrize(
    ("name", "status"), [("caoxian", 404), ("leader", 200), ("auditor", 200), ("office", 200), ("admin", 403)]
)
def test_what_covers_the_city_is_for_those_who_see_the_city(name, status, address, enter):
    row = built(enter("office"))

    answer = enter(name).get(address.format(row.pk))

    assert answer.status_code == status
    answer.close()


@pytest.mark.parametrize(("name", "status"), [("caoxian", 200), ("shanxian", 404), ("office", 200)])
def test_a_countys_workbook_is_for_itself_and_those_above(name, status, enter):
    row = built(enter("caoxian"))

    assert enter(name).get(f"/reports/{row.pk}/").status_code == status


def test_the_change_logs_workbook_is_not_for_leaders(enter):
    row = built(enter("office"), "changes", period="")

    assert enter("leader").get(f"/reports/{row.pk}/").status_code == 404


def test_the_list_shows_a_county_its_own_only(enter):
    built(enter("office"))
    own = built(enter("caoxian"))

    page = enter("caoxian").get("/reports/")

    assert [row.record.pk for row in page.context["table"].paginated_rows] == [own.pk]


def test_the_auditor_sees_every_download_and_others_do_not(people, enter):
    row = built(enter("office"))
    enter("leader").get(f"/archive/{row.pk}/download/").close()

    assert DownloadEvent.objects.get().account == people["leader"].username
    assert people["leader"].username in enter("auditor").get("/reports/downloads/").content.decode()
    assert people["leader"].username in enter("auditor").get(f"/reports/{row.pk}/").content.decode()
    assert enter("caoxian").get("/reports/downloads/").status_code == 403


@pytest.mark.parametrize("name", ["leader", "auditor"])
def test_readers_may_build_though_they_change_no_facts(name, people, enter):
    assert may(people[name], Act.BUILD_WORKBOOK)
    assert ask(enter(name)).status_code == 200
    assert ArchivedWorkbook.objects.get().requested_by == people[name].username


def test_the_list_is_read_in_a_constant_number_of_statements(enter, django_assert_max_num_queries):
    client = enter("office")
    for kind in ("summary", "register", "milestones"):
        built(client, kind)

    with django_assert_max_num_queries(12):
        client.get("/reports/")
