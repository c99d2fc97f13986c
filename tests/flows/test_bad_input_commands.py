"""Every command, used wrongly (exit 2) and asked for what cannot be (exit 1, a sentence, nothing changed)."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, get_commands, load_command_class
from django.db import transaction
from django.utils import translation

from portfolio import clock, env
from portfolio.models import User
from portfolio.setup import catalogues
from projects.actions import reference
from projects.intake.fixtures import read_reference
from tests import factories as make
from tests.architecture.sources import ROOT
from tests.flows.smtp_sink import free_port
from tests.world import footprint

pytestmark = pytest.mark.django_db

TODAY = date(2024, 1, 5)
HASH = "a" * 64
OURS = {"portfolio", "projects", "reports"}


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """Reference data, an official project, an open and a locked month; its footprint."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.set_to(TODAY):
            facts = read_reference(Path(settings.BASE_DIR, "fixtures/reference"))
            reference.load_reference(by=User.system(), reference=facts)
            make.ProjectFactory(code="T23-0001", provenance="official")
            make.ReportingPeriodFactory(period="2023-12")
            make.ReportingPeriodFactory(period="2023-11", locked=True)
            make.ReportingPeriodFactory(period="2024-01")
        yield footprint()
        transaction.set_rollback(True)


def run(*words: str) -> int:
    """What the shell sees: the exit status. As Django's own runner, but it leaves the test's connection open."""
    command = load_command_class(get_commands()[words[0]], words[0])
    command._called_from_command_line = True
    try:
        options = vars(command.create_parser("manage.py", words[0]).parse_args(list(words[1:])))
        command.execute(*options.pop("args", ()), **{"skip_checks": True, **options})
    except SystemExit as stopped:
        return int(stopped.code or 0)
    except CommandError as refused:
        print(refused, file=sys.stderr)  # noqa: T201
        return refused.returncode
    return 0


WRONG = [
    "sweep_alerts --on 2024-13-01", "sweep_alerts --on", "sweep_alerts --on 9999-12-31", "sweep_alerts more",
    "queue_digests --on 2024-02-30", "queue_digests --on 0024-01-12", "queue_digests more",
    "deliver_mail --on yesterday", "deliver_mail --limit 5",
    "lock_period", "lock_period 2024-1", "lock_period 2024-13", "lock_period 2024-01 2024-02",
    "totals", "totals --period 2023", "totals --period 2023-12 --as-known soon", "totals --period 2023-00",
    "build_workbook", "build_workbook nothing", "build_workbook summary --period 0001-01",
    "build_workbook summary --as-known ²", "build_workbook summary --language fr",
    "verify_ledger --head nonsense", "verify_ledger --head 1:abc", f"verify_ledger --head ²:{HASH}",
    f"verify_ledger --head {'9' * 4400}:{HASH}", "verify_ledger more",
    f"verify_access --head ²:{HASH}", "verify_access more", "verify_archive more", "rescue more",
    "load_reference more", "load_published more", "load_demo more", "load_demo --from",
    "set_demo_passwords more", "create_administrator more",
    "import_register", "import_register a.xlsx --year soon", "import_returns", "import_returns a.xlsx --year 2024",
    "open_period", "open_period 2024-13", "turn_months --on 2024-02-30", "turn_months more",
    "send_reminders --on yesterday", "queue_urgent --on 2024-02-30", "queue_urgent more",
    "tell_robots --on yesterday", "tell_robots more",
    "thin_outbox --on 9999-12-31", "thin_outbox more",
]  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_wrong_usage_is_exit_status_2_and_says_what_is_wrong(
    words: str, ground: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.set_to(TODAY):
        assert run(*words.split()) == 2

    said = capsys.readouterr()
    assert not said.out
    assert said.err.strip() and "Traceback" not in said.err
    assert footprint() == ground


REFUSED = [
    ("sweep_alerts --on 1949-10-01", "1949"),
    ("queue_digests --on 2031-03-03", "2031"),
    ("lock_period 2022-05", "2022-05"),
    ("lock_period 2023-11", "2023-11"),
    ("lock_period 2024-01", "2024-01"),
    ("lock_period 2024-01 --dry-run", "2024-01"),
    ("totals --period 2023-12 --programme NOPE", "NOPE"),
    ("build_workbook summary --period 2023-12 --as-known 2024-01-06", ""),
    ("build_workbook summary --period 2024-02", "2024-02"),
    ("load_reference --from /nonexistent", "/nonexistent"),
    ("load_published --from /nonexistent", "/nonexistent"),
    ("load_demo --from /nonexistent", "/nonexistent"),
    ("load_demo", ""),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("words", "named"), REFUSED)
def test_a_refusal_is_exit_status_1_and_one_sentence_in_the_reader_s_language(
    words: str, named: str, language: str, ground: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with clock.set_to(TODAY), translation.override(language):
        assert run(*words.split()) == 1

    said = capsys.readouterr()
    assert not said.out
    assert len(said.err.strip().splitlines()) == 1 and named in said.err
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said.err) is (language == "zh-hans")
    assert footprint() == ground


def test_the_demonstration_is_not_loaded_beside_official_projects(
    ground: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("load_demo") == 1

    assert "正式项目" in capsys.readouterr().err
    assert footprint() == ground


def test_every_command_of_ours_is_used_wrongly_once() -> None:
    ours = {name for name, place in get_commands().items() if place in OURS}

    assert ours == {words.split()[0] for words in WRONG}


def manage(var: Path, *words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own, as typed."""
    catalogues.compile_all(ROOT, var / "locale")
    surroundings = {"VAR_DIR": str(var), "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "portfolio.settings", **changes}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env.for_children(**surroundings), capture_output=True,
        text=True,
    )  # fmt: skip


@pytest.mark.parametrize("words", ["totals --period 2023-12", "load_reference", "migrate"])
def test_a_database_that_cannot_be_used_is_a_sentence_and_no_traceback(words: str, tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3", f"postgres://nobody@127.0.0.1:{free_port()}/none"]
    for url in urls:
        done = manage(tmp_path, *words.split(), DATABASE_URL=url)
        assert done.returncode == 1, url
        assert "数据库无法使用，本次操作未执行：" in done.stderr
        assert "Traceback" not in done.stderr
