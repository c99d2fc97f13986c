"""The demonstration as `make run` loads it, for the tests of this folder, which read it: loaded once, rolled back."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction


def answer(command: str, *arguments: str) -> Any:
    """What a command prints, as JSON."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture(scope="package")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Reference data, published facts and the replayed year; gives what load_demo said.

    Tests that use it carry the mark `django_db` too: each then runs in a savepoint of its own; and the group
    `demonstration`, so that one worker has them all and no two load the year side by side.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        answer("load_reference")
        answer("load_published")
        yield answer("load_demo")
        transaction.set_rollback(True)
