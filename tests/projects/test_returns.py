"""A month's return on its way from the clerk to the city, and what is refused on it."""

import json
from datetime import date

import pytest
from django.utils import translation

from portfolio import clock
from portfolio.models import User
from portfolio.refusals import Forbidden, NeedsReason, OutOfScope, Refusal, StaleForm
from projects.actions.returns import (
    ReturnEntry,
    ReturnFigures,
    accept_returns,
    correct_after_lock,
    give_back,
    review_returns,
    save_draft,
    submit_return,
    submit_returns,
)
from projects.core.periods import Period
from projects.models import Change, MonthlyReturn, ReportingPeriod, ReturnVersion
from projects.queries.figures import figures, totals
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january")]
DECEMBER = "2023-12"
KEY = ("T23-0001", DECEMBER)


def entry(invested=10_000_000, reason="", **more):
    return ReturnEntry(
        project="T23-0001", period=DECEMBER, figures=ReturnFigures(invested=invested, **more), reason=reason
    )


def completed(project, position=None):
    return figures(Period(2023, 12), position, [project.pk])[project.pk].completed


@pytest.fixture
def accepted(project, caoxian, reviewer, office):
    submit_returns(by=caoxian, entries=[entry()])
    review_returns(by=reviewer, keys=[KEY])
    accept_returns(by=office, keys=[KEY])
    return project


def test_a_return_counts_from_its_acceptance_on_and_not_before(project, caoxian, reviewer, office):
    seen = []
    submit_returns(by=caoxian, entries=[entry()])
    seen.append(completed(project))
    review_returns(by=reviewer, keys=[KEY])
    seen.append(completed(project))
    accept_returns(by=office, keys=[KEY])
    seen.append(completed(project))

    assert seen == [9_000_000, 9_000_000, 10_000_000]


def test_each_step_is_a_row_of_the_change_log(accepted):
    rows = Change.objects.filter(model="monthlyreturn").order_by("seq")

    assert [(row.act, row.actor) for row in rows] == [
        ("submit", "caoxian"),
        ("review", "caoxian.review"),
        ("accept", "office"),
    ]
    assert json.loads(rows[0].changes)["invested"] == [None, 10_000_000]
    assert {row.key for row in rows} == {"T23-0001/2023-12"}


def test_what_was_known_before_the_acceptance_stays_known(accepted):
    position = Change.objects.get(act="review").seq

    assert completed(accepted, position) == 9_000_000


def test_a_return_that_comes_back_with_words_is_submitted_again(project, caoxian, reviewer):
    submit_returns(by=caoxian, entries=[entry()])
    give_back(by=reviewer, keys=[KEY], words="形象进度没有写")
    assert MonthlyReturn.objects.get(period=DECEMBER).returned_words == "形象进度没有写"
    submit_returns(by=caoxian, entries=[entry(physical_text="主体完成八成")])

    assert list(ReturnVersion.objects.filter(period=DECEMBER).values_list("number", flat=True)) == [1, 2]


def test_returning_wants_words(project, caoxian, reviewer):
    submit_returns(by=caoxian, entries=[entry()])

    with pytest.raises(Refusal) as refused:
        give_back(by=reviewer, keys=[KEY], words="  ")
    assert refused.value.field == "words"


def test_the_county_cannot_return_what_it_has_passed_on(project, caoxian, reviewer):
    submit_returns(by=caoxian, entries=[entry()])
    review_returns(by=reviewer, keys=[KEY])

    with pytest.raises(Refusal):
        give_back(by=reviewer, keys=[KEY], words="再看看")


def test_acceptance_needs_the_review(project, caoxian, office):
    submit_returns(by=caoxian, entries=[entry()])

    with pytest.raises(Refusal):
        accept_returns(by=office, keys=[KEY])


@pytest.mark.parametrize("role", ["leader", "auditor", "admin"])
def test_roles_that_only_read_may_not_submit(project, role):
    with pytest.raises((Forbidden, Refusal)):
        submit_returns(by=make.UserFactory(**{role: True}), entries=[entry()])
    assert not MonthlyReturn.objects.filter(period=DECEMBER).exists()


def test_another_county_s_project_is_not_there(project):
    make.DivisionFactory(shanxian=True)
    other = make.UserFactory(county_staff=True, division="371722")

    with pytest.raises(OutOfScope):
        submit_return(by=other, project=project, version=0, entry=entry())
    with pytest.raises(Refusal):
        submit_returns(by=other, entries=[entry()])


def test_a_locked_month_refuses_figures(project, caoxian):
    ReportingPeriod.objects.filter(period=DECEMBER).delete()
    make.ReportingPeriodFactory(locked=True)

    with pytest.raises(Refusal, match="2023-12"):
        submit_returns(by=caoxian, entries=[entry()])
    with pytest.raises(Refusal):
        save_draft(by=caoxian, project=project, period=DECEMBER, version=1, values={"invested": "1"})


@pytest.mark.parametrize("period", ["2024-02", "2023-13", "2022-05", "December"])
def test_a_month_that_has_not_begun_or_is_none_is_refused(project, caoxian, period):
    wanted = ReturnEntry(project="T23-0001", period=period, figures=ReturnFigures(invested=1))

    with pytest.raises(Refusal) as refused:
        submit_returns(by=caoxian, entries=[wanted])
    assert refused.value.field == "period"


@pytest.mark.parametrize(
    "invested",
    [
        pytest.param(9_000_000 + 10_000_000, id="tenfold the usual month"),
        pytest.param(9_000_000 + 10_000_000_000, id="ten thousand times the usual month"),
        pytest.param(8_999_999, id="less than the month before"),
    ],
)
def test_an_unlikely_figure_wants_a_reason_and_passes_with_one(project, caoxian, invested):
    with pytest.raises(NeedsReason) as asked:
        submit_returns(by=caoxian, entries=[entry(invested)])
    assert asked.value.field == "invested"
    assert not ReturnVersion.objects.filter(period=DECEMBER).exists()

    submit_returns(by=caoxian, entries=[entry(invested, reason="设备集中到货")])

    assert ReturnVersion.objects.get(period=DECEMBER).reason == "设备集中到货"


@pytest.mark.parametrize(("field", "value"), [("invested", -1), ("funds_paid", -1), ("physical_percent", 101)])
def test_an_impossible_figure_is_refused_at_its_field(project, caoxian, field, value):
    with pytest.raises(Refusal) as refused:
        submit_returns(by=caoxian, entries=[entry(**{field: value})])
    assert refused.value.field == field


def test_one_bad_return_keeps_the_whole_batch_out(project, caoxian):
    bad = ReturnEntry(project="T23-0001", period="2023-11", figures=ReturnFigures(invested=1))

    with pytest.raises(Refusal):
        submit_returns(by=caoxian, entries=[entry(), bad])
    assert not MonthlyReturn.objects.filter(period=DECEMBER).exists()


def test_drafts_stay_out_of_the_change_log_and_a_stale_one_is_refused(project, caoxian):
    save_draft(by=caoxian, project=project, period=DECEMBER, version=0, values={"invested": "1000"})

    with pytest.raises(StaleForm) as stale:
        save_draft(by=caoxian, project=project, period=DECEMBER, version=0, values={"invested": "2000"})
    assert (stale.value.theirs, stale.value.yours) == ({"invested": "1000"}, {"invested": "2000"})
    assert not Change.objects.exists()


def test_a_form_drawn_before_somebody_else_submitted_is_stale(project, caoxian):
    submit_return(by=caoxian, project=project, version=0, entry=entry())

    with pytest.raises(StaleForm) as stale:
        submit_return(by=caoxian, project=project, version=0, entry=entry(11_000_000))
    assert stale.value.theirs["invested"] == 10_000_000


@pytest.fixture
def locked(accepted):
    ReportingPeriod.objects.filter(period=DECEMBER).update(state="locked", locked_at=make.MOMENT, locked_position=0)
    return accepted


def test_the_page_offers_no_correction_of_a_month_that_is_open(accepted, office, client):
    client.force_login(office)
    version = MonthlyReturn.objects.get(period=DECEMBER).version
    fields = {"do": "correct", "version": version, "invested": "950", "reason": "更正"}
    response = client.post(f"/projects/T23-0001/returns/{DECEMBER}/", fields, follow=True)

    assert "2023-12尚未锁定" in response.content.decode()
    assert completed(accepted) == 10_000_000


def test_a_correction_cannot_be_what_no_return_can(locked, office):
    with pytest.raises(Refusal) as refused:
        correct_after_lock(by=office, entries=[entry(-1, reason="更正")])

    assert refused.value.field == "invested"


def test_a_locked_month_s_return_is_not_given_back(project, caoxian, reviewer):
    submit_returns(by=caoxian, entries=[entry()])
    ReportingPeriod.objects.filter(period=DECEMBER).update(state="locked", locked_at=make.MOMENT, locked_position=0)

    with pytest.raises(Refusal, match="2023-12"):
        give_back(by=reviewer, keys=[KEY], words="请核对")

    assert MonthlyReturn.objects.get(period=DECEMBER).state == "submitted"


def test_a_project_of_others_is_refused_in_the_same_words_as_none(project):
    stranger = make.UserFactory(county_reviewer=True, division="371722")
    said = []
    for code in ("T23-0001", "T23-9999"):
        with pytest.raises(Refusal) as refused:
            review_returns(by=stranger, keys=[(code, DECEMBER)])
        said.append(str(refused.value).replace(code, "…"))

    assert said[0] == said[1]


@pytest.mark.parametrize("name", ["statistics", "funds_arrived", "funds_paid"])
@pytest.mark.parametrize("factor", [10, 10_000])
def test_money_beside_the_investment_in_another_unit_wants_a_reason(project, caoxian, name, factor):
    ReturnVersion.objects.filter(period="2023-11").update(**{name: 9_000_000})

    with pytest.raises(NeedsReason) as asked:
        submit_returns(by=caoxian, entries=[entry(**{name: 10_000_000 * factor})])
    assert asked.value.field == name

    submit_returns(by=caoxian, entries=[entry(reason="债券资金集中到位", **{name: 10_000_000 * factor})])
    assert getattr(ReturnVersion.objects.get(period=DECEMBER), name) == 10_000_000 * factor


def test_a_month_a_hundred_times_the_usual_wants_a_reason_too(project, caoxian):
    with pytest.raises(NeedsReason):
        submit_returns(by=caoxian, entries=[entry(9_000_000 + 100_000_000)])


@pytest.mark.parametrize("name", ["invested", "funds_arrived"])
def test_more_than_the_whole_project_wants_a_reason_where_nothing_is_usual(caoxian, calendars, name):
    new = make.ProjectFactory(code="T23-0001", total_investment=50_000_000)
    make.ListingFactory(project=new)
    make.ReportingPeriodFactory()
    assert new.total_investment == 50_000_000

    with pytest.raises(NeedsReason) as asked:
        submit_returns(by=caoxian, entries=[entry(**{"invested": 0, name: 50_000_001})])
    assert asked.value.field == name


def test_a_correction_after_the_lock_is_a_restatement_and_the_lock_keeps_what_was(locked, accepted, office):
    position = Change.objects.order_by("seq").last().seq
    correct_after_lock(by=office, entries=[entry(9_500_000, reason="单位误填，更正")])

    assert completed(accepted) == 9_500_000
    assert completed(accepted, position) == 10_000_000
    assert ReturnVersion.objects.known().get(period=DECEMBER).is_restatement
    correction = Change.objects.get(act="correct")
    assert json.loads(correction.changes) == {"invested": [10_000_000, 9_500_000]}
    assert correction.reason == "单位误填，更正"


def test_a_correction_after_the_lock_wants_a_reason_and_the_city_office(accepted, office, caoxian):
    with pytest.raises(Refusal) as refused:
        correct_after_lock(by=office, entries=[entry(9_500_000)])
    assert refused.value.field == "reason"
    with pytest.raises(Forbidden):
        correct_after_lock(by=caoxian, entries=[entry(9_500_000, reason="更正")])


def test_the_number_of_statements_does_not_grow_with_the_returns(project, caoxian, django_assert_max_num_queries):
    entries = [entry()]
    for number in range(2, 40):
        other = make.ProjectFactory(code=f"T23-{number:04d}")
        make.ListingFactory(project=other)
        entries.append(ReturnEntry(project=other.code, period=DECEMBER, figures=ReturnFigures(invested=number)))

    with django_assert_max_num_queries(20):
        submit_returns(by=caoxian, entries=entries)
    assert ReturnVersion.objects.filter(period=DECEMBER).count() == 39


def test_totals_count_each_listed_project_once_and_say_how_many_have_no_plan(accepted):
    other = make.ProjectFactory()
    make.ListingFactory(project=other)
    make.ListingFactory(project=accepted, programme=make.ProgrammeFactory(code="P2023-CITY"))
    preparatory = make.ProjectFactory()
    make.ListingFactory(project=preparatory, project_class="preparatory")

    found = totals(Period(2023, 12))

    assert (found.projects, found.plan_yuan, found.completed_yuan) == (2, 12_000_000, 10_000_000)
    assert (found.rate_percent, found.without_plan) == ("83.3", 1)


def test_the_product_itself_may_do_everything(project):
    with clock.set_to(clock.today()):
        submit_returns(by=User.system(), entries=[entry()])

    assert Change.objects.get().actor == "system"


class TestWhoReports:
    """What counts on no tracked list at the month's end has nothing to report; of a package its parts report."""

    @pytest.fixture
    def unlisted(self, project):
        return make.ProjectFactory(code="T23-0009", division=project.division, name="未列入项目（示例）")

    @pytest.fixture
    def package(self, project):
        package = make.ProjectFactory(code="T23-0010", division=project.division, is_package=True)
        make.ListingFactory(project=package)
        return package

    @staticmethod
    def submit(by, project):
        row = ReturnEntry(project=project.code, period=DECEMBER, figures=ReturnFigures(invested=1_000_000))
        submit_return(by=by, project=project, version=0, entry=row)

    @staticmethod
    def draft(by, project):
        save_draft(by=by, project=project, period=DECEMBER, version=0, values={"invested": "100"})

    @pytest.mark.parametrize("act", ["submit", "draft"])
    @pytest.mark.parametrize(
        ("language", "words"), [("zh-hans", "不在2023-12调度名单内"), ("en", "on no list in 2023-12")]
    )
    def test_a_project_on_no_list_is_refused_by_name(self, act, language, words, caoxian, unlisted):
        with translation.override(language), pytest.raises(Refusal) as refused:
            getattr(self, act)(caoxian, unlisted)

        assert words in str(refused.value) and unlisted.name in str(refused.value)
        assert not MonthlyReturn.objects.filter(project=unlisted).exists()
        assert not Change.objects.exists()

    @pytest.mark.parametrize("act", ["submit", "draft"])
    def test_one_that_left_its_list_before_the_month_s_end_is_refused(self, act, caoxian, unlisted):
        make.ListingFactory(project=unlisted, left_on=date(2023, 12, 31), left_as="withdrawn")

        with pytest.raises(Refusal, match="2023-12"):
            getattr(self, act)(caoxian, unlisted)

    @pytest.mark.parametrize("act", ["submit", "draft"])
    def test_a_list_that_is_not_tracked_does_not_ask_for_returns(self, act, caoxian, unlisted):
        make.ListingFactory(project=unlisted, programme=make.ProgrammeFactory(code="OTHER", is_tracked=False))

        with pytest.raises(Refusal, match="2023-12"):
            getattr(self, act)(caoxian, unlisted)

    @pytest.mark.parametrize("act", ["submit", "draft"])
    def test_a_package_is_told_that_its_parts_report(self, act, caoxian, package):
        with pytest.raises(Refusal, match="打包项目"):
            getattr(self, act)(caoxian, package)

    @pytest.mark.parametrize("act", ["submit", "draft"])
    def test_its_part_reports_though_it_is_on_no_list_itself(self, act, caoxian, package):
        part = make.ProjectFactory(code="T23-0011", division=package.division, parent=package)

        getattr(self, act)(caoxian, part)

        assert MonthlyReturn.objects.get(project=part).state == ("submitted" if act == "submit" else "draft")

    def test_one_of_a_batch_that_reports_nothing_stops_the_batch(self, caoxian, project, unlisted):
        figures = ReturnFigures(invested=10_000_000)
        rows = [ReturnEntry(project=one.code, period=DECEMBER, figures=figures) for one in (project, unlisted)]

        with pytest.raises(Refusal, match="未列入项目"):
            submit_returns(by=caoxian, entries=rows)

        assert not MonthlyReturn.objects.filter(period=DECEMBER).exists()
