"""The addresses of projects: register, project page, milestones, returns, change log."""

from django.urls import path

from projects.views.register import Register

urlpatterns = [
    path("projects/", Register.as_view(), name="register"),
]
