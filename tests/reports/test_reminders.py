"""Reminders of returns: who is told when and of what, once a day, never on rest days, and nobody who owes nothing."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from portfolio import clock
from portfolio.models import JobRun, User
from portfolio.refusals import Forbidden, Refusal
from projects.core.periods import Period
from projects.models import CalendarDay, ReportingPeriod
from reports import tasks
from reports.actions.reminders import remind_now, send_reminders
from reports.models import OutboxMessage
from reports.queries.duties import duties_of
from reports.queries.list_lines import ground
from reports.queries.owing import open_months, owing
from tests import factories as make

pytestmark = pytest.mark.django_db
SYSTEM = User.system()
FIRST, SECOND, LIST = date(2024, 1, 4), date(2024, 1, 9), date(2024, 1, 10)


@pytest.fixture(autouse=True)
def december():
    """December 2023 is open, due on Monday 2024-01-08; three projects of 曹县, one of them of the firm ORG-1."""
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.CalendarDayFactory()
    make.ReportingPeriodFactory(period="2023-12")
    county = make.DivisionFactory(caoxian=True)
    firm = make.OrganisationFactory(code="ORG-1", name="甲公司（示例）")
    other = make.OrganisationFactory(code="ORG-2", name="乙公司（示例）")
    for code, owner in (("A1", firm), ("A2", other), ("A3", other)):
        project = make.ProjectFactory(code=code, name=f"项目{code}（示例）", division=county, owner=owner)
        make.ListingFactory(project=project)


@pytest.fixture
def people():
    """A unit, 曹县's clerk and reviewer, another county's clerk."""
    return {
        "unit": make.UserFactory(username="unit", unit=True, email="unit@demo.invalid"),
        "clerk": make.UserFactory(username="clerk", county_staff=True, email="clerk@demo.invalid"),
        "review": make.UserFactory(username="review", county_reviewer=True, email="review@demo.invalid"),
        "other": make.UserFactory(
            username="other", county_staff=True, division="371722", email="other@demo.invalid", language="en"
        ),
    }


def state(code, name):
    words = "请核对单位" if name == "returned" else ""
    project = make.ProjectFactory._meta.model.objects.get(code=code)
    make.MonthlyReturnFactory(project=project, period="2023-12", state=name, returned_words=words)


def send(on, **options):
    with clock.set_to(on):
        return send_reminders(by=SYSTEM, on=on, **options)


def told():
    return {row.to_address.partition("@")[0] for row in OutboxMessage.objects.all()}


class TestWhen:
    @pytest.mark.parametrize(
        ("on", "stage"),
        [
            (date(2024, 1, 3), None),
            (FIRST, "first"),
            (date(2024, 1, 5), None),
            (date(2024, 1, 8), None),
            (SECOND, "second"),
            (LIST, "county_list"),
            (date(2024, 1, 11), None),
        ],
    )
    def test_two_reminders_and_then_the_list(self, on, stage, people):
        assert send(on).stages == ({"2023-12": stage} if stage else {})
        assert bool(told()) is (stage is not None)

    def test_nothing_on_a_rest_day(self, people):
        ReportingPeriod.objects.update(due_on=date(2024, 1, 9))
        done = send(date(2024, 1, 6))

        assert (str(done.occasion), told()) == ("rest_day", set())

    def test_nothing_on_a_quiet_day(self, people):
        CalendarDay.objects.create(day=FIRST, is_workday=True, quiet=True)

        assert (str(send(FIRST).occasion), told()) == ("quiet_day", set())

    def test_a_year_without_a_calendar_is_refused(self, people):
        with pytest.raises(Refusal, match="2025"):
            send(date(2025, 1, 6))

    def test_a_locked_month_reminds_nobody(self, people):
        ReportingPeriod.objects.all().delete()
        make.ReportingPeriodFactory(period="2023-12", locked=True)

        assert send(FIRST).stages == {}


class TestWhom:
    def test_whoever_owes_a_return_is_told_and_nobody_else(self, people):
        send(FIRST)

        assert told() == {"unit", "clerk", "review"}

    def test_who_has_reported_is_left_in_peace(self, people):
        state("A1", "submitted")
        send(FIRST)

        assert told() == {"clerk", "review"}

    def test_a_reviewer_is_told_of_what_waits_for_review(self, people):
        for code in ("A1", "A2", "A3"):
            state(code, "submitted")
        send(FIRST)

        assert told() == {"review"}
        assert "3份月报待您审核" in OutboxMessage.objects.get().text

    def test_the_list_goes_to_the_county_alone(self, people):
        send(LIST)

        assert told() == {"clerk", "review"}

    def test_one_mail_for_each_person_and_day_however_often_it_runs(self, people):
        first, again = send(FIRST), send(FIRST)

        assert (first.queued, again.queued) == (3, 0)
        assert OutboxMessage.objects.count() == 3

    def test_two_months_are_one_mail(self, people):
        make.ReportingPeriodFactory(period="2023-11", due_on=date(2024, 1, 8))
        send(FIRST)

        mail = OutboxMessage.objects.get(to_address="unit@demo.invalid")
        assert "2023年11月" in mail.text
        assert "2023年12月" in mail.text

    def test_without_an_address_it_is_withheld_and_says_why(self):
        make.UserFactory(username="unit", unit=True)
        done = send(FIRST)

        assert (done.queued, done.withheld) == (0, 1)
        assert OutboxMessage.objects.get().withheld_reason

    def test_firms_of_which_nobody_can_be_told_are_named(self):
        make.UserFactory(username="unit", unit=True, email="unit@demo.invalid")

        assert send(FIRST).unreached == {"2023-12": ["乙公司（示例）"]}

    def test_the_stand_in_gets_a_copy(self, people):
        make.StandInFactory(person=people["clerk"], deputy=people["review"])
        send(FIRST)

        copies = OutboxMessage.objects.get(to_address="clerk@demo.invalid").copies
        assert [address for _name, address in copies] == ["review@demo.invalid"]

    def test_what_a_person_is_told_is_what_the_desk_says(self, people):
        state("A1", "submitted")
        state("A2", "returned")
        with clock.set_to(FIRST):
            base = ground(FIRST)
            owed = {one.user.username: one.months["2023-12"] for one in owing(open_months(FIRST))}
            for name, user in people.items():
                duties = duties_of(user, base)
                mine = owed.get(name)
                assert (len(mine.missing) if mine else 0) == duties.missing
                assert (mine.to_review if mine else 0) == sum(duties.to_review.values())


class TestWords:
    def mail(self, on, name):
        send(on)
        return OutboxMessage.objects.get(to_address=f"{name}@demo.invalid", business_date=on)

    @pytest.mark.parametrize(
        ("on", "which", "deadline"),
        [
            (FIRST, "第一次提醒", "1月8日截止，还有2个工作日"),
            (SECOND, "第二次提醒", "1月8日截止，已逾期1个工作日"),
            (LIST, "未报清单", "1月8日截止，已逾期2个工作日"),
        ],
    )
    def test_subject_and_body_say_which_reminder_it_is_and_by_when(self, on, which, deadline, people):
        mail = self.mail(on, "clerk")

        assert f"{which}】2023年12月" in mail.subject
        assert deadline in mail.subject
        for form in (mail.text, mail.html):
            assert which in form
            assert deadline in form

    def test_every_project_that_is_owed_is_named_with_its_firm(self, people):
        text = self.mail(FIRST, "clerk").text

        assert all(f"项目{code}（示例）" in text for code in ("A1", "A2", "A3"))
        assert "甲公司（示例）" in text

    def test_a_unit_s_projects_stand_under_their_month_without_repeating_it(self, people):
        send(FIRST)
        items = (
            OutboxMessage.objects.get(to_address__startswith="unit@").text.partition("\n1. [")[2].partition("---")[0]
        )

        assert items and "2023年12月" not in items

    def test_a_unit_is_told_of_its_own_alone(self, people):
        mail = self.mail(FIRST, "unit")

        assert "项目A1（示例）" in mail.text
        assert "项目A2" not in mail.text + mail.html

    def test_it_comes_in_the_reader_s_language(self, people):
        User.objects.filter(username="clerk").update(language="en")
        mail = self.mail(FIRST, "clerk")

        news = "3 of 3 not handed in, due by 8 Jan, 2 working days left"
        assert mail.subject == f"[Key-project returns, First reminder] December 2023: {news}"

    def test_invented_projects_are_marked(self, people):
        assert "（示例）" in self.mail(FIRST, "clerk").text.splitlines()[3]


class TestByHand:
    def now(self, on=date(2024, 1, 5), by=SYSTEM):
        with clock.set_to(on):
            return remind_now(by=by, period=Period(2023, 12), on=on)

    def test_the_office_reminds_everybody_with_one_click(self, client, people):
        client.force_login(make.UserFactory())
        with clock.set_to(date(2024, 1, 5)):
            response = client.post("/periods/2023-12/", {"do": "remind"}, follow=True)

        assert "3" in str(next(iter(response.context["messages"])))
        assert told() == {"unit", "clerk", "review"}

    def test_the_same_day_nobody_is_reminded_twice(self, people):
        self.now()

        with pytest.raises(Refusal):
            self.now()
        assert OutboxMessage.objects.count() == 3

    def test_who_was_reminded_by_rule_is_not_reminded_by_hand_that_day(self, people):
        send(FIRST)

        with pytest.raises(Refusal):
            self.now(FIRST)

    @pytest.mark.parametrize("on", [date(2024, 1, 6), date(2024, 1, 7)])
    def test_not_on_a_rest_day(self, on, people):
        with pytest.raises(Refusal):
            self.now(on)

    def test_a_county_cannot(self, people):
        with pytest.raises(Forbidden):
            self.now(by=people["clerk"])


class TestJobs:
    def test_the_command_prints_what_it_did(self, people, capsys):
        with clock.set_to(FIRST):
            call_command("send_reminders", "--on", "2024-01-04")
        said = json.loads(capsys.readouterr().out)

        assert (said["stages"], said["queued"], said["withheld"]) == ({"2023-12": "first"}, 3, 0)

    def test_a_dry_run_makes_the_mails_and_writes_nothing(self, people):
        assert send(FIRST, dry_run=True).queued == 3
        assert not OutboxMessage.objects.exists()

    def test_the_scheduled_job_takes_its_slot_once(self, people):
        with clock.set_to(FIRST):
            tasks.send_reminders("2024-01-04")
            tasks.send_reminders("2024-01-04")

        assert OutboxMessage.objects.count() == 3
        assert JobRun.objects.get(job="send_reminders").result["queued"] == 3
