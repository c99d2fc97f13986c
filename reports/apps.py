"""What goes out: alerts, mail, workbooks and their archive."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Tells the rest of the product what this application adds to it."""

    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from portfolio.web import health
        from projects.actions.touched import listen
        from reports import tasks  # noqa: F401 - whoever asks for a workbook passes it on to a worker
        from reports.actions.alerts import sweep_touched
        from reports.health import outbox

        health.register("outbox", outbox)
        listen(sweep_touched)  # an alert is raised or cleared at once when its facts change
