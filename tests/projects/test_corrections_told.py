"""Corrections on screen: only what changed after its month's lock is told as a restatement, in both languages."""

from datetime import date

import pytest
from django.urls import reverse

from portfolio import clock
from tests import factories as make

pytestmark = pytest.mark.django_db
LOCK = 7
BEFORE, AFTER = "2022-10", "2022-11"


@pytest.fixture(autouse=True)
def corrected(project, calendars):
    """October was put right at position 6, November at position 8; both were locked at position 7."""
    for month, position in ((BEFORE, LOCK - 1), (AFTER, LOCK + 1)):
        make.ReportingPeriodFactory(period=month, locked=True, locked_position=LOCK)
        make.ReturnVersionFactory(
            project=project, period=month, is_restatement=True, known_from=position, reason="审计更正"
        )
        make.ChangeFactory(
            seq=position, model="monthlyreturn", key=f"{project.code}/{month}", project=project.code, act="correct",
        )  # fmt: skip
    make.PlanRevisionFactory(project=project, year=2022)
    with clock.set_to(date(2024, 1, 12)):
        yield project


def page(client, user, address, language):
    client.force_login(user)
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200
    return response


def test_the_month_is_marked_on_the_project_s_page_only_after_its_lock(client, office, corrected):
    months = page(client, office, reverse("project", args=[corrected.code]) + "?year=2022", "zh-hans").context["months"]

    told = {str(month.period): month.version.restates for month in months if month.version}
    assert told == {BEFORE: False, AFTER: True}


@pytest.mark.parametrize(("language", "word"), [("zh-hans", ">已更正<"), ("en", ">Restated<")])
def test_one_of_the_two_months_has_the_badge(client, office, corrected, language, word):
    html = page(client, office, reverse("project", args=[corrected.code]) + "?year=2022", language).content.decode()

    assert html.split("cards-four")[1].count(word) == 1


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "锁定后更正"), ("en", "restated after the lock")])
def test_the_return_s_figures_say_so_only_after_the_lock(client, reviewer, corrected, language, words):
    told = {
        month: words
        in page(client, reviewer, f"/projects/{corrected.code}/returns/{month}/", language).content.decode()
        for month in (BEFORE, AFTER)
    }

    assert told == {BEFORE: False, AFTER: True}


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [("zh-hans", "锁定前更正", "锁定后更正"), ("en", "Corrected before the lock", "Corrected after the lock")],
)
class TestTheLogTellsTheSideOfTheLock:
    def test_in_its_list(self, client, office, corrected, language, before, after):
        table = page(client, office, reverse("ledger"), language).context["table"]

        cells = {row.record.seq: str(row.get_cell("key")) for row in table.paginated_rows}
        assert before in cells[LOCK - 1]
        assert after in cells[LOCK + 1]

    @pytest.mark.parametrize("side", ["before", "after"])
    def test_on_a_change_s_own_page(self, client, office, corrected, language, before, after, side):
        seq, words = {"before": (LOCK - 1, before), "after": (LOCK + 1, after)}[side]

        assert page(client, office, reverse("change", args=[seq]), language).context["story"].act == words

    def test_in_the_project_s_history(self, client, office, corrected, language, before, after):
        history = page(client, office, reverse("project", args=[corrected.code]), language).context["history"]

        assert [story.act for story in history] == [after, before]

    def test_and_its_filter_offers_both_by_one_word(self, client, office, corrected, language, before, after):
        html = page(client, office, reverse("ledger") + "?act=correct", language).content.decode()

        word = {"zh-hans": "更正", "en": "Corrected"}[language]
        assert f'<option value="correct" selected>{word}</option>' in html
