"""The addresses of reports."""

from django.urls import path

from reports.views import outbox

urlpatterns = [
    path("outbox/", outbox.Outbox.as_view(), name="outbox"),
    path("outbox/<int:pk>/", outbox.message_page, name="outbox_message"),
    path("outbox/<int:pk>/html/", outbox.message_html, name="outbox_html"),
    path("outbox/<int:pk>/resend/", outbox.handle_message, {"act": "resend"}, name="outbox_resend"),
    path("outbox/<int:pk>/withhold/", outbox.handle_message, {"act": "withhold"}, name="outbox_withhold"),
]
