"""What the tests of workbooks share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests import factories as make
from tests.reports import small


@pytest.fixture(scope="module")
def portfolio(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The small portfolio, as it stands after its correction; lived through once a module, then rolled back.

    Tests that use it carry the mark `django_db` too: each then runs in a savepoint of its own.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        small.build()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def office(portfolio: None) -> Any:
    """The city project office's account."""
    return make.UserFactory(username="office", display_name="市重点项目办（示例）")


@pytest.fixture
def day() -> Iterator[None]:
    """It is the day after the correction."""
    with small.at(small.AFTER):
        yield
