"""The readers of the environment: what they make of a value, and the sentence for one that cannot be used."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from portfolio import env
from portfolio.env import Unusable


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("yes", True), ("Off", False), ("0", False), ("", True)])
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("FLAG", value)
    assert env.flag("FLAG", True) is expected


@pytest.mark.parametrize(
    ("reader", "value", "sentence"),
    [
        (lambda: env.flag("X", True), "maybe", "X must be 1 or 0, not 'maybe'."),
        (lambda: env.whole("X", 1, least=1, most=9), "12", "X must be a whole number from 1 to 9, not '12'."),
        (lambda: env.whole("X", 1, least=1, most=9), "³", "X must be a whole number from 1 to 9, not '³'."),
        (lambda: env.day("X"), "12.01.2024", "X must be a date like 2024-01-12, not '12.01.2024'."),
        (
            lambda: env.database("X", Path("f")),
            "mysql://h/n",
            "X must begin with sqlite:// or postgres://, not 'mysql'.",
        ),
        (lambda: env.database("X", Path("f")), "postgres://h:port/n", "X holds a port that is not a number."),
        (lambda: env.email("X", Path("f")), "mail.example", "X must be a URL like smtp://host:25, not 'mail.example'."),
        (lambda: env.broker("X", ""), "amqp://h", "X must be a URL like redis://host:6379/0, not 'amqp://h'."),
    ],
)
def test_an_unusable_value_is_explained_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, reader: object, value: str, sentence: str
) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(Unusable) as refusal:
        reader()
    assert str(refusal.value) == sentence


def test_a_day_and_words_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAY", "2024-01-12")
    monkeypatch.setenv("WORDS", "a, b,,c ")
    assert (env.day("DAY"), env.words("WORDS")) == (date(2024, 1, 12), ["a", "b", "c"])


def test_a_postgres_url_with_a_socket_folder_and_escapes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB", "postgres://office:p%40ss@/tracker?host=/run/postgresql&sslmode=disable")
    entry = env.database("DB", Path("unused"))
    found = {name: entry[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    assert found == {
        "NAME": "tracker",
        "USER": "office",
        "PASSWORD": "p@ss",
        "HOST": "/run/postgresql",
        "PORT": "",
        "OPTIONS": {"sslmode": "disable"},
    }


def test_an_absolute_sqlite_path_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB", "sqlite:////srv/data/tracker.sqlite3")
    assert env.database("DB", Path("unused"))["NAME"] == "/srv/data/tracker.sqlite3"


def test_a_mail_url_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL", "smtps://me:pw@mail.example")
    found = env.email("MAIL", Path("unused"))
    assert (found["host"], found["port"], found["ssl"], found["user"]) == ("mail.example", 465, True, "me")


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET", raising=False)
    file = tmp_path / "var" / "secret"
    first = env.secret("SECRET", file)
    assert len(first) == 64 and env.secret("SECRET", file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["secret"]


def test_a_kept_value_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "run" / "value"
    env.keep(file, "one")
    env.keep(file, "two")
    assert env.kept(file) == "two" and os.listdir(file.parent) == ["value"]


def test_nothing_kept_is_the_default(tmp_path: Path) -> None:
    assert env.kept(tmp_path / "none", "default") == "default"
