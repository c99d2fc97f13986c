"""Who asked for an exemption can take the request back while it waits, and reads what was decided on it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from portfolio import clock
from portfolio.refusals import Forbidden, OutOfScope, Refusal, StaleForm
from portfolio.web.stand_ins import mask_of
from projects.actions.exemptions import Plea, ask_exemption, decide_exemption, end_exemption, withdraw_exemption
from projects.models import Change, Exemption, ExemptionRequest, Project
from projects.queries.exemptions import waiting_for
from projects.telling import tell
from reports.queries.work import work_of
from tests import factories as make
from tests.reports import watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("watched_friday")]
FRIDAY, JUNE = watch.FRIDAY, date(2024, 6, 30)
PLEA = Plea(["milestones"], FRIDAY, JUNE, "汛期停工")


@pytest.fixture
def office():
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


@pytest.fixture
def staff():
    return make.UserFactory(username="staff", county_staff=True, display_name="曹县填报员（示例）")


@pytest.fixture
def late() -> Project:
    return watch.project(code="T-LATE", name="晚项目（示例）", division=make.DivisionFactory(code="371721"))


@pytest.fixture
def asked(late, staff) -> ExemptionRequest:
    return ask_exemption(by=staff, project=late, plea=PLEA)


def signed_in(who, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(who)
    client.cookies["django_language"] = language
    return client


def test_what_is_taken_back_waits_no_more_and_can_be_asked_for_again(asked, late, staff, office) -> None:
    row = withdraw_exemption(by=staff, request=asked, version=1, words="已复工")

    assert (row.state, row.decided_by, row.decided_on, row.words) == ("recalled", "staff", FRIDAY, "已复工")
    assert (waiting_for(office), Exemption.objects.count()) == (0, 0)
    assert ask_exemption(by=staff, project=late, plea=PLEA).state == "asked"


def test_it_is_in_the_change_log_and_told_in_words(asked, staff) -> None:
    withdraw_exemption(by=staff, request=asked, version=1, words="已复工")

    change = Change.objects.latest("seq")
    assert (change.model, change.act, change.actor, change.project, change.reason) == (
        "exemptionrequest", "update", "staff", "T-LATE", "已复工"
    )  # fmt: skip
    for language, before, after in (("zh-hans", "待批准", "已撤回"), ("en", "Waiting for approval", "Taken back")):
        with override(language):
            assert (before, after) in [(line.before, line.after) for line in tell(change, {}).lines]


def test_a_colleague_of_the_county_takes_it_back_and_a_stand_in_does(asked, late, staff) -> None:
    reviewer = make.UserFactory(username="review", county_reviewer=True)
    other = ask_exemption(by=staff, project=late, plea=Plea(["pace"], FRIDAY, JUNE, "汛期停工"))
    mask = mask_of(make.StandInFactory(person=staff, deputy=reviewer))

    assert withdraw_exemption(by=reviewer, request=asked, version=1).state == "recalled"
    assert withdraw_exemption(by=mask, request=other, version=1).decided_by == "review"


def test_the_office_decides_on_a_county_s_request_and_does_not_take_it_back(asked, office) -> None:
    with pytest.raises(Forbidden):
        withdraw_exemption(by=office, request=asked, version=1)


def test_a_county_does_not_take_back_what_the_office_asked_for(late, staff, office) -> None:
    row = ask_exemption(by=office, project=late, plea=PLEA)

    with pytest.raises(Forbidden):
        withdraw_exemption(by=staff, request=row, version=1)
    assert withdraw_exemption(by=office, request=row, version=1).state == "recalled"


@pytest.mark.parametrize("role", ["project_unit", "leader", "auditor"])
def test_who_only_reads_or_reports_does_not(role: str, asked, late) -> None:
    with pytest.raises(Forbidden):
        withdraw_exemption(
            by=make.UserFactory(username=role, role=role, organisation=late.owner.code), request=asked, version=1
        )


def test_another_county_does_not_learn_that_there_is_one(asked) -> None:
    other = make.UserFactory(username="shanxian", county_staff=True, division="371722")

    with pytest.raises(OutOfScope):
        withdraw_exemption(by=other, request=asked, version=1)


def test_a_form_that_was_drawn_before_takes_nothing_back(asked, staff) -> None:
    with pytest.raises(StaleForm):
        withdraw_exemption(by=staff, request=asked, version=7)


def test_what_was_decided_is_not_taken_back_nor_decided_once_taken_back(asked, late, staff, office) -> None:
    gone = ask_exemption(by=staff, project=late, plea=Plea(["pace"], FRIDAY, JUNE, "汛期停工"))
    decide_exemption(by=office, request=asked, version=1, approve=True)
    withdraw_exemption(by=staff, request=gone, version=1)
    before = Change.objects.count()

    with pytest.raises(Refusal):
        withdraw_exemption(by=staff, request=asked, version=2)
    with pytest.raises(Refusal):
        decide_exemption(by=office, request=gone, version=2, approve=True)
    with pytest.raises(Refusal):
        withdraw_exemption(by=staff, request=asked, version=2, words="长" * 301)
    assert Change.objects.count() == before


@pytest.mark.parametrize(
    ("language", "button", "done"),
    [
        ("zh-hans", "撤回申请", "已撤回，项目仍照常判定。"),
        ("en", "Withdraw the request", "Taken back: nothing changes"),
    ],
)
def test_the_page_offers_it_to_those_who_may(language, button, done, asked, staff, office) -> None:
    address = reverse("exemption", args=[asked.pk])
    client = signed_in(staff, language)

    assert button in client.get(address).content.decode()
    assert button not in signed_in(office, language).get(address).content.decode()
    answer = client.post(address, {"do": "withdraw", "words": "", "version": "1"}, follow=True).content.decode()
    assert done in answer
    assert button not in answer


def test_a_stale_page_says_so_and_keeps_the_words(asked, staff, office) -> None:
    decide_exemption(by=office, request=asked, version=1, approve=False, words="理由不充分")

    answer = signed_in(staff).post(
        reverse("exemption", args=[asked.pk]), {"do": "withdraw", "words": "已复工", "version": "1"}
    )

    assert "打开页面后该申请已被他人更新。" in answer.content.decode()
    assert "已复工</textarea>" in answer.content.decode()


def test_the_office_is_forbidden_to_send_it(asked, office) -> None:
    address = reverse("exemption", args=[asked.pk])

    assert signed_in(office).post(address, {"do": "withdraw", "words": "", "version": "1"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == "asked"


def test_the_list_finds_what_was_taken_back(asked, staff) -> None:
    withdraw_exemption(by=staff, request=asked, version=1)
    client = signed_in(staff)

    assert "晚项目" in client.get("/exemptions/?state=withdrawn").content.decode()
    assert "晚项目" not in client.get("/exemptions/?state=refused").content.decode()


SAID = {
    "zh-hans": ("您的申请已有结果", "未批准", "豁免（里程碑节点），2024-01-12至2024-06-30"),
    "en": ("Decided on what you asked for", "Declined", "Exemption, Milestones, 2024-01-12 to 2024-06-30"),
}


@pytest.mark.parametrize("language", SAID)
def test_who_asked_reads_the_decision_at_the_desk_for_two_weeks(language: str, asked, staff, office) -> None:
    assert not work_of(staff, FRIDAY).exempted
    decide_exemption(by=office, request=asked, version=1, approve=False, words="理由不充分")
    client = signed_in(staff, language)

    html = client.get(reverse("work")).content.decode()

    assert all(words in html for words in (*SAID[language], "理由不充分", "市重点项目办（示例）"))
    with clock.set_to(FRIDAY + timedelta(days=14)):
        assert SAID[language][0] in client.get(reverse("work")).content.decode()
    with clock.set_to(FRIDAY + timedelta(days=15)):
        assert SAID[language][0] not in client.get(reverse("work")).content.decode()


def test_others_read_nothing_of_it_at_their_desks(asked, office) -> None:
    decide_exemption(by=office, request=asked, version=1, approve=True)
    reviewer = make.UserFactory(username="review", county_reviewer=True)

    assert not work_of(office, FRIDAY).exempted
    assert not work_of(reviewer, FRIDAY).exempted


def test_an_approval_that_is_ended_early_is_news_again_and_one_s_own_doing_is_none(asked, late, staff, office) -> None:
    decide_exemption(by=office, request=asked, version=1, approve=True)
    own = ask_exemption(by=office, project=late, plea=Plea(["pace"], FRIDAY, JUNE, "汛期停工", "菏政字〔2024〕2号"))
    later = FRIDAY + timedelta(days=60)
    with clock.set_to(later):
        assert not work_of(staff, later).exempted
        asked.refresh_from_db()
        end_exemption(by=office, request=asked, version=asked.version, reason="已复工")
        html = signed_in(staff).get(reverse("work")).content.decode()

    assert own.state == "approved"
    assert not work_of(office, FRIDAY).exempted
    assert "提前终止" in html
    assert "已复工" in html


@pytest.mark.parametrize(("state", "said"), [("approved", "已批准"), ("refused", "未批准")])
def test_a_new_date_that_was_decided_on_stands_there_as_well(state: str, said: str, late, staff) -> None:
    milestone = watch.milestone(late, "2024-01-19")
    facts = {"milestone": milestone, "state": state, "decided_by": "office", "decided_on": FRIDAY, "words": "照此办理"}
    make.ReplanRequestFactory(asked_by="staff", **facts)

    html = signed_in(staff).get(reverse("work")).content.decode()

    assert all(words in html for words in (said, "“主体封顶”改期至2024-03-01", "照此办理"))


def test_the_desk_costs_the_same_for_few_and_for_many(late, staff) -> None:
    decided = {"asked_by": "staff", "state": "refused", "decided_by": "office", "decided_on": FRIDAY}
    stones = [watch.milestone(late, "2024-01-19", step=f"D0{number}") for number in range(4, 8)]
    client, costs = signed_in(staff), []
    for stone in stones:
        make.ExemptionRequestFactory(project=late, **decided)
        make.ReplanRequestFactory(milestone=stone, **decided)
        client.get(reverse("work"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("work"))
        costs.append(len(asked))

    assert len(set(costs)) == 1
