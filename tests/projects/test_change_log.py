"""The change log exposes whatever is done to it behind the product's back."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from portfolio.appendonly import AppendOnlyError, unguard
from portfolio.chain import GENESIS, chain_hash, leaf_hash
from portfolio.models import User
from projects.actions.record import ledger_batch
from projects.models import Act, Change, LedgerHead
from projects.queries.ledger import head, verify

pytestmark = pytest.mark.django_db
COLUMNS = [field.column for field in Change._meta.fields]
ROWS = 7


@pytest.fixture
def chain():
    """Seven rows in three batches."""
    for size in (3, 1, 3):
        with ledger_batch(by=User.system(), origin="command", reason="why") as book:
            for number in range(size):
                key = f"T23-{len(book)}{number}"
                book.add("project", Act.UPDATE, {"name": ("旧", "新")}, key=key, project="T23-0001", source="表1!B2")
    return head()


@pytest.fixture
def unguarded(chain):
    unguard(_Editor(), [Change._meta.db_table])
    return chain


class _Editor:
    """What `unguard` needs of a schema editor, inside the test's own transaction."""

    connection = connection

    def execute(self, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def verdict(*arguments):
    """What the command prints, and its exit status."""
    out, status = io.StringIO(), 0
    try:
        call_command("verify_ledger", *arguments, stdout=out)
    except SystemExit as stopped:
        status = stopped.code
    return status, json.loads(out.getvalue())


def test_an_untouched_chain_holds_with_and_without_its_head(chain):
    assert verdict() == (0, {"rows": ROWS, "head": chain})
    assert verdict("--head", chain) == (0, {"rows": ROWS, "head": chain})


def test_a_head_kept_earlier_still_holds_after_more_was_written(chain):
    with ledger_batch(by=User.system()) as book:
        book.add("project", Act.UPDATE, {"name": ("甲", "乙")}, key="T23-0009")

    assert verdict("--head", chain)[0] == 0


def test_rows_cannot_be_changed_through_django(chain):
    with pytest.raises(AppendOnlyError):
        Change.objects.filter(seq=1).update(reason="")
    with pytest.raises(AppendOnlyError):
        Change.objects.all().delete()
    with pytest.raises(AppendOnlyError):
        Change.objects.get(seq=1).save()


@pytest.mark.parametrize("statement", ["UPDATE projects_change SET reason = 'x'", "DELETE FROM projects_change"])
def test_rows_cannot_be_changed_through_sql_either(chain, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize("seq", [1, 4, ROWS])
@pytest.mark.parametrize("column", COLUMNS)
def test_an_altered_column_is_found_at_its_row(unguarded, column, seq):
    row = Change.objects.get(seq=seq)
    value = {"seq": seq + 1000, "hash_version": 2}.get(column)
    if value is None:
        value = "0" * 63 + "f" if column in ("previous", "leaf", "hash") else f"{getattr(row, column)}x"[-10:]
    sql(f"UPDATE projects_change SET {column} = %s WHERE seq = %s", value, seq)

    status, said = verdict()

    assert (status, said["broken"]) == (1, seq)


@pytest.mark.parametrize("seq", [1, 4, ROWS])
def test_a_removed_row_is_found_where_it_was(unguarded, seq):
    sql("DELETE FROM projects_change WHERE seq = %s", seq)

    status, said = verdict()

    assert (status, said["broken"]) == (1, seq)


@pytest.mark.parametrize("seq", [1, 4, ROWS])
def test_a_well_hashed_row_inserted_between_others_is_found(unguarded, seq):
    for place in range(ROWS, seq - 1, -1):
        sql("UPDATE projects_change SET seq = %s WHERE seq = %s", place + 1, place)
    _append(seq, Change.objects.get(seq=seq - 1).hash if seq > 1 else GENESIS)

    status, said = verdict()

    assert (status, said["broken"]) == (1, seq)


def _append(seq, previous):
    """A row whose hashes are right, put in by SQL."""
    row = Change.objects.order_by("seq").first()
    row.seq, row.previous, row.key = seq, previous, "T23-6666"
    row.leaf = leaf_hash(row.payload())
    row.hash = chain_hash(previous, seq, row.leaf)
    names = [field.column for field in Change._meta.fields]
    places = ", ".join(["%s"] * len(names))
    sql(
        f"INSERT INTO projects_change ({', '.join(names)}) VALUES ({places})",
        *(getattr(row, field.attname) for field in Change._meta.fields),
    )
    return row


def test_a_well_hashed_row_appended_is_found(unguarded):
    _append(ROWS + 1, Change.objects.get(seq=ROWS).hash)

    assert verdict()[1]["broken"] == ROWS + 1
    status, said = verdict("--head", unguarded)
    assert (status, said["broken"]) == (1, ROWS + 1)


def test_the_last_row_replaced_by_a_well_hashed_one_differs_from_the_kept_head(unguarded):
    sql("DELETE FROM projects_change WHERE seq = %s", ROWS)
    row = _append(ROWS, Change.objects.get(seq=ROWS - 1).hash)
    LedgerHead.objects.filter(id=1).update(hash=row.hash)

    assert verdict()[0] == 0  # who owns the database can hide it from the database
    status, said = verdict("--head", unguarded)
    assert (status, said["broken"]) == (1, ROWS)


@pytest.mark.parametrize("left", [ROWS - 1, 3, 0])
def test_a_cut_tail_is_missing_from_the_kept_head(unguarded, left):
    sql("DELETE FROM projects_change WHERE seq > %s", left)
    last = Change.objects.order_by("seq").last()
    LedgerHead.objects.filter(id=1).update(seq=left, hash=last.hash if last else GENESIS)

    status, said = verdict("--head", unguarded)

    assert (status, said["broken"]) == (1, left + 1)


def test_a_batch_that_fails_writes_nothing(chain):
    with pytest.raises(RuntimeError), ledger_batch(by=User.system()) as book:
        book.add("project", Act.UPDATE, {"name": ("甲", "乙")}, key="T23-0009")
        raise RuntimeError

    assert verify().rows == ROWS
    assert head() == chain
