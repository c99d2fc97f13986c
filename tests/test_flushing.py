"""A test with real transactions leaves the database as the migrations made it."""

import pytest
from django.db import DatabaseError, connection, transaction

from portfolio.chain import GENESIS
from portfolio.models import AccessEvent, AccessHead
from projects.models import LedgerHead
from tests.flushing import guarded_tables


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_rows_of_the_turn_before_are_gone_heads_and_triggers_are_back(turn: str) -> None:
    assert not AccessEvent.objects.exists()
    assert (AccessHead.objects.get().hash, LedgerHead.objects.get().seq) == (GENESIS, 0)
    hashes = {"hash_version": 1, "previous": GENESIS, "leaf": "1" * 64, "hash": "2" * 64}
    AccessEvent.objects.create(seq=1, at="2024-01-12T09:00:00+08:00", kind="sign_in", account=turn, **hashes)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM portfolio_accessevent")


@pytest.mark.django_db
def test_every_guarded_table_is_known() -> None:
    assert {"projects_change", "portfolio_accessevent", "reports_alertevent"} <= set(guarded_tables())
