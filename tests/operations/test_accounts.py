"""Administering accounts: who may, what the rules of roles refuse, and that every change is told to the access log."""

import json
import re

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portfolio.models import AccessEvent, Role, User
from portfolio.web import account_changes, scopes
from portfolio.web.account_form import mark_of
from tests import factories as make

pytestmark = pytest.mark.django_db

Kind = AccessEvent.Kind
RIGHT = "correct horse battery"
NEW = {
    "username": "dingtao", "display_name": "定陶区填报员（示例）", "role": "county_staff", "division": "371703",
    "organisation": "", "person": "", "email": "", "language": "zh-hans", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def administrator():
    return make.UserFactory(username="admin", admin=True)


@pytest.fixture
def clerk():
    make.DivisionFactory(caoxian=True)
    return make.UserFactory(username="caoxian", county_staff=True)


@pytest.fixture
def browser(administrator):
    make.DivisionFactory(code="371703", name_zh="定陶区")
    client = Client()
    client.force_login(administrator)
    return client


def change(browser, account, **fields):
    present = {name: getattr(account, name) for name in NEW if name != "is_active"} | {"is_active": "on"}
    present["seen"] = mark_of(account)
    sent = {name: value for name, value in {**present, **fields}.items() if value is not None}
    return browser.post(reverse("admin:portfolio_user_change", args=[account.pk]), sent)


def errors(response):
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def told():
    return [
        (event.account, event.subject, json.loads(event.detail))
        for event in AccessEvent.objects.filter(kind=Kind.ACCOUNT)
    ]


class TestMaking:
    def test_a_new_account_has_no_password_until_one_is_given(self, browser):
        response = browser.post(reverse("admin:portfolio_user_add"), NEW)

        account = User.objects.get(username="dingtao")
        assert response.status_code == 302
        assert account.division == "371703" and not account.has_usable_password()

    def test_it_is_told_who_made_it_and_how(self, browser):
        browser.post(reverse("admin:portfolio_user_add"), NEW)

        ((who, account, changes),) = told()
        assert (who, account) == ("admin", "dingtao")
        assert changes["role"] == [None, "county_staff"] and changes["division"] == [None, "371703"]

    def test_the_scope_is_chosen_from_the_units_that_there_are(self, browser):
        html = browser.get(reverse("admin:portfolio_user_add")).content.decode()

        assert '<option value="371703">定陶区 · 371703</option>' in html
        assert "division" in errors(browser.post(reverse("admin:portfolio_user_add"), NEW | {"division": "999999"}))

    @pytest.mark.parametrize(
        ("role", "field"),
        [
            ("county_staff", "division"),
            ("county_reviewer", "division"),
            ("project_unit", "organisation"),
            ("leader", "person"),
            ("liaison", "person"),
            ("auditor", "access_until"),
        ],
    )
    def test_a_role_without_its_scope_is_refused_at_the_field(self, role, field, browser):
        response = browser.post(reverse("admin:portfolio_user_add"), NEW | {"role": role, "division": ""})

        assert list(errors(response)) == [field]

    def test_access_does_not_end_before_it_begins(self, browser):
        dates = {"access_from": "2024-02-01", "access_until": "2024-01-31"}

        assert "access_until" in errors(browser.post(reverse("admin:portfolio_user_add"), NEW | dates))

    def test_nobody_registers_a_scope_that_accounts_do_not_have(self):
        with pytest.raises(ValueError, match="colour"):
            scopes.register("colour", list)


class TestChanging:
    def test_only_what_changed_is_told(self, browser, clerk):
        change(browser, clerk, role="county_reviewer")

        clerk.refresh_from_db()
        assert clerk.role == Role.COUNTY_REVIEWER
        assert told() == [("admin", "caoxian", {"role": ["county_staff", "county_reviewer"]})]

    def test_nothing_changed_is_nothing_told(self, browser, clerk):
        change(browser, clerk)

        assert told() == []

    @pytest.mark.parametrize(
        ("language", "words", "now"),
        [
            ("zh-hans", "打开页面后，该账号已被他人修改", "现为：县区审核员"),
            ("en", "after you opened the page", "Now: County reviewer"),
        ],
    )
    @pytest.mark.parametrize("seen", ["stale", "", None])
    def test_what_another_administrator_changed_meanwhile_is_shown_and_kept(
        self, browser, clerk, seen, language, words, now
    ):
        """The page was drawn of a member of staff; since then the account was made a reviewer's."""
        fields = {"display_name": "新名（示例）", "seen": mark_of(clerk) if seen == "stale" else seen}
        User.objects.filter(pk=clerk.pk).update(role=Role.COUNTY_REVIEWER)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language

        response = change(browser, clerk, **fields)

        wrong = errors(response)
        assert words in str(wrong["__all__"]) and now in str(wrong["role"])
        assert "新名（示例）" in response.content.decode()
        clerk.refresh_from_db()
        assert (clerk.role, clerk.display_name != "新名（示例）") == (Role.COUNTY_REVIEWER, True)
        again = re.search(r'name="seen" value="(\w+)"', response.content.decode())
        assert again and again[1] == mark_of(clerk)

    def test_a_name_of_an_account_stays(self, browser, clerk):
        change(browser, clerk, username="somebody.else")

        clerk.refresh_from_db()
        assert clerk.username == "caoxian"

    def test_an_account_is_closed_and_opened_again_never_removed(self, browser, clerk):
        change(browser, clerk, is_active=None)

        clerk.refresh_from_db()
        assert not clerk.is_active
        assert told() == [("admin", "caoxian", {"is_active": [True, False]})]
        assert browser.post(reverse("admin:portfolio_user_delete", args=[clerk.pk]), {"post": "yes"}).status_code == 403

    def test_the_event_and_the_change_are_written_together_or_not_at_all(self, clerk, administrator, monkeypatch):
        def full(*args, **kwargs):
            raise OSError("disk full")

        monkeypatch.setattr(account_changes, "record_access", full)
        clerk.display_name = "改名（示例）"
        with pytest.raises(OSError, match="disk full"):
            account_changes.save(clerk, ["display_name"], by=administrator)

        clerk.refresh_from_db()
        assert clerk.display_name != "改名（示例）"


class TestPowers:
    @pytest.mark.parametrize("field", ["role", "is_active", "access_until"])
    def test_nobody_changes_what_their_own_account_may(self, field, browser, administrator):
        values = {"role": "security_admin", "is_active": None, "access_until": "2000-01-01"}

        change(browser, administrator, **{field: values[field]})

        administrator.refresh_from_db()
        assert (administrator.role, administrator.is_active) == (Role.ACCOUNT_ADMIN, True)
        assert administrator.access_until is None

    @pytest.mark.parametrize("before", ["log_auditor", "account_admin", "security_admin", "city_office"])
    @pytest.mark.parametrize("after", ["log_auditor", "account_admin", "security_admin", "city_office"])
    def test_an_administrator_s_role_is_for_good(self, before, after, browser):
        account = make.UserFactory(role=before)

        response = change(browser, account, role=after)

        account.refresh_from_db()
        assert account.role == before
        if before != after:
            assert "role" in errors(response)

    def test_one_person_does_not_hold_two_of_the_three(self, browser):
        make.UserFactory(role=Role.LOG_AUDITOR, email="li@example.invalid")
        wanted = NEW | {"role": "security_admin", "email": "li@example.invalid"}

        assert "email" in errors(browser.post(reverse("admin:portfolio_user_add"), wanted))

    def test_a_closed_account_holds_no_power(self, browser):
        make.UserFactory(role=Role.LOG_AUDITOR, email="li@example.invalid", is_active=False)
        wanted = NEW | {"role": "security_admin", "email": "li@example.invalid"}

        assert browser.post(reverse("admin:portfolio_user_add"), wanted).status_code == 302

    @pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ACCOUNT_ADMIN])
    def test_nobody_else_comes_near_accounts(self, role, clerk):
        client = Client()
        client.force_login(make.UserFactory(role=role, division="371721", organisation="ORG-1"))

        assert client.get(reverse("admin:portfolio_user_changelist")).status_code == 403
        assert client.post(reverse("admin:portfolio_user_one_time", args=[clerk.pk])).status_code in {403, 404}


class TestOneTimePassword:
    def give(self, browser, account):
        return browser.post(reverse("admin:portfolio_user_one_time", args=[account.pk]))

    def test_it_is_shown_once_and_must_be_changed(self, browser, clerk):
        html = self.give(browser, clerk).content.decode()
        password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", html)[0]
        client = Client()

        response = client.post("/login/", {"username": "caoxian", "password": password})

        assert response["Location"] == reverse("password_change")
        assert password not in browser.get(reverse("admin:portfolio_user_change", args=[clerk.pk])).content.decode()

    def test_it_is_told_without_being_named(self, browser, clerk):
        html = self.give(browser, clerk).content.decode()
        password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", html)[0]

        assert told() == [("admin", "caoxian", {"password": [None, "one-time"]})]
        assert password not in str(list(AccessEvent.objects.values()))

    def test_no_two_are_alike(self, clerk, administrator):
        given = {account_changes.give_password(clerk, by=administrator) for _ in range(20)}

        assert len(given) == 20

    def test_it_ends_open_sessions_and_lifts_a_lock_out(self, browser, clerk):
        client = Client()
        client.force_login(clerk)
        for _ in range(5):
            Client().post("/login/", {"username": "caoxian", "password": "wrong password"})

        self.give(browser, clerk)

        assert client.get("/returns/").status_code == 302
        assert not AccessAttempt.objects.filter(username="caoxian").exists()

    def test_nobody_gives_one_to_themselves(self, browser, administrator):
        assert self.give(browser, administrator).status_code == 409
        administrator.refresh_from_db()
        assert administrator.check_password(RIGHT)

    def test_the_page_is_kept_by_no_browser(self, browser, clerk):
        assert "no-store" in self.give(browser, clerk)["Cache-Control"]


class TestLockOuts:
    @pytest.fixture
    def locked(self, clerk):
        for _ in range(5):
            Client().post("/login/", {"username": "caoxian", "password": "wrong password"})
        return AccessAttempt.objects.get()

    @pytest.fixture
    def security(self):
        client = Client()
        client.force_login(make.UserFactory(username="security", role=Role.SECURITY_ADMIN))
        return client

    @pytest.mark.parametrize("way", ["one", "chosen"])
    def test_the_security_administrator_lifts_one_and_it_is_told(self, way, security, locked):
        if way == "one":
            security.post(reverse("admin:axes_accessattempt_delete", args=[locked.pk]), {"post": "yes"})
        else:
            chosen = {"action": "delete_selected", "_selected_action": locked.pk, "post": "yes"}
            security.post(reverse("admin:axes_accessattempt_changelist"), chosen)

        event = AccessEvent.objects.last()
        assert (event.kind, event.account, event.subject) == (Kind.UNLOCKED, "security", "caoxian")
        assert Client().post("/login/", {"username": "caoxian", "password": RIGHT}).status_code == 302

    def test_it_shows_nothing_that_was_sent(self, security, locked):
        html = security.get(reverse("admin:axes_accessattempt_change", args=[locked.pk])).content.decode()

        assert "wrong password" not in html and "csrfmiddlewaretoken=" not in html


class TestOneWayIn:
    def test_the_administration_has_no_sign_in_page_of_its_own(self):
        response = Client().get("/admin/login/?next=/admin/portfolio/user/")

        assert response["Location"] == "/login/?next=/admin/portfolio/user/"

    def test_signing_out_there_is_told_too(self, browser):
        browser.post("/admin/logout/")

        assert AccessEvent.objects.last().kind == Kind.SIGN_OUT

    def test_passwords_are_changed_at_one_address(self, browser):
        assert browser.get("/admin/password_change/")["Location"] == reverse("password_change")
