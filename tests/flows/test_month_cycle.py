"""A month through the pages by the people whose work it is: unit, county, stand-in, city; lock, correction, report."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from portfolio import clock
from projects.core.periods import Period
from projects.models import Change, MonthlyReturn, ReportingPeriod
from projects.queries.figures import default_position, totals
from projects.queries.restated import restatements
from reports.models import OutboxMessage
from tests import factories as make

pytestmark = pytest.mark.django_db
ADDRESS = "/projects/A1/returns/2023-12/"
DECEMBER = Period(2023, 12)


class Desk:
    """A person at a browser of their own."""

    def __init__(self, **account):
        self.user = make.UserFactory(**account)
        self.client = Client()
        self.client.force_login(self.user)

    def sends(self, address, **said):
        """POST, following to the page that answers."""
        response = self.client.post(address, said, follow=True)
        assert response.status_code == 200
        return response.content.decode()

    def sees(self, address):
        response = self.client.get(address)
        assert response.status_code == 200
        return response.content.decode()


@pytest.fixture
def people():
    for year in (2023, 2024):
        make.CalendarYearFactory(year=year)
    make.CalendarDayFactory()
    firm = make.OrganisationFactory(code="ORG-1", name="甲公司（示例）")
    project = make.ProjectFactory(
        code="A1", name="甲项目（示例）", division=make.DivisionFactory(caoxian=True), owner=firm
    )
    make.ListingFactory(project=project)
    make.PlanRevisionFactory(project=project)
    make.ReportingPeriodFactory(period="2023-12")
    return {
        "unit": Desk(username="unit", unit=True, email="unit@demo.invalid", display_name="项目单位（示例）"),
        "clerk": Desk(username="clerk", county_staff=True, display_name="李四（示例）"),
        "review": Desk(username="review", county_reviewer=True, display_name="张三（示例）"),
        "office": Desk(username="office", display_name="市重点项目办（示例）"),
    }


def state():
    return MonthlyReturn.objects.get(project__code="A1", period="2023-12").state


def version():
    return str(MonthlyReturn.objects.get(project__code="A1", period="2023-12").version)


def test_a_month_from_the_first_reminder_to_the_restatement(people):
    unit, clerk, review, office = people.values()
    with clock.set_to(date(2024, 1, 4)):
        office.sends("/periods/2023-12/", do="remind")
        assert OutboxMessage.objects.filter(to_address="unit@demo.invalid", kind="reminder").count() == 1
        assert "甲项目（示例）" in unit.sees(reverse("work"))

        unit.sends(ADDRESS, do="submit", version="0", invested="300")
        assert review.client.get(reverse("work")).context["work"].duties.to_review == {"2023-12": 1}
        review.sends(ADDRESS, do="give_back", version=version(), words="单位是不是写错了")
        assert "单位是不是写错了" in unit.sees(reverse("work"))
        unit.sends(ADDRESS, do="submit", version=version(), invested="400")

    with clock.set_to(date(2024, 1, 5)):
        days = {"valid_from": "2024-01-05", "valid_to": "2024-01-09", "reason": "休假"}
        review.sends("/account/stand-ins/", do="name", deputy=clerk.user.pk, **days)
        row = review.user.stand_ins.get()
        assert clerk.client.post(ADDRESS, {"do": "review", "version": version()}).status_code == 403
        clerk.sends("/account/stand-in/", do="begin", stand_in=row.pk)
        clerk.sends(ADDRESS, do="review", version=version())
        assert state() == "reviewed"
        assert Change.objects.filter(act="review").get().actor_name == "李四（示例）（代张三（示例））"
        office.sends(ADDRESS, do="accept", version=version())

    with clock.set_to(date(2024, 1, 8)):
        office.sends("/periods/2023-12/", do="lock", version="1", sure="1")
        assert ReportingPeriod.objects.get(period="2023-12").state == "locked"
        unit.sends(ADDRESS, do="submit", version=version(), invested="450")
        assert totals(DECEMBER).completed_yuan == 4_000_000

        position = default_position(DECEMBER)
        office.sends(ADDRESS, do="correct", version=version(), invested="200")
        assert restatements(DECEMBER) == []  # without a reason nothing is corrected
        office.sends(ADDRESS, do="correct", version=version(), invested="200", reason="审计更正")

        assert totals(DECEMBER).completed_yuan == 2_000_000
        assert totals(DECEMBER, position).completed_yuan == 4_000_000
        for reader, address in ((office, "/periods/2023-12/"), (clerk, "/reports/restatements/?year=2023")):
            assert "审计更正" in reader.sees(address)
        assert "审计更正" in unit.sees("/projects/A1/?year=2023")
