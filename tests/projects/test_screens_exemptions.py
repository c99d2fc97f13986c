"""The screens of exemptions: a county asks from a project or an alert, the office decides at its desk, all can read."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portfolio import clock
from projects.actions.exemptions import Plea, ask_exemption, decide_exemption
from projects.actions.standing import refresh
from projects.models import ExemptionRequest
from reports.models import Alert
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
JUNE = date(2024, 6, 30)
TYPED = {"indicators": ["milestones"], "valid_from": "2024-01-12", "valid_to": "2024-06-30", "reason": "汛期停工"}


@pytest.fixture
def late():
    owner = watch.project(code="T-LATE", name="晚项目（示例）", division=make.DivisionFactory(code="371721"))
    watch.milestone(owner, "2023-12-01")
    watch.night()
    refresh(as_of=watch.FRIDAY)
    return owner


@pytest.fixture
def staff(client):
    who = make.UserFactory(username="staff", county_staff=True, display_name="曹县填报员（示例）")
    client.force_login(who)
    return who


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


def signed_in(who) -> Client:
    client = Client()
    client.force_login(who)
    return client


def page(client: Client, address: str, language: str = "zh-hans") -> str:
    client.cookies["django_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_is_asked_for_from_the_project_and_decided_from_the_desk(
    client, staff, office, late, django_capture_on_commit_callbacks
) -> None:
    address = "/projects/T-LATE/exemption/"
    assert address in page(client, "/projects/T-LATE/")
    asked = client.post(address, TYPED, follow=True)
    assert "批准前仍照常判定" in asked.content.decode()
    row = ExemptionRequest.objects.get()
    assert "已申请豁免，2024-01-12至2024-06-30" in page(client, "/projects/T-LATE/")

    desk = signed_in(office)
    work = page(desk, reverse("work"))
    assert "1件豁免申请待审批" in work
    assert "/exemptions/?state=waiting" in work
    assert "晚项目（示例）" in page(desk, "/exemptions/?state=waiting")
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(f"/exemptions/{row.pk}/", {"do": "approve", "words": "同意", "version": "1"}, follow=True)

    assert "已批准，豁免生效。" in answer.content.decode()
    assert "豁免至2024年6月30日（含当日）：汛期停工（市重点项目办（示例）批准）" in page(client, "/projects/T-LATE/")
    assert "待审批" not in page(desk, reverse("work"))


def test_an_alert_offers_it_with_its_indicator_and_says_what_became_of_it(
    client, staff, office, late, django_capture_on_commit_callbacks
) -> None:
    alert = Alert.objects.get(rule="milestone_overdue")
    address = f"/alerts/{alert.pk}/"
    ask = "/projects/T-LATE/exemption/?indicator=milestones"
    assert ask in page(client, address)
    form = client.get(ask).context["form"]
    assert form.initial["indicators"] == ["milestones"]

    plea = Plea(["milestones"], watch.FRIDAY, JUNE, "汛期停工")
    row = ask_exemption(by=staff, project=late, plea=plea)
    waits = page(client, address, "en")
    assert "waits for the city office; until then the alert stands" in waits
    assert ask not in waits
    with django_capture_on_commit_callbacks(execute=True):
        decide_exemption(by=office, request=row, version=1, approve=True)

    said = page(client, address, "en")
    assert "Exempt until 30 Jun 2024: 汛期停工 (approved by 市重点项目办（示例）)" in said
    assert f"/exemptions/{row.pk}/" in said


def test_an_alert_that_no_exemption_ends_offers_none(client, staff, late) -> None:
    alert = make.AlertFactory(project=late, rule="return_missing", milestone=None, figures={
        "period": "2023-12", "due_on": "date:2024-01-08"
    })  # fmt: skip

    assert "/exemption/" not in page(client, f"/alerts/{alert.pk}/")


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(client, staff, late) -> None:
    answer = client.post("/projects/T-LATE/exemption/", TYPED | {"valid_to": "2025-06-30"})

    assert list(answer.context["form"].errors) == ["valid_to"]
    html = answer.content.decode()
    assert "单次豁免最长12个月，最迟至2025-01-11" in html
    assert "汛期停工" in html
    assert not ExemptionRequest.objects.exists()


def test_the_desk_is_told_why_a_decision_is_not_taken(late, staff, office) -> None:
    row = ask_exemption(by=staff, project=late, plea=Plea(["pace"], watch.FRIDAY, JUNE, "汛期停工"))
    desk, address = signed_in(office), f"/exemptions/{row.pk}/"

    silent = desk.post(address, {"do": "refuse", "words": "", "version": "1"}).content.decode()
    stale = desk.post(address, {"do": "approve", "words": "同意", "version": "9"}).content.decode()
    declined = desk.post(address, {"do": "refuse", "words": "理由不充分", "version": "1"}, follow=True).content.decode()

    assert "请说明不批准的理由。" in silent
    assert "打开页面后该申请已被他人更新。" in stale
    assert "同意</textarea>" in stale
    assert "理由不充分" in declined
    assert 'value="approve"' not in page(desk, address)


def test_who_asked_is_told_that_somebody_else_decides(late, office) -> None:
    row = ask_exemption(by=office, project=late, plea=Plea(["pace"], watch.FRIDAY, JUNE, "汛期停工"))

    html = page(signed_in(office), f"/exemptions/{row.pk}/")

    assert "此申请由您本人提出" in html
    assert 'value="approve"' not in html


def test_the_office_ends_one_early_with_a_reason(late, office) -> None:
    plea = Plea(["pace"], watch.FRIDAY, JUNE, "汛期停工", "菏政字〔2024〕2号")
    row = ask_exemption(by=office, project=late, plea=plea)
    desk, address = signed_in(office), f"/exemptions/{row.pk}/"

    silent = desk.post(address, {"do": "end", "reason": "", "version": "2"})
    with clock.set_to(date(2024, 1, 17)):
        ended = desk.post(address, {"do": "end", "reason": "已复工", "version": "2"}, follow=True).content.decode()

    assert list(silent.context["end"].errors) == ["reason"]
    assert "已复工" in ended
    assert "2024-01-16" in ended
    assert "原批准至2024-06-30" in ended


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"waiting", "held", "over", "refused"}),
        ("?state=waiting", {"waiting"}),
        ("?state=in_force", {"held"}),
        ("?state=to_come", set()),
        ("?state=over", {"over"}),
        ("?state=refused", {"refused"}),
        ("?indicator=funds", {"held"}),
        ("?q=T-LATE", {"waiting", "held", "over", "refused"}),
        ("?q=T-OTHER", set()),
    ],
)
def test_the_list_is_narrowed_by_how_they_stand(query, shown, late, office) -> None:
    decided = {"decided_on": date(2023, 6, 1), "decided_by": "office"}
    long_ago = {"valid_from": date(2023, 6, 1), "valid_to": date(2023, 12, 31)}
    for reason, facts in {
        "waiting": {},
        "held": decided | {"state": "approved", "indicators": "funds"},
        "over": decided | long_ago | {"state": "approved"},
        "refused": decided | {"state": "refused"},
    }.items():
        make.ExemptionRequestFactory(project=late, reason=f"{reason}-理由", **facts)

    html = page(signed_in(office), f"/exemptions/{query}")

    assert {one for one in ("waiting", "held", "over", "refused") if f"{one}-理由" in html} == shown


def test_the_list_costs_the_same_for_few_and_for_many(
    late, office, django_assert_max_num_queries, django_assert_num_queries
) -> None:
    desk = signed_in(office)
    make.ExemptionRequestFactory(project=late)
    page(desk, "/exemptions/")
    with django_assert_max_num_queries(20) as few:
        page(desk, "/exemptions/")
    for number in range(12):
        make.ExemptionRequestFactory(project=watch.project(code=f"T-{number}"))
    with django_assert_num_queries(len(few)):
        page(desk, "/exemptions/")


def test_a_county_sees_its_own_projects_alone(client, staff, late) -> None:
    other = make.ExemptionRequestFactory(
        project=watch.project(code="T-ELSE", division=make.DivisionFactory(code="371722"))
    )
    own = make.ExemptionRequestFactory(project=late)

    assert "T-ELSE" not in page(client, "/exemptions/")
    assert client.get(f"/exemptions/{other.pk}/").status_code == 404
    assert client.get(f"/exemptions/{own.pk}/").status_code == 200
