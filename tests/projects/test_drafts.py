"""Drafts kept by the row: each by its own version, none over somebody else's, in the same few statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.refusals import Forbidden, OutOfScope, Refusal
from projects.actions.drafts import Draft, Outcome, save_drafts
from projects.actions.returns import ReturnEntry, ReturnFigures, submit_returns
from projects.models import Change, MonthlyReturn, ReturnVersion
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_5_january", "calendars")]
MONTH = "2023-12"


@pytest.fixture
def five(project):
    """Five projects of 曹县 on the list."""
    return [project, *(_listed(f"T23-000{number}") for number in range(2, 6))]


def _listed(code, **fields):
    made = make.ProjectFactory(code=code, **fields)
    make.ListingFactory(project=made)
    return made


def keep(by, *drafts):
    rows = [Draft(project=code, version=version, values=values) for code, version, values in drafts]
    return save_drafts(by=by, period=MONTH, drafts=rows)


def entry(code):
    return MonthlyReturn.objects.get(project__code=code, period=MONTH)


def test_drafts_of_several_rows_are_kept_at_once(caoxian, five):
    answers = keep(caoxian, ("T23-0001", 0, {"month": "100"}), ("T23-0002", 0, {"month": "约五十"}))

    assert [(answer.outcome, answer.version) for answer in answers] == [(Outcome.KEPT, 1), (Outcome.KEPT, 1)]
    assert entry("T23-0002").draft == {"month": "约五十"}
    assert entry("T23-0001").draft_by == "caoxian"


def test_a_draft_leaves_no_trace_in_the_ledger(caoxian, five):
    before = Change.objects.count()

    keep(caoxian, ("T23-0001", 0, {"month": "100"}))

    assert Change.objects.count() == before


def test_one_stale_row_hinders_no_other(caoxian, office, five):
    keep(office, ("T23-0001", 0, {"month": "120"}))

    stale, kept = keep(caoxian, ("T23-0001", 0, {"month": "100"}), ("T23-0002", 0, {"month": "50"}))

    assert (stale.outcome, stale.version, stale.by, stale.values) == (Outcome.STALE, 1, "office", {"month": "120"})
    assert kept.outcome == Outcome.KEPT
    assert entry("T23-0001").draft == {"month": "120"}


def test_the_same_draft_again_changes_nothing(caoxian, five):
    keep(caoxian, ("T23-0001", 0, {"month": "100"}))

    (again,) = keep(caoxian, ("T23-0001", 1, {"month": "100"}))

    assert (again.outcome, again.version) == (Outcome.KEPT, 1)


def test_a_version_that_never_was_is_stale(caoxian, five):
    (answer,) = keep(caoxian, ("T23-0001", 7, {"month": "100"}))

    assert (answer.outcome, answer.version) == (Outcome.STALE, 0)
    assert not MonthlyReturn.objects.filter(project__code="T23-0001", period=MONTH).exists()


def test_what_was_submitted_meanwhile_is_closed(caoxian, five):
    submit_returns(
        by=caoxian, entries=[ReturnEntry(project="T23-0001", period=MONTH, figures=ReturnFigures(invested=10_000_000))]
    )

    (answer,) = keep(caoxian, ("T23-0001", 0, {"month": "7"}))

    assert answer.outcome == Outcome.CLOSED
    assert entry("T23-0001").draft == {}


def test_another_county_s_row_is_not_there(caoxian, five):
    _listed("T23-0009", division=make.DivisionFactory(code="371722", name_zh="单县"))

    with pytest.raises(OutOfScope):
        keep(caoxian, ("T23-0001", 0, {"month": "1"}), ("T23-0009", 0, {"month": "1"}))

    assert not MonthlyReturn.objects.filter(period=MONTH).exists()


def test_a_reader_keeps_nothing(five):
    with pytest.raises(Forbidden):
        keep(make.UserFactory(role="leader"), ("T23-0001", 0, {"month": "1"}))


def test_a_locked_month_keeps_nothing(caoxian, five):
    make.ReportingPeriodFactory(period="2023-11", locked=True)

    with pytest.raises(Refusal):
        save_drafts(by=caoxian, period="2023-11", drafts=[Draft(project="T23-0001", version=0, values={})])


@pytest.mark.parametrize("already", [False, True])
def test_the_number_of_statements_does_not_grow_with_the_rows(already, caoxian, five):
    codes = [project.code for project in five]
    if already:
        keep(caoxian, *((code, 0, {"month": "1"}) for code in codes))
    counts = []
    for some in (codes[:2], codes):
        MonthlyReturn.objects.filter(period=MONTH).update(version=int(already))
        with CaptureQueriesContext(connection) as asked:
            keep(caoxian, *((code, int(already), {"month": f"{len(some)}"}) for code in some))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_submitting_asks_for_the_version_that_was_seen(caoxian, office, five):
    keep(office, ("T23-0001", 0, {"month": "120"}))
    wanted = ReturnEntry(project="T23-0001", period=MONTH, figures=ReturnFigures(invested=10_000_000))

    with pytest.raises(Refusal):
        submit_returns(by=caoxian, entries=[wanted], seen={("T23-0001", MONTH): 0})

    assert not ReturnVersion.objects.filter(period=MONTH).exists()
