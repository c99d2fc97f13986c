"""The access log: its chain, its page, and the command that walks it."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory

from portfolio import clock
from portfolio.appendonly import AppendOnlyError, trigger_statements
from portfolio.models import AccessEvent, AccessHead
from portfolio.web.events import record_access, verify_access
from tests import factories as make
from tests.world import FILE, TODAY, World

pytestmark = pytest.mark.django_db

Kind = AccessEvent.Kind
COLUMNS = ["at", "kind", "account", "name", "address", "subject", "detail", "hash_version", "previous", "leaf", "hash"]


@pytest.fixture
def auditor():
    return make.UserFactory(username="auditor", auditor=True, display_name="审计人员（示例）")


@pytest.fixture
def log(auditor):
    """Five events, each of them full."""
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.7")
    for number in range(1, 6):
        record_access(Kind.DOWNLOAD, request=request, by=auditor, subject=f"archive/{number}", detail="ab" * 32)


def page(user, **filters):
    client = Client()
    client.force_login(user)
    return client.get("/access/", filters)


def alter(sql, *values):
    """Somebody with the database in their hands; the triggers come back with the end of the test."""
    lift = trigger_statements(connection.vendor, "portfolio_accessevent")[1]
    with connection.cursor() as cursor:
        for statement in lift:
            cursor.execute(statement)
        cursor.execute(sql, values)


class TestChain:
    def test_an_untouched_log_holds(self, log):
        verdict = verify_access()

        assert (verdict.rows, verdict.broken_seq) == (5, None)
        assert verdict.head_hash == AccessHead.objects.get().hash

    @pytest.mark.parametrize("seq", [1, 3, 5])
    @pytest.mark.parametrize("column", COLUMNS)
    def test_any_altered_column_is_found_at_its_row(self, column, seq, log):
        alter(
            f"UPDATE portfolio_accessevent SET {column} = %s WHERE seq = %s",
            7 if column == "hash_version" else "x",
            seq,
        )

        # A hash that was altered no longer carries the row after it; the last one's no longer is the head.
        assert verify_access().broken_seq == seq

    @pytest.mark.parametrize(("seq", "found"), [(1, 1), (3, 3), (5, 5)])
    def test_a_removed_row_is_found(self, seq, found, log):
        alter("DELETE FROM portfolio_accessevent WHERE seq = %s", seq)

        assert verify_access().broken_seq == found

    def test_a_cut_tail_is_found_by_a_head_kept_elsewhere_although_the_head_row_was_set_back(self, log):
        kept = AccessHead.objects.get()
        fourth = AccessEvent.objects.get(seq=4)
        alter("DELETE FROM portfolio_accessevent WHERE seq = 5")
        AccessHead.objects.update(seq=4, hash=fourth.hash)

        assert verify_access().broken_seq is None
        assert verify_access((kept.seq, kept.hash)).broken_seq == 5

    def test_it_is_only_ever_added_to(self, log):
        event = AccessEvent.objects.first()

        with pytest.raises(AppendOnlyError):
            event.save()
        with pytest.raises(AppendOnlyError):
            event.delete()
        with pytest.raises(AppendOnlyError):
            AccessEvent.objects.update(account="somebody else")


class TestPage:
    def test_it_tells_who_did_what_from_where(self, log, auditor):
        html = page(auditor).content.decode()

        for words in ("下载", "审计人员（示例）", "archive/5", "10.0.0.7", AccessHead.objects.get().hash):
            assert words in html

    @pytest.mark.parametrize(
        ("filters", "count"),
        [
            ({}, 6),
            ({"kind": "download"}, 5),
            ({"kind": "sign_in"}, 0),
            ({"who": "auditor"}, 5),
            ({"who": "审计"}, 5),
            ({"who": "office"}, 1),
            ({"q": "archive/3"}, 1),
            ({"q": "10.0.0.7"}, 5),
            ({"since": "2999-01-01"}, 0),
            ({"until": "2999-01-01"}, 6),
            ({"until": "9999-12-31"}, 6),
            ({"until": "2000-01-01"}, 0),
        ],
    )
    def test_the_filter_narrows_it(self, filters, count, log, auditor):
        record_access(Kind.REFUSED, by=make.UserFactory(username="office"), detail="wrong_password")

        assert len(page(auditor, **filters).context["table"].rows) == count

    def test_a_day_is_filtered_by_as_shanghai_has_it(self, auditor):
        make.AccessEventFactory(seq=1, at="2024-01-12T00:00:00.000+08:00")
        make.AccessEventFactory(seq=2, at="2024-01-12T23:59:59.999+08:00")
        make.AccessEventFactory(seq=3, at="2024-01-13T00:00:00.000+08:00")

        rows = page(auditor, since="2024-01-12", until="2024-01-12").context["table"].rows

        assert {row.record.seq for row in rows} == {1, 2}

    def test_codes_are_told_in_words(self, auditor):
        record_access(Kind.REFUSED, by=auditor, detail="wrong_password")
        record_access(
            Kind.ACCOUNT, subject="caoxian", detail='{"role":["county_staff","auditor"],"is_active":[true,false]}'
        )

        html = page(auditor).content.decode()

        assert "密码错误" in html
        assert "角色: 县区填报员 → 审计局" in html and "启用: 是 → 否" in html

    def test_what_was_recorded_is_escaped(self, auditor):
        record_access(Kind.FORBIDDEN, by=auditor, subject="GET /<script>alert(1)</script>/")

        html = page(auditor).content.decode()

        assert "<script>alert" not in html and "&lt;script&gt;alert" in html

    def test_walking_it_is_an_event_and_stands_on_the_page(self, log, auditor):
        client = Client()
        client.force_login(auditor)

        html = client.post("/access/", follow=True).content.decode()

        event = AccessEvent.objects.last()
        assert (event.kind, event.account, json.loads(event.detail)["rows"]) == (Kind.VERIFIED, "auditor", 5)
        assert "最近一次验证" in html and "验证通过：共5条记录。" in html

    def test_a_broken_chain_is_said_by_its_row(self, log, auditor):
        alter("UPDATE portfolio_accessevent SET subject = 'archive/9' WHERE seq = 3")
        client = Client()
        client.force_login(auditor)

        html = client.post("/access/", follow=True).content.decode()

        assert "第3条记录有改动" in html and "is-red" in html

    def test_its_queries_do_not_grow_with_it(self, log, auditor, django_assert_max_num_queries):
        client = Client()
        client.force_login(auditor)
        with django_assert_max_num_queries(9):  # session and account 4 (saved anew), head, last walk, count, rows
            client.get("/access/")


class TestWhatLeavesTheHouse:
    """Asking for a workbook, taking one, reading somebody's mail."""

    @pytest.fixture
    def world(self):
        with clock.set_to(TODAY):
            world = World()
            world.put_files()
            yield world

    def last(self, kind):
        event = AccessEvent.objects.last()
        assert (event.kind, event.account, event.address) == (kind, "staff", "127.0.0.1")
        return event

    def browser(self, world, who="staff"):
        client = Client()
        client.force_login(world.users[who])
        return client

    def test_asking_for_a_workbook_is_told(self, world):
        body = {"period": "2023-12", "language": "zh-hans", "as_known": ""}
        self.browser(world).post("/reports/build/register/", body)

        assert self.last(Kind.EXPORT).subject.startswith("archive/")

    def test_taking_one_is_told_with_its_checksum(self, world):
        row = world.workbooks["ready", "own-division"]
        self.browser(world).get(f"/archive/{row.pk}/download/").close()

        assert self.last(Kind.DOWNLOAD).detail == row.sha256

    def test_reading_somebody_s_mail_is_told(self, world):
        message = world.messages["sent", "own"]
        self.browser(world, "auditor").get(f"/outbox/{message.pk}/")

        event = AccessEvent.objects.last()
        assert (event.kind, event.account, event.subject) == (Kind.READ_MAIL, "auditor", message.dedupe_key)

    def test_a_workbook_that_was_altered_is_not_given_out(self, world):
        row = world.workbooks["ready", "own-division"]
        Path(settings.ARCHIVE_ROOT, FILE).write_bytes(b"something else")

        assert self.browser(world).get(f"/archive/{row.pk}/download/").status_code == 409
        assert not AccessEvent.objects.filter(kind=Kind.DOWNLOAD).exists()


class TestCommand:
    def test_it_prints_rows_and_head(self, log):
        out = io.StringIO()
        call_command("verify_access", stdout=out)

        assert json.loads(out.getvalue()) == {"rows": 5, "head": str(AccessHead.objects.get())}

    def test_it_fails_on_a_broken_chain_and_names_the_row(self, log):
        alter("UPDATE portfolio_accessevent SET account = 'x' WHERE seq = 2")
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("verify_access", stdout=out)

        assert ended.value.code == 1
        assert json.loads(out.getvalue())["broken"] == 2

    def test_it_takes_a_head_kept_elsewhere(self, log):
        with pytest.raises(SystemExit):
            call_command("verify_access", head="6:" + "0" * 64, stdout=io.StringIO())

    def test_a_head_that_is_none_is_wrong_usage(self):
        with pytest.raises(CommandError) as refused:
            call_command("verify_access", head="rubbish")

        assert refused.value.returncode == 2
