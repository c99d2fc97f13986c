"""Signing in: what each attempt is told to the access log, when it is locked out, and what is never kept."""

from datetime import date, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.urls import reverse

from portfolio import clock, settings
from portfolio.models import AccessEvent, User
from tests import factories as make

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"
Kind = AccessEvent.Kind


@pytest.fixture
def clerk():
    return make.UserFactory(username="caoxian", county_staff=True, display_name="曹县填报员（示例）")


def attempt(password=RIGHT, username="caoxian", client=None, **extra):
    return (client or Client()).post("/login/", {"username": username, "password": password}, **extra)


def events():
    return [(event.kind, event.account, event.detail) for event in AccessEvent.objects.order_by("seq")]


def fail(times, **more):
    return [attempt("wrong password", **more).status_code for _ in range(times)]


class TestEvents:
    def test_signing_in_is_told_with_who_and_from_where(self, clerk):
        response = attempt(REMOTE_ADDR="10.1.2.3")

        event = AccessEvent.objects.get()
        assert response.status_code == 302
        assert (event.kind, event.account, event.name) == (Kind.SIGN_IN, "caoxian", "曹县填报员（示例）")
        assert event.address == "10.1.2.3"

    def test_signing_out_is_told(self, clerk):
        client = Client()
        attempt(client=client)

        client.post(reverse("logout"))

        assert events()[-1] == (Kind.SIGN_OUT, "caoxian", "")

    def test_a_wrong_password_is_told_of_its_account(self, clerk):
        attempt("not this one")

        assert events() == [(Kind.REFUSED, "caoxian", "wrong_password")]

    def test_an_unknown_name_is_told_without_what_was_typed(self, clerk):
        attempt(username="my-secret-password", password="caoxian")

        assert events() == [(Kind.REFUSED, "", "unknown_name")]

    def test_a_closed_account_is_told_so_in_the_log_alone(self):
        make.UserFactory(username="former", is_active=False)

        html = attempt(username="former").content.decode()

        assert events() == [(Kind.REFUSED, "former", "closed")]
        assert "停用" not in html  # whoever guesses learns nothing

    def test_half_a_form_is_no_attempt(self, clerk):
        attempt(password="")

        assert events() == []

    def test_a_new_password_is_told_and_not_what_it_is(self, clerk):
        client = Client()
        attempt(client=client)
        new = {"new_password1": "orchard-plum-4711", "new_password2": "orchard-plum-4711"}

        client.post(reverse("password_change"), {"old_password": RIGHT, **new})

        assert events()[-1] == (Kind.PASSWORD, "caoxian", "")
        assert "orchard" not in str(list(AccessEvent.objects.values()))

    def test_what_is_refused_inside_is_told(self, clerk):
        client = Client()
        client.force_login(clerk)

        client.get("/ledger/")

        event = AccessEvent.objects.get()
        assert (event.kind, event.account, event.subject) == (Kind.FORBIDDEN, "caoxian", "GET /ledger/")

    def test_what_is_not_there_for_a_person_is_no_event(self, clerk):
        client = Client()
        client.force_login(clerk)

        assert client.get("/projects/NOWHERE/").status_code == 404
        assert events() == []


class TestNothingTypedIsKept:
    def test_neither_name_nor_password_stands_in_any_table(self, clerk, caplog):
        fail(1, username="my-secret-password")
        attempt("another-secret")

        kept = str([list(model.objects.values()) for model in (AccessAttempt, AccessLog, AccessEvent, User)])
        assert "my-secret" not in kept + caplog.text
        assert "another-secret" not in kept + caplog.text

    def test_the_sign_in_page_does_not_give_the_password_back(self, clerk):
        assert "another-secret" not in attempt("another-secret").content.decode()


class TestLockOut:
    def test_the_fifth_failure_locks_out(self, clerk):
        assert fail(6) == [200, 200, 200, 200, 429, 429]

    def test_then_the_right_password_is_refused_too_with_a_page_of_ours(self, clerk):
        fail(5)

        response = attempt()

        assert response.status_code == 429
        assert "portfolio/locked_out.html" in [template.name for template in response.templates]
        assert "15分钟" in response.content.decode()

    def test_each_refusal_is_told_once_and_the_lock_as_such(self, clerk):
        fail(5)
        attempt()

        assert [kind for kind, _, _ in events()] == [Kind.REFUSED] * 4 + [Kind.LOCKED_OUT] * 2

    def test_after_fifteen_minutes_it_is_lifted_however_often_one_tried_meanwhile(self, clerk):
        with time_machine.travel("2024-01-05 09:00:00+08:00", tick=False) as traveller:
            fail(5)
            traveller.shift(timedelta(minutes=14))
            assert attempt().status_code == 429
            traveller.shift(timedelta(minutes=1, seconds=1))
            assert attempt().status_code == 302

    def test_signing_in_forgets_earlier_failures(self, clerk):
        fail(4)
        attempt()

        assert fail(4) == [200] * 4

    def test_another_account_and_another_computer_are_not_locked_out(self, clerk):
        make.UserFactory(username="office")
        fail(5, REMOTE_ADDR="10.0.0.1")

        assert attempt(username="office", REMOTE_ADDR="10.0.0.1").status_code == 302
        assert attempt(REMOTE_ADDR="10.0.0.2").status_code == 302

    def test_an_unknown_name_is_locked_out_like_any_other(self):
        assert fail(5, username="nobody")[-1] == 429

    def test_names_that_are_no_accounts_are_counted_apart(self):
        fail(4, username="nobody")

        assert fail(1, username="somebody") == [200]

    def test_behind_a_web_server_of_one_s_own_it_is_that_server_s_word_that_counts(self, clerk, settings):
        settings.BEHIND_PROXY = True
        fail(5, HTTP_X_FORWARDED_FOR="6.6.6.6, 10.0.0.1", REMOTE_ADDR="127.0.0.1")

        assert attempt(HTTP_X_FORWARDED_FOR="10.0.0.2", REMOTE_ADDR="127.0.0.1").status_code == 302
        assert attempt(HTTP_X_FORWARDED_FOR="7.7.7.7, 10.0.0.1", REMOTE_ADDR="127.0.0.1").status_code == 429

    def test_without_one_nobody_can_say_where_they_come_from(self, clerk):
        fail(5, HTTP_X_FORWARDED_FOR="10.0.0.1")

        assert attempt(HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 429


class TestDates:
    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            (date(2024, 1, 1), "您的访问权限自2024-01-02起生效"),
            (date(2024, 1, 2), ""),
            (date(2024, 12, 31), ""),
            (date(2025, 1, 1), "您的访问权限已于2024-12-31到期"),
        ],
    )
    def test_an_account_signs_in_within_its_dates_both_included(self, day, sentence):
        make.UserFactory(
            username="auditor", auditor=True, access_from=date(2024, 1, 2), access_until=date(2024, 12, 31)
        )
        with clock.set_to(day):
            response = attempt(username="auditor")

        assert response.status_code == (200 if sentence else 302)
        assert sentence in response.content.decode()
        assert events()[0][2] == ("outside_dates" if sentence else "")

    def test_the_dates_are_told_only_after_the_right_password(self):
        make.UserFactory(username="auditor", auditor=True, access_until=date(2024, 12, 31))
        with clock.set_to(date(2025, 1, 1)):
            html = attempt("wrong", username="auditor").content.decode()

        assert "2024-12-31" not in html

    def test_an_open_session_ends_with_the_access_and_the_page_says_why(self):
        auditor = make.UserFactory(username="auditor", auditor=True, access_until=date(2024, 12, 31))
        client = Client()
        client.force_login(auditor)
        with clock.set_to(date(2024, 12, 31)):
            assert client.get(reverse("access_log")).status_code == 200
        with clock.set_to(date(2025, 1, 1)):
            response = client.get(reverse("access_log"))
            again = client.get(reverse("access_log"))

        assert response.status_code == 403
        assert "您的访问权限已于2024-12-31到期" in response.content.decode()
        assert again.status_code == 302 and again["Location"].startswith("/login/")
        assert events()[-1] == (Kind.SIGN_OUT, "auditor", "outside_dates")


class TestPasswords:
    def test_the_product_stores_them_with_argon2_and_nothing_weaker(self):
        assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]

    def test_argon2_is_installed_and_works(self, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        user = make.UserFactory()

        assert user.password.startswith("argon2$argon2id$")
        assert user.check_password(RIGHT) and not user.check_password("another")

    @pytest.mark.parametrize("weak", ["short-123", "1234567890", "password123", "caoxian-2024"])
    def test_a_weak_one_is_refused(self, weak, clerk):
        client = Client()
        client.force_login(clerk)

        response = client.post(
            reverse("password_change"), {"old_password": RIGHT, "new_password1": weak, "new_password2": weak}
        )

        assert response.status_code == 200
        assert response.context["form"].errors
        clerk.refresh_from_db()
        assert clerk.check_password(RIGHT)

    def test_one_that_somebody_else_has_set_has_to_be_changed_before_anything_else(self, clerk):
        User.objects.filter(pk=clerk.pk).update(must_change_password=True)
        client = Client()

        assert attempt(client=client)["Location"] == reverse("password_change")
        for address in ("/", "/projects/", "/returns/", "/reports/"):
            assert client.get(address)["Location"] == reverse("password_change")

        new = {"new_password1": "orchard-plum-4711", "new_password2": "orchard-plum-4711"}
        client.post(reverse("password_change"), {"old_password": RIGHT, **new})
        assert client.get("/projects/").status_code == 200
