"""What the tests of workbooks share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

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
