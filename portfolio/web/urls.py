"""Addresses of the shell: sign-in, language, password, health."""

from django.urls import path

from portfolio.web import access_log, accounts, health, stand_in_pages

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("login/", accounts.SignIn.as_view(), name="login"),
    path("logout/", accounts.SignOut.as_view(), name="logout"),
    path("account/password/", accounts.PasswordChange.as_view(), name="password_change"),
    path("account/stand-ins/", stand_in_pages.stand_ins_page, name="stand_ins"),
    path("account/stand-in/", stand_in_pages.work_for, name="stand_in"),
    path("access/", access_log.AccessLog.as_view(), name="access_log"),
    path("account/language/", accounts.choose_language, name="set_language"),
]
