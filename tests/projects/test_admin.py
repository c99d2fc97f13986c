"""The administration site shows facts to the office and writes none."""

import pytest
from django.contrib import admin
from django.urls import reverse

from portfolio.web.administration import ReadOnlyAdmin
from projects.models import Project
from tests import factories as make

pytestmark = pytest.mark.django_db
SHOWN = sorted(
    (model._meta.label_lower for model in admin.site._registry if model._meta.app_label == "projects"), key=str
)


@pytest.mark.parametrize("label", SHOWN)
def test_rows_are_listed_and_nothing_offers_to_change_them(label, client, office):
    make.ProjectFactory()
    client.force_login(office)
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")

    assert client.get(address).status_code == 200
    assert client.get(address + "add/").status_code == 403


def test_every_model_of_the_domain_is_read_only_there():
    assert all(
        isinstance(site, ReadOnlyAdmin)
        for model, site in admin.site._registry.items()
        if model._meta.app_label == "projects"
    )


def test_a_posted_change_is_refused(client, office):
    project = make.ProjectFactory(name="原名（示例）")
    client.force_login(office)
    address = reverse("admin:projects_project_change", args=[project.pk])

    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "改名"}).status_code == 403
    assert Project.objects.get().name == "原名（示例）"


@pytest.mark.parametrize("role", ["county_staff", "unit", "leader", "auditor"])
def test_other_roles_do_not_enter(role, client):
    client.force_login(make.UserFactory(**{role: True}))

    assert client.get(reverse("admin:projects_project_changelist")).status_code in (302, 403)


def test_accounts_administrators_see_no_facts(client):
    client.force_login(make.UserFactory(admin=True))

    assert client.get(reverse("admin:projects_project_changelist")).status_code == 403
