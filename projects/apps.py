"""The domain: key projects, their lists, plans, returns and milestones, and the change log."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    """Registers, once models are loaded, the checks, the scopes of accounts, the kinds of imports, and who listens."""

    name = "projects"
    verbose_name = _("Key projects")

    def ready(self) -> None:
        from portfolio.web import scopes
        from projects import checks  # noqa: F401
        from projects.actions import importers
        from projects.actions.import_register import REGISTER
        from projects.actions.notices import ADJUSTMENT
        from projects.actions.return_import import RETURNS
        from projects.actions.standing import refresh
        from projects.actions.touched import listen
        from projects.queries.scopes import divisions, organisations, people

        for field, choices in (("division", divisions), ("organisation", organisations), ("person", people)):
            scopes.register(field, choices)
        for importer in (RETURNS, REGISTER, ADJUSTMENT):
            importers.register(importer)
        listen(refresh)  # a project's lights follow its facts at once
