"""Every address of the product, by the application that answers it."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("projects.urls")),
    path("", include("portfolio.web.urls")),
    path("admin/", admin.site.urls),
]
