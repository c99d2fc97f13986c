"""Addresses of the shell: sign-in, language, password, health."""

from django.urls import path

from portfolio.web import access_log, accounts, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("login/", accounts.SignIn.as_view(), name="login"),
    path("logout/", accounts.SignOut.as_view(), name="logout"),
    path("account/password/", accounts.PasswordChange.as_view(), name="password_change"),
    path("access/", access_log.AccessLog.as_view(), name="access_log"),
    path("account/language/", accounts.choose_language, name="set_language"),
]
