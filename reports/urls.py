"""The addresses of reports."""

from django.urls import path

from reports.views import (
    alerts,
    cockpit,
    downloads,
    handling,
    instructions,
    outbox,
    periods,
    reports,
    restatements,
    subscriptions,
    work,
)

urlpatterns = [
    path("work/", work.my_work, name="work"),
    path("periods/", periods.months_page, name="periods"),
    path("periods/rules/", periods.rules_page, name="period_rules"),
    path("periods/<str:period>/", periods.month_page, name="period"),
    path("", cockpit.home, name="cockpit"),
    path("alerts/", alerts.Alerts.as_view(), name="alerts"),
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("instructions/", instructions.instructions, name="instructions"),
    path("instructions/new/", instructions.new_instruction, name="instruction_new"),
    path("instructions/<int:pk>/", instructions.instruction_page, name="instruction"),
    path("alerts/handle/", handling.choose, name="alerts_choose"),
    path("alerts/handle/<str:do>/", handling.handle_alerts, name="alert_handle"),
    path("alerts/<int:pk>/", alerts.alert_page, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alerts.acknowledge_alert, name="alert_acknowledge"),
    path("alerts/panel/<str:project>/", alerts.panel, name="alerts_panel"),
    path("reports/", reports.Reports.as_view(), name="reports"),
    path("reports/build/<str:kind>/", reports.Build.as_view(), name="report_build"),
    path("reports/restatements/", restatements.restatements_page, name="restatements"),
    path("reports/downloads/", reports.Downloads.as_view(), name="downloads"),
    path("reports/<int:pk>/", reports.workbook_page, name="report"),
    path("reports/<int:pk>/again/", reports.build_again, name="report_again"),
    path("archive/<int:pk>/download/", downloads.download_workbook, name="archive_download"),
    path("outbox/", outbox.Outbox.as_view(), name="outbox"),
    path("outbox/<int:pk>/", outbox.message_page, name="outbox_message"),
    path("outbox/<int:pk>/html/", outbox.message_html, name="outbox_html"),
    path("outbox/<int:pk>/resend/", outbox.handle_message, {"act": "resend"}, name="outbox_resend"),
    path("outbox/<int:pk>/withhold/", outbox.handle_message, {"act": "withhold"}, name="outbox_withhold"),
]
