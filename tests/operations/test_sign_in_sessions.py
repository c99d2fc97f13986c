"""Sessions: they end when idle, are never taken over, and forms are only taken from our own pages."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from portfolio import settings
from tests import factories as make

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"
COOKIE = configured.SESSION_COOKIE_NAME


@pytest.fixture
def clerk():
    return make.UserFactory(username="caoxian", county_staff=True)


def sign_in(client):
    return client.post("/login/", {"username": "caoxian", "password": RIGHT})


class TestIdling:
    def test_after_half_an_hour_without_a_request_one_signs_in_again(self, clerk):
        client = Client()
        with time_machine.travel("2024-01-05 09:00:00+08:00", tick=False) as traveller:
            sign_in(client)
            traveller.shift(timedelta(minutes=29, seconds=59))
            assert client.get("/returns/").status_code == 200
            traveller.shift(timedelta(minutes=30, seconds=1))
            response = client.get("/returns/")

        assert response.status_code == 302
        assert response["Location"] == "/login/?next=/returns/"

    def test_every_request_begins_the_half_hour_anew(self, clerk):
        client = Client()
        with time_machine.travel("2024-01-05 09:00:00+08:00", tick=False) as traveller:
            sign_in(client)
            for _ in range(4):
                traveller.shift(timedelta(minutes=20))
                assert client.get("/returns/").status_code == 200


class TestTakingOver:
    def test_signing_in_gives_a_new_session(self, clerk):
        client = Client()
        client.get("/login/")
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        client.cookies[COOKIE] = planted = session.session_key

        sign_in(client)

        assert client.cookies[COOKIE].value != planted
        assert not Session.objects.filter(session_key=planted).exists()

    def test_signing_out_removes_the_session_from_the_server(self, clerk):
        client = Client()
        sign_in(client)
        key = client.cookies[COOKIE].value

        client.post(reverse("logout"))

        thief = Client()
        thief.cookies[COOKIE] = key
        assert thief.get("/returns/").status_code == 302

    def test_a_new_password_ends_every_other_session(self, clerk):
        here, elsewhere = Client(), Client()
        sign_in(here)
        sign_in(elsewhere)
        new = {"new_password1": "orchard-plum-4711", "new_password2": "orchard-plum-4711"}

        here.post(reverse("password_change"), {"old_password": RIGHT, **new})

        assert here.get("/returns/").status_code == 200
        assert elsewhere.get("/returns/").status_code == 302

    def test_closing_an_account_ends_its_sessions(self, clerk):
        client = Client()
        sign_in(client)
        clerk.is_active = False
        clerk.save()

        assert client.get("/returns/").status_code == 302

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self, clerk):
        cookie = sign_in(Client()).cookies[COOKIE]

        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"

    def test_sign_in_leads_to_no_other_site(self, clerk):
        client = Client()
        form = {"username": "caoxian", "password": RIGHT, "next": "https://elsewhere.example/"}

        assert client.post("/login/", form)["Location"] == "/"


class TestForms:
    @pytest.mark.parametrize("address", ["/login/", "/logout/", "/account/password/", "/account/language/", "/access/"])
    def test_a_form_without_our_token_is_refused(self, address, clerk):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make.UserFactory(auditor=True))

        response = client.post(address, {"username": "caoxian", "password": RIGHT, "language": "en"})

        assert response.status_code == 403
        assert "403_csrf.html" in [template.name for template in response.templates]

    def test_the_sign_in_page_s_own_token_is_taken(self, clerk):
        client = Client(enforce_csrf_checks=True)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/login/").content.decode())[1]

        form = {"username": "caoxian", "password": RIGHT, "csrfmiddlewaretoken": token}

        assert client.post("/login/", form).status_code == 302


class TestOverTls:
    def test_cookies_and_transport_follow_the_setting(self):
        assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE is settings.SECURE_SSL_REDIRECT
        assert settings.SESSION_COOKIE_SECURE is settings.TLS


class TestCaching:
    def test_what_somebody_saw_is_kept_by_no_browser_and_no_proxy(self, clerk):
        client = Client()
        sign_in(client)

        kept = client.get("/returns/")["Cache-Control"]

        assert {"no-store", "private"} <= set(kept.replace(",", "").split())
