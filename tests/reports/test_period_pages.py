"""The months' pages as the office uses them: open, look who is missing, lock knowingly, set rules, see restatements."""

from datetime import date

import pytest
from django.urls import reverse

from portfolio import clock
from projects.actions.returns import ReturnEntry, ReturnFigures, correct_after_lock
from projects.core.cycle import Stage
from projects.core.periods import Period
from projects.models import Change, LockedFigure, ReportingPeriod, ReportingRule
from projects.queries.cycle import rule_of
from projects.queries.restated import restatements
from projects.queries.workcalendar import load_calendar
from reports.queries.duties import duties_of
from reports.queries.list_lines import ground
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 9)
RESTATED = ReturnFigures(invested=8_000_000)
RULES = {
    "effective_from": "2024-02-01", "source": "菏重办〔2024〕1号", "opens_day": "1", "lock_after": "3",
    "cut_when": "same", "cut_number": "28", "cut_shift": "previous_workday", "december_when": "same",
    "december_number": "25", "early_when": "usual", "remind_before": "2", "remind_after": "1", "list_after": "2",
}  # fmt: skip


@pytest.fixture(autouse=True)
def december():
    """December 2023 is open: one return accepted, one submitted, one missing."""
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.CalendarDayFactory()
    make.ReportingPeriodFactory(period="2023-12")
    firm = make.OrganisationFactory(code="ORG-1", name="甲公司（示例）")
    county = make.DivisionFactory(caoxian=True)
    for code, state in (("A1", "accepted"), ("A2", "submitted"), ("A3", None)):
        project = make.ProjectFactory(code=code, name=f"项目{code}（示例）", division=county, owner=firm)
        make.ListingFactory(project=project)
        if state:
            entry = make.MonthlyReturnFactory(project=project, period="2023-12", state=state)
            make.ReturnVersionFactory(
                project=project, monthly_return=entry, known_from=0 if state == "accepted" else None, invested=9_000_000
            )
    with clock.set_to(DAY):
        yield


@pytest.fixture
def office(client):
    user = make.UserFactory(username="office", display_name="市重点项目办（示例）")
    client.force_login(user)
    return user


def body(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestMonth:
    def test_the_list_of_months_counts_what_came_how_far(self, client, office):
        month = next(one for one in client.get("/periods/").context["months"])

        assert (month.expected, month.handed_in, month.waiting, month.accepted, month.missing) == (3, 2, 1, 1, 1)

    def test_who_has_not_reported_is_named_by_unit_and_firm(self, client, office):
        html = body(client, "/periods/2023-12/")

        assert "曹县" in html
        assert "甲公司（示例）" in html
        assert "项目A3（示例）" in html
        assert "项目A1（示例）" not in html

    def test_before_the_lock_the_page_says_what_would_not_count(self, client, office):
        html = body(client, "/periods/2023-12/")

        assert "1份待审核，锁定后不计入" in html
        assert "1份未报送" in html

    def test_a_lock_wants_to_be_confirmed(self, client, office):
        client.post("/periods/2023-12/", {"do": "lock", "version": "1"})

        assert ReportingPeriod.objects.get().state == "open"

    def test_the_office_locks_the_month(self, client, office):
        client.post("/periods/2023-12/", {"do": "lock", "version": "1", "sure": "1"})

        assert ReportingPeriod.objects.get().state == "locked"
        assert LockedFigure.objects.count() == 3

    def test_a_page_drawn_before_a_change_locks_nothing(self, client, office):
        client.post("/periods/2023-12/", {"do": "lock", "version": "77", "sure": "1"})

        assert ReportingPeriod.objects.get().state == "open"

    def test_a_month_that_should_be_open_is_opened_with_one_click(self, client, office):
        make.ProgrammeFactory(code="P2024", year=2024, is_tracked=True)
        assert "2024年1月" in body(client, "/periods/")

        client.post("/periods/", {"period": "2024-01"})

        assert ReportingPeriod.objects.get(period="2024-01").state == "open"

    def test_a_month_whose_calendar_is_missing_says_so(self, client, office):
        make.ProgrammeFactory(code="P2024", year=2024, is_tracked=True)
        ReportingPeriod.objects.update(period="2024-11")
        with clock.set_to(date(2024, 12, 2)):
            html = body(client, "/periods/")

        assert "2024年12月无法开放" in html
        assert "2025" in html

    @pytest.mark.parametrize("period", ["2022-01", "2023-13", "abc"])
    def test_a_month_that_is_not_there_is_not_found(self, period, client, office):
        assert client.get(f"/periods/{period}/").status_code == 404


class TestRules:
    @pytest.mark.parametrize("page", ["periods", "period_rules"])
    def test_the_rules_are_called_as_the_reader_calls_them(self, page, client, office):
        client.force_login(office)
        client.cookies["django_language"] = "en"

        assert "Local default v1" in client.get(reverse(page)).content.decode()

    def test_rules_can_be_worked_out_before_they_are_adopted(self, client, office):
        response = client.post("/periods/rules/", {"do": "show", "version": "0", **RULES})

        days = {str(period): days.due_on for period, days, _why in response.context["days"] if days}
        assert days["2024-03"] == date(2024, 3, 28)
        assert not ReportingRule.objects.exists()

    def test_adopting_them_governs_the_months_to_come(self, client, office):
        client.post("/periods/rules/", {"do": "adopt", "version": "0", **RULES})
        rule = rule_of(Period(2024, 2))

        assert (rule.cut_off.key, rule.december.number, rule.lock_after) == ("day:28+0:previous_workday", 25, 3)

    def test_what_was_adopted_is_drawn_into_the_form(self, client, office):
        client.post("/periods/rules/", {"do": "adopt", "version": "0", **RULES})
        with clock.set_to(date(2024, 2, 5)):
            form = client.get("/periods/rules/").context["form"]

        assert {name: str(form[name].value()) for name in RULES if name not in ("effective_from", "source")} == {
            name: value for name, value in RULES.items() if name not in ("effective_from", "source")
        }

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"cut_when": "workday", "cut_number": "20"}, "cut_number"),
            ({"december_number": ""}, "december_number"),
            ({"early_when": "workday", "early_number": "16"}, "early_number"),
            ({"remind_before": "0"}, "remind_before"),
            ({"list_after": "1"}, "list_after"),
            ({"opens_day": "29"}, "opens_day"),
        ],
    )
    def test_rules_that_cannot_be_are_refused_at_their_field(self, changes, field, client, office):
        response = client.post("/periods/rules/", {"do": "adopt", "version": "0", **RULES, **changes})

        assert field in response.context["form"].errors
        assert not ReportingRule.objects.exists()

    def test_january_and_february_can_be_one_period(self, client, office):
        client.post("/periods/rules/", {"do": "adopt", "version": "0", **RULES, "early_when": "merged"})

        assert rule_of(Period(2025, 1)).merge_jan_feb

    def test_a_form_that_somebody_overtook_is_refused(self, client, office):
        client.post("/periods/rules/", {"do": "adopt", "version": "0", **RULES})
        response = client.post("/periods/rules/", {"do": "adopt", "version": "0", **RULES, "lock_after": "5"})

        assert response.context["form"].errors
        assert ReportingRule.objects.count() == 1


class TestRestatements:
    @pytest.fixture
    def corrected(self, client, office):
        client.post("/periods/2023-12/", {"do": "lock", "version": "1", "sure": "1"})
        entry = ReturnEntry(
            project="A1", period="2023-12", figures=ReturnFigures(invested=8_000_000), reason="审计更正"
        )
        correct_after_lock(by=office, entries=[entry])

    def test_a_correction_shows_on_the_month_with_both_figures_and_its_reason(self, client, corrected):
        html = body(client, "/periods/2023-12/")

        assert "审计更正" in html
        assert "900.00" in html
        assert "800.00" in html

    def test_a_correction_is_told_with_who_and_when(self, corrected):
        (one,) = restatements(Period(2023, 12))

        assert (one.code, one.before, one.after, one.difference) == ("A1", 9_000_000, 8_000_000, -1_000_000)
        assert (one.by, one.at, one.reason) == ("市重点项目办（示例）", "2024-01-09", "审计更正")

    def test_it_shows_in_every_later_report_of_the_year_in_which_it_was_made(self, corrected):
        assert [one.period for one in restatements(Period(2024, 1))] == ["2023-12"]
        assert restatements(Period(2025, 1)) == []

    def test_a_report_as_known_before_it_does_not_have_it(self, corrected):
        locked = ReportingPeriod.objects.get().locked_position

        assert restatements(Period(2023, 12), locked) == []

    def test_what_is_put_right_before_the_lock_went_into_it_and_is_no_restatement(self, client, office):
        entry = ReturnEntry(project="A1", period="2023-12", figures=RESTATED, reason="误将元按万元填报")
        correct_after_lock(by=office, entries=[entry])
        client.post("/periods/2023-12/", {"do": "lock", "version": "1", "sure": "1"})

        assert LockedFigure.objects.get(project__code="A1").completed == 8_000_000
        assert restatements(Period(2023, 12)) == []

    def test_an_earlier_month_s_report_does_not_have_it(self, corrected):
        assert restatements(Period(2023, 11)) == []


def test_the_months_are_the_office_s_alone(client):
    client.force_login(make.UserFactory(county_staff=True))

    assert {client.get(reverse(name)).status_code for name in ("periods", "period_rules")} == {403}


class TestDeadline:
    SENT = {"do": "move", "version": "1", "due_on": "2024-01-15", "reason": "春运调度会占用填报时间（示例）"}

    def test_an_open_month_gets_another_deadline_with_an_entry_of_the_change_log(self, client, office):
        client.post("/periods/2023-12/", self.SENT)

        assert ReportingPeriod.objects.get(period="2023-12").due_on == date(2024, 1, 15)
        change = Change.objects.get(model="reportingperiod", act="update")
        assert (change.actor, change.reason) == ("office", self.SENT["reason"])
        assert '"due_on":["2024-01-08","2024-01-15"]' in change.changes

    def test_the_page_tells_who_moved_it_and_why(self, client, office):
        html = client.post("/periods/2023-12/", self.SENT, follow=True).content.decode()

        assert self.SENT["reason"] in html
        assert "2024-01-08 → <strong>2024-01-15</strong> · 市重点项目办（示例）" in html

    def test_reminders_and_duties_follow_it(self, client, office):
        clerk = make.UserFactory(username="caoxian", county_staff=True)
        client.post("/periods/2023-12/", self.SENT)

        rule, calendar = rule_of(Period(2023, 12)), load_calendar()
        row = ReportingPeriod.objects.get(period="2023-12")
        assert rule.stage(row.due_on, date(2024, 1, 9), calendar) is None
        assert rule.stage(row.due_on, date(2024, 1, 11), calendar) is Stage.FIRST
        owed = duties_of(clerk, ground(DAY)).months
        assert [(one.due_on, one.is_late) for one in owed] == [(date(2024, 1, 15), False)]

    @pytest.mark.parametrize(
        ("field", "change"),
        [
            ("due_on", {"due_on": "2024-01-08"}),
            ("due_on", {"due_on": "2024-01-05"}),
            ("due_on", {"due_on": "2024-01-13"}),
            ("due_on", {"due_on": "2026-01-13"}),
            ("due_on", {"due_on": ""}),
            ("reason", {"reason": " "}),
        ],
    )
    def test_what_cannot_be_a_deadline_is_said_at_its_field(self, field, change, client, office):
        response = client.post("/periods/2023-12/", self.SENT | change)

        assert response.context["form"].errors[field]
        assert not Change.objects.exists()

    def test_a_stale_page_moves_nothing(self, client, office):
        client.post("/periods/2023-12/", self.SENT)
        response = client.post("/periods/2023-12/", self.SENT | {"due_on": "2024-01-16"})

        assert response.context["form"].both_values
        assert ReportingPeriod.objects.get(period="2023-12").due_on == date(2024, 1, 15)

    def test_after_the_lock_it_stays(self, client, office):
        client.post("/periods/2023-12/", {"do": "lock", "version": "1", "sure": "1"})
        client.post("/periods/2023-12/", self.SENT | {"version": "2"})

        assert ReportingPeriod.objects.get(period="2023-12").due_on == date(2024, 1, 8)

    def test_the_locker_is_named_as_a_person(self, client, office):
        client.post("/periods/2023-12/", {"do": "lock", "version": "1", "sure": "1"})

        assert "由市重点项目办（示例）锁定" in body(client, "/periods/2023-12/")
