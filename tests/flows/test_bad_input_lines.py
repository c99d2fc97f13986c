"""Bad input on the pages, line by line: said at its place, in the reader's language, with what was typed still there.

Each line is sent by everybody whose role may send it.
"""

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from projects.models import Milestone, MonthlyReturn, ReturnVersion
from reports.models import Alert
from tests import factories as make
from tests.world import TODAY, World, code, footprint

pytestmark = pytest.mark.django_db

CLERKS = ("unit", "staff", "office")
RETURN = f"/projects/{code('own')}/returns/2023-12/"
MILESTONE = f"/projects/{code('own')}/milestones/D04/"
TYPED = {"do": "submit", "version": "0", "invested": "950", "physical_text": "三层梁板浇筑完成"}


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def say(language: str) -> Any:
    """Of a pair of words, those of the reader's language."""
    return lambda chinese, english: chinese if language == "zh-hans" else english


@pytest.fixture
def send(world: World, language: str) -> Any:
    """Send a form as somebody; the answer's HTML stands at `.html`."""

    def sent(who: str, address: str, fields: dict[str, str]) -> HttpResponse:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.post(address, fields)
        response.html = response.content.decode()  # type: ignore[attr-defined]
        return response

    return sent


def milestone(**fields: str) -> dict[str, str]:
    return {"version": "1", "actual_on": "", "forecast_on": "", "planned_on": "2023-12-29", "reason": "", **fields}


def at(response: HttpResponse, field: str) -> str:
    """What is said at a field ("" for the whole form) of the form that is drawn again."""
    assert response.status_code == 200
    form = response.context["form"]
    errors = form.errors.get(field or "__all__", [])
    for error in errors:
        assert str(error).replace("'", "&#x27;") in response.html  # type: ignore[attr-defined]
    return " ".join(map(str, errors))


# ---- dates


@pytest.mark.parametrize("who", CLERKS)
def test_a_future_actual_date(who: str, send: Any, say: Any) -> None:
    before = footprint()

    answer = send(who, MILESTONE, milestone(actual_on="2024-01-06", reason="预计明日完成"))

    assert say("不能晚于今天", "cannot lie in the future") in at(answer, "actual_on")
    assert 'value="2024-01-06"' in answer.html and "预计明日完成" in answer.html
    assert footprint() == before


@pytest.mark.parametrize("who", CLERKS)
@pytest.mark.parametrize(
    ("step", "actual_on", "chinese", "english"),
    [
        ("E05", "2023-05-03", "2023-05-04", "cannot come before the start on 2023-05-04"),
        ("D01", "2023-11-02", "2023-11-01", "cannot come after"),
    ],
)
def test_a_finish_before_its_start(
    step: str, actual_on: str, chinese: str, english: str, who: str, send: Any, say: Any, world: World
) -> None:
    project = Milestone.objects.get(project__code=code("own"), step__code="D04").project
    started = None if step == "D01" else date(2023, 5, 4)
    finished = None if step == "E05" else date(2023, 11, 1)
    start = make.MilestoneStepFactory(start=True)
    make.MilestoneFactory(project=project, step=start, position=1, actual_on=started, planned_on=None)
    finish = make.MilestoneStepFactory(code="E05")
    make.MilestoneFactory(project=project, step=finish, position=9, actual_on=finished, planned_on=None)
    before = footprint()

    answer = send(who, f"/projects/{code('own')}/milestones/{step}/", milestone(actual_on=actual_on, planned_on=""))

    assert say(chinese, english) in at(answer, "actual_on")
    assert f'value="{actual_on}"' in answer.html
    assert footprint() == before


# ---- a month that was locked, or handed on, while somebody typed


@pytest.mark.parametrize("who", CLERKS)
@pytest.mark.parametrize("do", ["submit", "draft"])
def test_a_month_that_is_locked(do: str, who: str, send: Any, say: Any, world: World) -> None:
    make.ReportingPeriodFactory._meta.model.objects.filter(period="2023-12").delete()
    make.ReportingPeriodFactory(period="2023-12", locked=True)
    before = footprint()

    answer = send(who, RETURN, {**TYPED, "do": do})

    assert say("2023-12已锁定", "2023-12 is locked") in at(answer, "").replace(" 已", "已").replace("月份", "")
    assert "三层梁板浇筑完成" in answer.html and 'value="950"' in answer.html
    assert 'value="submit"' not in answer.html
    assert footprint() == before


@pytest.mark.parametrize("who", CLERKS)
def test_a_return_that_a_colleague_handed_in_meanwhile(who: str, send: Any, say: Any, world: World) -> None:
    project = Milestone.objects.get(project__code=code("own"), step__code="D04").project
    entry = make.MonthlyReturnFactory(project=project, period="2023-12", state="submitted", version=1)
    make.ReturnVersionFactory(project=project, monthly_return=entry, under_review=True, invested=9_400_000)
    before = footprint()

    answer = send(who, RETURN, TYPED)

    assert say("打开页面后", "after you opened the page") in at(answer, "")
    assert next((one.theirs, one.yours) for one in answer.context["form"].both_values) == ("940", "950")
    assert "三层梁板浇筑完成" in answer.html and 'value="submit"' not in answer.html
    assert say("再次保存", "Save again") not in answer.html
    assert footprint() == before


@pytest.mark.parametrize("who", CLERKS)
def test_a_project_that_left_its_list_meanwhile(who: str, send: Any, say: Any, world: World) -> None:
    project = Milestone.objects.get(project__code=code("own"), step__code="D04").project
    project.listings.update(left_on=date(2023, 12, 20), left_as="withdrawn")
    before = footprint()

    answer = send(who, RETURN, TYPED)

    assert say("不在2023-12调度名单内", "on no list in 2023-12") in at(answer, "")
    assert "三层梁板浇筑完成" in answer.html
    assert footprint() == before


@pytest.mark.parametrize("who", ["review", "office"])
def test_words_to_a_return_that_went_on_meanwhile(who: str, send: Any, say: Any, world: World) -> None:
    MonthlyReturn.objects.filter(project__code=code("own", "submitted"), period="2023-12").update(
        state="accepted", version=7
    )

    answer = send(
        who,
        f"/projects/{code('own', 'submitted')}/returns/2023-12/",
        {"do": "give_back", "version": "1", "words": "请补充形象进度"},
    )

    assert say("打开页面后", "after you opened the page") in answer.html
    assert "请补充形象进度" in answer.html
    assert 'value="give_back"' not in answer.html


# ---- amounts


@pytest.mark.parametrize("who", CLERKS)
@pytest.mark.parametrize(("typed", "times"), [("9900", "10"), ("9000900", "10,000")])
def test_an_amount_in_the_wrong_unit_is_asked_for_and_passes_with_a_reason(
    typed: str, times: str, who: str, send: Any, say: Any, world: World
) -> None:
    """900 万元 in the one month that was reported, which is more than a twelfth of the plan."""
    before = footprint()

    answer = send(who, RETURN, {**TYPED, "invested": typed})

    assert say("请核实", "Really?") in answer.html
    assert times in str(answer.context["form"].really)
    assert say("说明", "Say why") in at(answer, "reason")
    assert f'value="{typed}"' in answer.html and "三层梁板浇筑完成" in answer.html
    assert footprint() == before
    assert send(who, RETURN, {**TYPED, "invested": typed, "reason": "设备一次到货"}).status_code == 302
    version = ReturnVersion.objects.get(project__code=code("own"), period="2023-12")
    assert (version.invested, version.reason) == (int(typed) * 10_000, "设备一次到货")


# ---- stale forms


@pytest.mark.parametrize("who", CLERKS)
@pytest.mark.parametrize("version", ["1", "", None])
def test_a_stale_milestone(version: str | None, who: str, send: Any, say: Any, world: World) -> None:
    Milestone.objects.filter(project__code=code("own")).update(version=2, actual_on=date(2024, 1, 2))
    before = footprint()
    fields = milestone(actual_on="2024-01-04")
    fields |= {"version": version} if version is not None else {}
    if version is None:
        del fields["version"]

    answer = send(who, MILESTONE, fields)

    assert say("打开页面后", "after you opened the page") in at(answer, "")
    assert ("2024-01-02", "2024-01-04") in [(row.theirs, row.yours) for row in answer.context["form"].both_values]
    assert 'value="2024-01-04"' in answer.html
    assert footprint() == before


@pytest.mark.parametrize("who", CLERKS)
@pytest.mark.parametrize("do", ["submit", "draft"])
def test_a_return_whose_form_says_no_version(do: str, who: str, send: Any, say: Any, world: World) -> None:
    before = footprint()

    answer = send(who, RETURN, {"do": do, "invested": "950"})

    assert say("打开页面后", "after you opened the page") in at(answer, "")
    assert 'value="950"' in answer.html
    assert footprint() == before


@pytest.mark.parametrize(("who", "state", "do"), [("review", "submitted", "review"), ("office", "reviewed", "accept")])
def test_a_desk_s_button_that_says_no_version(who: str, state: str, do: str, send: Any, world: World) -> None:
    before = footprint()

    one = send(who, f"/projects/{code('own', state)}/returns/2023-12/", {"do": do})
    several = send(who, "/returns/?period=2023-12", {"do": do, "key": code("own", state)})

    assert (one.status_code, several.status_code) == (302, 302)
    assert footprint() == before


@pytest.mark.parametrize("who", ["leader", "staff", "office"])
def test_an_alert_that_was_cleared_while_its_note_was_written(who: str, send: Any, say: Any, world: World) -> None:
    alert = world.alerts["own"]
    Alert.objects.filter(pk=alert.pk).update(cleared_on=TODAY, version=alert.version + 1)

    answer = send(who, f"/alerts/{alert.pk}/acknowledge/", {"version": str(alert.version), "note": "已约谈施工单位"})

    assert say("解除", "was cleared") in at(answer, "")
    assert "已约谈施工单位" in answer.html


# ---- a user without scope


@pytest.mark.parametrize("address", [RETURN, MILESTONE])
def test_another_county_s_project_is_not_there_and_is_not_told(address: str, send: Any, say: Any, world: World) -> None:
    before = footprint()

    answer = send("staff", address.replace("T-OWN", "T-OTHER"), {**TYPED, **milestone(actual_on="2024-01-04")})
    nowhere = send("staff", address.replace("T-OWN-DRAFT", "T-NOWHERE"), {**TYPED, **milestone()})

    assert (answer.status_code, nowhere.status_code) == (404, 404)
    assert say("不在您的", "There is nothing at this address") in answer.html
    assert "other-draft" not in answer.html
    assert footprint() == before


@pytest.mark.parametrize("address", ["/projects/", "/returns/"])
@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ({"role": "county_staff", "division": "379999"}, "379999"),
        ({"role": "county_reviewer", "division": "379999"}, "379999"),
        ({"role": "project_unit", "organisation": "NOBODY"}, "NOBODY"),
    ],
)
def test_a_person_without_any_project_is_told_so_and_whom_to_ask(
    scope: dict[str, str], named: str, address: str, language: str, say: Any, world: World
) -> None:
    client = Client()
    client.force_login(make.UserFactory(**scope))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    html = client.get(address).content.decode()

    assert say(f"您的账号可查看的范围（{named}）内没有项目", f"within what your account may see ({named})") in html


@pytest.mark.parametrize("who", ["staff", "unit", "leader", "office", "auditor"])
def test_nobody_else_is_told_so_by_a_filter_that_nothing_fits(who: str, world: World) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[who]

    assert "可查看的范围（" not in client.get("/projects/?q=nothing-fits-this").content.decode()
