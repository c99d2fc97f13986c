"""Typed readers of the environment; an unusable value stops the process with one sentence.

Nothing else in the project reads os.environ. Nothing here needs Django: set-up asks before it is installed.
"""

import contextlib
import os
import secrets
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class Unusable(Exception):
    """A variable has a value that cannot be used; the message is the whole explanation."""


def text(name: str, default: str = "") -> str:
    """The variable, or the default when it is unset or empty."""
    return os.environ.get(name) or default


def flag(name: str, default: bool) -> bool:
    """1/0, true/false, yes/no, on/off."""
    value = text(name)
    if not value:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    raise Unusable(f"{name} must be 1 or 0, not {value!r}.")


def whole(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within its bounds."""
    value = text(name)
    if not value:
        return default
    if value.isascii() and value.isdigit() and least <= int(value) <= most:
        return int(value)
    raise Unusable(f"{name} must be a whole number from {least} to {most}, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def day(name: str) -> date | None:
    """An ISO date, or None when unset."""
    value = text(name)
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unusable(f"{name} must be a date like 2024-01-12, not {value!r}.") from None


def database(name: str, default_file: Path) -> dict[str, object]:
    """Django's DATABASES entry for a URL: sqlite:///path or postgres://user:password@host:port/name?option=value.

    A socket directory is given as ?host=/directory.
    """
    url = text(name)
    if not url:
        return _sqlite(default_file)
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path.removeprefix("/")) or default_file))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise Unusable(f"{name} must begin with sqlite:// or postgres://, not {parts.scheme!r}.")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(_port(name, url) or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _sqlite(file: Path) -> dict[str, object]:
    # IMMEDIATE: several processes that read, then write, would otherwise meet "database is locked".
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
        },
    }


def _port(name: str, url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise Unusable(f"{name} holds a port that is not a number.") from None


def email(name: str, default_folder: Path) -> dict[str, object]:
    """Where mail goes: files by default, or smtp://user:password@host:port (smtps:// for TLS, ?starttls=1)."""
    url = text(name)
    if not url:
        return {"backend": "django.core.mail.backends.filebased.EmailBackend", "folder": str(default_folder)}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Unusable(f"{name} must be a URL like smtp://host:25, not {url!r}.")
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": parts.hostname,
        "port": _port(name, url) or (465 if parts.scheme == "smtps" else 25),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "ssl": parts.scheme == "smtps",
        "starttls": "starttls" in parse_qs(parts.query),
    }


def folder() -> Path:
    """Where everything is kept that the product makes at run time: VAR_DIR, or var/ beside this package."""
    return Path(text("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var"))).absolute()


def kept(file: Path, default: str = "") -> str:
    """What set-up or the supervisor left in a file of var/ for the commands that are typed later."""
    try:
        return file.read_text().strip() or default
    except OSError:
        return default


def keep(file: Path, value: str) -> None:
    """Leave a value in a file of var/ that only its owner reads, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = _write_aside(file, value)
    aside.replace(file)


def for_children(**changes: str) -> dict[str, str]:
    """This process's environment with some variables changed, for the processes that it starts."""
    return {**os.environ, **changes}


def broker(name: str, default: str) -> str:
    """The Redis URL: redis://, rediss://, sentinel:// or unix:///socket; "" for none."""
    url = text(name, default)
    if url and urlsplit(url).scheme not in {"redis", "rediss", "sentinel", "unix"}:
        raise Unusable(f"{name} must be a URL like redis://host:6379/0, not {url!r}.")
    return url


def secret(name: str, file: Path, *, size: int = 48) -> str:
    """The secret from the environment, or one of `size` random bytes made at the first start and kept in a file only
    its owner reads.
    """
    value = text(name)
    if value:
        return value
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = _write_aside(file, secrets.token_urlsafe(size))
        # Linked into place, so that two processes starting together agree and neither reads half of it.
        with contextlib.suppress(FileExistsError):
            os.link(aside, file)
        aside.unlink()
    return file.read_text().strip()


def _write_aside(file: Path, content: str) -> Path:
    aside = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(content)
    return aside
