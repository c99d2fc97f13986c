"""Puts the product's own administration site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Named in INSTALLED_APPS; finds every application's admin.py as Django's own does."""

    default_site = "portfolio.web.administration.Site"
