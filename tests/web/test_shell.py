"""The frame of every page: what it shows to whom, in which language, and what it says when something goes wrong."""

import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import get_script_prefix, path

from portfolio import clock
from portfolio.refusals import Forbidden, OutOfScope, Refusal
from portfolio.urls import urlpatterns as product_urls
from portfolio.web.doors import opened_by
from tests import factories as make

pytestmark = pytest.mark.django_db
MY_WORK = get_script_prefix() + "work/"


@opened_by()
def refusing(request):
    raise {"scope": OutOfScope, "right": Forbidden, "else": Refusal}[request.GET["kind"]]("the month is locked")


@opened_by()
def failing(request):
    raise RuntimeError("secret detail")


urlpatterns = [path("refusing/", refusing), path("failing/", failing), *product_urls]


def links(client, user):
    client.force_login(user)
    html = client.get("/nowhere/").content.decode()  # any page has the frame; this one needs no data
    nav = re.search(r'<nav class="nav nav-wide".*?</nav>', html, re.S)
    return re.findall(r'href="([^"]+)"', nav[0]) if nav else []


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            {},
            {
                "/",
                MY_WORK,
                "/projects/",
                "/returns/",
                "/imports/",
                "/alerts/",
                "/instructions/",
                "/outbox/",
                "/reports/",
                "/ledger/",
            },
        ),
        (
            {"county_staff": True},
            {"/", MY_WORK, "/projects/", "/returns/", "/imports/", "/alerts/", "/instructions/", "/reports/"},
        ),
        ({"leader": True}, {"/", "/projects/", "/alerts/", "/instructions/", "/outbox/", "/reports/"}),
        ({"admin": True}, set()),
    ],
)
def test_the_navigation_shows_what_the_role_opens(role, expected, client):
    shown = set(links(client, make.UserFactory(**role)))

    assert shown - {"/access/", "/accesslog/", "/access-log/"} == expected


def test_the_present_section_is_marked(client):
    client.force_login(make.UserFactory())
    html = client.get("/projects/").content.decode()

    assert re.search(r'href="/projects/" aria-current="page"', html)


def test_the_business_date_is_shown_only_when_it_is_set(client):
    assert "业务日期" not in client.get("/login/").content.decode()
    with clock.set_to(date(2024, 1, 12)):
        assert "业务日期：2024-01-12" in client.get("/login/").content.decode()


def test_the_demonstration_says_so_on_every_page_and_an_office_does_not(client):
    assert "均为虚构" in client.get("/login/").content.decode()
    with override_settings(DEMO=False):
        html = client.get("/login/").content.decode()
        assert "均为虚构" not in html
        assert "caoxian" not in html


def test_a_visitor_chooses_the_language_before_signing_in(client):
    client.post("/account/language/", {"language": "en", "next": "/login/"})

    html = client.get("/login/").content.decode()
    assert '<html lang="en">' in html
    assert "Sign in" in html


def test_the_account_remembers_the_language(client):
    user = make.UserFactory()
    client.force_login(user)
    client.post("/account/language/", {"language": "en", "next": "/"})

    user.refresh_from_db()
    assert user.language == "en"


def test_a_language_that_is_not_spoken_changes_nothing(client):
    user = make.UserFactory()
    client.force_login(user)
    client.post("/account/language/", {"language": "xx", "next": "/"})

    user.refresh_from_db()
    assert user.language == "zh-hans"


def test_the_language_switch_sends_nobody_to_another_site(client):
    response = client.post("/account/language/", {"language": "en", "next": "https://example.org/"})

    assert not response.url.startswith("http")


@override_settings(ROOT_URLCONF="tests.web.test_shell")
@pytest.mark.parametrize(("kind", "status"), [("scope", 404), ("right", 403), ("else", 409)])
def test_a_refusal_is_a_page_and_never_a_fault(kind, status, client):
    client.force_login(make.UserFactory())
    response = client.get(f"/refusing/?kind={kind}")

    assert response.status_code == status
    assert ("the month is locked" in response.content.decode()) == (kind != "scope")


@override_settings(ROOT_URLCONF="tests.web.test_shell")
@pytest.mark.django_db(databases=[])
def test_a_fault_says_so_in_both_languages_and_tells_no_detail():
    client = Client(raise_request_exception=False)
    with override_settings(MIDDLEWARE=[]):
        response = client.get("/failing/")

    html = response.content.decode()
    assert response.status_code == 500
    assert "系统出错" in html
    assert "Something went wrong" in html
    assert "secret detail" not in html


def test_an_expired_form_says_so():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "表单已失效" in response.content.decode()


def test_no_page_may_load_anything_from_elsewhere(client):
    response = client.get("/login/")
    policy = response.headers["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href)="(?:https?:)?//', response.content.decode())


def test_there_is_no_style_sheet_that_is_not_there():
    from django.contrib.staticfiles import finders
    from django.template.loader import render_to_string

    html = render_to_string("portfolio/base.html")
    for address in re.findall(rf'"{settings.STATIC_URL}([^"]+)"', html):
        assert finders.find(address), address
