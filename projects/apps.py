"""The domain: key projects, their lists, plans, returns and milestones, and the change log."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Registers the domain's system checks once its models are loaded."""

    name = "projects"
    verbose_name = _("Key projects")

    def ready(self) -> None:
        from projects import checks  # noqa: F401
