"""The Django application of the project itself: accounts, the shell of both others, the checks."""

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from portfolio import celery  # noqa: F401 - tasks declared anywhere belong to this application from here on


class PortfolioConfig(AppConfig):
    """Registers the system checks once everything is loaded."""

    name = "portfolio"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from portfolio import checks  # noqa: F401

        apps.get_app_config("axes").verbose_name = _("Failed sign-ins")
