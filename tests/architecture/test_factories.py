"""Every model of ours has a factory, and the factory makes a row."""

import pytest
from django.apps import apps
from factory.django import DjangoModelFactory

from tests import factories

OURS = [model for app in ("portfolio", "projects", "reports") for model in apps.get_app_config(app).get_models()]
FACTORIES = {
    made._meta.model: made
    for made in vars(factories).values()
    if isinstance(made, type) and issubclass(made, DjangoModelFactory) and made is not DjangoModelFactory
}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
@pytest.mark.django_db
def test_every_model_has_a_factory_that_makes_a_row(model):
    row = FACTORIES[model].create()

    assert model._default_manager.filter(pk=row.pk).exists()
