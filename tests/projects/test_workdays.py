"""The working-day calendar on its page: a notice shown as a difference, then loaded; quiet days; what is missing."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portfolio import clock
from portfolio.refusals import Forbidden, Refusal
from projects.actions.workdays import difference, load_year, set_quiet
from projects.intake.holidays import read_notice
from projects.models import CalendarDay, CalendarYear, Change
from projects.queries.workcalendar import load_calendar, quiet_days
from projects.queries.workdays import missing_years, years
from tests import factories as make
from tests.projects.test_holidays import NOTICE_2024, NOTICE_2026

pytestmark = pytest.mark.django_db

SOURCE = "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"


@pytest.fixture
def office() -> object:
    return make.UserFactory()


def load(by: object, text: str = NOTICE_2026, year: int = 2026) -> object:
    return load_year(by=by, notice=read_notice(text, year), source=SOURCE, published_on=date(2025, 11, 4))


def test_a_year_is_loaded_with_its_source_and_told_in_the_change_log(office: object) -> None:
    tally = load(office)

    calendar = load_calendar()
    assert calendar.workdays_of_year(2026) == 248
    assert CalendarYear.objects.get(year=2026).source == SOURCE
    assert tally.created == 1 + CalendarDay.objects.count() == Change.objects.count()
    assert years()[0].workdays == 248


def test_loading_it_again_writes_nothing(office: object) -> None:
    load(office)
    before = Change.objects.count()

    assert load(office).unchanged == 1 + CalendarDay.objects.count()
    assert Change.objects.count() == before


def test_a_correction_shows_and_writes_only_what_differs(office: object) -> None:
    load(office)
    corrected = NOTICE_2026.replace("5月9日（周六）上班", "4月26日（周日）上班")

    lines = difference(read_notice(corrected, 2026))
    load(office, corrected)

    assert [(line.kind, line.day) for line in lines] == [
        ("added", date(2026, 4, 26)),
        ("removed", date(2026, 5, 9)),
    ]
    assert load_calendar().is_workday(date(2026, 4, 26))
    assert difference(read_notice(corrected, 2026)) == []


def test_due_dates_that_waited_for_the_year_are_counted_anew(office: object) -> None:
    step = make.MilestoneStepFactory(code="D04", moves_to_workday=True)
    stone = make.MilestoneFactory(step=step, planned_on=date(2026, 5, 1), due_on=date(2026, 5, 1), due_known=False)

    load(office)

    stone.refresh_from_db()
    assert (stone.due_on, stone.due_known) == (date(2026, 5, 6), True)
    assert Change.objects.filter(key=f"{stone.project.code}/D04", changes__contains="due_on").count() == 1


def test_doubtful_notices_are_not_loaded(office: object) -> None:
    doubtful = read_notice(NOTICE_2026.replace("共9天", "共8天"), 2026)

    with pytest.raises(Refusal):
        load_year(by=office, notice=doubtful, source=SOURCE)
    with pytest.raises(Refusal):
        load_year(by=office, notice=read_notice(NOTICE_2026, 2026), source=" ")
    assert not CalendarYear.objects.exists()


def test_nobody_but_the_office_writes_the_calendar() -> None:
    staff = make.UserFactory(county_staff=True)

    with pytest.raises(Forbidden):
        load(staff)
    with pytest.raises(Forbidden):
        set_quiet(by=staff, day=date(2024, 2, 9), quiet=True)


def test_a_quiet_day_is_kept_when_the_notice_is_loaded_again_and_can_be_taken_back(office: object) -> None:
    load(office, NOTICE_2024, 2024)

    set_quiet(by=office, day=date(2024, 2, 9), quiet=True, name="除夕")
    load(office, NOTICE_2024, 2024)

    assert quiet_days() == {date(2024, 2, 9)}
    assert load_calendar().is_workday(date(2024, 2, 9))
    set_quiet(by=office, day=date(2024, 2, 9), quiet=False)
    assert quiet_days() == frozenset()
    assert not CalendarDay.objects.filter(day=date(2024, 2, 9)).exists()


def test_a_working_sunday_that_was_quiet_stays_a_working_day(office: object) -> None:
    load(office, NOTICE_2024, 2024)
    for quiet in (True, False):
        set_quiet(by=office, day=date(2024, 2, 18), quiet=quiet)

    assert load_calendar().is_workday(date(2024, 2, 18))


@pytest.mark.parametrize(("day", "quiet"), [("2024-02-10", True), ("2027-01-04", True), ("2024-02-19", False)])
def test_what_is_quiet_anyway_or_not_known_is_refused(office: object, day: str, quiet: bool) -> None:
    load(office, NOTICE_2024, 2024)

    with pytest.raises(Refusal):
        set_quiet(by=office, day=date.fromisoformat(day), quiet=quiet)


@pytest.mark.parametrize(
    ("on", "missing"),
    [("2026-10-31", []), ("2026-11-01", [2027]), ("2027-01-04", [2027]), ("2027-11-01", [2027, 2028])],
)
def test_from_november_the_next_year_is_missed(office: object, on: str, missing: list[int]) -> None:
    load(office)

    assert missing_years(date.fromisoformat(on)) == missing


# ---- the page


def sign_in(client: Client, user: object) -> Client:
    client.force_login(user)
    return client


def test_the_page_shows_first_and_writes_on_commit(client: Client, office: object) -> None:
    sign_in(client, office)
    sent = {"year": 2026, "source": SOURCE, "published_on": "2025-11-04", "text": NOTICE_2026}

    shown = client.post("/calendar/notice/", sent)
    assert not CalendarYear.objects.exists()
    done = client.post("/calendar/notice/", {**sent, "commit": "1"})

    assert "2026-02-16" in shown.content.decode()
    assert (done.status_code, done.headers["Location"]) == (302, "/calendar/?year=2026")
    page = client.get("/calendar/?year=2026").content.decode()
    assert "248" in page
    assert "2026-02-14" in page


def test_a_file_in_an_office_s_encoding_is_read(client: Client, office: object) -> None:
    sign_in(client, office)
    file = SimpleUploadedFile("2026.txt", NOTICE_2026.encode("gb18030"))

    shown = client.post("/calendar/notice/", {"year": 2026, "source": SOURCE, "file": file})

    assert "2026-05-09" in shown.content.decode()


def test_findings_are_shown_and_there_is_nothing_to_commit(client: Client, office: object) -> None:
    sign_in(client, office)
    doubtful = NOTICE_2026.replace("共9天", "共8天")

    shown = client.post("/calendar/notice/", {"year": 2026, "source": SOURCE, "text": doubtful}).content.decode()

    assert "共8天" in shown
    assert 'name="commit"' not in shown


def test_from_november_the_page_says_that_next_year_is_missing(client: Client, office: object) -> None:
    load(office)
    sign_in(client, office)

    with clock.set_to(date(2026, 11, 2)):
        assert "2027" in client.get("/calendar/").content.decode()


def test_a_quiet_day_is_set_and_taken_back_on_the_page(client: Client, office: object) -> None:
    load(office, NOTICE_2024, 2024)
    sign_in(client, office)

    client.post("/calendar/quiet/", {"day": "2024-02-09", "name": "除夕"})
    assert quiet_days() == {date(2024, 2, 9)}
    refused = client.post("/calendar/quiet/", {"day": "2024-02-10"})
    assert refused.status_code == 200
    client.post("/calendar/quiet/", {"day": "2024-02-09", "loud": "1"})
    assert quiet_days() == frozenset()
