"""Updating a milestone on its page: who may, what is refused at which field, and that nothing is lost on the way."""

from datetime import date

import pytest
from django.urls import reverse

from projects.models import Change, MilestoneRevision
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]


@pytest.fixture
def milestone(project):
    made = make.MilestoneFactory(project=project)
    make.MilestoneRevisionFactory(milestone=made)
    return made


def address(milestone):
    return reverse("milestone", args=[milestone.project.code, milestone.step.code])


def send(client, user, milestone, **fields):
    client.force_login(user)
    data = {"version": milestone.version, "actual_on": "", "forecast_on": "", "planned_on": "2023-12-29", **fields}
    return client.post(address(milestone), data)


def error_at(response, field):
    assert response.status_code == 200
    return str(response.context["form"].errors.get(field, ""))


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_readers_may_not_open_it(role, client, milestone):
    client.force_login(make.UserFactory(**{role: True}))

    assert client.get(address(milestone)).status_code == 403
    assert client.post(address(milestone), {"actual_on": "2024-01-04"}).status_code == 403


def test_another_county_finds_nothing_here(client, milestone):
    client.force_login(make.UserFactory(county_staff=True, division="371722"))

    assert client.get(address(milestone)).status_code == 404
    assert client.post(address(milestone), {"actual_on": "2024-01-04"}).status_code == 404
    milestone.refresh_from_db()
    assert milestone.actual_on is None


def test_a_step_that_the_project_does_not_have_is_404(client, office, project):
    client.force_login(office)

    assert client.get(reverse("milestone", args=[project.code, "Z99"])).status_code == 404


def test_the_form_shows_the_dates_as_they_stand(client, caoxian, milestone):
    client.force_login(caoxian)
    html = client.get(address(milestone)).content.decode()

    assert 'value="2023-12-29"' in html
    assert "主体封顶" in html
    assert "逾期4个工作日" in html


@pytest.mark.parametrize("code", ["D03", "E01"])
def test_what_is_built_does_not_come_before_the_start(client, caoxian, milestone, code):
    make.MilestoneFactory(
        project=milestone.project, step=make.MilestoneStepFactory(start=True), actual_on=date(2023, 8, 10), position=1
    )
    step = make.MilestoneStepFactory(code=code, name_zh="联合验收")
    stone = make.MilestoneFactory(project=milestone.project, step=step, position=9)

    response = send(client, caoxian, stone, actual_on="2023-01-05")

    assert "“联合验收”不能早于开工日期（2023-08-10）" in response.content.decode()
    stone.refresh_from_db()
    assert stone.actual_on is None


def test_the_start_does_not_come_after_what_was_built(client, caoxian, milestone):
    built = make.MilestoneStepFactory(code="D03")
    make.MilestoneFactory(project=milestone.project, step=built, actual_on=date(2023, 9, 1), position=8)
    start = make.MilestoneFactory(project=milestone.project, step=make.MilestoneStepFactory(start=True), position=1)

    response = send(client, caoxian, start, actual_on="2023-10-01")

    assert "开工日期不能晚于2023-09-01，当日已有建设节点完成" in response.content.decode()


def test_an_actual_date_is_saved_and_told(client, caoxian, milestone):
    response = send(client, caoxian, milestone, actual_on="2024-01-04")

    milestone.refresh_from_db()
    assert response.url == reverse("project", args=["T23-0001"])
    assert milestone.actual_on == date(2024, 1, 4)
    assert Change.objects.get().actor == "caoxian"


def test_saving_what_already_stands_writes_nothing(client, caoxian, milestone):
    response = send(client, caoxian, milestone)

    assert response.status_code == 302
    assert not Change.objects.exists()


def test_a_date_in_the_future_is_refused_at_its_field(client, caoxian, milestone):
    response = send(client, caoxian, milestone, actual_on="2024-01-06")

    assert "2024-01-05" in error_at(response, "actual_on")
    assert 'value="2024-01-06"' in response.content.decode()


def test_a_text_that_is_no_date_is_refused_at_its_field(client, caoxian, milestone):
    assert "2024-01-12" in error_at(send(client, caoxian, milestone, actual_on="下周"), "actual_on")


def test_a_two_digit_year_is_no_date(client, caoxian, milestone):
    assert error_at(send(client, caoxian, milestone, actual_on="24-01-04"), "actual_on")


def test_a_replan_without_a_reason_is_refused_at_the_reason(client, office, milestone):
    assert error_at(send(client, office, milestone, planned_on="2024-03-01"), "reason")
    assert MilestoneRevision.objects.count() == 1


def test_a_replan_with_a_reason_keeps_the_former_date(client, office, milestone):
    send(client, office, milestone, planned_on="2024-03-01", reason="征地延期", document="菏重点〔2024〕2号")

    milestone.refresh_from_db()
    assert milestone.planned_on == date(2024, 3, 1)
    assert milestone.baseline_on == date(2023, 12, 29)
    assert MilestoneRevision.objects.count() == 2


def test_a_project_unit_is_not_offered_a_replan_and_cannot_smuggle_one_in(client, milestone):
    unit = make.UserFactory(unit=True, organisation=milestone.project.owner.code)
    client.force_login(unit)
    assert "planned_on" not in client.get(address(milestone)).context["form"].fields

    send(client, unit, milestone, planned_on="2025-01-01", reason="x", forecast_on="2024-02-01")

    milestone.refresh_from_db()
    assert milestone.planned_on == date(2023, 12, 29)
    assert milestone.forecast_on == date(2024, 2, 1)


def test_a_stale_form_shows_both_values_and_writes_nothing(client, caoxian, office, milestone):
    send(client, office, milestone, forecast_on="2024-02-01")

    response = send(client, caoxian, milestone, forecast_on="2024-02-20")

    html = response.content.decode()
    assert "2024-02-01" in html
    assert "2024-02-20" in html
    milestone.refresh_from_db()
    assert milestone.forecast_on == date(2024, 2, 1)


def test_a_stale_form_sent_again_is_meant(client, caoxian, office, milestone):
    send(client, office, milestone, forecast_on="2024-02-01")
    refused = send(client, caoxian, milestone, forecast_on="2024-02-20")
    fresh = refused.context["form"]["version"].value()

    response = send(client, caoxian, milestone, forecast_on="2024-02-20", version=fresh)

    milestone.refresh_from_db()
    assert response.status_code == 302
    assert milestone.forecast_on == date(2024, 2, 20)


@pytest.mark.parametrize("version", ["", "x", "0", "99"])
def test_a_form_without_its_version_is_stale(version, client, caoxian, milestone):
    send(client, caoxian, milestone, forecast_on="2024-02-20", version=version)

    milestone.refresh_from_db()
    assert milestone.forecast_on is None
