"""What readers are told of exemptions: in the mails, on the pages of alerts, on the cockpit, in chat rooms."""

from datetime import date, time

import pytest
from django.test import Client

from portfolio import clock
from portfolio.models import User
from projects.actions.exemptions import Plea, ask_exemption
from projects.actions.standing import refresh
from projects.models import Project
from reports.actions import robots
from reports.models import Alert
from tests import factories as make
from tests.reports.mailbox import FRIDAY, MONDAY, TUESDAY, WEDNESDAY, furnish, mail, morning, night, parts

pytestmark = pytest.mark.django_db
CODE, NAME = "T23-0003", "丙医药（示例）"


@pytest.fixture
def _world(db: None) -> None:
    """The alert stands from 8 January; the exemption is of Friday the 12th to Tuesday the 16th."""
    furnish()
    for day in (date(2024, 1, 8), FRIDAY):
        night(day)
        morning(day)
    with clock.set_to(FRIDAY, time(15, 0)):
        plea = Plea(["milestones"], FRIDAY, TUESDAY, "汛期停工", "菏政字〔2024〕2号")
        ask_exemption(by=User.objects.get(username="office"), project=Project.objects.get(code=CODE), plea=plea)
    night(FRIDAY)


@pytest.fixture
def _told(_world: None) -> None:
    """The mails of Monday tell the exemption, those of Wednesday its end."""
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        night(day)
        morning(day)


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize("person", ["L01", "S-OFFICE"])
def test_the_mail_tells_it_apart_from_what_was_put_right(person: str) -> None:
    told = parts(mail(person, MONDAY).text)

    assert NAME not in told.get("已解除", "")
    assert NAME in told["转为豁免"]
    assert (
        "豁免至2024年1月16日（含当日）：汛期停工（市重点项目办（示例）批准）。豁免不代表问题已解决，豁免结束后恢复判定。"
        in told["转为豁免"].replace("\n", "")
    )
    assert "转为豁免1件" in mail(person, MONDAY).subject
    assert "已解除" not in mail(person, MONDAY).subject


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize("person", ["L01", "S-OFFICE"])
def test_the_mail_after_its_end_tells_nothing_new(person: str) -> None:
    told = parts(mail(person, WEDNESDAY).text)

    assert NAME not in told.get("新增预警", "")
    again = told["豁免结束后恢复"]
    assert NAME in again
    assert "并非新增：2024年1月8日起亮灯，2024年1月12日至2024年1月16日豁免" in again
    assert "豁免结束后恢复1件" in mail(person, WEDNESDAY).subject
    assert "新增" not in mail(person, WEDNESDAY).subject


@pytest.mark.usefixtures("_world")
def test_both_are_told_in_english() -> None:
    make.UserFactory(username="l01", role="leader", person="L01", language="en")
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        night(day)
        morning(day)
    first, last = mail("L01", MONDAY), mail("L01", WEDNESDAY)

    assert "Now exempt (1)" in first.text
    assert "1 now exempt" in first.subject
    assert "Exempt until 16 Jan 2024: 汛期停工 (approved by 市重点项目办（示例）)." in " ".join(first.text.split())
    assert "it is judged again once the exemption is over." in " ".join(first.text.split())
    assert "Again after an exemption (1)" in last.text
    assert "stood from 8 Jan 2024, was exempt 12 Jan 2024 to 16 Jan 2024" in " ".join(last.text.split())


def signed_in(language: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username="office"))
    client.cookies["django_language"] = language
    return client


PAGES = {
    "zh-hans": (
        "转为豁免",
        "<strong>豁免结束后恢复</strong>",
        "豁免至2024年1月16日",
        "2024年1月8日起亮灯，2024年1月12日至2024年1月16日豁免",
    ),
    "en": (
        "Now exempt",
        "<strong>Again after an exemption</strong>",
        "exempt until 16 Jan 2024",
        "stood from 8 Jan 2024, was exempt 12 Jan 2024 to 16 Jan 2024",
    ),
}


@pytest.mark.usefixtures("_told")
@pytest.mark.parametrize("language", PAGES)
def test_list_and_page_say_what_ended_the_first_and_what_came_before_the_second(language: str) -> None:
    first, last = Alert.objects.filter(project__code=CODE, rule="milestone_overdue").order_by("pk")
    client, (ended, anew, until, before) = signed_in(language), PAGES[language]
    with clock.set_to(WEDNESDAY):
        refresh(as_of=WEDNESDAY)
        over = client.get("/alerts/?state=exempt").content.decode()
        still = client.get(f"/alerts/?q={CODE}").content.decode()
        page, again = (client.get(f"/alerts/{one.pk}/").content.decode() for one in (first, last))
        panel = client.get(f"/alerts/panel/{CODE}/").content.decode()
        cockpit = client.get("/").content.decode()

    assert over.count("card-title") == 1
    assert until in over
    assert f"<strong>{ended}</strong>" in page
    assert ("汛期停工" in page, before in page) == (True, False)
    assert all(before in one for one in (still, again, panel))
    assert (anew in again, anew in page) == (True, False)
    assert ended in cockpit


@pytest.mark.usefixtures("_world")
def test_a_chat_room_does_not_count_it_as_cleared() -> None:
    _title, text = robots.words(FRIDAY)

    assert "另有1件转为豁免，不计入已解除。" in text
    assert "解除0件" in text or "已解除0件" in text


@pytest.mark.usefixtures("_told")
def test_the_list_costs_the_same_for_few_and_for_many(django_assert_max_num_queries, django_assert_num_queries) -> None:
    client = signed_in("zh-hans")
    with clock.set_to(WEDNESDAY):
        client.get("/alerts/?state=all")
        with django_assert_max_num_queries(30) as few:
            client.get("/alerts/?state=all")
        for number in range(5):
            owner = make.ProjectFactory(code=f"T-MORE-{number}")
            former = make.AlertFactory(project=owner, cleared_on=TUESDAY, figures={"due_on": "date:2023-12-15"})
            figures = former.figures | {"request": 0, "valid_to": "date:2024-01-16"}
            make.AlertEventFactory(
                alert=former, kind="cleared", on=FRIDAY, reason_code="exempted", figures=figures,
            )  # fmt: skip
            make.AlertFactory(
                project=owner, previous=former, raised_on=WEDNESDAY, figures={"due_on": "date:2023-12-15"}
            )
        with django_assert_num_queries(len(few)):
            client.get("/alerts/?state=all")
