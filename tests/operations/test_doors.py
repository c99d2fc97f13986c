"""Doors: a view that names no act opens for nobody, and the order in which a person is asked."""

from datetime import date

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.views.generic import TemplateView

from portfolio import clock
from portfolio.models import AccessEvent
from portfolio.urls import urlpatterns as product
from portfolio.web.access import Act
from portfolio.web.doors import acts_of, opened_by
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


class Page(TemplateView):
    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return HttpResponse("inside")


@opened_by(Act.LOCK_PERIOD)
class ClosedPage(Page):
    """A subclass keeps its parent's door unless it names its own."""


class StillClosedPage(ClosedPage):
    pass


@opened_by(Act.VIEW_PROJECTS)
class OpenPage(ClosedPage):
    pass


def view(*acts: Act) -> object:
    return opened_by(*acts)(lambda request: HttpResponse("inside"))


urlpatterns = [
    path("silent/", answer),
    path("silent-page/", Page.as_view()),
    path("for-all/", view()),
    path("lock/", view(Act.LOCK_PERIOD)),
    path("either/", view(Act.LOCK_PERIOD, Act.ENTER_RETURN)),
    path("closed-page/", ClosedPage.as_view()),
    path("still-closed-page/", StillClosedPage.as_view()),
    path("open-page/", OpenPage.as_view()),
    path("free/", login_not_required(lambda request: HttpResponse("inside"))),
    *product,
]


def status(address, user=None):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(address).status_code


@pytest.mark.parametrize("address", ["/silent/", "/silent-page/"])
def test_a_view_that_names_no_act_opens_for_nobody_and_says_so_in_the_log(address, caplog):
    assert status(address, make.UserFactory()) == 403
    assert "names no act that opens it" in caplog.text


def test_what_needs_no_act_opens_for_everybody_who_has_signed_in():
    assert status("/for-all/", make.UserFactory(leader=True)) == 200
    assert status("/for-all/") == 302


@pytest.mark.parametrize(
    ("address", "clerk", "office"),
    [
        ("/lock/", 403, 200),
        ("/either/", 200, 200),
        ("/closed-page/", 403, 200),
        ("/still-closed-page/", 403, 200),
        ("/open-page/", 200, 200),
    ],
)
def test_any_one_of_the_acts_opens(address, clerk, office):
    assert status(address, make.UserFactory(county_staff=True)) == clerk
    assert status(address, make.UserFactory()) == office


def test_what_is_free_asks_nobody():
    ended = make.UserFactory(auditor=True, access_until=date(2024, 1, 1))
    with clock.set_to(date(2024, 1, 5)):
        assert [status("/free/"), status("/free/", ended)] == [200, 200]


def test_the_dates_come_before_the_rights_and_end_the_session():
    ended = make.UserFactory(auditor=True, access_until=date(2024, 1, 1))
    client = Client()
    client.force_login(ended)
    with clock.set_to(date(2024, 1, 5)):
        assert client.get("/lock/").status_code == 403
        assert client.get("/for-all/").status_code == 302


def test_a_password_that_somebody_else_set_comes_before_the_rights():
    user = make.UserFactory(county_staff=True, must_change_password=True)
    client = Client()
    client.force_login(user)

    assert client.get("/lock/")["Location"] == reverse("password_change")
    assert client.get("/for-all/").status_code == 200


def test_each_refusal_is_an_event_and_what_was_let_in_is_none():
    user = make.UserFactory(username="caoxian", county_staff=True)
    status("/open-page/", user)
    status("/lock/", user)

    event = AccessEvent.objects.get()
    assert (event.kind, event.account, event.subject) == (AccessEvent.Kind.FORBIDDEN, "caoxian", "GET /lock/")


def test_the_administration_site_s_views_are_opened_by_its_own_act():
    client = Client()
    client.force_login(make.UserFactory())
    match = client.get("/admin/").resolver_match

    assert acts_of(match.func) == (Act.ENTER_ADMIN,)
