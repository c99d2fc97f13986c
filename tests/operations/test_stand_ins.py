"""Stand-ins: who may name whom, what a stand-in sees and does, what the logs say, and when it ends."""

from datetime import date

import pytest

from portfolio import clock
from portfolio.models import AccessEvent, StandIn, User
from portfolio.refusals import Forbidden, Refusal
from portfolio.web import stand_ins
from portfolio.web.access import Act, may
from projects.models import Change, MonthlyReturn
from projects.queries.scope import visible_to
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = date(2024, 1, 5)
DAYS = (date(2024, 1, 4), date(2024, 1, 8))


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(TODAY):
        yield


@pytest.fixture
def clerk():
    return make.UserFactory(username="clerk", county_staff=True, display_name="李四（示例）")


@pytest.fixture
def colleague():
    return make.UserFactory(username="review", county_reviewer=True, display_name="张三（示例）")


def begin(client, row):
    client.force_login(row.deputy)
    return client.post("/account/stand-in/", {"do": "begin", "stand_in": row.pk})


def stand_in(person, deputy, **fields):
    return make.StandInFactory(person=person, deputy=deputy, valid_from=DAYS[0], valid_to=DAYS[1], **fields)


class TestNaming:
    def test_a_person_names_a_colleague_on_the_page(self, client, clerk, colleague):
        client.force_login(clerk)

        response = client.post(
            "/account/stand-ins/",
            {
                "do": "name",
                "deputy": colleague.pk,
                "valid_from": "2024-01-05",
                "valid_to": "2024-01-09",
                "reason": "休假",
            },
        )

        assert response.status_code == 302
        assert StandIn.objects.get().deputy == colleague
        assert AccessEvent.objects.filter(kind="account", account="clerk", subject="review").exists()

    @pytest.mark.parametrize(
        "stranger",
        [
            {"county_staff": True, "division": "371722"},
            {"unit": True},
            {},
            {"auditor": True},
            {"admin": True},
            {"county_staff": True, "is_active": False},
        ],
    )
    def test_nobody_but_a_colleague_can_be_named(self, stranger, clerk):
        with pytest.raises(Refusal) as refused:
            stand_ins.name_stand_in(by=clerk, deputy=make.UserFactory(**stranger), days=DAYS)

        assert refused.value.field == "deputy"

    @pytest.mark.parametrize("role", ["auditor", "log_auditor", "account_admin", "security_admin"])
    def test_accounts_for_audit_and_administration_have_none(self, role, client):
        one, other = make.UserFactory(role=role), make.UserFactory(role=role)

        with pytest.raises(Forbidden):
            stand_ins.name_stand_in(by=one, deputy=other, days=DAYS)
        client.force_login(one)
        assert client.get("/account/stand-ins/").status_code == 403

    @pytest.mark.parametrize(
        ("first", "last", "field"),
        [
            (date(2024, 1, 8), date(2024, 1, 5), "valid_to"),
            (date(2024, 1, 1), date(2024, 1, 4), "valid_to"),
            (date(2024, 1, 5), date(2025, 6, 1), "valid_to"),
        ],
    )
    def test_days_that_cannot_be_are_refused(self, first, last, field, clerk, colleague):
        with pytest.raises(Refusal) as refused:
            stand_ins.name_stand_in(by=clerk, deputy=colleague, days=(first, last))

        assert refused.value.field == field

    def test_two_do_not_stand_in_at_the_same_time(self, clerk, colleague):
        stand_in(clerk, colleague)

        with pytest.raises(Refusal):
            stand_ins.name_stand_in(by=clerk, deputy=colleague, days=(DAYS[1], date(2024, 1, 20)))

    def test_after_one_has_ended_another_can_be_named(self, clerk, colleague):
        stand_ins.end_stand_in(by=clerk, row=stand_in(clerk, colleague))

        assert stand_ins.name_stand_in(by=clerk, deputy=colleague, days=DAYS)


def test_two_accounts_are_colleagues_where_the_one_may_be_named_by_the_other():
    accounts = [
        make.UserFactory(**fields)
        for fields in (
            {"county_staff": True}, {"county_reviewer": True}, {"county_staff": True, "division": "371722"}, {}, {},
            {"unit": True}, {"unit": True}, {"unit": True, "organisation": "ORG-2"}, {"leader": True},
            {"role": "liaison"}, {"auditor": True}, {"auditor": True}, {"admin": True}, {"admin": True},
        )
    ]  # fmt: skip
    for one in accounts:
        named = set(stand_ins.colleagues(one))

        assert named == {other for other in accounts if other != one and stand_ins.are_colleagues(one, other)}


class TestWorking:
    @pytest.fixture
    def unit(self):
        return make.UserFactory(username="unit", unit=True, display_name="王五（示例）")

    @pytest.fixture
    def second(self):
        return make.UserFactory(username="second", unit=True, display_name="赵六（示例）")

    def test_the_stand_in_sees_what_the_person_sees_and_no_more(self, client, clerk, colleague):
        mine = make.ProjectFactory(code="T-OWN", division=make.DivisionFactory(caoxian=True))
        make.ProjectFactory(code="T-OTHER", division=make.DivisionFactory(code="371722"))
        row = stand_in(clerk, colleague)
        begin(client, row)
        worn = stand_ins.mask_of(row)

        assert set(visible_to(worn)) == set(visible_to(clerk)) == {mine}
        assert client.get("/projects/T-OWN/").status_code == 200
        assert client.get("/projects/T-OTHER/").status_code == 404

    def test_the_stand_in_has_the_person_s_rights_and_not_their_own_besides(self, clerk, colleague):
        worn = stand_ins.mask_of(stand_in(clerk, colleague))

        assert {act for act in Act if may(worn, act)} == {act for act in Act if may(clerk, act)}
        assert may(colleague, Act.REVIEW_RETURN)
        assert not may(worn, Act.REVIEW_RETURN)

    def test_what_is_done_is_recorded_as_the_stand_in_s_for_the_person(self, client, clerk, colleague):
        for year in (2023, 2024):
            make.CalendarYearFactory(year=year)
        project = make.ProjectFactory(code="T23-0001", division=make.DivisionFactory(caoxian=True))
        make.ListingFactory(project=project)
        make.ReportingPeriodFactory()
        begin(client, stand_in(clerk, colleague))

        client.post("/projects/T23-0001/returns/2023-12/", {"do": "submit", "version": "0", "invested": "100"})
        change = Change.objects.get(model="monthlyreturn")

        assert MonthlyReturn.objects.get(project=project).state == "submitted"
        assert (change.actor, change.actor_name) == ("review", "张三（示例）（代李四（示例））")

    def test_every_page_says_in_whose_name_one_works(self, client, clerk, colleague):
        begin(client, stand_in(clerk, colleague))

        assert "李四（示例）" in client.get("/projects/").content.decode()
        assert AccessEvent.objects.filter(kind="stand_in", account="review", subject="clerk").exists()

    def test_one_s_own_account_stays_one_s_own(self, client, clerk, colleague):
        begin(client, stand_in(clerk, colleague))
        client.post(
            "/account/password/",
            {
                "old_password": "correct horse battery",
                "new_password1": "staple-battery-4711",
                "new_password2": "staple-battery-4711",
            },
        )

        assert User.objects.get(pk=clerk.pk).check_password("correct horse battery")
        assert User.objects.get(pk=colleague.pk).check_password("staple-battery-4711")

    def test_a_mask_cannot_be_saved(self, clerk, colleague):
        worn = stand_ins.mask_of(stand_in(clerk, colleague))

        with pytest.raises(RuntimeError):
            worn.save()

    def test_a_stand_in_names_no_stand_in_for_the_person(self, client, clerk, colleague):
        begin(client, stand_in(clerk, colleague))
        client.post(
            "/account/stand-ins/",
            {"do": "name", "deputy": clerk.pk, "valid_from": "2024-01-05", "valid_to": "2024-01-09"},
        )

        assert set(StandIn.objects.values_list("person", flat=True)) == {clerk.pk, colleague.pk}

    def test_stopping_gives_the_own_work_back(self, client, unit, second):
        begin(client, stand_in(unit, second))
        client.post("/account/stand-in/", {"do": "stop"})

        assert client.get("/projects/").wsgi_request.user.username == "second"
        assert client.get("/projects/").wsgi_request.user.acted_by is None

    @pytest.mark.parametrize("ended", ["days", "early", "closed", "audit", "moved"])
    def test_with_its_end_a_session_falls_back_to_its_own_account(self, ended, client, clerk, colleague):
        row = stand_in(clerk, colleague)
        begin(client, row)
        assert client.get("/projects/").wsgi_request.user.acted_by == colleague
        if ended == "early":
            stand_ins.end_stand_in(by=clerk, row=row)
        elif ended == "closed":
            User.objects.filter(pk=clerk.pk).update(is_active=False)
        elif ended == "audit":
            User.objects.filter(pk=colleague.pk).update(role="auditor")
        elif ended == "moved":
            User.objects.filter(pk=colleague.pk).update(division="371722")

        with clock.set_to(date(2024, 1, 9) if ended == "days" else TODAY):
            seen = client.get("/projects/").wsgi_request.user

        assert (seen.pk, seen.acted_by) == (colleague.pk, None)

    @pytest.mark.parametrize("who", ["the person", "a stranger", "before"])
    def test_nobody_else_puts_the_mask_on(self, who, client, clerk, colleague):
        row = stand_in(clerk, colleague)
        if who == "before":
            StandIn.objects.update(valid_from=date(2024, 1, 6))
        client.force_login({"the person": clerk, "a stranger": make.UserFactory(), "before": colleague}[who])

        assert client.post("/account/stand-in/", {"do": "begin", "stand_in": row.pk}).status_code == 404

    def test_nobody_ends_a_stand_in_of_others(self, client, clerk, colleague):
        row = stand_in(clerk, colleague)
        client.force_login(make.UserFactory())

        assert client.post("/account/stand-ins/", {"do": "end", "stand_in": row.pk}).status_code == 404
        assert StandIn.objects.get().ended_at is None
