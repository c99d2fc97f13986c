"""Months open and close by rule: what is due on a day, what is held and why, and whose rules they are."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden, Refusal, StaleForm
from projects.actions import months
from projects.actions.cycle import open_period
from projects.core.cycle import STANDARD, Anchor, CutOff
from projects.core.periods import Period
from projects.models import Change, ReportingPeriod, ReportingRule, ReturnState
from projects.queries.cycle import months as month_states
from projects.queries.cycle import rule_of
from projects.queries.workcalendar import load_calendar
from tests import factories as make

pytestmark = pytest.mark.django_db
SYSTEM = User.system()


@pytest.fixture
def lists(db, calendars):
    """A tracked list of 2023 and one of 2024; November 2023 is locked, December open."""
    make.ReportingPeriodFactory(period="2023-11", locked=True)
    make.ReportingPeriodFactory(period="2023-12")
    make.ProgrammeFactory(code="P2023", year=2023, is_tracked=True)
    return make.ProgrammeFactory(code="P2024", year=2024, is_tracked=True)


def own_rule(begins=date(2024, 2, 1), **changes):
    return replace(STANDARD, name="本办规定", effective_from=begins, **changes)


def in_force_since(begins, **changes):
    make.ReportingRuleFactory(effective_from=begins, definition=own_rule(begins, **changes).to_json())


def adopt(office, **changes):
    return months.adopt_rules(by=office, rule=own_rule(**changes), version=months.editions_so_far(), reason="新办法")


class TestOpening:
    def test_a_month_opens_on_its_first_day_by_the_standard_rule(self, lists):
        assert months.turn_months(by=SYSTEM, on=date(2024, 1, 1)).opened == ("2024-01",)
        row = ReportingPeriod.objects.get(period="2024-01")

        assert (row.opens_on, row.due_on, row.rule) == (date(2024, 1, 1), date(2024, 2, 7), "local-default/1 workday:5")

    def test_running_it_again_changes_nothing(self, lists):
        months.turn_months(by=SYSTEM, on=date(2024, 1, 1))
        before = Change.objects.count()

        again = months.turn_months(by=SYSTEM, on=date(2024, 1, 1))

        assert (again.opened, again.locked, again.held) == ((), (), {})
        assert Change.objects.count() == before

    def test_months_that_were_missed_are_caught_up(self, lists):
        assert months.turn_months(by=SYSTEM, on=date(2024, 3, 5)).opened == ("2024-01", "2024-02", "2024-03")

    def test_a_dry_run_says_it_and_does_nothing(self, lists):
        assert months.turn_months(by=SYSTEM, on=date(2024, 1, 1), dry_run=True).opened == ("2024-01",)
        assert not ReportingPeriod.objects.filter(period="2024-01").exists()

    def test_a_month_whose_calendar_year_is_missing_is_not_opened_and_says_so(self, lists):
        turned = months.turn_months(by=SYSTEM, on=date(2024, 12, 20))

        assert turned.opened[-1] == "2024-11"
        assert "2025" in turned.held["2024-12"]

    def test_a_year_without_a_list_is_not_opened(self, lists):
        lists.delete()

        turned = months.turn_months(by=SYSTEM, on=date(2024, 1, 1))

        assert (turned.opened, list(turned.held)) == ((), ["2024-01"])

    def test_an_office_that_never_reported_begins_with_the_present_month(self, calendars):
        make.ProgrammeFactory(code="P2024", year=2024, is_tracked=True)

        assert months.turn_months(by=SYSTEM, on=date(2024, 5, 20)).opened == ("2024-05",)

    def test_january_waits_for_february_where_they_are_one_period(self, lists, office):
        ReportingPeriod.objects.filter(period="2023-12").update(period="2023-10")
        ReportingPeriod.objects.filter(period="2023-11").update(period="2023-12")
        in_force_since(date(2024, 1, 1), merge_jan_feb=True)

        assert months.turn_months(by=SYSTEM, on=date(2024, 1, 31)).opened == ()
        assert months.turn_months(by=SYSTEM, on=date(2024, 2, 1)).opened == ("2024-02",)

    def test_the_command_prints_what_it_did(self, lists, capsys):
        call_command("turn_months", "--on", "2024-01-01")

        assert json.loads(capsys.readouterr().out) == {
            "on": "2024-01-01",
            "opened": ["2024-01"],
            "locked": [],
            "held": {},
        }

    def test_one_month_is_opened_by_name(self, lists, capsys):
        call_command("open_period", "2024-01")

        assert json.loads(capsys.readouterr().out)["due_on"] == "2024-02-07"


class TestLocking:
    @pytest.fixture(autouse=True)
    def _locked_by_rule(self, lists):
        in_force_since(date(2023, 1, 1), lock_after=2)

    def lock(self, on):
        with clock.set_to(on):
            return months.turn_months(by=SYSTEM, on=on)

    def test_a_month_is_locked_so_many_working_days_after_its_deadline(self):
        assert self.lock(date(2024, 1, 9)).locked == ()
        assert self.lock(date(2024, 1, 10)).locked == ("2023-12",)

    def test_it_is_held_while_somebody_has_to_decide_on_a_return(self, project_of_december):
        project_of_december(ReturnState.SUBMITTED)

        turned = self.lock(date(2024, 1, 10))

        assert (turned.locked, list(turned.held)) == ((), ["2023-12"])
        assert ReportingPeriod.objects.get(period="2023-12").state == "open"

    def test_a_return_that_was_never_handed_in_holds_nothing_up(self, project_of_december):
        project_of_december(ReturnState.DRAFT)

        assert self.lock(date(2024, 1, 10)).locked == ("2023-12",)

    @pytest.fixture
    def project_of_december(self):
        def made(state):
            project = make.ProjectFactory()
            make.ListingFactory(project=project)
            make.MonthlyReturnFactory(project=project, period="2023-12", state=state)

        return made

    def test_the_page_s_lock_refuses_a_month_that_changed_meanwhile(self, office):
        with clock.set_to(date(2024, 1, 10)), pytest.raises(StaleForm):
            months.lock_month(by=office, period=Period(2023, 12), version=77)


class TestRules:
    def test_the_office_s_rules_govern_from_their_month_on(self, lists, office):
        adopt(office, cut_off=CutOff(Anchor.DAY, 28, 0))

        assert rule_of(Period(2024, 1)) == STANDARD
        assert rule_of(Period(2024, 2)).cut_off.number == 28

    def test_adopting_is_in_the_change_log_with_its_reason(self, lists, office):
        adopt(office, lock_after=3)
        change = Change.objects.get(model="reportingrule")

        assert (change.act, change.key, change.reason) == ("adopt", "office/1", "新办法")
        assert json.loads(change.changes)["lock_after"] == [None, 3]

    def test_a_month_that_is_open_keeps_its_days(self, lists, office):
        with pytest.raises(Refusal) as refused:
            months.adopt_rules(by=office, rule=own_rule(date(2023, 12, 1)), version=0)

        assert refused.value.field == "effective_from"

    def test_another_version_for_the_same_month_replaces_the_first(self, lists, office):
        adopt(office, lock_after=3)
        adopt(office, lock_after=5)

        assert [row.edition for row in ReportingRule.objects.known()] == [2]
        assert ReportingRule.objects.count() == 2

    def test_the_same_rules_again_write_nothing(self, lists, office):
        adopt(office, lock_after=3)

        assert adopt(office, lock_after=3) is None
        assert Change.objects.filter(model="reportingrule").count() == 1

    def test_a_form_drawn_before_somebody_else_s_change_is_stale(self, lists, office):
        adopt(office, lock_after=3)

        with pytest.raises(StaleForm):
            months.adopt_rules(by=office, rule=own_rule(lock_after=4), version=0)

    def test_nobody_else_adopts_rules_or_turns_months(self, lists, caoxian):
        with pytest.raises(Forbidden):
            months.adopt_rules(by=caoxian, rule=own_rule(), version=0)
        with pytest.raises(Forbidden):
            months.turn_months(by=caoxian, on=date(2024, 1, 1))


class TestCounts:
    def test_a_month_says_how_many_of_its_returns_came_how_far(self, lists):
        for state in (None, ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.ACCEPTED):
            project = make.ProjectFactory()
            make.ListingFactory(project=project)
            if state:
                make.MonthlyReturnFactory(project=project, period="2023-12", state=state)

        december = next(one for one in month_states(load_calendar()) if one.row.period == "2023-12")

        assert (december.expected, december.missing, december.handed_in, december.waiting, december.accepted) == (
            4,
            2,
            2,
            1,
            1,
        )

    def test_a_locked_month_has_no_day_to_be_locked_on(self, lists):
        assert [one.locks_on for one in month_states(load_calendar())] == [None, None]


def test_opening_by_hand_keeps_to_the_office_s_rules(lists, office):
    adopt(office, cut_off=CutOff(Anchor.DAY, 28, 0), opens_day=20)

    row = open_period(by=office, period=Period(2024, 2))

    assert (row.opens_on, row.due_on, row.rule) == (date(2024, 2, 20), date(2024, 2, 28), "office/1 day:28+0:none")
