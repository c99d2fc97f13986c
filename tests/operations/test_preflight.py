"""What `make run` refuses before it starts anything, each in one sentence."""

import io
import os
import platform
import shutil
import socket
import sys
from pathlib import Path

import pytest

from portfolio.env import Unusable
from portfolio.setup import lock, preflight


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DEMO", "BUSINESS_DATE", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))


def sentence_of(function: object, *arguments: object) -> str:
    with pytest.raises(Unusable) as refusal:
        function(*arguments)
    return str(refusal.value)


def test_a_taken_port_is_refused_and_another_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = sentence_of(preflight.require_port, "127.0.0.1", port)
    assert said.startswith(f"Port {port} on 127.0.0.1 is taken") and f"PORT={port + 1}" in said


def test_a_free_port_is_not_refused_and_stays_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    preflight.require_port("127.0.0.1", port)
    preflight.require_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    assert "HOST=192.0.2.1" in sentence_of(preflight.require_port, "192.0.2.1", 8000)


def test_a_business_date_is_refused_in_an_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("ADMIN_PASSWORD", "a long enough one")
    monkeypatch.setenv("BUSINESS_DATE", "2024-01-12")
    assert sentence_of(preflight.require_settings, "127.0.0.1").startswith("BUSINESS_DATE is for the demonstration")


@pytest.mark.parametrize(("kept", "asked"), [("1", "0"), ("0", "1")])
def test_an_installation_does_not_change_its_kind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kept: str, asked: str
) -> None:
    (tmp_path / "demo").write_text(kept)
    monkeypatch.setenv("DEMO", asked)
    assert "VAR_DIR" in sentence_of(preflight.require_settings, "127.0.0.1")


def test_an_installation_keeps_its_kind_without_being_told(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("0")
    preflight.require_settings("127.0.0.1")


def test_an_office_without_terminal_needs_the_first_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert "ADMIN_PASSWORD" in sentence_of(preflight.require_settings, "127.0.0.1")


def test_serving_every_address_needs_the_names_people_type() -> None:
    assert "ALLOWED_HOSTS" in sentence_of(preflight.require_settings, "0.0.0.0")


def test_a_machine_without_any_redis_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert "apt-get install -y redis-server" in sentence_of(preflight.require_redis)


def test_the_bundled_redis_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setattr(sys, "platform", "linux")
    preflight.require_redis()


def test_an_installation_that_is_served_is_refused(tmp_path: Path) -> None:
    held = lock.take(tmp_path)
    said = sentence_of(preflight.require_room, tmp_path)
    os.close(held)
    assert f"process {os.getpid()}" in said
    preflight.require_room(tmp_path)
